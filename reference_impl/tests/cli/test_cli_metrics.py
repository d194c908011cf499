"""The commands that compute with records, from the words of a command line to what they print."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from calls import tokens, written
from fixtures import Invoke


def evaluation(folder: Path) -> str:
    """35 of 50 tasks solved at one dollar each, and none of 20 by another model."""
    same = {
        "benchmark_id": "tasks",
        "benchmark_version": "1",
        "harness": "runner",
        "harness_version": "1",
        "currency": "USD",
        "price_basis": "list",
        "priced_as_of": "2026-08-01T00:00:00Z",
    }
    sizes = {"large": (50, 35), "small": (20, 0)}
    rows = [
        {
            **same,
            "spec_version": "1.0-draft",
            "evaluation_id": f"run-{model}",
            "model_id": model,
            "task_id": f"task-{number:02}",
            "trial": 1,
            "solved": number < solved,
            "cost": "1",
        }
        for model, (tasks, solved) in sizes.items()
        for number in range(tasks)
    ]
    file = folder / "evaluation.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return f"evaluation={file}"


def test_text_shows_value_interval_and_evidence(invoke: Invoke, tmp_path: Path) -> None:
    code, out, err = invoke("metrics", "cost_of_pass", "--input", evaluation(tmp_path))
    assert (code, err) == (0, "")
    assert "large      USD        1.428571   1.236148 to 1.777789          50            35   50" in out
    assert "small      USD            none   at least 6.206355             20             0   20" in out
    assert "benchmark_id tasks\n" in out
    assert "interval by wilson at a confidence level of 0.95\n" in out


def test_tables_fold_names_and_no_figures(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = tmp_path / "usage.csv"
    assert invoke("generate", "--profile", "attribution", "--rows", "60", "-o", usage)[0] == 0
    shown = {}
    for width in (40, 60, 300):
        monkeypatch.setenv("COLUMNS", str(width))
        code, shown[width], _ = invoke("attribute", "--input", f"usage={usage}", "--by", "team", "--by", "run_id")
        assert code == 0
    figures = [re.findall(r"[0-9]+[.][0-9]+", text) for text in shown.values()]
    assert figures[0] == figures[1] == figures[2] != []
    assert max(map(len, shown[60].splitlines())) <= 60 < max(map(len, shown[300].splitlines()))


def test_json_has_all_digits(invoke: Invoke, tmp_path: Path) -> None:
    code, out, _ = invoke("metrics", "cost_of_pass", "--input", evaluation(tmp_path), "--report", "json")
    large, small = json.loads(out)["results"]
    assert (code, large["value"], small["value"]) == (0, "1.428571428571428571", None)
    assert (small["lower_bound"], small["upper_bound"]) == ("6.206355432540113377", None)
    assert large["counts"] == {"tasks": 50, "attempts": 50, "solved": 35, "not_solved": 15}


def test_options_reach_the_metric(invoke: Invoke, tmp_path: Path) -> None:
    words: list[Any] = ["metrics", "cost_of_pass", "--input", evaluation(tmp_path), "--where", "model_id=large"]
    words += ["--interval", "cluster_bootstrap", "--seed", "7", "--resamples", "200", "--confidence", "0.90"]
    target = tmp_path / "out.csv"
    code, out, _ = invoke(*words, "--report", "csv", "-o", target)
    (row,) = csv.DictReader(io.StringIO(target.read_text()))
    assert (code, out) == (0, "")
    assert (row["model_id"], row["seed"], row["resamples"]) == ("large", "7", "200")
    assert (row["interval_method"], row["confidence_level"]) == ("cluster_bootstrap", "0.90")
    assert Decimal(row["lower_bound"]) < Decimal(row["value"]) < Decimal(row["upper_bound"])


def test_a_period_has_two_ends(invoke: Invoke, tmp_path: Path) -> None:
    words = ["metrics", "cost_of_pass", "--input", evaluation(tmp_path), "--period-start", "2026-06-10T00:00:00Z"]
    code, _, err = invoke(*words)
    assert (code, "Pass both" in err) == (2, True)
    code, _, err = invoke(*words, "--period-end", "2026-06-20T00:00:00+02:00")
    assert (code, "of them state no completed_at" in err) == (2, True)


def test_two_models_are_compared(invoke: Invoke, tmp_path: Path) -> None:
    words = ["metrics", "cost_of_pass_ratio", "--input", evaluation(tmp_path), "--where", "model_id=large"]
    code, _, err = invoke(*words)
    assert (code, "--compare COLUMN=VALUE" in err) == (2, True)
    code, out, _ = invoke(*words, "--compare", "model_id=small", "--report", "json")
    (result,) = json.loads(out)["results"]
    assert (code, result["numerator"], result["denominator"], result["value"]) == (0, "0", "400", "0")
    assert result["counts"] == {"tasks": 20, "tasks_of_first_only": 30, "tasks_of_second_only": 0}
    code, _, err = invoke("metrics", "cost_of_pass", *words[2:], "--compare", "model_id=small")
    assert (code, "compares nothing" in err) == (2, True)


def test_retries_are_computed_from_assumptions(invoke: Invoke, tmp_path: Path) -> None:
    words = ["metrics", "expected_retries", "--report", "json"]
    cases = {
        "cost=0.30 success_rate=0.75 cap=2": ("0.375", "0.9375", "0.4", "1.25"),
        "cost=0.30 success_rate=0.75": ("0.4", "1", "0.4", "1.333333333333333333"),
        "cost=1,10 success_rate=0.5,0.8 fallback_cost=100": ("16", "1", "16", "1.5"),
        "cost=1 success_rate=0 cap=3 fallback_cost=7": ("10", "1", "10", "3"),
        "cost=1 success_rate=0 cap=3": ("3", "0", None, "3"),
    }
    for text, expected in cases.items():
        code, out, _ = invoke(*words, *(word for each in text.split() for word in ("--assume", each)))
        (result,) = json.loads(out)["results"]
        figures = tuple(result[name] for name in ("numerator", "denominator", "value"))
        assert (code, (*figures, result["amounts"]["expected_attempts"])) == (0, expected)
    refused = {
        "cost=1": "No success_rate is assumed",
        "cost=1 success_rate=0": "have no end",
        "cost=1 success_rate=2": "success rate",
        "cost=1,2 success_rate=0.5": "as many costs as success rates",
        "cost=1 success_rate=0.5 cap=1.5": "is no count",
        "cost=much success_rate=0.5": "is no number",
        "cost=1 success_rate=0.5 patience=3": "no assumption patience",
    }
    for text, message in refused.items():
        code, _, err = invoke(*words, *(word for each in text.split() for word in ("--assume", each)))
        assert (code, message in err) == (2, True), err
    given = evaluation(tmp_path)
    assert invoke(*words, "--assume", "cost=1", "--assume", "success_rate=1", "--input", given)[0] == 2
    assert invoke("metrics", "cost_of_pass", "--assume", "cost=1", "--input", given)[0] == 2


@pytest.mark.parametrize("metric", ["cost_quality_frontier", "frontier_cost_of_pass"])
def test_no_model_of_two_names_is_lost(invoke: Invoke, tmp_path: Path, metric: str) -> None:
    named = evaluation(tmp_path)
    file = Path(named.partition("=")[2])
    other = (
        file.read_text()
        .replace("run-small", "run-other")
        .replace('"model_id": "small"', '"model_id": "small", "canonical_model_id": "example/small"')
    )
    file.write_text(file.read_text() + "".join(line for line in other.splitlines(keepends=True) if "run-other" in line))
    code, out, err = invoke("metrics", metric, "--input", named)
    assert (code, out) == (2, "")
    assert "Evaluations of small state several values of canonical_model_id" in err


def test_a_person_bounds_the_frontier(invoke: Invoke, tmp_path: Path) -> None:
    words = ["frontier_cost_of_pass", "--input", evaluation(tmp_path), "--where", "model_id=large"]
    code, out, _ = invoke("metrics", *words, "--baseline", "9", "--report", "json")
    (result,) = json.loads(out)["results"]
    assert (code, result["numerator"], result["denominator"]) == (0, "170", "50")
    file = tmp_path / "statement.jsonl"
    assert invoke("statement", *words, "--baseline", "9", "-o", file)[0] == 0
    assert invoke("verify", file, "--input", evaluation(tmp_path))[0] == 0
    file.write_text(file.read_text().replace('"baseline":"9"', '"baseline":"8"'))
    assert invoke("verify", file, "--input", evaluation(tmp_path))[0] == 1
    assert invoke("metrics", *words, "--baseline", "much")[0] == 2


def test_markdown(invoke: Invoke, tmp_path: Path) -> None:
    _, out, _ = invoke("metrics", "cost_quality_frontier", "--input", evaluation(tmp_path), "--report", "markdown")
    assert out.startswith("## Frontier of cost and quality")
    assert "- interval by cluster_bootstrap at a confidence level of 0.95\n" in out
    assert "| large | USD | 1 | 1 to 1 | 50 | 50 | 50 | 0.7 | yes |" in out


def test_what_does_not_conform_is_refused(invoke: Invoke, tmp_path: Path) -> None:
    named = evaluation(tmp_path)
    file = Path(named.partition("=")[2])
    file.write_text(file.read_text().replace('"cost": "1"', '"cost": 1', 1))
    code, out, err = invoke("metrics", "cost_of_pass", "--input", named)
    assert (code, out) == (2, "")
    assert "row 1" in err
    assert "opentokenomics validate" in err


@pytest.mark.parametrize("form", ["text", "json", "csv", "markdown"])
def test_an_account_of_every_cent(invoke: Invoke, tmp_path: Path, form: str) -> None:
    file = tmp_path / "usage.jsonl"
    assert invoke("generate", "--rows", 1500, "--seed", 5, "-o", file)[0] == 0
    words = ["attribute", "--input", f"usage={file}", "--by", "team", "--share", "charge_category=purchase"]
    code, out, err = invoke(*words, "--driver", "tokens", "--report", form)
    assert code == 0
    assert err.splitlines() == [line for line in err.splitlines() if "it is in a plan, or not known" in line]
    assert "claims" in out
    if form == "csv":
        rows = [row for row in csv.DictReader(io.StringIO(out)) if row["currency"] == "USD"]
        totals = {
            kind: sum(Decimal(row["total"]) for row in rows if row["kind"] == kind) for kind in ("attributed", "total")
        }
        rest = next(row for row in rows if row["kind"] == "unattributed")
        assert totals["attributed"] + Decimal(rest["total"]) == totals["total"]
        assert any(row["shared"] not in {"", "0"} for row in rows)


def test_an_account_says_what_it_does_not_show(invoke: Invoke, tmp_path: Path) -> None:
    file = tmp_path / "usage.jsonl"
    assert invoke("generate", "--rows", 60, "--profile", "cost", "-o", file)[0] == 0
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    usage = [row for row in rows if row["charge_category"] == "usage"]
    calls = ["attribute", "--input", f"usage={file}", "--by"]
    code, _, err = invoke(*calls, "tags.nowhere", "--cost-column", "contracted_cost")
    without = sum("contracted_cost" not in row for row in usage)
    assert code == 0
    assert f"Of {len(rows)} records, {without} have no contracted_cost" in err
    assert "No record has a value in tags.nowhere." in err
    assert invoke(*calls, "service_provider_name")[2] == ""


def test_a_statement_is_confirmed_and_a_tampered_one_refuted(invoke: Invoke, tmp_path: Path) -> None:
    named, file = evaluation(tmp_path), tmp_path / "statement.jsonl"
    code, out, err = invoke("statement", "cost_of_pass", "--input", named, "--at", "2026-09-01T08:00:00Z", "-o", file)
    assert (code, out, err) == (0, "", f"2 statements of cost_of_pass in {file}\n")
    code, out, _ = invoke("verify", file, "--input", named)
    assert (code, out.count("confirmed: cost_of_pass-")) == (0, 2)
    file.write_text(file.read_text().replace("1.428571428571428571", "1.328571428571428571"))
    code, out, _ = invoke("verify", file, "--input", named)
    assert code == 1
    assert "value: stated 1.328571428571428571, found 1.428571428571428571" in out
    code, out, _ = invoke("verify", file, "--input", named, "--report", "json")
    first, second = json.loads(out)
    assert (code, first["verdict"], second["verdict"]) == (1, "refuted", "confirmed")
    assert first["value"] == "1.428571428571428571"
    code, out, _ = invoke("verify", file, "--input", named, "--report", "csv")
    rows = [(row["verdict"], row["what"], row["stated"]) for row in csv.DictReader(io.StringIO(out))]
    assert (code, rows) == (1, [("refuted", "value", "1.328571428571428571"), ("confirmed", "", "")])
    code, out, _ = invoke("verify", file, "--input", named, "--report", "markdown")
    assert (code, len(out.splitlines())) == (1, 4)
    assert "| value | 1.328571428571428571 | 1.428571428571428571 |" in out
    data = Path(named.partition("=")[2])
    data.write_text(data.read_text() + "\n")
    code, out, _ = invoke("verify", file, "--input", named)
    assert code == 1
    assert out.startswith("inputs differ: ")


def test_says_where_there_is_nothing_to_state(invoke: Invoke, tmp_path: Path) -> None:
    words = ["statement", "cost_of_pass", "--input", evaluation(tmp_path), "--where", "model_id=unheard-of"]
    code, out, err = invoke(*words)
    assert (code, out) == (0, "")
    assert "There is nothing to measure, and no statement of cost_of_pass." in err


@pytest.mark.parametrize("command", ["metrics unit_cost", "metrics retry_overhead", "statement unit_cost", "attribute"])
def test_says_which_amounts_there_are_none_of(command: str, invoke: Invoke, tmp_path: Path) -> None:
    """The usage of a vendor whose costs are another export has list cost alone."""
    priced = tokens("a:1", 10, list_cost="1", billing_currency="USD", cost_carrier="other_row")
    words = [*command.split(), "--input", f"usage={written(tmp_path, 'usage.jsonl', [priced])}"]
    words += ["--by", "team"] if command == "attribute" else []
    code, _, err = invoke(*words)
    others = "--cost-column chooses another: billed_cost, list_cost, contracted_cost."
    assert (code, f"No record that counts has an amount in effective_cost; {others}" in err) == (0, True)
