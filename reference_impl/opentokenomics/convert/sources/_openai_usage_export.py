"""Rows of the completions usage export: token leaves and requests of one bucket and its grouping dimensions.

``input_tokens`` holds uncached, cached and written tokens. ``input_text_tokens`` and its siblings are uncached tokens
only, and ``input_cached_text_tokens`` and its siblings divide the cached ones, so cache action and modality are known
together; written tokens are not divided by modality.
"""

from __future__ import annotations

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._model import NoticeKind, Row
from opentokenomics.convert._rows import Group, Reading, rows_of
from opentokenomics.convert._split import UNSPECIFIED, Breakdown, Part, Parts, Tokens, add, level
from opentokenomics.convert.sources._export_row import OWNER_COLUMNS, PRIVATE_COLUMNS, TIME_COLUMNS, ExportRow
from opentokenomics.convert.sources._response import tier_of

_MODALITIES = ("text", "audio", "image")
_TIERS = {
    "default": "standard",
    "standard": "standard",
    "auto": None,
    "flex": "flex",
    "priority": "priority",
    "fast": "fast",
    "batch": "batch",
    "scale": "provisioned",
}
_COUNTERS = (
    "input_tokens",
    "output_tokens",
    "input_cached_tokens",
    "input_cache_write_tokens",
    "input_uncached_tokens",
    *(f"{prefix}_{name}_tokens" for prefix in ("input", "input_cached", "output") for name in _MODALITIES),
    "num_model_requests",
)
KNOWN_COLUMNS = frozenset(
    {*TIME_COLUMNS, *PRIVATE_COLUMNS, *OWNER_COLUMNS, *_COUNTERS, "model", "batch", "service_tier", "compute_units"}
)


def make_rows(row: ExportRow) -> list[Row]:
    """The rows of one bucket; none where it is empty, since an empty bucket is not zero usage."""
    stated = {name: text for name in (*_COUNTERS, "compute_units") if (text := row.text(name)) is not None}
    if not stated:
        row.context.warn(NoticeKind.EMPTY_BUCKET, "a period without usage makes no row")
        return []
    if (row.count("compute_units") or 0) > 0:
        row.context.warn(NoticeKind.NOT_CONVERTED, "compute_units are kept in source_counters only")
    model = row.text("model") or row.context.options.model
    if model is None:
        row.context.warn(NoticeKind.MODEL_MISSING, "the export is not grouped by model; give the model with --model")
    requests = row.count("num_model_requests")
    tier = row.text("service_tier")
    group = Group(
        "inference",
        _tokens(row),
        (Reading("requests", str(requests), "inference"),) if requests else (),
        cost_carrier="other_row",
        columns={
            "model_id": model,
            "processing_tier": "batch" if _is_batch(row) else tier_of(tier, _TIERS),
            "processing_tier_reported": tier,
        },
    )
    return list(rows_of(group, row.begin(), row.identity("usage"), stated))


def _is_batch(row: ExportRow) -> bool:
    text = row.text("batch")
    if text is not None and text.lower() not in {"true", "false"}:
        raise Refused(f"batch is {text[:40]!r}, where True or False belongs")
    return text is not None and text.lower() == "true"


def _tokens(row: ExportRow) -> Tokens | None:
    entering, leaving = _input(row), row.count("output_tokens")
    if entering is None and leaving is None:
        return None
    output: Parts = {}
    for modality, count in _by_modality(row, leaving or 0, "output").items():
        add(output, Part(modality=modality), count)
    total = None if entering is None or leaving is None else sum(entering.values()) + leaving
    return Tokens(level(entering or {}), level(output), total)


def _input(row: ExportRow) -> Parts | None:
    """Parts that add up to ``input_tokens``, or None where no input is stated."""
    total, read, write = (row.count(f"input{name}_tokens") for name in ("", "_cached", "_cache_write"))
    uncached = row.count("input_uncached_tokens")
    actions = [count for count in (read, write, uncached) if count is not None]
    if total is None and not actions:
        return None
    if not actions:
        return {Part(): total} if total else {}
    if total is None:
        total = sum(actions)
    if uncached is None:
        uncached = max(total - sum(actions), 0)
    explained = uncached + (read or 0) + (write or 0)
    if explained > total:
        row.context.warn(
            NoticeKind.CONTRADICTION,
            "uncached, cached and written tokens add up to more than input_tokens",
            f"{explained} > {total}",
        )
        return {Part(cache_action=UNSPECIFIED): total} if total else {}
    parts: Parts = {}
    for action, count, prefix in (("uncached", uncached, "input"), ("read", read or 0, "input_cached")):
        for modality, share in _by_modality(row, count, prefix).items():
            add(parts, Part(cache_action=action, modality=modality), share)
    add(parts, Part(cache_action="write"), write or 0)
    if explained < total:
        row.context.warn(
            NoticeKind.UNEXPLAINED,
            "uncached, cached and written tokens add up to less than input_tokens; the rest is unspecified",
            f"{explained} < {total}",
        )
        add(parts, Part(cache_action=UNSPECIFIED), total - explained)
    return parts


def _by_modality(row: ExportRow, total: int, prefix: str) -> dict[str | None, int]:
    counts = {name: count for name in _MODALITIES if (count := row.count(f"{prefix}_{name}_tokens")) is not None}
    modality = Breakdown("modality", counts, UNSPECIFIED, f"{prefix}_text, _audio and _image_tokens", complete=True)
    return modality.of(total, row.context.warn)
