"""Folders, archives and bundles where usage is priced, compared and reconciled."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest
from calls import Row, tokens, written
from fixtures import Invoke
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PRICE: Row = {
    "spec_version": "1.0-draft",
    "price_id": "two",
    "service_provider_name": "Anthropic",
    "meter": "tokens",
    "effective_from": "2026-01-01T00:00:00Z",
    "price_kind": "list",
    "unit_price": "2",
    "pricing_unit": "tokens",
    "pricing_block_size": 1,
    "pricing_currency": "USD",
}
FIRST, SECOND = [tokens("a:1", 1000), tokens("b:1", 10)], [tokens("c:1", 7, x_note="n")]
CARDS = ("--rates", "published", "--rates", "published")


@pytest.fixture(params=["folder", "archive", "bundle", "unpacked"])
def month(request: pytest.FixtureRequest, tmp_path: Path, invoke: Invoke) -> Path:
    """Two files of usage and one of prices, handed over in one piece."""
    folder = tmp_path / "month"
    folder.mkdir()
    files = [written(folder, "may.csv", SECOND), written(folder, "usage.jsonl", FIRST)]
    files.append(written(folder, "price.jsonl", [PRICE]))
    if request.param == "folder":
        return folder
    if request.param == "archive":
        with ZipFile(tmp_path / "month.zip", "w") as archive:
            for file in files:
                archive.write(file, file.name)
        return tmp_path / "month.zip"
    named = [f"{'price' if file.stem == 'price' else 'usage'}={file}" for file in files]
    assert invoke("bundle", *named, "-o", tmp_path / "bundle.zip")[0] == 0
    if request.param == "bundle":
        return tmp_path / "bundle.zip"
    with ZipFile(tmp_path / "bundle.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    return tmp_path / "unpacked"


class TestWhatTheyHold:
    def test_all_usage_is_priced(self, month: Path, invoke: Invoke) -> None:
        code, out, err = invoke("price", month)
        costs = {row["record_id"]: (row["list_cost"], row.get("x_note")) for row in map(json.loads, out.splitlines())}
        assert (code, costs) == (0, {"a:1": ("0.001", None), "b:1": ("0.00001", None), "c:1": ("0.000007", "n")})
        assert "3 records read: 3 priced" in err

    @pytest.mark.parametrize("month", ["bundle"], indirect=True)
    def test_prices_in_them_count_where_they_are_named(self, month: Path, invoke: Invoke) -> None:
        code, _, err = invoke("price", month, "--rates", month)
        assert code == 0
        assert "list cost: 2,034 USD" in err
        code, out, _ = invoke("compare-rates", month, "--rates", month, "--rates", "published", "--report", "json")
        (total,) = json.loads(out)["totals"]
        assert (code, total["records"], total["first"], total["second"]) == (0, 3, "2034", "0.001017")

    @pytest.mark.parametrize("month", ["bundle"], indirect=True)
    def test_they_stand_beside_files(self, month: Path, tmp_path: Path, invoke: Invoke) -> None:
        more = written(tmp_path, "more.jsonl", [tokens("d:1", 1)])
        code, out, _ = invoke("compare-rates", more, month, *CARDS, "--report", "json")
        assert (code, json.loads(out)["compared"]) == (0, 4)

    @pytest.mark.parametrize("month", ["folder"], indirect=True)
    def test_nothing_is_written_into_them(self, month: Path, invoke: Invoke) -> None:
        code, _, err = invoke("price", month, "-o", month / "priced.jsonl")
        assert code == 2
        assert "would be one of the files of the input" in err

    @pytest.mark.parametrize("month", ["archive"], indirect=True)
    def test_two_that_hold_the_same_are_refused(self, month: Path, tmp_path: Path, invoke: Invoke) -> None:
        code, out, err = invoke("price", month, written(tmp_path, "again.jsonl", FIRST))
        assert (code, out) == (2, "")
        assert "do not conform to the profile metering: OTS-USG-001" in err


class TestWhatIsWrong:
    @pytest.mark.parametrize("command", [("price",), ("compare-rates", *CARDS)])
    def test_no_usage(self, command: Sequence[str], tmp_path: Path, invoke: Invoke) -> None:
        folder = tmp_path / "cards"
        folder.mkdir()
        written(folder, "price.jsonl", [PRICE])
        code, out, err = invoke(*command, folder)
        assert (code, out) == (2, "")
        assert f"Error: {folder} holds no usage records.\n" in err

    def test_no_prices(self, tmp_path: Path, invoke: Invoke) -> None:
        usage = written(tmp_path, "usage.jsonl", FIRST)
        code, _, err = invoke("price", usage, "--rates", tmp_path)
        assert code == 2
        assert f"Error: {tmp_path} holds no price records.\n" in err

    def test_a_bundle_of_a_month_without_usage(self, tmp_path: Path, invoke: Invoke) -> None:
        empty, bundle = tmp_path / "usage.jsonl", tmp_path / "empty.zip"
        empty.write_bytes(b"")
        period = ("--period-start", "2026-05-01T00:00:00Z", "--period-end", "2026-06-01T00:00:00Z")
        assert invoke("bundle", f"usage={empty}", "--provider", "Anthropic", *period, "-o", bundle)[0] == 0
        code, _, err = invoke("price", bundle)
        assert code == 2
        assert f"Error: {bundle} holds no usage records.\n" in err

    @pytest.mark.parametrize("command", [("price",), ("compare-rates", *CARDS), ("reconcile", "paid.jsonl")])
    def test_a_bundle_that_is_not_what_its_manifest_says(
        self, command: Sequence[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, invoke: Invoke
    ) -> None:
        monkeypatch.chdir(tmp_path)
        usage = written(tmp_path, "usage.jsonl", FIRST)
        written(tmp_path, "paid.jsonl", SECOND)
        assert invoke("bundle", f"usage={usage}", "-o", "month.zip")[0] == 0
        with ZipFile("month.zip") as archive:
            archive.extractall("month")
        written(tmp_path / "month", "usage.jsonl", [tokens("a:1", 1001), tokens("b:1", 10)])
        code, out, err = invoke(*command, "month")
        assert (code, out) == (2, "")
        assert "The bundle month does not conform to the profile metering: OTS-MAN-010." in err

    def test_a_link_that_leads_out_of_a_folder(self, tmp_path: Path, invoke: Invoke) -> None:
        folder = tmp_path / "month"
        folder.mkdir()
        (folder / "usage.jsonl").symlink_to(written(tmp_path, "elsewhere.jsonl", FIRST))
        code, out, err = invoke("price", folder)
        assert (code, out) == (2, "")
        assert "is not opened" in err

    def test_standard_input_for_both(self, invoke: Invoke) -> None:
        code, _, err = invoke("price", "-", "--rates", "-")
        assert code == 2
        assert "Standard input is named twice." in err


def paid(name: str, amount: int) -> Row:
    row = tokens(name, 1, billed_cost=str(amount), effective_cost=str(amount), billing_currency="USD")
    row |= {"source_name": "invoice", "cost_carrier": "this_row", "cost_source": "invoiced"}
    of_usage = {"meter", "consumed_quantity", "consumed_unit", "token_direction", "token_cache_action"}
    return {key: value for key, value in row.items() if key not in of_usage}


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_it_does_not_matter_how_a_side_is_divided(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory, invoke: Invoke
) -> None:
    """Files, a folder and an archive of some of its records are worth what one file of all of them is."""
    folder = tmp_path_factory.mktemp("sides")
    amounts = data.draw(st.lists(st.integers(0, 3), min_size=2, max_size=6))
    stated = {"billing_currency": "USD", "cost_carrier": "other_row"}
    sides = {
        "usage": [
            tokens(f"{place}:1", 1, list_cost=str(each), **stated, model_id=f"m{place}")
            for place, each in enumerate(amounts)
        ],
        "costs": [
            {**paid(f"i{place}", each + place % 2), "model_id": f"m{place}"} for place, each in enumerate(amounts)
        ],
    }
    whole = [str(written(folder, f"{side}-whole.jsonl", rows)) for side, rows in sides.items()]
    first, more = [], []
    for side, rows in sides.items():
        cut = data.draw(st.integers(1, len(rows) - 1))
        one, other = folder / f"{side}-one", written(folder, f"{side}-other.csv", rows[cut:])
        one.mkdir()
        written(one, "some.jsonl", rows[:cut])
        if data.draw(st.booleans()):
            with ZipFile(one.with_suffix(".zip"), "w") as archive:
                archive.write(one / "some.jsonl", "some.jsonl")
            one = one.with_suffix(".zip")
        first.append(str(one))
        more += [f"--{side}", str(other)]
    expected = invoke("reconcile", *whole, "--report", "json")
    assert expected[0] == 1
    assert invoke("reconcile", *first, *more, "--report", "json")[:2] == expected[:2]
