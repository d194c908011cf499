"""What commands say of the inputs that they were given: those that they pass over, and the one without a name."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest
from fixtures import Invoke
from rates import RATE
from records import dataset, json_lines

GOOD = json_lines(dataset("a"))
BAD = GOOD.replace(b'"metered"', b'"guessed"')


class TestPassedOver:
    """Files whose names do not say that they hold records are told, and change no verdict."""

    @pytest.mark.parametrize(
        ("others", "says"),
        [
            ([], None),
            ([".old.zip", "month/.DS_Store"], None),
            (["old.zip"], "1 file in {} is not read, because its name does not end in a format of records: old.zip"),
            (
                ["README.md", "month/old.tar.gz", "a\x1b[31m.zip", "usage.xlsx", "x"],
                (
                    "5 files in {} are not read, because their names do not end in a format of records: "
                    r"README.md, a\x1b[31m.zip, month/old.tar.gz and 2 more"
                ),
            ),
        ],
    )
    @pytest.mark.parametrize("form", ["text", "json"])
    def test_in_a_folder(self, others: list[str], says: str | None, form: str, tmp_path: Path, invoke: Invoke) -> None:
        folder = tmp_path / "exports"
        for name in ("usage.jsonl", *others):
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(GOOD if name == "usage.jsonl" else b"x")
        code, out, err = invoke("validate", folder, "--report", form)
        assert (code, err) == (0, "" if says is None else f"warning: {says.format(folder)}\n")
        assert "README" not in out

    def test_in_an_archive(self, tmp_path: Path, invoke: Invoke) -> None:
        archive = tmp_path / "exports.zip"
        with ZipFile(archive, "w") as target:
            target.writestr("usage.jsonl", GOOD)
            target.writestr("inner.zip", GOOD)
        code, _, err = invoke("validate", archive)
        assert (code, err.count("\n")) == (0, 1)
        assert err.startswith(f"warning: 1 file in {archive} is not read")

    @pytest.mark.parametrize(
        ("arguments", "wanted", "others"),
        [
            ("price {folder}", "usage", "plan.csv, price.jsonl"),
            ("price {good} --rates {folder}", "price", "plan.csv, usage.jsonl"),
            ("compare-rates {folder} --rates published --rates published", "usage", "plan.csv, price.jsonl"),
            ("compare-rates {good} --rates {folder} --rates {folder}", "price", "plan.csv, usage.jsonl"),
            ("reconcile {folder} {good}", "usage", "plan.csv, price.jsonl"),
            ("reconcile {good} {good.parent}/cost.jsonl --costs {folder}", "usage", "plan.csv, price.jsonl"),
        ],
    )
    def test_by_commands_that_take_files_of_one_dataset(
        self, arguments: str, wanted: str, others: str, tmp_path: Path, invoke: Invoke
    ) -> None:
        """Each sentence once, also where two options name the same folder."""
        folder, good = tmp_path / "exports", tmp_path / "usage.jsonl"
        folder.mkdir()
        prices = json_lines([{**RATE, "price_id": "p", "unit_price": "1"}])
        kept = {"usage.jsonl": json_lines(dataset("b")), "price.jsonl": prices, "notes.txt": b"x", "plan.csv": b"x"}
        for name, data in kept.items():
            (folder / name).write_bytes(data)
        for file in (good, tmp_path / "cost.jsonl"):
            file.write_bytes(GOOD)
        code, _, err = invoke(*arguments.format(folder=folder, good=good).split())
        assert code in {0, 1}, err
        why = f"their names do not say that they hold {wanted} records"
        assert [line for line in err.splitlines() if "not read" in line] == [
            f"warning: 1 file in {folder} is not read, because its name does not end in a format of records: notes.txt",
            f"warning: 2 files in {folder} are not read, because {why}: {others}",
        ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("bundle usage=- -o {good}.zip", "Error: Standard input has no name for a file of a bundle."),
        ("metrics unit_cost --input usage=-", "in standard input, row 1"),
        ("price -", "Error: Standard input does not conform to the profile"),
        ("price {good} -", "with standard input do not conform to the profile"),
        ("reconcile - {good}", "Error: Standard input does not conform to the profile"),
        (
            "statement unit_cost --input usage=- -o {good}.st.jsonl",
            "Error: Standard input is no file that has a digest.",
        ),
    ],
)
def test_standard_input_has_no_name(arguments: str, says: str, tmp_path: Path, invoke: Invoke) -> None:
    good = tmp_path / "usage.jsonl"
    good.write_bytes(GOOD)
    stdin = GOOD if "statement" in arguments else BAD
    code, out, err = invoke(*(each.format(good=good) for each in arguments.split()), stdin=stdin)
    assert (code, out) == (2, "")
    assert says in err


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (["-"], "Standard input holds no record, so that nothing can be held against it."),
        (["-", "more.jsonl"], "Standard input with {} hold no record, so that nothing can be held against them."),
    ],
)
def test_nothing_to_reconcile(files: list[str], says: str, tmp_path: Path, invoke: Invoke) -> None:
    good, more = tmp_path / "usage.jsonl", tmp_path / "more.jsonl"
    good.write_bytes(GOOD)
    more.touch()
    first, *others = (str(more) if each == "more.jsonl" else each for each in files)
    named = [part for each in others for part in ("--usage", each)]
    code, _, err = invoke("reconcile", first, good, *named)
    assert code == 2
    assert says.format(more) in err
