"""The first page of the site, on which a visitor can check an export at once."""

from __future__ import annotations

import re

from drafts import ROOT

_MARK = "<!-- site: playground -->"
_PLAYGROUND = re.compile(r'<link rel="stylesheet".*?</script>\n', re.DOTALL)


def filled(html: str) -> str:
    """A page with the playground where it asks for it, whose files are where the playground's own page has them."""
    if _MARK not in html:
        return html
    page = (ROOT / "docs" / "playground" / "index.md").read_text("utf-8")
    block = _PLAYGROUND.search(page)
    if block is None:
        message = "docs/playground/index.md has no block from its style sheet to its script"
        raise SystemExit(message)
    return html.replace(_MARK, re.sub(r'\b(href|src)="(?=[a-z-]+[.](?:css|js)")', r'\1="playground/', block[0]))
