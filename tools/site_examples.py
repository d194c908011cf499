"""Accepted and rejected examples of a requirement, from the vectors of the conformance suite."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from html import escape
from typing import Any

from drafts import ROOT, edition
from opentokenomics.standard import Requirement
from opentokenomics_conformance import Case, Role, Suite, load_suite

VECTORS = ROOT / "conformance" / "vectors"
_MOST_RECORDS, _MOST_COLUMNS, _MOST_OF_VALUE, _MOST_OF_FILE = 8, 7, 160, 1200

Records = Mapping[str, Sequence[Any]]


def section(requirement: Requirement) -> str:
    """One accepted and one rejected example, what is different between them marked; or why there is none."""
    pair = pair_of(requirement.id)
    if pair is None:
        return _without(requirement)
    kept, broken = pair
    shown = {True: _files, False: _tables}["files" in broken.input]
    parts = []
    for word, case, other in (("Accepted", kept, broken), ("Rejected", broken, kept)):
        link = f"[`{case.id}`](../conformance/vectors/{_path(case)})"
        reason = f"{case.title} " if case is broken else ""
        parts += [f"### {word}", f"{reason}Vector {link}.", *shown(case, other, requirement)]
    return "\n\n".join(["## Examples", *parts])


def _without(requirement: Requirement) -> str:
    reasons = json.loads((VECTORS / "excluded.json").read_text("utf-8"))
    if not requirement.machine_checkable:
        reason = "No program can check this requirement, so there is no export to show that keeps or breaks it."
    elif requirement.id in reasons:
        reason = f"No accepted and no rejected example is shown, since there is no vector. {reasons[requirement.id]}"
    else:
        message = f"{requirement.id} can be checked, and has neither a pair of vectors nor a reason in excluded.json"
        raise SystemExit(message)
    return f"## Examples\n\n{reason}"


def _path(case: Case) -> str:
    return f"{_suite().version}/{case.folder}/{case.id}.json"


@cache
def _suite() -> Suite:
    return load_suite().of([Role.VALIDATOR])


@cache
def _cases() -> Mapping[str, Case]:
    return {each.id: each for each in _suite().cases}


def pair_of(identifier: str) -> tuple[Case, Case] | None:
    """A vector that keeps a requirement, and one that breaks it alone, with as little as may be between the two."""
    cases = _cases().values()
    kept = [each for each in cases if each.expected["valid"] and identifier in each.requirements]
    broken = [each for each in cases if [one["requirement"] for one in each.expected["violations"]] == [identifier]]
    pairs = [(one, other) for one in kept for other in broken if one is not other]
    if not pairs:
        return None
    number = f"{identifier.removeprefix('OTS-').lower()}-broken"
    return min(pairs, key=lambda pair: (pair[1].id != number, _distance(*pair), pair[0].id, pair[1].id))


def _distance(one: Case, other: Case) -> int:
    """In how many members and files two cases differ; a case of files is far from one of records."""
    if ("files" in one.input) != ("files" in other.input):
        return 1_000_000
    return len(_content(one.id) ^ _content(other.id))


@cache
def _content(identifier: str) -> frozenset[tuple[object, ...]]:
    """What a case hands over: the members of its records, or the lines of its files."""
    case = _cases()[identifier]
    if "files" in case.input:
        return frozenset(
            (file["path"], line)
            for file in case.input["files"]
            for line in file.get("text", file.get("base64", "")).splitlines()
        )
    return frozenset(
        (dataset, row, name, json.dumps(value))
        for dataset, row, record in _each(case)
        for name, value in record.items()
    )


def _each(case: Case) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    for dataset, records in case.input["records"].items():
        for row, record in enumerate(records):
            yield dataset, row, record if isinstance(record, dict) else {"": record}


# Records


def _tables(case: Case, other: Case, requirement: Requirement) -> Iterator[str]:
    records, others = case.input["records"], other.input.get("records", {})
    for dataset, rows in records.items():
        beside = others.get(dataset, [])
        if rows == beside and requirement.dataset not in {None, dataset} and not _is_target(requirement, dataset):
            continue
        yield _table(dataset, rows, beside, requirement)


def _is_target(requirement: Requirement, dataset: str) -> bool:
    return getattr(requirement.check, "to_dataset", None) == dataset


def _table(dataset: str, rows: Sequence[Any], beside: Sequence[Any], requirement: Requirement) -> str:
    if not rows:
        return f"No records of `{dataset}`."
    if not all(isinstance(row, dict) for row in rows):
        return f"```json\n{json.dumps(rows, indent=2)}\n```"
    pairs = [
        (row, beside[at] if at < len(beside) and isinstance(beside[at], dict) else None) for at, row in enumerate(rows)
    ]
    columns = _columns(dataset, pairs, requirement)
    if len(pairs) > _MOST_RECORDS:
        pairs = [pair for pair in pairs if pair[0] != pair[1]] or pairs
    left_out = len(rows) - len(pairs[:_MOST_RECORDS])
    lines = [[_cell(row, before, column) for column in columns] for row, before in pairs[:_MOST_RECORDS]]
    head = "".join(f"<th><code>{escape(name)}</code></th>" for name in columns)
    body = "".join(f"<tr>{''.join(f'<td>{value}</td>' for value in line)}</tr>" for line in lines)
    more = f" {left_out} more records are not shown." if left_out else ""
    caption = f"<caption>Excerpt of <code>{dataset}</code>.{more}</caption>"
    return f'<div class="ots-excerpt"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _columns(dataset: str, pairs: Sequence[tuple[Any, Any]], requirement: Requirement) -> list[str]:
    """What identifies a record, what the rule speaks of, and what is different."""
    about = edition().datasets.get(dataset)
    different = [
        name
        for row, before in pairs
        if before is not None and row != before
        for name in {**row, **before}
        if row.get(name) != before.get(name)
    ]
    own = requirement.columns if requirement.dataset in {None, dataset} else ()
    target = [getattr(requirement.check, "to_column", "")] if _is_target(requirement, dataset) else []
    present = {name for row, before in pairs for name in (*row, *(before or {}))}
    wanted = [about.identity if about else "", *target, *different[:3], *own]
    return list(dict.fromkeys(name for name in wanted if name in present))[:_MOST_COLUMNS]


def _cell(row: Mapping[str, Any], before: Mapping[str, Any] | None, column: str) -> str:
    is_there = column in row
    value = row.get(column)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    shown = f"<code>{_shortened(escape(text, quote=False))}</code>" if is_there else "<em>absent</em>"
    is_new = before is not None and (is_there != (column in before) or value != before.get(column))
    return f"<mark>{shown}</mark>" if is_new else shown


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_OF_VALUE else f"{text[:_MOST_OF_VALUE]}…"


# Files


def _files(case: Case, other: Case, requirement: Requirement) -> Iterator[str]:
    del requirement
    beside = {file["path"]: file for file in other.input.get("files", ())}
    same = [file["path"] for file in case.input.get("files", ()) if file == beside.get(file["path"])]
    for file in case.input.get("files", ()):
        if file["path"] not in same:
            yield _file(file)
    if same:
        yield f"The same in both: {', '.join(f'`{path}`' for path in same)}."


def _file(file: Mapping[str, Any]) -> str:
    if "text" not in file:
        return f"`{file['path']}` holds bytes, which the vector has in Base64."
    text, language = file["text"], "text"
    if file["path"] == "manifest.json":
        with suppress(ValueError):
            text, language = json.dumps(json.loads(text), indent=2, ensure_ascii=False), "json"
    elif file["path"].endswith(".jsonl"):
        language = "json"
    cut = text if len(text) <= _MOST_OF_FILE else f"{text[:_MOST_OF_FILE]}…"
    body = "\n".join(f"    {line}" for line in f"```{language}\n{cut.rstrip()}\n```".splitlines())
    return f"- `{file['path']}`\n\n{body}"
