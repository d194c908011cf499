"""Usage records for tests: a dataset that keeps every rule, and the same with any one of them broken.

Every record of :func:`dataset` carries the prefix in its identifiers, so that several datasets make one input in which
no rule on sets looks across their borders.
"""

# ruff: noqa: S106 - token dimensions are no passwords

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from opentokenomics import Report, validate
from opentokenomics.convert import encode_rows
from opentokenomics.generate.defects import DEFECTS, HARMS
from opentokenomics.standard import Fault, Given, Profile, Recompute, References, Schema, load, versions

Record = dict[str, Any]
Records = list[Record]

STANDARD = load(versions()[-1])
"""The version that is worked on."""
USAGE = STANDARD.datasets["usage"]
COLUMNS = tuple(USAGE.by_name)
LONGEST_LINE = 16 * 1024 * 1024
MINIMUM: Record = {
    "spec_version": STANDARD.version,
    "record_id": "a",
    "record_type": "original",
    "source_name": "s",
    "charge_period_start": "2026-08-31T00:00:00Z",
    "charge_period_end": "2026-09-01T00:00:00Z",
    "service_provider_name": "p",
    "charge_category": "usage",
}
"""What a record of usage has to state."""


def checkable(name: str, *beside: str, profile: Profile | None = None) -> list[str]:
    """The requirements that a program can check on a dataset, with others beside it.

    Those on shapes are among them only if a column has the shape, and references only if they lead into these datasets.
    Which datasets there are is not a matter of records. Unless a profile is named, usage is held to *attribution*,
    since more is asked of it only beside outcomes, and anything else to *intelligence*.
    """
    top = profile or (Profile.ATTRIBUTION if name == "usage" else Profile.INTELLIGENCE)
    dataset = STANDARD.datasets[name]
    inner = [each for column in dataset.columns if column.record for each in column.record.columns]
    shapes = {shape.requirement for column in (*dataset.columns, *inner) for shape in column.shapes}
    return [
        each.id
        for each in STANDARD.of(name)
        if each.machine_checkable
        and each.profile.rank <= top.rank
        and not isinstance(each.check, Given | Recompute)
        and (not isinstance(each.check, Schema) or each.id in {*shapes, dataset.unknown_requirement})
        and (not isinstance(each.check, References) or each.check.to_dataset in {name, *beside})
    ]


# --- writing ----------------------------------------------------------------------------------------------------------


def json_text(value: object) -> str:
    """JSON text; a Decimal is written as the number that it is, digit by digit."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json_text(name)}:{json_text(member)}" for name, member in value.items()) + "}"
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
    return json_text(value) if isinstance(value, dict | list | bool) else str(value)


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


_IDENTITIES = (
    "record_id",
    "usage_group_id",
    "corrects_record_id",
    "commitment_discount_id",
    "run_id",
    "outcome_id",
)
_RUN = {"run_id": "run", "step_id": "step-1", "attempt": 1, "outcome_id": "outcome"}


# --- a dataset that keeps every rule ----------------------------------------------------------------------------------


def dataset(prefix: str = "d") -> Records:
    """A dataset on which every requirement that a program can check is evaluated, and kept."""
    common: Record = {
        "spec_version": STANDARD.version,
        "record_type": "original",
        "source_name": "gateway",
        "charge_period_start": "2026-08-30T10:00:00Z",
        "charge_period_end": "2026-08-30T10:00:00.5Z",
        "billing_period_start": "2026-08-01T00:00:00Z",
        "billing_period_end": "2026-09-01T00:00:00Z",
        "service_provider_name": "Example AI",
        "billing_account_id": f"{prefix}/account",
        "charge_category": "usage",
        "x_shard": "7",
    }
    records = [*_calls(), *_events(), *_charges()]
    for record in records:
        for name in _IDENTITIES:
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
        "team": "claims",
        **more,
    }


def _calls() -> Records:
    group = {"usage_group_id": "call", "usage_group_total": "10000", "token_modality": "text", **_RUN}

    def priced(name: str, quantity: int, price: str, discounted: str) -> Record:
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
            "processing_tier": "standard",
            "canonical_model_id": "example/model-a",
            "price_id": f"p/{name}",
        }

    return [
        _tokens("uncached", "input", 1000, token_cache_action="uncached", **priced("a:input", 1000, "3", "2.5")),
        _tokens("read", "input", 6000, token_cache_action="read", **priced("a:read", 6000, "0.3", "0.25")),
        _tokens(
            "write",
            "input",
            2000,
            token_cache_action="write",
            token_cache_ttl_seconds=300,
            **priced("a:write", 2000, "4", "3"),
        ),
        _tokens("answer", "output", 600, token_role="answer", **priced("a:output:contract", 600, "15", "12")),
        _tokens("reasoning", "output", 400, token_role="reasoning", **priced("a:output", 400, "15", "12")),
        _tokens(
            "asked",
            "input",
            12,
            usage_group_id="embedding",
            token_role="prompt",
            cost_carrier="other_row",
            run_id="another-run",
        ),
        {
            **_tokens("stored", "input", 24, usage_group_total="24", usage_group_id="cache", cost_carrier="unknown"),
            "meter": "token_hours",
            "consumed_unit": "token_hours",
        },
    ]


_ONE: Record = {
    "ai_service": "inference",
    "measurement_method": "metered",
    "consumed_quantity": "1",
    "model_id": "model-a",
    "team": "claims",
}


def _events() -> Records:
    request = {"meter": "requests", "consumed_unit": "requests", "cost_carrier": "other_row", **_RUN}
    return [{**_ONE, **request, "record_id": "request"}, *_images(), *_uncharged()]


def _images() -> Records:
    image: Record = {
        **_ONE,
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
        {**image, "record_id": "image"},
        {
            **image,
            **{name: f"-{image[name]}" for name in amounts},
            "record_id": "no-image",
            "record_type": "retraction",
            "corrects_record_id": "image",
        },
        {**image, "record_id": "more", "record_type": "restatement", "corrects_record_id": "image"},
    ]


def _uncharged() -> Records:
    return [
        {
            **_ONE,
            "record_id": "covered",
            "meter": "messages",
            "consumed_unit": "messages",
            "cost_carrier": "plan",
            "plan_id": "p/team",
            "price_id": "p/message",
            "list_unit_price": "0.02",
            "pricing_unit": "message",
            "pricing_block_size": 1,
            "billing_currency": "USD",
            "pricing_currency": "x_ai_credit",
            "principal_id": "user-1",
            "principal_type": "human",
            "region_scope": "region",
            "run_id": "chat",
            "outcome_id": "outcome",
            "attempt": 1,
            "tags": {"cost_center": "4711"},
        },
        {
            **_ONE,
            "record_id": "committed",
            "meter": "searches",
            "consumed_unit": "searches",
            "cost_carrier": "none",
            "plan_id": "p/team",
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
        {**money, "record_id": "cost-only", "model_id": "model-a", "meter": "requests"},
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


# --- breaking it ------------------------------------------------------------------------------------------------------


def ways(dataset: str) -> list[str]:
    """The requirements on a dataset that its records can break; the others need damaged bytes."""
    return [name for name, way in DEFECTS[dataset].items() if way.fault in {None, Fault.NO_RECORDS}]


ON_INPUTS = {each.id for each in STANDARD.requirements if isinstance(each.check, Given)}
"""Requirements on which datasets there are."""
_KNOWN = {*checkable("usage", "price", "plan")}
BREAKS = [name for name in ways("usage") if name in _KNOWN]
BYTES = [name for name in DEFECTS["usage"] if name in _KNOWN and name not in BREAKS]
WHOLE_INPUT = {"OTS-GEN-006", "OTS-GEN-018", "OTS-GEN-019", "OTS-CST-024"}
"""Requirements that are broken by an input as a whole, so that no other dataset can share it."""


def break_it(identifier: str, records: Records, dataset: str = "usage") -> Records:
    """A copy of a dataset that breaks this requirement and no other; KeyError where no way is known."""
    way = DEFECTS[dataset][identifier]
    before, rest = (records[:1], records[1:]) if way.later else ([], records)
    broken = way.breaks([dict(record) for record in rest])
    assert broken is not None, f"nothing lends itself to {identifier}"
    return before + broken.rows


def damage(identifier: str, form: str) -> bytes:
    """A dataset in a format, with its bytes damaged so that it breaks this requirement and no other."""
    way = DEFECTS["usage"][identifier]
    broken = way.breaks(dataset())
    assert broken is not None
    assert way.fault is not None
    lines = encode_rows(broken.rows, form, columns=["x_shard"])
    return b"".join(HARMS[way.fault, form].damaged(lines, form, lambda: broken.at + 1))


# --- validating -------------------------------------------------------------------------------------------------------


def report_on(*contents: bytes, suffix: str = ".jsonl", profile: str = "attribution", most: int = 10**6) -> Report:
    """The report on files of these contents, as one input."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, f"{number}{suffix}") for number in range(len(contents))]
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)
        return validate(files, profile=profile, max_examples=most)


def found(report: Report) -> dict[str, int]:
    """The totals of the requirements that are violated."""
    return {check.requirement: check.violations for check in report.checks if check.violations}
