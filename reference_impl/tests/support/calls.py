"""Usage of a published model, for tests of what it costs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from opentokenomics.convert import encode_rows

Row = dict[str, Any]

CALL = {
    "spec_version": "1.0-draft",
    "record_type": "original",
    "source_name": "gateway",
    "measurement_method": "metered",
    "charge_period_start": "2026-11-20T12:00:00Z",
    "charge_period_end": "2026-11-20T12:00:01Z",
    "service_provider_name": "Anthropic",
    "ai_service": "inference",
    "model_id": "claude-haiku-4-5-20251001",
    "processing_tier": "standard",
    "charge_category": "usage",
}


def tokens(name: str, quantity: int, **changes: object) -> Row:
    row = {
        **CALL,
        "record_id": name,
        "usage_group_id": name.partition(":")[0],
        "meter": "tokens",
        "consumed_unit": "tokens",
        "consumed_quantity": str(quantity),
        "token_direction": "input",
        "token_cache_action": "uncached",
    }
    return {key: value for key, value in {**row, **changes}.items() if value is not None}


def written(folder: Path, name: str, rows: Iterable[Row]) -> Path:
    file = folder / name
    dataset = "price" if name.startswith("price") else "usage"
    custom = sorted({key for row in rows for key in row if key.startswith("x_")})
    file.write_bytes(b"".join(encode_rows(rows, file.suffix[1:], dataset, custom)))
    return file
