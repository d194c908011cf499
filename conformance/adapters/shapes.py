"""What the adapters of plain JSON Schema validators in Python have in common.

Such a validator is handed one record after the other, with the published schema of its dataset, and nothing else of the
standard is told to it. Of the catalogue one part is read: which requirement owns which keyword, so that what the
validator found has a name.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).parents[2] / "schemas"
MANIFEST = "manifest.json"

Json = Any
Documents = Mapping[str, Json]
"""The schemas of a version, by the names of their files."""


class GaveUp(Exception):  # noqa: N818 - what happened, not what went wrong
    """What was found has no name in the standard; the text says what it was."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A keyword that a record violates.

    Attributes:
        file: The schema in which it stands.
        keyword: Its place there, as the segments of a pointer.
        value: The path from the record to the value.
    """

    file: str
    keyword: Sequence[str | int]
    value: Sequence[str | int]


Judge = Callable[[str, Json], Iterable[Finding]]
"""Takes the name of a schema's file and a record."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The published files of one version, as far as shape goes."""

    version: str
    documents: Documents
    claims: Sequence[tuple[str, str]]
    """Each requirement with a pointer that it owns."""

    @property
    def datasets(self) -> Mapping[str, str]:
        """For each dataset the name of its schema's file."""
        return {each["x-dataset"]: file for file, each in self.documents.items() if "x-dataset" in each}


def editions() -> Mapping[str, Edition]:
    """Every version of the checkout, by its name."""
    found = {}
    for catalogue in SCHEMAS.glob("*/catalogue.json"):
        facts = json.loads(catalogue.read_text("utf-8"))
        files = catalogue.parent.glob("*.schema.json")
        documents = {file.name: json.loads(file.read_text("utf-8")) for file in files}
        claims = [(each["id"], at) for each in facts["requirements"] for at in each["check"].get("at", ())]
        found[facts["version"]] = Edition(facts["version"], documents, claims)
    return found


# From a keyword to a requirement


def owner(edition: Edition, finding: Finding) -> str:
    """The requirement under which a violated keyword is reported: the one with the longest pointer that leads to it."""
    path = [str(segment) for segment in finding.keyword]
    fitting = [(pointer, name) for name, at in edition.claims if (pointer := _fits(at, edition, finding.file, path))]
    if not fitting:
        raise GaveUp(f"no requirement owns {finding.file}#/{'/'.join(path)}")
    return max(fitting, key=lambda each: (len(each[0]), -each[0].count("*")))[1]


def _fits(at: str, edition: Edition, file: str, path: Sequence[str]) -> list[str] | None:
    of_file, _, pointer = at.partition("#") if not at.startswith("/") else ("", "", at)
    wanted = pointer.split("/")[1:]
    is_there = file == of_file if of_file else file in edition.datasets.values()
    fits = len(wanted) <= len(path) and all(one in {"*", other} for one, other in zip(wanted, path, strict=False))
    return wanted if is_there and fits else None


def _blamed(edition: Edition, finding: Finding, record: Json) -> Iterator[str | None]:
    """The columns to blame: the one with the value, or those that are missing or unknown."""
    if finding.value:
        yield str(finding.value[0])
        return
    schema = edition.documents[finding.file]
    match finding.keyword[-1]:
        case "required":
            yield from (name for name in schema["required"] if name not in record)
        case "additionalProperties":
            known, patterns = schema["properties"], schema.get("patternProperties", ())
            yield from (name for name in record if name not in known and not any(re.search(p, name) for p in patterns))
        case _:
            yield None


# From a case to records


def _records(given: Json, edition: Edition, unread: list[str]) -> Iterator[tuple[str, Json]]:
    """Every record of a case, with the name of its dataset; files that are not JSON are noted and left out."""
    if "records" in given:
        yield from ((dataset, record) for dataset, records in given["records"].items() for record in records)
        return
    listed: Mapping[str, str] = {}
    for file in sorted(given["files"], key=lambda each: each["path"] != MANIFEST):
        if "text" not in file or not file["path"].endswith((".jsonl", MANIFEST)):
            unread.append(file["path"])
        elif file["path"] == MANIFEST:
            manifest = _parsed(file["text"], MANIFEST)
            entries = manifest.get("files") if isinstance(manifest, dict) else None
            listed = {each["path"]: each["dataset"] for each in entries or () if {"path", "dataset"} <= set(each)}
            yield "manifest", manifest
        else:
            first = file["path"].rpartition("/")[2].partition(".")[0]
            named = first if first in edition.datasets else "usage"
            dataset = file.get("dataset", listed.get(file["path"], named))
            for number, line in enumerate(file["text"].split("\n"), 1):
                if line.strip():
                    yield dataset, _parsed(line, f"line {number}")


def _parsed(text: str, what: str) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        raise GaveUp(f"{what} is no JSON") from None


# The protocol


def serve(name: str, distribution: str, language: str, judge_of: Callable[[Documents], Judge]) -> None:
    """Answers every line of standard input, until it is told to stop.

    Args:
        name: What the tool is called.
        distribution: The package whose version is that of the tool.
        language: What it is written in.
        judge_of: Makes a validator of the schemas of a version.
    """
    known = editions()
    judges = {each.version: judge_of(each.documents) for each in known.values()}
    facts = {"name": name, "version": version(distribution), "language": language}
    started = {"protocol": 1, "tool": facts, "roles": ["validator"], "spec_versions": list(known)}
    for line in sys.stdin:
        message = json.loads(line)
        if message["cmd"] == "stop":
            return
        answer = started if message["cmd"] == "start" else _answer(message, known, judges)
        print(json.dumps(answer), flush=True)


def _answer(message: Json, known: Mapping[str, Edition], judges: Mapping[str, Judge]) -> Json:
    edition, judge = known[message["spec_version"]], judges[message["spec_version"]]
    unread: list[str] = []
    try:
        violations = {
            (owner(edition, finding), column)
            for dataset, record in _records(message["input"], edition, unread)
            for finding in judge(edition.datasets[dataset], record)
            for column in _blamed(edition, finding, record)
        }
    except GaveUp as reason:
        return {"seq": message["seq"], "error": str(reason)}
    if unread and not violations:
        return {"seq": message["seq"], "skipped": f"{', '.join(unread)}: not JSON Lines"}
    listed = [{"requirement": name, "column": column} for name, column in sorted(violations, key=str)]
    # Every requirement on shape is a MUST.
    return {"seq": message["seq"], "result": {"valid": not listed, "violations": listed}}
