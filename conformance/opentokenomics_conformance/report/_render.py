"""The forms of a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

from jinja2 import Environment, PackageLoader, StrictUndefined

from opentokenomics.report import badge, visible
from opentokenomics_conformance._outcome import Outcome
from opentokenomics_conformance.report._model import Result, SuiteReport

_MOST_SHOWN = 30
_LONGEST_DETAIL = 300
_NO_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 65534, 65535], "�")


def render(report: SuiteReport, form: str) -> str:
    """A report in one of the ``FORMS``; of what a tool says, a terminal obeys and hides nothing."""
    shown = FORMS[form](report)
    return shown if form == "json" else "\n".join(map(visible, shown.split("\n")))


def _text(report: SuiteReport) -> str:
    lines = [f"{_tool(report)}: {_score(report)}", ""]
    lines += [f"  {name:32} {passed:5} of {total}" for name, (passed, total) in report.by_folder().items()]
    others = _others(report)
    if others:
        lines += ["", f"Not passed: {others}"]
    lines += [f"  {line}" for line in _laws(report)]
    missed = [each for each in report.results if each.outcome is not Outcome.PASSED]
    shown = [each for each in missed if each.outcome is not Outcome.SKIPPED] or missed
    for each in shown[:_MOST_SHOWN]:
        lines += ["", f"  {each.outcome}: {each.case}", f"    {each.title}", f"    {_detail(each)}"]
    if len(shown) > _MOST_SHOWN:
        lines += ["", f"  and {len(shown) - _MOST_SHOWN} more; --report json lists all of them"]
    return "\n".join([*lines, ""])


def _markdown(report: SuiteReport) -> str:
    lines = [f"### {_cell(_tool(report))}: {_score(report)}", "", "| | passed | of |", "|---|---:|---:|"]
    lines += [f"| {_cell(name)} | {passed} | {total} |" for name, (passed, total) in report.by_folder().items()]
    missed = [each for each in report.results if each.outcome is not Outcome.PASSED]
    if missed:
        lines += ["", f"Not passed: {_others(report)}", "", "| case | ended | why |", "|---|---|---|"]
        lines += [f"| `{each.case}` | {each.outcome} | {_cell(_detail(each))} |" for each in missed[:_MOST_SHOWN]]
        if len(missed) > _MOST_SHOWN:
            lines.append(f"| and {len(missed) - _MOST_SHOWN} more | | |")
    lines += [f"\n{_cell(line)}" for line in _laws(report)]
    return "\n".join([*lines, "", _provenance(report), ""])


def _junit(report: SuiteReport) -> str:
    root = ET.Element("testsuites", name=_clean(_tool(report)), tests=str(_tests(report)))
    suites: dict[str, list[Result]] = {}
    for each in report.results:
        suites.setdefault(f"{each.role}.{each.folder}", []).append(each)
    for name, results in suites.items():
        skipped = sum(each.outcome is Outcome.SKIPPED for each in results)
        failed = sum(each.outcome is Outcome.FAILED for each in results)
        passed = sum(each.outcome is Outcome.PASSED for each in results)
        counts = {
            "tests": str(len(results)),
            "failures": str(failed),
            "errors": str(len(results) - failed - skipped - passed),
            "skipped": str(skipped),
        }
        suite = ET.SubElement(root, "testsuite", {"name": name, **counts})
        for each in results:
            case = ET.SubElement(suite, "testcase", name=each.case, classname=name, time="0")
            if each.outcome is not Outcome.PASSED:
                kind = {Outcome.SKIPPED: "skipped", Outcome.FAILED: "failure"}.get(each.outcome, "error")
                ET.SubElement(case, kind, message=_clean(_detail(each)))
    if report.laws is not None:
        _add_laws(root, report.laws)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _tests(report: SuiteReport) -> int:
    return len(report.results) + (0 if report.laws is None else len(report.laws["laws"]))


def _add_laws(root: ET.Element, laws: Mapping[str, Any]) -> None:
    summary = laws["summary"]
    counts = {"tests": str(summary["laws"]), "failures": str(summary["broken"]), "errors": "0"}
    suite = ET.SubElement(root, "testsuite", {"name": "laws", **counts, "skipped": str(summary["skipped"])})
    for each in laws["laws"]:
        case = ET.SubElement(suite, "testcase", name=each["law"], classname="laws", time="0")
        if each["outcome"] != "kept":
            kind = "skipped" if each["outcome"] == "skipped" else "failure"
            ET.SubElement(case, kind, message=_clean(each["detail"] or ""))


def _badge(report: SuiteReport) -> str:
    """What shields.io shows; full marks only where everything passed."""
    total, passed = len(report.topics), sum(report.topics.values())
    part = " of a selection" if report.is_selection else ""
    color = (
        "brightgreen"
        if total and report.passed == len(report.results) and not part
        else "yellow"
        if report.percentage >= _NEARLY
        else "red"
    )
    return badge(report.suite["version"], f"{passed} of {total}{part} ({report.percentage} %)", color)


_NEARLY = 90


def _html(report: SuiteReport) -> str:
    """One page that loads nothing; what it shows needs no script, and a script makes its table sortable."""
    environment = Environment(
        loader=PackageLoader("opentokenomics_conformance.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = files("opentokenomics_conformance.report") / "page"
    return environment.get_template("report.html").render(
        report=report,
        listed=sorted(report.results, key=lambda each: each.outcome is Outcome.PASSED),
        tool=_tool(report),
        score=_score(report),
        others=_others(report),
        laws=_laws(report),
        provenance=_provenance(report),
        detail=_detail,
        style=(page / "report.css").read_text("utf-8"),
        script=(page / "report.js").read_text("utf-8"),
    )


def _tool(report: SuiteReport) -> str:
    return _one_line(f"{report.tool['name']} {report.tool['version']} ({report.tool['language']})")


def _score(report: SuiteReport) -> str:
    mastered, total = sum(report.topics.values()), len(report.topics)
    part = ", a selection" if report.is_selection else ""
    return (
        f"{mastered} of {total} requirements, sources and metrics ({report.percentage} %), "
        f"{report.passed} of {len(report.results)} cases{part}"
    )


def _others(report: SuiteReport) -> str:
    counts = [(outcome, number) for outcome, number in report.counts.items() if outcome is not Outcome.PASSED]
    return ", ".join(f"{number} {outcome}" for outcome, number in counts if number)


def _provenance(report: SuiteReport) -> str:
    suite = report.suite
    facts = [f"Vectors {suite['version']} ({suite['digest'][:12]})", f"harness {suite['harness']}", report.mode]
    return ", ".join([*facts, *(fact for fact in (report.started_at, report.platform) if fact)])


def _laws(report: SuiteReport) -> list[str]:
    """What was found of the laws, where they were tried: how many were kept, and each that was not."""
    if report.laws is None:
        return []
    summary, found = report.laws["summary"], report.laws["laws"]
    tried = sum(each["tried"] for each in found)
    head = f"{summary['kept']} of {summary['laws']} laws kept on {tried} examples, seed {report.laws['seed']}"
    missed = [each for each in found if each["outcome"] != "kept"]
    told = [f"{each['outcome']}: {each['law']}: {each['detail'] or each['title']}" for each in missed]
    return [head, *map(_one_line, told)]


def _detail(result: Result) -> str:
    """What was wrong, in one line; the middle of a long one is cut, since what a tool writes last says why it ended."""
    text = _one_line(result.detail or "")
    half = _LONGEST_DETAIL // 2
    return text if len(text) <= _LONGEST_DETAIL else f"{text[:half]}…{text[-half:]}"


def _one_line(text: str) -> str:
    """A text of a tool without its line breaks, behind which a line of its own would look like one of the report."""
    return " ".join(text.split())


def _cell(text: str) -> str:
    for character in "\\`*_[]<>|&":
        text = text.replace(character, "\\" + character)
    return _clean(text)


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode().translate(_NO_XML)


FORMS: Mapping[str, Callable[[SuiteReport], str]] = {
    "text": _text,
    "json": SuiteReport.to_json,
    "junit": _junit,
    "markdown": _markdown,
    "html": _html,
    "badge": _badge,
}
