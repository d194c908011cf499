"""Markdown reports, rendered by GitHub's own parser and by another one, and searched for what must not come alive."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import cmarkgfm
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pages import attribute, elements, parsed, text_of
from reports import FEW, HOSTILE, STANDARD, reports, saying, texts

from opentokenomics.report import InputSummary, Report, Status, cell, render, visible
from opentokenomics.report._markdown import LIMIT, code, prose

INERT = {"a", "blockquote", "code", "details", "em", "h2", "h3", "li", "p", "strong", "summary", "ul"}
LINKED = ["@everyone", "#123", "GH-1", "http://evil", "www.evil"]
ALIVE = [*LINKED, "alert(1)", "onerror", "<"]


def github(text: str) -> str:
    """GitHub's parser with its extensions; HTML is let through, as GitHub does before it cleans."""
    return str(cmarkgfm.github_flavored_markdown_to_html(text, cmarkgfm.Options.CMARK_OPT_UNSAFE))


def markdown_it(text: str) -> str:
    """Another parser of CommonMark, with tables."""
    return str(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text))


PARSERS = [github, markdown_it]


def outside_code(html: str) -> str:
    """The text that is not in a code span, where a code host looks for mentions and links."""
    return text_of(parsed(html, fragment=True), without=("code",))


def in_code(html: str) -> set[str]:
    """The contents of code spans."""
    found = (each for each in elements(parsed(html, fragment=True)) if each.name == "code")
    return {each.to_text(separator="", strip=False) for each in found}


def names(html: str) -> set[str]:
    """The elements that there are."""
    return {each.name for each in elements(parsed(html, fragment=True))}


@pytest.mark.parametrize("parse", PARSERS)
class TestHostile:
    """What an input said stands in code spans, and nowhere else."""

    @FEW
    @given(report=reports())
    def test_only_harmless_elements_and_links_to_the_standard(
        self, parse: Callable[[str], str], report: Report
    ) -> None:
        html = parse(render(report, "markdown"))
        assert names(html) <= INERT
        links = [attribute(each, "href") for each in elements(parsed(html, fragment=True)) if each.name == "a"]
        assert all(link.startswith("https://opentokenomics.org/requirements/OTS-") for link in links)
        outside = outside_code(html)
        assert not [word for word in ALIVE if word in outside]

    @pytest.mark.parametrize("text", HOSTILE)
    def test_each_text_shows_up_in_code_only(self, parse: Callable[[str], str], text: str) -> None:
        said = f"Qx{text}xQ"
        html = parse(render(saying(said, name=f"{said}.csv"), "markdown"))
        assert not re.search(r"Qx|xQ", outside_code(html))
        assert any(span.startswith("Qx") for span in in_code(html))

    @given(text=st.text(alphabet="`\\|*_<>[]()#@!~&; \n\ta1", min_size=1, max_size=30))
    @FEW
    def test_a_code_span_holds_what_it_was_given(self, parse: Callable[[str], str], text: str) -> None:
        spans = in_code(parse(f"- before {code(f'a{text}b')} after"))
        assert spans == {f"a{text}b".replace("\n", "\\x0a").replace("\t", "\\x09")}

    @given(text=st.text(alphabet="`\\|*_<>[]()#@!~&; a1", min_size=1, max_size=30))
    @FEW
    def test_prose_with_anything_in_it_stays_prose(self, parse: Callable[[str], str], text: str) -> None:
        html = parse(f"Fix: {prose(text)}")
        assert names(html) <= {"p", "code", "em", "strong", "del"}
        assert "@" not in outside_code(html)
        assert "#" not in outside_code(html)


class TestLength:
    """It always fits a comment, and says what it has no room for."""

    @FEW
    @given(reports(), texts, st.integers(1, 2000))
    def test_it_never_exceeds_the_limit(self, report: Report, name: str, times: int) -> None:
        long = tuple(replace(each, path=(name or "x") * times, record_id="😀" * 500) for each in report.violations)
        text = render(replace(report, violations=long), "markdown")
        assert len(text.encode()) <= LIMIT
        assert text.endswith("\n")

    def test_what_has_no_room_is_counted(self) -> None:
        name = "😀" * 300
        report = saying("😀" * 200, name=name, listed=5, total=100_000)
        musts = [each for each in STANDARD.of("usage") if each.keyword == "MUST" and each.machine_checkable]
        check, violation = report.checks[0], report.violations[0]
        many = replace(
            report,
            datasets=(InputSummary("usage", name, 1),) * 5000,
            checks=tuple(replace(check, requirement=each.id) for each in musts),
            violations=tuple(replace(violation, requirement=each.id) for each in musts for _ in range(5)),
        )
        text = render(many, "markdown")
        assert LIMIT * 0.8 < len(text.encode()) <= LIMIT
        listed = len(re.findall(r"^\*\*\d+\.\*\*", text, re.MULTILINE))
        left = re.search(r"and (\d+) more for which there is no room", text)
        assert listed + (int(left[1]) if left else 0) == len(musts)
        assert "- 4,990 rows in 4,990 more inputs" in text

    def test_examples_are_bounded_and_totals_exact(self) -> None:
        text = render(saying("x", listed=1000, total=100_000), "markdown")
        assert text.count("· `x` = `x`") == 10
        assert text.count("- and 99,995 more") == 2
        assert "100,000 of 100,000 values" in text or "100,000 of 9,000 values" in text


class TestContent:
    @FEW
    @given(reports())
    def test_verdict_first_and_every_broken_requirement_named(self, report: Report) -> None:
        mark, heading, *_ = render(report, "markdown").splitlines()
        assert mark == "<!-- opentokenomics-report -->"
        verdict = "✅ Conformant" if report.conformant else "❌ Not conformant"
        assert heading == f"## {verdict} to profile {report.profile}"
        text = render(report, "markdown")
        for check in report.checks:
            if check.status in {Status.FAIL, Status.WARN}:
                assert f"{check.requirement}](" in text
                assert f"{check.violations:,} of {check.evaluated:,} " in text

    def test_a_finding_reads_well(self) -> None:
        text = render(saying("3.14", name="exports/a.csv", listed=1), "markdown")
        assert (
            "**1.** [OTS-GEN-007](https://opentokenomics.org/requirements/OTS-GEN-007/) · 412 of 9,000 values · `3.14`"
            in text
        )
        assert "- `exports/a.csv:2` · `3.14` = `3.14` · It is wrong.\n- and 411 more\n\nFix: Mend it.\n" in text
        assert "<summary>Warnings: 1 recommendation not followed</summary>" in text
        assert "<summary>Not judged: 1 not applicable, 1 not machine-checkable</summary>" in text

    def test_places_name_the_dataset_where_there_are_several(self) -> None:
        report = saying("x", name="price.csv")
        several = replace(report, datasets=(*report.datasets, InputSummary("price", "price.csv", 3)))
        assert "`usage price.csv:2`" in render(several, "markdown")

    def test_no_sentence_of_the_catalogue_has_to_become_code(self) -> None:
        for each in STANDARD.requirements:
            for sentence in (each.statement, each.fix):
                assert prose(sentence) == sentence


@pytest.mark.parametrize("parse", PARSERS)
class TestCells:
    """What an input said stays in its cell, and is text or code."""

    @given(
        row=st.lists(
            st.text(st.sampled_from("ab-_*|\\`<>[]()!@#&;$~:/.+=\n ")) | st.sampled_from([*HOSTILE, *ALIVE]),
            min_size=1,
            max_size=3,
        )
    )
    def test_a_row_of_a_table(self, parse: Callable[[str], str], row: list[str]) -> None:
        lines = [f"|{'h |' * len(row)}", f"|{' --- |' * len(row)}", f"| {' | '.join(map(cell, row))} |"]
        html = parse("\n".join(lines))
        found = [each for each in elements(parsed(html, fragment=True)) if each.name == "td"]
        assert [each.to_text(separator="", strip=False).strip() for each in found] == [
            visible(each).strip() for each in row
        ]
        assert names(html) <= {"table", "thead", "tbody", "tr", "th", "td", "code"}
        assert not [each for each in LINKED if each in outside_code(html)]

    def test_plain_names_stay_as_they_are(self, parse: Callable[[str], str]) -> None:
        plain = ["gpt-5.1", "claude_sonnet_4", "research (EU)", "a/b", "-12.5", "2 records have a price."]
        assert [cell(each) for each in plain] == plain
        assert names(parse(" ".join(plain))) == {"p"}
