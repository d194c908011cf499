"""Writes what a catalogue of schemas for editors is to list; ``--check`` only says whether it is current."""

from __future__ import annotations

import argparse
import json
import sys

from drafts import ROOT, edition
from opentokenomics.standard import BASE_URI

TARGET = ROOT / "integrations" / "editors" / "catalog.json"


def entries() -> str:
    """An entry for each dataset, in the form of SchemaStore's catalogue, as JSON text."""
    standard = edition()
    schemas = []
    for name, dataset in standard.datasets.items():
        # The name of a bundle's manifest is given, and too many other things have it.
        files = [f"{name}.tokenomics.json", f"*.{name}.tokenomics.json"]
        schemas.append(
            {
                "name": f"Open Tokenomics: {dataset.title}",
                "description": dataset.description,
                "fileMatch": ["*.tokenomics/manifest.json"] if dataset.is_document else files,
                "url": f"{BASE_URI}schemas/{standard.version}/{name}.schema.json",
            }
        )
    return json.dumps({"version": 1, "schemas": schemas}, indent=2) + "\n"


def main() -> int:
    """Writes the entries, or compares them; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the entries are out of date")
    arguments = parser.parse_args()
    text = entries()
    if arguments.check:
        current = TARGET.exists() and TARGET.read_text("utf-8") == text
        if not current:
            print(f"{TARGET.relative_to(ROOT)} is out of date: run python tools/schemastore.py", file=sys.stderr)
        return 0 if current else 1
    TARGET.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
