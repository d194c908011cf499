"""From records of usage to what is priced: each with what is known of its request, and of what was consumed before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from opentokenomics.engines import Records
from opentokenomics.pricing._card import RateCard
from opentokenomics.pricing._errors import PricingError
from opentokenomics.pricing._models import canonical_model
from opentokenomics.pricing._price import subject_columns
from opentokenomics.pricing._subject import Context, Subject
from opentokenomics.pricing._tiers import count_tiers, find_corrections
from opentokenomics.standard import Kind, load

# Queries are built from column names of the standard, all quoted, and values are parameters.
# ruff: noqa: S608

_OWN = (
    *("record_id", "record_type", "corrects_record_id", "source_name", "usage_group_id", "step_id"),
    *("service_provider_name", "meter", "consumed_quantity", "charge_period_start", "charge_category", "model_id"),
    *("charge_period_end", "billing_account_id", "billing_currency", "pricing_currency"),
    *("minimum_context_tokens", "maximum_context_tokens"),
)
_OF_GROUP = ("source_name", "usage_group_id", "step_id", "minimum_context_tokens", "maximum_context_tokens")
_GROUPS = """
    CREATE TABLE "requests of {usage}" AS
    SELECT source_name, usage_group_id,
        sum(CASE WHEN is_input AND record_type = 'original' THEN consumed_quantity END) AS at_first,
        sum(CASE WHEN is_input THEN consumed_quantity END) AS at_last,
        coalesce(sum(CASE WHEN meter = 'requests' AND record_type = 'original' THEN consumed_quantity END) = 1, FALSE)
            OR bool_or(step_id IS NOT NULL) AS is_one
    FROM (SELECT *, meter = 'tokens' AND token_direction = 'input' AS is_input FROM {usage})
    WHERE usage_group_id IS NOT NULL GROUP BY ALL
"""
"""A group is one request where it says so: by counting one, or by naming its step. Else it may be a bucket of many."""


def refuse_no_value(stated: Mapping[str, str]) -> None:
    """Raises PricingError (``value_unknown``) where a column of prices cannot have a value."""
    columns = load().datasets["price"].by_name
    for name, value in stated.items():
        known = columns[name].values
        if known and value not in known:
            raise PricingError("value_unknown", f"{name} is never {value!r}.", f"Name one of {', '.join(known)}.")
        if columns[name].kind is Kind.INTEGER and not (value.isascii() and value.isdigit() and value[0] != "0"):
            raise PricingError("value_unknown", f"{name} {value!r} is no whole number.", "Write 300, say.")


@dataclass(frozen=True, slots=True)
class Taken:
    """What records are taken for that do not say what they are.

    Attributes:
        assumed: Values of columns for records that state none, such as ``{"processing_tier": "standard"}``.
        groups_are_requests: Whether every usage group is one request, as in logs of calls, and no bucket of many.
    """

    assumed: Mapping[str, str] = field(default_factory=dict)
    groups_are_requests: bool = False

    def refuse_unknown(self) -> None:
        """Raises PricingError (``assumption_unknown``, ``value_unknown``) where no price can depend on it."""
        for name in self.assumed:
            if name not in subject_columns():
                known = ", ".join(subject_columns())
                raise PricingError("assumption_unknown", f"No price depends on {name}.", f"Assume one of {known}.")
        refuse_no_value(self.assumed)


@dataclass(frozen=True, slots=True)
class Pricing:
    """A record that may be priced.

    Attributes:
        record_id: Its identifier.
        subject: What is priced; None where the record consumed nothing that has a price.
        key: The further values that were asked for.
        stated_model: The canonical identifier of its model that the record states, which may not be the prices' one.
    """

    record_id: str
    subject: Subject | None
    key: tuple[object, ...] = ()
    stated_model: str | None = None


def columns_needed() -> tuple[str, ...]:
    """The columns of usage that have to be at hand."""
    return tuple(dict.fromkeys((*_OWN, *subject_columns())))


def subjects(
    records: Records, card: RateCard, taken: Taken, *, usage: str = "usage", further: Sequence[str] = ()
) -> Iterator[Pricing]:
    """The records in the order of their places.

    Args:
        records: Records of usage with the columns that are needed.
        card: The prices, which say what has to be counted for their tiers.
        taken: What records are taken for.
        usage: The table of the records.
        further: SQL of further values, which are given back as the key of each record.
    """
    records.run(_GROUPS.format(usage=usage))
    find_corrections(records, usage)
    columns = ", ".join(f'o."{name}"' for name in ("record_type", *_OF_GROUP))
    records.run(
        f"""CREATE TABLE "retracted in {usage}" AS SELECT r.row_number AS at_row, {columns} FROM {usage} o
        JOIN "corrections of {usage}" r ON r.of_row = o.row_number"""
    )
    count_tiers(records, card, usage, taken.assumed, partial(_meant, card))
    names = columns_needed()
    # A retraction has the context of what it retracts, which may have been in another group.
    own = [_of_group(name) if name in _OF_GROUP else f'u."{name}"' for name in names]
    rows = records.stream(
        f"""SELECT {", ".join([*own, *further])}, r.at_first, CASE WHEN {_of_group("record_type")} = 'restatement'
            THEN r.at_last ELSE r.at_first END, r.is_one, t.counts, CASE WHEN d.row_number IS NULL
            AND u.record_type <> 'restatement' THEN 0 ELSE d.quantity END
        FROM {usage} u
        LEFT JOIN "retracted in {usage}" o ON o.at_row = u.row_number
        LEFT JOIN "requests of {usage}" r
            ON r.source_name = {_of_group("source_name")} AND r.usage_group_id = {_of_group("usage_group_id")}
        LEFT JOIN "counted of {usage}" t ON t.row_number = u.row_number
        LEFT JOIN "restated in {usage}" d ON d.row_number = u.row_number ORDER BY u.row_number"""
    )
    for values in rows:
        found = dict(zip(names, values, strict=False))
        *key, before, after, is_one, counts, restated = values[len(names) :]
        is_one = is_one or (taken.groups_are_requests and found["usage_group_id"] is not None)
        known = _Known(_context(found, (before, after), is_one=is_one), counts or {}, restated, bool(is_one))
        yield _pricing(found, _values(found, card, taken.assumed), known, tuple(key))


def _of_group(name: str) -> str:
    """SQL of a column of a record, or of the record that it retracts."""
    return f'CASE WHEN o.at_row IS NULL THEN u."{name}" ELSE o."{name}" END'


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a record beyond itself: its context, what came before, and whether it is one request."""

    context: Context
    earlier: Mapping[int, Decimal]
    restated: Decimal | None
    is_one: bool


def _pricing(
    found: Mapping[str, Any],
    values: Mapping[str, str | None],
    known: _Known,
    key: tuple[object, ...],
) -> Pricing:
    identity = str(found["record_id"])
    if found["charge_category"] != "usage" or found["consumed_quantity"] is None or found["meter"] is None:
        return Pricing(identity, None, key)
    subject = Subject(
        provider=found["service_provider_name"],
        meter=found["meter"],
        at=utc(found["charge_period_start"]),
        quantity=found["consumed_quantity"],
        values=values,
        currency=found["pricing_currency"] or found["billing_currency"],
        context=known.context,
        earlier=known.earlier,
        until=None if known.is_one else utc(found["charge_period_end"]),
        restated=known.restated,
    )
    return Pricing(identity, subject, key, found["canonical_model_id"])


def _values(found: Mapping[str, Any], card: RateCard, assumed: Mapping[str, str]) -> Mapping[str, str | None]:
    """What prices can state, with the model under the name that the prices have for it."""
    values = {name: None if (v := found[name]) is None else str(v) for name in subject_columns()}
    values = {name: assumed.get(name) if value is None else value for name, value in values.items()}
    provider, stated, name = found["service_provider_name"], values["canonical_model_id"], found["model_id"]
    if name is not None:
        values["canonical_model_id"] = _meant(card, provider, stated, name)
    return values


def _meant(card: RateCard, provider: str, stated: str | None, name: str | None) -> str | None:
    """The model under the name that the prices have: the one that is stated, the published one, or the record's own."""
    published = None if name is None else canonical_model(provider, name)
    for each in (stated, published, name):
        if card.names_model(provider, each):
            return each
    if stated is not None and card.knows_model(provider, stated):
        return stated
    return published or stated or name


def _context(
    found: Mapping[str, Any], totals: tuple[Decimal | None, Decimal | None], *, is_one: bool | None
) -> Context:
    """What a record and its group say of the request: its total, what it cannot exceed, or the band that it is in.

    A difference has two totals, before and after it. Where a price begins between them, what the rest of the request
    costs changes as well, which no record states; so no more is known than both.
    """
    low, high = found["minimum_context_tokens"], found["maximum_context_tokens"]
    band = Context(low or 0, None if high is None else high - 1)
    known = sorted(int(total) for total in totals if total is not None)
    if len(known) < len(totals) or known[0] < 0:
        return band
    # Of a bucket of many requests, none has more than all of them together.
    return band.and_(Context(known[0] if is_one else 0, known[-1]))


def utc(value: datetime) -> datetime:
    """An instant as the engine has it, which is in UTC and does not say so."""
    return value.replace(tzinfo=UTC)
