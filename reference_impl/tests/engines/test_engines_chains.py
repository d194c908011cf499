"""Rules on chains, on runs of numbers and on quotients, at their edges and over many records."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outcomes import MAKE, report_of
from records import Record, Records, found

from opentokenomics import check
from opentokenomics.generate._statements import quotient
from opentokenomics.rules import is_quotient

_CHAIN = "OTS-OUT-028"


def _linked(links: dict[str, str]) -> Records:
    """Outcomes, each of which names the one that it does again."""
    outcome = {**MAKE["outcome"]("d")[0], "status": "reworked"}
    for name in ("value_amount", "value_method", "human_cost", "human_seconds", "currency"):
        outcome.pop(name)
    names = dict.fromkeys([*links, *links.values()])
    return [{**outcome, "outcome_id": name, **_named(links.get(name))} for name in names]


def _named(name: str | None) -> Record:
    return {} if name is None else {"rework_of_outcome_id": name}


def _on_circles(links: dict[str, str]) -> int:
    """The straightforward count: who comes back to where they began."""
    back = 0
    for start in links:
        place, seen = links.get(start), set()
        while place is not None and place != start and place not in seen:
            seen.add(place)
            place = links.get(place)
        back += place == start
    return back


class TestChains:
    """Records on a circle are counted, those that lead into one are not, and long chains end."""

    @settings(max_examples=20, deadline=None)
    @given(st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"), min_size=1))
    def test_any_links(self, links: dict[str, str]) -> None:
        report = report_of({"outcome": _linked(links)}, profile="metering")
        (result,) = (each for each in report.checks if each.requirement == _CHAIN)
        assert (result.evaluated, result.violations) == (len(links), _on_circles(links))
        rows = [each.row for each in report.violations if each.requirement == _CHAIN]
        assert len(rows) == result.violations

    @pytest.mark.parametrize(("first", "expected"), [(None, 0), ("", 0), ("b", 0), ("a", 1)])
    def test_a_name_that_several_records_have_leads_where_the_first_of_them_leads(
        self, first: str | None, expected: int
    ) -> None:
        again = [
            {**each, "rework_of_outcome_id": name}
            for each, name in zip(_linked({"a": "a"}) * 2, (first, "a"), strict=True)
        ]
        assert found(report_of({"outcome": again}, profile="metering")).get(_CHAIN, 0) == expected

    @pytest.mark.parametrize("closes", [False, True])
    def test_a_chain_of_many_records(self, closes: bool) -> None:  # noqa: FBT001 - a case
        many = 3000
        links = {str(number): str(number + 1) for number in range(many)}
        if closes:
            links[str(many)] = "0"
        assert found(report_of({"outcome": _linked(links)}, profile="metering")).get(_CHAIN, 0) == closes * (many + 1)


class TestConsecutiveNumbers:
    """What is missing among trials is found, and repeated or shared numbers are no gap."""

    @settings(max_examples=20, deadline=None)
    @given(st.lists(st.integers(1, 6), min_size=1, max_size=6, unique=True))
    def test_trials(self, trials: list[int]) -> None:
        (attempt, *_) = MAKE["evaluation"]("d")
        records = [{**attempt, "trial": trial} for trial in trials]
        missing = max(trials) != len(trials)
        report = report_of({"evaluation": records}, profile="metering")
        assert found(report) == ({"OTS-EVL-012": 1} if missing else {})

    def test_malformed_numbers_that_lie_far_apart(self) -> None:
        (attempt, *_) = MAKE["evaluation"]("d")
        records = [{**attempt, "trial": trial} for trial in (-(2**63), 1, 2**63 - 1)]
        assert found(report_of({"evaluation": records}, ".csv", "metering")) == {"OTS-GEN-012": 2}


_NUMBERS = st.decimals(-(10**14) + 1, 10**14 - 1, places=18, allow_nan=False).filter(bool)


class TestQuotients:
    """A quotient is exact and rounded once; the engine and the check of one record agree."""

    @given(_NUMBERS, st.integers(1, 10**13) | _NUMBERS)
    def test_what_is_made_is_a_quotient_and_its_neighbours_are_none(self, one: Decimal, other: Decimal | int) -> None:
        made = quotient(one, Decimal(other))
        assert is_quotient(str(one), str(other), made)
        exact = Fraction(one) / Fraction(other)
        assert abs(Fraction(made) - exact) * 2 <= Fraction(1, 10**18)
        for step in (-1, 1):
            assert not is_quotient(str(one), str(other), f"{Fraction(made) + Fraction(step, 10**18)}")

    @pytest.mark.parametrize(
        ("numerator", "denominator", "value"),
        [
            ("1", "3", "0.333333333333333333"),
            ("2", "3", "0.666666666666666667"),
            ("0.000000000000000001", "2", "0"),
            ("0.000000000000000003", "2", "0.000000000000000002"),
            ("-1", "3", "-0.333333333333333333"),
            ("99999999999999", "1", "99999999999999.0"),
        ],
    )
    def test_examples(self, numerator: str, denominator: str, value: str) -> None:
        (*_, cache, _) = MAKE["statement"]("d")
        right = {**cache, "numerator": numerator, "denominator": denominator, "value": value}
        wrong = {**right, "value": str(Decimal(value) + Decimal("0.1"))}
        assert not check(right, dataset="statement")
        assert [each.requirement for each in check(wrong, dataset="statement")] == ["OTS-STM-029"]
        report = report_of({"statement": [right, {**wrong, "statement_id": "wrong"}]}, profile="metering")
        assert found(report) == {"OTS-STM-029": 1}
        assert [each.row for each in report.violations] == [2]
