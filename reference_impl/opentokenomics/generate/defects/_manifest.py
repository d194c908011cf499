"""Defects of bundles: of their manifest, and of the files that lie beside it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta

from opentokenomics.generate._clock import midnight
from opentokenomics.generate._row import Row
from opentokenomics.generate.defects._defect import Value, difference, with_values

_DAYS = 14
_Change = Callable[[Row], Row]


def _as_it_is(manifest: Row) -> Row:
    return manifest


def _bytes_as_they_are(text: bytes) -> bytes:
    return text


@dataclass(frozen=True, slots=True)
class BundleDefect:
    """A way to break one requirement on a bundle.

    Attributes:
        change: What its manifest states instead, from what it would state.
        text: The bytes of the manifest, from what they would be.
        loses: Whether the last of its files is left out.
        adds: Files that no manifest announces.
        lacks: Datasets that it does not hold.
        what: What is wrong, in words, where it is not in what the manifest states.
        profile: The profile that the records meet, where it matters.
    """

    change: _Change = _as_it_is
    text: Callable[[bytes], bytes] = _bytes_as_they_are
    loses: bool = False
    adds: Mapping[str, bytes] = field(default_factory=dict)
    lacks: Collection[str] = ()
    what: str = ""

    def described(self, right: Row, wrong: Row) -> str:
        """What is wrong with a bundle, in words."""
        if self.what:
            return self.what
        right_files, wrong_files = right["files"], wrong["files"]
        if len(right_files) != len(wrong_files):
            return f"its manifest has {len(wrong_files)} entries instead of {len(right_files)}"
        if right_files != wrong_files:
            told = difference(right_files[-1], wrong_files[-1])
            return f"in the entry of {right_files[-1]['path']}, {told}"
        return f"in its manifest, {difference(right, wrong)}"


def _state(**values: Value) -> BundleDefect:
    """The manifest states something else."""
    return BundleDefect(lambda manifest: with_values(manifest, values))


def _list(**values: Value) -> BundleDefect:
    """The last entry of the manifest states something else."""

    def change(manifest: Row) -> Row:
        *others, last = manifest["files"]
        return manifest | {"files": [*others, with_values(last, values)]}

    return BundleDefect(change)


def _with_an_entry_twice(manifest: Row) -> Row:
    last = deepcopy(manifest["files"][-1])
    return manifest | {"files": [*manifest["files"], last | {"path": last["path"].upper()}]}


def _another_digest(entry: Row) -> str:
    digest: str = entry["sha256"]
    return ("1" if digest[0] == "0" else "0") + digest[1:]


def _two_weeks(manifest: Row) -> str:
    return midnight(date.fromisoformat(manifest["period_start"][:10]) + timedelta(days=_DAYS))


MANIFEST: Mapping[str, BundleDefect] = {
    "OTS-GEN-003": BundleDefect(
        text=lambda text: b"\xef\xbb\xbf" + text, what="its manifest begins with a byte order mark"
    ),
    "OTS-GEN-007": _list(md5="d41d8cd98f00b204e9800998ecf8427e"),
    "OTS-GEN-008": _list(bytes=None),
    "OTS-GEN-011": _state(generated_at=lambda manifest: manifest["generated_at"][:10]),
    "OTS-GEN-012": _list(bytes=lambda entry: str(entry["bytes"])),
    "OTS-GEN-013": _state(service_provider_name="x" * 4097),
    "OTS-GEN-014": _list(dataset="usages"),
    "OTS-GEN-016": _list(remainder_record_id="jo.doe+ai@mail.example.com"),
    "OTS-GEN-021": _list(complete="yes"),
    "OTS-GEN-022": _list(grouped_by="model_id"),
    "OTS-MAN-001": BundleDefect(text=lambda text: text[: len(text) // 2], what="its manifest is cut off in its middle"),
    "OTS-MAN-002": _state(files=[]),
    "OTS-MAN-003": _list(path=lambda entry: f"../{entry['path']}"),
    "OTS-MAN-004": _list(sha256=lambda entry: entry["sha256"].upper()),
    "OTS-MAN-005": _state(period_end=lambda manifest: manifest["period_start"]),
    "OTS-MAN-006": BundleDefect(_with_an_entry_twice),
    "OTS-MAN-007": BundleDefect(loses=True, what="the last file of its manifest is not there"),
    "OTS-MAN-008": BundleDefect(
        adds={"notes.txt": b"Call me when this arrives.\n"}, what="notes.txt is not in its manifest"
    ),
    "OTS-MAN-009": _list(bytes=lambda entry: entry["bytes"] + 1),
    "OTS-MAN-010": _list(sha256=_another_digest),
    "OTS-MAN-011": _list(rows=lambda entry: entry["rows"] + 1),
    "OTS-MAN-012": _state(spec_version="0.9"),
    "OTS-MAN-013": _state(period_end=_two_weeks),
    "OTS-MAN-014": BundleDefect(
        lambda manifest: manifest | {"profile": "cost"},
        what="its manifest claims the profile cost, which shows alone where it is held to metering",
    ),
    "OTS-MAN-015": _list(complete=False, truncation_reason=None, remainder_record_id=None),
    "OTS-MAN-016": _list(grouped_by=["plan_id", "project"]),
}
"""A way to break each requirement on bundles."""

LACKING: Mapping[str, BundleDefect] = {
    "OTS-ATT-012": BundleDefect(lacks=("usage",), what="it holds no usage"),
    "OTS-STM-031": BundleDefect(lacks=("outcome", "evaluation"), what="it holds neither outcomes nor evaluations"),
    "OTS-STM-032": BundleDefect(lacks=("statement",), what="it holds no statements"),
}
"""A way to break each requirement on which datasets there are."""
