"""CSV is read as RFC 4180 has it, and the fast path never reads a row otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from reading import damaged, read_csv
from records import LONGEST_LINE, report_on

from opentokenomics.readers._csv_gate import is_bare
from opentokenomics.shapes import SHORT

_Test = TypeVar("_Test", bound=Callable[..., None])

_HEADS = [
    *(b"team,attempt", b"team", b"team,workflow,tags", b'"team",attempt', b"team,x_a,attempt", b"team,team,attempt"),
    *(b"colour,team", b"spec_version,team", b"x_a,spec_version", b'x_a,"x_b\n",team'),
]
_CELLS = [b"a", b"1", b"", b'""', b'"a,b"', b'"a""b"', b'"a\nb"', b'"a\r\nb"', b"a b", b" a", b"a ", b'"a b"', b'a"b']
_LINES = [
    *_CELLS,
    *(first + b"," + second for first in _CELLS for second in _CELLS),
    *(b"a," + cell + b',"{""a"":""b""}"' for cell in _CELLS),
    *(b"a," + cell + b',"{""a"": ""b"", ""c"": ""d""}"' for cell in _CELLS),
]
_PIECES = [
    *(b'"', b'""', b'"""', b",", b" ", b"\t", b"\n", b"\r", b"\r\n", b"\n\n", b"\x0c", b"\x0b", b"\x00", b"\xff"),
    *(b"\xc3", b"\xef\xbb\xbf", b"\\", b'\\"', b"'", b";", b"#", b' "', b'" ', b",,", b"\xe2\x80\xa8", b"\xc2\x85"),
    *(
        b"\xc2\xa0",
        b"\xf0\x9f\x98\x80",
        b'""\n',
        b"NULL",
        b"\x1a",
        b'"a" "b"',
        b'  ""',
        b"\x1e",
        b'{"a":"b"}',
        b' ""a""',
    ),
    *(b', ""', b',"" ', b',\t""', b',""', b',"",', b',  "a"'),
]
_SUBTLE = [
    # Engines drop an empty cell too many, spaces around quotes, and lines that are blank but for one cell.
    b"team,attempt\na,1,\nb,2\n",
    b'team,attempt\na,1,""\nb,2\n',
    b'team,attempt\na,1,""',
    b"team,attempt\r\na,1,\r\nb,2\r\n",
    b"team,attempt\r\na,1,,,\r\nb,2\r\n",
    b'team,attempt\n"a,a",1,\nb,2\n',
    b"team,attempt\na,\nb,\n",
    b'team,workflow\na, ""\nb,c\n',
    b'team,workflow\na,  """b"""\nb,c\n',
    b'team,workflow\n ""a,b\n\t"a",b\n',
    b'team,workflow\n"a" ,b\n',
    b'team,workflow\nb,"a" ',
    b'team,workflow\na,"{""a" """}"\n',
    b'team,workflow\na"b, ""\n',
    b"team\na\n\nb\n",
    b"\nteam,attempt\na,1\n",
    b"team,workflow\n\rb,\n",
    b"team,attempt\n\na,1\n\n\n",
    b"team,attempt\r\n\r\na,1\r\n\r\n",
    b'team,attempt\r\n"a\r\nb",1\r\n"a\nb",1\r\n',
    b'"a"b,team\n1,2\n3,4\n',
    b"\xff,team\n1,2\n",
    b"team,attempt\na\n",
]


def _with_subtle_examples(test: _Test) -> _Test:
    for content in _SUBTLE:
        test = example(content=content)(test)
    return test


class _Row(NamedTuple):
    line: int
    cells: list[str] | None


def _rows(content: bytes) -> Iterator[_Row]:
    """The rows below a header of one line, by the letter of RFC 4180; None for cells that cannot be read."""
    lines = content.split(b"\n")
    number, cells, quoted, start = 1, [""], False, 1
    is_text = True
    for number, line in enumerate(lines[1:], 2):
        if not quoted:
            cells, start, is_text = [""], number, True
        try:
            text = line.decode()
        except UnicodeDecodeError:
            text, is_text = line.decode(errors="replace"), False
        is_last = number == len(lines)
        if not quoted and text in {"", "\r"}:
            continue
        try:
            quoted = _scan(text.removesuffix("\r"), cells, quoted=quoted)
        except ValueError:
            quoted = False
            yield _Row(start, None)
            continue
        if not quoted:
            yield _Row(start, [cell.removeprefix("\0") for cell in cells] if is_text else None)
        elif is_last:
            yield _Row(start, None)
        else:
            cells[-1] += "\r\n" if text.endswith("\r") else "\n"


def _scan(text: str, cells: list[str], *, quoted: bool) -> bool:
    """Adds what a line holds to the cells; gives whether it ends inside quotes. A cell in quotes begins with NUL."""
    place = 0
    while place < len(text):
        letter = text[place]
        if quoted:
            if text[place : place + 2] == '""':
                cells[-1] += '"'
                place += 1
            elif letter == '"':
                quoted = False
                if text[place + 1 : place + 2] not in {"", ","}:
                    raise ValueError(text)
            else:
                cells[-1] += letter
        elif letter == ",":
            cells.append("")
        elif letter == '"' and not cells[-1]:
            quoted = True
            cells[-1] = "\0"
        else:
            cells[-1] += letter
        place += 1
    return quoted


class TestTheFastPathIsTheStrictOne:
    """Where a file is handed to the engine as it is, the engine reads what the strict reader reads."""

    @given(damaged(_LINES, _PIECES, _HEADS))
    @_with_subtle_examples
    @settings(max_examples=600, deadline=None)
    def test_on_damaged_files(self, content: bytes) -> None:
        reading = read_csv(content, block=7 if len(content) % 2 else None)
        assert len(reading.copied) == reading.copied_rows
        if reading.direct is not None:
            assert not reading.faults
            for ours, theirs in zip(reading.direct, reading.copied, strict=True):
                assert all(theirs[name] in {text, reading.marks.wrong_type} for name, text in ours.items())

    @pytest.mark.parametrize("tags", [b"", b'"{""a"": ""b"", ""c"": ""d""}"', b'"a, ""b"""'])
    @pytest.mark.parametrize("line_break", [b"\n", b"\r\n"])
    def test_plain_files_take_it(self, tags: bytes, line_break: bytes) -> None:
        content = line_break.join([b"team,workflow,tags", b"a,b," + tags, b'"a ""b"" c",b,' + tags, b""])
        assert read_csv(content).direct is not None


class TestABlockIsBare:
    """Only of lines none of which has an @ or is longer than any limit on the length of a text."""

    @given(st.lists(st.integers(0, 2 * SHORT), max_size=6), st.booleans())
    @example(lengths=[2047, 4097, 0], is_ended=True)
    @example(lengths=[4097], is_ended=False)
    def test_so_no_cell_is_too_long(self, lengths: list[int], is_ended: bool) -> None:  # noqa: FBT001 - a case
        block = b"\n".join(b"x" * length for length in lengths) + b"\n" * is_ended
        if is_bare(block):
            assert max(lengths, default=0) <= SHORT
        else:
            assert max(lengths) >= SHORT // 2

    @given(st.integers(0, 5000))
    def test_and_no_cell_has_an_at_sign(self, place: int) -> None:
        block = b"a,b,c,d,e\n" * 501
        assert is_bare(block)
        assert not is_bare(block[:place] + b"@" + block[place:])


class TestTheCopyIsStrict:
    """A row is refused exactly where it is no row of as many cells as the header; other cells stay what they are."""

    @given(damaged([line for line in _LINES if b'a"b' not in line], [each for each in _PIECES if each != b"\r"]))
    @settings(max_examples=400, deadline=None)
    def test_on_damaged_rows(self, content: bytes) -> None:
        content = b"team,workflow,spec_version\n" + content
        # NUL is how the parser above marks quotes, and it knows no carriage return but the one that ends a line.
        assume(b"\0" not in content and content.count(b"\r") == content.count(b"\r\n"))
        reading, rows = read_csv(content), list(_rows(content))
        assert reading.lines == {number: row.line for number, row in enumerate(rows, 1)}
        for texts, row in zip(reading.copied, rows, strict=True):
            is_row = row.cells is not None and len(row.cells) == len(texts)
            assert (texts["spec_version"] == reading.marks.refused) == (not is_row)
            if is_row:
                assert list(texts.values()) == [cell or None for cell in row.cells or ()]


class TestFaults:
    """A record has one fault, the first of those that the standard lists; it ends with the line on which that is."""

    @pytest.mark.parametrize(
        "row", [b'\xff,"a"b', b'"a"b,\xff', b"\xff\ra,b", b'"\n\xff"a,b', b'\xff,"', b"a,\xff\r\r", b"\xff"]
    )
    def test_what_is_not_utf_8_is_so_whatever_else_it_is(self, row: bytes) -> None:
        assert read_csv(b"team,workflow\n" + row).faults == {"OTS-GEN-002": 1}

    @pytest.mark.parametrize("row", [b"a,b\r", b'"a","b"\r', b'"a\r\n","b"\r', b"\r"])
    def test_a_carriage_return_before_no_line_feed(self, row: bytes) -> None:
        assert read_csv(b"team,workflow\na,b\n" + row).faults == {"OTS-GEN-001": 1}
        assert read_csv(b"team,workflow\n" + row + b"\r\na,b\n").faults == {"OTS-GEN-001": 1}
        assert read_csv(b"team,workflow\n" + row + b"\na,b\n").faults == {}

    @pytest.mark.parametrize("header", [b"team,team", b"team,Team", b'"team"x,workflow', b"team,\xff"])
    def test_of_a_header_are_on_its_line(self, header: bytes) -> None:
        report = report_on(b"\n\r\n" + header + b"\na,b\n", suffix=".csv")
        (line,) = {each.line for each in report.violations if each.row is None and each.line is not None}
        assert line == 3


class TestLongLines:
    """A line may have 16 MiB, its line break not counted."""

    @pytest.mark.parametrize(("extra", "is_too_long"), [(0, False), (1, True), (600_000, True)])
    @pytest.mark.parametrize("line_break", [b"", b"\n", b"\r\n"])
    def test_at_the_limit(self, extra: int, is_too_long: bool, line_break: bytes) -> None:  # noqa: FBT001
        reading = read_csv(b"team,x_a\nb,c\na," + b"x" * (LONGEST_LINE + extra - 2) + line_break)
        assert reading.faults == ({"OTS-GEN-005": 1} if is_too_long else {})
        assert reading.copied_rows == 2
        assert reading.direct is None or not is_too_long


_HALF = b"x" * (LONGEST_LINE // 2)


class TestLongRows:
    """A row whose cells have line breaks may be as long as a line, and what makes it longer is its last line."""

    @pytest.mark.parametrize(("extra", "is_too_long"), [(0, False), (1, True)])
    @pytest.mark.parametrize("line_break", [b"\n", b"\r\n"])
    def test_at_the_limit(self, extra: int, is_too_long: bool, line_break: bytes) -> None:  # noqa: FBT001
        rest = b"x" * (LONGEST_LINE // 2 + extra - len(b'a,""' + line_break))
        reading = read_csv(b'team,x_a\na,"' + line_break.join([_HALF, rest]) + b'"' + line_break + b"c,d\n")
        assert reading.faults == ({"OTS-GEN-001": 1} if is_too_long else {})
        assert [row["team"] for row in reading.copied][1:] == ["c"]

    @pytest.mark.parametrize(
        ("lines", "fault", "next_line"),
        [
            ([_HALF, _HALF], "OTS-GEN-001", 4),  # a quote that is not closed takes no more with it
            ([_HALF, _HALF + b"\xff"], "OTS-GEN-002", 4),
            ([b"\xff", _HALF + _HALF + b"x"], "OTS-GEN-005", 4),
            ([b"", _HALF + _HALF + b'x",e'], "OTS-GEN-005", 4),
        ],
    )
    def test_the_row_ends_with_that_line(self, lines: list[bytes], fault: str, next_line: int) -> None:
        reading = read_csv(b'team,x_a\na,"' + b"\n".join(lines) + b"\nc,d\n")
        assert reading.faults == {fault: 1}
        assert [row["team"] for row in reading.copied][1:] == ["c"]
        assert reading.lines == {1: 2, 2: next_line}
