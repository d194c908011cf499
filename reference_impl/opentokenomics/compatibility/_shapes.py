"""Differences of what the schemas ask of a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from opentokenomics.compatibility._change import Action, Change, Compatibility
from opentokenomics.standard import Column, Facet, Shape

_DIGITS = re.compile(r"\^-\?\[0-9\]\{1,([0-9]+)\}\(\?:\[\.\]\[0-9\]\{1,([0-9]+)\}\)\?\$")
Shapes = tuple[Shape, ...]


def changed_shapes(where: str, old: Column, new: Column) -> Iterator[Change]:
    """Differences of the shapes of a column whose kind is the same."""
    before, now = _by_facet(old), _by_facet(new)
    for facet in Facet:
        older, newer = before.get(facet, ()), now.get(facet, ())
        if facet is Facet.PRESENT and (bool(older), bool(newer)) == (old.required, new.required):
            continue  # told of the column
        if _content(older) != _content(newer):
            if facet is Facet.ENUM and older and newer:
                continue  # value by value, elsewhere
            yield _changed(where, facet, older, newer)
        elif facet is Facet.DIGITS and (old.precision, old.scale) != (new.precision, new.scale):
            why = "Values may be held in another way."
            yield Change(
                Compatibility.INCOMPATIBLE, where, facet, Action.CHANGED, f"{facet} are counted otherwise", why
            )
        elif _owners(older) != _owners(newer):
            yield _moved(where, facet, newer)


def _by_facet(column: Column) -> Mapping[Facet, Shapes]:
    found: dict[Facet, Shapes] = {}
    for shape in column.shapes:
        found[shape.facet] = (*found.get(shape.facet, ()), shape)
    return found


def _content(shapes: Shapes) -> object:
    return sorted(str((shape.pattern, sorted(shape.values), shape.low, shape.high)) for shape in shapes)


def _owners(shapes: Shapes) -> set[str]:
    return {shape.requirement for shape in shapes}


def _moved(where: str, facet: Facet, new: Shapes) -> Change:
    what = f"{facet} is reported under {', '.join(sorted(_owners(new)))}"
    return Change(Compatibility.COMPATIBLE, where, facet, Action.CHANGED, what, "The same values conform.")


def _changed(where: str, facet: Facet, old: Shapes, new: Shapes) -> Change:
    admits = _ADMITS.get(facet, _admits_if_dropped)
    forward, backward = admits(new, old), admits(old, new)
    action = {(True, False): Action.LOOSENED, (False, True): Action.TIGHTENED}.get((forward, backward), Action.CHANGED)
    if forward:
        why = "Every value that was allowed still is."
        return Change(Compatibility.COMPATIBLE, where, facet, action, _told(facet, old, new), why)
    why = "Values that were allowed may not be any more."
    return Change(Compatibility.INCOMPATIBLE, where, facet, action, _told(facet, old, new), why)


def _told(facet: Facet, old: Shapes, new: Shapes) -> str:
    if not old or not new:
        return f"{facet} is {'new' if new else 'gone'}"
    if facet in _BOUNDED:
        before, now = _span(old), _span(new)
        return f"{facet} was {_spelled(before)} and is {_spelled(now)}"
    if facet is Facet.DIGITS and (before_digits := _digits(old)) and (digits := _digits(new)):
        return f"digits before and after the point were {_pair(before_digits)} and are {_pair(digits)}"
    return f"{facet} changed"


def _spelled(span: tuple[int | None, int | None]) -> str:
    low, high = span
    return f"{'any' if low is None else low} to {'any' if high is None else high}"


def _pair(digits: tuple[int, int]) -> str:
    return f"{digits[0]} and {digits[1]}"


_BOUNDED = {Facet.COUNT, Facet.LENGTH, Facet.RANGE}


def _span(shapes: Shapes) -> tuple[int | None, int | None]:
    lows = [shape.low for shape in shapes if shape.low is not None]
    highs = [shape.high for shape in shapes if shape.high is not None]
    return max(lows, default=None), min(highs, default=None)


def _digits(shapes: Shapes) -> tuple[int, int] | None:
    matches = [_DIGITS.fullmatch(shape.pattern or "") for shape in shapes]
    if len(matches) != 1 or matches[0] is None:
        return None
    return int(matches[0][1]), int(matches[0][2])


# Whether every value that the second shapes admit is admitted by the first


def _admits_if_dropped(one: Shapes, other: Shapes) -> bool:
    """What cannot be compared admits more only where it asks for nothing."""
    return not one or _content(one) == _content(other)


def _admits_span(one: Shapes, other: Shapes) -> bool:
    (low, high), (other_low, other_high) = _span(one), _span(other)
    return (low is None or (other_low is not None and low <= other_low)) and (
        high is None or (other_high is not None and high >= other_high)
    )


def _admits_digits(one: Shapes, other: Shapes) -> bool:
    if not one or not other:
        return not one
    digits, other_digits = _digits(one), _digits(other)
    return bool(digits and other_digits and all(a >= b for a, b in zip(digits, other_digits, strict=True)))


def _admits_values(one: Shapes, other: Shapes) -> bool:
    """Of codes, and of the members of lists: the longer list of values admits more."""
    if len(one) != 1 or len(other) != 1:
        return not one
    return one[0].pattern == other[0].pattern and set(one[0].values) >= set(other[0].values)


_ADMITS: Mapping[Facet, Callable[[Shapes, Shapes], bool]] = {
    Facet.CODE: _admits_values,
    Facet.COUNT: _admits_span,
    Facet.DIGITS: _admits_digits,
    Facet.LENGTH: _admits_span,
    Facet.MEMBERS: _admits_values,
    Facet.RANGE: _admits_span,
}
