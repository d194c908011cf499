"""People who do not see well, who see no colours, or who use no mouse, can use every kind of page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

Opener = Callable[..., Page]

KINDS = {
    "first page": "",
    "playground": "playground/",
    "form of the playground": "playground/record/",
    "workflow": "workflows/github/",
    "path": "paths/vendors/check/",
    "chapter": "spec/tokens/",
    "list of what can be looked up": "reference/",
    "dataset": "reference/datasets/plan/",
    "requirements": "requirements/",
    "requirement": "requirements/OTS-TOK-010/",
    "converters": "convert/",
    "commands": "reference/commands/",
    "Python": "reference/python/opentokenomics/",
    "glossary": "reference/glossary/",
    "implementations": "implementations/",
    "governance": "governance/",
}
IN_THE_DARK = ("first page", "playground", "chapter", "requirement", "dataset", "commands", "Python")
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""All that is different in the dark."""


def faults(page: Page, rules: Mapping[str, Any]) -> list[str]:
    """What axe finds, in words that lead to it."""
    found: dict[str, Any] = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]}).response
    assert found["passes"]
    return [
        f"{each['id']} ({each['help']}): {node['target'][0]} {node.get('failureSummary', '')}"
        for each in found["violations"]
        for node in each["nodes"][:3]
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(open_page: Opener, kind: str) -> None:
    page = open_page(viewport=WIDE, color_scheme="light", reduced_motion="reduce")
    page.goto(KINDS[kind])
    assert faults(page, RULES) == []


@pytest.mark.parametrize("kind", IN_THE_DARK)
def test_colours_have_contrast_in_the_dark(open_page: Opener, kind: str) -> None:
    page = open_page(viewport=WIDE, color_scheme="dark", reduced_motion="reduce")
    page.goto(KINDS[kind])
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"
    assert faults(page, COLOURS) == []


@pytest.mark.parametrize("kind", ["first page", "requirement", "dataset"])
def test_a_narrow_screen_hides_nothing(open_page: Opener, kind: str) -> None:
    page = open_page(viewport=NARROW, color_scheme="light", reduced_motion="reduce")
    page.goto(KINDS[kind])
    assert faults(page, RULES) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_the_table_of_other_specifications_is_seen_whole(open_page: Opener) -> None:
    page = open_page(viewport=WIDE, color_scheme="light", reduced_motion="reduce")
    page.goto("spec/relation/")
    page.locator("td code:has(wbr)").first.wait_for()
    hidden = page.evaluate(
        "[...document.querySelectorAll('.md-typeset__scrollwrap')].map(each => each.scrollWidth - each.clientWidth)"
    )
    assert hidden
    assert not any(hidden)


class TestKeyboard:
    def test_the_first_key_offers_to_skip_the_navigation(self, page: Page) -> None:
        page.goto(KINDS["requirement"])
        page.keyboard.press("Tab")
        expect(page.locator(".md-skip")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("#ots-tok-010$"))

    def test_tabs_are_reached_in_order_and_show_where_one_is(self, page: Page) -> None:
        page.goto(KINDS["chapter"])
        seen: list[str] = []
        for _ in range(14):
            page.keyboard.press("Tab")
            seen.append(page.evaluate("document.activeElement.textContent.trim()"))
            shown = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert shown != "none" or page.evaluate("document.activeElement.matches('input')")
        tabs = ["Home", "Start here", "Standard", "Reference", "Guides", "Conformance"]
        assert [each for each in seen if each in tabs] == tabs
        page.get_by_role("link", name="Reference", exact=True).first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Reference")

    def test_the_search_opens_finds_and_closes(self, page: Page) -> None:
        page.goto("./")
        page.keyboard.press("/")
        field = page.get_by_role("textbox", name="Search")
        expect(field).to_be_focused()
        page.keyboard.insert_text("usage_group_total")
        page.keyboard.press("End")  # the theme asks when a key is let go
        expect(page.locator(".md-search-result__meta")).to_contain_text("matching document")
        page.keyboard.press("ArrowDown")
        expect(page.locator(".md-search-result__link").first).to_be_focused()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/[a-z]+/.*[?]h="))

    def test_the_menu_of_a_narrow_screen_opens(self, open_page: Opener) -> None:
        page = open_page(viewport=NARROW, color_scheme="light", reduced_motion="reduce")
        page.goto("./")
        page.locator("label.md-header__button[for=__drawer]").click()
        expect(page.locator(".md-nav--primary").get_by_text("Reference", exact=True).first).to_be_visible()


@pytest.mark.parametrize("address", ["", "playground/", "playground/record/"])
def test_what_needs_javascript_says_so_and_is_not_there_without_it(open_page: Opener, address: str) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"./{address}")
    expect(page.locator("noscript > p")).to_contain_text("needs JavaScript")
    expect(page.locator("noscript > p")).to_be_visible()
    expect(page.locator("#playground")).to_have_count(1)
    expect(page.locator("#playground")).to_be_hidden()
