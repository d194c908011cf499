"""The picture of the frontier: the same bytes for the same results, and nothing that only colour or sight tells."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from checkout import CHECKOUT

from opentokenomics.cli._run import run
from opentokenomics.errors import UnsupportedError
from opentokenomics.exact_decimal import rounded
from opentokenomics.metrics import IntervalMethod, MetricError, Sampling
from opentokenomics.metrics._interval import wilson
from opentokenomics.metrics.measured import Measured, Parameters, measure, plot_frontier

mpl = pytest.importorskip("matplotlib", reason="needs the metrics extra")

SVG = "{http://www.w3.org/2000/svg}"
HOLLOW = "fill: #ffffff; stroke: #1a1a1a"


def frontier(folder: Path, costs: Sequence[tuple[str, str, str]], **more: str) -> tuple[Measured, ...]:
    """Aggregates of models with a score and what a task cost."""
    rows = [
        {
            "spec_version": "1.0-draft",
            "evaluation_id": f"run-{number}",
            "benchmark_id": "tasks",
            "benchmark_version": "1",
            "harness": "runner",
            "harness_version": "1",
            "model_id": model,
            "task_count": 1,
            "attempt_count": 1,
            "solved_count": 1,
            "score": score,
            "cost": cost,
            "currency": "USD",
            "price_basis": "list",
            "priced_as_of": "2026-08-01T00:00:00Z",
        }
        for number, (model, cost, score) in enumerate(costs)
    ]
    rows[-1] |= more
    file = folder / "evaluation.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return measure("cost_quality_frontier", [("evaluation", file)], Parameters())


FIVE = [("a", "1", "50"), ("b", "2", "50"), ("c", "3", "70"), ("d", "4", "60"), ("e", "3", "70")]


def words(picture: bytes) -> list[str]:
    return ["".join(each.itertext()) for each in ET.fromstring(picture).iter(f"{SVG}text")]  # noqa: S314 - made here


def test_the_same_results_give_the_same_picture_whatever_somebody_prefers(tmp_path: Path) -> None:
    found = frontier(tmp_path, FIVE)
    first = plot_frontier(found, "svg")
    with mpl.rc_context({"axes.facecolor": "black", "font.size": 30, "svg.hashsalt": None}):
        assert plot_frontier(found, "svg") == first
        assert mpl.rcParams["font.size"] == 30
    assert plot_frontier(found, "png")[:4] == b"\x89PNG"


def test_what_the_picture_says(tmp_path: Path) -> None:
    picture = plot_frontier(frontier(tmp_path, FIVE), "svg")
    assert {"a", "b", "c", "d", "e"} <= set(words(picture))
    assert "Cost and quality on tasks 1, 1 task" in words(picture)
    assert "Cost per task (USD, list prices of 2026-08-01)" in words(picture)
    assert "Score of the benchmark (its own points)" in words(picture)
    root = ET.fromstring(picture)  # noqa: S314 - made here
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "Cost and quality on tasks 1, 1 task"
    assert root.findtext(f"{SVG}desc") == "On the frontier: a; c; e. Beaten: b; d."
    uses = [each.get("style") or "" for each in root.iter(f"{SVG}use")]
    in_legend = 1
    assert sum(HOLLOW in style for style in uses) == 2 + in_legend
    assert b"Date" not in picture
    assert b"dc:date" not in picture


def test_a_score_that_is_the_share_of_solved_attempts_says_so(tmp_path: Path) -> None:
    assert "Share of attempts that solved their task" in words(
        plot_frontier(frontier(tmp_path, [("a", "1", "1")]), "svg")
    )


def test_no_point_is_hidden_where_none_is_beaten(tmp_path: Path) -> None:
    picture = plot_frontier(frontier(tmp_path, FIVE[:1]), "svg")
    assert HOLLOW.encode() not in picture
    assert b"Beaten" not in picture


def test_bars_show_what_is_known_of_cost_and_score(tmp_path: Path) -> None:
    stated = frontier(tmp_path, FIVE)
    assert {(each.result.interval, each.score_interval) for each in stated} == {(None, None)}
    assert not [word for word in words(plot_frontier(stated, "svg")) if "interval" in word]
    rows = [json.loads(line) for line in (tmp_path / "evaluation.jsonl").read_text("utf-8").splitlines()]
    summed = {"task_count", "attempt_count", "solved_count", "score"}
    apart = [
        {name: value for name, value in row.items() if name not in summed}
        | {"task_id": f"task-{task}", "trial": 1, "solved": task < 3, "cost": f"{task + 1}"}
        for row in rows
        for task in range(5)
    ]
    file = tmp_path / "attempts.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in apart), "utf-8")
    found = measure("cost_quality_frontier", [("evaluation", file)], Parameters(sampling=Sampling(Decimal("0.90"))))
    rate = wilson(3, 5, 5, Decimal("0.90"))
    for each in found:
        assert each.result.interval is not None
        assert each.score_interval is not None
        assert (each.score_interval.lower, each.score_interval.upper) == tuple(map(rounded, rate))
    assert "90 % interval, where there is one" in words(plot_frontier(found, "svg"))


def test_the_interval_of_the_cost_is_that_of_tasks_that_are_all_solved(tmp_path: Path) -> None:
    frontier(tmp_path, [("a", "1", "1")])
    (row,) = [json.loads(line) for line in (tmp_path / "evaluation.jsonl").read_text("utf-8").splitlines()]
    summed = {"task_count", "attempt_count", "solved_count", "score"}
    kept = {name: value for name, value in row.items() if name not in summed}
    rows = [{**kept, "task_id": f"{n:02}", "trial": 1, "solved": True, "cost": f"{n * n % 17}.5"} for n in range(30)]
    file = tmp_path / "attempts.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in rows), "utf-8")
    parameters = Parameters(sampling=Sampling(method=IntervalMethod.CLUSTER_BOOTSTRAP, seed=8))
    (place,), (cost,) = (
        measure(metric, [("evaluation", file)], parameters) for metric in ("cost_quality_frontier", "cost_of_pass")
    )
    assert place.result.interval == cost.result.interval


@pytest.mark.parametrize("name", ["$x_1$ <b>&amp;", "模型 \u202e", "x" * 200])
def test_names_are_only_text(name: str, tmp_path: Path) -> None:
    found = frontier(tmp_path, [*FIVE, (name, "9", "80")])
    picture = plot_frontier(found, "svg")
    start = re.split(r"[\u202e]", name)[0].strip()[:40]
    assert [each for each in words(picture) if each.startswith(start)]
    assert plot_frontier(found, "png")


def test_crowded_points_keep_their_names(tmp_path: Path) -> None:
    crowd = [(f"model-{number}", "1", "50") for number in range(15)]
    assert {name for name, _, _ in crowd} <= set(words(plot_frontier(frontier(tmp_path, crowd), "svg")))


def test_what_cannot_be_compared_is_in_no_picture(tmp_path: Path) -> None:
    with pytest.raises(MetricError, match="differ in benchmark_version"):
        plot_frontier(frontier(tmp_path, FIVE, benchmark_version="2"), "svg")
    with pytest.raises(MetricError, match="differ in currency"):
        plot_frontier(frontier(tmp_path, FIVE, currency="EUR"), "svg")
    with pytest.raises(MetricError, match="nothing to plot"):
        plot_frontier((), "svg")


def test_without_the_library_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opentokenomics.report._picture.find_spec", lambda _: None)
    with pytest.raises(UnsupportedError, match=r"needs matplotlib.*opentokenomics\[metrics\]"):
        plot_frontier((), "svg")


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = frontier(tmp_path, FIVE)
    words_ = ["metrics", "cost_quality_frontier", "--input", f"evaluation={tmp_path / 'evaluation.jsonl'}", "--plot"]
    assert run([*words_, str(tmp_path / "plot.SVG")]) == 0
    assert "no: a" in capsys.readouterr().out
    assert (tmp_path / "plot.SVG").read_bytes() == plot_frontier(found, "svg")
    before = sorted(tmp_path.iterdir())
    assert run([*words_, str(tmp_path / "plot.pdf")]) == 2
    assert run([*words_, str(tmp_path / "same.svg"), "-o", str(tmp_path / "same.svg")]) == 2
    words_[1] = "cost_of_pass"
    assert run([*words_, str(tmp_path / "other.svg")]) == 2
    assert sorted(tmp_path.iterdir()) == before
    assert "Plot the metric cost_quality_frontier" in capsys.readouterr().err


@pytest.mark.skipif(not (CHECKOUT / "docs").is_dir(), reason="needs the pages of a checkout")
def test_the_picture_of_the_page_is_of_the_story() -> None:
    files = [("evaluation", CHECKOUT / "examples" / "story" / "agents" / "evaluation.csv")]
    picture = plot_frontier(measure("cost_quality_frontier", files), "svg")
    assert words((CHECKOUT / "docs" / "assets" / "frontier.svg").read_bytes()) == words(picture)
