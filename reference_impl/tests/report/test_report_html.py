"""HTML reports, read by a strict HTML5 parser and, where there is one, by a browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from justhtml import JustHTML
from pages import attribute, elements, parsed, text_of
from reports import FEW, HOSTILE, STANDARD, reports, saying

from opentokenomics.report import InputSummary, Report, Status, render
from opentokenomics.standard import Profile

PAGE = "https://opentokenomics.org/requirements/"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


def said(document: JustHTML) -> str:
    """The text of the page, without style and script."""
    return text_of(document, without=("style", "script"))


class TestSafety:
    """The page loads nothing, runs nothing but its own script, and shows text as text."""

    @FEW
    @given(reports())
    def test_every_page_is_sound_and_leads_only_to_the_standard(self, report: Report) -> None:
        found = list(elements(parsed(render(report, "html"))))
        assert [each.name for each in found if each.name in {"script", "style", "link"}] == ["link", "style", "script"]
        for each in found:
            assert not [name for name in each.attrs if name.startswith("on") or name in {"src", "style", "srcdoc"}]
            target = attribute(each, "href")
            own = target.startswith(PAGE) or target == "https://opentokenomics.org/"
            assert own if each.name == "a" else not target or target.startswith("data:image/svg+xml,")

    @pytest.mark.parametrize("text", HOSTILE)
    def test_a_hostile_text_adds_nothing_but_text(self, text: str) -> None:
        names = [each.name for each in elements(parsed(render(saying(text, name=f"{text}.csv"), "html")))]
        assert names == [each.name for each in elements(parsed(render(saying("x", name="x.csv"), "html")))]
        fragment = saying(text, name=f"{text}.csv")._repr_html_()
        plain = saying("x", name="x.csv")._repr_html_()
        tags = [each.name for each in elements(parsed(fragment, fragment=True))]
        assert tags == [each.name for each in elements(parsed(plain, fragment=True))]

    def test_markup_in_a_sentence_is_text_and_its_code_is_code(self) -> None:
        report = saying("x")
        told = tuple(replace(each, message="<b> `a<i>`", fix="<u> `c`") for each in report.violations)
        found = list(elements(parsed(render(replace(report, violations=told), "html"))))
        assert not {"b", "i", "u"} & {each.name for each in found if each.to_text() != "Fix"}
        assert {"a<i>", "c"} <= {each.to_text() for each in found if each.name == "code"}

    def test_markup_is_shown_as_it_was_written(self) -> None:
        text = said(parsed(render(saying("<b>&amp;</b>", name="<i>.csv"), "html")))
        assert "<b>&amp;</b>" in text
        assert "<i>.csv" in text

    def test_direction_and_invisible_marks_are_shown_as_escapes(self) -> None:
        html = render(saying("\u202egnirts\u200b"), "html")
        assert r"\u202egnirts\u200b" in html
        assert all(line.isprintable() for line in html.split("\n"))

    def test_policy_allows_exactly_the_style_and_the_script_of_the_page(self) -> None:
        document = parsed(render(saying("x"), "html"))
        policy = next(attribute(each, "content") for each in elements(document) if "http-equiv" in each.attrs)
        rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
        assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
        for name in ("style", "script"):
            (block,) = (each for each in elements(document) if each.name == name)
            text = block.to_text(separator="", strip=False)
            assert rules[f"{name}-src"] == f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


class TestContent:
    @FEW
    @given(reports())
    def test_verdict_is_the_first_heading_and_the_title(self, report: Report) -> None:
        document = parsed(render(report, "html"))
        verdict = "Conformant" if report.conformant else "Not conformant"
        first = next(each for each in elements(document) if each.name == "h1")
        title = next(each for each in elements(document) if each.name == "title")
        assert first.to_text() == verdict
        assert title.to_text() == f"{verdict} to profile {report.profile}"

    @FEW
    @given(reports())
    def test_every_requirement_and_total_is_there(self, report: Report) -> None:
        text = said(parsed(render(report, "html")))
        for check in report.checks:
            assert check.requirement in text
            if check.status in {Status.FAIL, Status.WARN}:
                assert f"{check.violations:,} of {check.evaluated:,} " in text
            if check.reason:
                assert f"Not judged: {check.reason}" in text

    def test_sortable_columns_have_keys_where_their_text_does_not_sort(self) -> None:
        document = parsed(render(saying("x", listed=3, total=412_000), "html"))
        cells = [
            each for each in elements(document) if each.name == "td" and "figure" in (each.attrs.get("class") or "")
        ]
        assert cells
        for cell in cells:
            assert attribute(cell, "data-value") == cell.to_text().replace(",", "")

    def test_many_violations_keep_the_page_small_and_the_totals_exact(self) -> None:
        html = render(saying("x" * 200, listed=5000, total=100_000), "html")
        assert len(html) < 1_000_000
        assert "1,000 of 200,000 are listed" in html
        assert html.count("and 99,997 more") == 2

    def test_inputs_of_several_datasets_are_told_apart(self) -> None:
        report = saying("x", name="price.csv")
        several = replace(report, datasets=(InputSummary("usage", "price.csv", 5), InputSummary("price", "b.csv", 7)))
        text = said(parsed(render(several, "html")))
        assert "usage price.csv:2" in text
        assert "b.csv" in text


class TestNotebook:
    """What a notebook shows needs no style sheet and no script."""

    @FEW
    @given(reports())
    def test_verdict_and_what_to_fix_first(self, report: Report) -> None:
        document = parsed(report._repr_html_(), fragment=True)
        first = next(each for each in elements(document) if each.name == "strong")
        assert first.to_text() == ("CONFORMANT" if report.conformant else "NOT CONFORMANT")
        text = said(document)
        broken = [check for check in report.checks if check.status in {Status.FAIL, Status.WARN}]
        assert all(f"{check.violations:,} of " in text for check in broken if len(broken) <= 20)
        assert not [each for each in elements(document) if each.name in {"script", "style", "link", "img"}]

    def test_it_stays_short(self) -> None:
        report = saying("x" * 200)
        musts = [each for each in STANDARD.of("usage") if each.keyword == "MUST" and each.machine_checkable]
        many = replace(report, checks=tuple(replace(report.checks[0], requirement=each.id) for each in musts))
        assert f"and {len(musts) - 20} more requirements" in many._repr_html_()


def shown(report: Report, script: str, folder: Path) -> str:
    """What a script of a page says that holds a report in a frame, once the report is loaded."""
    (folder / "report.html").write_text(render(report, "html"), "utf-8")
    loaded = f'const frame = document.querySelector("iframe"); frame.addEventListener("load", () => {{ {script} }});'
    outer = f'<output></output><iframe width="320" src="report.html"></iframe><script>{loaded}</script>'
    (folder / "outer.html").write_text(outer, "utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--dump-dom"]
    assert CHROMIUM is not None
    profile = f"--user-data-dir={folder / 'profile'}"
    command = [CHROMIUM, *options, profile, "--virtual-time-budget=5000", (folder / "outer.html").as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = re.search(r"<output>(.*?)</output>", done.stdout)
    assert told is not None
    return told[1]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
class TestSorting:
    """The script sorts: figures by size, the largest first, and texts by name; the keyboard reaches it."""

    CLICKS = """
        const page = frame.contentDocument;
        const table = page.querySelector("table[aria-labelledby=violations]");
        const column = (index) => [...table.tBodies[0].rows].map((row) => row.cells[index].textContent).join(" ");
        const told = [];
        for (const index of [3, 3, 0]) {
          const button = table.tHead.rows[0].cells[index].querySelector("button");
          button.focus();
          if (page.activeElement !== button) told.push("no focus");
          button.click();
          told.push(`${button.parentNode.getAttribute("aria-sort")}: ${column(index)}`);
        }
        document.querySelector("output").textContent = told.join("; ");
    """

    def test_clicks_sort(self, tmp_path: Path) -> None:
        report = saying("x", listed=3)
        lines = [9, 1000, None, 200, 30, 4]
        examples = zip(report.violations, lines, strict=True)
        mixed = replace(report, violations=tuple(replace(each, line=line) for each, line in examples))
        down, up, by_name = shown(mixed, self.CLICKS, tmp_path).split("; ")
        assert down == "descending: 1,000 200 30 9 4 "
        assert up == "ascending: 4 9 30 200 1,000 "
        assert by_name == f"ascending: {' '.join(['OTS-GEN-003'] * 3 + ['OTS-GEN-007'] * 3)}"


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
class TestNarrow:
    """In a window of 320 pixels nothing sticks out, and an identifier stays on one line."""

    LOOK = r"""
        const page = frame.contentDocument;
        const parts = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
        let seen = 0, broken = 0;
        while (parts.nextNode()) {
          for (const found of parts.currentNode.data.matchAll(/OTS-[A-Z]{3}-[0-9]{3}/g)) {
            const range = page.createRange();
            range.setStart(parts.currentNode, found.index);
            range.setEnd(parts.currentNode, found.index + found[0].length);
            seen += 1;
            broken += new Set([...range.getClientRects()].map((each) => each.top)).size > 1;
          }
        }
        const wide = page.documentElement.scrollWidth > page.documentElement.clientWidth;
        document.querySelector("output").textContent = `${seen} ${broken} ${wide}`;
    """

    def test_identifiers_stay_whole(self, tmp_path: Path) -> None:
        report = saying("x" * 60)
        every = tuple(each.id for each in STANDARD.of("usage"))[::2]
        checks = tuple(
            replace(each, status=Status.NOT_APPLICABLE, violations=0, evaluated=0, reason=f"see also {every[place]}")
            if place
            else each
            for place, each in enumerate(report.checks * 3)
        )
        narrow = replace(report, checks=checks, blocking={Profile.COST: every})
        seen, broken, is_wide = shown(narrow, self.LOOK, tmp_path).split()
        assert int(seen) > 10
        assert (broken, is_wide) == ("0", "false")
