"""The playground checks exports of all kinds, and says of them what the reference implementation says."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from playground import RECORD, ROOT, Json, Playground, lines, reference, verdicts
from playwright.sync_api import Page, Route, expect
from traffic import Traffic

from opentokenomics.convert import encode_rows
from opentokenomics.generate import BrokenExport, generate
from opentokenomics.standard import Profile, load
from opentokenomics_conformance import Role, load_suite

REPORT_SCHEMA = json.loads((ROOT / "schemas" / "1.0" / "report.schema.json").read_text("utf-8"))


@pytest.fixture
def playground(page: Page) -> Playground:
    return Playground(page).open()


def _export(folder: Path, dataset: str, form: str, rows: int = 200) -> Path:
    path = folder / f"{dataset}.{form}"
    path.write_bytes(b"".join(encode_rows(generate(rows, 3, Profile.COST, dataset), form, dataset)))
    return path


def _broken(folder: Path, requirement: str, form: str) -> Path:
    path = folder / f"usage.{form}"
    export = BrokenExport(60, 5, Profile.COST, load("1.0-draft").requirement(requirement), "usage")
    path.write_bytes(b"".join(export.lines(form)))
    return path


class TestFiles:
    def test_a_right_export_is_conformant_and_everything_is_accounted_for(
        self, playground: Playground, tmp_path: Path
    ) -> None:
        files = [
            _export(tmp_path, name, form) for name, form in (("usage", "csv"), ("price", "jsonl"), ("plan", "csv"))
        ]
        playground.page.get_by_label("Profile", exact=True).select_option("cost")
        playground.choose(*files)
        playground.expect_verdict("CONFORMANT")
        expect(playground.result).to_contain_text("200 usage rows in usage.csv")
        report, expected = playground.report(), reference(files, Profile.COST)
        assert verdicts(report) == verdicts(expected)
        jsonschema.validate(report, REPORT_SCHEMA)
        number = len(expected["checks"])
        expect(playground.section("Coverage")).to_contain_text(f"{number} of {number} requirements accounted for")
        expect(playground.section("Profiles")).to_contain_text(f"Achieved: {expected['achieved_profile']}")

    def test_a_defect_is_found_with_its_place_and_leads_to_its_page(
        self, playground: Playground, tmp_path: Path
    ) -> None:
        playground.page.get_by_label("Profile", exact=True).select_option("cost")
        for requirement, form in (("OTS-GEN-002", "csv"), ("OTS-CST-003", "csv"), ("OTS-TOK-010", "jsonl")):
            path = _broken(tmp_path, requirement, form)
            playground.choose(path)
            playground.expect_verdict("NOT CONFORMANT")
            assert playground.findings() == [requirement]
            report, expected = playground.report(), reference([path], Profile.COST)
            assert verdicts(report) == verdicts(expected)
            jsonschema.validate(report, REPORT_SCHEMA)
            (violation, *_) = report["violations"]
            fix = playground.section("What to fix first")
            expect(fix).to_contain_text(f"usage.{form} line {violation['line']}")
            expect(fix.locator(".pg-fix")).to_contain_text(violation["fix"].replace("`", ""))
        playground.section("What to fix first").get_by_role("link", name="OTS-TOK-010").click()
        expect(playground.page.get_by_role("heading", level=1)).to_contain_text("OTS-TOK-010")

    def test_many_defects_are_ranked_and_the_worst_offenders_named(self, playground: Playground) -> None:
        bad = [{"record_id": f"r{at}", "consumed_quantity": "-1"} for at in range(30)]
        playground.choose(("usage.jsonl", lines(*bad, {"meter": "words"}, {"team": 5, "tags": {}})))
        playground.expect_verdict("NOT CONFORMANT")
        worst = playground.section("Worst offenders").get_by_role("row").nth(1)
        expect(worst).to_contain_text("consumed_quantity")
        assert playground.report()["checks"] != []
        expect(playground.section("What to fix first").locator(".pg-finding").first).to_contain_text("and 25 more")

    def test_a_broken_text_is_told_and_so_is_a_fault_of_all_records(self, playground: Playground) -> None:
        playground.page.get_by_label("Profile", exact=True).select_option("cost")
        playground.choose(("usage.jsonl", lines({"cost_carrier": "unknown"}) + b'{"record_id": NaN}\n'))
        playground.expect_verdict("NOT CONFORMANT")
        fix = playground.section("What to fix first")
        expect(fix).to_contain_text("usage.jsonl line 2 Here it holds NaN or Infinity, which are not JSON.")
        expect(fix).to_contain_text("the inputs as a whole cost_carrier")

    def test_packed_files_and_bundles_are_read(self, playground: Playground, tmp_path: Path) -> None:
        content = lines({}, {"record_id": "call-2"})
        playground.choose(("usage.jsonl.gz", gzip.compress(content)))
        playground.expect_verdict("CONFORMANT")
        expect(playground.result).to_contain_text("2 usage rows in usage.jsonl.gz")
        folder = tmp_path / "bundle"
        folder.mkdir()
        (folder / "usage.jsonl").write_bytes(content)
        (folder / "manifest.json").write_text('{"spec_version": "1.0-draft", "files": [{"path": "usage.jsonl"}]}')
        playground.choose(*folder.iterdir())
        playground.expect_verdict("NOT CONFORMANT")
        assert verdicts(playground.report())["checks"] == verdicts(reference([folder], Profile.METERING))["checks"]


class TestOtherWaysIn:
    def test_pasted_text_is_csv_or_json_lines(self, playground: Playground) -> None:
        playground.way("Paste")
        text = playground.page.get_by_label("Records as CSV")
        check = playground.page.get_by_role("button", name="Check the text")
        check.click()
        expect(playground.message).to_have_text(re.compile("^There is nothing to check yet"))
        for content, name in (
            (lines({}).decode(), "pasted.jsonl"),
            (f"{','.join(RECORD)}\n{','.join(RECORD.values())}\n", "pasted.csv"),
        ):
            text.fill(content)
            check.click()
            expect(playground.result).to_contain_text(f"1 usage row in {name}")
            playground.expect_verdict("CONFORMANT")

    def test_files_can_be_dropped(self, playground: Playground) -> None:
        drop = """
            (text) => {
              const dataTransfer = new DataTransfer();
              dataTransfer.items.add(new File([text], "price.jsonl"));
              const event = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
              document.getElementById("pg-drop").dispatchEvent(event);
            }"""
        playground.page.evaluate(drop, lines({}).decode())
        expect(playground.result).to_contain_text("1 price row in price.jsonl")

    def test_another_dataset_or_profile_is_applied_to_the_same_file_at_once(self, playground: Playground) -> None:
        playground.choose(("of-a-gateway.jsonl", lines({})))
        expect(playground.result).to_contain_text("1 usage row")
        playground.page.get_by_label("Profile", exact=True).select_option("cost")
        expect(playground.result).to_contain_text("to profile cost")
        playground.page.get_by_label("Dataset", exact=True).select_option("price")
        expect(playground.result).to_contain_text("1 price row in of-a-gateway.jsonl")

    def test_the_focus_stays_where_something_else_is_chosen(self, playground: Playground) -> None:
        playground.choose(("usage.jsonl", lines({})))
        playground.expect_verdict("CONFORMANT")
        expect(playground.result).to_be_focused()
        profile = playground.page.get_by_label("Profile", exact=True)
        profile.focus()
        profile.press("ArrowDown")
        profile.press("ArrowDown")
        expect(playground.result).to_contain_text("to profile cost")
        expect(profile).to_be_focused()

    def test_of_checks_that_are_asked_for_at_once_the_newest_is_done(self, playground: Playground) -> None:
        ask = """async () => {
          const { Engine } = await import(new URL("engine.js", document.querySelector("script[data-page]").src));
          const engine = new Engine();
          const check = (path) => engine.check([{ path, blob: new Blob(["{"]) }], {});
          const ended = await Promise.allSettled([check("a.jsonl"), check("b.jsonl"), check("c.jsonl")]);
          const later = check("d.jsonl");
          engine.cancel();
          ended.push(...(await Promise.allSettled([later, check("e.jsonl")])));
          return ended.map(({ reason, value }) => reason?.message ?? value.report.datasets[0].path);
        }"""
        cancelled = "The check was cancelled."
        assert playground.page.evaluate(ask) == [cancelled, cancelled, "c.jsonl", cancelled, "e.jsonl"]

    def test_a_verdict_is_on_what_the_box_holds_now(self, playground: Playground) -> None:
        page = playground.page
        playground.way("Paste")
        text = page.get_by_label("Records as CSV")
        check = page.get_by_role("button", name="Check the text")
        profile = page.get_by_label("Profile", exact=True)
        text.fill(lines({}).decode())
        check.click()
        playground.expect_verdict("CONFORMANT")
        text.fill(lines({"consumed_quantity": "-1"}).decode())
        expect(playground.message).to_have_text("The text has changed since it was checked. Check it again.")
        profile.select_option("cost")
        expect(playground.message).to_be_visible()
        check.click()
        playground.expect_verdict("NOT CONFORMANT")
        text.evaluate("(each, content) => { each.value = content; }", lines({}).decode())
        profile.select_option("metering")
        playground.expect_verdict("CONFORMANT")
        text.fill("")
        check.click()
        profile.select_option("")
        expect(playground.message).to_have_text(re.compile("^There is nothing to check yet"))

    def test_the_profile_of_an_example_is_not_that_of_the_next_file(self, playground: Playground) -> None:
        playground.way("Example")
        example = playground.page.get_by_label("An export that is right")
        example.select_option(label=example.locator("option", has_text="OTS-CST-001").inner_text())
        playground.page.get_by_role("button", name="Check the example").click()
        expect(playground.result).to_contain_text("to profile cost")
        playground.choose(("usage.jsonl", lines({})))
        expect(playground.result).to_contain_text("to profile metering")
        playground.page.get_by_role("button", name="Edit it first").click()
        expect(playground.page.get_by_label("Profile", exact=True)).to_have_value("cost")
        playground.choose(("usage.jsonl", lines({})))
        playground.expect_verdict("CONFORMANT")
        expect(playground.result).to_contain_text("to profile metering")

    def test_a_check_is_cancelled_while_the_validator_is_loaded(self, page: Page) -> None:
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/worker.js", hold)
        page.goto("playground/")
        page.get_by_label("Choose files").set_input_files({"name": "usage.jsonl", "mimeType": "", "buffer": lines({})})
        expect(page.locator("#pg-doing")).to_have_text("Loading the validator")
        page.get_by_role("button", name="Cancel").click()
        expect(page.locator(".pg-message")).to_have_text("The check was cancelled.")
        expect(page.get_by_role("button", name="Cancel")).to_be_hidden()
        for each in held:
            each.continue_()
        playground = Playground(page)
        playground.wait()
        expect(page.locator(".pg-message")).to_have_text("The check was cancelled.")
        playground.choose(("usage.jsonl", lines({})))
        playground.expect_verdict("CONFORMANT")

    def test_text_can_be_dragged_and_files_anywhere(self, playground: Playground) -> None:
        prevented = """
            (kind) => ["dragover", "drop"].map((name) => {
              const dataTransfer = new DataTransfer();
              if (kind === "text") dataTransfer.items.add("a,b", "text/plain");
              else dataTransfer.items.add(new File(["a"], "usage.csv"));
              const event = new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true });
              document.getElementById("pg-text").dispatchEvent(event);
              return event.defaultPrevented;
            })"""
        playground.way("Paste")
        assert playground.page.evaluate(prevented, "text") == [False, False]
        assert playground.page.evaluate(prevented, "file") == [True, True]
        playground.expect_verdict("NOT CONFORMANT")

    def test_an_example_can_be_edited(self, playground: Playground) -> None:
        playground.way("Example")
        playground.page.get_by_role("button", name="Edit it first").click()
        text = playground.page.get_by_label("Records as CSV")
        text.fill(text.input_value().replace('"usage_group_total": "11000"', '"usage_group_total": "10000"'))
        playground.page.get_by_role("button", name="Check the text").click()
        playground.expect_verdict("CONFORMANT")


class TestAgreement:
    def test_every_built_in_example_breaks_the_one_requirement_that_it_names(self, playground: Playground) -> None:
        examples = playground.page.evaluate("async () => (await fetch('data/examples.json')).json()")
        cases = [examples["right"], *examples["broken"]]
        found = [each["broken"] for each in playground.check_all(cases)]
        assert found == [[], *([each["requirement"]] for each in examples["broken"])]
        assert len(cases) > 240
        listed = playground.page.get_by_label("An export that is right").locator("option")
        expect(listed).to_have_count(len(cases))

    def test_every_vector_of_validators_gets_the_expected_verdict(self, playground: Playground) -> None:
        cases = [each for each in load_suite().cases if each.role is Role.VALIDATOR]
        found = playground.check_all([_asked(each.input) for each in cases])
        for case, verdict in zip(cases, found, strict=True):
            expected = {(each["requirement"], each["column"]) for each in case.expected["violations"]}
            assert verdict["conformant"] == case.expected["valid"], case.id
            assert {tuple(each) for each in verdict["blamed"]} == expected, case.id
        assert len(cases) > 700


def _asked(given: Mapping[str, Any]) -> Json:
    if "files" in given:
        return {"profile": given["profile"], "files": given["files"]}
    texts = {name: "".join(f"{json.dumps(each)}\n" for each in records) for name, records in given["records"].items()}
    return {
        "profile": given["profile"],
        "files": [{"path": f"{name}.jsonl", "text": text} for name, text in texts.items()],
    }


class TestPrivacy:
    def test_nothing_is_asked_of_anybody_once_the_page_is_loaded(self, page: Page, traffic: Traffic) -> None:
        playground = Playground(page, kept=True).open()
        loaded = len(traffic.requests)
        playground.choose(("usage.jsonl", lines({"record_id": "secret"}, {"team": 5})))
        playground.expect_verdict("NOT CONFORMANT")
        assert [each.url for each in traffic.requests[loaded:]] == []
        assert {each.method for each in traffic.requests} == {"GET"}
        assert all(each.post_data is None for each in traffic.requests)

    def test_without_a_network_the_pages_open_again(self, open_page: Callable[..., Page], traffic: Traffic) -> None:
        page = open_page()
        playground = Playground(page, kept=True).open()
        page.goto("playground/record/")
        page.locator('#playground[data-state="kept"]').wait_for()
        page.context.set_offline(True)
        page.goto("playground/")
        playground.wait()
        playground.choose(("usage.jsonl", lines({})))
        playground.expect_verdict("CONFORMANT")
        page.goto("playground/record/")
        expect(page.locator("#pg-verdict")).to_contain_text("Valid")
        expect(page.get_by_role("heading", level=1)).to_have_css("font-weight", re.compile("300|400|500|600|700"))
        traffic.complaints[:] = [each for each in traffic.complaints if "ERR_INTERNET_DISCONNECTED" not in each]
