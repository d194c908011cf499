"""Bundles for tests: one that keeps every rule, and the same with any one of them broken."""

from __future__ import annotations

import copy
import gzip
import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from records import Records, csv_file, dataset, json_lines

WRITE: Mapping[str, Callable[[Records], bytes]] = {"csv": csv_file, "jsonl": json_lines}

AUGUST = {"period_start": "2026-08-01T00:00:00Z", "period_end": "2026-09-01T00:00:00Z"}


@dataclass(slots=True)
class Made:
    """A bundle in memory.

    Attributes:
        files: What lies in it besides the manifest.
        manifest: What the manifest states.
        text: The bytes of the manifest, where they are others.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)
    text: bytes | None = None

    @property
    def entries(self) -> list[dict[str, Any]]:
        """The entries of the manifest."""
        entries: list[dict[str, Any]] = self.manifest["files"]
        return entries

    @property
    def contents(self) -> dict[str, bytes]:
        """Every file."""
        text = json.dumps(self.manifest, ensure_ascii=False).encode() if self.text is None else self.text
        return {"manifest.json": text, **self.files}

    def add(self, path: str, records: Records, form: str, **members: Any) -> None:  # noqa: ANN401 - JSON values
        """Puts records into a file and lists it; a name that ends like that of a compressed file is one."""
        content = WRITE[form](records)
        content = gzip.compress(content, mtime=0) if path.endswith(".gz") else content
        self.files[path] = content
        entry = {"path": path, "dataset": "usage", "format": form, "rows": len(records), "complete": True}
        self.manifest.setdefault("files", []).append({**entry, **stamp(content), **members})

    def folder(self, root: Path) -> Path:
        """The bundle as a folder below another one."""
        for path, content in self.contents.items():
            (root / "bundle" / path).parent.mkdir(parents=True, exist_ok=True)
            (root / "bundle" / path).write_bytes(content)
        return root / "bundle"

    def archive(self, root: Path) -> Path:
        """The bundle as an archive in a folder."""
        with zipfile.ZipFile(root / "bundle.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for path, content in self.contents.items():
                archive.writestr(path, content)
        return root / "bundle.zip"


def stamp(content: bytes) -> dict[str, Any]:
    """What an entry says of the bytes of its file."""
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def made() -> Made:
    """A bundle on which every requirement is evaluated, and kept; its last file stands for itself."""
    result = Made(
        manifest={
            "spec_version": "1.0-draft",
            "profile": "cost",
            "service_provider_name": "Example AI",
            "generated_at": "2026-09-02T06:00:00Z",
            **AUGUST,
            "x_contact": "exports",
        }
    )
    result.add("usage.jsonl", dataset("first"), "jsonl")
    result.add(
        "2026-08/more.csv.gz",
        dataset("second"),
        "csv",
        complete=False,
        remainder_record_id="second/given",
        truncation_reason="The interface returns at most 19 records.",
        grouped_by=["charge_period_start", "model_id", "x_shard"],
        x_page=2,
    )
    return result


Break = Callable[[Made], object]


def _state(**members: object) -> Break:
    return lambda bundle: bundle.manifest.update(members)


def _list(**members: object) -> Break:
    return lambda bundle: bundle.entries[-1].update(members)


def _leave_out(name: str) -> Break:
    return lambda bundle: bundle.entries[-1].pop(name)


def _repeat(bundle: Made) -> None:
    bundle.entries.append({**bundle.entries[-1], "path": bundle.entries[-1]["path"].upper()})


def _mistake(bundle: Made) -> None:
    digest = bundle.entries[-1]["sha256"]
    bundle.entries[-1]["sha256"] = ("1" if digest[0] == "0" else "0") + digest[1:]


def _lose(bundle: Made) -> None:
    del bundle.files[bundle.entries[-1]["path"]]


def _do_not_explain(bundle: Made) -> None:
    bundle.entries[-1]["complete"] = False
    for name in ("truncation_reason", "remainder_record_id"):
        bundle.entries[-1].pop(name, None)


def _damage(bundle: Made) -> None:
    bundle.text = bundle.contents["manifest.json"][:-1]


def _mark(bundle: Made) -> None:
    bundle.text = b"\xef\xbb\xbf" + bundle.contents["manifest.json"]


BREAKS: Mapping[str, Break] = {
    "OTS-MAN-001": _damage,
    "OTS-MAN-002": _state(files=[]),
    "OTS-MAN-003": _list(path="../more.csv"),
    "OTS-MAN-004": _list(sha256="SHA256:0"),
    "OTS-MAN-005": _state(period_end=AUGUST["period_start"]),
    "OTS-MAN-006": _repeat,
    "OTS-MAN-007": _lose,
    "OTS-MAN-008": lambda bundle: bundle.files.update({"notes.txt": b"hello"}),
    "OTS-MAN-009": lambda bundle: bundle.entries[-1].update(bytes=bundle.entries[-1]["bytes"] + 1),
    "OTS-MAN-010": _mistake,
    "OTS-MAN-011": lambda bundle: bundle.entries[-1].update(rows=bundle.entries[-1]["rows"] + 1),
    "OTS-MAN-012": _state(spec_version="0.9"),
    "OTS-MAN-013": _state(period_end="2026-08-15T00:00:00Z"),
    "OTS-MAN-015": _do_not_explain,
    "OTS-MAN-016": _list(grouped_by=["model_id", "project"]),
    "OTS-GEN-003": _mark,
    "OTS-GEN-007": _list(sha512="0"),
    "OTS-GEN-008": _leave_out("bytes"),
    "OTS-GEN-011": _state(generated_at="2026-09-02"),
    "OTS-GEN-012": _list(bytes="9"),
    "OTS-GEN-013": _state(service_provider_name=""),
    "OTS-GEN-014": _list(dataset="usages"),
    "OTS-GEN-016": _list(remainder_record_id="jane@example.com"),
    "OTS-GEN-021": _list(complete="yes"),
    "OTS-GEN-022": _list(grouped_by="model_id"),
}
"""A way to break each requirement that a manifest can break when it is held to the profile that it claims."""


def broken(identifier: str, bundle: Made) -> Made:
    """A copy of a bundle that breaks this requirement and no other."""
    other = copy.deepcopy(bundle)
    BREAKS[identifier](other)
    return other
