"""Whatever a page of the site leads to is there, down to the place in it, and whatever it loads comes from the site."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

ROOT = Path(__file__).parents[1]
BASE = "https://opentokenomics.org/"
HOST = "https://site.invalid/1.0-draft/"
"""Where the site is taken to be: links have to work below the name of a version."""


class Content(NamedTuple):
    """What matters of a page here."""

    places: frozenset[str]
    links: tuple[str, ...]
    loads: tuple[str, ...]
    images_without_words: tuple[str, ...]
    title: str
    language: str


class Reading(HTMLParser):
    """Collects where a page leads, what it loads, and which places it has."""

    def __init__(self) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.silent: list[str] = []
        self.title = self.language = ""
        self.is_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.places |= {values[name] for name in ("id", "name") if name in values}
        self.is_title = tag == "title"
        if tag == "html":
            self.language = values.get("lang", "")
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag == "img" and not values.get("alt"):
            self.silent.append(values.get("src", ""))
        is_loaded = tag == "link" and values.get("rel") not in {"canonical", "next", "prev", "alternate"}
        self.loads += [values[name] for name in ("src", "data", "poster") if values.get(name)]
        self.loads += [values["href"]] if is_loaded and "href" in values else []

    def handle_data(self, data: str) -> None:
        if self.is_title:
            self.title, self.is_title = data.strip(), False


@cache
def content(file: Path) -> Content:
    """A page, read once."""
    reading = Reading()
    reading.feed(file.read_text("utf-8"))
    return Content(
        frozenset(reading.places),
        tuple(reading.links),
        tuple(reading.loads),
        tuple(reading.silent),
        reading.title,
        reading.language,
    )


def pages(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every page but the one for what is not there, with its address."""
    for file in sorted(folder.rglob("*.html")):
        if file.name == "index.html":
            yield file, HOST + file.relative_to(folder).as_posix().removesuffix("index.html")


def fault_of(link: str, address: str, folder: Path) -> str | None:
    """What is wrong with a link, if anything."""
    target, place = urldefrag(urljoin(address, link))
    if not target.startswith("https://site.invalid"):
        return None
    if not target.startswith(HOST):
        return "leads out of the version"
    path = folder / unquote(urlsplit(target.removeprefix(HOST)).path)
    file = path / "index.html" if path.is_dir() else path
    if not file.is_file():
        return "leads nowhere"
    if place and file.suffix == ".html" and unquote(place) not in content(file).places:
        return "leads to no place of the page"
    return None


def test_every_link_and_anchor_leads_somewhere(site_folder: Path) -> None:
    asked = 0
    faults = []
    for file, address in pages(site_folder):
        for link in dict.fromkeys(content(file).links):
            asked += 1
            if fault := fault_of(link, address, site_folder):
                faults.append(f"{address.removeprefix(HOST)}: {link} {fault}")
    assert asked > 10_000
    assert faults == []


def test_nothing_is_loaded_from_elsewhere_and_what_is_loaded_is_there(site_folder: Path) -> None:
    faults = []
    for file, address in pages(site_folder):
        for link in dict.fromkeys(content(file).loads):
            target = urljoin(address, link)
            if not target.startswith((HOST, "data:")):
                faults.append(f"{address}: {link} comes from elsewhere")
            elif target.startswith(HOST) and fault_of(link, address, site_folder):
                faults.append(f"{address}: {link} is not there")
    for style in site_folder.rglob("*.css"):
        elsewhere = re.findall(r"url\([\"']?(?:https?:)?//[^)]*\)", style.read_text("utf-8"))
        faults += [f"{style.name}: {found}" for found in elsewhere]
    assert faults == []


def test_every_page_has_a_title_of_its_own_a_language_and_words_for_its_pictures(site_folder: Path) -> None:
    titles: dict[str, list[str]] = {}
    for file, address in pages(site_folder):
        page = content(file)
        assert page.language == "en", address
        assert page.images_without_words == (), address
        titles.setdefault(page.title, []).append(address)
    assert not [each for each in titles if not each]
    assert {title: found for title, found in titles.items() if len(found) > 1} == {}


def test_every_identifier_of_a_schema_leads_to_that_schema(site_folder: Path) -> None:
    sources = [*(ROOT / "schemas").rglob("*.schema.json"), *(ROOT / "conformance").glob("[pv]*/*.schema.json")]
    found = 0
    for source in sources:
        identifier: str = json.loads(source.read_text("utf-8"))["$id"]
        assert (site_folder / identifier.removeprefix(BASE)).read_bytes() == source.read_bytes()
        found += 1
    assert found > 15
