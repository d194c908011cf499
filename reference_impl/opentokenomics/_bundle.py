"""Bundles of files that are at hand: a manifest is made of what is in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from os import PathLike, fspath
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from opentokenomics._record import check
from opentokenomics.engines import consult
from opentokenomics.errors import Error, InputError, UnsupportedError
from opentokenomics.readers import MANIFEST, folded, readable_name
from opentokenomics.report import Report, Status, count
from opentokenomics.standard import Fault, Profile, load

if TYPE_CHECKING:
    from opentokenomics.engines import Progress, Records

_FORMATS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
_COMPRESSED = (".gz", ".zst")
_CHARGED = ("charge_category", "charge_class")
_BLOCK = 1 << 20
_DATE = (2026, 1, 1, 0, 0, 0)
"""Archives of the same files are the same to the byte."""


class BundleError(Error):
    """Files do not make a bundle (see :class:`opentokenomics.Error`)."""


@dataclass(frozen=True, slots=True)
class About:
    """What a manifest says that its files may not.

    Attributes:
        profile: The profile to claim; None for the highest that the files meet.
        provider: The party that hands over the bundle; None for the one provider of its usage.
        period: Start and end of the period that it covers; None for that of its usage.
        generated_at: When it was made; None for now.
    """

    profile: Profile | None = None
    provider: str | None = None
    period: tuple[datetime, datetime] | None = None
    generated_at: datetime | None = None


def make_bundle(
    files: Sequence[tuple[str, str | PathLike[str]]],
    target: BinaryIO,
    about: About | None = None,
    *,
    progress: Progress | None = None,
) -> Report:
    """Writes a zip archive of files with a manifest that is true of them.

    Args:
        files: Files of CSV, JSON Lines or Parquet, plain or compressed, each with the dataset of its records.
        target: Where the archive goes; it may hold a part of it where an error is raised.
        about: What the manifest says besides.
        progress: Told how far the work is.

    Returns:
        The report on the files, held to the profile that is claimed or, where none is, to the highest one.

    Raises:
        BundleError: The files do not conform (``bundle_not_conformant``), two have one name (``bundle_name_twice``),
            the manifest would lack a provider or a period (``bundle_incomplete``) or would break a rule itself
            (``bundle_untrue``), or usage lies outside the period (``bundle_period``).
        InputError: A file cannot be read.
        ResourceError: There is no room for temporary files, or not enough memory.
        UnsupportedError: A name does not say which format a file has.
    """
    about = about or About()
    entries = [_Entry.of(dataset, fspath(path)) for dataset, path in files]
    names = [folded(each.name) for each in entries]
    twice = next((each.name for each in entries if names.count(folded(each.name)) > 1), None)
    if twice is not None:
        raise BundleError("bundle_name_twice", f"Two files are called {twice}.", "Rename one of them.")

    def ask(report: Report, records: Records) -> tuple[Report, _Stated]:
        ((start, end, providers, provider),) = records.rows(
            "SELECT min(charge_period_start), max(charge_period_end), count(DISTINCT service_provider_name), "
            "min(service_provider_name) FROM usage"
        )
        if about.period is not None:
            _refuse_outside(records, about.period)
        return report, _Stated(start, end, provider if providers == 1 else None)

    wanted = {"usage": ("charge_period_start", "charge_period_end", "service_provider_name", *_CHARGED)}
    profile = about.profile or Profile.INTELLIGENCE
    report, stated = consult(files, wanted, ask, profile=profile, progress=progress)
    claimed = about.profile or report.achieved_profile or Profile.METERING
    if _stands_in_the_way(report, claimed):
        raise BundleError(
            "bundle_not_conformant",
            f"The files do not conform to the profile {claimed}.",
            f"See opentokenomics validate --profile {claimed}.",
        )
    manifest = _manifest(claimed, about, stated, report)
    with ZipFile(target, "w", ZIP_STORED) as archive:
        listed = [each.written(archive, summary.rows) for each, summary in zip(entries, report.datasets, strict=True)]
        manifest["files"] = listed
        _refuse_untrue(manifest)
        archive.writestr(_info(MANIFEST), json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    return report


def _stands_in_the_way(report: Report, claimed: Profile) -> bool:
    """Whether files would not conform in a bundle, in which a file may be empty as long as the manifest says so."""
    standard = load(report.spec_version)
    empty = standard.encoding(Fault.NO_RECORDS).id
    failed = {each.requirement for each in report.checks if each.status is Status.FAIL} - {empty}
    return any(standard.requirement(each).profile.rank <= claimed.rank for each in failed)


def _refuse_outside(records: Records, period: tuple[datetime, datetime]) -> None:
    """Raises BundleError where usage lies outside the period, as OTS-MAN-013 has it."""
    start, end = (
        instant if instant.tzinfo is None else instant.astimezone(UTC).replace(tzinfo=None) for instant in period
    )
    ((outside,),) = records.rows(
        "SELECT count(*) FROM usage WHERE charge_class IS DISTINCT FROM 'correction' AND (charge_period_start < ? "
        "OR charge_period_start >= ? OR charge_category = 'usage' AND charge_period_end > ?)",
        start,
        end,
        end,
    )
    if outside:
        lie = f"{count(outside, 'usage record')} {'lies' if outside == 1 else 'lie'}"
        message = f"{lie} outside the period that the bundle is to cover."
        raise BundleError("bundle_period", message, "State the period that the files really cover.")


def _refuse_untrue(manifest: Mapping[str, object]) -> None:
    """Raises BundleError where the manifest would break a rule by itself."""
    found = check(manifest, dataset="manifest")
    if found:
        raise BundleError("bundle_untrue", f"The manifest would not conform: {found[0].message}", found[0].fix)


@dataclass(frozen=True, slots=True)
class _Stated:
    """What the usage of the files says of itself: instants in UTC that do not say so, and its one provider."""

    start: datetime | None
    end: datetime | None
    provider: str | None


@dataclass(frozen=True, slots=True)
class _Entry:
    dataset: str
    path: str
    name: str
    form: str

    @classmethod
    def of(cls, dataset: str, path: str) -> _Entry:
        if path == "-":
            fix = "Write it to a file .csv, .jsonl or .parquet first."
            raise UnsupportedError("format_unknown", "Standard input has no name for a file of a bundle.", fix)
        name = PurePath(path).name
        if Path(path).is_dir():
            raise InputError("input_is_folder", f"{readable_name(path)} is a folder.", "Name the files in it.")
        bare = PurePath(name)
        suffix = PurePath(bare.stem).suffix if bare.suffix in _COMPRESSED else bare.suffix
        if suffix.lower() not in _FORMATS or name == MANIFEST:
            raise UnsupportedError(
                "format_unknown",
                f"The name {name} does not say which format the file has.",
                "Name it .csv, .jsonl or .parquet, with .gz or .zst behind it where it is compressed.",
            )
        return cls(dataset, path, name, _FORMATS[suffix.lower()])

    def written(self, archive: ZipFile, rows: int) -> dict[str, object]:
        """Puts the file into the archive, byte by byte; gives what the manifest says of it."""
        digest, size = hashlib.sha256(), 0
        with _opened(self.path) as source, archive.open(_info(self.name), "w", force_zip64=True) as sink:
            while block := source.read(_BLOCK):
                digest.update(block)
                size += len(block)
                sink.write(block)
        return {
            "path": self.name,
            "dataset": self.dataset,
            "format": self.form,
            "rows": rows,
            "bytes": size,
            "sha256": digest.hexdigest(),
            "complete": True,
        }


def _manifest(claimed: Profile | str, about: About, stated: _Stated, report: Report) -> dict[str, object]:
    start, end = about.period or (stated.start, stated.end)
    provider = about.provider or stated.provider
    if start is None or end is None:
        raise BundleError(
            "bundle_incomplete", "No record of usage says which period the bundle covers.", "State the period."
        )
    if provider is None:
        raise BundleError(
            "bundle_incomplete", "The usage does not name one provider who hands over the bundle.", "Name who does."
        )
    return {
        "spec_version": report.spec_version,
        "profile": str(claimed),
        "service_provider_name": provider,
        "generated_at": _text(about.generated_at or datetime.now(UTC)),
        "period_start": _text(start),
        "period_end": _text(end),
    }


def _text(instant: datetime) -> str:
    """An instant as records have it; without a zone it is in UTC."""
    known = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    text = known.replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"


def _opened(path: str) -> BinaryIO:
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise InputError("input_unreadable", f"{path} cannot be read: {error.strerror}.", "Check it.") from None


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, _DATE)
    info.compress_type = ZIP_STORED
    info.external_attr = 0o644 << 16
    return info
