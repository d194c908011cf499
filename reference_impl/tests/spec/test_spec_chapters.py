"""The chapters say what catalogue and schemas say, and nothing of their own that binds anybody."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import STANDARD

tables = pytest.importorskip("spec_tables", reason="needs the tools of a checkout")
blocks = pytest.importorskip("spec_blocks", reason="needs the tools of a checkout")

LINK = re.compile(r"\]\((?P<file>[^)#\s]*)(?:#(?P<anchor>[^)\s]+))?\)")
KEYWORD = re.compile(r"\b(?:MUST|SHALL|SHOULD|REQUIRED|RECOMMENDED|MAY|OPTIONAL)\b")


class TestBlocks:
    """What stands between two markers is written by a program, and is the same when it is written again."""

    @given(st.text(alphabet="abc <>-!|\n#", max_size=80), st.sampled_from(["profiles", "digits usage", "functions"]))
    def test_text_outside_blocks_is_never_touched(self, around: str, words: str) -> None:
        text = f"{around}<!-- generated: {words} -->\nold\n<!-- end -->{around}"
        rendered = tables.render(text)
        assert rendered.startswith(around)
        assert rendered.endswith(around)
        assert "\nold\n" not in rendered[len(around) :]
        assert tables.render(rendered) == rendered

    @given(st.integers(1, 999), st.integers(0, 20))
    def test_a_range_names_every_requirement_in_it(self, first: int, more: int) -> None:
        last = min(999, first + more)
        assert tables.expand([f"CST-{first:03}..{last:03}"]) == [
            identifier for number in range(first, last + 1) for identifier in tables.expand([f"CST-{number:03}"])
        ]

    def test_the_chapters_are_current(self, chapters: Mapping[str, str]) -> None:
        stale = [name for name, text in chapters.items() if tables.render(text) != text]
        assert not stale, "run python tools/spec_tables.py"

    def test_an_unknown_block_is_refused(self) -> None:
        with pytest.raises(SystemExit, match="no generated block 'nonsense'"):
            tables.render("<!-- generated: nonsense -->\n<!-- end -->")

    def test_every_chapter_has_its_place(self, chapters: Mapping[str, str]) -> None:
        assert set(chapters) == set(tables.CHAPTERS)


class TestRequirements:
    """Every requirement stands in exactly one chapter, word for word."""

    def test_each_is_stated_once(self) -> None:
        places = tables.placed()
        assert {identifier: len(found) for identifier, found in places.items()} == {
            each.id: 1 for each in STANDARD.requirements
        }

    def test_sentences_are_verbatim(self, chapters: Mapping[str, str]) -> None:
        places = tables.placed()
        for each in STANDARD.requirements:
            (chapter,) = places[each.id]
            assert f"| {blocks.cell(each.statement)} | {each.keyword} | {each.profile} |" in chapters[chapter]

    def test_sentences_have_their_own_keyword_and_no_other_force(self) -> None:
        for each in STANDARD.requirements:
            assert each.keyword.value in KEYWORD.findall(each.statement), each.id

    def test_prose_has_no_keywords_of_its_own(self, chapters: Mapping[str, str]) -> None:
        """But for the paragraph that defines them, and names of keywords as values of the catalogue."""
        found = {
            name: [line for line in tables.hand_written(text).splitlines() if KEYWORD.search(line)]
            for name, text in chapters.items()
        }
        allowed = {
            "overview": (
                'The key words "MUST"',
                "An export conforms to a profile if",
                "MUST. Some requirements cannot",
                "| `fail` |",
                "| `warn` |",
            ),
            "rules": ("| `keyword` |",),
        }
        strange = [
            (name, line)
            for name, lines in found.items()
            for line in lines
            if not line.startswith(allowed.get(name, ()))
        ]
        assert not strange


class TestLinks:
    """Every link of a chapter leads somewhere in the checkout, down to the anchor."""

    def test_links_resolve(self, root: Path, chapters: Mapping[str, str]) -> None:
        broken = [
            (name, match.group())
            for name, text in chapters.items()
            for match in LINK.finditer(re.sub(r"`[^`\n]*`", "code", text))
            if not _resolves(root, name, match["file"], match["anchor"], chapters)
        ]
        assert not broken

    def test_links_are_there_to_be_followed(self, chapters: Mapping[str, str]) -> None:
        assert all(LINK.search(text) for text in chapters.values())


def _resolves(root: Path, chapter: str, file: str, anchor: str | None, chapters: Mapping[str, str]) -> bool:
    if file.startswith("https://"):
        return True
    target = (root / "spec" / (file or f"{chapter}.md")).resolve()
    if not target.is_file():
        return False
    if anchor is None:
        return True
    if target.suffix == ".yaml":
        return f"- id: {anchor}\n" in target.read_text("utf-8")
    text = chapters[target.stem]
    headings = (re.sub(r"[^a-z0-9 _-]", "", line.lower()) for line in re.findall(r"^#+ (.+)$", text, re.MULTILINE))
    return f'<a id="{anchor}"></a>' in text or anchor in {heading.replace(" ", "-") for heading in headings}


class TestTables:
    """Generated tables hold what the rules decide."""

    def test_every_column_is_described_once(self, chapters: Mapping[str, str]) -> None:
        for dataset in STANDARD.datasets.values():
            for column in dataset.columns:
                assert chapters[dataset.name].count(f'<a id="{column.name}"></a>') == 1

    def test_each_meter_has_a_unit_and_services(self, chapters: Mapping[str, str]) -> None:
        body = chapters["usage"].partition("<!-- generated: meters -->")[2].partition("<!-- end -->")[0]
        rows = [line.split(" | ") for line in body.splitlines() if line.startswith("| `")]
        assert [row[0] for row in rows] == [
            f"| `{meter}`" for meter in STANDARD.datasets["usage"].by_name["meter"].values
        ]
        assert all(cell.strip("| ") for row in rows for cell in row)

    def test_the_meter_table_follows_the_rules(self) -> None:
        assert blocks.units_of("audio_seconds") == "`seconds`"
        assert blocks.units_of("other") == "any"
        assert not blocks.allows("OTS-USG-012", meter="byte_hours", ai_service="inference")
        assert blocks.allows("OTS-USG-012", meter="byte_hours", ai_service="storage")
        assert not blocks.allows("OTS-TOK-003", meter="images", token_direction="input")  # noqa: S106 - no password

    def test_code_is_generated_from_files(self, chapters: Mapping[str, str]) -> None:
        assert not [name for name, text in chapters.items() if re.search(r"^(```|    )", tables.hand_written(text))]
        assert any("```" in text for text in chapters.values())

    def test_every_function_and_node_is_listed(self, chapters: Mapping[str, str]) -> None:
        from opentokenomics.rules import _functions, _python

        for name in _functions.NAMES:
            assert f"`{name}(" in chapters["rules"]
        for name in _python._BUILDERS:  # noqa: SLF001 - the set of nodes that really run
            assert f"\n| `{name}` |" in chapters["rules"]
