"""Turns measured things into usage rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._model import MAXIMUM_TEXT
from opentokenomics.convert._numbers import MAXIMUM_COUNT_DIGITS
from opentokenomics.convert._split import Part, Tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentokenomics.convert._model import Row

_TOO_MANY = 10 ** (MAXIMUM_COUNT_DIGITS + 1)
_UNITS = {"audio_seconds": "seconds", "video_seconds": "seconds", "compute_seconds": "seconds"}


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading of a meter other than tokens.

    Attributes:
        meter: the meter's name.
        quantity: the quantity as the standard writes decimals.
        ai_service: the service that it measures.
        variant: the meter's variant.
        unit: the unit of a meter that has none of its own.
        cost: the columns of an amount that stands on this row; None where the row has the carrier of its group.
    """

    meter: str
    quantity: str
    ai_service: str
    variant: str | None = None
    cost: Mapping[str, object] | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Everything measured of one invocation or bucket.

    Attributes:
        ai_service: the service of its token rows.
        tokens: the token leaves; None where tokens were not counted at all, which differs from 0 tokens.
        readings: what other meters read.
        cost_carrier: where the amount of its rows is.
        columns: columns of all its rows: model, tier, region.
        suffix: tells groups of one record apart.
    """

    ai_service: str
    tokens: Tokens | None
    readings: tuple[Reading, ...] = ()
    cost_carrier: str = "unknown"
    columns: Mapping[str, object] = field(default_factory=dict)
    suffix: str = ""


def rows_of(group: Group, start: Mapping[str, object], identity: str, source_counters: Mapping[str, str]) -> list[Row]:
    """The rows of a group, each with an identifier made of the identity and what it measures.

    Raises:
        Refused: Its tokens add up to more than a quantity holds, or an identifier becomes too long.
    """
    group_id = identity + group.suffix
    shared: Row = {name: value for name, value in {**start, **group.columns}.items() if value is not None}
    shared["usage_group_id"] = group_id
    measured = [] if group.tokens is None else _counted(group.tokens, shared, group.ai_service)
    for reading in group.readings:
        measured.append((_key(reading), {**shared, **_read(reading)}))
    for key, row in measured:
        row["record_id"] = name = f"{group_id}:{key}"
        if len(name) > MAXIMUM_TEXT:
            raise Refused(f"the identifier of the record becomes longer than {MAXIMUM_TEXT} characters")
        if source_counters:
            row["source_counters"] = {**source_counters}
        if "cost_carrier" not in row:
            row["cost_carrier"] = group.cost_carrier
        row["charge_category"] = "usage"
    return [row for _, row in measured]


def _counted(tokens: Tokens, shared: Row, ai_service: str) -> list[tuple[str, Row]]:
    counted: Row = {**shared, "measurement_method": "metered", "ai_service": ai_service, "meter": "tokens"}
    if tokens.total is not None:
        counted["usage_group_total"] = str(tokens.total)
    return [
        (leaf.key, {**counted, **leaf.columns, "consumed_quantity": str(count), "consumed_unit": "tokens"})
        for leaf, count in _leaves(tokens)
    ]


def _read(reading: Reading) -> Row:
    columns: Row = {
        "measurement_method": "metered",
        "ai_service": reading.ai_service,
        "meter": reading.meter,
        "meter_variant": reading.variant,
        "consumed_quantity": reading.quantity,
        "consumed_unit": reading.unit or _UNITS.get(reading.meter, reading.meter),
        **(reading.cost or {}),
    }
    return {name: value for name, value in columns.items() if value is not None}


def _key(reading: Reading) -> str:
    return f"{reading.meter}.{reading.variant}" if reading.variant else reading.meter


class _Leaf(NamedTuple):
    """How rows of a part are told apart, and the columns that say which part it is; input sorts before output."""

    key: str
    columns: Mapping[str, object]


def _leaves(tokens: Tokens) -> list[tuple[_Leaf, int]]:
    """The leaves in a fixed order; 0 tokens are one row, so that the invocation does not disappear.

    Raises:
        Refused: They add up to more than a quantity holds.
    """
    found = [(_leaf("input", part), count) for part, count in tokens.input.items()]
    found += [(_leaf("output", part), count) for part, count in tokens.output.items()]
    total = sum([count for _, count in found])
    if total >= _TOO_MANY:
        raise Refused(f"the tokens add up to a number of more than {MAXIMUM_COUNT_DIGITS + 1} digits")
    found.sort(key=itemgetter(0))
    return found if total else [*found, (_leaf("input", Part()), 0)]


@lru_cache(maxsize=4096)
def _leaf(direction: str, part: Part) -> _Leaf:
    """Parts are few, and the same in record after record."""
    ttl = f"{part.ttl_seconds}s" if part.ttl_seconds else None
    columns = {
        "token_direction": direction,
        "token_cache_action": part.cache_action,
        "token_cache_ttl_seconds": part.ttl_seconds,
        "token_modality": part.modality,
        "token_role": part.role,
    }
    key = ".".join(filter(None, (direction, part.cache_action, ttl, part.modality, part.role)))
    return _Leaf(key, {name: value for name, value in columns.items() if value is not None})
