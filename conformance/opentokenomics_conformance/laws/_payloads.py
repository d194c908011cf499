"""Payloads of every source, for the laws of converters."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from opentokenomics_conformance.laws._calls import CALLS
from opentokenomics_conformance.laws._exports import EXPORTS
from opentokenomics_conformance.laws._payload import Draw, Form, Payload

_MOST_RECORDS = 4

SOURCES: Mapping[str, Form] = {**CALLS, **EXPORTS}
"""The form of each source: what a new source brings to be under every law of converters."""


def payloads(source: str, fewest: int = 1) -> st.SearchStrategy[Payload]:
    """Payloads of a source, one of ``SOURCES``, of so many records or more."""
    form = SOURCES[source]

    @st.composite
    def made(draw: Draw) -> Payload:
        number = draw(st.integers(fewest, _MOST_RECORDS))
        return Payload(source, form, [form.record(draw, place) for place in range(1, number + 1)])

    return made()
