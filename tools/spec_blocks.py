"""The generated parts of the specification's chapters: each function renders one kind of block as Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from drafts import FOLDER, ROOT, edition
from markdown_tables import cell, code, table
from opentokenomics.rules import to_python
from opentokenomics.rules._functions import _FUNCTIONS
from opentokenomics.standard import Column, Facet, Keyword, Kind, NoOverlap, Profile, Row
from spec_metrics import metric, metrics
from spec_relations import relations_of

SPEC = ROOT / "spec"
EXAMPLES = SPEC / "examples"

AREA_FILES = {
    "GEN": "general",
    "USG": "usage",
    "TOK": "tokens",
    "CST": "cost",
    "MAN": "manifest",
    "PRC": "price",
    "PLN": "plan",
    "ATT": "attribution",
    "OUT": "outcome",
    "EVL": "evaluation",
    "STM": "statement",
    "MET": "metrics",
    "VAL": "validator",
}
"""The catalogue file of each area of requirements."""

TOKEN_COLUMNS = (
    "token_direction",
    "token_cache_action",
    "token_cache_ttl_seconds",
    "token_modality",
    "token_role",
    "tokenizer_id",
    "usage_group_total",
)
_LANGUAGES = {".csv": "text", ".json": "json", ".jsonl": "json"}


def expand(words: list[str]) -> list[str]:
    """Identifiers of requirements from words such as ``CST-001`` and ``CST-003..007``."""
    found = []
    for word in words:
        match = re.fullmatch(r"([A-Z]{3})-([0-9]{3})(?:[.]{2}([0-9]{3}))?", word)
        if match is None:
            message = f"{word} is not a range of requirements such as CST-003..007"
            raise SystemExit(message)
        area, first, last = match.groups()
        found += [f"OTS-{area}-{number:03}" for number in range(int(first), int(last or first) + 1)]
    return found


def requirements(words: list[str]) -> str:
    """The sentences of requirements, verbatim from the catalogue."""
    rows = []
    for identifier in expand(words):
        each = edition().requirement(identifier)
        anchor = f'<a id="{identifier}"></a>'
        rows.append([anchor + link_to(identifier), cell(each.statement), each.keyword.value, each.profile.value])
    return table(["Requirement", "Statement", "Keyword", "Profile"], rows)


def link_to(identifier: str) -> str:
    """The link from a chapter to a requirement: to its source in the checkout, to its page on the site."""
    return f"[{identifier}](requirements/{AREA_FILES[identifier.split('-')[1]]}.yaml#{identifier})"


def columns(words: list[str]) -> str:
    """The columns of one group of a dataset, or of the records in one of its lists (``manifest.files``)."""
    dataset, group = words
    name, _, inner = dataset.partition(".")
    record = edition().datasets[name]
    if inner and (found := record.by_name[inner].record):
        record = found
    rows = [
        [
            f'<a id="{column.name}"></a>`{column.name}`',
            kind_of(column),
            level_of(column),
            f"`{column.focus_name}`" if column.focus_name else "",
            cell(column.description) + values_of(column),
        ]
        for column in record.columns
        if column.group == group
    ]
    return table(["Column", "Kind", "Level", "FOCUS", "Meaning"], rows)


def kind_of(column: Column) -> str:
    """The kind of a column in the words of the *Encoding* chapter."""
    facets = {shape.facet for shape in column.shapes}
    if Facet.OPAQUE in facets:
        return "identifier"
    if Facet.CODE in facets:
        return "currency"
    if column.kind is Kind.STRING and Facet.PATTERN in facets:
        return _written_kinds()[next(shape.pattern for shape in column.shapes if shape.facet is Facet.PATTERN)]
    if column.kind is Kind.DECIMAL:
        return f"decimal ({column.precision},{column.scale})"
    if column.values:
        return "enum"
    return column.kind.value


def _written_kinds() -> Mapping[str | None, str]:
    """The common definitions of texts in a certain form: their patterns, with what they are called."""
    definitions = json.loads((FOLDER / "common.schema.json").read_text("utf-8"))["$defs"].values()
    return {
        each["pattern"]: each["title"].lower()
        for each in definitions
        if each.get("x-kind") == "string" and "pattern" in each
    }


def level_of(column: Column) -> str:
    """Whether a column is required, and from which profile on."""
    (_, first), *others = column.levels.items()
    return "; ".join([first, *(f"{profile}: {level}" for profile, level in others)])


def values_of(column: Column) -> str:
    """What a column may hold, where that is a closed list or a range."""
    if column.values:
        return f" Values: {', '.join(f'`{value}`' for value in column.values)}."
    members = [value for shape in column.shapes if shape.facet is Facet.MEMBERS for value in shape.values]
    if members:
        return f" Members: {', '.join(f'`{value}`' for value in members)}."
    low = next((shape.low for shape in column.shapes if shape.facet is Facet.RANGE and shape.low is not None), None)
    high = next((shape.high for shape in column.shapes if shape.facet is Facet.RANGE and shape.high is not None), None)
    return "" if low is None or high is None else f" From {low:,} to {high:,}."


def profiles(words: list[str]) -> str:
    """How many requirements each profile adds."""
    del words
    rows = []
    for profile in Profile:
        own = [each for each in edition().requirements if each.profile is profile and each.binds_inputs]
        counts = [sum(each.keyword is keyword for each in own) for keyword in Keyword]
        rows.append([f"`{profile.value}`", *map(str, counts), str(sum(not each.machine_checkable for each in own))])
    return table(["Profile", "adds MUST", "adds SHOULD", "of them not machine-checkable"], rows)


def digits(words: list[str]) -> str:
    """How many digits decimal columns may have."""
    (dataset,) = words
    limits: dict[tuple[int, int], list[str]] = {}
    for column in edition().datasets[dataset].columns:
        if column.precision is not None and column.scale is not None:
            limits.setdefault((column.precision, column.scale), []).append(f"`{column.name}`")
    rows = [
        [", ".join(names), str(precision - scale), str(scale), f"({precision},{scale})"]
        for (precision, scale), names in limits.items()
    ]
    return table(["Columns", "Digits before the point", "Digits after the point", "Decimal type"], rows)


def meters(words: list[str]) -> str:
    """What goes with each meter, found by asking the compiled rules about every combination."""
    del words
    known = edition().datasets["usage"].by_name
    rows = [
        [
            f"`{meter}`",
            units_of(meter),
            "yes" if all(allows("OTS-TOK-003", meter=meter, **{name: "x"}) for name in TOKEN_COLUMNS) else "no",
            services_of(meter, known["ai_service"].values),
        ]
        for meter in known["meter"].values
    ]
    return table(["Meter", "Unit", "Token columns", "Services"], rows)


def allows(identifier: str, **record: object) -> bool:
    """Whether a row rule lets a record pass."""
    check = edition().requirement(identifier).check
    if not isinstance(check, Row):
        message = f"{identifier} is not a row rule"
        raise SystemExit(message)
    if check.where is not None and to_python(check.where.tree)(record) is not True:
        return True
    return to_python(check.predicate.tree)(record) is not False


def units_of(meter: str) -> str:
    """The units that the rule OTS-USG-011 accepts for a meter."""
    meters_known = edition().datasets["usage"].by_name["meter"].values
    candidates = dict.fromkeys([*meters_known, "seconds"])
    if allows("OTS-USG-011", meter=meter, consumed_unit="any unit at all"):
        return "any"
    found = [f"`{unit}`" for unit in candidates if allows("OTS-USG-011", meter=meter, consumed_unit=unit)]
    if allows("OTS-USG-011", meter=meter, consumed_unit="x_virtual"):
        found.append("a virtual currency (`x_...`)")
    return " or ".join(found)


def services_of(meter: str, services: tuple[str, ...]) -> str:
    """The services that the rule OTS-USG-012 accepts for a meter, by the shorter of two lists."""
    named = [service for service in services if service != "other"]
    found = [service for service in named if allows("OTS-USG-012", meter=meter, ai_service=service)]
    others = [service for service in named if service not in found]
    if not others:
        return "all"
    if len(others) < len(found):
        return "all but " + ", ".join(f"`{service}`" for service in others)
    return ", ".join(f"`{service}`" for service in found) + ", `other`"


def specificity(words: list[str]) -> str:
    """The order in which two prices are compared: that of the columns in the rule that keeps it free of ties."""
    (identifier,) = words
    check = edition().requirement(identifier).check
    if not isinstance(check, NoOverlap):
        message = f"{identifier} is not about overlaps"
        raise SystemExit(message)
    ranked = check.by[check.by.index("price_kind") :]
    ranks = [
        [str(number), f"`{name}`", "`contracted` before `list`" if name == "price_kind" else "stated before not stated"]
        for number, name in enumerate(ranked, 1)
        if name != "window_end_utc"
    ]
    return table(["Rank", "Column", "What ranks first"], ranks)


def nodes(words: list[str]) -> str:
    """The node kinds of rule trees, as their schema describes them."""
    del words
    definitions = json.loads((FOLDER / "tree.schema.json").read_text("utf-8"))["$defs"]
    found: dict[str, tuple[list[str], str]] = {}
    for definition in definitions.values():
        name = definition.get("properties", {}).get("node", {}).get("const")
        if name is None:
            continue
        members = [f"`{member}`" for member in definition["properties"] if member != "node"]
        known, description = found.setdefault(name, ([], definition["description"]))
        known += [member for member in members if member not in known]
        if description != definition["description"]:
            found[name] = (known, _MANY_KINDS[name])
    rows = [[f"`{name}`", ", ".join(members), cell(description)] for name, (members, description) in found.items()]
    return table(["Node", "Members", "Yields"], rows)


_MANY_KINDS = {
    "column": "The record's value of a column; NULL where it has none.",
    "constant": "A text, a number, TRUE or FALSE.",
    "coalesce": "The first value that is not NULL; NULL if all are.",
}
"""Node kinds that the schema defines once for each kind of value."""


def functions(words: list[str]) -> str:
    """The functions that a predicate may call."""
    del words
    calls = (usage.partition(")") for usage, _ in _FUNCTIONS.values())
    return "\n".join(f"- `{call})`{remark}" for call, _, remark in calls)


def example(words: list[str]) -> str:
    """An example file as it is."""
    (name,) = words
    text = (EXAMPLES / name).read_text("utf-8").rstrip("\n")
    return f"```{_LANGUAGES[Path(name).suffix]}\n{text}\n```\n\n{caption(name)}"


def record(words: list[str]) -> str:
    """One record of an example file, spread over lines."""
    name, number = words
    line = (EXAMPLES / name).read_text("utf-8").splitlines()[int(number) - 1]
    text = json.dumps(json.loads(line), indent=2, ensure_ascii=False)
    return f"```json\n{text}\n```\n\nThis is record {number}; {caption(name)}"


def bundle(words: list[str]) -> str:
    """The manifest of an example bundle."""
    (name,) = words
    text = (EXAMPLES / name / "manifest.json").read_text("utf-8").rstrip("\n")
    return f"```json\n{text}\n```\n\n{caption(name, 'manifest.json')}"


def rows(words: list[str]) -> str:
    """Chosen columns of an example file of records."""
    name, *wanted = words
    lines = (EXAMPLES / name).read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    body = [[code(each.get(column)) for column in wanted] for each in records]
    return f"{table([f'`{column}`' for column in wanted], body)}\n\n{caption(name)}"


def relations(words: list[str]) -> str:
    """The columns of a dataset beside their counterparts in other specifications."""
    (dataset,) = words
    body = [
        [
            f"[`{each.column}`]({dataset}.md#{each.column})",
            code(each.focus),
            ", ".join(code(name) if "." in name else name for name in each.opentelemetry),
            cell(each.loss),
        ]
        for each in relations_of(edition().datasets[dataset].by_name)
    ]
    return table(["Column", "FOCUS", "OpenTelemetry", "What differs or is lost"], body)


def truths(words: list[str]) -> str:
    """A file of predicates, records and what becomes of them."""
    (name,) = words
    cases = json.loads((EXAMPLES / name).read_text("utf-8"))
    shown = {True: "TRUE", False: "FALSE", None: "NULL"}
    body = [[code(case["predicate"]), code(case["record"]), shown[case["result"]]] for case in cases]
    return f"{table(['Predicate', 'Record', 'Result'], body)}\n\n{caption(name)}"


def patterns(words: list[str]) -> str:
    """A file of patterns and the texts that they match."""
    (name,) = words
    cases = json.loads((EXAMPLES / name).read_text("utf-8"))

    def texts(values: list[str]) -> str:
        return ", ".join(code(json.dumps(value, ensure_ascii=False)) for value in values)

    body = [[code(case["pattern"]), texts(case["matches"]), texts(case["fails"])] for case in cases]
    return f"{table(['Pattern', 'Matches', 'Does not match'], body)}\n\n{caption(name)}"


def index() -> Mapping[str, Any]:
    """What is to become of each example file."""
    loaded: Mapping[str, Any] = yaml.safe_load((EXAMPLES / "index.yaml").read_text("utf-8"))
    return loaded


def caption(name: str, file: str | None = None) -> str:
    """The link to an example file, or to that file of an example folder, and its verdict."""
    facts = index()[name]
    shown = name if file is None else f"{name}/{file}"
    link = " with ".join(f"[`{each}`](examples/{each})" for each in (shown, *facts.get("beside", ())))
    if "convert" in facts:
        return f"{link}, a response body."
    if "profile" not in facts:
        return f"{link}."
    found = facts.get("violations", {})
    if not found:
        return f"{link} meets `{facts['profile']}`."
    listed = ", ".join(f"{link_to(identifier)} ({count})" for identifier, count in found.items())
    keywords = {edition().requirement(identifier).keyword for identifier in found}
    verb = "fails" if Keyword.MUST in keywords else "meets"
    return f"{link} {verb} `{facts['profile']}`, with violations of {listed}."


BLOCKS: Mapping[str, Callable[[list[str]], str]] = {
    function.__name__: function
    for function in (
        bundle,
        columns,
        digits,
        example,
        functions,
        meters,
        metric,
        metrics,
        nodes,
        patterns,
        profiles,
        record,
        relations,
        requirements,
        rows,
        specificity,
        truths,
    )
}
"""The renderers under the names that markers use."""
