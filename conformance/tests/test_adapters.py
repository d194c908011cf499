"""Validators of schemas see shape and nothing else, and the pages on them say what their reports say."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import ModuleType

import pytest
from checkout import CHECKOUT

from opentokenomics.standard import Schema, load
from opentokenomics_conformance import Outcome, Plan, Result, Role, Suite, SuiteReport, load_suite, run_suite

ADAPTERS = CHECKOUT / "conformance" / "adapters"
needs_checkout = pytest.mark.skipif(not ADAPTERS.is_dir(), reason="needs a checkout")
pytestmark = needs_checkout


@cache
def _whole() -> Suite:
    return load_suite()


def _is_of_shape(requirement: str) -> bool:
    return isinstance(load().requirement(requirement).check, Schema)


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    sys.path.insert(0, str(CHECKOUT / "tools"))
    module: ModuleType = pytest.importorskip("conformance_reports", reason="needs the tools of a checkout")
    return module


class TestAdapters:
    """A case passes where shape decides it, however the requirement is called."""

    @pytest.mark.parametrize("name", ["with_jsonschema", "with_jsonschema_rs"])
    def test_what_breaks_shape_is_rejected_for_that(self, name: str) -> None:
        few = [case for case in _whole().of([Role.VALIDATOR], "plan").cases if "records" in case.input]
        chosen = replace(_whole(), cases=few)
        report = run_suite(chosen, Plan((sys.executable, str(ADAPTERS / f"{name}.py"))))
        outcomes = {each.case: each.outcome for each in report.results}
        broken = {
            case.id: {each["requirement"] for each in case.expected["violations"]}
            for case in few
            if case.expected["violations"]
        }
        assert any(all(map(_is_of_shape, of)) for of in broken.values())
        for case, requirements in broken.items():
            assert (outcomes[case] is Outcome.PASSED) is all(map(_is_of_shape, requirements)), case
        for case in outcomes.keys() - broken.keys():
            assert outcomes[case] is Outcome.PASSED


class TestKeptReports:
    """What is kept is what the pages of the site are made of."""

    def _outcomes(self, tool: ModuleType, name: str) -> Mapping[str, Outcome]:
        return {each.case: each.outcome for each in tool.reports()[name].results}

    def test_every_tool_of_this_checkout_has_one(self, tool: ModuleType) -> None:
        assert set(tool.OWN) <= set(tool.reports())
        for report in tool.reports().values():
            assert (report.platform, report.started_at) == (None, None) or report.tool["name"] not in tool.OWN

    def test_they_are_kept_as_they_are_written(self, tool: ModuleType) -> None:
        for name in tool.OWN:
            assert tool.text_of(tool.reports()[name]) == (tool.REPORTS / f"{name}.json").read_text("utf-8")

    def test_validators_of_schemas_differ_in_little(self, tool: ModuleType) -> None:
        """A line break at the end of a text, which a dollar sign lets through, and what JSON of numbers is."""
        python, rust, ajv = (self._outcomes(tool, name) for name in ("jsonschema", "jsonschema-rs", "ajv"))
        assert python.keys() == rust.keys() == ajv.keys()
        assert {case for case in python if python[case] is not rust[case]} <= {"decimal-line-break"}
        assert len({case for case in rust if rust[case] is not ajv[case]}) < 5

    def test_stale_is_said(self, tool: ModuleType) -> None:
        other = replace(_whole(), digest="0" * 64)
        assert len(list(tool.stale(other))) == len(tool.OWN)

    def test_a_report_on_some_cases_is_refused(self, tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        """Beside others it would look like a score on all of them."""
        assert not [*tool.partial(_whole())]
        found = dict(tool.reports())
        found["ajv"] = replace(found["ajv"], results=found["ajv"].results[:-1])
        monkeypatch.setattr(tool, "reports", lambda: found)
        (fault,) = tool.partial(_whole())
        assert f"/ajv.json is on {len(found['ajv'].results)} cases of the validator only" in fault


class TestPages:
    """Counts are shown, shares are rounded down, and what was skipped has not passed."""

    def _result(self, number: int, outcome: Outcome) -> Result:
        return Result(
            f"case-{number}", "validator", "usage", "A case.", (f"R-{number}",), (), (f"R-{number}",), outcome
        )

    def _page(self, digest: str, *outcomes: Outcome) -> str:
        site = pytest.importorskip("site_reports", reason="needs the docs extra")
        results = [self._result(number, outcome) for number, outcome in enumerate(outcomes)]
        facts = {"name": "My tool", "version": "1|2", "language": "Go"}
        suite = {"version": "1.0", "spec_version": "1.0-next", "digest": digest}
        report = SuiteReport(suite, facts, None, None, "protocol", results)
        return str(site.implementations({"mine": report}, _whole()))

    @pytest.mark.usefixtures("tool")
    def test_a_share_is_rounded_down_and_skipped_is_not_passed(self) -> None:
        page = self._page(_whole().digest, *[Outcome.PASSED] * 199, Outcome.SKIPPED)
        assert "| [My tool](#tool-my-tool) | 1\\|2 | validator | 199 | 200 | 199 | 200 | 99 % | of today |" in page
        assert "200 cases: 199 passed, 1 skipped." in page
        assert f"Vectors of version 1.0-next, digest `{_whole().digest}`." in page
        assert "stale" not in page

    @pytest.mark.usefixtures("tool")
    def test_a_report_on_other_vectors_is_called_stale(self) -> None:
        page = self._page("0" * 64, Outcome.PASSED)
        assert "| 100 % | older |" in page
        assert f"**This report is stale**: it is on the vectors with the digest `{'0' * 64}`" in page

    def test_the_page_on_shape_counts_what_the_reports_say(self, tool: ModuleType) -> None:
        site = pytest.importorskip("site_reports", reason="needs the docs extra")
        found = {name: tool.reports()[name] for name in site.SHAPE_ALONE}
        page = site.shape(found, _whole())
        shapes = sum(isinstance(each.check, Schema) for each in load().requirements)
        assert (
            f"| [`schema`](spec/rules.md#schema) | {shapes} | {shapes} seen | {shapes} seen | {shapes} seen |" in page
        )
        assert "| [`row`](spec/rules.md#row) | " in page
        assert page.count("| 0 seen | 0 seen | 0 seen |") > 5
