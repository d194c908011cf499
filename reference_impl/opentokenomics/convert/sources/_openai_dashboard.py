"""The two CSV exports of OpenAI's usage dashboard: usage of completions, and cost.

Facts: the interface description of the organization's usage and cost endpoints, and two real exports. Usage becomes
quantities, cost becomes cost-only rows; nothing says which amount belongs to which tokens, so nothing is joined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import ConvertError
from opentokenomics.convert._model import NoticeKind, Row, shown
from opentokenomics.convert._source import Converter, Evidence, Header, Source
from opentokenomics.convert.sources import _openai_cost_export, _openai_usage_export
from opentokenomics.convert.sources._export_row import TIME_COLUMNS, ExportRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from opentokenomics.convert._context import Context


def _open(context: Context, header: Header) -> Converter:
    if header is None:
        raise ConvertError(
            "input_format",
            f"{context.input} is not CSV.",
            "Export usage or cost as CSV from the dashboard; for responses use --from openai-response.",
        )
    names = set(header)
    make: Callable[[ExportRow], list[Row]]
    if "amount_value" in names:
        known, make = _openai_cost_export.KNOWN_COLUMNS, _openai_cost_export.make_rows
    elif {"input_tokens", "output_tokens"} <= names:
        known, make = _openai_usage_export.KNOWN_COLUMNS, _openai_usage_export.make_rows
    elif "start_time" in names and names <= set(TIME_COLUMNS):
        context.warn(NoticeKind.NO_RECORDS, "the export has only its time columns: the account had no usage")
        known, make = frozenset(TIME_COLUMNS), _nothing
    else:
        raise ConvertError(
            "header_unknown",
            f"{context.input} is neither the completions usage nor the cost export: its header begins"
            f" {shown(','.join(header), 80)!r}.",
            "Export completions usage or cost as CSV from the dashboard.",
        )
    for name in sorted(names - known):
        context.unknown("column", name)

    def convert(record: Mapping[str, Any]) -> Iterable[Row]:
        return make(ExportRow(record, context))

    return convert


def _recognizes(header: Header, _record: Mapping[str, Any]) -> bool:
    return header is not None and len(set(TIME_COLUMNS) & set(header)) > 1


def _nothing(_row: ExportRow) -> list[Row]:
    return []


SOURCE = Source(
    name="openai-dashboard",
    title="CSV exports of OpenAI's usage dashboard: completions usage, and cost",
    provider="OpenAI",
    profile="cost",
    formats=("csv",),
    evidence=(Evidence.REAL, Evidence.OFFICIAL),
    distinguishes=(
        "usage: input tokens by cache action and modality, output tokens by modality, requests",
        "usage: model, batch, service tier, project, user and API key, where the export is grouped by them",
        "cost: amount, line item, quantity with its unit, project, user, API key and organization",
    ),
    limits=(
        "The usage export becomes a metering export whose amounts are on other rows, the cost export cost-only rows.",
        "Amounts are not joined with quantities, and no model is read out of a line item.",
        "The total of a usage group is input_tokens plus output_tokens, the vendor's own total of each direction.",
        "Reasoning tokens are inside output_tokens, and the export does not tell them apart.",
        "E-mail addresses are left out, or stand for users without identifiers with --pseudonym-key.",
        "Names of projects, users and organizations are left out.",
        "Exports of other endpoints (embeddings, images, audio) are not converted.",
    ),
    open=_open,
    recognizes=_recognizes,
)
