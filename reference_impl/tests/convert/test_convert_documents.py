"""Documents of JSON are read in pieces, and the pieces change nothing."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from opentokenomics.convert._documents import documents
from opentokenomics.convert._json import StrictParser

VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=5) | st.sampled_from(['"', "\\", "}]", "[{", "\u2028"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(max_size=3), VALUES, max_size=3)
DAMAGE = (b"", b"\n", b'"', b"{", b"}", b"[", b"]", b",", b"\\", b"\xff", b"tru", b"\xe2\x82")
ALL = 10_000


def read(text: bytes, size: int, longest: int) -> list[tuple[int, str]]:
    """Numbers of lines and records, or what is wrong with them, of a text that comes in pieces of a size."""
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return [(line, repr(value)) for line, value in documents(StrictParser(), pieces, 1, longest)]


@given(
    values=st.lists(VALUES, max_size=8),
    indent=st.sampled_from([None, 0, 1]),
    size=st.integers(1, 40),
    is_ascii=st.booleans(),
)
def test_the_elements_of_an_array(values: list[object], indent: int | None, size: int, *, is_ascii: bool) -> None:
    text = json.dumps(values, indent=indent, ensure_ascii=is_ascii)
    assert [value for _, value in read(text.encode(), size, ALL)] == list(map(repr, values))


@given(values=st.lists(OBJECTS, max_size=5), between=st.sampled_from(["", " ", "\n"]), size=st.integers(1, 40))
def test_objects_one_after_the_other(values: list[object], between: str, size: int) -> None:
    texts = [json.dumps(value, indent=1) for value in values]
    found = read(between.join(texts).encode(), size, ALL)
    assert [value for _, value in found] == list(map(repr, values))
    begins = [between.join([*texts[:number], ""]).count("\n") + 1 for number in range(len(texts))]
    assert [line for line, _ in found] == begins


@given(
    values=st.lists(VALUES, max_size=5), size=st.integers(1, 20), longest=st.sampled_from([10, 50, ALL]), data=st.data()
)
def test_damage_is_the_same(values: list[object], size: int, longest: int, data: st.DataObject) -> None:
    text = bytearray(json.dumps(values, ensure_ascii=False).encode())
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(text)))
        text[at : at + data.draw(st.integers(0, 3))] = data.draw(st.sampled_from(DAMAGE))
    assert read(bytes(text), size, longest) == read(bytes(text), ALL, longest)
