"""What every reader offers, and the value objects that it speaks in."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from opentokenomics.exact_json import decode
from opentokenomics.readers._bytes import Local, has_vast_line
from opentokenomics.standard import Dataset, Fault, Kind, Standard


@dataclass(frozen=True, slots=True)
class Marks:
    """Texts that a copy holds in place of what no engine can read; nobody can guess them, so no input holds them."""

    wrong_type: str = field(default_factory=lambda: f"wrong-type-{secrets.token_hex(16)}")
    refused: str = field(default_factory=lambda: f"refused-{secrets.token_hex(16)}")


@dataclass(frozen=True, slots=True)
class Tallied:
    """One example of a fault that a reader found; ``file`` is where, unless it is in the input itself."""

    requirement: str
    row: int | None = None
    line: int | None = None
    column: str | None = None
    value: str | None = None
    detail: str | None = None
    file: str | None = None


@dataclass(slots=True)
class Tally:
    """Exact totals of the faults that a reader found, with a bounded number of examples for each requirement.

    ``evaluated`` says how often a requirement was judged that has no rows to count, and ``faulty`` how many rows have a
    fault of encoding and are judged by nothing else.
    """

    standard: Standard
    most_examples: int
    totals: Counter[str] = field(default_factory=Counter)
    evaluated: Counter[str] = field(default_factory=Counter)
    faulty: int = 0
    examples: dict[str, list[Tallied]] = field(default_factory=dict)

    def add(self, example: Tallied, times: int = 1) -> None:
        """Counts a fault, and keeps the example while there is room for it."""
        self.totals[example.requirement] += times
        kept = self.examples.setdefault(example.requirement, [])
        if len(kept) < self.most_examples:
            kept.append(example)

    def fault(self, fault: Fault, detail: str | None, row: int | None = None, line: int | None = None) -> None:
        """Counts a fault of encoding."""
        self.faulty += row is not None
        self.add(Tallied(self.standard.encoding(fault).id, row, line, detail=detail))


@dataclass(frozen=True, slots=True)
class Fetched:
    """A data row looked up again: the physical line on which it begins, if it has one, and the text of its values."""

    line: int | None
    values: Mapping[str, str]


class Reader(ABC):
    """Reads one local file. ``inspect`` is cheap and says whether an engine may scan the file as it is."""

    has_copy = True
    """Whether a copy can be written of what an engine does not read as it is."""

    is_bare = False
    """Whether no value is empty, has an @ or is longer than ``SHORT`` bytes: a guess, and certain after ``inspect``."""

    header_line: int | None = None
    """The physical line that names the columns, where there is one."""

    def __init__(self, local: Local, dataset: Dataset) -> None:
        self.local = local
        self.dataset = dataset

    @property
    def is_scannable(self) -> bool:
        """Whether it makes sense to let an engine scan the file while it is inspected."""
        return not has_vast_line(self.local.file)

    @property
    def unknown(self) -> Sequence[tuple[str, int]]:
        """Names and places of columns that the dataset does not know, where a file has columns."""
        return ()

    def header_faults(self, tally: Tally) -> None:  # noqa: B027 - most formats have no header
        """Counts what is wrong with the names of the columns."""

    def filled_unknown(self) -> dict[str, int]:
        """How many rows fill each column that the dataset does not know."""
        return {}

    def close(self) -> None:  # noqa: B027 - most readers hold nothing open
        """Lets go of the file."""

    @abstractmethod
    def inspect(self, stop: Event) -> int | None:
        """The number of data rows where an engine reads exactly what this reader would; None where a copy is needed."""

    @abstractmethod
    def copy(self, target: Path, marks: Marks, tally: Tally) -> int:
        """Writes a copy in which every data row is one readable record, counts faults, and returns the rows."""

    @abstractmethod
    def first_text(self, column: str) -> str | None:
        """The first text that a record states in a column and that has the shape of its values, listed or not."""

    @abstractmethod
    def records(self) -> Iterator[dict[str, object]]:
        """The data rows of an input that conforms, without what is null: names with values as JSON has them.

        A value of a custom column may be JSON text, as a ``msgspec.Raw``.
        """

    def custom(self) -> set[str]:
        """The names that the records of an input that conforms have besides the columns of the dataset."""
        return {name for record in self.records() for name in record if name not in self.dataset.by_name}

    @abstractmethod
    def fetch(self, rows: Collection[int]) -> dict[int, Fetched]:
        """Looks data rows (1-based) up again in the input itself."""


def from_texts(dataset: Dataset, texts: Mapping[str, str | None]) -> dict[str, object]:
    """The record of a row of a table, from the texts of its cells; one that is empty has no value."""
    return {name: _from_text(dataset, name, text) for name, text in texts.items() if text}


def _from_text(dataset: Dataset, name: str, text: str) -> object:
    column = dataset.by_name.get(name)
    if column is None:
        return text
    if column.is_nested or column.kind in {Kind.LIST, Kind.INTEGER, Kind.BOOLEAN}:
        return decode(text)
    return text
