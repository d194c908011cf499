"""A site that changes or cannot be reached: a verdict is that of one build, or the page says why it has none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playground import Playground, lines
from playwright.sync_api import Browser, Page, expect
from unsteady import Unsteady, serving

LOGIN = (200, "text/html; charset=utf-8", b"<!doctype html><title>Wifi</title><h1>Log in to our wifi</h1>")
GONE = (404, "text/plain", b"gone")
BUSY = (503, "text/html", b"<h1>Busy</h1>")
UNLOADED = re.compile(r"^The (playground|validator) cannot be loaded\. Reload the page when there is a network\.$")


@pytest.fixture
def unsteady(site_folder: Path, tmp_path: Path) -> Iterator[Unsteady]:
    with serving(Unsteady(site_folder, tmp_path)) as served:
        yield served


@pytest.fixture
def visitor(browser: Browser, unsteady: Unsteady) -> Iterator[Page]:
    """A page that may complain of what is not there."""
    context = browser.new_context(base_url=unsteady.url)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def _kept(page: Page) -> Playground:
    """The playground once all of it is kept, so that what follows is asked for through the service worker."""
    return Playground(page, kept=True).open()


def _fewer(text: str) -> str:
    """The standard without its requirements on statements."""
    standard = json.loads(text)
    catalogue = standard["catalogue"]
    catalogue["requirements"] = [each for each in catalogue["requirements"] if not each["id"].startswith("OTS-STM")]
    return json.dumps(standard)


def _number(page: Page) -> int:
    text = page.locator("#pg-ready").inner_text()
    return int(re.findall(r"Ready\. (\d+) requirements", text)[0])


class TestNews:
    def test_new_rules_judge_as_soon_as_they_are_published(self, visitor: Page, unsteady: Unsteady) -> None:
        playground = _kept(visitor)
        before = _number(visitor)
        unsteady.change("data/standard.json", _fewer)
        unsteady.change("index.html", lambda text: text.replace("Check an export", "Check exports"))
        visitor.goto("about:blank")
        playground.open()
        assert 0 < _number(visitor) < before
        expect(visitor.get_by_role("heading", level=1)).to_contain_text("Check exports")
        visitor.context.set_offline(True)
        playground.open()
        assert 0 < _number(visitor) < before

    def test_rules_and_shapes_of_two_builds_give_no_verdict(self, visitor: Page, unsteady: Unsteady) -> None:
        unsteady.change("data/standard.json", lambda text: re.sub('"digest":"....', '"digest":"0000', text))
        visitor.goto("playground/")
        message = visitor.locator(".pg-message")
        expect(message).to_have_text(re.compile("^The site has just changed, and the parts .* Reload the page"))
        visitor.get_by_label("Choose files").set_input_files(
            {"name": "usage.jsonl", "mimeType": "", "buffer": lines({})}
        )
        expect(message).to_have_text(re.compile("^The site has just changed"))
        expect(visitor.get_by_text("CONFORMANT")).to_have_count(0)


class TestLoginPages:
    def test_what_was_kept_stays_and_judges(self, visitor: Page, unsteady: Unsteady) -> None:
        playground = _kept(visitor)
        for answer in (LOGIN, BUSY):
            unsteady.answer("/playground/.*[.](js|json|css)$", answer)
            playground.open()
            playground.choose(("usage.jsonl", lines({})))
            playground.expect_verdict("CONFORMANT")
            unsteady.instead.clear()
        unsteady.answer(".", LOGIN)
        visitor.goto("playground/")
        expect(visitor.get_by_role("heading", level=1)).to_have_text("Log in to our wifi")
        unsteady.instead.clear()
        unsteady.answer(".", BUSY)
        playground.open()
        playground.choose(("usage.jsonl", lines({})))
        playground.expect_verdict("CONFORMANT")


class TestMissingParts:
    @pytest.mark.parametrize("path", ["check.js", "report.js", "worker.js", "validators.js", "standard.json"])
    def test_a_page_without_a_part_says_so(self, visitor: Page, unsteady: Unsteady, path: str) -> None:
        unsteady.answer(f"/{path}$", GONE)
        visitor.goto("playground/")
        expect(visitor.locator(".pg-message")).to_have_text(UNLOADED)
        expect(visitor.get_by_text("Loading the validator")).to_have_count(0)
        if path != "check.js":
            visitor.goto("playground/record/")
            expect(visitor.locator("#pg-verdict")).to_have_text(UNLOADED)

    def test_a_module_of_another_build_is_one_that_is_missing(self, visitor: Page, unsteady: Unsteady) -> None:
        unsteady.change("dom.js", lambda text: text.replace("function element(", "function elements("))
        for path, place in (("playground/", ".pg-message"), ("playground/record/", "#pg-verdict")):
            visitor.goto(path)
            expect(visitor.locator(place)).to_have_text(UNLOADED)

    def test_without_the_examples_files_are_checked(self, visitor: Page, unsteady: Unsteady) -> None:
        unsteady.answer("/examples[.]json$", GONE)
        playground = Playground(visitor).open()
        playground.way("Example")
        expect(visitor.locator("#pg-story")).to_have_text(
            "The examples cannot be loaded. Reload the page when there is a network."
        )
        expect(visitor.get_by_role("button", name="Check the example")).to_be_disabled()
        playground.choose(("usage.jsonl", lines({})))
        playground.expect_verdict("CONFORMANT")
