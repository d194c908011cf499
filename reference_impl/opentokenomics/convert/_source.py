"""What a source is: where its records come from, how well it is known, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._model import Row

if TYPE_CHECKING:
    from opentokenomics.convert._context import Context

Converter = Callable[[Mapping[str, Any]], Iterable[Row]]
"""Makes the rows of one record; raises Refused where it cannot."""

Header = tuple[str, ...] | None
"""The header of a CSV input; None for JSON."""


class Evidence(StrEnum):
    """What a converter's knowledge of its source rests on."""

    REAL = "real"
    """Real records, of which some contradicted the documentation."""
    OFFICIAL = "official"
    """Examples and schemas that the vendor publishes."""
    FIXTURE = "fixture"
    """Test fixtures of public tools."""
    FIELDS = "fields"
    """Field lists only."""


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of input that can be converted.

    Attributes:
        name: its name on the command line and in ``source_name``.
        title: one line for people.
        provider: the service provider of its rows, unless the options name another.
        profile: the highest profile that its rows are made for.
        formats: the formats it is read from.
        evidence: what the converter's knowledge rests on, best first.
        distinguishes: what its rows tell apart.
        limits: what it does not tell, or what the converter leaves out; sentences.
        open: starts the conversion of one input, given its CSV header; raises ConvertError for a header it cannot use.
    """

    name: str
    title: str
    provider: str
    profile: str
    formats: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    distinguishes: tuple[str, ...]
    limits: tuple[str, ...]
    open: Callable[[Context, Header], Converter] = field(repr=False, compare=False)
