"""``check``: the violations of one record, whatever it is that somebody calls a record."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import BREAKS, COLUMNS, STANDARD, Record, break_it, dataset, json_text, report_on
from wild import SHORT

from opentokenomics import Profile, UsageRecord, check
from opentokenomics.exact_json import decode, shown

_MANY = [record for identifier in BREAKS for record in break_it(identifier, dataset(identifier))]
_HUGE = 10**5000


class _Odd:
    """Something that is no JSON value and whose text is not to be had."""

    def __str__(self) -> str:
        raise ValueError


_objects = st.sampled_from(
    [
        *(math.nan, math.inf, -math.inf, 1e400, 5e-324, 1.0, 1.5, Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity")),
        *(Decimal("1e999999999"), Decimal("1e-999999999"), _HUGE, -_HUGE, b"bytes", datetime(2026, 8, 31, tzinfo=UTC)),
        *(
            (),
            ("a",),
            {1: 2},
            {"a": _HUGE},
            {"a": math.nan},
            {"a": "\ud800"},
            "\ud800",
            "a@b.co\ud800",
            object(),
            _Odd(),
        ),
        *(frozenset("a"), range(3), MappingProxyType({"a": "b"}), type, len),
    ]
)


class TestAnyValueHasAVerdict:
    """Nothing that a program can put into a mapping makes the check fail."""

    @given(st.dictionaries(st.sampled_from([*COLUMNS, "", "x_a", "Meter", "\ud800"]), _objects, max_size=4))
    def test_on_values_that_are_no_json(self, values: Record) -> None:
        for violation in check({**SHORT, **values}, profile="cost"):
            assert violation.message
            assert violation.value is None or len(violation.value) <= 200

    def test_names_that_are_no_text_are_unknown(self) -> None:
        assert [each.requirement for each in check({**SHORT, "": 1, "x_": 2, "Team": 3})] == ["OTS-GEN-007"] * 3

    @pytest.mark.parametrize("number", [1, 1.0, Decimal(1), Decimal("1.0"), Decimal("10e-1")])
    def test_whole_numbers_are_integers_however_they_are_held(self, number: object) -> None:
        assert not check({**SHORT, "attempt": number})

    @pytest.mark.parametrize("number", [1.5, math.nan, math.inf, Decimal("NaN"), Decimal("1.5"), True, "1"])
    def test_other_numbers_are_not(self, number: object) -> None:
        assert [each.requirement for each in check({**SHORT, "attempt": number})] == ["OTS-GEN-012"]


class TestWhatAViolationSays:
    """It names the record, the column and the value, as the report on a file does."""

    def test_as_a_report_says_it(self) -> None:
        values = {
            "team": "x" * 5000,
            "attempt": Decimal("1.50"),
            "tags": {"a": [Decimal("1.0"), None, True]},
            "Team": 10**30,
        }
        record = {**SHORT, **values, "x_a": "own"}
        ours = {
            each.column: (each.requirement, each.record_id, each.value, each.message, each.fix)
            for each in check(record)
        }
        report = report_on(json_text(record).encode(), profile="metering")
        theirs = {
            each.column: (each.requirement, each.record_id, each.value, each.message, each.fix)
            for each in report.violations
        }
        assert ours == theirs
        assert [ours[name][2] for name in values] == ["x" * 200, "1.50", '{"a":[1.0,null,true]}', "1" + "0" * 30]

    @pytest.mark.parametrize(
        "values",
        [
            {"team": "a\ud800"},
            {"\udfff": 1},
            {"tags": {"a": "\ud800"}},
            {"x_a": [{"\ud83d": 1}]},
            {"attempt": "\udc00", "Team": 1},
        ],
    )
    def test_half_of_a_surrogate_pair_is_all_that_is_said(self, values: Record) -> None:
        record = {**SHORT, **values}
        (ours,) = check(record)
        (theirs,) = report_on(json.dumps(record).encode(), profile="metering").violations
        assert ours.requirement == theirs.requirement == "OTS-GEN-002"
        assert (ours.column, ours.value, ours.record_id) == (theirs.column, theirs.value, theirs.record_id)
        assert (ours.message, ours.fix) == (theirs.message, theirs.fix)

    def test_a_value_that_holds_itself(self) -> None:
        own: list[object] = ["é"]
        own += [own, own]
        assert not check({**SHORT, "x_a": own})
        own.append("\ud800")
        assert [each.requirement for each in check({**SHORT, "x_a": own})] == ["OTS-GEN-002"]

    @given(
        st.recursive(
            st.none() | st.booleans() | st.text() | st.integers(),
            lambda each: st.lists(each) | st.dictionaries(st.text(), each),
        )
    )
    def test_values_are_shown_as_json(self, value: object) -> None:
        text = shown(value, 10**6)
        assert (text if isinstance(value, str) else decode(text)) == value


class TestProfiles:
    """A record is held to what it claims, or to what the caller says that it claims."""

    def test_a_place_of_money_claims_cost(self) -> None:
        record: Record = dataset()[0]
        without = {name: value for name, value in record.items() if name not in {"cost_carrier", "billing_currency"}}
        assert not check(without)
        assert {each.requirement for each in check(without, profile=Profile.COST)} == {"OTS-CST-001", "OTS-CST-015"}
        assert {each.requirement for each in check({**without, "cost_carrier": "this_row"})} == {"OTS-CST-015"}
        assert not check({**without, "cost_carrier": "this_row"}, profile="metering")

    def test_unknown_names_are_refused(self) -> None:
        with pytest.raises(ValueError, match="gold"):
            check({}, profile="gold")
        for options in ({"dataset": "prices"}, {"spec_version": "0.9"}):
            with pytest.raises(KeyError):
                check({}, **options)


class TestModelsAndMappings:
    """A model has the violations of the mapping that it writes."""

    @pytest.mark.parametrize("record", dataset(), ids=lambda record: record["record_id"])
    def test_agree(self, record: Record) -> None:
        assert check(UsageRecord.from_json(json_text(record)), profile="cost") == check(record, profile="cost") == []


class TestCost:
    """The check is cheap enough for every record of a program that writes them."""

    def test_it_loads_no_engine(self) -> None:
        code = "import sys, opentokenomics; opentokenomics.check({}); print({'duckdb', 'sqlglot'} & set(sys.modules))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "set()\n"

    def test_every_rule_on_records_is_among_them(self) -> None:
        broken = {each.requirement for record in _MANY for each in check(record, profile="cost")}
        assert len(broken) > 50
        assert broken <= {each.id for each in STANDARD.requirements}
