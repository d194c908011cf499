"""What a source is: where its records come from, how well it is known, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from opentokenomics.convert._held import Claim, Held
from opentokenomics.convert._model import Row

if TYPE_CHECKING:
    from opentokenomics.convert._context import Context
    from opentokenomics.convert._errors import Refused
    from opentokenomics.convert._pages import Page


Converter = Callable[[Mapping[str, Any]], "Iterable[Row] | Claim | Held | list[Held]"]
"""Makes the rows of one record; raises Refused where it cannot."""

Header = tuple[str, ...] | None
"""The header of a CSV input; None for JSON."""


class Member(NamedTuple):
    """One of the records that an input's record holds, and the path that leads to it."""

    path: str
    value: Mapping[str, Any] | Refused


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


_GRADES = {
    Evidence.REAL: "real data",
    Evidence.OFFICIAL: "official example",
    Evidence.FIXTURE: "public test data, experimental",
    Evidence.FIELDS: "field list, experimental",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of input that can be converted.

    Attributes:
        name: its name on the command line and in ``source_name``.
        title: one line for people.
        provider: the service provider of its rows, unless the options or a record name another.
        profile: the highest profile that its rows are made for.
        formats: the formats it is read from.
        evidence: what the converter's knowledge rests on, best first.
        distinguishes: what its rows tell apart.
        limits: what it does not tell, or what the converter leaves out; sentences.
        open: starts the conversion of one input, given its CSV header; raises ConvertError for a header it cannot use.
        recognizes: whether a record, or the header of a CSV input, can be nothing else than of this source.
        members: the records inside a record, for sources that hand them over in pages; raises Refused.
        page: what a page says of its place in a listing; None where it does not say whether another follows it.
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
    recognizes: Callable[[Header, Mapping[str, Any]], bool] = field(
        default=lambda _header, _record: False, repr=False, compare=False
    )
    members: Callable[[Mapping[str, Any]], Iterator[Member]] | None = field(default=None, repr=False, compare=False)
    page: Callable[[Mapping[str, Any]], Page | None] | None = field(default=None, repr=False, compare=False)

    @property
    def grade(self) -> str:
        """The best of the evidence, in words; ``experimental`` where neither real nor official records stand behind."""
        return _GRADES[self.evidence[0]]
