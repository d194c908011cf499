"""JSON Lines are read as strict I-JSON, and the fast path never lets through what the strict one refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from reading import damaged, read_json_lines
from records import LONGEST_LINE, STANDARD, USAGE, found

from opentokenomics import validate
from opentokenomics.exact_json import JsonError, decode
from opentokenomics.readers import _gate
from opentokenomics.standard import Fault

_Test = TypeVar("_Test", bound=Callable[..., None])

_LINES = [
    b'{"team":"a","attempt":1}',
    b'{"team":"a\\":b"}',
    b'{"workflow":"a\\"\\u003ab","team":"c"}',
    b'{"team":"\\u0022:","attempt":null}',
    b'{"x_a":{"b":[1,2.5,"c"]},"team":"t"}',
    b'{"tags":{"a":"b","c":"d"},"source_counters":{}}',
    b"{}",
    b"",
    f'{{"consumed_quantity":"1","spec_version":"{STANDARD.version}"}}'.encode(),
    b'{ "team" : "x" ,\t"attempt" : 3 }',
    b'{"tags":{"":""},"team":"\\u0000\\n\\t\\/"}',
]
_PIECES = [
    *(b'"', b"\\", b",", b":", b"{", b"}", b"[", b"]", b" ", b"\t", b"\n", b"\r", b"\r\n", b"\n\n", b"\x0c", b"\x0b"),
    *(b"\x00", b"\x1e", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\xc2\x85", b"\xf0\x9f\x98\x80", b"  "),
    *(b"\\u003a", b"\\u003A", b"\\u0022", b"\\u0000", b"\\ud800", b"\\ude00", b"\\ud83d\\ude00", b"\\/", b"\\b", b"'"),
    *(b"1", b"1.0", b"1e3", b"-0", b"NaN", b"null", b"true", b"9" * 25, b"1" * 700, b"{}", b"[]", b"//", b"/**/"),
    *(b'"team":"b",', b',"team":"b"', b',"attempt":2', b'"x_a":{"a":1,"a":2},', b'"x_b":1.50,', b'" :', b'"x_c":null,'),
]

_SUBTLE = [
    # A name twice, and something else that makes up for what is missing when the gate counts names or bytes.
    b'{"team":"a"}\n{"workflow":"a\\"\\u003ab","team":"b","team":"c"}\n',
    b'{"team":"a"}\n{"workflow":"a\\"\\u003Ab","team":"b","team":"c"}\n',
    b'{"team":"a"}\n{"workflow":"\\u0022:","team":"b","team":"c"}\n',
    b'{"team" :"a","team":"b"}',
    b'{"team"\t:"a","team":"b"}',
    b'{"x_a":1,"x_bb":1}\n{"x_a":1e9,"x_bb":1,"x_bb":1}\n',
    b'{"tags":{"a":"b","a":"b"},"attempt":1}',
    # Integers beyond what engines read exactly, and lines that are blank to some.
    b'{"attempt":1}\n{"attempt":9007199254740993,"pricing_block_size":123456789012345678901234567890}\n',
    b"{}\n\x0c\n{}\n\x0b\n\x00\n\xc2\xa0\n{}",
    b"\n\r\n \t\r\n{}\n",
]


def _strict(line: bytes) -> dict[str, Any] | None:
    """The object on a line by the standard library, told to be strict; None where there is none."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError(pairs)
        return dict(pairs)

    def refused(name: str) -> object:
        raise ValueError(name)

    try:
        value = json.loads(line.decode(), object_pairs_hook=unique, parse_constant=refused, parse_float=str)
        json.dumps(value, ensure_ascii=False).encode()
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _records(content: bytes) -> list[tuple[int, bytes]]:
    numbered = enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1)
    return [(number, line) for number, line in numbered if line.strip(b" \t\r")]


def _with_subtle_examples(test: _Test) -> _Test:
    for content in _SUBTLE:
        test = example(content=content)(test)
    return test


class TestTheFastPathIsTheStrictOne:
    """Where a file is handed to the engine as it is, the engine reads what the strict parser reads."""

    @given(damaged(_LINES, _PIECES))
    @_with_subtle_examples
    @settings(max_examples=350, deadline=None)
    def test_on_damaged_files(self, content: bytes) -> None:
        reading = read_json_lines(content, block=30 if len(content) % 2 else None)
        assert len(reading.copied) == reading.copied_rows
        if reading.direct is not None:
            assert reading.direct == reading.copied
            assert not reading.faults

    @pytest.mark.parametrize("line", [line for line in _LINES if line and b"\\u00" not in line and b" :" not in line])
    def test_plain_lines_take_it(self, line: bytes) -> None:
        reading = read_json_lines(line + b"\n" + line)
        assert reading.direct == reading.copied


class TestTheCopyIsStrict:
    """A line is refused exactly where it holds no strict object; the values of the others stay what they are."""

    @given(damaged(_LINES, _PIECES))
    @_with_subtle_examples
    @settings(max_examples=150, deadline=None)
    def test_on_damaged_files(self, content: bytes) -> None:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return
        reading, records = read_json_lines(content), _records(content)
        assert reading.lines == {row: number for row, (number, _) in enumerate(records, 1)}
        assert len(reading.copied) == len(records)
        for texts, (_, line) in zip(reading.copied, records, strict=True):
            strict = _strict(line)
            assert (texts["spec_version"] == reading.marks.refused) == (strict is None)
            if strict is not None:
                for column in USAGE.columns:
                    self._assert_kept(strict.get(column.name), texts[column.name], reading.marks.wrong_type)

    @staticmethod
    def _assert_kept(value: object, text: str | None, wrong_type: str) -> None:
        if value is None or text is None:
            assert value is text
        elif text != wrong_type:
            assert value == (json.loads(text) if isinstance(value, dict) else text) or str(int(text)) == str(value)


class TestLongLines:
    """A line may have 16 MiB, its line break not counted, wherever a block of the reader happens to end."""

    @pytest.mark.parametrize("before", [0, 700_000])
    @pytest.mark.parametrize(("extra", "is_too_long"), [(0, False), (1, True), (600_000, True)])
    @pytest.mark.parametrize("line_break", [b"", b"\n", b"\r\n"])
    def test_at_the_limit(self, before: int, extra: int, is_too_long: bool, line_break: bytes) -> None:  # noqa: FBT001
        start, end = b'{"x_a":"', b'"}'
        line = start + b"x" * (LONGEST_LINE + extra - len(start) - len(end)) + end
        reading = read_json_lines(b'{"team":"a"}' + b" " * before + b"\n" + line + line_break)
        assert reading.faults == ({"OTS-GEN-005": 1} if is_too_long else {})
        assert reading.copied_rows == 2
        assert reading.direct is None or not is_too_long


class TestExactJson:
    """What is decoded is strict I-JSON, and every number is the number that was written."""

    @given(st.sampled_from(_LINES).flatmap(lambda line: damaged([line], _PIECES)))
    @settings(max_examples=300)
    def test_accepts_what_the_strict_library_accepts(self, line: bytes) -> None:
        try:
            value = decode(line)
        except JsonError:
            value = None
        assert isinstance(value, dict) == (_strict(line) is not None)

    @given(st.from_regex(r"-?(0|[1-9][0-9]{0,700})([.][0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", fullmatch=True))
    def test_numbers_are_exact(self, number: str) -> None:
        (value,) = decode(f"[{number}]")
        assert isinstance(value, int | Decimal)
        assert Fraction(value) == Fraction(number)

    @pytest.mark.parametrize("number", ["1e99999999999999999999", "-2.5E+99999999999999999999", "15e9" + "9" * 17])
    def test_a_number_that_no_decimal_holds_stays_as_it_is(self, number: str) -> None:
        (value,) = decode(f"[{number}]")
        assert isinstance(value, msgspec.Raw)
        assert bytes(value).decode() == number
        assert decode("[0.0e99999999999999999999, -0E-99999999999999999999]") == [0, 0]

    @pytest.mark.parametrize("rest", ["", " 1", "]", ',"b":}', "NaN}", ',"b":NaN}', '}{"a":1}'])
    def test_a_record_has_the_first_of_its_faults(self, rest: str) -> None:
        """It is not complete, or else a name is there twice, or else a surrogate is unpaired."""
        for twice in ('{"a":1,"a":"\\ud800"', '{"b":{"a":1,"a":2}'):
            with pytest.raises(JsonError) as raised:
                decode(twice + (rest or "}"))
            assert raised.value.fault is (Fault.RECORD if rest else Fault.DUPLICATE_NAME)

    @pytest.mark.parametrize("content", [b"{}\n", b"{ }\n{}", b'{"x_a":1}\n{}', b"\xef\xbb\xbf{}", b'{"a":1}\n{}\n[]'])
    @pytest.mark.parametrize("of", ["usage", "price"])
    def test_a_record_that_states_nothing_states_no_version(self, tmp_path: Path, content: bytes, of: str) -> None:
        file = tmp_path / f"{of}.jsonl"
        file.write_bytes(content)
        report = validate(file, max_examples=100)
        records = content.count(b"{")
        columns = [each.column for each in report.violations if each.requirement == "OTS-GEN-008"]
        required = [each.name for each in STANDARD.datasets[of].columns if each.required]
        assert sorted(map(str, columns)) == sorted(required * records)
        assert not {"OTS-GEN-018", "OTS-GEN-019"} & found(report).keys()

    @pytest.mark.parametrize("depth", [10, 900, 990, 1_000, 5_000, 200_000])
    def test_any_depth_ends_in_a_value_or_a_fault(self, depth: int) -> None:
        for line in (b"[" * depth + b"]" * depth, b'{"\\u0061":' * depth + b"1" + b"}" * depth):
            if depth < 100:
                assert decode(line)
            with suppress(JsonError):
                assert decode(line)

    def test_the_gate_learns_a_bounded_number_of_columns(self) -> None:
        with mock.patch.object(_gate, "_MOST_CUSTOM", 20):
            gate = _gate.Gate(USAGE)
            lines = [f'{{"x_{number}":1}}'.encode() for number in range(30)]
            assert [gate.learns(line) for line in lines] == [True] * 20 + [False] * 10
