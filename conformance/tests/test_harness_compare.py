"""Answers are compared by what they say, not by how they put it."""

from __future__ import annotations

import random
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opentokenomics_conformance import Case, Role
from opentokenomics_conformance.compare import difference

Json = dict[str, Any]


def _case(role: Role, expected: Json) -> Case:
    return Case("c", "a case of a test", role, "usage", (), (), {}, expected)


def _blame(requirement: str, column: str | None = None) -> Json:
    return {"requirement": requirement, "column": column}


class TestVerdicts:
    """Requirement and column have to be the expected ones, each of them, and nothing else."""

    EXPECTED: ClassVar[Json] = {"valid": False, "violations": [_blame("A", "x"), _blame("B")]}

    @pytest.mark.parametrize(
        ("result", "says"),
        [
            ({"valid": True, "violations": []}, "expected not valid"),
            ({"valid": True, "violations": EXPECTED["violations"]}, "expected not valid"),
            ({"valid": False, "violations": []}, "missing A at x, B"),
            ({"valid": False, "violations": [_blame("A", "x")]}, "missing B"),
            ({"valid": False, "violations": [_blame("A", "y"), _blame("B")]}, "missing A at x; not expected A at y"),
            ({"valid": False, "violations": [*EXPECTED["violations"], _blame("C")]}, "not expected C"),
            ({"valid": False, "violations": [_blame("A at x"), _blame("B")]}, "missing A at x; not expected A at x"),
            ({"rows": [], "rejected": 0}, "not that of a validator"),
        ],
    )
    def test_that_differ(self, result: Json, says: str) -> None:
        assert says in (difference(_case(Role.VALIDATOR, self.EXPECTED), result) or "")

    def test_in_any_order_are_the_same(self) -> None:
        result = {"valid": False, "violations": [*self.EXPECTED["violations"][::-1], _blame("B")]}
        assert difference(_case(Role.VALIDATOR, self.EXPECTED), result) is None


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "spec_version": st.just("1.0"),
            "record_id": st.uuids().map(str),
            "usage_group_id": st.sampled_from(["g", "h", None]),
            "meter": st.sampled_from(["tokens", "requests"]),
            "consumed_quantity": st.sampled_from(["1", "2", "10"]),
        }
    ),
    max_size=6,
    unique_by=lambda row: row["record_id"],
)


class TestConversions:
    """Rows are compared whatever a tool calls them, and with what they are grouped."""

    @given(ROWS, st.randoms(use_true_random=False))
    def test_names_order_zeros_and_nulls_do_not_matter(self, rows: list[Json], dice: random.Random) -> None:
        renamed = [
            {
                **row,
                "record_id": f"other {row['record_id']}",
                "usage_group_id": row["usage_group_id"] and f"group {row['usage_group_id']}",
                "consumed_quantity": f"{row['consumed_quantity']}.00",
                "team": None,
            }
            for row in rows
        ]
        dice.shuffle(renamed)
        case = _case(Role.CONVERTER, {"rows": rows, "rejected": 0})
        assert difference(case, {"rows": renamed, "rejected": 0}) is None

    @given(ROWS.filter(bool), st.data())
    def test_a_changed_row_does(self, rows: list[Json], data: st.DataObject) -> None:
        place = data.draw(st.integers(0, len(rows) - 1))
        column, value = data.draw(st.sampled_from([("consumed_quantity", "3"), ("team", "x"), ("meter", "pages")]))
        changed = [{**row, column: value} if number == place else row for number, row in enumerate(rows)]
        case = _case(Role.CONVERTER, {"rows": rows, "rejected": 0})
        assert column in (difference(case, {"rows": changed, "rejected": 0}) or "")
        assert difference(case, {"rows": rows[1:], "rejected": 0})
        assert difference(case, {"rows": rows, "rejected": 1})

    def test_rows_that_are_grouped_otherwise_differ(self) -> None:
        rows = [
            {"spec_version": "1.0", "record_id": str(n), "usage_group_id": "ab"[n % 2], "team": "cd"[n // 2]}
            for n in range(4)
        ]
        moved = [{**row, "usage_group_id": "ab"[n // 2]} for n, row in enumerate(rows)]
        case = _case(Role.CONVERTER, {"rows": rows, "rejected": 0})
        assert "grouped otherwise" in (difference(case, {"rows": moved, "rejected": 0}) or "")

    def test_a_correction_of_nothing_differs_from_none(self) -> None:
        row = {"record_id": "r", "spec_version": "1.0"}
        case = _case(Role.CONVERTER, {"rows": [row], "rejected": 0})
        assert difference(case, {"rows": [{**row, "corrects_record_id": "s"}], "rejected": 0})

    @given(ROWS.filter(bool))
    def test_rows_without_a_name_of_their_own_or_a_version_are_none(self, rows: list[Json]) -> None:
        case = _case(Role.CONVERTER, {"rows": rows, "rejected": 0})
        twins = _case(Role.CONVERTER, {"rows": [*rows, {**rows[0], "record_id": "x"}], "rejected": 0})
        lacking = [{name: value for name, value in row.items() if name != "record_id"} for row in rows]
        unstated = [{**row, "spec_version": None} for row in rows]
        assert "record_id" in (difference(case, {"rows": lacking, "rejected": 0}) or "")
        assert "spec_version" in (difference(case, {"rows": unstated, "rejected": 0}) or "")
        assert difference(twins, {"rows": [*rows, {**rows[0], "record_id": "y"}], "rejected": 0}) is None
        assert "2 of" in (difference(twins, {"rows": [*rows, rows[0]], "rejected": 0}) or "")


class TestCalculations:
    """Decimals are compared by value; floats and nulls are not decimals."""

    EXPECTED: ClassVar[Json] = {
        "results": [{"by": {"team": "a"}, "currency": "USD", "value": "1.50", "denominator": "0", "score": "50"}]
    }

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({}, None),
            ({"value": "1.5", "denominator": "0.00", "score": "50.000000", "note": "more"}, None),
            ({"score": "50.1"}, "score is"),
            ({"score": "-50"}, "score is"),
            ({"denominator": "-0.0", "score": "050"}, None),
            ({"score": "5e1"}, "score is"),
            ({"value": "1e999999999"}, "value is"),
            ({"score": "\u0665\u0660"}, "score is"),
            ({"value": "1.500000000000000001"}, "value is"),
            ({"value": None}, "value is None"),
            ({"currency": "EUR"}, "currency is 'EUR'"),
            ({"by": {}}, "by is {}"),
        ],
    )
    def test_is_by_value(self, change: Json, says: str | None) -> None:
        result = {"results": [{**self.EXPECTED["results"][0], **change}]}
        found = difference(_case(Role.CALCULATOR, self.EXPECTED), result)
        assert found is None if says is None else says in (found or "")

    def test_tells_a_member_that_is_missing_from_null(self) -> None:
        case = _case(Role.CALCULATOR, {"results": [{"value": None}]})
        assert difference(case, {"results": [{}]}) == "value is missing and should be None"

    def test_counts_results(self) -> None:
        case = _case(Role.CALCULATOR, self.EXPECTED)
        assert difference(case, {"results": []}) == "a result is missing"
        assert difference(case, {"results": self.EXPECTED["results"] * 2}) == "1 results are not expected"
