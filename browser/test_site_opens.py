"""The site opens in a browser."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Page, expect


def test_the_first_page_says_what_it_is_and_the_search_finds_a_requirement(page: Page) -> None:
    page.goto("./")
    expect(page.get_by_role("heading", level=1)).to_contain_text("what AI costs")
    page.get_by_role("textbox", name="Search").click()
    page.get_by_role("textbox", name="Search").fill("OTS-TOK-010")
    page.keyboard.press("End")  # the theme asks when a key is let go
    page.locator(".md-search-result__link").first.click()
    expect(page).to_have_url(re.compile("/requirements/OTS-TOK-010/"))


def test_an_export_is_checked_on_the_first_page(page: Page) -> None:
    page.goto("./")
    expect(page.get_by_text("Ready.")).to_be_visible()
    export: FilePayload = {
        "name": "usage.jsonl",
        "mimeType": "text/plain",
        "buffer": b'{"spec_version": "1.0-draft"}\n',
    }
    page.locator("#pg-files").set_input_files(export)
    result = page.locator("#pg-result")
    expect(result).to_contain_text("NOT CONFORMANT", ignore_case=True)
    result.get_by_role("link", name="OTS-GEN-008").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("OTS-GEN-008")
