"""Links as a checkout needs them, turned into links as the site needs them."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from posixpath import normpath, relpath

from drafts import FOLDER, ROOT, WORKING
from spec_tables import CHAPTERS

_LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)")
_FENCE = re.compile(r"^( *)(```+|~~~+).*?^\1\2$", re.MULTILINE | re.DOTALL)

_SCHEMAS = FOLDER.relative_to(ROOT).as_posix()
_OF_ROOT = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "spec/requirements": "requirements/index.md",
    "docs/decisions": "decisions/index.md",
    _SCHEMAS: "schemas/index.md",
}
"""What of the checkout is a page, and another than its path says."""

_SHOWN_BY = {
    "conformance/adapters": "shape.md",
    "conformance/reports": "implementations.md",
    "examples/notebook.ipynb": "workflows/notebook.md",
    "reference_impl/opentokenomics": "reference/python/index.md",
    "spec": "reference/index.md",
}
"""What of the checkout a page that is made for the site is about."""


def home_of(page: str) -> str | None:
    """The file of the checkout, below its root, that a page shows as it is, if it does."""
    for source, shown in _OF_ROOT.items():
        if shown == page and (ROOT / source).is_file():
            return source
    if page.startswith("spec/") and PurePosixPath(page).stem in CHAPTERS:
        return page
    return f"docs/{page}" if (ROOT / "docs" / page).is_file() else None


def rewritten(markdown: str, page: str) -> str:
    """The text of a page with its links leading to pages; what has no page is named without a link."""
    home = home_of(page)
    if home is None:
        return markdown
    parts, at = [], 0
    for fence in _FENCE.finditer(markdown):
        parts += [_prose(markdown[at : fence.start()], home, page), fence[0]]
        at = fence.end()
    return "".join([*parts, _prose(markdown[at:], home, page)])


def _prose(text: str, home: str, page: str) -> str:
    return _LINK.sub(lambda link: _link(link[0], link[1], link[2], home, page), text)


def _link(whole: str, label: str, target: str, home: str, page: str) -> str:
    path, hash_, anchor = target.partition("#")
    if not path or re.match(r"[a-z]+:", path) or path.startswith("/"):
        return whole
    there = normpath((PurePosixPath(home).parent / path).as_posix())
    shown = page_of(there, anchor)
    if shown is None:
        # What exists nowhere is a page that only the site has, or MkDocs says that it is missing.
        return label if (ROOT / there).exists() else whole
    address, anchor = shown
    return f"[{label}]({relpath(address, str(PurePosixPath(page).parent))}{hash_ if anchor else ''}{anchor})"


def page_of(there: str, anchor: str = "") -> tuple[str, str] | None:
    """The page or file of the site, and the anchor in it, for a path of the checkout."""
    if anchor and (there == _SCHEMAS or there.startswith("spec/requirements/")):
        folder = "reference/datasets" if there == _SCHEMAS else "requirements"
        return f"{folder}/{anchor}.md", ""
    if there in _OF_ROOT or there in _SHOWN_BY:
        return (_OF_ROOT | _SHOWN_BY)[there], anchor
    if there.startswith(f"{_SCHEMAS}/"):
        return f"schemas/{WORKING}/{there.removeprefix(f'{_SCHEMAS}/')}", anchor
    is_chapter = there.startswith("spec/") and PurePosixPath(there).stem in CHAPTERS
    if is_chapter or there.startswith("spec/examples/"):
        return there, anchor
    if there.startswith("docs/") and (ROOT / there).is_file():
        return there.removeprefix("docs/"), anchor
    return None
