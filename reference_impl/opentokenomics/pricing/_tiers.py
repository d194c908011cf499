"""What was consumed before each record that a quantity tier may price, and what a restatement is the difference to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from opentokenomics.engines import Records
from opentokenomics.pricing._card import RateCard
from opentokenomics.pricing._price import Price

# Queries are built from column names of the standard, all quoted, and quoted literals.
# ruff: noqa: S608

Meant = Callable[[str, str | None, str | None], str | None]
"""The canonical identifier that prices have for a model: from its provider, the one that is stated, and its name."""

_PERIODS = {"day": "date_trunc('day', place)", "month": "date_trunc('month', place)"}
_PERIODS |= {"year": "date_trunc('year', place)", "once": "0"}
_AT_ONCE = 500

_RESTATED = """
    CREATE TABLE "restated in {usage}" AS
    WITH stated AS (
        SELECT record_id, record_type, row_number, sum(consumed_quantity) OVER (
            PARTITION BY coalesce(corrects_record_id, record_id) ORDER BY record_type <> 'original', row_number
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS quantity
        FROM {usage} WHERE record_type = 'restatement'
            OR record_id IN (SELECT corrects_record_id FROM {usage} WHERE record_type = 'restatement'))
    SELECT row_number, quantity FROM stated WHERE record_type = 'restatement'
    UNION ALL
    SELECT r.row_number, -s.quantity FROM {usage} r JOIN stated s ON s.record_id = r.corrects_record_id
    WHERE r.record_type = 'retraction' AND s.record_type = 'restatement'
"""


def find_restated(records: Records, usage: str) -> None:
    """Makes a table of what each restatement is the difference to, and the negative of it where one is retracted."""
    records.run(_RESTATED.format(usage=usage))


def count_tiers(records: Records, card: RateCard, usage: str, assumed: Mapping[str, str], meant: Meant) -> None:
    """Makes a table of what was consumed before each record.

    A retraction stands where its record did, and so does a restatement, which is the difference to what it corrects.
    """
    preceded = f'"preceded in {usage}"'
    records.run(f"CREATE TABLE {preceded} (row_number BIGINT, family INTEGER, earlier DECIMAL(38, 6))")
    if card.families:
        _understand(records, usage, assumed, meant)
    for number, price in enumerate(card.families):
        records.run(f"INSERT INTO {preceded} {_counting(number, price, usage)}")
    records.run(
        f"""INSERT INTO {preceded} SELECT r.row_number, p.family, p.earlier FROM {usage} r
        JOIN {usage} o ON o.record_id = r.corrects_record_id AND r.record_type = 'retraction'
        JOIN {preceded} p ON p.row_number = o.row_number"""
    )
    records.run(
        f'CREATE TABLE "counted of {usage}" AS '
        f"SELECT row_number, map(list(family), list(earlier)) AS counts FROM {preceded} GROUP BY row_number"
    )


def _understand(records: Records, usage: str, assumed: Mapping[str, str], meant: Meant) -> None:
    """A view of usage with what is assumed of it, and with the names that prices have for its models."""
    records.run(f'CREATE TABLE "models of {usage}" (provider VARCHAR, name VARCHAR, stated VARCHAR, meant VARCHAR)')
    names = records.rows(
        f"SELECT DISTINCT service_provider_name, model_id, canonical_model_id FROM {usage} WHERE model_id IS NOT NULL"
    )
    for first in range(0, len(names), _AT_ONCE):
        rows = (
            (provider, name, stated, meant(provider, stated or assumed.get("canonical_model_id"), name))
            for provider, name, stated in names[first : first + _AT_ONCE]
        )
        values = ", ".join(f"({', '.join(map(_literal, row))})" for row in rows)
        records.run(f'INSERT INTO "models of {usage}" VALUES {values}')
    others = {name: f"u.{name}" for name in assumed} | {"canonical_model_id": "m.meant, u.canonical_model_id"}
    replaced = ", ".join(
        f'coalesce({_as_text(others[name])}, {_literal(assumed.get(name))}) AS "{name}"' for name in others
    )
    records.run(
        f"""CREATE VIEW "understood of {usage}" AS SELECT u.* REPLACE ({replaced}),
            coalesce(o.charge_period_start, u.charge_period_start) AS place,
            coalesce(o.row_number, u.row_number) AS place_row,
            CASE WHEN o.row_number IS NULL THEN u.billing_account_id ELSE o.billing_account_id END AS account
        FROM {usage} u
        LEFT JOIN "models of {usage}" m ON m.provider = u.service_provider_name AND m.name = u.model_id
            AND m.stated IS NOT DISTINCT FROM u.canonical_model_id
        LEFT JOIN {usage} o ON u.record_type = 'restatement' AND o.record_id = u.corrects_record_id"""
    )


def _as_text(names: str) -> str:
    return ", ".join(f"CAST({name} AS VARCHAR)" for name in names.split(", "))


def _counting(number: int, price: Price, usage: str) -> str:
    """SQL that counts what comes before each record of a family of tiers."""
    stated = {"service_provider_name": price.provider, "meter": price.meter, **price.subject}
    chosen = " AND ".join(f'CAST("{name}" AS VARCHAR) = {_literal(value)}' for name, value in stated.items())
    period = _PERIODS[price.tier_period or "once"]
    # A negative difference takes back the last of what was consumed before it, so that it begins where that did.
    return f"""SELECT row_number, {number}, earlier FROM (
        SELECT row_number, record_type, coalesce(sum(counts) OVER (
            PARTITION BY account, {period}
            ORDER BY place, place_row, record_type = 'restatement', consumed_quantity < 0, row_number
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
            + CASE WHEN record_type = 'restatement' THEN least(consumed_quantity, 0) ELSE 0 END AS earlier
        FROM (SELECT *, CASE WHEN record_type = 'retraction' OR record_id IN (
                SELECT corrects_record_id FROM {usage} WHERE record_type = 'retraction')
            THEN 0 ELSE consumed_quantity END AS counts
            FROM "understood of {usage}" WHERE {chosen} AND charge_category = 'usage' AND consumed_quantity IS NOT NULL)
    ) WHERE record_type <> 'retraction' AND earlier >= 0"""


def _literal(text: str | None) -> str:
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"
