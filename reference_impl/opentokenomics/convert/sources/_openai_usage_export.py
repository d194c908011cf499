"""Rows of the completions usage export: token leaves and requests of one bucket and its grouping dimensions."""

from __future__ import annotations

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._model import NoticeKind, Row, shown
from opentokenomics.convert._rows import Group, Reading, rows_of
from opentokenomics.convert.sources._export_row import OWNER_COLUMNS, PRIVATE_COLUMNS, TIME_COLUMNS, ExportRow
from opentokenomics.convert.sources._openai_bucket import COUNTERS, TIERS, bucket_tokens
from opentokenomics.convert.sources._response import tier_of

KNOWN_COLUMNS = frozenset(
    {*TIME_COLUMNS, *PRIVATE_COLUMNS, *OWNER_COLUMNS, *COUNTERS, "model", "batch", "service_tier", "compute_units"}
)


def make_rows(row: ExportRow) -> list[Row]:
    """The rows of one bucket; none where it is empty, since an empty bucket is not zero usage."""
    stated = {name: text for name in (*COUNTERS, "compute_units") if (text := row.text(name)) is not None}
    if not stated:
        row.context.warn(NoticeKind.EMPTY_BUCKET, "a period without usage makes no row")
        return []
    counts = {name: row.count(name) for name in stated}  # each is a count, whether its part is told from others or not
    if counts.get("compute_units"):
        row.context.warn(NoticeKind.NOT_CONVERTED, "compute_units are kept in source_counters only")
    model = row.text("model") or row.context.options.model
    if model is None:
        row.context.warn(NoticeKind.MODEL_MISSING, "the export is not grouped by model; give the model with --model")
    requests = counts.get("num_model_requests")
    tier = row.text("service_tier")
    group = Group(
        "inference",
        bucket_tokens(counts.get, row.context.warn),
        (Reading("requests", str(requests), "inference"),) if requests else (),
        cost_carrier="other_row",
        columns={
            "model_id": model,
            "processing_tier": "batch" if _is_batch(row) else tier_of(tier, TIERS, row.context.warn),
            "processing_tier_reported": tier,
        },
    )
    return list(rows_of(group, row.begin(), row.identity("usage"), stated))


def _is_batch(row: ExportRow) -> bool:
    text = row.text("batch")
    if text is not None and text.lower() not in {"true", "false"}:
        raise Refused(f"batch is {shown(text)!r}, where True or False belongs")
    return text is not None and text.lower() == "true"
