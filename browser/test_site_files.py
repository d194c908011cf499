"""The built site, as files: a page for each requirement, the files of the standard, and nothing from another host."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

from opentokenomics import standard

ROOT = Path(__file__).parents[1]
STANDARD = standard.load()


class Loaded(NamedTuple):
    """Something that a browser fetches when it shows a page."""

    page: str
    tag: str
    address: str


class Loads(HTMLParser):
    """Collects what a page loads by itself, as against what it links to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.found: list[Loaded] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        names = ["src", "srcset", "data", "poster"]
        if tag == "link" and values.get("rel") not in {"canonical", "next", "prev"}:
            names.append("href")
        self.found += [Loaded(self.page, tag, value) for name in names if (value := values.get(name))]


class TestSite:
    def test_each_requirement_has_its_page(self, site_folder: Path) -> None:
        for each in STANDARD.requirements:
            page = (site_folder / "requirements" / each.id / "index.html").read_text("utf-8")
            assert f">{each.id}<" in page
            assert 'href="../../spec/' in page

    def test_the_files_of_the_standard_are_served_as_they_are(self, site_folder: Path) -> None:
        for version in standard.versions():
            sources = list((ROOT / "schemas" / standard.VersionName.parse(version).number).iterdir())
            assert len(sources) > 5
            for source in sources:
                assert (site_folder / "schemas" / version / source.name).read_bytes() == source.read_bytes()

    def test_identifiers_of_schemas_lead_to_them(self, site_folder: Path) -> None:
        for served in (site_folder / "schemas" / STANDARD.version).glob("*.schema.json"):
            address = f"{standard.BASE_URI}schemas/{STANDARD.version}/{served.name}"
            assert f'"$id": "{address}"' in served.read_text("utf-8")

    def test_nothing_comes_from_another_host(self, site_folder: Path) -> None:
        found: list[Loaded] = []
        for page in site_folder.rglob("*.html"):
            parser = Loads(str(page.relative_to(site_folder)))
            parser.feed(page.read_text("utf-8"))
            found += parser.found
        assert len(found) > len(STANDARD.requirements)
        assert not [each for each in found if re.match(r"(?:[a-z]+:)?//", each.address)]
        styles = "".join(style.read_text("utf-8") for style in site_folder.rglob("*.css"))
        assert not re.findall(r"url\([\"']?(?:https?:)?//[^)]*\)", styles)

    def test_decisions_are_listed(self, site_folder: Path) -> None:
        listed = (site_folder / "decisions" / "index.html").read_text("utf-8")
        for decision in (ROOT / "docs" / "decisions").glob("[0-9]*.md"):
            assert f'href="{decision.stem}/"' in listed
