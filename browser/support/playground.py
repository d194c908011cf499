"""The playground as its tests use it: its page, its worker, and the report that it hands over."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import FilePayload, Locator, Page, expect

from opentokenomics import validate
from opentokenomics.standard import Profile

Json = dict[str, Any]

ROOT = Path(__file__).parents[2]
RECORD = {
    "spec_version": "1.0-draft",
    "record_id": "call-1",
    "record_type": "original",
    "source_name": "gateway-log",
    "measurement_method": "metered",
    "charge_period_start": "2026-08-31T08:00:00Z",
    "charge_period_end": "2026-08-31T08:00:01Z",
    "service_provider_name": "OpenAI",
    "ai_service": "inference",
    "model_id": "gpt-5",
    "meter": "requests",
    "consumed_quantity": "1",
    "consumed_unit": "requests",
    "charge_category": "usage",
}
_ALL = """
async (cases) => {
  const { Engine } = await import(new URL("engine.js", document.querySelector("script[data-page]").src));
  const engine = new Engine();
  const verdicts = [];
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  for (const { profile, files } of cases) {
    const blobs = files.map(({ path, text, base64 }) => ({ path, blob: new Blob([text ?? bytes(base64)]) }));
    try {
      const { conformant, checks, violations } = (await engine.check(blobs, { profile, maxExamples: 100_000 })).report;
      const broken = checks.filter((each) => each.violations > 0).map(({ requirement }) => requirement);
      const blamed = new Set(violations.map(({ requirement, column }) => JSON.stringify([requirement, column])));
      verdicts.push({ conformant, broken, blamed: [...blamed].map((each) => JSON.parse(each)) });
    } catch (error) {
      verdicts.push({ refused: error.message });
    }
  }
  return verdicts;
}
"""
"""Has many exports checked by a worker of its own, in one go."""


def lines(*records: Mapping[str, object]) -> bytes:
    """JSON Lines of records that state, besides what is given, what every record has to."""
    return b"".join(json.dumps({**RECORD, **each}).encode() + b"\n" for each in records)


class Playground:
    """The page that checks an export, once it is ready for it."""

    def __init__(self, page: Page, *, kept: bool = False) -> None:
        self.page = page
        self.kept = kept
        self.result = page.get_by_role("region", name="Result")
        self.verdict = self.result.get_by_role("heading", level=2).first
        self.message = self.result.locator(".pg-message")

    def open(self) -> Playground:
        self.page.goto("playground/")
        self.wait()
        return self

    def wait(self) -> None:
        state = '[data-state="kept"]' if self.kept else "[data-state]"
        self.page.locator(f"#playground{state}").wait_for()

    def choose(self, *files: Path | tuple[str, bytes]) -> None:
        payloads: list[FilePayload] = [
            {"name": each[0], "mimeType": "", "buffer": each[1]} for each in files if isinstance(each, tuple)
        ]
        paths = [each for each in files if isinstance(each, Path)]
        chooser = self.page.get_by_label("Choose files")
        chooser.set_input_files(paths or payloads)

    def way(self, name: str) -> None:
        self.page.get_by_role("radio", name=name).check()

    def expect_verdict(self, verdict: str) -> None:
        expect(self.verdict).to_have_text(verdict, timeout=120_000)

    def findings(self) -> list[str]:
        return self.result.locator(".pg-finding .pg-id").all_inner_texts()

    def section(self, name: str) -> Locator:
        return self.result.get_by_role("region", name=name)

    def report(self) -> Json:
        """The report that the page offers to download."""
        with self.page.expect_download() as download:
            self.result.get_by_role("button", name="Download the JSON report").click()
        assert download.value.suggested_filename == "report.json"
        report: Json = json.loads(download.value.path().read_text("utf-8"))
        return report

    def check_all(self, cases: Sequence[Json]) -> list[Json]:
        """The verdicts on many exports, each with a profile and files: what is broken, and what is to blame."""
        found: list[Json] = self.page.evaluate(_ALL, list(cases))
        return found


def reference(paths: Sequence[Path], profile: Profile) -> Json:
    """The report of the reference implementation."""
    return validate([str(path) for path in paths], profile=profile).to_dict()


def verdicts(report: Json) -> Json:
    """What two implementations have to agree on: all but the words, and how inputs and values are named."""
    same = {name: report[name] for name in ("spec_version", "profile", "conformant", "achieved_profile", "summary")}
    same["datasets"] = [(each["dataset"], each["rows"]) for each in report["datasets"]]
    names = ("requirement", "keyword", "status", "evaluated", "violations")
    same["checks"] = [[each[name] for name in names] for each in report["checks"]]
    same["violations"] = [
        [each[name] for name in ("requirement", "dataset", "row", "line", "column")] for each in report["violations"]
    ]
    return same
