"""What a manifest states, held against its files and their records."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from opentokenomics._record import judge_of
from opentokenomics.engines._parts import Claim, Input, Part
from opentokenomics.engines.duckdb import Period, Seen, Version
from opentokenomics.exact_json import shown
from opentokenomics.readers import Bundle, Entry, Tallied, Tally
from opentokenomics.shapes import Misshapen, Sound, asked, is_custom, is_stated, misshapen
from opentokenomics.standard import Bundle as BundleCheck
from opentokenomics.standard import BundleFault, Fault, Profile, Requirement, Standard

_LONGEST_VALUE = 200
_DATASET = "manifest"

NOTHING_TO_JUDGE: Mapping[BundleFault, str] = {
    BundleFault.MANIFEST: "there is no manifest",
    BundleFault.REPEATED: "no entry states a path",
    BundleFault.MISSING: "no entry states a path",
    BundleFault.UNLISTED: "there are no other files, or it is not known which of them are listed",
    BundleFault.SIZE: "no file is there that has its size stated",
    BundleFault.DIGEST: "no file is there that has its digest stated",
    BundleFault.ROWS: "no file was read that has its rows stated",
    BundleFault.VERSION: "the manifest or every record leaves out the version",
    BundleFault.PERIOD: "no record has a charge period, or the manifest states no period",
    BundleFault.PROFILE: "the bundle is held to the profile that it claims, or to a higher one",
    BundleFault.TRUNCATED: "no file leaves anything out",
    BundleFault.GROUPING: "no entry says by what its records are grouped",
}
"""Why a check of a bundle was not evaluated, where it was not."""
_TRUNCATION = frozenset({"complete", "truncation_reason", "remainder_record_id"})
"""The members of an entry that say what was left out."""


@dataclass(frozen=True, slots=True)
class Read:
    """A file of a bundle whose records were read.

    Attributes:
        entry: The entry that lists it.
        rows: How many records it holds.
        seen: What these say.
        has_remainder: Whether one of them is the remainder that the entry names; None where it names none.
    """

    entry: Entry
    rows: int
    seen: Seen
    has_remainder: bool | None


def period_of(bundle: Bundle, standard: Standard) -> Period | None:
    """The period that a manifest states; None where it states none in which a record can lie."""
    values = _sound(bundle, standard).values
    start, end = values.get("period_start"), values.get("period_end")
    return (start, end) if isinstance(start, datetime) and isinstance(end, datetime) and start < end else None


def profile_of(bundle: Bundle, standard: Standard) -> Profile | None:
    """The profile that a manifest claims; None where it claims none that exists."""
    claimed = _sound(bundle, standard).values.get("profile")
    return Profile(claimed) if isinstance(claimed, str) else None


def version_of(bundle: Bundle, standard: Standard) -> str | None:
    """The version that a manifest states, whether it exists or not."""
    stated = (bundle.manifest or {}).get("spec_version")
    return str(stated) if is_stated(standard.datasets[_DATASET].by_name["spec_version"], stated) else None


def judge_bundle(
    bundle: Bundle, standard: Standard, version: Version, reads: Sequence[Read], most_examples: int
) -> tuple[Part, Claim | None]:
    """Judges a manifest by itself, against its files, and against what their records say.

    Args:
        bundle: The manifest, and what its files are.
        standard: The version that it is held to.
        version: The version that its records state.
        reads: Its files whose records were read.
        most_examples: How many violations to keep of each requirement.

    Returns:
        The manifest as a part of the report, and what it claims.
    """
    tally = Tally(standard, most_examples)
    judging = _Judging(bundle, standard, tally)
    judging.judge_manifest(version)
    judging.judge_files()
    judging.judge_records(reads)
    rows = int(bundle.manifest is not None)
    part = Part(
        standard.datasets[_DATASET],
        [Input(bundle.name, rows, tally)],
        findings=[],
        place=lambda identity: (0, identity),
        may_be_empty=True,
    )
    claimed = profile_of(bundle, standard)
    return part, None if claimed is None else Claim(claimed, judging.requirement(BundleFault.PROFILE), tally)


def _sound(bundle: Bundle, standard: Standard) -> Sound:
    sound = Sound()
    deque(misshapen(standard.datasets[_DATASET], bundle.manifest or {}, sound), maxlen=0)
    return sound


@dataclass(frozen=True, slots=True)
class _Judging:
    bundle: Bundle
    standard: Standard
    tally: Tally

    def requirement(self, fault: BundleFault) -> Requirement:
        """The requirement that a fault violates."""
        return next(
            each
            for each in self.standard.requirements
            if isinstance(each.check, BundleCheck) and each.check.fault is fault
        )

    def _evaluate(self, fault: BundleFault, times: int = 1) -> None:
        self.tally.evaluated[self.requirement(fault).id] += times

    def _blame(
        self, fault: BundleFault, file: str | None = None, value: object = None, detail: str | None = None
    ) -> None:
        requirement = self.requirement(fault)
        text = None if value is None else shown(value, _LONGEST_VALUE)
        column = next(iter(requirement.columns), None)
        self.tally.add(Tallied(requirement.id, column=column, value=text, detail=detail, file=file))

    def judge_manifest(self, version: Version) -> None:
        """The manifest as a record of its own."""
        self._evaluate(BundleFault.MANIFEST)
        if self.bundle.has_mark:
            self.tally.fault(Fault.BYTE_ORDER_MARK, None, line=1)
        if self.bundle.manifest is None:
            self._blame(BundleFault.MANIFEST, detail=self.bundle.problem)
            return
        judge = judge_of(self.standard, _DATASET, Profile.METERING)
        self.tally.evaluated.update(asked(judge.dataset, self.bundle.manifest))
        sound = Sound()
        for found in misshapen(judge.dataset, self.bundle.manifest, sound):
            if not _is_of_another_version(found, version):
                text = None if found.value is None else shown(found.value, _LONGEST_VALUE)
                self.tally.add(Tallied(found.requirement, column=found.column, value=text, detail=found.place))
        for requirement, is_kept in judge.rulings(sound):
            self.tally.evaluated[requirement.id] += 1
            if not is_kept:
                column = requirement.columns[0]
                text = shown(self.bundle.manifest.get(column), _LONGEST_VALUE)
                self.tally.add(Tallied(requirement.id, column=column, value=text))

    def judge_files(self) -> None:
        """The entries, against the files that are there."""
        for entry in self.bundle.entries:
            if entry.path is None:
                continue
            self._evaluate(BundleFault.REPEATED)
            if entry.repeated:
                self._blame(BundleFault.REPEATED, entry.name, entry.path)
                continue
            self._evaluate(BundleFault.MISSING)
            if entry.problem is not None:
                self._blame(BundleFault.MISSING, entry.name, entry.path, entry.problem)
            self._judge_bytes(entry)
            self._judge_grouping(entry)
        unlisted = self.bundle.unlisted
        if unlisted is not None:
            self._evaluate(BundleFault.UNLISTED, self.bundle.beside)
            for name in unlisted:
                self._blame(BundleFault.UNLISTED, name)

    def _judge_bytes(self, entry: Entry) -> None:
        if entry.file is None:
            return
        facts = {
            BundleFault.SIZE: (entry.values.get("bytes"), entry.bytes),
            BundleFault.DIGEST: (entry.values.get("sha256"), entry.sha256),
        }
        for fault, (stated, found) in facts.items():
            if stated is not None:
                self._evaluate(fault)
                if stated != found:
                    self._blame(fault, entry.name, found)

    def _judge_grouping(self, entry: Entry) -> None:
        names, known = entry.values.get("grouped_by"), self.standard.datasets.get(entry.values.get("dataset", ""))
        if names is None or known is None:
            return
        self._evaluate(BundleFault.GROUPING)
        unknown = [name for name in names if name not in known.by_name and not is_custom(known, name)]
        if unknown:
            self._blame(BundleFault.GROUPING, entry.name, ", ".join(unknown))

    def judge_records(self, reads: Sequence[Read]) -> None:
        """The entries, against the records of their files."""
        stated_version = version_of(self.bundle, self.standard)
        for read in reads:
            name, stated = read.entry.name, read.entry.values.get("rows")
            if stated is not None:
                self._evaluate(BundleFault.ROWS)
                if stated != read.rows:
                    self._blame(BundleFault.ROWS, name, read.rows)
            if stated_version is not None and read.seen.versions:
                self._evaluate(BundleFault.VERSION)
                others = [each for each in read.seen.versions if each != stated_version]
                if others:
                    self._blame(BundleFault.VERSION, name, ", ".join(others))
            if read.seen.placed:
                self._evaluate(BundleFault.PERIOD)
                if read.seen.outside:
                    detail = f"{read.seen.outside:,} of its records lie outside, record {read.seen.first_outside} first"
                    self._blame(BundleFault.PERIOD, name, detail=detail)
            self._judge_truncation(read)

    def _judge_truncation(self, read: Read) -> None:
        values = read.entry.values
        is_cut = values.get("complete") is False
        is_known = "complete" in values and _TRUNCATION.isdisjoint(read.entry.malformed)
        if not is_known or (not is_cut and read.has_remainder is None):
            return
        self._evaluate(BundleFault.TRUNCATED)
        if read.has_remainder is False:
            self._blame(
                BundleFault.TRUNCATED, read.entry.name, values["remainder_record_id"], "there is no such record"
            )
        elif is_cut and read.has_remainder is None and "truncation_reason" not in values:
            self._blame(BundleFault.TRUNCATED, read.entry.name, detail="there is neither")


def _is_of_another_version(found: Misshapen, version: Version) -> bool:
    """Whether it is the version that is wrong, and the records state another one: that is a fault of its own."""
    is_version = found.requirement == version.requirement and found.column == "spec_version" and found.entry is None
    return is_version and found.value != version.name
