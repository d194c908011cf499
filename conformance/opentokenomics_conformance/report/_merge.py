"""Several reports on one tool as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from opentokenomics.errors import InputError
from opentokenomics_conformance._outcome import Outcome
from opentokenomics_conformance.report._model import Result, SuiteReport

_SAME_TOOL = ("name", "version", "language")
_LISTS = ("roles", "spec_versions")
_STANDINGS = ("skipped", "kept", "broken")


def merge(reports: Sequence[SuiteReport]) -> SuiteReport:
    """One report of several, such as one for each role or one for each share of the cases.

    Where several have a case, one that failed it decides, however often it passed elsewhere; only what was skipped
    gives way to any other end. The same holds of laws.

    Raises:
        InputError: They are of different tools, versions of a tool, vectors or modes, or there are none.
    """
    if not reports:
        raise InputError("reports_none", "There is no report to merge.", "Name one JSON report or more.")
    first = reports[0]
    for other in reports[1:]:
        _refuse_strangers(first, other)
    tool = dict(first.tool)
    for name in _LISTS:
        if name in tool:
            tool[name] = list(dict.fromkeys(each for report in reports for each in report.tool.get(name, ())))
    selected_from = {name: size for each in reports for name, size in each.suite.get("selected_from", {}).items()}
    return SuiteReport(
        {**first.suite, "selected_from": selected_from} if selected_from else first.suite,
        tool,
        "; ".join(dict.fromkeys(report.platform for report in reports if report.platform is not None)) or None,
        min((report.started_at for report in reports if report.started_at is not None), default=None),
        first.mode,
        _results(each for report in reports for each in report.results),
        _laws([report.laws for report in reports if report.laws is not None]),
    )


def _refuse_strangers(one: SuiteReport, other: SuiteReport) -> None:
    pairs = [
        *((name, one.tool[name], other.tool[name]) for name in _SAME_TOOL),
        *((name, one.suite[name], other.suite[name]) for name in ("version", "spec_version", "digest", "harness")),
        ("mode", one.mode, other.mode),
    ]
    for name, mine, its in pairs:
        if mine != its:
            whose = "tool" if name in _SAME_TOOL else "run" if name == "mode" else "suite"
            raise InputError(
                "reports_differ",
                f"The reports do not belong together: the {name} of the {whose} is {mine} in one and {its} in another.",
                "Merge reports of one tool in one version on the same vectors.",
            )


def _results(results: Iterable[Result]) -> list[Result]:
    kept: dict[str, Result] = {}
    for each in results:
        if each.case not in kept or _weight(each.outcome) > _weight(kept[each.case].outcome):
            kept[each.case] = each
    return [kept[name] for name in sorted(kept)]


def _weight(outcome: Outcome) -> int:
    return 0 if outcome is Outcome.SKIPPED else 1 if outcome is Outcome.PASSED else 2


def _laws(documents: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    if not documents:
        return None
    kept: dict[str, Mapping[str, Any]] = {}
    for each in (law for document in documents for law in document["laws"]):
        before = kept.get(each["law"])
        if before is None or _STANDINGS.index(each["outcome"]) > _STANDINGS.index(before["outcome"]):
            kept[each["law"]] = each
    counts = {name: sum(each["outcome"] == name for each in kept.values()) for name in _STANDINGS}
    rounds = max(document["rounds"] for document in documents)
    return {**documents[0], "rounds": rounds, "summary": {"laws": len(kept), **counts}, "laws": list(kept.values())}
