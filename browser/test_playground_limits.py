"""Files that are huge, and files that are made to do harm: the page stays responsive, and says what is the matter."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playground import RECORD, Json, Playground, lines
from playwright.sync_api import Page, expect

HUGE = 50_000_000
GETS_ON = "(before) => document.querySelector('#pg-bar').value > before && document.querySelector('#pg-bar').value"
LINE_OF_HOSTILE = 100_000_000
UNREADABLE = (
    ("usage.jsonl", b'{"record_id": "\xff\xfe\x80"}\n', "OTS-GEN-002"),
    ("usage.csv", ",".join(RECORD).encode() + b"\n\xc3\x28\n", "OTS-GEN-002"),
    ("usage.jsonl", '{"record_id": "a"}\n'.encode("utf-16"), "OTS-GEN-002"),
    ("usage.jsonl", b'{"tags": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n", "OTS-GEN-001"),
    ("usage.jsonl", b"{" * 1_000_000, "OTS-GEN-001"),
    ("usage.csv", b'"' * 1_000_001, "OTS-GEN-001"),
    ("usage.jsonl", b"\x00" * 100_000, "OTS-GEN-001"),
    ("usage.jsonl", b"", "OTS-GEN-006"),
    ("usage.csv", b"", "OTS-GEN-006"),
)
FOREIGN = (
    ("usage.parquet", b"PAR1 and what follows"),
    ("usage.zip", b"PK\x03\x04 and what follows"),
    ("usage.jsonl.zst", b"\x28\xb5\x2f\xfd and what follows"),
    ("report.pdf", b"%PDF-1.7"),
    ("cut.jsonl.gz", gzip.compress(b"{}" * 1000)[:30]),
    ("bomb.jsonl.gz", gzip.compress(b" " * 300_000_000, 1)),
)


@pytest.fixture
def playground(page: Page) -> Playground:
    return Playground(page).open()


@pytest.fixture(scope="module")
def huge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """A right export of more than 50 MB, and how many records it has."""
    path = tmp_path_factory.mktemp("huge") / "usage.jsonl"
    before, after = json.dumps(RECORD).split('"call-1"')
    rows = HUGE // (len(before) + len(after)) + 1
    with path.open("w") as file:
        file.writelines(f'{before}"call-{number}"{after}\n' for number in range(rows))
    yield path, rows
    path.unlink()


def _turn_other_colours(page: Page) -> None:
    """Something that takes a page that answers."""
    body = page.locator("body")
    before = body.get_attribute("data-md-color-scheme")
    page.locator("label.md-header__button[for^=__palette]:visible").click()
    expect(body).not_to_have_attribute("data-md-color-scheme", str(before))


class TestHugeFiles:
    def test_a_check_shows_its_progress_can_be_cancelled_and_done_again(
        self, playground: Playground, huge: tuple[Path, int]
    ) -> None:
        path, rows = huge
        assert path.stat().st_size >= HUGE
        page = playground.page
        playground.choose(path)
        bar = page.get_by_role("progressbar")
        first = page.wait_for_function(GETS_ON, arg=0).json_value()
        _turn_other_colours(page)
        page.wait_for_function(GETS_ON, arg=first)
        expect(page.get_by_role("region", name="Progress")).to_contain_text(
            re.compile(r"usage\.jsonl: .* of 5\d\S* MB")
        )
        expect(page.get_by_role("button", name="Cancel")).to_be_in_viewport()
        page.get_by_role("button", name="Cancel").click()
        expect(playground.message).to_have_text("The check was cancelled.")
        expect(bar).to_be_hidden()
        playground.choose(path)
        playground.expect_verdict("CONFORMANT")
        expect(playground.result).to_contain_text(f"{rows:,} usage rows in usage.jsonl")

    def test_a_newer_check_takes_the_place_of_the_one_that_runs(
        self, playground: Playground, huge: tuple[Path, int]
    ) -> None:
        playground.choose(huge[0])
        playground.page.wait_for_function(GETS_ON, arg=0)
        playground.choose(("small.jsonl", lines({})))
        expect(playground.result).to_contain_text("1 usage row in small.jsonl")


class TestHostileFiles:
    def test_one_line_of_100_mb_is_one_finding(self, playground: Playground, tmp_path: Path) -> None:
        path = tmp_path / "usage.jsonl"
        with path.open("wb") as file:
            file.write(b'{"record_id": "')
            for _ in range(LINE_OF_HOSTILE // 1_000_000):
                file.write(b"a" * 1_000_000)
        playground.choose(path)
        _turn_other_colours(playground.page)
        playground.expect_verdict("NOT CONFORMANT")
        assert playground.findings() == ["OTS-GEN-005"]
        path.unlink()

    def test_10_000_columns_are_counted_and_some_are_named(self, playground: Playground) -> None:
        header = ",".join([*RECORD, *(f"column {number}" for number in range(10_000))])
        cells = ",".join([*RECORD.values(), *("1" for _ in range(10_000))])
        playground.choose(("usage.csv", f"{header}\n{cells}\n".encode()))
        playground.expect_verdict("NOT CONFORMANT")
        assert playground.findings() == ["OTS-GEN-007"]
        expect(playground.section("What to fix first")).to_contain_text("10,000 of 10,0")
        assert len(playground.report()["violations"]) == 5

    def test_what_cannot_be_read_is_a_finding(self, playground: Playground) -> None:
        for name, content, requirement in UNREADABLE:
            playground.choose((name, content))
            playground.expect_verdict("NOT CONFORMANT")
            assert playground.findings()[0] == requirement, content[:40]
            expect(playground.result.locator(".pg-fix").first).to_contain_text(re.compile(r"^Fix [A-Z].+[.]$"))

    def test_what_is_no_text_is_refused_in_a_sentence_that_says_what_to_do(self, playground: Playground) -> None:
        for name, content in FOREIGN:
            playground.choose((name, content))
            expect(playground.message).to_have_text(re.compile(rf"^{re.escape(name)} .+\. .+\.$"), timeout=60_000)
            expect(playground.page.locator("#pg-status")).to_have_text(re.compile(re.escape(name)))
        playground.choose(("usage.jsonl", lines({})))
        playground.expect_verdict("CONFORMANT")

    def test_what_looks_like_markup_is_shown_as_it_is(self, playground: Playground) -> None:
        script = "<img src=x onerror=document.title='harmed'><script>document.title='harmed'</script>"
        record: Json = {"record_id": script, "meter": script, script: script, "tags": script, "team": "\u202egnp"}
        playground.choose((f"{script[:40].replace('/', '')}.jsonl", lines(record, record)))
        playground.expect_verdict("NOT CONFORMANT")
        expect(playground.result).to_contain_text("<img src=x onerror=")
        assert playground.result.locator("img, script").count() == 0
        assert "harmed" not in playground.page.title()
        playground.way("Paste")
        playground.page.get_by_label("Records as CSV").fill(f"record_id,{script}\n{script},1\n")
        playground.page.get_by_role("button", name="Check the text").click()
        expect(playground.result).to_contain_text("usage row in pasted.csv")
        assert playground.result.locator("img, script").count() == 0
        assert "harmed" not in playground.page.title()
