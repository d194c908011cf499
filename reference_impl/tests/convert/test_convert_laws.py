"""The laws of conversion, on generated payloads of every source that hands over more than a response."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from convert_payloads import PAYLOADS, Payload, meters_of
from fixtures import Run
from hypothesis import given, settings
from hypothesis import strategies as st

from opentokenomics.convert import Options, convert, sources

AT = datetime(2026, 8, 31, tzinfo=UTC)
RESPONSES = {each.name for each in sources() if each.name.endswith("-response")} - {"cohere-response"}


def as_set(rows: Iterable[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


@pytest.mark.parametrize("name", PAYLOADS)
@settings(max_examples=25)
@given(data=st.data())
def test_laws(run: Run, assert_sound: Run, name: str, data: st.DataObject) -> None:
    payload: Payload = data.draw(PAYLOADS[name])
    outcome = run(name, *payload.head, *payload.lines, pseudonym_key="key")
    assert outcome.reasons == []
    assert_sound(outcome.rows)
    assert (outcome.tokens("input"), outcome.tokens("output")) == (payload.input, payload.output)
    paid = sum((Decimal(row.get("effective_cost", "0")) for row in outcome.rows), Decimal())
    assert paid == payload.amount
    read = meters_of(outcome.rows)
    assert {meter: read[meter] for meter in payload.meters} == payload.meters
    again = run(name, *payload.head, *reversed(payload.lines), payload.tail, pseudonym_key="key")
    assert as_set(again.rows) == as_set(outcome.rows)
    assert len(again.reasons) == 1
    open_rows = run(name, *payload.head, *payload.lines).rows
    assert len(open_rows) == len(outcome.rows)
    assert "@" not in json.dumps([*outcome.rows, *open_rows])


def test_every_source_is_held_to_the_laws() -> None:
    assert set(PAYLOADS) | RESPONSES | {"openai-dashboard"} == {each.name for each in sources()}


@pytest.mark.parametrize("name", PAYLOADS)
def test_its_fixtures_are_recognised_and_converted(assert_sound: Run, exports: Path, name: str) -> None:
    folder = exports / name
    assert (folder / "README.md").is_file()
    for path in sorted(each for each in folder.rglob("*") if each.suffix != ".md" and each.is_file()):
        conversion = convert(path, options=Options(at=AT, model="m", account="acc-1"))
        rows = list(conversion)
        assert [each.name for each in conversion.sources] == [name], path
        assert rows, path
        assert conversion.rejects == (), path
        assert_sound(rows)
        assert "@" not in json.dumps(rows)
