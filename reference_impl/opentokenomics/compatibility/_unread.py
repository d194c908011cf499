"""Differences of what schemas say in words of JSON Schema that no program here understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from opentokenomics.compatibility._change import Action, Change, Compatibility

_ANNOTATIONS = {"$comment", "title", "description", "examples", "default", "deprecated", "readOnly", "writeOnly"}
"""Keywords that no value fails by."""
_EFFECTIVE = {"x-document"}
"""Keywords of our own that change how a dataset is read."""


def changed_unread(where: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    """The differences of keywords that are read by people only, each of which a person has to judge."""
    for keyword in sorted(old.keys() | new.keys()):
        before, now = old.get(keyword), new.get(keyword)
        if before == now:
            continue
        what = f"the keyword {keyword} {'is new' if before is None else 'is gone' if now is None else 'changed'}"
        if keyword in _ANNOTATIONS or (keyword.startswith("x-") and keyword not in _EFFECTIVE):
            why = "No value is judged by it."
            yield Change(Compatibility.COMPATIBLE, where, keyword, Action.REWORDED, what, why, review=True)
        else:
            why = "Whether every value that was allowed still is, no program here can tell."
            yield Change(Compatibility.INCOMPATIBLE, where, keyword, Action.CHANGED, what, why, review=True)
