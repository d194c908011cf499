"""Everybody can use the playground: by keyboard, on a phone, in the dark, and with a screen reader."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playground import Playground, lines
from playwright.sync_api import Page, expect
from traffic import Opener

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
BAD = lines(*({"record_id": f"r{at}", "consumed_quantity": "-1"} for at in range(9)), {"meter": "words", "nobody": "1"})


def _faults(page: Page) -> list[str]:
    """What axe finds on the part of a page that is the playground's."""
    response = Axe().run(page, context="#playground").response
    assert "color-contrast" in {each["id"] for each in response["passes"]}
    return [f"{each['id']}: {node['html'][:200]}" for each in response["violations"] for node in each["nodes"]]


def _tab_to(page: Page, name: str, presses: int = 40) -> None:
    """Goes on by the tabulator until an element of that name has the focus."""
    labels = """() => {
      const { activeElement: at } = document;
      return [at.getAttribute("aria-label"), at.textContent, ...[...(at.labels ?? [])].map((each) => each.textContent)];
    }"""
    for _ in range(presses):
        page.keyboard.press("Tab")
        if any(name == (each or "").strip() for each in page.evaluate(labels)):
            return
    pytest.fail(f"The tabulator does not lead to {name}.")


class TestKeyboard:
    def test_an_example_is_checked_and_its_report_taken_away(self, page: Page) -> None:
        playground = Playground(page).open()
        page.locator("h1").click()
        _tab_to(page, "Files", presses=120)
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("radio", name="Example")).to_be_checked()
        _tab_to(page, "An export that is right, or has one defect")
        page.keyboard.press("Home")
        _tab_to(page, "Check the example")
        page.keyboard.press("Enter")
        playground.expect_verdict("CONFORMANT")
        expect(playground.result).to_be_focused()
        _tab_to(page, "Download the JSON report", presses=2)
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        assert download.value.suggested_filename == "report.json"

    def test_the_focus_is_seen_wherever_it_is(self, page: Page) -> None:
        playground = Playground(page).open()
        playground.choose(("usage.jsonl", BAD))
        playground.expect_verdict("NOT CONFORMANT")
        unseen = page.evaluate("""() => {
          const all = document.querySelectorAll("#playground :is(a, button, select, textarea, summary)");
          return [...all].filter((each) => {
            each.focus({ focusVisible: true });
            const { outlineStyle, outlineWidth } = getComputedStyle(each);
            return each === document.activeElement && (outlineStyle === "none" || parseFloat(outlineWidth) < 1);
          }).map((each) => each.outerHTML);
        }""")
        assert unseen == []

    def test_what_happens_is_said(self, page: Page) -> None:
        playground = Playground(page).open()
        playground.choose(("usage.jsonl", BAD))
        status = page.locator("#pg-status")
        expect(status).to_contain_text("NOT CONFORMANT to profile metering.")
        assert status.get_attribute("role") == "status"


@pytest.mark.parametrize("scheme", ["light", "dark"])
class TestEyes:
    def test_every_state_is_without_fault(self, open_page: Opener, scheme: str) -> None:
        page = open_page(viewport=DESK, color_scheme=scheme)
        playground = Playground(page).open()
        assert _faults(page) == []
        playground.choose(("usage.jsonl", BAD))
        playground.expect_verdict("NOT CONFORMANT")
        for each in playground.result.locator("details").all():
            each.locator("summary").click()
        assert _faults(page) == []
        playground.way("Example")
        playground.choose(("usage.parquet", b"PAR1"))
        expect(playground.message).to_be_visible()
        assert _faults(page) == []
        playground.way("Paste")
        playground.choose(("usage.jsonl", lines({})))
        playground.expect_verdict("CONFORMANT")
        assert _faults(page) == []

    def test_the_form_is_without_fault(self, open_page: Opener, scheme: str) -> None:
        page = open_page(viewport=DESK, color_scheme=scheme)
        page.goto("playground/record/")
        expect(page.locator("#pg-verdict")).to_contain_text("Valid")
        assert _faults(page) == []
        page.get_by_role("button", name="Empty the form").click()
        expect(page.locator("#pg-verdict")).to_contain_text("not kept")
        assert _faults(page) == []


class TestPhones:
    def test_nothing_is_wider_than_the_screen(self, open_page: Opener) -> None:
        page = open_page(viewport=PHONE, has_touch=True)
        playground = Playground(page).open()
        name = "an-export-with-a-name-of-some-length" * 4
        for way in ("Files", "Paste", "Example"):
            playground.way(way)
            playground.choose((f"{name}.jsonl", BAD))
            playground.expect_verdict("NOT CONFORMANT")
            assert _overhang(page) == []

    def test_the_form_is_not_either(self, open_page: Opener) -> None:
        page = open_page(viewport=PHONE, has_touch=True)
        page.goto("playground/record/")
        expect(page.locator("#pg-verdict")).to_contain_text("Valid")
        page.get_by_role("button", name="Empty the form").tap()
        expect(page.locator("#pg-verdict")).to_contain_text("not kept")
        assert _overhang(page) == []

    def test_the_verdict_on_the_form_is_seen_where_one_types(self, open_page: Opener) -> None:
        page = open_page(viewport=PHONE, has_touch=True)
        page.goto("playground/record/")
        verdict = page.locator("#pg-verdict")
        expect(verdict).to_contain_text("Valid")
        for name in ("record_id", "consumed_quantity"):
            page.get_by_label(name, exact=True).fill("")
            expect(verdict).to_contain_text("not kept")
            expect(verdict).to_be_in_viewport(ratio=1)
            box, header = verdict.bounding_box(), page.locator(".md-header").bounding_box()
            assert box is not None
            assert header is not None
            assert header["y"] + header["height"] <= box["y"]
        sizes = page.locator("#playground :is(input, select, textarea)").evaluate_all(
            "all => all.map((each) => parseFloat(getComputedStyle(each).fontSize))"
        )
        assert min(sizes) >= 16

    def test_the_first_screen_of_the_site_holds_the_way_in(self, open_page: Opener) -> None:
        page = open_page(viewport=PHONE, has_touch=True)
        page.goto("./")
        expect(page.locator("#pg-drop")).to_be_in_viewport(ratio=1)
        expect(page.get_by_text("Choose files")).to_be_in_viewport(ratio=1)


def _overhang(page: Page) -> list[str]:
    """Elements of the playground that reach beyond the screen."""
    found: list[str] = page.evaluate("""() => {
      const wide = [...document.querySelectorAll("#playground, #playground *")];
      return wide.filter((each) => each.getBoundingClientRect().right > innerWidth + 1).map((each) => each.outerHTML);
    }""")
    return found
