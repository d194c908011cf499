"""Output files of OpenAI's batches: one response per line, and nothing in it that says it was cheaper.

Facts: the interface description and fragments of real files. Lines come in any order; a request that failed or expired
has no response, or one of another status.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._fields import Fields
from opentokenomics.convert._held import Claim
from opentokenomics.convert._model import NoticeKind
from opentokenomics.convert._source import Converter, Evidence, Header, Source
from opentokenomics.convert.sources._openai_response import FAMILY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opentokenomics.convert._context import Context
    from opentokenomics.convert._model import Row

_OK = 200


def _open(context: Context, _header: Header) -> Converter:
    convert_response = FAMILY.open(context, None)

    def convert(record: Mapping[str, Any]) -> Iterable[Row] | Claim:
        if "custom_id" not in record:
            raise Refused("the record is no line of a batch output: it has no custom_id")
        response = Fields(record).child("response")
        status = response.whole("status_code")
        if not response.values or status not in {None, _OK}:
            context.warn(NoticeKind.NOT_CONVERTED, "a request of the batch failed, and states no usage")
            return ()
        made = convert_response(response.child("body").values)
        for row in made.rows if isinstance(made, Claim) else made:
            row["processing_tier"] = "batch"
        return made

    return convert


def _recognizes(_header: Header, record: Mapping[str, Any]) -> bool:
    return "custom_id" in record and "response" in record


SOURCE = Source(
    name="openai-batch",
    title="Output files of OpenAI's batches",
    provider="OpenAI",
    profile="metering",
    formats=("jsonl",),
    evidence=(Evidence.OFFICIAL, Evidence.REAL),
    distinguishes=(
        "what openai-response tells apart, and the tier: batch",
        "the tier that the response reports, in processing_tier_reported",
    ),
    limits=(
        "A response does not say where its cost is: the cost carrier is unknown.",
        "Requests that failed or expired state no usage; they are counted and make no record.",
    ),
    open=_open,
    recognizes=_recognizes,
)
