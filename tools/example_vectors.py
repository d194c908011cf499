"""Makes vectors of the examples that the chapters of the standard show: what a reader sees is what tools are held to.

Usage: python tools/example_vectors.py [--check]
"""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from drafts import FOLDER, ROOT
from opentokenomics import validate
from opentokenomics.standard import load

_EXAMPLES = ROOT / "spec" / "examples"
_VECTORS = ROOT / "conformance" / "vectors" / FOLDER.name
_PREFIX = "example-"
_ALWAYS = ("OTS-GEN-006",)
"""What every example that is without fault is about, at the least: that there are records."""


def main() -> int:
    """Writes the vectors, or says which are not as they should be."""
    wanted = {_VECTORS / folder / f"{document['id']}.json": _text(document) for folder, document in _documents()}
    present = {file: file.read_text("utf-8") for file in _VECTORS.glob(f"*/{_PREFIX}*.json")}
    if "--check" not in sys.argv[1:]:
        for file in present.keys() - wanted.keys():
            file.unlink()
        for file, text in wanted.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        return 0
    stale = sorted(file.name for file in wanted.keys() | present.keys() if wanted.get(file) != present.get(file))
    for name in stale:
        print(f"{name} is not what the examples of the standard say; run `make generate`.")
    return 1 if stale else 0


def _documents() -> Iterator[tuple[str, dict[str, Any]]]:
    index: Mapping[str, Mapping[str, Any]] = yaml.safe_load((_EXAMPLES / "index.yaml").read_text("utf-8"))
    for name, entry in index.items():
        if "profile" in entry:
            yield _validated(name, entry)
        elif "convert" in entry:
            yield _converted(name, entry["convert"])


def _validated(name: str, entry: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    place = _EXAMPLES / name
    paths = [place, *(_EXAMPLES / other for other in entry.get("beside", ()))]
    report = validate(paths, profile=entry["profile"])
    blamed = sorted({(each.requirement, each.column) for each in report.violations}, key=str)
    if {requirement for requirement, _ in blamed} != set(entry.get("violations", {})):
        message = f"the example {name} does not violate what its index says"
        raise ValueError(message)
    if place.is_dir():
        members = sorted(each for each in place.rglob("*") if each.is_file())
        files = [_file(each, each.relative_to(place).as_posix()) for each in members]
    else:
        files = [_file(each, _with_dataset(each.name)) for each in paths]
    folder = "manifest" if place.is_dir() else _with_dataset(name).partition(".")[0]
    first = "a bundle" if place.is_dir() else f"a file of the dataset {folder}"
    violated = ", ".join(requirement for requirement, _ in blamed)
    about = [requirement for requirement, _ in blamed] or list(_ALWAYS)
    return folder, {
        "id": _PREFIX + _slug(name),
        "title": f"The example {name} of the specification, {first}, "
        + (f"violates {violated}." if blamed else "is without fault."),
        "role": "validator",
        "requirements": list(dict.fromkeys(about)),
        "flags": [],
        "input": {"profile": entry["profile"], "files": files},
        "expected": {
            "valid": report.conformant,
            "violations": [{"requirement": requirement, "column": column} for requirement, column in blamed],
        },
    }


def _slug(name: str) -> str:
    return name.replace(".", "-").replace("_", "-")


def _with_dataset(name: str) -> str:
    """The name with its dataset in front, where it says none."""
    return name if name.partition(".")[0] in load().datasets else f"usage.{name}"


def _file(path: Path, name: str) -> dict[str, str]:
    content = path.read_bytes()
    try:
        return {"path": name, "text": content.decode("utf-8")}
    except UnicodeDecodeError:
        return {"path": name, "base64": b64encode(content).decode("ascii")}


def _converted(name: str, entry: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    rows = [json.loads(line) for line in (_EXAMPLES / entry["into"]).read_text("utf-8").splitlines()]
    options = {option: value for option, value in entry.items() if option not in {"source", "into"}}
    return "convert", {
        "id": f"{_PREFIX}converts-{_slug(name)}",
        "title": f"The payload {name} of the specification becomes the records of {entry['into']}.",
        "role": "converter",
        "requirements": [],
        "flags": [],
        "input": {"source": entry["source"], "payload": _file(_EXAMPLES / name, name), "options": options},
        "expected": {"rows": rows, "rejected": 0},
    }


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())
