"""Defects of bytes: what is done to the lines of an export, where its records alone cannot show them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from opentokenomics.standard import Fault

Damage = Callable[[bytes], bytes]


def _as_it_is(line: bytes) -> bytes:
    return line


@dataclass(frozen=True, slots=True)
class Harm:
    """What is done to the lines of an export, and what is wrong with it then.

    ``blamed`` is done to the line of the record to blame, ``each`` to that of every record, ``header`` to the header of
    a CSV file. ``start`` is written before everything else. With ``whole``, no record is to blame.
    """

    what: str
    blamed: Damage = _as_it_is
    each: Damage = _as_it_is
    header: Damage = _as_it_is
    start: bytes = b""
    whole: bool = False

    def damaged(self, lines: Iterable[bytes], form: str, row: Callable[[], int | None]) -> Iterator[bytes]:
        """The lines with the damage; ``row`` tells the number of the record to blame once its line is there."""
        yield self.start
        for number, line in enumerate(lines, start=0 if form == "csv" else 1):
            if not number:
                yield self.header(line)
            elif number == row():
                yield self.blamed(self.each(line))
            else:
                yield self.each(line)


def _cut(line: bytes) -> bytes:
    return line[: len(line) // 2] + b"\n"


def _with_another_cell(line: bytes) -> bytes:
    return line[:-1] + b",\n"


def _in_a_code_page(line: bytes) -> bytes:
    return line.decode().encode("latin-1")


def _with_its_first_name_again(line: bytes) -> bytes:
    name, value = next(iter(json.loads(line).items()))
    return line[:-2] + f",{json.dumps(name)}:{json.dumps(value)}}}\n".encode()


def _with_its_first_cell_again(header: bytes) -> bytes:
    return header[:-1] + b"," + header.partition(b",")[0] + b"\n"


_CODE_PAGE = Harm("it is encoded in a code page, not in UTF-8", blamed=_in_a_code_page)
_MARK = Harm("the file begins with a byte order mark", start=b"\xef\xbb\xbf", whole=True)
_LONG = Harm("the line is longer than 16 MiB")
_EMPTY = Harm("there is no record", whole=True)

HARMS: Mapping[tuple[Fault, str], Harm] = {
    (Fault.RECORD, "jsonl"): Harm("the line is cut off in its middle", blamed=_cut),
    (Fault.RECORD, "csv"): Harm("the row has a cell too many", blamed=_with_another_cell),
    (Fault.TEXT, "jsonl"): _CODE_PAGE,
    (Fault.TEXT, "csv"): _CODE_PAGE,
    (Fault.DUPLICATE_NAME, "jsonl"): Harm("the object has its first name twice", blamed=_with_its_first_name_again),
    (Fault.DUPLICATE_NAME, "csv"): Harm(
        "the header has its first name twice", each=_with_another_cell, header=_with_its_first_cell_again, whole=True
    ),
    (Fault.LINE_LENGTH, "jsonl"): _LONG,
    (Fault.LINE_LENGTH, "csv"): _LONG,
    (Fault.BYTE_ORDER_MARK, "jsonl"): _MARK,
    (Fault.BYTE_ORDER_MARK, "csv"): _MARK,
    (Fault.NO_RECORDS, "jsonl"): _EMPTY,
    (Fault.NO_RECORDS, "csv"): _EMPTY,
}
"""What is done for each fault in each format in which it can exist."""
