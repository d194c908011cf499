"""Turns measured things into usage rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._numbers import MAXIMUM_COUNT_DIGITS
from opentokenomics.convert._split import Part, Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opentokenomics.convert._model import Row

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


def rows_of(
    group: Group, start: Mapping[str, object], identity: str, source_counters: Mapping[str, str]
) -> Iterator[Row]:
    """The rows of a group, each with an identifier made of the identity and what it measures.

    Raises:
        Refused: Its tokens add up to more than a quantity holds.
    """
    if group.tokens is not None and group.tokens.count >= 10 ** (MAXIMUM_COUNT_DIGITS + 1):
        raise Refused(f"the tokens add up to a number of more than {MAXIMUM_COUNT_DIGITS + 1} digits")
    group_id = identity + group.suffix
    for key, columns in _measured(group):
        row: Row = {**start, **group.columns, **columns, "usage_group_id": group_id, "record_id": f"{group_id}:{key}"}
        if source_counters:
            row["source_counters"] = dict(source_counters)
        row.setdefault("cost_carrier", group.cost_carrier)
        row["charge_category"] = "usage"
        yield {name: value for name, value in row.items() if value is not None}


def _measured(group: Group) -> Iterator[tuple[str, Row]]:
    if group.tokens is not None:
        for direction, part, count in _leaves(group.tokens):
            total = group.tokens.total
            yield (
                _key(direction, part),
                {
                    "measurement_method": "metered",
                    "ai_service": group.ai_service,
                    "meter": "tokens",
                    "usage_group_total": None if total is None else str(total),
                    "token_direction": direction,
                    "token_cache_action": part.cache_action,
                    "token_cache_ttl_seconds": part.ttl_seconds,
                    "token_modality": part.modality,
                    "token_role": part.role,
                    "consumed_quantity": str(count),
                    "consumed_unit": "tokens",
                },
            )
    for reading in group.readings:
        yield (
            ".".join(filter(None, (reading.meter, reading.variant))),
            {
                "measurement_method": "metered",
                "ai_service": reading.ai_service,
                "meter": reading.meter,
                "meter_variant": reading.variant,
                "consumed_quantity": reading.quantity,
                "consumed_unit": reading.unit or _UNITS.get(reading.meter, reading.meter),
                **(reading.cost or {}),
            },
        )


def _leaves(tokens: Tokens) -> Iterator[tuple[str, Part, int]]:
    """The leaves in a fixed order; 0 tokens are one row, so that the invocation does not disappear."""
    for direction, parts in (("input", tokens.input), ("output", tokens.output)):
        for part in sorted(parts, key=lambda part: _key(direction, part)):
            yield direction, part, parts[part]
    if not tokens.count:
        yield "input", Part(), 0


def _key(direction: str, part: Part) -> str:
    ttl = f"{part.ttl_seconds}s" if part.ttl_seconds else None
    return ".".join(filter(None, (direction, part.cache_action, ttl, part.modality, part.role)))
