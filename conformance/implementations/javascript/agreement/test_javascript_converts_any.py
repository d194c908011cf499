"""Whatever figures a payload states, both implementations make the same sound rows and reject as many records."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from javascript import FOLDER
from vendor_payloads import PAYLOADS

from opentokenomics import check
from opentokenomics.errors import Error
from opentokenomics.standard import Keyword, load
from opentokenomics_conformance import Case, Role
from opentokenomics_conformance.compare import difference
from opentokenomics_conformance.reference import _ROLES

_BINDING = frozenset(each.id for each in load().requirements if each.keyword is Keyword.MUST)
_OPTIONS = {"at": "2026-08-31T08:00:00Z"}


class _Adapter:
    """One Node process, which answers payload after payload."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        """The answer to a message of the protocol."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@pytest.fixture(scope="module")
def adapter() -> Iterator[_Adapter]:
    """The implementation in JavaScript under the protocol."""
    command = ["node", str(FOLDER / "bin" / "adapter.js")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        found = _Adapter(process)
        found.ask({"cmd": "start", "protocol": 1})
        yield found
        process.terminate()


@pytest.mark.parametrize("source", PAYLOADS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_payload_becomes_the_same_rows(source: str, adapter: _Adapter, data: st.DataObject) -> None:
    path, text = data.draw(PAYLOADS[source])
    _assert_same(adapter, source, path, text)


_CALLS = (
    "anthropic-response",
    "bedrock-invocation-log",
    "cohere-response",
    "litellm",
    "openai-batch",
    "openai-response",
)
_COUNT = re.compile(r"(?<=: )[0-9]{1,6}(?=[,}])")


@pytest.mark.parametrize("source", _CALLS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_calls_that_are_stated_otherwise_become_the_same_rows(
    source: str, adapter: _Adapter, data: st.DataObject
) -> None:
    path, text = data.draw(PAYLOADS[source])
    lines = text.splitlines()
    drawn = data.draw(
        st.lists(st.tuples(st.sampled_from(lines), st.integers(0, 3), st.sampled_from("012")), max_size=6)
    )
    others = [_COUNT.sub(figure, line, count=number) if number else line for line, number, figure in drawn]
    _assert_same(adapter, source, path, "\n".join(data.draw(st.permutations(lines + others))))


def _assert_same(adapter: _Adapter, source: str, path: str, text: str) -> None:
    asked = {"source": source, "payload": {"path": path, "text": text}, "options": _OPTIONS}
    version = load().version
    message = {"cmd": "run", "seq": 1, "role": "converter", "spec_version": version, "input": asked}
    answer = adapter.ask(message)
    try:
        expected = _ROLES["converter"](asked, version)
    except Error:
        assert answer.keys() & {"error", "skipped"}
        return
    assert not [each for row in expected["rows"] for each in check(row) if each.requirement in _BINDING]
    case = Case(source, "Any figures.", Role.CONVERTER, "convert", (), (), asked, expected)
    assert difference(case, answer["result"]) is None


_TABLES = {
    "openai-dashboard": ("start_time,input_tokens,output_tokens", "amount_value", "start_time,end_time"),
    "anthropic-console": ("usage_date_utc,cost_usd", "usage_date_utc,usage_output_tokens"),
    "aws-cur": (
        "line_item_usage_type,line_item_unblended_cost,line_item_usage_start_date",
        "lineItem/UsageType,lineItem/UnblendedCost,lineItem/UsageStartDate",
    ),
    "focus": ("BilledCost,ChargePeriodStart,ChargePeriodEnd,ChargeCategory",),
    "github-copilot": ("date,quantity", "Timestamp,Requests Used", '"date,quantity"'),
    "openrouter-activity": ("Date,Slug,Usage", "generation_id,created_at,cost_total"),
}


@pytest.mark.parametrize("source", _TABLES)
def test_tables_without_a_column_of_their_source_are_refused(source: str, adapter: _Adapter) -> None:
    for header in _TABLES[source]:
        names = header.strip('"').split(",")
        for left in range(-1, len(names)):
            kept = ",".join(name for place, name in enumerate(names) if place != left)
            text = f'"{kept},"\n' if header.startswith('"') else f"{kept},more\n"
            asked = {"source": source, "payload": {"path": "table.csv", "text": text}, "options": _OPTIONS}
            version = load().version
            message = {"cmd": "run", "seq": 1, "role": "converter", "spec_version": version, "input": asked}
            try:
                wanted = {"result": _ROLES["converter"](asked, version)}
            except Error:
                wanted = {}
            answer = adapter.ask(message)
            assert ("result" in answer, answer.get("result")) == ("result" in wanted, wanted.get("result")), (
                kept,
                answer,
            )
