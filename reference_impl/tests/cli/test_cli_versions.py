"""``compare-versions`` tells what compares, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from differences import EDITS
from editions import Edition, library
from edits import NEXT
from fixtures import Invoke

from opentokenomics.compatibility import compare
from opentokenomics.standard import load, using, versions

OLD = versions()[-1]


@pytest.fixture(params=["it is said otherwise", "a column is renamed", "SHOULD becomes MUST"])
def edition(request: pytest.FixtureRequest) -> Iterator[Edition]:
    """A next version that differs in one way."""
    changed = Edition(NEXT).changed(EDITS[request.param][0])
    with using(library(changed)):
        yield changed


def test_nothing_is_different(invoke: Invoke) -> None:
    assert invoke("compare-versions", OLD, OLD) == (0, f"{OLD} differs from {OLD} in nothing but its name.\n", "")


def test_what_is_different_is_told(invoke: Invoke, edition: Edition) -> None:
    changes = compare(load(OLD), edition.read())
    code, out, err = invoke("compare-versions", OLD, NEXT)
    assert (code, err) == (int(any(each.compatibility != "compatible" for each in changes)), "")
    worst = max(changes, key=lambda each: each.compatibility.rank).compatibility
    assert out.startswith(f"{NEXT} is {worst} with {OLD}. Differences: ")
    words = " ".join(out.split())
    for each in changes:
        assert each.where in words
    assert ("* A person has to read" in words) is any(each.review for each in changes)


def test_programs_get_everything(invoke: Invoke, edition: Edition) -> None:
    changes = compare(load(OLD), edition.read())
    code, out, _ = invoke("compare-versions", OLD, NEXT, "--json")
    told = json.loads(out)
    assert (told["old"], told["new"], code) == (OLD, NEXT, int(told["compatibility"] != "compatible"))
    assert [each["where"] for each in told["changes"]] == [each.where for each in changes]
    assert told["changes"][0].keys() == {"compatibility", "where", "aspect", "action", "what", "why", "review"}


def test_a_folder_is_a_version_too(invoke: Invoke, edition: Edition, tmp_path: Path) -> None:
    for file, text in edition.texts.items():
        (tmp_path / file).write_text(text, "utf-8")
    assert invoke("compare-versions", OLD, tmp_path) == invoke("compare-versions", OLD, NEXT)
    assert invoke("compare-versions", NEXT, tmp_path)[0] == 0


@pytest.mark.parametrize("spoil", ["", "[]", "{}", '{"requirements": [{}], "version": "1.0"}', "[" * 100_000])
def test_what_is_no_version_is_refused(invoke: Invoke, tmp_path: Path, spoil: str) -> None:
    for file, text in {**Edition(NEXT).texts, "catalogue.json": spoil}.items():
        (tmp_path / file).write_text(text, "utf-8")
    code, out, err = invoke("compare-versions", OLD, tmp_path)
    assert (code, out) == (2, "")
    assert "holds no version of the standard" in err
    assert "Error)" not in err
    code, _, err = invoke("compare-versions", "9.8", OLD)
    assert code == 2
    assert f"Versions that exist: {OLD}." in err


@pytest.mark.parametrize("missing", ["catalogue.json", "metrics.json"])
def test_what_a_version_lacks_is_named(invoke: Invoke, tmp_path: Path, missing: str) -> None:
    for file, text in Edition(NEXT).texts.items():
        if file != missing:
            (tmp_path / file).write_text(text, "utf-8")
    code, out, err = invoke("compare-versions", OLD, tmp_path)
    assert (code, out) == (2, "")
    assert err.startswith(f"Error: {tmp_path} holds no version of the standard: there is no {missing} in it.")


@pytest.mark.parametrize("spoil", [b"[]", b"{", b"\xff\xfe", b"1", None])
def test_a_document_that_cannot_be_read_is_named(invoke: Invoke, tmp_path: Path, spoil: bytes | None) -> None:
    for file, text in Edition(NEXT).texts.items():
        (tmp_path / file).write_text(text, "utf-8")
    document = tmp_path / "usage.schema.json"
    document.unlink()
    document.mkdir() if spoil is None else document.write_bytes(spoil)
    code, out, err = invoke("compare-versions", OLD, tmp_path)
    assert (code, out) == (2, "")
    assert document.name in err
    assert "Error)" not in err


def test_a_rule_that_no_program_knows_is_refused(invoke: Invoke, tmp_path: Path) -> None:
    edition = Edition(NEXT)
    edition.requirement("OTS-CST-003")["check"]["predicate"]["tree"] = {"node": "compare", "operator": "~"}
    for file, text in edition.texts.items():
        (tmp_path / file).write_text(text, "utf-8")
    code, out, err = invoke("compare-versions", OLD, tmp_path)
    assert (code, out) == (2, "")
    assert "holds no version of the standard" in err


def test_versions_are_completed() -> None:
    from opentokenomics.cli._compare_versions import command

    context = command.make_context("compare-versions", [OLD, OLD])
    items = command.params[0].shell_complete(context, OLD[:2])
    assert [item.value for item in items] == [name for name in versions() if name.startswith(OLD[:2])]


@pytest.mark.parametrize("edition", ["a column is renamed"], indirect=True)
@pytest.mark.parametrize("form", ["json", "csv", "table"])
def test_schemas_of_each_version_are_shown(invoke: Invoke, edition: Edition, form: str) -> None:
    shown = {name: invoke("schema", "usage", "--format", form, "--spec-version", name) for name in (OLD, NEXT)}
    assert [(code, err) for code, _, err in shown.values()] == [(0, ""), (0, "")]
    (new,) = set(edition.read().datasets["usage"].by_name) - set(load(OLD).datasets["usage"].by_name)
    assert [new in out for _, out, _ in shown.values()] == [False, True]


@pytest.mark.parametrize("edition", ["SHOULD becomes MUST"], indirect=True)
def test_requirements_of_each_version_are_explained(invoke: Invoke, edition: Edition) -> None:
    keywords = {each.id: each.keyword for each in edition.read().requirements}
    (stricter,) = [each.id for each in load(OLD).requirements if keywords[each.id] != each.keyword]
    for name, keyword in ((OLD, "SHOULD"), (NEXT, "MUST")):
        code, out, err = invoke("explain", stricter, "--spec-version", name)
        assert (code, err, out.split()[:2]) == (0, "", [stricter, keyword])


@pytest.mark.parametrize("command", ["explain", "schema", "sql --dialect duckdb"])
def test_a_version_that_there_is_not_is_refused(invoke: Invoke, command: str) -> None:
    code, out, err = invoke(*command.split(), "--spec-version", "9.9")
    assert (code, out) == (2, "")
    assert err.startswith("Error: There is no version 9.9 of the standard here.")
    assert OLD in err
