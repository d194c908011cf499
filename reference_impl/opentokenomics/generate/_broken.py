"""Exports with a defect: made up like any other, but for one requirement that they break."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from opentokenomics.convert import encode_rows
from opentokenomics.errors import UnsupportedError
from opentokenomics.generate._dice import Dice
from opentokenomics.generate._row import Row
from opentokenomics.generate._stream import SOURCES, limited
from opentokenomics.generate.defects import DEFECTS, HARMS, Broken, Defect, Unit
from opentokenomics.standard import Excluded, Fault, Given, Profile, Requirement, load

_LONGEST_UNIT = 24
"""No unit has more records, with those that a defect adds to it."""
_FAR = 6_000
"""Among so many records are all kinds of them."""
_NONE = _FAR + 1
_OTHER_DICE = 0x5DEFEC75
"""Where the defect is must not change what the records are."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a requirement is broken, and how.

    Attributes:
        requirement: Identifier of the requirement.
        row: The 1-based number of the record to blame; None where the export as a whole is.
        record_id: The identifier of that record, where it has one.
        what: What is wrong, in words.
    """

    requirement: str
    row: int | None
    record_id: str | None
    what: str

    def __str__(self) -> str:
        row = "" if self.row is None else f" in row {self.row}"
        record = "" if self.row is None or self.record_id is None else f", record {self.record_id}"
        return f"{self.requirement} is broken{row}{record}: {self.what}."


class BrokenExport:
    """An export in which one requirement is broken and every other one is kept.

    Its records are taken once, as ``records`` or as ``lines``. They are those that ``generate`` makes of the same
    seed, but for the defect: it is at the first record that lends itself to it from one on that the seed chooses. Where
    there is none up to the end, such a record stands there that a longer export would have further on.

    Args:
        rows: How many records, at least 1.
        seed: Which export.
        profile: The profile that the export meets but for the defect, or its name.
        requirement: What to break.
        dataset: The dataset to break it in; the requirement's own unless given, or the first one that can break it.
        spared: How many of the first records stay as they are, because other datasets name them.

    Attributes:
        dataset: The dataset of the export.
        requirement: What is broken.
        place: Where the requirement is broken; None until that record was taken.

    Raises:
        UnsupportedError: No program can check the requirement, it is not one of this profile and dataset, or nothing
            is known to break it.
    """

    def __init__(
        self,
        rows: int,
        seed: int,
        profile: Profile | str,
        requirement: Requirement,
        dataset: str | None = None,
        *,
        spared: int = 0,
    ) -> None:
        checkable(requirement)
        profile = Profile(profile)
        self.dataset = _dataset(requirement, dataset)
        self.requirement = requirement
        self._defect = _defect(requirement, profile, self.dataset)
        self._source = SOURCES[self.dataset](seed, profile)
        self._rows = rows
        self._spared = spared
        self._start = max(spared, 1 if self._defect.later else 0, Dice(seed ^ _OTHER_DICE).below(rows))
        self.place: Place | None = None

    def lines(self, form: str, note: Callable[[Row], Row] | None = None) -> Iterator[bytes]:
        """The export as bytes.

        Args:
            form: The format, ``jsonl`` or ``csv``.
            note: Is given each record before it is written, and gives it back.

        Raises:
            UnsupportedError: What breaks the requirement cannot be written in this format, or there are too few
                records for it.
        """
        fault = self._defect.fault
        if fault is not None and (fault, form) not in HARMS:
            formats = " or ".join(name for each, name in HARMS if each is fault)
            raise UnsupportedError(
                "defect_not_in_format", f"{self.requirement.id} cannot be broken in {form}.", f"Write {formats}."
            )
        records = self.records() if note is None else map(note, self.records())
        # An export that is too small is refused before anything of it is written.
        start = list(islice(records, 1))
        lines = encode_rows(chain(start, records), form, self.dataset, self._defect.columns)
        return lines if fault is None else self._harmed(lines, fault, form)

    def _harmed(self, lines: Iterable[bytes], fault: Fault, form: str) -> Iterator[bytes]:
        harm = HARMS[fault, form]
        yield from harm.damaged(lines, form, lambda: None if self.place is None else self.place.row)
        found = self.place
        row, record_id = (None, None) if found is None or harm.whole else (found.row, found.record_id)
        self.place = Place(self.requirement.id, row, record_id, harm.what)

    def records(self) -> Iterator[Row]:
        """The records; the defect of a requirement on bytes is not in them.

        Raises:
            UnsupportedError: There are too few of them for the defect; raised when the first one is taken.
        """
        if self._defect.fault is Fault.NO_RECORDS:
            return iter(())
        if self._defect.everywhere:
            units = (self._all_broken(unit) for unit in self._source.units())
            return limited(units, lambda: self._all_broken([self._source.single()])[0], self._rows)
        return self._broken_once()

    def _all_broken(self, unit: Unit) -> Unit:
        broken = self._defect.breaks(unit)
        if broken is None:
            return unit
        self.place = self.place or Place(self.requirement.id, None, None, broken.what)
        return broken.rows

    def _broken_once(self) -> Iterator[Row]:
        left = self._rows
        units = iter(self._source.units())
        for unit in units:
            broken = self._attempt(unit) if self._rows - left >= self._start else None
            if left - len(unit) < _LONGEST_UNIT:
                yield from self._broken_at_the_end(chain([unit], units), left)
                return
            if broken is not None:
                yield from self._blamed(broken, left)
                yield from limited(units, self._source.single, left - len(broken.rows))
                return
            yield from unit
            left -= len(unit)

    def _broken_at_the_end(self, units: Iterable[Unit], left: int) -> Iterator[Row]:
        """The last records, the very last ones with the defect, however far on the first that lend themselves are."""
        broken, kept = self._next_broken(units, left)
        room = left - sum(map(len, kept))
        while room < len(broken.rows):
            room += len(kept.pop())
        yield from chain.from_iterable(kept)
        for _ in range(room - len(broken.rows)):
            yield self._source.single()
        yield from self._blamed(broken, len(broken.rows))

    def _next_broken(self, units: Iterable[Unit], most: int) -> tuple[Broken, list[Unit]]:
        """The next defect that takes at most so many records, and the units before it that have room in as many."""
        passed: list[Unit] = []
        fewest = _NONE
        seen = 0
        for unit in units:
            broken = self._attempt(unit) if self._rows - most + seen >= self._spared else None
            if broken is not None:
                size = len(broken.rows) + (1 if self._defect.later else 0)
                if size <= most:
                    return broken, passed
                fewest = min(fewest, size)
            if seen + len(unit) <= most:
                passed.append(unit)
            seen += len(unit)
            if seen > _FAR:
                break
        raise UnsupportedError(
            "rows_too_few",
            f"{self.requirement.id} cannot be broken in so small an export.",
            f"Ask for {fewest} records or more." if fewest < _NONE else "Ask for more records.",
        )

    def _attempt(self, unit: Unit) -> Broken | None:
        return self._defect.breaks(unit) if self._source.is_final(unit) else None

    def _blamed(self, broken: Broken, left: int) -> Unit:
        record_id = broken.rows[broken.at].get(load().datasets[self.dataset].identity)
        self.place = Place(self.requirement.id, self._rows - left + broken.at + 1, record_id, broken.what)
        return broken.rows


def checkable(requirement: Requirement) -> None:
    """Refuses a requirement that no program can check.

    Raises:
        UnsupportedError: It is such a one; the message has the reason that the catalogue gives.
    """
    if isinstance(requirement.check, Excluded):
        raise UnsupportedError(
            "defect_not_checkable",
            f"{requirement.id} cannot be broken on purpose, since no program could tell: {requirement.check.reason}",
            "Choose a requirement that a program can check.",
        )


def _dataset(requirement: Requirement, wanted: str | None) -> str:
    """The dataset to break a requirement in: the wanted one, else its own, else the first that it can be broken in."""
    if isinstance(requirement.check, Given):
        raise UnsupportedError(
            "defect_not_in_format",
            f"{requirement.id} is broken by a bundle that lacks a dataset.",
            "Write a bundle: -o NAME.zip.",
        )
    able = [name for name, ways in DEFECTS.items() if requirement.id in ways]
    dataset = wanted or requirement.dataset or (able or ["usage"])[0]
    if dataset not in DEFECTS or requirement.dataset == "manifest":
        raise UnsupportedError(
            "defect_not_in_format",
            f"{requirement.id} is broken in a manifest, which only a bundle has.",
            "Write a bundle: -o NAME.zip.",
        )
    if requirement.dataset not in {None, dataset}:
        raise UnsupportedError(
            "defect_not_in_dataset",
            f"{requirement.id} is a requirement of the dataset {requirement.dataset}, not of {dataset}.",
            f"Choose a requirement of {dataset}.",
        )
    if dataset not in able:
        raise UnsupportedError(
            "defect_not_in_dataset",
            f"{requirement.id} cannot be broken in {dataset}, which has no such column.",
            f"Choose another dataset: {', '.join(able)}.",
        )
    return dataset


def in_profile(requirement: Requirement, profile: Profile) -> None:
    """Refuses a requirement of a higher profile.

    Raises:
        UnsupportedError: It is such a one.
    """
    if requirement.profile.rank > profile.rank:
        raise UnsupportedError(
            "defect_not_in_profile",
            f"{requirement.id} is a requirement of the profile {requirement.profile}, above {profile}.",
            f"Ask for the profile {requirement.profile}.",
        )


def _defect(requirement: Requirement, profile: Profile, dataset: str) -> Defect:
    in_profile(requirement, profile)
    return DEFECTS[dataset][requirement.id]
