"""Laws of converters, each of them for every source that there are payloads of."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from opentokenomics_conformance.cases import Role
from opentokenomics_conformance.compare import same_rows
from opentokenomics_conformance.laws._law import Ask, Breach, Json, Law, mixed
from opentokenomics_conformance.laws._payload import Counted, Payload
from opentokenomics_conformance.laws._payloads import SOURCES, payloads

Examples = Callable[[], st.SearchStrategy[Any]]


def _names(result: Json) -> list[str]:
    return sorted(str(row.get("record_id")) for row in result["rows"])


def _imported_again(payload: Payload, ask: Ask) -> Breach | None:
    given = payload.input
    first, second = ask(given), ask(given)
    if _names(first) == _names(second):
        return None
    news = sorted(set(_names(second)) - set(_names(first)))
    detail = f"The second import of the same payload makes records of other names: {', '.join(news[:3])}."
    return Breach(detail, given, first)


def _reordered(example: tuple[Payload, int], ask: Ask) -> Breach | None:
    payload, number = example
    other = replace(payload, records=mixed(payload.records, number))
    before, after = ask(payload.input), ask(other.input)
    if before["rejected"] == after["rejected"] and same_rows(before["rows"], after["rows"]):
        return None
    detail = f"With its records in another order, the payload becomes other rows ({len(after['rows'])} of them)."
    return Breach(detail, other.input, before)


def _conserved(payload: Payload, ask: Ask) -> Breach | None:
    """The tool's own rows, where each record's input and output add up to what the vendor counted."""
    given = payload.input
    rows = ask(given)["rows"]
    for whose, counted in _shares(payload.records):
        for direction, said in (("input", sum(c.input for c in counted)), ("output", sum(c.output for c in counted))):
            found = sum((_tokens(row) for row in rows if _is_of(row, whose, direction)), Decimal())
            if found != said:
                detail = f"{said} {direction} tokens of {whose or 'all records'} became {found}."
                return Breach(detail, given, _converted(payload))
    return None


def _shares(records: Sequence[Counted]) -> list[tuple[str | None, Sequence[Counted]]]:
    """Each record by its name, or all of them at once where they have none."""
    named = [(each.name, [each]) for each in records if each.name is not None]
    return [*named] if named else [(None, records)]


def _is_of(row: Mapping[str, Any], name: str | None, direction: str) -> bool:
    return (
        row.get("meter") == "tokens"
        and (name is None or row.get("source_record_id") == name)
        and row.get("token_direction") == direction
    )


def _tokens(row: Mapping[str, Any]) -> Decimal:
    text = row.get("consumed_quantity")
    return Decimal(text) if isinstance(text, str) else Decimal()


def _converted(payload: Payload) -> Json:
    """The rows as the reference implementation has them."""
    import tempfile
    from pathlib import Path

    from opentokenomics.convert import Options, convert, encode_rows, parse_instant

    given = payload.input
    options = {**given["options"]}
    at = options.pop("at", None)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, given["payload"]["path"])
        file.write_text(given["payload"]["text"], encoding="utf-8")
        chosen = Options(at=None if at is None else parse_instant(at), **options)
        rows = [json.loads(line) for line in encode_rows(convert(file, payload.source, chosen), "jsonl")]
    return {"rows": rows, "rejected": 0}


def _paid(payload: Payload, ask: Ask) -> Breach | None:
    """The tool's own rows, whose effective costs add up to what the vendor stated."""
    given = payload.input
    rows = ask(given)["rows"]
    said = sum((each.amount or Decimal() for each in payload.records), Decimal())
    found = sum((Decimal(row.get("effective_cost") or 0) for row in rows), Decimal())
    if found == said:
        return None
    return Breach(f"Amounts of {said:f} became effective costs of {found:f}.", given, _converted(payload))


def _laws_of(source: str) -> list[Law]:
    form = SOURCES[source]

    def law(name: str, title: str, breach: Callable[..., Breach | None], examples: Examples | None = None) -> Law:
        return Law(name, title, Role.CONVERTER, examples or (lambda: payloads(source)), breach, source)

    laws = [law("import-idempotence", "Converting a payload twice gives records of the same names.", _imported_again)]
    if form.counts_tokens:
        title = "The token records of a payload add up to what the vendor counted, in each direction."
        laws.append(law("token-conservation", title, _conserved))
    if form.states_amounts:
        laws.append(law("amount-conservation", "The costs of the records are what the vendor stated.", _paid))
    if not form.is_ordered:
        title = "The order of the records of a payload changes no row."
        some = lambda: st.tuples(payloads(source, fewest=2), st.integers(0, 9))  # noqa: E731 - one of two
        laws.append(law("input-order", title, _reordered, some))
    return laws


CONVERTER_LAWS = tuple(law for source in SOURCES for law in _laws_of(source))
