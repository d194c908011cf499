"""OpenAI's organization costs: daily buckets of amounts by project, line item and API key.

Facts: the interface description. Amounts are dollars, as a number; some of the programs that read them have seen texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentokenomics.convert._source import Evidence, Header, Source
from opentokenomics.convert.sources._buckets import bucket_members, first_result, opened, page_of
from opentokenomics.convert.sources._openai_organization import COSTS, cost

if TYPE_CHECKING:
    from collections.abc import Mapping


def _recognizes(_header: Header, record: Mapping[str, Any]) -> bool:
    found = first_result(record)
    kind = None if found is None else found[1].get("object")
    return found is not None and "start_time" in found[0] and (kind is None or kind == COSTS)


SOURCE = Source(
    name="openai-costs",
    title="OpenAI's organization costs, as its interface returns them",
    provider="OpenAI",
    profile="cost",
    formats=("json", "jsonl"),
    evidence=(Evidence.OFFICIAL,),
    distinguishes=("amount, line item, quantity with its unit, project, API key and organization",),
    limits=(
        "Amounts become cost-only records, which are not joined with quantities; line items stay the vendor's words.",
        "Give pages of one grouping, or costs count twice, which is reported where a bucket tells it.",
        "A bucket that is stated again with other figures counts once, with the larger amount.",
    ),
    open=opened(cost),
    recognizes=_recognizes,
    members=bucket_members,
    page=page_of,
)
