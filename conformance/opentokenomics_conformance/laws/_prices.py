"""The law of units for validators: what something costs is the same, however many units a price is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from opentokenomics.standard import load
from opentokenomics_conformance.cases import Role
from opentokenomics_conformance.laws._law import Ask, Breach, Law

_PROFILE = "cost"
_MILLION = 1_000_000
_BLOCKS = (1, 1_000)
_WRONG = 1_000
"""The field's own mistake: a price per million that is taken for one per thousand."""


@dataclass(frozen=True, slots=True)
class _Line:
    """So many tokens, at so many millionths of a dollar a million; ``factor`` is 1 where the amount is right."""

    tokens: int
    price: int
    factor: int

    @property
    def amount(self) -> Decimal:
        return Decimal(self.tokens * self.price * self.factor).scaleb(-12)


_LINES = st.lists(
    st.builds(_Line, st.integers(10**5, 10**8), st.integers(10**5, 10**8), st.sampled_from([1, _WRONG])),
    min_size=1,
    max_size=3,
)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _unit(block: int) -> str:
    return "tokens" if block == 1 else f"{block} tokens"


def _usage(number: int, line: _Line, block: int) -> Mapping[str, Any]:
    amount = _plain(line.amount)
    return {
        "spec_version": load().version,
        "record_id": f"row-{number}",
        "record_type": "original",
        "source_name": "example",
        "measurement_method": "metered",
        "charge_period_start": "2026-08-01T00:00:00Z",
        "charge_period_end": "2026-08-02T00:00:00Z",
        "billing_period_start": "2026-08-01T00:00:00Z",
        "billing_period_end": "2026-09-01T00:00:00Z",
        "service_provider_name": "Example",
        "billing_account_id": "account-1",
        "ai_service": "inference",
        "model_id": f"model-{number}",
        "canonical_model_id": f"example/model-{number}",
        "meter": "tokens",
        "usage_group_id": f"group-{number}",
        "token_direction": "output",
        "consumed_quantity": str(line.tokens),
        "consumed_unit": "tokens",
        "cost_carrier": "this_row",
        "charge_category": "usage",
        "charge_frequency": "usage_based",
        "pricing_category": "standard",
        "pricing_quantity": _plain(Decimal(line.tokens) / block),
        "pricing_unit": _unit(block),
        "pricing_block_size": block,
        "list_unit_price": _plain(_price(line, block)),
        "list_cost": amount,
        "billed_cost": amount,
        "effective_cost": amount,
        "billing_currency": "USD",
        "cost_source": "invoiced",
        "price_id": f"price-{number}",
    }


def _listed(number: int, line: _Line, block: int) -> Mapping[str, Any]:
    return {
        "spec_version": load().version,
        "price_id": f"price-{number}",
        "service_provider_name": "Example",
        "canonical_model_id": f"example/model-{number}",
        "meter": "tokens",
        "token_direction": "output",
        "price_kind": "list",
        "effective_from": "2026-01-01T00:00:00Z",
        "unit_price": _plain(_price(line, block)),
        "pricing_unit": _unit(block),
        "pricing_block_size": block,
        "pricing_currency": "USD",
        "source_url": "https://example.com/prices",
    }


def _price(line: _Line, block: int) -> Decimal:
    return Decimal(line.price).scaleb(-6) * block / _MILLION


def _records(lines: Sequence[_Line], block: int) -> Mapping[str, Any]:
    made = {"usage": _usage, "price": _listed}
    records = {name: [make(at, line, block) for at, line in enumerate(lines, 1)] for name, make in made.items()}
    return {"profile": _PROFILE, "records": records}


def _invariant(example: tuple[Sequence[_Line], int], ask: Ask) -> Breach | None:
    lines, block = example
    right, found = ask(_records(lines, _MILLION)), ask(_records(lines, block))
    if found["valid"] is right["valid"] and _blamed(found) == _blamed(right):
        return None
    detail = f"Priced by {_unit(_MILLION)} the records are {_told(right)}, and by {_unit(block)} {_told(found)}."
    return Breach(detail, _records(lines, block), _expected(lines, found), (_RULE,))


_RULE = "OTS-CST-003"
"""The list cost is the list price times the quantity."""


def _expected(lines: Sequence[_Line], found: Mapping[str, Any]) -> Mapping[str, Any]:
    """The verdict by how the records were made; which column is to blame is taken from the tool where it says so."""
    if all(line.factor == 1 for line in lines):
        return {"valid": True, "violations": []}
    column = load().requirement(_RULE).columns[0]
    named = [each for each in found["violations"] if each["requirement"] == _RULE]
    return {"valid": False, "violations": named or [{"requirement": _RULE, "column": column}]}


def _blamed(verdict: Mapping[str, Any]) -> set[tuple[str, str | None]]:
    return {(each["requirement"], each["column"]) for each in verdict["violations"]}


def _told(verdict: Mapping[str, Any]) -> str:
    names = ", ".join(sorted({each["requirement"] for each in verdict["violations"]})) or "no violation"
    return f"{'valid' if verdict['valid'] else 'not valid'} ({names})"


PRICE_LAWS = (
    Law(
        "price-unit-invariance",
        "Records are judged alike, whether they are priced per token, per thousand or per million.",
        Role.VALIDATOR,
        lambda: st.tuples(_LINES, st.sampled_from(_BLOCKS)),
        _invariant,
    ),
)
