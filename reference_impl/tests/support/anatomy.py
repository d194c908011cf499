"""Parquet files taken apart into what their footer and the headers of their pages state, and put together with lies.

Both are structs of Thrift's compact protocol (https://github.com/apache/thrift, *thrift-compact-protocol.md*); what the
numbers of their fields mean is in https://github.com/apache/parquet-format, *parquet.thrift*.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_MAGIC = b"PAR1"
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 12
_INTEGERS = {4, 5, 6}


@dataclass(slots=True)
class Items:
    """A list: the type of its items, and they."""

    kind: int
    items: list[Any]


Struct = dict[int, "Field"]


@dataclass(slots=True)
class Field:
    """A value with its type; a struct is a dict of fields by their numbers, a list is Items."""

    kind: int
    value: Any

    def at(self, *way: int) -> Field:
        """The field to which numbers of fields, and places in lists, lead."""
        field = self
        for step in way:
            if isinstance(field.value, Items):
                field = Field(field.value.kind, field.value.items[step])
            else:
                field = field.value[step]
        return field


def fields_in(value: Any) -> Iterator[Field]:  # noqa: ANN401 - any node of a tree
    """Every field below a struct or a list."""
    for each in value.items if isinstance(value, Items) else value.values() if isinstance(value, dict) else ():
        if isinstance(each, Field):
            yield each
            yield from fields_in(each.value)
        else:
            yield from fields_in(each)


class _Decoder:
    def __init__(self, content: bytes, place: int) -> None:
        self.content = content
        self.place = place

    def byte(self) -> int:
        self.place += 1
        return self.content[self.place - 1]

    def varint(self) -> int:
        result = shift = 0
        while True:
            byte = self.byte()
            result |= (byte & 0x7F) << shift
            if byte < 0x80:
                return result
            shift += 7

    def zigzag(self) -> int:
        number = self.varint()
        return (number >> 1) ^ -(number & 1)

    def bytes(self, size: int) -> bytes:
        self.place += size
        return self.content[self.place - size : self.place]

    def struct(self) -> Struct:
        fields: Struct = {}
        number = 0
        while head := self.byte():
            number = number + (head >> 4) if head >> 4 else self.zigzag()
            fields[number] = Field(head & 15, self.value(head & 15, in_list=False))
        return fields

    def value(self, kind: int, *, in_list: bool) -> Any:  # noqa: ANN401
        if kind in {_TRUE, _FALSE}:
            return self.byte() if in_list else None
        if kind in _INTEGERS:
            return self.zigzag()
        if kind == _STRUCT:
            return self.struct()
        if kind == _BINARY:
            return self.bytes(self.varint())
        if kind in {_LIST, _SET}:
            head = self.byte()
            size = self.varint() if head >> 4 == 15 else head >> 4
            return Items(head & 15, [self.value(head & 15, in_list=True) for _ in range(size)])
        return self.bytes({_BYTE: 1, _DOUBLE: 8}[kind])


def _varint(number: int) -> bytes:
    result = bytearray()
    while number >= 0x80:
        result.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*result, number])


def _zigzag(number: int) -> bytes:
    return _varint(number << 1 if number >= 0 else (-number << 1) - 1)


def decode_struct(content: bytes, place: int = 0) -> tuple[Struct, int]:
    """The struct that begins at a place, and where it ends."""
    decoder = _Decoder(content, place)
    return decoder.struct(), decoder.place


def encode_struct(fields: Struct) -> bytes:
    """The bytes of a struct."""
    result = bytearray()
    last = 0
    for number, field in sorted(fields.items()):
        step = number - last
        result += bytes([step << 4 | field.kind]) if 0 < step < 16 else bytes([field.kind]) + _zigzag(number)
        result += _value(field.kind, field.value)
        last = number
    return bytes([*result, 0])


def _value(kind: int, value: Any) -> bytes:  # noqa: ANN401
    if kind in {_TRUE, _FALSE}:
        return b"" if value is None else bytes([value])
    if kind in _INTEGERS:
        return _zigzag(value)
    if kind == _STRUCT:
        return encode_struct(value)
    if kind == _BINARY:
        return _varint(len(value)) + bytes(value)
    if kind in {_LIST, _SET}:
        size = len(value.items)
        head = bytes([size << 4 | value.kind]) if size < 15 else bytes([0xF0 | value.kind]) + _varint(size)
        return head + b"".join(_value(value.kind, item) for item in value.items)
    return bytes(value)


@dataclass(slots=True)
class Anatomy:
    """A Parquet file: the bytes of its pages, and its footer, which may be changed.

    The footer's fields: 2 is the schema, 3 the number of rows, 4 the row groups. Of a row group, 1 are the column
    chunks, 2 its bytes, 3 its rows. Of a column chunk, 3 is what it states: 3 the path, 4 the codec, 5 its values, 6
    and 7 its size before and after compression, 9 where its data begin, 11 where its dictionary is, 12 statistics.
    """

    body: bytes
    footer: Struct

    @classmethod
    def of(cls, content: bytes) -> Anatomy:
        """Takes a sound file apart."""
        (size,) = struct.unpack("<I", content[-8:-4])
        end = len(content) - 8 - size
        return cls(content[:end], decode_struct(content, end)[0])

    def file(self, size: int | None = None) -> bytes:
        """The file; ``size`` is what it says of the length of its footer."""
        footer = encode_struct(self.footer)
        return self.body + footer + struct.pack("<I", len(footer) if size is None else size) + _MAGIC

    @property
    def root(self) -> Field:
        """The footer as a field."""
        return Field(_STRUCT, self.footer)

    @property
    def chunks(self) -> list[Struct]:
        """What is stated of each column chunk."""
        groups = [Field(_STRUCT, each) for each in self.root.at(4).value.items]
        return [Field(_STRUCT, each).at(3).value for group in groups for each in group.at(1).value.items]

    def pages(self, chunk: Struct) -> list[tuple[int, int, Struct]]:
        """Where the header of each page of a chunk begins and ends, and what it says.

        Raises:
            ValueError: The size of a page is a lie already.
        """
        place = min(chunk[number].value for number in (9, 11) if number in chunk)
        end, found = place + chunk[7].value, []
        while place < end:
            header, after = decode_struct(self.body, place)
            if header[3].value < 0:
                raise ValueError(header)
            found.append((place, after, header))
            place = after + header[3].value
        return found

    def replace(self, start: int, end: int, content: bytes) -> None:
        """Puts other bytes into the place of some, and moves what the footer says of places after them."""
        self.body = self.body[:start] + content + self.body[end:]
        moved = len(content) - (end - start)
        for chunk in self.chunks:
            places = [chunk[number].value for number in (9, 11) if number in chunk]
            if min(places) <= start < min(places) + chunk[7].value:
                chunk[7].value += moved
            for number in (9, 11):
                if number in chunk and chunk[number].value > start:
                    chunk[number].value += moved
