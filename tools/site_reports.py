"""Pages of the site that are made of the reports in ``conformance/reports/``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from conformance_reports import reports
from drafts import edition
from markdown_tables import cell, table
from opentokenomics.standard import Excluded, Requirement
from opentokenomics_conformance import Outcome, Result, Role, Suite, SuiteReport, load_suite

SHAPE_ALONE = ("jsonschema", "jsonschema-rs", "ajv")
"""The tools that judge records by the schemas and know no rule."""

_KINDS = (
    "schema",
    "encoding",
    "row",
    "unique",
    "references",
    "group",
    "no_overlap",
    "acyclic",
    "quotient",
    "bundle",
    "given",
    "recompute",
)
_NONE = "none"

_COUNTED = """\
Tools that were put to the [conformance suite](conformance.md), and what came of it. A *topic* is a requirement, a
source or a metric; it is mastered where all of its cases passed. A case that a tool skipped has not passed, and
shares are rounded down."""

_WHO = """\
`opentokenomics` is the reference implementation; `opentokenomics-js` was written from the specification and shares
no code with it. What judges by the schemas alone is listed to show [what shape alone cannot see](shape.md), and
claims no more."""

_LISTED = """\
## How to be listed

Run the suite with `--report json -o NAME.json`, and open a pull request that adds the file to
`conformance/reports/`. A report that is older than the vectors stays, and this page says so.
"""

_LIMITS = """\
JSON Schema says which columns there are and what a value looks like. What columns have to do with each other, and
records with other records, it cannot say. Here are the figures: three well-known validators were handed every
vector, record by record, with the published schema of its dataset. An adapter told them which requirement owns
which keyword, so that what they found has a name, and nothing else."""

_SEEN = """\
A requirement is seen where some vector that breaks it was rejected as expected. Files in CSV, or compressed, were
not read; a vector whose fault may be in them was skipped. A line that is no JSON is an error to these validators,
and no verdict."""


def pages() -> Iterator[tuple[str, str]]:
    """Each page: where it is, and its text."""
    found, suite = reports(), load_suite()
    yield "implementations.md", implementations(found, suite)
    yield "shape.md", shape({name: found[name] for name in SHAPE_ALONE}, suite)


# What passes the suite


def implementations(found: Mapping[str, SuiteReport], suite: Suite) -> str:
    """The page that lists every tool with a report."""
    summary = [line for report in found.values() for line in _lines(report, suite)]
    header = ["Tool", "Version", "Role", "Cases passed", "Of", "Topics mastered", "Of", "Share of topics", "Vectors"]
    vectors = (
        f"The vectors of today are those of version {suite.spec_version} with the digest `{suite.digest}`; they are "
        f"{len(suite.cases)} cases."
    )
    accounts = [_account(report, suite) for report in found.values()]
    return "\n\n".join(["# Implementations", _COUNTED, table(header, summary), f"{vectors} {_WHO}", *accounts, _LISTED])


def _lines(report: SuiteReport, suite: Suite) -> Iterator[list[str]]:
    for role in Role:
        own = [each for each in report.results if each.role == role]
        if not own:
            continue
        part = SuiteReport(report.suite, report.tool, None, None, report.mode, own)
        topics = part.topics
        yield [
            f"[{cell(report.tool['name'])}](#{_anchor(report)})",
            cell(report.tool["version"]),
            role.value,
            str(part.passed),
            str(len(own)),
            str(sum(topics.values())),
            str(len(topics)),
            f"{part.percentage} %",
            "of today" if _is_current(report, suite) else "older",
        ]


def _account(report: SuiteReport, suite: Suite) -> str:
    tool = report.tool
    missed = ", ".join(f"{number} {outcome}" for outcome, number in report.counts.items() if number)
    facts = f"Written in {cell(tool['language'])}. {len(report.results)} cases: {missed}."
    age = (
        f"Vectors of version {report.suite['spec_version']}, digest `{report.suite['digest']}`."
        if _is_current(report, suite)
        else f"**This report is stale**: it is on the vectors with the digest `{report.suite['digest']}`, and says "
        "nothing of cases that were added or changed since."
    )
    return f"## {cell(tool['name'])} {{ #{_anchor(report)} }}\n\n{facts} {age}"


def _anchor(report: SuiteReport) -> str:
    return f"tool-{''.join(each if each.isalnum() else '-' for each in report.tool['name'].lower())}"


def _is_current(report: SuiteReport, suite: Suite) -> bool:
    digest: str = report.suite["digest"]
    return digest == suite.digest


# What shape alone cannot see


def shape(found: Mapping[str, SuiteReport], suite: Suite) -> str:
    """The page that says which requirements a validator of schemas is blind to."""
    checkable = [each for each in edition().requirements if not isinstance(each.check, Excluded)]
    seen = {name: _by_requirement(report, suite) for name, report in found.items()}
    asked = [each for each in checkable if any(each.id in by for by in seen.values())]
    blind = [each for each in asked if not any(by[each.id]["passed"] for by in seen.values() if each.id in by)]
    names = [f"{cell(report.tool['name'])} {cell(report.tool['version'])}" for report in found.values()]
    stale = [report.tool["name"] for report in found.values() if not _is_current(report, suite)]
    parts = [
        "# What shape alone cannot see",
        _LIMITS,
        f"**Of {len(asked)} requirements that vectors break, none of them sees {len(blind)}.**",
        *([f"The reports on {', '.join(stale)} are stale: the vectors have changed since."] if stale else []),
        table(["Kind of check", "Requirements", *names], _kinds(asked, seen)),
        _SEEN,
        "## Requirement by requirement",
        "How many of the vectors that break a requirement were rejected as expected.",
        table(["Requirement", "Kind", "Statement", *names], _requirements(asked, seen)),
    ]
    return "\n\n".join(parts) + "\n"


def _by_requirement(report: SuiteReport, suite: Suite) -> Mapping[str, Counter[str]]:
    """For each requirement how many vectors break it, and how many were rejected for that."""
    results: Mapping[str, Result] = {each.case: each for each in report.results}
    found: dict[str, Counter[str]] = {}
    for case in suite.cases:
        result = results.get(case.id)
        if case.role is not Role.VALIDATOR or result is None:
            continue
        for requirement in {each["requirement"] for each in case.expected["violations"]}:
            counted = found.setdefault(requirement, Counter())
            counted["all"] += 1
            counted["passed"] += result.outcome is Outcome.PASSED
    return found


def _kinds(asked: Sequence[Requirement], seen: Mapping[str, Mapping[str, Counter[str]]]) -> Iterator[list[str]]:
    for kind in _KINDS:
        own = [each.id for each in asked if _kind_of(each) == kind]
        if own:
            counts = [sum(bool(by[each]["passed"]) for each in own if each in by) for by in seen.values()]
            yield [f"[`{kind}`](spec/rules.md#{kind})", str(len(own)), *(f"{number} seen" for number in counts)]


def _requirements(asked: Sequence[Requirement], seen: Mapping[str, Mapping[str, Counter[str]]]) -> Iterator[list[str]]:
    for each in asked:
        counts = [by.get(each.id) for by in seen.values()]
        yield [
            f"[{each.id}](requirements/{each.id}.md)",
            f"`{_kind_of(each)}`",
            cell(each.statement),
            *(f"{count['passed']} of {count['all']}" if count else _NONE for count in counts),
        ]


def _kind_of(requirement: Requirement) -> str:
    """The kind of check as the catalogue calls it."""
    name = type(requirement.check).__name__
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
