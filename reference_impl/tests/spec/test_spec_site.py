"""The site builds without a warning, has a page for each requirement, and loads nothing from another host."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import pytest
from records import STANDARD

from opentokenomics import standard

pytest.importorskip("mkdocs", reason="needs the docs extra")
pytest.importorskip("site_pages", reason="needs the tools of a checkout")

RUN = "import sys; from opentokenomics.cli import main; sys.exit(main())"
COMMAND = re.compile(r"^opentokenomics .+$", re.MULTILINE)


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


@pytest.fixture(scope="module")
def site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=root,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


class TestSite:
    def test_each_requirement_has_its_page(self, site: Path) -> None:
        for each in STANDARD.requirements:
            page = (site / "requirements" / each.id / "index.html").read_text("utf-8")
            assert f">{each.id}<" in page
            assert 'href="../../spec/' in page

    def test_the_files_of_the_standard_are_served_as_they_are(self, site: Path, root: Path) -> None:
        for version in standard.versions():
            sources = list((root / "schemas" / standard.VersionName.parse(version).number).iterdir())
            assert len(sources) > 5
            for source in sources:
                assert (site / "schemas" / version / source.name).read_bytes() == source.read_bytes()

    def test_identifiers_of_schemas_lead_to_them(self, site: Path) -> None:
        for served in (site / "schemas" / STANDARD.version).glob("*.schema.json"):
            address = f"{standard.BASE_URI}schemas/{STANDARD.version}/{served.name}"
            assert f'"$id": "{address}"' in served.read_text("utf-8")

    def test_nothing_comes_from_another_host(self, site: Path) -> None:
        found: list[Loaded] = []
        for page in site.rglob("*.html"):
            parser = Loads(str(page.relative_to(site)))
            parser.feed(page.read_text("utf-8"))
            found += parser.found
        assert len(found) > len(STANDARD.requirements)
        assert not [each for each in found if re.match(r"(?:[a-z]+:)?//", each.address)]
        styles = "".join(style.read_text("utf-8") for style in site.rglob("*.css"))
        assert not re.findall(r"url\([\"']?(?:https?:)?//[^)]*\)", styles)

    def test_decisions_are_listed(self, site: Path, root: Path) -> None:
        listed = (site / "decisions" / "index.html").read_text("utf-8")
        for decision in (root / "docs" / "decisions").glob("[0-9]*.md"):
            assert f'href="{decision.stem}/"' in listed


def test_the_commands_of_the_landing_page_work(root: Path, tmp_path: Path) -> None:
    commands = COMMAND.findall((root / "docs" / "index.md").read_text("utf-8"))
    assert len(commands) == 2
    shutil.copytree(root / "spec" / "examples", tmp_path, dirs_exist_ok=True)
    for command in commands:
        words = [sys.executable, "-c", RUN, *shlex.split(command)[1:]]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
