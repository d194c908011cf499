"""How high pages stand in the search of the site: what people look for before what explains why it is so."""

from __future__ import annotations

from typing import Any

_BOOSTS = {"decisions/": 0.1, "changelog.md": 0.1, "reference/python/": 0.3}
"""By the beginning of a page's path; any other page has 1. These name everything there is."""

_TAGS = {"playground/index.md": "playground"}
"""What people call a page whose heading says it in other words."""


def ranking_of(path: str) -> dict[str, Any]:
    """What the front matter of a page says of its rank; pages that say it themselves keep it."""
    found: dict[str, Any] = {"tags": [_TAGS[path]]} if path in _TAGS else {}
    boost = next((boost for beginning, boost in _BOOSTS.items() if path.startswith(beginning)), None)
    return found if boost is None else {**found, "search": {"boost": boost}}
