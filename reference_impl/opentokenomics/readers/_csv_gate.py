"""What engines read otherwise than RFC 4180 says: some with an error, and some without."""

from __future__ import annotations

import csv
import re
from itertools import pairwise

from opentokenomics.readers._bytes import LONGEST_LINE
from opentokenomics.shapes import SHORT

# It begins with one byte, which is found at once; a pair of bytes is not.
_BLANK = re.compile(
    rb' (?:("(?!")'  # a quote that opens a cell after a space, or closes one after a space
    rb'|(?<=" )(?:[ ,"\r\n]|\Z))'  # a space after a quote that closes a cell
    rb'|(?<=[ ,\n] )"")'  # two quotes that may stand at the beginning of a cell, but for spaces
)
_EMPTY_LAST = (b",", b",\r", b',""', b',""\r')
"""How a line ends whose last cell is empty."""
_COMMA_OR_RETURN, _QUOTE = b",\r", ord('"')


def lines_of(block: bytes, width: int) -> int | None:
    """The number of lines in a block; None where engines may read it otherwise than RFC 4180 says, or find faults.

    They drop spaces around a quote that opens or closes a cell, and an empty cell too many at the end of a row. Each
    line is taken for a row; where one is not, an engine finds fewer rows than there are lines.

    Args:
        block: Whole lines.
        width: The number of cells that each row should have; at least 2.
    """
    if b"\r" in block and not block.count(b"\r") == block.count(b"\r\n") == block.count(b"\n"):
        return None
    if len(block) > LONGEST_LINE or not _is_utf8(block) or _has_odd_blank(block, width):
        return None
    count, begin = 0, 0
    # A loop over single bytes is twice as fast as counting them and looking for two at a time.
    while (end := block.find(b"\n", begin)) >= 0:
        last = block[end - 1]
        may_be_open = last in _COMMA_OR_RETURN or (last == _QUOTE and block[end - 2] == _QUOTE)
        if may_be_open and _is_open_and_odd(block[begin:end], width):
            return None
        count, begin = count + 1, end + 1
    if begin == len(block):
        return count
    return None if _is_open_and_odd(block[begin:], width) else count + 1


def is_bare(block: bytes) -> bool:
    """Whether no line of a block has an @ or is longer than ``SHORT`` bytes, and so no cell either.

    A line that is longer covers an aligned stretch of half that length.
    """
    stretch = SHORT // 2
    starts = range(0, len(block) - stretch, stretch)
    return b"@" not in block and all(block.find(b"\n", start, start + stretch) >= 0 for start in starts)


def _is_utf8(block: bytes) -> bool:
    if block.isascii():
        return True
    try:
        block.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _has_odd_blank(block: bytes, width: int) -> bool:
    if b'"' not in block:
        return False
    blanks = block.replace(b"\t", b" ") if b"\t" in block else block
    end = -1
    if blanks.startswith(b' ""'):
        end = _end_of_line(block, 0)
        if _is_odd_row(block[:end], width):
            return True
    for found in _BLANK.finditer(blanks):
        if found.lastindex:
            return True
        if found.start() > end:
            end = _end_of_line(block, found.start())
            if _is_odd_row(block[block.rfind(b"\n", 0, found.start()) + 1 : end], width):
                return True
    return False


def _end_of_line(block: bytes, start: int) -> int:
    end = block.find(b"\n", start)
    return len(block) if end < 0 else end


def _is_open_and_odd(line: bytes, width: int) -> bool:
    return line.endswith(_EMPTY_LAST) and _is_odd_row(line, width)


def _is_odd_row(line: bytes, width: int) -> bool:
    """Whether a line has another number of cells, or a cell that begins with a quote after blanks."""
    if b'"' not in line:
        return line.count(b",") != width - 1
    outside = line.removesuffix(b"\r").split(b'"')[::2]
    if line.count(b'"') % 2 == 0 and _is_plain(outside):
        return sum(part.count(b",") for part in outside) != width - 1
    try:
        cells = next(csv.reader([line.decode("utf-8")], strict=True))
    except csv.Error:
        return True
    return len(cells) != width or any(cell[:1] in " \t" and cell.lstrip(" \t")[:1] == '"' for cell in cells)


def _is_plain(outside: list[bytes]) -> bool:
    """Whether every other part between quotes is what stands between quoted cells: nothing, or from comma to comma."""
    inner = pairwise(outside)
    return all(not part or part.endswith(b",") for part, _ in inner) and all(
        not part or part.startswith(b",") for part in outside[1:]
    )
