"""Bundles for tests: one that keeps every rule, and the same with any one of them broken."""

from __future__ import annotations

import copy
import gzip
import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from records import Records, csv_file, dataset, json_lines

from opentokenomics.generate.defects import MANIFEST


def _parquet(records: Records) -> bytes:
    from parquet import parquet_file  # its library takes a while to load

    return parquet_file(records, typed=True)


WRITE: Mapping[str, Callable[[Records], bytes]] = {"csv": csv_file, "jsonl": json_lines, "parquet": _parquet}

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


BREAKS = tuple(identifier for identifier in MANIFEST if identifier != "OTS-MAN-014")
"""The requirements that a bundle can break alone when it is held to the profile that it claims."""


def broken(identifier: str, bundle: Made) -> Made:
    """A copy of a bundle that breaks this requirement and no other."""
    way = MANIFEST[identifier]
    files = {**bundle.files, **way.adds}
    if way.loses:
        del files[bundle.entries[-1]["path"]]
    other = Made(files, way.change(copy.deepcopy(bundle.manifest)))
    text = other.contents["manifest.json"]
    return replace(other, text=None if way.text(text) == text else way.text(text))
