"""Reports as text and as JSON: for people, for programs, and against hostile input."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from rich.cells import cell_len

from opentokenomics.errors import UnsupportedError
from opentokenomics.report import (
    FORMATS,
    CheckResult,
    InputSummary,
    Look,
    Report,
    Status,
    Violation,
    redact,
    render,
    visible,
)
from opentokenomics.standard import Keyword, Profile, Requirement, documents, load

STANDARD = load()
USAGE = STANDARD.datasets["usage"]
COLUMN_NAMES = [column.name for column in USAGE.columns]
SGR = re.compile(r"\x1b\[[0-9;]*m")

HOSTILE = [
    "\x1b]0;owned\x07",
    "\x1b[2J\x1b[31m",
    "[bold red]x[/bold red]",
    "[/nothing]",
    "\u202egnirts\u202c",
    "\u2028\u2029\u200b\ufeff",
    "a\r\nb\tc\x00",
    "\ud800",
    ":smile:",
    "=cmd|' /C calc'!A0",
    "  spaces  ",
    "",
    "x" * 5000,
    "漢字" * 300,
]

texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30))


def ended(requirement: Requirement, status: Status, evaluated: int, found: int) -> CheckResult:
    if not requirement.machine_checkable:
        status, reason = Status.NOT_MACHINE_CHECKABLE, "no program can check it"
    elif status is Status.NOT_APPLICABLE:
        reason = "no record has the columns"
    elif status is Status.PASS:
        return CheckResult(requirement.id, requirement.keyword, status, evaluated, 0)
    else:
        status = Status.FAIL if requirement.keyword is Keyword.MUST else Status.WARN
        return CheckResult(requirement.id, requirement.keyword, status, max(evaluated, found), found)
    return CheckResult(requirement.id, requirement.keyword, status, 0, 0, reason)


@st.composite
def violations(draw: st.DrawFn, check: CheckResult) -> Violation:
    position = draw(st.none() | st.integers(1, 10**9))
    return Violation(
        requirement=check.requirement,
        dataset="usage",
        path=draw(texts.filter(bool)),
        row=position,
        line=draw(st.none() | st.just(position)),
        record_id=draw(st.none() | texts),
        column=draw(st.none() | st.sampled_from(COLUMN_NAMES) | texts),
        value=draw(st.none() | texts.map(lambda text: text[:200])),
        message="The value is not what it should be.",
        fix=STANDARD.requirement(check.requirement).fix,
    )


@st.composite
def reports(draw: st.DrawFn) -> Report:
    profile = draw(st.sampled_from([Profile.METERING, Profile.COST]))
    held = [each for each in STANDARD.of("usage") if each.profile.rank <= profile.rank]
    count = draw(st.integers(1, 10**9))
    broken_ids = draw(st.dictionaries(st.sampled_from([each.id for each in held]), st.integers(1, 10**6), max_size=14))
    idle = draw(st.sets(st.sampled_from([each.id for each in held]), max_size=5))
    made = tuple(
        ended(
            each,
            Status.FAIL if each.id in broken_ids else Status.NOT_APPLICABLE if each.id in idle else Status.PASS,
            count,
            broken_ids.get(each.id, 0),
        )
        for each in held
    )
    broken = [each for each in made if each.violations]
    failed = tuple(each.requirement for each in broken if each.status is Status.FAIL)
    shown = [draw(violations(each)) for each in broken for _ in range(draw(st.integers(0, min(2, each.violations))))]
    inputs = draw(
        st.lists(
            st.builds(InputSummary, st.just("usage"), texts.filter(bool), st.integers(0, 10**12)),
            min_size=1,
            max_size=12,
        )
    )
    return Report(
        spec_version=STANDARD.version,
        profile=profile,
        conformant=not failed and bool(inputs),
        achieved_profile=None if failed else profile,
        datasets=tuple(inputs),
        checks=made,
        violations=tuple(shown),
        blocking={profile: failed} if failed else {},
    )


FEW = settings(max_examples=30, deadline=None)


def published_schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(documents()["report.schema.json"])
    return schema


def judge() -> Draft202012Validator:
    return Draft202012Validator(published_schema())


class TestText:
    """The text is what a person reads first: it is complete, fits, and obeys nobody."""

    @FEW
    @given(reports(), st.integers(0, 200))
    def test_no_input_reaches_the_terminal_and_every_line_fits(self, report: Report, width: int) -> None:
        text = render(report, "text", look=Look(width))
        assert text.endswith("\n")
        for line in text[:-1].split("\n"):
            assert line.isprintable()
            assert cell_len(line) <= max(width, 30)
            assert not line.endswith(" ")

    @FEW
    @given(reports())
    def test_colours_add_nothing_but_colours(self, report: Report) -> None:
        colored = render(report, "text", look=Look(80, color=True))
        assert "\x1b[" in colored
        stripped = SGR.sub("", colored)
        assert [line.rstrip() for line in stripped.split("\n")] == render(report, "text", look=Look(80)).split("\n")

    @FEW
    @given(reports())
    def test_verdict_comes_first_and_every_broken_requirement_is_named(self, report: Report) -> None:
        text = render(report, "text", look=Look(110))
        first = text.splitlines()[0]
        assert re.search(r"\bNOT CONFORMANT\b", first) is None if report.conformant else "NOT CONFORMANT" in first
        assert f"to profile {report.profile} of standard {STANDARD.version}" in first
        failed = [each for each in report.checks if each.status is Status.FAIL]
        for each in failed if len(failed) <= 30 else ():
            assert each.requirement in text
        assert f"{len(report.checks)} of {len(report.checks)} requirements accounted for" in text

    @FEW
    @given(reports())
    def test_the_most_violated_requirement_is_the_first_to_fix(self, report: Report) -> None:
        failed = [each for each in report.checks if each.status is Status.FAIL]
        assume(failed)
        text = render(report, "text", look=Look(110))
        worst = max(each.violations for each in failed)
        head = re.search(r"^ *1  (OTS-[A-Z]{3}-\d{3})  ([\d,]+) of", text, re.MULTILINE)
        assert head is not None
        assert int(head[2].replace(",", "")) == worst
        assert head[1] in {each.requirement for each in failed if each.violations == worst}


class TestJson:
    """The JSON is what a program reads: exactly what the published schema describes."""

    @FEW
    @given(reports(), st.booleans())
    def test_every_report_is_valid_and_is_read_back_unchanged(self, report: Report, hidden: bool) -> None:  # noqa: FBT001
        read = json.loads(render(report, "json", redact=hidden))
        judge().validate(read)
        shown = redact(report) if hidden else report
        assert read == json.loads(json.dumps(shown.to_dict()))

    def test_schema_is_sound_and_strict_and_described(self) -> None:
        schema = published_schema()
        Draft202012Validator.check_schema(schema)
        for example in schema["examples"]:
            judge().validate(example)
        for part in (schema, *schema["$defs"].values()):
            assert part["description"]
            if part.get("type") == "object":
                assert part["additionalProperties"] is False
                assert part["required"] == list(part["properties"])

    @pytest.mark.parametrize(
        "change",
        [
            {"extra": 1},
            {"profile": "gold"},
            {"conformant": "yes"},
            {"conformant": True},
            {"achieved_profile": "none"},
            {"datasets": [{"dataset": "usage", "path": "a", "rows": -1}]},
            {"summary": {"executed": 1}},
            {"checks": [{"requirement": "OTS-1"}]},
            {"violations": [{"requirement": "OTS-CST-003"}]},
        ],
        ids=str,
    )
    def test_schema_refuses(self, change: dict[str, Any]) -> None:
        (example,) = published_schema()["examples"]
        assert not judge().is_valid({**example, **change})

    @pytest.mark.parametrize(
        "check",
        [
            {"status": "pass", "evaluated": 0},
            {"status": "pass", "violations": 1},
            {"status": "fail", "violations": 0},
            {"status": "fail", "violations": 1, "keyword": "SHOULD"},
            {"status": "warn", "violations": 1},
            {"status": "not_applicable", "evaluated": 0},
            {"status": "not_applicable", "reason": "none"},
            {"status": "skipped"},
        ],
        ids=str,
    )
    def test_schema_refuses_a_check_that_cannot_be(self, check: dict[str, Any]) -> None:
        (example,) = published_schema()["examples"]
        base = {"requirement": "OTS-CST-003", "keyword": "MUST", "evaluated": 5, "violations": 0, "reason": None}
        assert not judge().is_valid({**example, "checks": [{**base, **check}]})
        assert judge().is_valid({**example, "checks": [{**base, "status": "pass"}]})


class TestRedaction:
    """A redacted report can be handed to someone who may not see the data."""

    @FEW
    @given(reports())
    def test_only_what_the_input_said_goes(self, report: Report) -> None:
        hidden = redact(report)
        assert redact(hidden) == hidden
        assert replace(hidden, violations=()) == replace(report, violations=())
        for before, after in zip(report.violations, hidden.violations, strict=True):
            for name in ("value", "record_id", "column"):
                said = getattr(before, name)
                keeps = said is None or (name == "column" and said in COLUMN_NAMES)
                assert getattr(after, name) == (said if keeps else "[redacted]")
            assert {**asdict(before), "value": 0, "record_id": 0, "column": 0} == {
                **asdict(after),
                "value": 0,
                "record_id": 0,
                "column": 0,
            }

    @pytest.mark.parametrize("form", FORMATS)
    def test_no_format_lets_a_secret_through(self, form: str) -> None:
        secret = "SECRET-4711"  # noqa: S105 - a marker to look for
        check = CheckResult("OTS-GEN-007", Keyword.MUST, Status.FAIL, 9, 1)
        violation = Violation("OTS-GEN-007", "usage", "a.csv", 1, 2, secret, secret, secret, "It is unknown.", "Go.")
        report = Report(
            STANDARD.version,
            Profile.METERING,
            conformant=False,
            achieved_profile=None,
            datasets=(InputSummary("usage", "a.csv", 9),),
            checks=(check,),
            violations=(violation,),
        )
        assert secret in render(report, form)
        assert secret not in render(report, form, redact=True)


class TestFormats:
    def test_an_unknown_format_is_refused_with_those_that_exist(self) -> None:
        report = Report(STANDARD.version, Profile.COST, False, None, (), (), ())  # noqa: FBT003 - conformant
        with pytest.raises(UnsupportedError, match=r"sarif.*Use one of: text, json"):
            render(report, "sarif")

    def test_a_report_without_any_input_can_be_shown(self) -> None:
        report = Report(STANDARD.version, Profile.COST, False, None, (), (), ())  # noqa: FBT003 - conformant
        assert "no input" in render(report, "text")


class TestVisible:
    """What is not printable becomes an escape; what is printable stays as it is."""

    @given(texts)
    def test_the_result_is_printable_and_stable(self, text: str) -> None:
        shown = visible(text)
        assert shown.isprintable()
        assert visible(shown) == shown
        assert shown == text or not text.isprintable()

    @given(texts, st.integers(1, 80))
    def test_long_texts_are_cut(self, text: str, limit: int) -> None:
        shown = visible(text, limit)
        assert len(shown) <= limit
        assert shown == visible(text) or (len(shown) == limit and shown.endswith("…"))

    @pytest.mark.parametrize(
        ("text", "shown"),
        [("a\x1bb", r"a\x1bb"), ("\u202e", r"\u202e"), ("\U000e0041", r"\U000e0041"), ("é", "é"), ("\xa0", r"\xa0")],
    )
    def test_escapes(self, text: str, shown: str) -> None:
        assert visible(text) == shown
