"""The sources, and how one is told from the records of an input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import ConvertError
from opentokenomics.convert._model import shown
from opentokenomics.convert.sources import SOURCES, response_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opentokenomics.convert._source import Header, Source

_SHOWN_NAMES = 8


def sources() -> tuple[Source, ...]:
    """Every source that can be converted, in the order of the documentation."""
    return SOURCES


def source(name: str) -> Source:
    """The source of this name.

    Raises:
        ConvertError: ``source_unknown``: there is none; the message lists those that exist.
    """
    for each in SOURCES:
        if each.name == name:
            return each
    names = ", ".join(each.name for each in SOURCES)
    raise ConvertError("source_unknown", f"There is no source {shown(name, 80)!r}.", f"Name one of {names}, or auto.")


def detect(header: Header, records: Iterable[Mapping[str, Any]], name: str = "the input") -> Source:
    """The one source that the first records of an input, and its CSV header, can come from.

    Raises:
        ConvertError: ``source_undetected``: no record says it, or records of several sources are mixed.
    """
    looked_at = list(records) or ([{}] if header else [])
    candidates = {each.name for each in SOURCES}
    decided = False
    for record in looked_at:
        possible = _candidates(header, record)
        if possible:
            decided = True
            candidates &= possible
    if candidates == {"openai-response", "openrouter-response"}:
        return source("openai-response")
    if decided and len(candidates) == 1:
        return source(candidates.pop())
    if not decided:
        names = ", ".join(list(header or (looked_at[0] if looked_at else ()))[:_SHOWN_NAMES])
        seen = f" It begins with {shown(names, 200)!r}." if names else ""
        reason = f"No record of {name} states usage in a known shape.{seen}"
    elif not candidates:
        reason = f"{name} mixes records of several sources."
    else:
        reason = f"The records of {name} can come from {' or '.join(sorted(candidates))}."
    raise ConvertError("source_undetected", reason, "Name the source with --from.")


def _candidates(header: Header, record: Mapping[str, Any]) -> set[str]:
    """The sources whose records have this shape; empty where it is none of them.

    An envelope of a vendor's own says more than a usage object, which many of them carry inside.
    """
    own = {each.name for each in SOURCES if each.recognizes(header, record)}
    return own or response_sources(record)
