"""Rules between records and datasets, each against a plain restatement of it that compares every two records."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opentokenomics import Report
from opentokenomics.engines._run import Named, Request, run
from opentokenomics.engines.duckdb import Version
from opentokenomics.readers import Given, JsonLinesReader, localise
from opentokenomics.rules import compile_predicate
from opentokenomics.standard import (
    NAMED,
    Check,
    Dataset,
    Group,
    GroupRule,
    Keyword,
    NoOverlap,
    Predicate,
    Profile,
    ReferenceRule,
    References,
    Requirement,
    Standard,
    load,
)

Record = dict[str, Any]

USAGE = load().datasets["usage"]
TARIFF = Dataset("tariff", "Tariff", "A made-up dataset.", USAGE.columns, "^x_", USAGE.unknown_requirement)
QUIET = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def judged(
    check: Check, column: str, records: Sequence[Record], others: Sequence[Record] = ()
) -> tuple[int, list[int]]:
    """How often the engine evaluates a check on usage records, and the rows that violate it."""
    requirement = Requirement(
        "OTS-TST-001",
        "1.0",
        "usage",
        Profile.METERING,
        Keyword.MUST,
        "It holds.",
        "A test.",
        (column,),
        check,
        "Mend it.",
    )
    report = _report(requirement, records, others)
    (result,) = (each for each in report.checks if each.requirement == requirement.id)
    found = [each.row or 0 for each in report.violations if each.requirement == requirement.id]
    assert len(found) == result.violations
    return result.evaluated, found


def _report(requirement: Requirement, records: Sequence[Record], others: Sequence[Record]) -> Report:
    standard = load()
    general = tuple(each for each in standard.requirements if each.dataset is None)
    made_up = Standard(standard.version, {"usage": USAGE, "tariff": TARIFF}, (*general, requirement))
    version = Version(standard.version, supported=True, requirement="OTS-GEN-018")
    with TemporaryDirectory() as folder:
        named = []
        for number, (dataset, rows) in enumerate(((USAGE, records), (TARIFF, others))):
            if rows:
                file = Path(folder, f"{dataset.name}.jsonl")
                file.write_text("".join(json.dumps(row) + "\n" for row in rows))
                local = localise(Given(file.name, str(file)), Path(folder), number)
                named.append(Named(dataset.name, JsonLinesReader(local, dataset)))
        workspace = Path(folder, "workspace")
        workspace.mkdir()
        request = Request(made_up, version, Profile.METERING, 10**6, lambda *_: None)
        return run(request, named, workspace)


def instant(day: int) -> str:
    return f"2026-01-{day:02}T00:00:00Z"


def numbered(rows: Sequence[tuple[Any, ...]], names: Sequence[str]) -> list[Record]:
    return [dict(zip(names, row, strict=True)) for row in rows]


DAYS = st.integers(1, 6).map(instant)


class TestNoOverlap:
    """A record violates it that overlaps one of its key which begins before it, or as early and further up."""

    NAMES = ("service_name", "source_name", "charge_period_start", "charge_period_end")
    ROWS = st.lists(
        st.tuples(
            st.sampled_from(["a", "b", None]), st.sampled_from(["s", "t", "u"]), st.none() | DAYS, st.none() | DAYS
        ),
        min_size=1,
        max_size=9,
    )

    @QUIET
    @given(ROWS, st.booleans())
    def test_one_range(self, rows: list[tuple[Any, ...]], apart: bool) -> None:  # noqa: FBT001
        check = NoOverlap(
            ("service_name",), (("charge_period_start", "charge_period_end"),), "source_name" if apart else None
        )
        evaluated, found = judged(check, "charge_period_start", numbered(rows, self.NAMES))
        assert evaluated == len(rows)
        assert found == self._expected(rows, lambda one, other: not apart or one[1] != other[1], [(2, 3)])

    @QUIET
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["a", None]), st.none() | DAYS, st.none() | DAYS,
                st.none() | st.integers(0, 4), st.none() | st.integers(1, 4),
            ),
            min_size=1, max_size=9,
        )
    )  # fmt: skip
    def test_two_ranges(self, rows: list[tuple[Any, ...]]) -> None:
        names = (
            "service_name", "charge_period_start", "charge_period_end",
            "minimum_context_tokens", "maximum_context_tokens",
        )  # fmt: skip
        check = NoOverlap(names[:1], (names[1:3], names[3:5]))
        _, found = judged(check, "charge_period_start", numbered(rows, names))
        assert found == self._expected(rows, lambda *_: True, [(1, 2), (3, 4)])

    @staticmethod
    def _expected(
        rows: Sequence[tuple[Any, ...]], counts: Callable[..., bool], ranges: Sequence[tuple[int, int]]
    ) -> list[int]:
        def before(low: Any, high: Any) -> bool:  # noqa: ANN401
            return low is None or high is None or low < high

        def meet(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
            return all(
                before(one[s], other[e])
                and before(other[s], one[e])
                and before(one[s], one[e])
                and before(other[s], other[e])
                for s, e in ranges
            )

        first = ranges[0][0]
        order = sorted(range(len(rows)), key=lambda n: (rows[n][first] or "", n))
        return sorted(
            order[later] + 1
            for later in range(len(rows))
            if any(
                rows[order[earlier]][0] == rows[order[later]][0]
                and counts(rows[order[earlier]], rows[order[later]])
                and meet(rows[order[earlier]], rows[order[later]])
                for earlier in range(later)
            )
        )  # fmt: skip


class TestContiguous:
    """A group violates it whose ranges do not begin at zero, or leave a gap between them."""

    @QUIET
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["a", "b", None]), st.none() | st.integers(-2, 4), st.none() | st.integers(-2, 4)
            ),
            min_size=1,
            max_size=8,
        )
    )
    def test_agrees(self, drawn: list[tuple[Any, ...]]) -> None:
        names = ("service_name", "consumed_quantity", "pricing_quantity")
        rows = [(group, *(None if each is None else str(each) for each in ends)) for group, *ends in drawn]
        check = Group(("service_name",), GroupRule.CONTIGUOUS, column=names[1], upper=names[2])
        evaluated, found = judged(check, names[1], numbered(rows, names))
        groups = {row[0] for row in rows}
        assert evaluated == len(groups)
        assert len(found) == sum(self._has_gap([row for row in rows if row[0] == group]) for group in groups)

    @staticmethod
    def _has_gap(rows: Sequence[tuple[Any, ...]]) -> bool:
        reach: float = 0
        for _, low, high in sorted(rows, key=lambda row: int(row[1] or 0)):
            if int(low or 0) > reach:
                return True
            reach = max(reach, float("inf") if high is None else int(high))
        return False


@cache
def _check(sql: str | None) -> References:
    columns = {**USAGE.by_name, **{NAMED + name: column for name, column in TARIFF.by_name.items()}}
    predicate = None if sql is None else Predicate(sql, compile_predicate(sql, columns))
    rule = ReferenceRule.EXISTS if sql is None else ReferenceRule.SATISFIES
    return References("price_id", "tariff", "price_id", rule, predicate=predicate)


class TestJoined:
    """A record and the one that it names, which may be of another dataset, satisfy a condition together."""

    OWN = ("price_id", "list_unit_price", "billing_currency")
    PRICES = st.sampled_from(["1", "2", "0.5", None, "2.50"])

    @QUIET
    @given(
        st.lists(st.tuples(st.sampled_from(["p", "q", "r", None]), PRICES), min_size=1, max_size=6),
        st.lists(st.tuples(st.sampled_from(["p", "q"]), PRICES), min_size=1, max_size=4),
    )
    def test_agrees(self, rows: list[tuple[Any, ...]], others: list[tuple[Any, ...]]) -> None:
        records, named = numbered(rows, self.OWN[:2]), numbered(others, self.OWN[:2])
        firsts = dict(reversed(others))
        evaluated, found = judged(_check(None), "price_id", records, named)
        assert evaluated == sum(row[0] is not None for row in rows)
        assert found == [n for n, row in enumerate(rows, 1) if row[0] is not None and row[0] not in firsts]

        check = _check("list_unit_price = named__list_unit_price")
        evaluated, found = judged(check, "price_id", records, named)
        pairs = [(n, row[1], firsts[row[0]]) for n, row in enumerate(rows, 1) if row[0] in firsts]
        filled = [(n, one, other) for n, one, other in pairs if one is not None and other is not None]
        assert evaluated == len(filled)
        assert found == [n for n, one, other in filled if Decimal(one) != Decimal(other)]

    def test_a_malformed_value_on_either_side_is_not_judged(self) -> None:
        check = _check("list_unit_price = named__list_unit_price")
        fine, odd = {"price_id": "p", "list_unit_price": "1"}, {"price_id": "p", "list_unit_price": "1e3"}
        assert judged(check, "price_id", [odd], [fine]) == (0, [])
        assert judged(check, "price_id", [fine], [odd]) == (0, [])
        assert judged(check, "price_id", [fine], [fine]) == (1, [])
        # Not even where the rest of the predicate decides it.
        late = _check("list_unit_price = named__list_unit_price AND price_id = 'q'")
        assert judged(late, "price_id", [fine], [odd]) == (0, [])
        assert judged(late, "price_id", [fine], [fine]) == (1, [1])

    def test_without_the_other_dataset_there_is_nothing_to_judge(self) -> None:
        requirement = replace(load().requirements[0], id="OTS-TST-001", dataset="usage", check=_check(None))
        report = _report(requirement, [{"price_id": "p"}], [])
        (result,) = (each for each in report.checks if each.requirement == requirement.id)
        assert result.status == "not_applicable"
        assert "no tariff records were given" in (result.reason or "")
