"""Reports as text and as JSON: for people, for programs, and against hostile input."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from reports import FEW, STANDARD, is_known, reports, saying, texts
from rich.cells import cell_len

from opentokenomics.errors import UnsupportedError
from opentokenomics.report import (
    FORMATS,
    Look,
    Report,
    Status,
    redact,
    render,
    visible,
    visible_json,
)
from opentokenomics.standard import Profile, documents

SGR = re.compile(r"\x1b\[[0-9;]*m")


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

    @FEW
    @given(reports())
    def test_a_terminal_obeys_and_hides_nothing_of_it(self, report: Report) -> None:
        assert all(line.isprintable() for line in render(report, "json").split("\n"))

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
                keeps = said is None or (name == "column" and is_known(before.dataset, said))
                assert getattr(after, name) == (said if keeps else "[redacted]")
            assert {**asdict(before), "value": 0, "record_id": 0, "column": 0} == {
                **asdict(after),
                "value": 0,
                "record_id": 0,
                "column": 0,
            }

    @pytest.mark.parametrize("form", [*(each for each in FORMATS if each != "badge"), "notebook"])
    def test_no_format_lets_a_secret_through(self, form: str) -> None:
        report = saying("SECRET-4711", name="exports/NAME-0815.csv", listed=3)
        hidden = redact(report)._repr_html_() if form == "notebook" else render(report, form, redact=True)
        shown = report._repr_html_() if form == "notebook" else render(report, form)
        assert "SECRET-4711" in shown
        assert "SECRET-4711" not in hidden
        assert "[redacted]" in hidden.replace("\\", "")
        assert "NAME-0815" in hidden


class TestFormats:
    def test_an_unknown_format_is_refused_with_those_that_exist(self) -> None:
        report = Report(STANDARD.version, Profile.COST, False, None, (), (), ())  # noqa: FBT003 - conformant
        with pytest.raises(UnsupportedError, match=r"pdf.*Use one of: text, json, junit, sarif, markdown, html"):
            render(report, "pdf")

    def test_a_report_without_any_input_can_be_shown(self) -> None:
        report = Report(STANDARD.version, Profile.COST, False, None, (), (), ())  # noqa: FBT003 - conformant
        assert "no input" in render(report, "text")
        for form in FORMATS:
            assert render(report, form).endswith("\n")


class TestVisibleJson:
    """JSON that shows everything that is in it, and is read as what it was made of."""

    @given(texts)
    def test_the_result_is_printable_and_read_back_unchanged(self, text: str) -> None:
        shown = visible_json({text: [text, 1]})
        assert all(line.isprintable() for line in shown.split("\n"))
        assert json.loads(shown) == {text: [text, 1]}

    def test_what_is_printable_stays(self) -> None:
        assert visible_json("é記\x9b\u202e\U000e0041") == r'"é記\u009b\u202e\udb40\udc41"' + "\n"


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
