"""Reads the vectors of a version of the standard, and refuses a corpus that is not in order."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from opentokenomics.errors import Error
from opentokenomics.standard import load, versions
from opentokenomics_conformance._data import folder, problem
from opentokenomics_conformance.cases._case import Case, Role

FLAGS = "flags.json"


class SuiteError(Error):
    """The vectors are not in order, or there are none for what was asked for."""


@dataclass(frozen=True, slots=True)
class Suite:
    """The vectors of one version of the standard.

    Attributes:
        version: The folder of the vectors, such as ``1.0``.
        spec_version: The version that their records state, such as ``1.0-draft``.
        digest: SHA-256 over all vectors, in the order of their identifiers; reports state it.
        cases: The vectors in the order of their identifiers.
        flags: The glossary: for each flag its ``bug`` and its ``cost``.
        selected_from: For each topic how many cases it has; None where no case was left out by a text.
    """

    version: str
    spec_version: str
    digest: str
    cases: Sequence[Case]
    flags: Mapping[str, Mapping[str, str]]
    selected_from: Mapping[str, int] | None = None

    def of(self, roles: Iterable[Role] | None = None, pattern: str | None = None) -> Suite:
        """The same suite with fewer cases: of these roles, with the text in an identifier, folder or requirement."""
        wanted = set(Role) if roles is None else set(roles)
        cases = [case for case in self.cases if case.role in wanted]
        if pattern is None:
            return replace(self, cases=cases)
        kept = [case for case in cases if any(pattern in text for text in (case.id, case.folder, *case.requirements))]
        return replace(self, cases=kept, selected_from=Counter(topic for case in cases for topic in case.topics))


def load_suite(version: str = "1.0", root: Path | None = None) -> Suite:
    """The suite of a version.

    Args:
        version: The folder of the vectors.
        root: Where the folders of the versions are; the suite's own unless given.

    Raises:
        SuiteError: There are no such vectors, or they are not in order.
    """
    root = root or folder("vectors")
    place = root / version
    if not place.is_dir():
        known = ", ".join(sorted(each.name for each in root.iterdir() if each.is_dir())) or "none"
        raise SuiteError("suite_unknown", f"There are no vectors for version {version}.", f"Available: {known}.")
    flags = _document(root / FLAGS, "flags")
    digest = sha256()
    cases: dict[str, Case] = {}
    for file in sorted(place.glob("*/*.json"), key=lambda each: each.stem):
        case = _case(file)
        if case.id in cases:
            raise _disorder(file, f"the identifier {case.id} is used twice")
        unknown = sorted(set(case.flags) - set(flags))
        if unknown:
            raise _disorder(file, f"the glossary has no flag {unknown[0]}")
        cases[case.id] = case
        digest.update(json.dumps(_content(case), sort_keys=True, ensure_ascii=True).encode())
    return Suite(version, _spec_version(version), digest.hexdigest(), list(cases.values()), flags)


def _case(file: Path) -> Case:
    document = _document(file, "vector")
    if document["id"] != file.stem:
        raise _disorder(file, f"its identifier is {document['id']}")
    return Case(
        document["id"],
        document["title"],
        Role(document["role"]),
        file.parent.name,
        tuple(document["requirements"]),
        tuple(document["flags"]),
        document["input"],
        document["expected"],
    )


def _document(file: Path, schema: str) -> Any:  # noqa: ANN401 - JSON
    try:
        document = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _disorder(file, f"it cannot be read: {error}") from None
    fault = problem(schema, document)
    if fault is not None:
        raise _disorder(file, fault)
    return document


def _content(case: Case) -> list[Any]:
    return [case.id, case.role, list(case.requirements), case.input, case.expected]


def _disorder(file: Path, what: str) -> SuiteError:
    return SuiteError(
        "vector_wrong", f"The vector {file.parent.name}/{file.name} is not in order: {what}.", "Mend the file."
    )


def _spec_version(version: str) -> str:
    """The version of the standard that lives in a folder; its draft, until it is published."""
    known = versions()
    return next((each for each in (version, f"{version}-draft") if each in known), load().version)
