"""HTML as a parser sees it: elements and texts in their order."""

from __future__ import annotations

from collections.abc import Iterator

from justhtml import Element, JustHTML, Text


def parsed(html: str, *, fragment: bool = False) -> JustHTML:
    """The document; one that is no fragment must have no error that a browser would have to mend."""
    return JustHTML(html, sanitize=False, strict=not fragment, fragment=fragment)


def nodes(document: JustHTML) -> Iterator[Element | Text]:
    """Every element and text, in order."""
    waiting = list(reversed(document.root.children or []))
    while waiting:
        node = waiting.pop()
        if isinstance(node, Element | Text):
            yield node
        waiting += reversed(getattr(node, "children", None) or [])


def elements(document: JustHTML) -> Iterator[Element]:
    """Every element, in order."""
    return (node for node in nodes(document) if isinstance(node, Element))


def attribute(element: Element, name: str) -> str:
    """An attribute; the empty string where it is absent."""
    return str(element.attrs.get(name) or "")


def text_of(document: JustHTML, *, without: tuple[str, ...]) -> str:
    """The text that is not directly in one of the elements with these names."""
    parts = (
        node.data or ""
        for node in nodes(document)
        if isinstance(node, Text) and getattr(node.parent, "name", "") not in without
    )
    return "\n".join(parts)
