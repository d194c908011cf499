"""A report as a page of its own, and as what a notebook shows.

The page is one file that loads nothing, from its own folder or from another host: style and script stand in it, and its
content security policy allows exactly these two. Templates escape everything.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from opentokenomics.report import _digest as digest
from opentokenomics.report import _wording as words
from opentokenomics.report._model import CheckResult, Report, Status, Violation
from opentokenomics.report._visible import visible
from opentokenomics.standard import BASE_URI, Requirement, load

_FOLDER = "page"
_LISTED_VIOLATIONS = 1000
_CODE = re.compile(r"`([^`]+)`")
_IDENTIFIER = re.compile(r"OTS-[A-Z]{3}-[0-9]{3}")
_NAMES = {
    Status.FAIL: "failed",
    Status.WARN: "warned",
    Status.PASS: "passed",
    Status.NOT_APPLICABLE: "not applicable",
    Status.NOT_MACHINE_CHECKABLE: "not machine-checkable",
}
"""What each end is called, the one to look at first in front."""
_ORDER = tuple(_NAMES)


def render_html(report: Report) -> str:
    """The report as an HTML document."""
    style, script = _part("report.css"), _part("report.js")
    failed, warned = digest.findings(report, Status.FAIL), digest.findings(report, Status.WARN)
    return (
        _environment()
        .get_template("report.html")
        .render(
            **_facts(report),
            style=Markup(style),  # noqa: S704 - a file of this package
            script=Markup(script),  # noqa: S704 - a file of this package
            policy=_policy(style, script),
            failed=failed,
            warned=warned,
            blocked=digest.next_profile(report),
            ends=tuple(_ends(report)),
            listed=_listed((*failed, *warned)),
            total=sum(check.violations for check in report.checks),
            checks=_checks(report),
            expected=digest.expected(report),
            package_version=version("opentokenomics"),
            site=BASE_URI,
        )
    )


def render_notebook(report: Report) -> str:
    """The report as a fragment of HTML: the verdict, and what to fix first."""
    broken = (*digest.findings(report, Status.FAIL), *digest.findings(report, Status.WARN))
    return (
        _environment()
        .get_template("notebook.html")
        .render(**_facts(report), outcome=words.outcome(report), broken=broken)
    )


def _facts(report: Report) -> Mapping[str, Any]:
    return {
        "report": report,
        "verdict": words.verdict(report),
        "rows": sum(each.rows for each in report.datasets),
    }


def _part(name: str) -> str:
    return files(__package__).joinpath(_FOLDER, name).read_text("utf-8")


def _policy(style: str, script: str) -> str:
    allowed = {"default-src": "'none'", "style-src": _source(style), "script-src": _source(script), "img-src": "data:"}
    allowed |= {"base-uri": "'none'", "form-action": "'none'"}
    return "; ".join(f"{name} {source}" for name, source in allowed.items())


def _source(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _ends(report: Report) -> Iterator[Mapping[str, Any]]:
    """The parts of the bar that shows how the requirements ended."""
    before = 0
    for status, name in _NAMES.items():
        count = sum(check.status is status for check in report.checks)
        if count:
            yield {"status": status, "name": name, "count": count, "before": before}
        before += count


def _listed(broken: Sequence[digest.Finding]) -> Sequence[Violation]:
    """The examples of the report, of each requirement as many as keep the page small."""
    most = _LISTED_VIOLATIONS // max(1, len(broken))
    return [example for finding in broken for example in finding.examples[:most]]


def _checks(report: Report) -> Sequence[tuple[CheckResult, Requirement]]:
    standard = load(report.spec_version)
    ordered = sorted(report.checks, key=lambda check: (_ORDER.index(check.status), -check.violations))
    return [(check, standard.requirement(check.requirement)) for check in ordered]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("opentokenomics.report", _FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "blamed": words.blamed,
        "column": words.column,
        "detail": words.detail,
        "file": words.file_name,
        "fix": words.fix,
        "ids": words.ids,
        "name": _NAMES.__getitem__,
        "number": lambda number: f"{number:,}",
        "place": lambda example, finding: words.place(finding, example),
        "prose": _prose,
        "rank": _ORDER.index,
        "share": _share,
        "tally": words.tally,
        "value": words.value,
        "visible": visible,
    }
    return environment


def _prose(text: str) -> Markup:
    """A sentence whose `code` is shown as such, and whose identifiers of requirements stay in one piece."""
    marked = _CODE.sub(r"<code>\1</code>", str(escape(visible(text))))
    return Markup(_IDENTIFIER.sub(r'<span class="whole-name">\g<0></span>', marked))  # noqa: S704 - escaped before


def _share(finding: digest.Finding) -> int:
    """How many of a hundred violate it, never rounded down to none."""
    return max(1, finding.check.violations * 100 // max(1, finding.check.evaluated))
