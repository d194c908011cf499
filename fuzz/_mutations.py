"""Damages sound inputs, with an eye for what they are made of. Every choice is Hypothesis's, so that it can shrink."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Sequence

from anatomy import Anatomy, Field, Items, Struct, encode_struct, fields_in
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

NUMBERS = [
    *(0, 1, -1, 2, -2, 3, 7, 8, 15, 16, 100, -100, 127, 128, 255, 256, 1000, 65535, 65536),
    *(2**sign * factor for sign in (20, 30, 31, 32, 33, 40, 53, 62) for factor in (1, -1)),
    *(2**31 - 1, 2**32 - 1, 2**63 - 1, -(2**63), 10**9),
]
"""Lengths, counts and places that programs get wrong."""

JSON_WORDS = [b'"', b"{", b"}", b"[", b"]", b":", b",", b"null", b"{}", b"[]", b"true", b"-1"]
"""What JSON is made of."""

_WORDS = [
    b"\0",
    b"\xff",
    b"\n",
    b"\r",
    b"\x80",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"\xf0\x9f\x98\x80",
    b"\x1b[31m",
    b"\x00" * 9,
]
_NUMBER = re.compile(rb"\d+")
_ZIP_PARTS = {b"PK\x03\x04": (4, 26), b"PK\x01\x02": (4, 42), b"PK\x05\x06": (4, 18)}
"""Where the numbers of each part of a zip archive are, counted from its signature."""

Change = Callable[[DrawFn, bytes], bytes]


def _span(draw: DrawFn, content: bytes) -> tuple[int, int]:
    start = draw(st.integers(0, len(content)))
    return start, min(len(content), start + draw(st.sampled_from([0, 1, 1, 2, 4, 8, 30, 300])))


def _overwrite(draw: DrawFn, content: bytes) -> bytes:
    start, end = _span(draw, content)
    return content[:start] + draw(st.binary(max_size=8)) + content[end:]


def _flip(draw: DrawFn, content: bytes) -> bytes:
    if not content:
        return content
    place = draw(st.integers(0, len(content) - 1))
    bit = 1 << draw(st.integers(0, 7))
    return content[:place] + bytes([content[place] ^ bit]) + content[place + 1 :]


def _cut(draw: DrawFn, content: bytes) -> bytes:
    return content[: draw(st.integers(0, len(content)))]


def _repeat(draw: DrawFn, content: bytes) -> bytes:
    start, end = _span(draw, content)
    return content[:start] + content[start:end] * draw(st.sampled_from([2, 3, 50])) + content[end:]


def _move(draw: DrawFn, content: bytes) -> bytes:
    start, end = _span(draw, content)
    place = draw(st.integers(0, len(content)))
    return content[:place] + content[start:end] + content[place:]


def _number(draw: DrawFn, content: bytes) -> bytes:
    found = list(_NUMBER.finditer(content))
    if not found:
        return content
    match = draw(st.sampled_from(found))
    number = draw(st.sampled_from([*map(str, NUMBERS), "1e5", "0.1", "-0", "00", "1E400", "9" * 700, "NaN"]))
    return content[: match.start()] + number.encode() + content[match.end() :]


def _line(draw: DrawFn, content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    if not lines:
        return content
    one, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
    lines[one] = draw(st.sampled_from([b"", lines[other], lines[one] * 2, lines[one].rstrip(), lines[one] + b"\r\n"]))
    return b"".join(lines)


BYTES: Sequence[Change] = (_overwrite, _flip, _cut, _repeat, _move)
TEXT: Sequence[Change] = (*BYTES, _number, _line)


@st.composite
def damaged(
    draw: DrawFn, seeds: Sequence[bytes], words: Sequence[bytes] = (), changes: Sequence[Change] = TEXT
) -> bytes:
    """One of the sound inputs with a few changes; ``words`` are what the format gives a meaning to."""
    content = draw(st.sampled_from(seeds))
    known = [*words, *_WORDS]
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 2, 3, 5]))):
        if draw(st.booleans()):
            start, end = _span(draw, content)
            content = content[:start] + draw(st.sampled_from(known)) + content[draw(st.sampled_from([start, end])) :]
        elif draw(st.integers(0, 9)) == 0:
            other = draw(st.sampled_from(seeds))
            content = content[: draw(st.integers(0, len(content)))] + other[draw(st.integers(0, len(other))) :]
        else:
            content = draw(st.sampled_from(changes))(draw, content)
    return content


# --- zip --------------------------------------------------------------------------------------------------------------


def zip_field(draw: DrawFn, content: bytes) -> bytes:
    """Another number in a header of a zip archive."""
    places = [(place, part) for part in _ZIP_PARTS for place in _places(content, part)]
    if not places:
        return content
    start, part = draw(st.sampled_from(places))
    first, last = _ZIP_PARTS[part]
    place = start + draw(st.integers(first // 2, last // 2)) * 2
    form = draw(st.sampled_from(["<H", "<I"]))
    number = draw(st.sampled_from(NUMBERS)) & (0xFFFF if form == "<H" else 0xFFFFFFFF)
    return content[:place] + struct.pack(form, number) + content[place + struct.calcsize(form) :]


def _places(content: bytes, part: bytes) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(part), content)]


# --- Parquet ----------------------------------------------------------------------------------------------------------


def _lie(draw: DrawFn, field: Field, others: Sequence[Field]) -> None:
    """Changes one thing that a struct states."""
    value = field.value
    if isinstance(value, Items):
        _lie_in_list(draw, value)
    elif isinstance(value, int):
        change = draw(st.sampled_from([*NUMBERS, None, None]))
        field.value = value + draw(st.sampled_from([-1, 1, -8, 8, 100])) if change is None else change
    elif isinstance(value, bytes):
        field.value = draw(st.sampled_from([b"", value * 100, value[:-1], value + b"\0", b"\xff" * len(value)]))
    elif isinstance(value, dict) and value:
        if draw(st.booleans()):
            del value[draw(st.sampled_from(sorted(value)))]
        else:
            value[draw(st.integers(1, 16))] = draw(st.sampled_from(others))
    elif value is None:
        field.kind = 3 - field.kind


def _lie_in_list(draw: DrawFn, value: Items) -> None:
    items = value.items
    if not items:
        return
    place = draw(st.integers(0, len(items) - 1))
    way = draw(st.sampled_from(["less", "more", "many", "other", "none"]))
    if way == "less":
        del items[place]
    elif way == "more":
        items.insert(place, draw(st.sampled_from(items)))
    elif way == "many":
        value.items = items * draw(st.sampled_from([2, 10, 300]))
    elif way == "other" and isinstance(items[0], int):
        items[place] = draw(st.sampled_from(NUMBERS))
    else:
        value.items = []


def _damage_page(draw: DrawFn, anatomy: Anatomy, start: int, size: int) -> None:
    page = bytearray(anatomy.body[start : start + size])
    for _ in range(draw(st.integers(1, 3))):
        if page:
            # Levels and the widths of indices are at its beginning.
            place = draw(st.integers(0, min(len(page), draw(st.sampled_from([4, 16, len(page)]))) - 1))
            page[place] = draw(st.sampled_from([0, 1, 127, 128, 255]) | st.integers(0, 255))
    anatomy.body = anatomy.body[:start] + bytes(page) + anatomy.body[start + size :]


def _lie_in_page(draw: DrawFn, anatomy: Anatomy) -> None:
    pages = anatomy.pages(draw(st.sampled_from(anatomy.chunks)))
    start, end, header = draw(st.sampled_from(pages))
    if draw(st.integers(0, 4)) == 0:
        _damage_page(draw, anatomy, end, header[3].value)
    else:
        fields = list(fields_in(header))
        _lie(draw, draw(st.sampled_from(fields)), fields)
        anatomy.replace(start, end, _encoded(header))


def _encoded(fields: Struct) -> bytes:
    # A field that was put into itself has no end.
    try:
        return encode_struct(fields)
    except RecursionError:
        return b"\0"


@st.composite
def lying(draw: DrawFn, seeds: Sequence[bytes]) -> bytes:
    """A Parquet file that states something else than what is in it, or with damaged bytes."""
    content = draw(st.sampled_from(seeds))
    if draw(st.integers(0, 4)) == 0:
        return draw(damaged([content], changes=BYTES))
    anatomy = Anatomy.of(content)
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        try:
            if draw(st.booleans()):
                fields = list(fields_in(anatomy.footer))
                _lie(draw, draw(st.sampled_from(fields)), fields)
            else:
                _lie_in_page(draw, anatomy)
        except (IndexError, KeyError, TypeError, AttributeError, ValueError, RecursionError):
            break  # an earlier lie leaves nothing to be found where the next one belongs
    try:
        return anatomy.file(draw(st.sampled_from([None] * 15 + [0, 1, 2**31, 2**32 - 1])))
    except RecursionError:
        return content[:-1]
