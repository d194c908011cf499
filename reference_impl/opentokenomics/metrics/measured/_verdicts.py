"""Verdicts on statements as text, JSON, CSV and Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opentokenomics.exact_csv import csv_rows
from opentokenomics.metrics.measured._verify import Verification
from opentokenomics.report import cell, visible, visible_json

_HEADER = ("verdict", "statement_id", "metric", "value", "what", "stated", "recomputed", "reason")


def render_verdicts(found: Sequence[Verification], form: str) -> str:
    """The verdicts in the form ``text``, ``json``, ``csv`` or ``markdown``.

    CSV and Markdown have a row for each difference, and one for a statement without any.
    """
    if form == "json":
        return _json(found)
    if form == "text":
        return "".join(f"{line}\n" for line in _lines(found))
    rows = [row for each in found for row in _rows(each)]
    if form == "csv":
        return "".join(csv_rows([_HEADER, *rows]))
    lines = [f"| {' | '.join(_HEADER)} |", f"|{'|'.join(' --- ' for _ in _HEADER)}|"]
    return "\n".join([*lines, *(f"| {' | '.join(map(cell, row))} |" for row in rows), ""])


def _rows(each: Verification) -> Iterator[list[str]]:
    value = "" if each.value is None else f"{each.value:f}"
    own = [each.verdict.value, each.statement_id or "", each.metric or "", value]
    for one in each.differences:
        yield [*own, one.what, one.stated or "", one.recomputed or "", ""]
    if not each.differences:
        yield [*own, "", "", "", each.reason or ""]


def _lines(found: Sequence[Verification]) -> Iterator[str]:
    for each in found:
        yield visible(f"{each.verdict.value}: {each.statement_id or '(without identifier)'}")
        if each.reason is not None:
            yield visible(f"  it cannot be recomputed: {each.reason}")
        for one in each.differences:
            yield visible(f"  {one.what}: stated {one.stated or 'none'}, found {one.recomputed or 'none'}")


def _json(found: Sequence[Verification]) -> str:
    rows = [
        {
            "statement_id": each.statement_id,
            "metric": each.metric,
            "verdict": each.verdict.value,
            "value": None if each.value is None else f"{each.value:f}",
            "differences": [
                {"what": one.what, "stated": one.stated, "recomputed": one.recomputed} for one in each.differences
            ],
            "reason": each.reason,
        }
        for each in found
    ]
    return visible_json(rows)
