"""The search leads to what people look for, and the first page says whose it is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect


def _first_found(page: Page, words: str) -> Locator:
    page.goto("governance/")
    page.get_by_role("textbox", name="Search").click()
    page.get_by_role("textbox", name="Search").fill(words)
    page.keyboard.press("End")  # the theme asks when a key is let go
    return page.locator(".md-search-result__link").first


def test_the_playground_is_found_before_what_was_decided_about_it(page: Page) -> None:
    expect(_first_found(page, "playground")).to_have_attribute("href", re.compile(r"/playground/(?:[?#].*)?$"))


@pytest.mark.parametrize("dataset", ["usage", "statement"])
def test_a_dataset_is_found_before_what_python_says_of_it(page: Page, dataset: str) -> None:
    expect(_first_found(page, dataset)).not_to_have_attribute("href", re.compile("/python/"))


def test_the_first_page_has_the_name_once_and_a_picture_of_its_own(page: Page) -> None:
    page.goto("./")
    expect(page).to_have_title("Open Tokenomics Standard")
    expect(page.locator(".md-header__button.md-logo img")).to_have_attribute("src", "assets/logo.svg")
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", "assets/favicon.svg")
    width = page.evaluate("document.querySelector('.md-logo img').naturalWidth")
    assert width > 0
