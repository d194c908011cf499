"""Laws of totals: how usage is cut, ordered and handed over changes no sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from opentokenomics.standard import load
from opentokenomics_conformance.cases import Role
from opentokenomics_conformance.laws._law import Ask, Breach, Json, Law, mixed

Line = tuple[int, int]
"""Tokens, and what they cost in cents."""

Row = Mapping[str, Any]

LINES = st.lists(st.tuples(st.integers(1, 10**7), st.integers(1, 10**5)), min_size=1, max_size=4)


def cents(number: int) -> str:
    """An amount, of its hundredths."""
    return f"{Decimal(number).scaleb(-2):f}"


def usage_row(name: str, line: Line, day: int = 1) -> Row:
    """A record of usage on a day of August."""
    tokens, amount = line
    return {
        "spec_version": load().version,
        "record_id": name,
        "record_type": "original",
        "source_name": "example",
        "measurement_method": "metered",
        "charge_period_start": f"2026-08-{day:02}T00:00:00Z",
        "charge_period_end": f"2026-08-{day + 1:02}T00:00:00Z",
        "service_provider_name": "Example",
        "ai_service": "inference",
        "meter": "tokens",
        "usage_group_id": f"group-{name}",
        "token_direction": "output",
        "consumed_quantity": str(tokens),
        "consumed_unit": "tokens",
        "cost_carrier": "this_row",
        "charge_category": "usage",
        "billed_cost": cents(amount),
        "effective_cost": cents(amount),
        "billing_currency": "USD",
        "cost_source": "invoiced",
    }


def _rows(lines: Sequence[Line], first: str = "row", day: int = 1) -> list[Row]:
    return [usage_row(f"{first}-{number}", line, day) for number, line in enumerate(lines, 1)]


def _given(rows: Sequence[Row]) -> Json:
    return {"metric": "unit_cost", "records": {"usage": list(rows)}}


def _totals(result: Json) -> tuple[Decimal, Decimal] | None:
    """The numerator and the denominator of the only result; None where there is none."""
    found = [(each.get("numerator"), each.get("denominator")) for each in result["results"]]
    if len(found) != 1 or not all(isinstance(each, str) for each in found[0]):
        return None
    return Decimal(found[0][0]), Decimal(found[0][1])


def _checked(rows: Sequence[Row], lines: Sequence[Line], ask: Ask, what: str) -> Breach | None:
    """A breach where the totals of the rows are not those of the lines."""
    given = _given(rows)
    tokens, amount = sum(tokens for tokens, _ in lines), sum(amount for _, amount in lines)
    found = _totals(ask(given))
    if found == (Decimal(cents(amount)), Decimal(tokens)):
        return None
    told = "no totals" if found is None else f"{found[0]:f} for {found[1]:f} tokens"
    detail = f"{cents(amount)} for {tokens} tokens {what} became {told}."
    right = {"numerator": cents(amount), "denominator": str(tokens), "currency": "USD"}
    return Breach(detail, given, {"results": [right]})


def _reordered(example: tuple[Sequence[Line], int], ask: Ask) -> Breach | None:
    lines, number = example
    return _checked(mixed(_rows(lines), number), lines, ask, "in another order")


def _split(example: tuple[Sequence[Line], Line], ask: Ask) -> Breach | None:
    """The last record in two: the morning has what is drawn of it, and the afternoon the rest."""
    lines, (tokens, amount) = example
    whole = lines[-1]
    morning = min(tokens, whole[0]), min(amount, whole[1])
    afternoon = whole[0] - morning[0], whole[1] - morning[1]
    noon = "2026-08-01T12:00:00Z"
    halves = [
        {**usage_row(f"row-{len(lines)}-a", morning), "charge_period_end": noon},
        {**usage_row(f"row-{len(lines)}-b", afternoon), "charge_period_start": noon},
    ]
    return _checked([*_rows(lines[:-1]), *halves], lines, ask, "with a period in two")


def _merged(example: tuple[Sequence[Line], Sequence[Line]], ask: Ask) -> Breach | None:
    one, other = example
    rows = [*_rows(one, "first"), *_rows(other, "second", day=2)]
    return _checked(rows, [*one, *other], ask, "of two exports")


TOTAL_LAWS = (
    Law(
        "total-reordering",
        "The order of records changes no total.",
        Role.CALCULATOR,
        lambda: st.tuples(LINES.filter(lambda lines: len(lines) > 1), st.integers(0, 9)),
        _reordered,
    ),
    Law(
        "total-splitting",
        "A record of a period has the total of two records of its halves.",
        Role.CALCULATOR,
        lambda: st.tuples(LINES, st.tuples(st.integers(0, 10**7), st.integers(0, 10**5))),
        _split,
    ),
    Law(
        "total-merging",
        "Two exports together have the sum of their totals.",
        Role.CALCULATOR,
        lambda: st.tuples(LINES, LINES),
        _merged,
    ),
)
