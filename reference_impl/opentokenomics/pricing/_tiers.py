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

_MOST_STEPS = 100
"""Of corrections of corrections: those in a circle have to end."""

_CORRECTIONS = """
    CREATE TABLE "corrections of {usage}" AS
    WITH RECURSIVE involved AS (
        SELECT row_number, record_id, record_type, corrects_record_id, consumed_quantity, charge_period_start,
            billing_account_id FROM {usage} WHERE corrects_record_id IS NOT NULL
        OR record_id IN (SELECT corrects_record_id FROM {usage} WHERE corrects_record_id IS NOT NULL)),
    retractions(row_number, record_id, of_row, steps) AS (
        SELECT r.row_number, r.record_id, o.row_number, 1
        FROM involved r JOIN involved o ON o.record_id = r.corrects_record_id
        WHERE r.record_type = 'retraction' AND o.record_type <> 'retraction'
        UNION ALL
        SELECT r.row_number, r.record_id, of_row, steps + 1
        FROM retractions o JOIN involved r ON r.corrects_record_id = o.record_id WHERE r.record_type = 'retraction')
    SELECT i.*, of_row, coalesce(steps % 2 = 0, FALSE) AS gives_back, i.row_number IN
        (SELECT of_row FROM retractions GROUP BY of_row HAVING max(steps) % 2 = 1) AS is_retracted
    FROM involved i LEFT JOIN retractions USING (row_number)
"""
"""Which retraction is of which record, for it may retract another retraction, and so give the record back."""

_RESTATED_AT = f"""
    CREATE TABLE "restated at of {{usage}}" AS
    WITH RECURSIVE up(row_number, at_row, corrects_record_id, steps) AS (
        SELECT row_number, row_number, corrects_record_id, 0
        FROM "corrections of {{usage}}" WHERE record_type = 'restatement' AND corrects_record_id IS NOT NULL
        UNION ALL
        SELECT up.row_number, o.row_number, o.corrects_record_id, steps + 1
        FROM up JOIN "corrections of {{usage}}" o ON o.record_id = up.corrects_record_id WHERE steps < {_MOST_STEPS})
    SELECT found.row_number, o.row_number AS place_row, charge_period_start AS place, billing_account_id AS account
    FROM (SELECT row_number, arg_max(at_row, steps) AS at_row FROM up GROUP BY row_number) found
    JOIN "corrections of {{usage}}" o ON o.row_number = found.at_row
"""
"""Where a restatement stands: at the record that it corrects in the end, for it may correct another restatement."""

_IN_CHAIN = "ORDER BY record_type = 'restatement', consumed_quantity < 0, row_number ROWS BETWEEN UNBOUNDED PRECEDING"
_RESTATED = f"""
    CREATE TABLE "restated in {{usage}}" AS
    WITH stated AS (
        SELECT row_number, record_type, consumed_quantity, CASE WHEN is_retracted
            THEN sum(consumed_quantity) OVER (PARTITION BY root {_IN_CHAIN} AND 1 PRECEDING)
            ELSE sum(CASE WHEN NOT is_retracted THEN consumed_quantity ELSE 0 END)
                OVER (PARTITION BY root {_IN_CHAIN} AND 1 PRECEDING) END AS quantity
        FROM (SELECT c.*, coalesce(place_row, c.row_number) AS root
            FROM "corrections of {{usage}}" c LEFT JOIN "restated at of {{usage}}" USING (row_number)
            WHERE record_type <> 'retraction')),
    known AS (
        SELECT row_number, CASE WHEN quantity + consumed_quantity >= 0 THEN quantity END AS quantity
        FROM stated WHERE record_type = 'restatement')
    SELECT row_number, quantity FROM known
    UNION ALL
    SELECT r.row_number, CASE WHEN gives_back THEN k.quantity ELSE -k.quantity END
    FROM "corrections of {{usage}}" r JOIN known k ON k.row_number = r.of_row
"""


def find_corrections(records: Records, usage: str) -> None:
    """Makes tables of what is corrected, of where each restatement stands, and of what it is the difference to.

    A retracted record counts as never consumed for every other one. It has itself, with its retraction, the price that
    it had before; so what it is the difference to holds other retracted records, too.
    """
    for query in (_CORRECTIONS, _RESTATED_AT, _RESTATED):
        records.run(query.format(usage=usage))


def count_tiers(records: Records, card: RateCard, usage: str, assumed: Mapping[str, str], meant: Meant) -> None:
    """Makes a table of what was consumed before each record.

    A retraction stands where its record did, and so does a restatement, which is the difference to what it corrects.
    :func:`find_corrections` comes first.
    """
    preceded = f'"preceded in {usage}"'
    records.run(f"CREATE TABLE {preceded} (row_number BIGINT, family INTEGER, earlier DECIMAL(38, 6))")
    if card.families:
        _understand(records, usage, assumed, meant)
    for number, price in enumerate(card.families):
        records.run(f"INSERT INTO {preceded} {_counting(number, price, usage)}")
    records.run(
        f"""INSERT INTO {preceded} SELECT r.row_number, p.family, p.earlier
        FROM "corrections of {usage}" r JOIN {preceded} p ON p.row_number = r.of_row"""
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
            coalesce(o.place, u.charge_period_start) AS place, coalesce(o.place_row, u.row_number) AS place_row,
            CASE WHEN o.row_number IS NULL THEN u.billing_account_id ELSE o.account END AS account,
            coalesce(c.is_retracted, FALSE) AS is_retracted
        FROM {usage} u
        LEFT JOIN "models of {usage}" m ON m.provider = u.service_provider_name AND m.name = u.model_id
            AND m.stated IS NOT DISTINCT FROM u.canonical_model_id
        LEFT JOIN "corrections of {usage}" c ON c.row_number = u.row_number
        LEFT JOIN "restated at of {usage}" o ON o.row_number = u.row_number"""
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
            + CASE WHEN record_type = 'restatement' THEN least(consumed_quantity, 0) ELSE 0 END
            + CASE WHEN record_type = 'restatement' AND is_retracted THEN coalesce(sum(consumed_quantity - counts)
                OVER (PARTITION BY place_row {_IN_CHAIN} AND 1 PRECEDING), 0) ELSE 0 END AS earlier
        FROM (SELECT *, CASE WHEN record_type = 'retraction' OR is_retracted THEN 0 ELSE consumed_quantity END AS counts
            FROM "understood of {usage}" WHERE {chosen} AND charge_category = 'usage' AND consumed_quantity IS NOT NULL)
    ) WHERE record_type <> 'retraction' AND earlier >= 0"""


def _literal(text: str | None) -> str:
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"
