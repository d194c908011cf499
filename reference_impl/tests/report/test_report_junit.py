"""JUnit reports, read by a parser that CI tools use."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from junitparser import Failure, JUnitXml, Skipped, TestCase
from reports import FEW, STANDARD, reports, saying

from opentokenomics.report import Report, Status, render

COUNTS = {"name", "time", "tests", "failures", "errors"}
ALLOWED = {
    "testsuites": (COUNTS, {"testsuite"}),
    "testsuite": (COUNTS | {"skipped"}, {"properties", "testcase"}),
    "properties": (set[str](), {"property"}),
    "property": ({"name", "value"}, set[str]()),
    "testcase": ({"name", "time", "classname"}, {"failure", "skipped", "system-out"}),
    "failure": ({"type", "message"}, set[str]()),
    "skipped": ({"message"}, set[str]()),
    "system-out": (set[str](), set[str]()),
}
"""The attributes and children that the schema of Jenkins' xUnit plugin knows, of the elements in use."""


def read(report: Report) -> tuple[JUnitXml, dict[str, TestCase]]:
    """What the parser makes of it: all of it, and its test cases by requirement."""
    document = JUnitXml.fromstring(render(report, "junit").encode())
    return document, {case.name.split()[0]: case for suite in document for case in suite}


class TestCounts:
    """A CI server counts what the report counts."""

    @FEW
    @given(reports())
    def test_every_requirement_is_one_test_with_its_end(self, report: Report) -> None:
        document, cases = read(report)
        ends = Counter(check.status for check in report.checks)
        skipped = ends[Status.NOT_APPLICABLE] + ends[Status.NOT_MACHINE_CHECKABLE]
        assert (document.tests, document.failures, document.errors) == (len(report.checks), ends[Status.FAIL], 0)
        assert sum(suite.skipped for suite in document) == skipped
        assert list(cases) == [
            check.requirement
            for dataset in dict.fromkeys(STANDARD.requirement(each.requirement).dataset for each in report.checks)
            for check in report.checks
            if STANDARD.requirement(check.requirement).dataset == dataset
        ]
        for check in report.checks:
            kinds = [type(result) for result in cases[check.requirement].result]
            if check.status is Status.FAIL:
                assert kinds == [Failure]
                assert f"{check.violations:,} of {check.evaluated:,} " in cases[check.requirement].result[0].message
            elif check.status in {Status.NOT_APPLICABLE, Status.NOT_MACHINE_CHECKABLE}:
                assert kinds == [Skipped]
                assert check.reason is not None
                assert cases[check.requirement].result[0].message.endswith(check.reason)
            else:
                assert kinds == []
                assert f" of {check.evaluated:,} " in cases[check.requirement].system_out

    @FEW
    @given(reports())
    def test_totals_of_suites_add_up(self, report: Report) -> None:
        document, _ = read(report)
        for count in ("tests", "failures", "errors"):
            assert sum(getattr(suite, count) for suite in document) == getattr(document, count)
        for suite in document:
            stated = suite.tests, suite.failures, suite.skipped
            suite.update_statistics()
            assert (suite.tests, suite.failures, suite.skipped) == stated

    @FEW
    @given(reports())
    def test_no_element_has_what_the_strictest_schema_does_not_know(self, report: Report) -> None:
        for element in ET.fromstring(render(report, "junit")).iter():  # noqa: S314 - our own
            attributes, children = ALLOWED[element.tag]
            assert set(element.attrib) <= attributes
            assert {child.tag for child in element} <= children


class TestContent:
    def test_a_failure_tells_place_value_rest_and_remedy(self) -> None:
        _, cases = read(saying("3.14", name="exports/a.csv", listed=2, total=412))
        case = cases["OTS-GEN-007"]
        assert case.classname == "opentokenomics.every_dataset.GEN"
        (failure,) = case.result
        assert (failure.type, failure.message) == ("MUST", "412 of 9,000 values: 3.14")
        assert failure.text.splitlines() == [
            STANDARD.requirement("OTS-GEN-007").statement,
            "",
            "exports/a.csv:2 (row 1, record 3.14)  3.14 = 3.14  It is wrong.",
            "exports/a.csv:3 (row 2, record 3.14)  3.14 = 3.14  It is wrong.",
            "and 410 more",
            "",
            "Fix: Mend it.",
            "https://opentokenomics.org/requirements/OTS-GEN-007/",
        ]

    def test_a_warning_passes_and_is_told_all_the_same(self) -> None:
        _, cases = read(saying("3.14", total=412))
        case = cases["OTS-GEN-003"]
        assert case.is_passed
        assert case.system_out.startswith("Warning: 412 of 9,000 files: 3.14\n")

    def test_verdict_profile_and_inputs_are_properties_of_each_suite(self) -> None:
        document, _ = read(saying("x", name="exports/a.csv"))
        for suite in document:
            assert {each.name: each.value for each in suite.properties()} == {
                "spec_version": STANDARD.version,
                "profile": "cost",
                "conformant": "false",
                "achieved_profile": "none",
                "input.usage": "exports/a.csv: 9,000 rows",
            }

    def test_many_examples_are_bounded_and_the_total_is_exact(self) -> None:
        text = render(saying("x" * 200, listed=1000, total=100_000), "junit")
        assert len(text) < 60_000
        assert "and 99,900 more" in text


class TestHostile:
    @pytest.mark.parametrize("text", ["]]>", "<failure/>", "&#0;", "\x00\x0b\ufffe\uffff\ud800", '"><x y="', "a\r\nb"])
    def test_nothing_leaves_its_place(self, text: str) -> None:
        report = saying(text, name=f"{text}.csv")
        elements = Counter(each.tag for each in ET.fromstring(render(report, "junit")).iter())  # noqa: S314 - our own
        assert elements == Counter(each.tag for each in ET.fromstring(render(saying("x"), "junit")).iter())  # noqa: S314
