"""Usage records for tests: a dataset that keeps every rule, one way to break each rule, and values of every odd sort.

Every record of :func:`dataset` carries the prefix in its identifiers, so that several datasets make one input in which
no rule on sets looks across their borders.
"""

# ruff: noqa: S106 - token dimensions are no passwords

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from opentokenomics import Report, validate
from opentokenomics.standard import load

Record = dict[str, Any]
Records = list[Record]

STANDARD = load()
USAGE = STANDARD.datasets["usage"]
COLUMNS = tuple(USAGE.by_name)
LONGEST_LINE = 16 * 1024 * 1024

# --- writing ----------------------------------------------------------------------------------------------------------


def json_text(value: object) -> str:
    """JSON text; a Decimal is written as the number that it is, digit by digit."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{json_text(member)}" for name, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(json_text, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def json_lines(records: Iterable[Record]) -> bytes:
    """The records as JSON Lines."""
    return b"".join(json_text(record).encode() + b"\n" for record in records)


def cell(value: object) -> str:
    """A value as it stands in CSV."""
    if value is None:
        return ""
    return json_text(value) if isinstance(value, dict | list) else str(value)


def header(records: Sequence[Record]) -> list[str]:
    """The columns that the records use, in the order of the schema, custom and unknown ones last."""
    used = dict.fromkeys(name for record in records for name in record)
    return [name for name in COLUMNS if name in used] + [name for name in used if name not in USAGE.by_name]


def csv_rows(records: Sequence[Record], columns: Sequence[str], line_break: str = "\n") -> bytes:
    """The records as rows of CSV, without a header."""
    rows = (",".join(_quoted(cell(record.get(name))) for name in columns) + line_break for record in records)
    return "".join(rows).encode()


def _quoted(text: str) -> str:
    # The library's writer leaves a lone carriage return without quotes.
    return '"' + text.replace('"', '""') + '"' if any(each in text for each in '",\r\n') else text


def csv_file(records: Sequence[Record], line_break: str = "\n") -> bytes:
    """The records as a CSV file."""
    columns = header(records)
    return (",".join(columns) + line_break).encode() + csv_rows(records, columns, line_break)


# --- a dataset that keeps every rule ----------------------------------------------------------------------------------


def dataset(prefix: str = "d") -> Records:
    """A dataset on which every requirement that a program can check is evaluated, and kept."""
    common: Record = {
        "spec_version": "1.0-draft",
        "record_type": "original",
        "source_name": "gateway",
        "charge_period_start": "2026-08-30T10:00:00Z",
        "charge_period_end": "2026-08-30T10:00:00.5Z",
        "billing_period_start": "2026-08-01T00:00:00Z",
        "billing_period_end": "2026-09-01T00:00:00Z",
        "service_provider_name": "Example AI",
        "billing_account_id": "account-1",
        "charge_category": "usage",
        "x_shard": "7",
    }
    records = [*_calls(), *_events(), *_charges()]
    for record in records:
        for name in ("record_id", "usage_group_id", "corrects_record_id", "commitment_discount_id"):
            if name in record:
                record[name] = f"{prefix}/{record[name]}"
    return [{**common, **record} for record in records]


def _tokens(name: str, direction: str, quantity: int, **more: object) -> Record:
    return {
        "record_id": name,
        "ai_service": "inference",
        "measurement_method": "metered",
        "model_id": "model-a",
        "meter": "tokens",
        "token_direction": direction,
        "consumed_quantity": str(quantity),
        "consumed_unit": "tokens",
        **more,
    }


def _calls() -> Records:
    group = {"usage_group_id": "call", "usage_group_total": "10000", "token_modality": "text"}

    def priced(quantity: int, price: str, discounted: str) -> Record:
        blocks = Decimal(quantity) / 1_000_000
        paid = f"{blocks * Decimal(discounted):f}"
        return {
            **group,
            "cost_carrier": "this_row",
            "pricing_quantity": f"{blocks:f}",
            "pricing_unit": "1000000 tokens",
            "pricing_block_size": 1_000_000,
            "list_unit_price": price,
            "list_cost": f"{blocks * Decimal(price):f}",
            "contracted_unit_price": discounted,
            "contracted_cost": paid,
            "billed_cost": paid,
            "effective_cost": paid,
            "billing_currency": "USD",
            "cost_source": "invoiced",
            "minimum_context_tokens": 0,
            "maximum_context_tokens": 200_000,
        }

    return [
        _tokens("uncached", "input", 1000, token_cache_action="uncached", **priced(1000, "3", "2.5")),
        _tokens("read", "input", 6000, token_cache_action="read", **priced(6000, "0.3", "0.25")),
        _tokens(
            "write", "input", 2000, token_cache_action="write", token_cache_ttl_seconds=300, **priced(2000, "4", "3")
        ),
        _tokens("answer", "output", 600, token_role="answer", **priced(600, "15", "12")),
        _tokens("reasoning", "output", 400, token_role="reasoning", **priced(400, "15", "12")),
        _tokens("asked", "input", 12, usage_group_id="embedding", token_role="prompt", cost_carrier="other_row"),
        {
            **_tokens("stored", "input", 24, usage_group_total="24", usage_group_id="cache", cost_carrier="unknown"),
            "meter": "token_hours",
            "consumed_unit": "token_hours",
        },
    ]


def _events() -> Records:
    one = {"ai_service": "inference", "measurement_method": "metered", "consumed_quantity": "1", "model_id": "model-a"}
    image: Record = {
        **one,
        "meter": "images",
        "meter_variant": "1024x1024",
        "consumed_unit": "images",
        "cost_carrier": "this_row",
        "list_cost": "0.04",
        "billed_cost": "0.04",
        "effective_cost": "0.04",
        "billing_currency": "EUR",
        "cost_source": "invoiced",
    }
    amounts = ("consumed_quantity", "list_cost", "billed_cost", "effective_cost")
    return [
        {**one, "record_id": "request", "meter": "requests", "consumed_unit": "requests", "cost_carrier": "other_row"},
        {**image, "record_id": "image"},
        {
            **image,
            **{name: f"-{image[name]}" for name in amounts},
            "record_id": "no-image",
            "record_type": "retraction",
            "corrects_record_id": "image",
        },
        {**image, "record_id": "more", "record_type": "restatement", "corrects_record_id": "image"},
        {
            **one,
            "record_id": "covered",
            "meter": "messages",
            "consumed_unit": "messages",
            "cost_carrier": "plan",
            "plan_id": "team-plan",
            "list_unit_price": "0.02",
            "pricing_unit": "message",
            "pricing_block_size": 1,
            "billing_currency": "USD",
            "pricing_currency": "x_ai_credit",
            "principal_id": "user-1",
            "region_scope": "region",
            "team": "claims",
            "attempt": 1,
            "tags": {"cost_center": "4711"},
        },
        {
            **one,
            "record_id": "committed",
            "meter": "searches",
            "consumed_unit": "searches",
            "cost_carrier": "none",
            "commitment_discount_id": "commitment",
            "commitment_discount_status": "used",
        },
    ]


def _charges() -> Records:
    money = {
        "cost_carrier": "this_row",
        "billed_cost": "5",
        "effective_cost": "5",
        "billing_currency": "USD",
        "cost_source": "invoiced",
    }
    return [
        {**money, "record_id": "cost-only"},
        {
            **money,
            "record_id": "late",
            "charge_class": "correction",
            "charge_period_start": "2026-06-30T10:00:00Z",
            "charge_period_end": "2026-07-01T10:00:00Z",
        },
        {
            **money,
            "record_id": "bought",
            "charge_category": "purchase",
            "charge_frequency": "recurring",
            "pricing_quantity": "1",
            "pricing_unit": "month",
            "commitment_discount_id": "commitment",
        },
        {**money, "record_id": "given", "charge_category": "credit", "billed_cost": "-1", "effective_cost": "-1"},
        {**money, "record_id": "taxed", "charge_category": "tax"},
        {**money, "record_id": "adjusted", "charge_category": "adjustment", "billed_cost": "-1"},
    ]


# --- one way to break each rule ---------------------------------------------------------------------------------------

_Break = Callable[[Records], Records]


def break_it(identifier: str, records: Records) -> Records:
    """A copy of a dataset that breaks this requirement and no other; KeyError where no way is known."""
    return BREAKS[identifier]([dict(record) for record in records])


def _change(name: str, **values: object) -> _Break:
    """Gives one record other values; None takes a value away."""

    def changed(records: Records) -> Records:
        return [_with(record, values) if _is(record, name) else record for record in records]

    return changed


def _change_all(**values: object) -> _Break:
    return lambda records: [_with(record, values) for record in records]


def _change_group(**values: object) -> _Break:
    return lambda records: [
        _with(record, values) if str(record.get("usage_group_id")).endswith("/call") else record for record in records
    ]


def _add(name: str, **values: object) -> _Break:
    """Adds a changed copy of one record."""

    def added(records: Records) -> Records:
        return records + [_with(record, values) for record in records if _is(record, name)]

    return added


def _refer(name: str, target: str, **values: object) -> _Break:
    """Lets one record correct another one of its dataset."""

    def referred(records: Records) -> Records:
        (found,) = (record["record_id"] for record in records if _is(record, target))
        return _change(name, corrects_record_id=found, **values)(records)

    return referred


def _unplace(records: Records) -> Records:
    amounts = dict.fromkeys(("billed_cost", "effective_cost", "cost_source"))
    return [
        _with(record, {**amounts, "cost_carrier": "unknown"})
        for record in records
        if record["charge_category"] != "usage" or "consumed_quantity" in record
    ]


def _is(record: Record, name: str) -> bool:
    return str(record["record_id"]).endswith(f"/{name}")


def _with(record: Record, values: Record) -> Record:
    return {name: value for name, value in {**record, **values}.items() if value is not None}


_ZERO = {"billed_cost": "0", "effective_cost": "0", "billing_currency": "USD"}

BREAKS: dict[str, _Break] = {
    "OTS-GEN-006": lambda _: [],
    "OTS-GEN-007": _change("request", colour="red"),
    "OTS-GEN-008": _change("request", service_provider_name=None),
    "OTS-GEN-009": _change("covered", list_unit_price="2e-2"),
    "OTS-GEN-010": _change("covered", list_unit_price="0.0200000000001"),
    "OTS-GEN-011": _change("request", charge_period_end="2026-08-30T10:00:01+00:00"),
    "OTS-GEN-012": _change("covered", attempt=0),
    "OTS-GEN-013": _change("covered", team="x" * 4097),
    "OTS-GEN-014": _change("covered", region_scope="Region"),
    "OTS-GEN-015": _change("covered", tags={"cost_center": 4711}),
    "OTS-GEN-016": _change("covered", principal_id="jo.doe+ai@mail.example.com"),
    "OTS-GEN-017": _change("covered", pricing_currency="usd"),
    "OTS-GEN-018": _change_all(spec_version="0.9"),
    "OTS-GEN-019": _change("adjusted", spec_version="0.9"),
    "OTS-USG-001": _add("request"),
    "OTS-USG-002": _change("request", charge_period_end="2026-08-30T10:00:00.000000Z"),
    "OTS-USG-003": _change("late", billing_period_end="2026-08-01T00:00:00Z"),
    "OTS-USG-004": _change("request", billing_period_end=None),
    "OTS-USG-005": _change("request", charge_period_end="2026-09-01T00:00:00.000001Z"),
    "OTS-USG-006": _change("request", consumed_quantity=None, consumed_unit=None),
    "OTS-USG-007": _change("cost-only", consumed_unit="requests"),
    "OTS-USG-008": _change("request", meter=None),
    "OTS-USG-009": _change("request", ai_service=None),
    "OTS-USG-010": _change("request", measurement_method=None),
    "OTS-USG-011": _change("request", consumed_unit="thousand requests"),
    "OTS-USG-012": _change("request", ai_service="seat"),
    "OTS-USG-013": _change("request", consumed_quantity="-1"),
    "OTS-USG-014": _change(
        "taxed",
        consumed_quantity="1",
        consumed_unit="requests",
        meter="requests",
        ai_service="inference",
        measurement_method="metered",
    ),
    "OTS-USG-015": _change("more", corrects_record_id=None),
    "OTS-USG-016": _refer("request", "image"),
    "OTS-USG-017": _refer("more", "more"),
    "OTS-USG-018": _change("more", corrects_record_id="nowhere"),
    "OTS-USG-019": _change("no-image", effective_cost="-0.03"),
    "OTS-USG-020": _change("no-image", model_id="model-b"),
    "OTS-USG-021": _add("no-image", record_id="no-image-again"),
    "OTS-USG-022": _change("asked", model_id=None),
    "OTS-TOK-001": _change("answer", token_direction=None),
    "OTS-TOK-002": _change("asked", usage_group_id=None),
    "OTS-TOK-003": _change("request", token_modality="text"),
    "OTS-TOK-004": lambda records: _change("answer", token_cache_action="unspecified")(
        _change("reasoning", token_cache_action="unspecified")(records)
    ),
    "OTS-TOK-005": _change("read", token_cache_ttl_seconds=300),
    "OTS-TOK-006": _change("answer", token_role="prompt"),
    "OTS-TOK-007": _change("asked", token_role="answer"),
    "OTS-TOK-008": _change("asked", consumed_quantity="12.5"),
    "OTS-TOK-009": _change("stored", usage_group_total="23.5"),
    "OTS-TOK-010": _change_group(usage_group_total="16000"),
    "OTS-TOK-011": _change("read", usage_group_total=None),
    "OTS-TOK-012": _change("uncached", token_cache_action=None),
    "OTS-TOK-013": _change("uncached", token_modality=None),
    "OTS-TOK-014": _change("answer", token_role=None),
    "OTS-TOK-015": _change("reasoning", token_role="answer"),
    "OTS-TOK-016": _change("read", minimum_context_tokens=200_000),
    "OTS-CST-001": _change("request", cost_carrier=None),
    "OTS-CST-002": _change("cost-only", effective_cost=None),
    "OTS-CST-003": _change("read", list_cost="1.8"),
    "OTS-CST-004": _change("request", cost_source="invoiced", **_ZERO),
    "OTS-CST-005": _change("cost-only", cost_source="vendor_estimate"),
    "OTS-CST-006": _change("cost-only", cost_source=None),
    "OTS-CST-007": _change("request", cost_source="invoiced"),
    "OTS-CST-008": _change("read", list_cost="0.002"),
    "OTS-CST-009": _change("read", contracted_cost="1.5"),
    "OTS-CST-010": _change("read", contracted_cost="0.002"),
    "OTS-CST-011": _change("read", pricing_block_size=1000),
    "OTS-CST-012": _change("covered", pricing_unit=None),
    "OTS-CST-013": _change("covered", pricing_block_size=None),
    "OTS-CST-014": _change("bought", pricing_unit=None),
    "OTS-CST-015": _change("cost-only", billing_currency=None),
    "OTS-CST-016": _change("cost-only", billed_cost="-5", effective_cost="-5"),
    "OTS-CST-017": _change("given", billed_cost="1", effective_cost="1"),
    "OTS-CST-018": _change("bought", pricing_quantity="-1"),
    "OTS-CST-019": _change("covered", list_unit_price="-0.02"),
    "OTS-CST-020": _change("bought", charge_frequency="usage_based"),
    "OTS-CST-021": _change("committed", commitment_discount_status=None),
    "OTS-CST-022": _change("committed", commitment_discount_id=None),
    "OTS-CST-023": _change("covered", plan_id=None),
    "OTS-CST-024": _unplace,
    "OTS-CST-025": _change("request", billing_account_id=None),
    "OTS-CST-028": _change("bought", commitment_discount_id="commitment-1", commitment_discount_status="used"),
}
"""A way to break each requirement that is about records; what is about bytes is broken in the tests of readers."""

WHOLE_INPUT = {"OTS-GEN-006", "OTS-GEN-018", "OTS-GEN-019", "OTS-CST-024"}
"""Requirements that are broken by an input as a whole, so that no other dataset can share it."""


# --- validating -------------------------------------------------------------------------------------------------------


def report_on(*contents: bytes, suffix: str = ".jsonl", profile: str = "cost", most: int = 10**6) -> Report:
    """The report on files of these contents, as one input."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, f"{number}{suffix}") for number in range(len(contents))]
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)
        return validate(files, profile=profile, max_examples=most)


def found(report: Report) -> dict[str, int]:
    """The totals of the requirements that are violated."""
    return {check.requirement: check.violations for check in report.checks if check.violations}
