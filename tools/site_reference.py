"""Pages of the site that list what there is: datasets with their columns, metrics and terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from drafts import ROOT, WORKING, edition
from markdown_tables import cell, code, table
from opentokenomics.standard import Column, Dataset, MetricDefinition
from opentokenomics_conformance import Role, load_suite
from spec_blocks import kind_of, values_of
from spec_relations import Relation, relations_of

_ORDER = ("usage", "price", "plan", "outcome_definition", "outcome", "evaluation", "statement", "manifest")
"""Datasets as the chapters follow each other."""

CHAPTERS_OF = {"usage": ("usage", "tokens", "cost")}
"""Datasets that more chapters speak of than the one that has their name."""


def pages() -> Iterator[tuple[str, str]]:
    """Each page: where it is, and its text."""
    yield "reference/index.md", index()
    for dataset in edition().datasets.values():
        yield f"reference/datasets/{dataset.name}.md", dataset_page(dataset)
    yield "reference/metrics.md", metrics_page()
    yield "reference/glossary.md", glossary()


def index() -> str:
    """The page from which everything is found that can be looked up."""
    datasets = [
        [f"[`{each.name}`](datasets/{each.name}.md)", cell(each.description), str(len(each.columns))]
        for each in sorted(edition().datasets.values(), key=lambda each: _ORDER.index(each.name))
    ]
    requirements = edition().requirements
    other = [
        ["[Requirements](../requirements/index.md)", f"{len(requirements)} rules, each with its reason, check and fix"],
        ["[Metrics](metrics.md)", f"{len(edition().metrics)} definitions, with examples that are computed"],
        ["[Converters](../convert.md)", "what each source of exports brings, and what it leaves out"],
        ["[Schemas and catalogue](../schemas/index.md)", "the files that programs read"],
        ["[Commands](commands.md)", "every command of `opentokenomics` with its options"],
        ["[Python](python/index.md)", "what can be imported"],
        ["[Implementations](../implementations.md)", "which tools pass the conformance suite"],
        ["[Glossary](glossary.md)", "what the words mean"],
    ]
    return "\n\n".join(
        [
            "# Reference",
            f"All of this is made of the files of version {WORKING}, of the vectors, and of the programs.",
            "## Datasets",
            table(["Dataset", "What it holds", "Columns"], datasets),
            "## What else can be looked up",
            table(["Page", "What is on it"], other) + "\n",
        ]
    )


# Datasets


def dataset_page(dataset: Dataset) -> str:
    """Every column of a dataset with all that is known of it."""
    chapters = CHAPTERS_OF.get(dataset.name, (dataset.name,))
    read = ", ".join(f"[*{name.replace('_', ' ').capitalize()}*](../../spec/{name}.md)" for name in chapters)
    schema = f"[`{dataset.name}.schema.json`](../../schemas/{WORKING}/{dataset.name}.schema.json)"
    parts = [
        f"# Dataset {dataset.name}",
        dataset.description,
        f"{len(dataset.columns)} columns. Chapters: {read}. Schema: {schema}.",
        *([_filled_note()] if dataset.name == "usage" else []),
    ]
    relations = {}
    if dataset.name == "usage":
        relations = {each.column: each for each in relations_of(dataset.by_name)}
    for group in dict.fromkeys(column.group for column in dataset.columns):
        own = [column for column in dataset.columns if column.group == group]
        parts.append(f"## {group.replace('_', ' ').capitalize()} {{ #group-{group} }}")
        parts += [_column(column, dataset, relations.get(column.name)) for column in own]
    return "\n\n".join(parts) + "\n"


def _filled_note() -> str:
    return (
        "*Filled by* names the [converters](../../convert.md) that fill a column in the vectors of the conformance "
        "suite, each of which is one export; another export of the same source may have more, or less."
    )


def _column(column: Column, dataset: Dataset, relation: Relation | None) -> str:
    facts = [["Kind", f"[{kind_of(column)}](../../spec/encoding.md)"]]
    facts += [[f"Level, profile {profile}", level] for profile, level in column.levels.items()]
    focus = (
        f"`{column.focus_name}`"
        if column.focus_name
        else (f"near `{relation.focus}`" if relation and relation.focus else "")
    )
    facts += [["FOCUS", focus]] if focus else []
    if relation and relation.opentelemetry:
        facts.append(
            ["OpenTelemetry", cell(", ".join(name if " " in name else f"`{name}`" for name in relation.opentelemetry))]
        )
    if relation and relation.loss:
        facts.append(["What differs", cell(relation.loss)])
    facts.append(["Examples", ", ".join(code(each) for each in column.examples)])
    facts.append(["Rules", _rules(column, dataset)])
    if dataset.name == "usage":
        facts.append(["Filled by", _filled(column.name)])
    facts.append(["Since", column.since + (", deprecated" if column.deprecated else "")])
    parts = [f"### `{column.name}` {{ #{column.name} }}", column.description + values_of(column), listed(facts)]
    if column.record:
        inner = [
            [f"`{each.name}`", kind_of(each), "required" if each.required else "optional", cell(each.description)]
            for each in column.record.columns
        ]
        parts += ["Each member has:", table(["Member", "Kind", "Level", "Meaning"], inner)]
    return "\n\n".join(parts)


def listed(facts: list[list[str]]) -> str:
    """Facts under each other, as a list of definitions that screen readers read in pairs."""
    listed = "\n\n".join(f"{name}\n:   {text}" for name, text in facts if text)
    return f'<div class="ots-facts" markdown>\n\n{listed}\n\n</div>'


def _rules(column: Column, dataset: Dataset) -> str:
    shapes = [shape.requirement for shape in column.shapes]
    spoken = [each.id for each in edition().of(dataset.name) if column.name in each.columns]
    return ", ".join(
        f"[{each}](../../requirements/{each}.md)" for each in dict.fromkeys([*spoken, *sorted(set(shapes))])
    )


@cache
def _sources() -> Mapping[str, frozenset[str]]:
    """The columns that each source fills in the vectors of converters."""
    found: dict[str, set[str]] = {}
    for case in load_suite().of([Role.CONVERTER]).cases:
        rows = case.expected["rows"]
        found.setdefault(case.input["source"], set()).update(name for row in rows for name in row)
    return {source: frozenset(names) for source, names in sorted(found.items())}


def _filled(name: str) -> str:
    by = [source for source, names in _sources().items() if name in names]
    if not by:
        return "no converter"
    if len(by) == len(_sources()):
        return f"all {len(by)} converters"
    return ", ".join(f"[`{source}`](../../convert.md#{source})" for source in by)


# Metrics


def metrics_page() -> str:
    """Every metric in short, with the chapter that defines it and the command that computes it."""
    head = (
        "What the [chapter *Metrics*](../spec/metrics.md) defines, in short. `opentokenomics metrics METRIC` computes "
        "each, `opentokenomics statement METRIC` states it, and `opentokenomics verify` recomputes what was stated."
    )
    parts = ["# All metrics", head]
    for each in edition().metrics.values():
        parts += [f"## `{each.id}` {{ #{each.id} }}", f"**{each.question}**", listed(_of_metric(each))]
    return "\n\n".join(parts) + "\n"


def _of_metric(each: MetricDefinition) -> list[list[str]]:
    anchor = each.title.lower().replace(" ", "-")
    inputs = []
    for name, columns in each.inputs.items():
        page = f"datasets/{name}.md" if name in edition().datasets else None
        named = ", ".join(f"[`{column}`]({page}#{column})" if page else f"`{column}`" for column in columns)
        inputs.append(f"[`{name}`]({page}): {named}" if page else f"`{name}`: {named}")
    return [
        ["Definition", f"[{each.title}](../spec/metrics.md#{anchor}), version {each.version}"],
        ["Value", f"{each.numerator} / {each.denominator}"],
        ["Unit", each.unit],
        ["Inputs", "; ".join(inputs) or "assumptions"],
        ["Estimator", f"`{each.estimator}`"],
        ["Interval", ", ".join(f"`{name}`" for name in each.intervals) or "none"],
        ["Parameters", ", ".join(f"`{name}`" for name in each.parameters) or "none"],
        ["Examples", f"{len(each.examples)} in the [definition](../spec/metrics.md#{anchor})"],
    ]


# Tables that pages written by hand show, too


def filled(markdown: str) -> str:
    """A page with the tables of the chapter on versions where it asks for them."""
    if "<!-- site: " not in markdown:
        return markdown
    chapter = (ROOT / "spec" / "versioning.md").read_text("utf-8")
    for name, heading in (("classes", "Classes of change"), ("steps", "What a number promises")):
        section = chapter.split(f"## {heading}\n")[1]
        found = re.search(r"^\|.*?(?=\n\n)", section, re.MULTILINE | re.DOTALL)
        if found is None:
            message = f"spec/versioning.md has no table under {heading}"
            raise SystemExit(message)
        markdown = markdown.replace(f"<!-- site: {name} -->", found[0])
    return markdown


# Terms


def glossary() -> str:
    """The definitions of the chapter *Terms*, each with an address of its own."""
    text = (ROOT / "spec" / "terms.md").read_text("utf-8")
    section = text.split("## Definitions\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", section, re.MULTILINE)[2:]
    letters: dict[str, list[str]] = {}
    for term, meaning in rows:
        anchor = re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")
        letters.setdefault(term[0].upper(), []).append(f'<span id="{anchor}">{term}</span>\n:   {meaning}')
    parts = [f"## {letter}\n\n" + "\n\n".join(terms) for letter, terms in letters.items()]
    head = "# Glossary\n\nThe definitions of the chapter [*Terms*](../spec/terms.md#definitions)."
    return "\n\n".join([head, *parts]) + "\n"
