"""What the playground of the site is made of: the validator in JavaScript as it is, one version, and examples."""

from __future__ import annotations

import hashlib
import json
import tempfile
from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError

from drafts import FOLDER, ROOT, edition
from opentokenomics.standard import Recompute, Requirement
from opentokenomics_conformance import Case, Role, load_suite
from opentokenomics_conformance.run._one_shot import write_input

HOME = "playground"
JAVASCRIPT = ROOT / "conformance" / "implementations" / "javascript"
BUILT = JAVASCRIPT / "generated" / "validators.js"

_ELSEWHERE = {"convert", "metrics", "node"}
"""Folders of the implementation that a browser does not need, or cannot use."""
_REMEDY = "Run `npm ci` in conformance/implementations/javascript (Node 20 or newer)"

_TYPICAL = {"usage": {"meter", "billed_cost"}}
"""Columns without which a record of a dataset is right, but a rare one."""

Example = Mapping[str, Any]


def files() -> Iterator[tuple[str, Path]]:
    """The modules that browsers load, where they are on the site.

    Raises:
        PluginError: The validators of shapes are not built, or from other schemas.
    """
    if not BUILT.is_file():
        raise PluginError(f"The playground needs the built validators. {_REMEDY}.")
    if _digest() not in BUILT.read_text("utf-8"):
        raise PluginError(f"The schemas have changed since the validators of the playground were built. {_REMEDY}.")
    for source in sorted((JAVASCRIPT / "src").rglob("*.js")):
        path = source.relative_to(JAVASCRIPT)
        if path.parts[1] not in _ELSEWHERE:
            yield f"{HOME}/validator/{path.as_posix()}", source
    yield f"{HOME}/validator/generated/{BUILT.name}", BUILT


def documents() -> Iterator[tuple[str, str]]:
    """What the playground knows of the version that is worked on, and its examples."""
    schemas = {each.name: json.loads(each.read_text("utf-8")) for each in sorted(FOLDER.glob("*.schema.json"))}
    catalogue = json.loads((FOLDER / "catalogue.json").read_text("utf-8"))
    yield f"{HOME}/data/standard.json", _json({"catalogue": catalogue, "digest": _digest(), "schemas": schemas})
    cases = [each for each in load_suite().cases if each.role is Role.VALIDATOR]
    yield f"{HOME}/data/examples.json", _json({"right": _right(cases), "broken": _broken(cases)})
    yield f"{HOME}/data/records.json", _json(_records(cases))


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _digest() -> str:
    """What tells these schemas from others, as the build of the validators has it."""
    digest = hashlib.sha256()
    for schema in sorted(FOLDER.glob("*.schema.json")):
        digest.update(schema.name.encode())
        digest.update(schema.read_bytes())
    return digest.hexdigest()


def _broken(cases: list[Case]) -> list[Example]:
    """An example for each requirement that a browser can judge: it breaks this one and no other."""
    found: list[Example] = []
    for requirement in edition().requirements:
        own = [] if isinstance(requirement.check, Recompute) else _breaking(cases, requirement)
        if own:
            found.append(_example(min(own, key=partial(_rank, requirement)), requirement))
    return found


def _breaking(cases: list[Case], requirement: Requirement) -> list[Case]:
    return [
        each for each in cases if {every["requirement"] for every in each.expected["violations"]} == {requirement.id}
    ]


def _rank(requirement: Requirement, case: Case) -> tuple[bool, bool, bool, str]:
    """What is made to show the requirement comes first, and records before bundles."""
    name = requirement.id.removeprefix("OTS-").lower()
    own = requirement.dataset or "usage"
    return not case.id.endswith(f"{name}-broken"), case.folder != own, case.folder == "manifest", case.id


def _right(cases: list[Case]) -> Example:
    """An export that keeps everything: a call whose cached tokens are counted once."""
    (case,) = [each for each in cases if each.id == "example-cached-once-jsonl"]
    return _example(case, None)


def _example(case: Case, requirement: Requirement | None) -> Example:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_input(case.input, folder)
        found = sorted(each for each in folder.rglob("*") if each.is_file())
        contents = [_content(each.relative_to(folder).as_posix(), each.read_bytes()) for each in found]
    return {
        "requirement": requirement and requirement.id,
        "title": _title(case, requirement),
        "profile": case.input["profile"],
        "files": contents,
    }


def _title(case: Case, requirement: Requirement | None) -> str:
    """What is wrong, in a line; a bundle says only that something is."""
    broken, _, what = case.title.partition(" is broken: ")
    title = what or broken
    if requirement is None:
        return "A call whose cached tokens are counted once"
    return requirement.statement.replace("`", "") if title.startswith(requirement.id) else title.removesuffix(".")


def _content(path: str, content: bytes) -> Example:
    try:
        return {"path": path, "text": content.decode("utf-8")}
    except UnicodeDecodeError:
        return {"path": path, "base64": b64encode(content).decode("ascii")}


def _records(cases: list[Case]) -> Mapping[str, Example]:
    """Of each dataset a short record that is right by itself, in the profile *cost* if there is one, to start with."""
    found: dict[str, tuple[tuple[bool, int], Example]] = {}
    for case in cases:
        records = case.input.get("records", {})
        if not case.expected["valid"] or len(records) != 1:
            continue
        ((dataset, own),) = records.items()
        if (
            len(own) != 1
            or any(name.startswith("x_") for name in own[0])
            or not _TYPICAL.get(dataset, set()) <= set(own[0])
        ):
            continue
        rank = (case.input["profile"] != "cost", len(own[0]))
        if dataset not in found or rank < found[dataset][0]:
            found[dataset] = (rank, own[0])
    return {dataset: record for dataset, (_, record) in found.items()}
