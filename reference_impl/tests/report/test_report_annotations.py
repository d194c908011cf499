"""Annotations as a runner of GitHub reads them, and badges as shields.io does."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from reports import FEW, HOSTILE, reports, saying, texts

from opentokenomics.report import Report, Status, annotation, render
from opentokenomics.standard import Keyword

COMMAND = re.compile(r"::(error|warning|notice)(?: ([^\r\n]*?))?::([^\r\n]*)")
"""A command stands alone on its line; whatever else stands there is printed, and may be obeyed as another one."""


def read(line: str) -> tuple[str, dict[str, str], str]:
    """What the runner makes of a line: the level, the properties and the message."""
    command = COMMAND.fullmatch(line)
    assert command, line
    level, given_, message = command.groups()
    pairs = [each.split("=", 1) for each in (given_ or "").split(",") if each]
    return level, {name: unescaped(value) for name, value in pairs}, unescaped(message)


def unescaped(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


class TestAnnotations:
    """Whatever an input says, each line is one command whose place and level are those of the report."""

    @FEW
    @given(reports())
    def test_one_for_each_broken_requirement_and_one_for_the_verdict(self, report: Report) -> None:
        text = render(report, "annotations")
        assert text.endswith("\n")
        *broken, verdict = (read(line) for line in text[:-1].split("\n"))
        assert verdict[0] == "notice"
        assert verdict[2].startswith("CONFORMANT" if report.conformant else "NOT CONFORMANT")
        levels = {Keyword.MUST: "error", Keyword.SHOULD: "warning"}
        ended = {each.requirement: each for each in report.checks if each.status in {Status.FAIL, Status.WARN}}
        assert len(broken) == len(ended)
        for level, properties, _ in broken:
            check = ended[properties["title"].split(" ")[0]]
            assert level == levels[check.keyword]
            assert f"({check.violations:,} of {check.evaluated:,} " in properties["title"]

    @pytest.mark.parametrize("text", HOSTILE)
    def test_the_place_is_that_of_the_first_example(self, text: str) -> None:
        *_, (level, properties, _) = (
            read(line) for line in render(saying(text, name="a b,c:d%.csv", listed=3), "annotations").splitlines()[:-1]
        )
        assert (level, properties["file"], properties["line"]) == ("warning", "a b,c:d%.csv", "2")

    def test_what_has_no_file_names_none(self) -> None:
        for line in render(saying("x", name="-"), "annotations").splitlines():
            assert read(line)[1].keys() <= {"title"}

    @given(texts, texts)
    def test_nothing_breaks_out(self, message: str, title: str) -> None:
        level, properties, _ = read(annotation("error", message, title=title))
        assert (level, sorted(properties)) == ("error", ["title"])


class TestBadges:
    """A badge says the verdict, and nothing of an input."""

    @FEW
    @given(reports())
    def test_its_colour_is_the_verdict(self, report: Report) -> None:
        badge = json.loads(render(report, "badge"))
        assert badge.keys() == {"schemaVersion", "label", "message", "color"}
        assert badge["label"] == f"Open Tokenomics {report.spec_version}"
        assert badge["message"] == f"{report.profile}: {'' if report.conformant else 'not '}conformant"
        warned = report.summary["warned"]
        assert badge["color"] == ("red" if not report.conformant else "yellow" if warned else "brightgreen")

    @pytest.mark.parametrize("status", [Status.PASS, Status.WARN])
    def test_a_warning_is_not_as_green_as_can_be(self, status: Status) -> None:
        report = saying("x")
        checks = [each for each in report.checks if each.keyword is Keyword.SHOULD]
        only = replace(report, conformant=True, checks=tuple(replace(each, status=status) for each in checks))
        colour = json.loads(render(only, "badge"))["color"]
        assert colour == ("yellow" if status is Status.WARN else "brightgreen")

    def test_it_repeats_nothing(self) -> None:
        assert "SECRET" not in render(saying("SECRET", name="SECRET.csv"), "badge")
