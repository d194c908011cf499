"""Bundles: usage with what it names and what is stated about it, and a manifest, in one zip archive."""

from __future__ import annotations

import hashlib
import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from opentokenomics import standard
from opentokenomics.convert import encode_rows
from opentokenomics.errors import UnsupportedError
from opentokenomics.generate._broken import BrokenExport, Place, checkable, in_profile
from opentokenomics.generate._clock import midnight, month_period
from opentokenomics.generate._company import WORKFLOWS
from opentokenomics.generate._invoices import SEATS
from opentokenomics.generate._prices import bought
from opentokenomics.generate._row import Row
from opentokenomics.generate._stated import true_statements
from opentokenomics.generate._stream import generate
from opentokenomics.generate.defects import DEFECTS, LACKING, MANIFEST, BundleDefect
from opentokenomics.standard import Fault, Profile, Recompute, Requirement

_BESIDE = {
    Profile.METERING: {"price": 300, "plan": 20},
    Profile.ATTRIBUTION: {"outcome_definition": 24, "outcome": 0},
    Profile.INTELLIGENCE: {"evaluation": 240, "statement": 24},
}
"""The datasets that a profile adds to usage, and how many records of each: those that are named, and a few more.

There are as many outcomes as usage has runs.
"""
_NOT_IN_BUNDLES = {
    "OTS-GEN-006": "where an empty file is a good one once the manifest says so",
    "OTS-GEN-018": "where it breaks OTS-MAN-012 as well",
    "OTS-GEN-019": "where it breaks OTS-MAN-012 as well",
}
"""What cannot be broken alone in a bundle, and why."""
_ONE_MORE = {"OTS-OUT-009", "OTS-OUT-024", "OTS-OUT-027"}
"""What is broken by an outcome beside the others."""
_CLAIM = "OTS-MAN-014"
_OUTCOME = re.compile(r"outcome-([0-9]+)")
"""The identifier of an outcome, with its number."""
_STATEMENT = "statement"
_NAME = "manifest.json"
_DATE = (2026, 1, 1, 0, 0, 0)
"""Archives of one seed are the same to the byte."""


class BundleExport:
    """A bundle in which every requirement is kept, or every one but one.

    Args:
        rows: How many usage records, at least 1.
        seed: Which bundle.
        profile: The profile that its manifest claims, or its name.
        form: The format of its files, ``jsonl`` or ``csv``.
        requirement: What to break, if anything.
        dataset: The dataset to break it in, ``manifest`` among them; the requirement's own unless given.

    Attributes:
        place: Where the requirement is broken; None until the bundle is written.

    Raises:
        UnsupportedError: The requirement cannot be broken in a bundle; or see :class:`BrokenExport`.
    """

    def __init__(
        self,
        rows: int,
        seed: int,
        profile: Profile | str,
        form: str,
        requirement: Requirement | None = None,
        dataset: str | None = None,
    ) -> None:
        profile = Profile(profile)
        self._rows = {"usage": rows}
        for each, beside in _BESIDE.items():
            self._rows |= beside if each.rank <= profile.rank else {}
        # What is wrong with the last file must not be that a profile lacks it.
        self._rows["plan"] = self._rows.pop("plan")
        self._seed = seed
        self._profile = profile
        self._form = form
        if "outcome" in self._rows and not any("outcome_id" in row for row in generate(rows, seed, profile)):
            raise UnsupportedError(
                "rows_too_few", f"So few usage records as {rows} name no outcome.", "Ask for more records with --rows."
            )
        self._requirement = requirement
        self._defect = BundleDefect()
        self._broken: BrokenExport | None = None
        self._days: set[str] = set()
        self._is_stated = profile is Profile.INTELLIGENCE and (requirement is None or _recomputes(requirement))
        self._kept: Path | None = None
        self.place: Place | None = None
        if requirement is not None and not self._is_stated:
            self._break(requirement, dataset or requirement.dataset)

    def _break(self, requirement: Requirement, dataset: str | None) -> None:
        if requirement.id in _NOT_IN_BUNDLES:
            raise UnsupportedError(
                "defect_not_in_format",
                f"{requirement.id} cannot be broken alone in a bundle, {_NOT_IN_BUNDLES[requirement.id]}.",
                "Write a file: NAME.jsonl or NAME.csv.",
            )
        if dataset == "manifest":
            self._defect = _bundle_defect(requirement, self._profile)
            return
        if requirement.id in LACKING:
            in_profile(requirement, self._profile)
            self._defect = LACKING[requirement.id]
            return
        dataset = dataset or "usage"
        if dataset not in self._rows:
            raise UnsupportedError(
                "defect_not_in_profile",
                f"A bundle of the profile {self._profile} has no {dataset}.",
                f"Ask for the profile {next(each for each, beside in _BESIDE.items() if dataset in beside)}.",
            )
        if dataset == "outcome":
            self._rows[dataset] = self._outcomes(requirement)
        rows, spared = self._rows[dataset], _named_first(dataset)
        self._broken = BrokenExport(rows, self._seed, self._profile, requirement, dataset, spared=spared)

    def _outcomes(self, requirement: Requirement) -> int:
        """How many outcomes there are with a defect, each of which usage names.

        Raises:
            UnsupportedError: An outcome that usage names is lost with the defect.
        """
        named = self._runs()
        way = DEFECTS["outcome"].get(requirement.id)
        rows = len(named) + (1 if requirement.id in _ONE_MORE else 0)
        if way is not None and way.fault in {None, Fault.BYTE_ORDER_MARK}:
            broken = BrokenExport(rows, self._seed, self._profile, requirement, "outcome")
            if named <= {record.get("outcome_id") for record in broken.records()}:
                return rows
        raise UnsupportedError(
            "defect_not_in_format",
            f"{requirement.id} cannot be broken alone in the outcomes of this bundle, all of which its usage names.",
            "Ask for more records, or write a file: outcome.jsonl.",
        )

    def _runs(self) -> set[str]:
        """The outcomes that usage names, one for each run."""
        usage = generate(self._rows["usage"], self._seed, self._profile)
        return {str(row["outcome_id"]) for row in usage if "outcome_id" in row}

    def write(self, stream: BinaryIO, passed: Callable[[Iterable[bytes]], Iterable[bytes]] = iter) -> None:
        """Writes the archive.

        Args:
            stream: Where to.
            passed: Given the lines of each file, and yields them again.
        """
        with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
            held = [dataset for dataset in self._rows if dataset not in self._defect.lacks]
            if len(held) < len(self._rows):
                deque(self._lines("usage"), maxlen=0)  # the manifest covers its days all the same
            with TemporaryDirectory() as folder:
                self._kept = Path(folder) if self._is_stated else None
                entries = [self._write_file(archive, dataset, passed) for dataset in held]
            right = self._manifest(entries)
            wrong = self._defect.change(right)
            text = json.dumps(wrong, indent=2, ensure_ascii=False).encode() + b"\n"
            archive.writestr(_info(_NAME), self._defect.text(text))
            for name, content in self._defect.adds.items():
                archive.writestr(_info(name), content)
        if self._broken is not None:
            self.place = self._broken.place
        elif self._requirement is not None and self.place is None:
            self.place = Place(self._requirement.id, None, None, self._defect.described(right, wrong))

    def _write_file(self, archive: ZipFile, dataset: str, passed: Callable[[Iterable[bytes]], Iterable[bytes]]) -> Row:
        path = f"{dataset}.{self._form}"
        digest = hashlib.sha256()
        size = count = 0
        loses = self._defect.loses and dataset == list(self._rows)[-1]
        with (
            BytesIO() if loses else archive.open(_info(path), "w", force_zip64=True) as sink,
            nullcontext() if self._kept is None else (self._kept / path).open("wb") as copy,
        ):
            for line in passed(self._lines(dataset)):
                digest.update(line)
                size += len(line)
                count += 1 if line.endswith(b"\n") else 0
                sink.write(line)
                if copy is not None:
                    copy.write(line)
        rows = count - (1 if self._form == "csv" else 0)
        return {
            "path": path,
            "dataset": dataset,
            "format": self._form,
            "rows": rows,
            "bytes": size,
            "sha256": digest.hexdigest(),
            "complete": True,
        }

    def _lines(self, dataset: str) -> Iterator[bytes]:
        if self._kept is not None and dataset == _STATEMENT:
            files = {
                each: self._kept / f"{each}.{self._form}" for each in self._rows if each not in {_STATEMENT, "plan"}
            }
            return encode_rows(self._untrue(true_statements(files)), self._form, _STATEMENT)
        if self._broken is not None and self._broken.dataset == dataset:
            return self._broken.lines(self._form, self._note)
        records = (
            generate(self._rows[dataset], self._seed, self._profile, dataset) if self._rows[dataset] else self._named()
        )
        return encode_rows(map(self._note, records), self._form, dataset)

    def _named(self) -> Iterator[Row]:
        """The outcomes that usage names. With a defect it may name fewer, and one of a run further on."""
        named = self._runs()
        if self._broken is not None and self._broken.dataset == "usage":
            usage = BrokenExport(self._rows["usage"], self._seed, self._profile, self._broken.requirement, "usage")
            named = {str(row["outcome_id"]) for row in usage.records() if "outcome_id" in row}
        last = max((int(found[1]) for each in named if (found := _OUTCOME.fullmatch(each))), default=1)
        outcomes = generate(last, self._seed, self._profile, "outcome")
        return (outcome for outcome in outcomes if outcome["outcome_id"] in named)

    def _note(self, record: Row) -> Row:
        if "charge_period_start" in record:
            self._days.add(record["charge_period_start"][:10])
            self._days.add(record["charge_period_end"][:10])
        return record

    def _untrue(self, statements: list[Row]) -> list[Row]:
        """The statements, one of them changed where that is what is to be broken."""
        if self._requirement is None:
            return statements
        breaks = DEFECTS[_STATEMENT][self._requirement.id].breaks
        for place, row in enumerate(statements):
            broken = breaks([row])
            if broken is not None:
                self.place = Place(self._requirement.id, place + 1, row["statement_id"], broken.what)
                return [*statements[:place], *broken.rows, *statements[place + 1 :]]
        raise UnsupportedError(
            "defect_needs_records",
            f"No statement lends itself to break {self._requirement.id}.",
            "Ask for more records.",
        )

    def _manifest(self, entries: list[Row]) -> Row:
        first, last = (date.fromisoformat(day) for day in (min(self._days), max(self._days)))
        end = month_period(last).end
        generated = date.fromisoformat(end[:10]) + timedelta(days=1)
        return {
            "spec_version": standard.versions()[-1],
            "profile": self._profile,
            "service_provider_name": "Acme Gateway",
            "generated_at": midnight(generated),
            "period_start": month_period(first).start,
            "period_end": end,
            "files": entries,
        }


def _recomputes(requirement: Requirement) -> bool:
    """Whether it is about statements that say what their inputs do not."""
    return isinstance(requirement.check, Recompute)


def _named_first(dataset: str) -> int:
    """How many of the first records other datasets name; what is wrong with one of these would show in those, too."""
    match dataset:
        case "price":
            return sum(map(len, bought()))
        case "plan":
            return len(SEATS)
        case "outcome_definition":
            return len(WORKFLOWS)
        case _:
            return 0


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, _DATE)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def _bundle_defect(requirement: Requirement, profile: Profile) -> BundleDefect:
    checkable(requirement)
    if requirement.id == _CLAIM and profile is not Profile.METERING:
        raise UnsupportedError(
            "defect_not_in_profile",
            f"{_CLAIM} is broken by records that meet less than the profile cost.",
            "Ask for the profile metering.",
        )
    found = MANIFEST.get(requirement.id)
    if found is None:
        raise UnsupportedError(
            "defect_not_in_dataset",
            f"{requirement.id} cannot be broken in a manifest.",
            "Choose a requirement of manifests.",
        )
    return found
