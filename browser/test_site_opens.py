"""The site opens in a browser."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Page, expect
from traffic import Traffic


def test_the_first_page_says_what_it_is_and_the_search_finds_a_requirement(page: Page) -> None:
    page.goto("./")
    expect(page.get_by_role("heading", level=1)).to_contain_text("what AI costs")
    page.get_by_role("textbox", name="Search").click()
    page.get_by_role("textbox", name="Search").fill("OTS-TOK-010")
    page.keyboard.press("End")  # the theme asks when a key is let go
    page.locator(".md-search-result__link").first.click()
    expect(page).to_have_url(re.compile("/requirements/OTS-TOK-010/"))


EXPORT: FilePayload = {
    "name": "usage.jsonl",
    "mimeType": "text/plain",
    "buffer": b'{"spec_version": "1.0-draft"}\n',
}


def test_the_first_page_loads_the_playground_when_it_is_used(page: Page, traffic: Traffic) -> None:
    page.goto("./", wait_until="networkidle")
    before = [each.url for each in traffic.requests if "/playground/" in each.url]
    assert {each.rsplit("/", 1)[1] for each in before} == {"playground.css", "start.js"}
    page.locator("#pg-files").set_input_files(EXPORT)
    result = page.locator("#pg-result")
    expect(result).to_contain_text("NOT CONFORMANT")
    profile = page.get_by_label("Profile", exact=True)
    profile.select_option("cost")
    expect(result).to_contain_text("to profile cost")
    result.get_by_role("link", name="OTS-GEN-008").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("OTS-GEN-008")


def test_whatever_is_done_first_on_the_first_page_is_answered(page: Page) -> None:
    drop = """
        (text) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([text], "price.jsonl"));
          const event = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
          document.body.dispatchEvent(event);
        }"""
    page.goto("./")
    page.evaluate(drop, "{}")
    expect(page.locator("#pg-result")).to_contain_text("1 price row in price.jsonl")
    page.goto("./")
    page.locator("input[value=text]").evaluate("each => each.click()")
    expect(page.get_by_role("button", name="Check the text")).to_be_visible()
    page.goto("./")
    page.locator("#pg-text").evaluate("""each => {
        document.querySelector('input[value=text]').checked = true;
        each.value = 'record_id\\n1\\n';
        each.form.requestSubmit();
    }""")
    expect(page.locator("#pg-result")).to_contain_text("1 usage row in pasted.csv")
