"""The form that builds a record: what it makes is what the reference implementation takes for right."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playground import RECORD, Json
from playwright.sync_api import Locator, Page, expect

from opentokenomics import validate
from opentokenomics.standard import load

DATASETS = [name for name in load("1.0-draft").datasets if name != "manifest"]


class Form:
    """The page, once it has said what it thinks of the record that it starts from."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.verdict = page.locator("#pg-verdict")
        self.output = page.get_by_label("The record, as a line of JSON Lines")

    def open(self) -> Form:
        self.page.goto("playground/record/")
        expect(self.verdict).to_contain_text("Valid")
        return self

    def column(self, name: str) -> Locator:
        return self.page.get_by_label(name, exact=True)

    def record(self) -> Json:
        record: Json = json.loads(self.output.input_value())
        return record

    def says(self, name: str) -> Locator:
        return self.page.locator(f"#pg-{name}-says")


@pytest.fixture
def form(page: Page) -> Form:
    return Form(page).open()


def test_of_every_dataset_it_starts_from_a_record_that_is_right(form: Form, tmp_path: Path) -> None:
    for dataset in DATASETS:
        form.verdict.evaluate("each => { each.textContent = ''; }")
        form.page.get_by_label("Dataset", exact=True).select_option(dataset)
        expect(form.verdict).to_contain_text("for profile metering")
        path = tmp_path / f"{dataset}.jsonl"
        path.write_text(form.output.input_value() + "\n", "utf-8")
        assert validate(path).conformant, dataset
    assert len(DATASETS) > 6


def test_every_column_of_the_schema_has_a_labelled_field(form: Form) -> None:
    usage = load("1.0-draft").datasets["usage"]
    names = form.page.locator("#pg-fields [data-column]").evaluate_all("all => all.map((each) => each.dataset.column)")
    assert sorted(names) == sorted(column.name for column in usage.columns)
    choices = form.column("token_direction").locator("option").all_inner_texts()
    assert choices == ["not stated", "input", "output"]


def test_what_is_wrong_is_said_at_its_field_and_gone_when_it_is_mended(form: Form) -> None:
    quantity = form.column("consumed_quantity")
    quantity.fill("1e3")
    expect(form.says("consumed_quantity")).to_contain_text("OTS-GEN-009")
    expect(quantity).to_have_attribute("aria-invalid", "true")
    expect(form.verdict).to_have_text("1 requirement not kept")
    quantity.fill("1000")
    expect(form.says("consumed_quantity")).to_have_text("")
    expect(quantity).not_to_have_attribute("aria-invalid", "true")
    expect(form.verdict).to_contain_text("Valid")


def test_a_record_is_built_from_nothing(form: Form, tmp_path: Path) -> None:
    form.page.get_by_role("button", name="Empty the form").click()
    expect(form.verdict).to_contain_text("not kept")
    expect(form.says("record_id")).to_contain_text("OTS-GEN-008")
    wanted = {**RECORD, "attempt": 2, "tags": {"cost_center": "<b>4711</b>"}}
    for name, value in wanted.items():
        field = form.column(name)
        if not field.is_visible():
            form.page.locator("details", has=field).locator("summary").click()
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(value if isinstance(value, str) else json.dumps(value))
    expect(form.verdict).to_contain_text("Valid")
    assert form.record() == wanted
    with form.page.expect_download() as download:
        form.page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "usage.jsonl"
    path = tmp_path / "usage.jsonl"
    download.value.save_as(path)
    assert validate(path).conformant


def test_a_higher_profile_asks_for_more(form: Form) -> None:
    form.page.get_by_role("button", name="Empty the form").click()
    carrier = form.column("cost_carrier")
    expect(carrier).to_be_hidden()
    form.page.get_by_label("Profile", exact=True).select_option("cost")
    expect(carrier).to_be_visible()
    expect(form.says("cost_carrier")).to_contain_text("OTS-CST-001")


def test_the_record_is_copied(form: Form) -> None:
    form.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    form.page.get_by_role("button", name="Copy").click()
    expect(form.page.locator("#pg-copied")).to_have_text("Copied.")
    assert json.loads(form.page.evaluate("navigator.clipboard.readText()")) == form.record()


def test_in_every_profile_a_record_can_be_right(form: Form) -> None:
    for dataset, profile in (("usage", "intelligence"), ("statement", "intelligence"), ("outcome", "attribution")):
        form.page.get_by_label("Dataset", exact=True).select_option(dataset)
        form.page.get_by_label("Profile", exact=True).select_option(profile)
        asked = form.page.locator("#pg-elsewhere li")
        expect(asked.first).to_have_text(re.compile("^Of a whole export: "))
        expect(form.verdict).not_to_contain_text("metering")
        blamed = form.page.locator('[aria-invalid="true"]').count()
        expect(form.verdict).to_have_text(re.compile(f"^{blamed} requirement" if blamed else "^Valid"))


def test_what_was_typed_is_there_again_after_another_dataset(form: Form) -> None:
    dataset = form.page.get_by_label("Dataset", exact=True)
    form.column("record_id").fill("my own")
    before = form.record()
    dataset.select_option("price")
    expect(form.output).to_have_value(re.compile("price_id"))
    dataset.select_option("usage")
    expect(form.column("record_id")).to_have_value("my own")
    assert form.record() == before


def test_structures_stand_as_they_are_written(form: Form) -> None:
    tags = form.column("tags")
    if not tags.is_visible():
        form.page.locator("details", has=tags).locator("summary").click()
    tags.fill('{"a": "1",\n "b": 12345678901234567890}')
    expect(form.output).to_have_value(re.compile(r'"tags": \{"a": "1",  "b": 12345678901234567890\}'))
    assert "\n" not in form.output.input_value()
    expect(form.verdict).to_contain_text("not kept")
    tags.fill('{"a": "1", "a": "2"}')
    expect(form.output).to_have_value(re.compile(r'"a": "1", "a": "2"'))
    expect(form.verdict).to_contain_text("not kept")
    tags.fill('{"a": "1"}')
    expect(form.verdict).to_contain_text("Valid")
