"""What the theme leaves out for those who do not see a page: names of its parts, and fewer landmarks."""

from __future__ import annotations

import re

_NAMED = (
    ('data-md-component="search" role="dialog"', 'data-md-component="search" role="dialog" aria-label="Search"'),
    ('<nav class="md-path" aria-label="Navigation"', '<nav class="md-path" aria-label="Breadcrumbs"'),
    # A corner of a table that says nothing is no heading of what is below it.
    ("<th></th>", "<td></td>"),
)
_PART = re.compile(r'<nav class="md-nav"([^>]*)>')
_NAME_OF_LANDMARK = re.compile(r' aria-(?:label|labelledby|expanded)="[^"]*"')


def mended(html: str) -> str:
    """A page whose parts have names that tell them apart."""
    for found, put in _NAMED:
        html = html.replace(found, put)
    # Parts of a navigation are lists in it, and not navigations of their own.
    return _PART.sub(lambda part: f'<nav class="md-nav" role="none"{_NAME_OF_LANDMARK.sub("", part[1])}>', html)
