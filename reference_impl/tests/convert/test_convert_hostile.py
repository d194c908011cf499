"""Whatever stands in the place of a value, a record is converted or rejected, and the next one is converted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fixtures import Run
from hypothesis import given, settings
from hypothesis import strategies as st

from opentokenomics.convert import ConvertError, sources

NAMES = [each.name for each in sources() if {"json", "jsonl"} & set(each.formats)]
VALUES: list[Any] = [
    *(None, True, 0, -1, 2.5, 10**18, 10**400, 253402300799, "", "x", "1", "1e5", [], {}, [1], [[]], {"q": 1}),
    *("9999-12-31", "9999-12-31T23:59:59Z", "253402300799000", "253402300799000000000", "a" * 5000, "\ud800"),
]


def places(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - a JSON value
    """Every member and element, as what holds it and where."""
    if isinstance(value, dict | list):
        for place in value if isinstance(value, dict) else range(len(value)):
            yield value, place
            yield from places(value[place])


def documents(exports: Path, name: str) -> list[Any]:
    """The JSON documents of a source's examples."""
    folder = exports / name
    files = sorted(folder.glob("*.json*")) if folder.is_dir() else [exports / "responses" / f"{name[:-9]}.jsonl"]
    texts = [file.read_text() for file in files]
    lines = [text.splitlines() if file.suffix == ".jsonl" else [text] for file, text in zip(files, texts, strict=True)]
    return [json.loads(each) for several in lines for each in several]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=10)
@given(offset=st.integers(0, len(VALUES) - 1))
def test_no_value_is_fatal(run: Run, exports: Path, name: str, offset: int) -> None:
    broken: list[bytes] = []
    for whole in documents(exports, name):
        for holder, place in places(whole):
            kept, holder[place] = holder[place], VALUES[(len(broken) + offset) % len(VALUES)]
            broken.append(json.dumps(whole).encode())
            holder[place] = kept
    outcome = run(name, *broken, model="m", account="acc-1")
    assert outcome.rows or outcome.reasons


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [["x"], {"q": 1}, 5, None], ids=repr)
def test_no_value_stops_the_search_for_a_source(run: Run, exports: Path, name: str, value: object) -> None:
    ends: set[str] = set()
    for whole in documents(exports, name)[:4]:
        for holder, place in places(whole):
            kept, holder[place] = holder[place], value
            try:
                run("auto", json.dumps(whole).encode(), model="m")
                ends.add("source found")
            except ConvertError as error:
                ends.add(error.code)
            holder[place] = kept
    assert "source found" in ends, "most members tell nothing of the source"
    assert ends <= {"source found", "source_undetected"}
