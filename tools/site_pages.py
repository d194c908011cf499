"""A MkDocs hook: the chapters, one page for each requirement, and the files of the standard, as pages of the site.

None of these pages is committed: each is made of the one source that it shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

import site_access
import site_commands
import site_examples
import site_home
import site_links
import site_notebook
import site_playground
import site_python
import site_reference
import site_reports
import site_search
from drafts import LIBRARY, ROOT, WORKING, edition, folder_of
from markdown_tables import cell, table
from opentokenomics.standard import (
    Acyclic,
    Bundle,
    Check,
    Encoding,
    Excluded,
    Given,
    Group,
    NoOverlap,
    Predicate,
    Quotient,
    Recompute,
    References,
    Requirement,
    Row,
    Schema,
    Unique,
)
from spec_blocks import EXAMPLES
from spec_tables import CHAPTERS, chapter_file, placed

DECISIONS = ROOT / "docs" / "decisions"

_SERVED = {
    EXAMPLES: "spec/examples",
    ROOT / "conformance" / "protocol": "conformance/protocol",
    ROOT / "conformance" / "vectors": "conformance/vectors",
}
"""Folders whose files are on the site as they are: what chapters show, and what the suite is made of."""

_AREAS = {
    "GEN": "General: encoding and values",
    "USG": "Usage",
    "TOK": "Tokens",
    "CST": "Cost",
    "PRC": "Price",
    "PLN": "Plan",
    "ATT": "Attribution",
    "OUT": "Outcome definitions and outcomes",
    "EVL": "Evaluation",
    "STM": "Statement",
    "MAN": "Bundles",
    "MET": "Metrics and calculators",
    "VAL": "Validators and reports",
}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Lets readers choose the version, and says where this one is served."""
    config.extra["version"] = {"provider": "mike", "default": "latest"}
    config.site_url = f"{config.site_url}{WORKING}/"
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the generated pages and the files of the standard."""
    for path, content in _pages():
        files.append(File.generated(config, path, content=content))
    for path, document in site_playground.documents():
        files.append(File.generated(config, path, content=document))
    for path, source in (*_copies(), *site_playground.files()):
        files.append(File.generated(config, path, abs_src_path=str(source)))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Turns links between files of the checkout into links between pages, and ranks the page in the search."""
    for name, value in site_search.ranking_of(page.file.src_uri).items():
        page.meta.setdefault(name, value)
    return site_links.rewritten(site_reference.filled(markdown), page.file.src_uri)


def on_page_content(html: str, **_: object) -> str:
    """Puts the playground where a page asks for it."""
    return site_home.filled(html)


def on_post_page(output: str, **_: object) -> str:
    """Gives names to what the theme leaves without."""
    return site_access.mended(output)


def _pages() -> Iterator[tuple[str, str]]:
    chapters = placed()
    for chapter in CHAPTERS:
        yield f"spec/{chapter}.md", chapter_file(chapter).read_text("utf-8")
    for requirement in edition().requirements:
        (chapter,) = chapters[requirement.id]
        yield f"requirements/{requirement.id}.md", requirement_page(requirement, chapter)
    yield "requirements/index.md", _requirement_list()
    yield "schemas/index.md", _schema_list()
    yield "decisions/index.md", _decision_list()
    yield "changelog.md", (ROOT / "CHANGELOG.md").read_text("utf-8")
    yield "contributing.md", (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    yield "reference/commands.md", site_commands.page()
    yield site_notebook.PAGE, site_notebook.page()
    yield from site_python.pages()
    yield from site_reference.pages()
    yield from site_reports.pages()


def _copies() -> Iterator[tuple[str, Path]]:
    for version in LIBRARY.versions:
        for source in _files_of(version):
            yield f"schemas/{version}/{source.name}", source
    yield site_notebook.COPY, site_notebook.NOTEBOOK
    for folder, shown in _SERVED.items():
        for source in sorted(folder.rglob("*")):
            if source.is_file() and source.suffix != ".md":
                yield f"{shown}/{source.relative_to(folder).as_posix()}", source


def title_of(chapter: str) -> str:
    """The first heading of a chapter."""
    return chapter_file(chapter).read_text("utf-8").partition("\n")[0].removeprefix("# ")


def requirement_page(requirement: Requirement, chapter: str) -> str:
    """The page of one requirement, to which ``explain`` and every report lead."""
    # Columns that every dataset has are shown where most readers look for them.
    home = requirement.dataset or "usage"
    columns = ", ".join(f"[`{name}`](../reference/datasets/{home}.md#{name})" for name in requirement.columns)
    facts = [
        ["Keyword", requirement.keyword.value],
        ["Profile", f"`{requirement.profile.value}`"],
        ["Dataset", f"[`{home}`](../reference/datasets/{home}.md)" if requirement.dataset else "all"],
        ["Since", requirement.since],
        ["Chapter", f"[{title_of(chapter)}](../spec/{chapter}.md#{requirement.id})"],
        *([["Columns", columns]] if columns else []),
    ]
    return (
        "\n\n".join(
            [
                f"# {requirement.id}",
                f"> {requirement.statement}",
                site_reference.listed(facts),
                f"## Why\n\n{requirement.rationale}",
                f"## Check\n\n{describe(requirement)}",
                f"## What to do\n\n{requirement.fix}",
                site_examples.section(requirement),
            ]
        ).strip()
        + "\n"
    )


def describe(requirement: Requirement) -> str:
    """How a requirement is checked, in words and predicates."""
    match requirement.check:
        case Row() as check:
            return _parts(_kind("row"), _where(check.where), _sql("This must not be FALSE:", check.predicate))
        case Unique() as check:
            return _parts(_kind("unique"), f"Columns: {_names(check.columns)}.", _where(check.where))
        case References() as check:
            return _describe_reference(check)
        case Group() as check:
            return _describe_group(check)
        case NoOverlap() as check:
            return _describe_no_overlap(check)
        case check:
            return _describe_other(check)


def _describe_other(check: Check) -> str:
    """Kinds of check that are judged on more, or less, than records."""
    match check:
        case Encoding():
            text = f"{_kind('encoding')} The reader reports the fault `{check.fault.value}`."
        case Schema():
            pointers = "\n".join(f"- `{pointer}`" for pointer in check.at)
            text = f"{_kind('schema')} It owns the keywords to which these pointers lead:\n\n{pointers}"
        case Acyclic():
            text = f"{_kind('acyclic')} From `{check.start}`, `{check.to}` is followed."
        case Quotient():
            text = f"{_kind('quotient')} `{check.value}` is `{check.numerator}` by `{check.denominator}`."
        case Recompute():
            text = _kind("recompute")
        case Bundle():
            text = f"{_kind('bundle')} It is about the fault `{check.fault.value}`."
        case Given():
            text = f"{_kind('given')} One of these datasets: {_names(check.any_of)}."
        case Excluded():
            text = f"Not machine-checkable. {check.reason}"
        case _:
            raise TypeError(check)
    return text


def _describe_reference(check: References) -> str:
    target = f"`{check.to_column}` of `{check.to_dataset}`"
    matched = "".join(f", where `{own}` equals its `{other}`" for own, other in check.match)
    compared = f"Compared columns: {_names(check.compare)}." if check.compare else None
    sentence = f"Rule `{check.rule.value}`: `{check.column}` refers to {target}{matched}."
    together = _sql("This must not be FALSE of the two together:", check.predicate)
    return _parts(_kind("references"), sentence, compared, _where(check.where), together)


def _describe_group(check: Group) -> str:
    groups = f"Groups: equal values of {_names(check.by)}." if check.by else "Groups: the whole input is one."
    subject = "".join(
        f" {label}: `{name}`."
        for label, name in (("Column", check.column), ("Total", check.total), ("Upper", check.upper))
        if name
    )
    subject += "" if check.first is None else f" First: {check.first}."
    return _parts(
        _kind("group"),
        f"Rule `{check.rule.value}`. {groups}{subject}",
        _where(check.where),
        _sql("At least one record makes this TRUE:", check.predicate),
    )


def _describe_no_overlap(check: NoOverlap) -> str:
    ranges = "; ".join(f"from `{start}` to `{end}`" for start, end in check.ranges)
    apart = f" Only records that differ in `{check.apart}` are compared." if check.apart else ""
    keys = f"Keys: equal values of {_names(check.by)}." if check.by else "Keys: all records have the same."
    return _parts(_kind("no_overlap"), f"{keys} Ranges: {ranges}.{apart}", _where(check.where))


def _kind(name: str) -> str:
    return f"Kind: [`{name}`](../spec/rules.md#{name})."


def _parts(*parts: str | None) -> str:
    return "\n\n".join(part for part in parts if part)


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _where(predicate: Predicate | None) -> str | None:
    return _sql("It is about records for which this is TRUE:", predicate)


def _sql(introduction: str, predicate: Predicate | None) -> str | None:
    if predicate is None:
        return None
    text = re.sub(r" (WHEN|ELSE|END)\b", r"\n\1", predicate.sql)
    return f"{introduction}\n\n```sql\n{text}\n```"


def _requirement_list() -> str:
    parts = ["# Requirements", f"Every requirement of version {WORKING}. Each has a page of its own."]
    for area, title in _AREAS.items():
        own = [each for each in edition().requirements if each.area == area]
        rows = [
            [f"[{each.id}]({each.id}.md)", cell(each.statement), each.keyword.value, each.profile.value] for each in own
        ]
        parts += [f"## {title}", table(["Requirement", "Statement", "Keyword", "Profile"], rows)]
    return "\n\n".join(parts) + "\n"


def _files_of(version: str) -> list[Path]:
    """What is served of a version: its documents, and their digests once it is published."""
    return sorted(each for each in folder_of(version).iterdir() if each.is_file())


def _schema_list() -> str:
    parts = ["# Schemas and catalogue"]
    for version in reversed(LIBRARY.versions):
        names = "\n".join(f"- [`{source.name}`]({version}/{source.name})" for source in _files_of(version))
        parts += [f"## Version {version}", names]
    return "\n\n".join(parts) + "\n"


def _decision_list() -> str:
    files = sorted(DECISIONS.glob("[0-9]*.md"))
    titles = [file.read_text("utf-8").partition("\n")[0].removeprefix("# ") for file in files]
    listed = "\n".join(f"- [{title}]({file.name})" for title, file in zip(titles, files, strict=True))
    return f"# Decisions\n\nWhat someone could question later, and why it is as it is.\n\n{listed}\n"
