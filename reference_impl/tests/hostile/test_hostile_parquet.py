"""Parquet whose numbers lie, that asks for more than there is, or that is damaged: one sentence, or the truth.

The engine's reader is in C++, so what is at stake is the process. More than 60,000 files with damaged footers, page
headers, pages and bytes were read by the engine, in processes that were watched: none died of a signal. Every kind of
error that was raised is now one sentence. ``make fuzz TARGET=parquet`` goes on with that.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from anatomy import Anatomy, Field, encode_struct
from bundles import Made, made
from hypothesis import given, settings
from hypothesis import strategies as st
from parquet import arrow_table, parquet_file
from records import break_it, dataset, found, report_on
from watched import Watched

from opentokenomics import InputError, validate
from opentokenomics.engines.duckdb import _parquet, _repeated
from opentokenomics.errors import Error
from opentokenomics.report import Report

_RECORDS = dataset()
_SOUND = parquet_file(_RECORDS, typed=True)


def _written(table: pa.Table, **options: Any) -> bytes:  # noqa: ANN401 - those of pyarrow
    target = io.BytesIO()
    pq.write_table(table, target, **options)
    return target.getvalue()


_TEXTS = _written(arrow_table(_RECORDS, typed=False).select(["record_id", "team"]), compression="NONE")


def _outcome(content: bytes, folder: Path) -> Report | Error:
    (folder / "usage.parquet").write_bytes(content)
    try:
        return validate(folder / "usage.parquet", profile="cost")
    except Error as error:
        return error


def _refused(content: bytes, folder: Path) -> str:
    outcome = _outcome(content, folder)
    assert isinstance(outcome, Error), outcome
    return outcome.code


Lie = Callable[[Anatomy, int], None]


def _rows_of_file(anatomy: Anatomy, number: int) -> None:
    anatomy.footer[3].value = number


def _rows_of_groups(anatomy: Anatomy, number: int) -> None:
    for group in anatomy.root.at(4).value.items:
        group[3].value = number


def _rows_and_values(anatomy: Anatomy, number: int) -> None:
    _rows_of_file(anatomy, number)
    _rows_of_groups(anatomy, number)
    _chunks(5)(anatomy, number)


def _chunks(place: int) -> Lie:
    def lie(anatomy: Anatomy, number: int) -> None:
        for chunk in anatomy.chunks:
            if place in chunk:
                chunk[place].value = number

    return lie


def _page(which: int, *way: int) -> Lie:
    def lie(anatomy: Anatomy, number: int) -> None:
        start, end, header = anatomy.pages(anatomy.chunks[0])[which]
        Field(12, header).at(*way).value = number
        anatomy.replace(start, end, encode_struct(header))

    return lie


_LIES: Mapping[str, Lie] = {
    "rows of the file": _rows_of_file,
    "rows of row groups": _rows_of_groups,
    "rows and values": _rows_and_values,
    "values of chunks": _chunks(5),
    "size before compression": _chunks(6),
    "size of chunks": _chunks(7),
    "place of data": _chunks(9),
    "place of dictionaries": _chunks(11),
    "size of a dictionary": _page(0, 2),
    "packed size of a dictionary": _page(0, 3),
    "values of a dictionary": _page(0, 7, 1),
    "values of a page": _page(1, 5, 1),
}
_NUMBERS = [0, -1, 10**9, 2**62]


class TestNumbersThatLie:
    """Counts, sizes and places that are not those of the file: all of it is read as it is, or none of it."""

    @pytest.mark.parametrize("name", _LIES)
    def test_end_in_a_sentence_or_in_a_report(self, name: str, tmp_path: Path) -> None:
        for number in _NUMBERS:
            anatomy = Anatomy.of(_TEXTS)
            _LIES[name](anatomy, number)
            outcome = _outcome(anatomy.file(), tmp_path)
            if isinstance(outcome, Error):
                assert outcome.code in {"input_damaged", "room_exhausted", "input_bomb"}, outcome
            else:
                assert outcome.datasets[0].rows in {0, 1, len(_RECORDS)}, outcome.datasets

    @pytest.mark.parametrize("number", [-(10**9), -1, 10**9, 2**62])
    def test_of_rows_that_are_not_there(self, number: int, tmp_path: Path) -> None:
        anatomy = Anatomy.of(_SOUND)
        _rows_and_values(anatomy, number)
        assert _refused(anatomy.file(), tmp_path) in {"input_bomb", "input_damaged"}

    @pytest.mark.parametrize("size", [0, 1, 10**6, 2**31, 2**32 - 1])
    def test_of_the_length_of_the_footer(self, size: int, tmp_path: Path) -> None:
        assert _refused(Anatomy.of(_SOUND).file(size), tmp_path) == "input_damaged"


class TestErrorsOfEveryKind:
    """The engine raises what belongs to files as what belongs to itself; both are one sentence."""

    @staticmethod
    def _with_levels(value: int) -> bytes:
        anatomy = Anatomy.of(_written(pa.table({"team": ["a", None] * 50}), compression="NONE", use_dictionary=False))
        for number in (5, 6, 7):
            anatomy.chunks[0][number].value = value
        return anatomy.file()

    def test_of_a_number_that_is_negative(self, tmp_path: Path) -> None:
        for value in (-1, -(2**31), -(2**63)):
            assert _refused(self._with_levels(value), tmp_path) == "input_damaged"

    def test_of_a_header_of_a_page(self, tmp_path: Path) -> None:
        anatomy = Anatomy.of(_SOUND)
        start, end, _ = anatomy.pages(anatomy.chunks[0])[0]
        anatomy.body = anatomy.body[:start] + b"\xff" * (end - start) + anatomy.body[end:]
        assert _refused(anatomy.file(), tmp_path) == "input_damaged"


class TestStatisticsThatLie:
    """What a file states of its values decides nothing: only the values do.

    But for one statement: the engine does not look into a column that is said to hold nothing but nulls, and nor does
    any other reader that believes it.
    """

    BROKEN = ("OTS-GEN-008", "OTS-USG-013", "OTS-GEN-012")

    @staticmethod
    def _lying(content: bytes, nulls: int, *, is_one_value: bool) -> bytes:
        anatomy = Anatomy.of(content)
        for chunk in anatomy.chunks:
            if 12 in chunk:
                statistics = chunk[12].value
                statistics[3] = Field(6, nulls)
                for low, high in ((2, 1), (6, 5)):
                    if is_one_value and low in statistics:
                        statistics[high].value = statistics[low].value
        return anatomy.file()

    @given(st.sampled_from([None, *BROKEN]), st.sampled_from([0, 7, -1, 10**9]), st.booleans())
    @settings(max_examples=6)
    def test_hide_nothing_and_invent_nothing(
        self,
        broken: str | None,
        nulls: int,
        is_one_value: bool,  # noqa: FBT001
    ) -> None:
        records = _RECORDS if broken is None else break_it(broken, _RECORDS)
        content = parquet_file(records, typed=True)
        honest = validate(pq.read_table(io.BytesIO(content)), profile="cost")
        assert (broken is None) == (not found(honest))
        lying = self._lying(content, nulls, is_one_value=is_one_value)
        assert found(report_on(lying, suffix=".parquet", profile="cost")) == found(honest)


def _footer(*fields: bytes) -> bytes:
    content = b"\x15\x02" + b"".join(fields)
    return b"PAR1" + content + struct.pack("<I", len(content)) + b"PAR1"


def _list(field: int, count: int, item: bytes = b"\0") -> bytes:
    """A field with a list of structs, its number counted from the one before."""
    size, rest = b"", count
    while rest >= 0x80:
        size, rest = size + bytes([rest & 0x7F | 0x80]), rest >> 7
    return bytes([field << 4 | 9, 0xFC]) + size + bytes([rest]) + item * count


class TestFooters:
    """A footer takes no more memory than a file of its size may, whatever it says that is in it."""

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (_footer(_list(1, 10**6)), "input_bomb"),
            (_footer(_list(3, 10**6)), "input_bomb"),
            (_footer(_list(4, 10**6, b"\x18\x01a\0")), "input_bomb"),
            (_footer(b"\x39\x1c" + _list(1, 10**6, b"\x3c\0\0") + b"\0"), "input_bomb"),
            (_footer(b"\x19\xfc\xff\xff\xff\xff\x07"), "room_exhausted"),
            (_footer(b"\x48\xff\xff\xff\xff\x07"), "room_exhausted"),
            (_footer(b"\x1c" * 10**6), "input_damaged"),
            (_footer(b"\x29" + b"\x19" * 10**6), "input_damaged"),
            (_footer(b"\x80" * 10**6), "input_damaged"),
        ],
        ids=lambda value: f"{value[4:9].hex()}" if isinstance(value, bytes) else "",
    )
    def test_that_are_bombs(self, content: bytes, code: str, watched: Watched) -> None:
        outcome = watched.validate(watched.file("usage.parquet", content), most=350)
        assert outcome.code == 2
        words = {
            "input_bomb": "describes more than 500,000 parts",
            "room_exhausted": "",  # where addresses are bounded; else the engine finds out that nothing follows
            "input_damaged": "is damaged",
        }
        assert words[code] in outcome.err

    def test_that_are_as_large_as_they_may_be(self, watched: Watched) -> None:
        name = watched.file("usage.parquet", _footer(b"\x39\x1c" + _list(1, 499_000, b"\x3c\0\0") + b"\0"))
        assert "is damaged" in watched.validate(name, most=700).err

    def test_that_are_too_long(self, tmp_path: Path) -> None:
        file = tmp_path / "usage.parquet"
        with file.open("wb") as opened:
            opened.write(b"PAR1")
            opened.truncate(70 << 20)
            opened.seek(70 << 20)
            opened.write(struct.pack("<I", (70 << 20) - 4) + b"PAR1")
        with pytest.raises(InputError, match="has a footer of more than 64 MiB"):
            validate(file)

    def test_of_a_large_file_are_walked_over(self, tmp_path: Path) -> None:
        table = pa.table({"team": ["a", None] * 1500, **{f"x_{n}": ["b"] * 3000 for n in range(20)}})
        content = _written(table, row_group_size=50)
        assert len(content) - len(Anatomy.of(content).body) > 64 << 10
        (tmp_path / "usage.parquet").write_bytes(content)
        assert validate(tmp_path / "usage.parquet").datasets[0].rows == 3000

    @pytest.mark.parametrize("magic", [b"PARE", b"PAR2", b"par1", b"\0\0\0\0"])
    def test_that_are_encrypted_or_none(self, magic: bytes, tmp_path: Path) -> None:
        assert _refused(_SOUND[:-4] + magic, tmp_path) == "input_damaged"
        assert _refused(magic + _SOUND[4:-4] + magic, tmp_path) == "input_damaged"


class TestBombs:
    """A small file that grows beyond reason is given up."""

    def test_of_rows(self, watched: Watched) -> None:
        anatomy = Anatomy.of(_written(pa.table({"team": pa.nulls(10**6, pa.string())}), row_group_size=10**6))
        groups = anatomy.root.at(4).value
        groups.items = groups.items * 1000
        outcome = watched.validate(watched.file("usage.parquet", anatomy.file()))
        assert "states 1,000,000,000 rows, more than 250 for each of its bytes." in outcome.err

    def test_of_values_that_a_dictionary_repeats(self, watched: Watched) -> None:
        """A million rows of a megabyte each, of which the file has one."""
        values = pa.array(["x" * 10**6, "y"])
        column = pa.DictionaryArray.from_arrays(pa.array([0] * 10**6, pa.int32()), values)
        content = _written(pa.table({"team": column}), row_group_size=10**6, compression="zstd")
        assert len(content) < 5_000
        outcome = watched.validate(watched.file("usage.parquet", content))
        assert outcome.code == 2
        assert "repeats values that are more than 100,000,000,000 bytes in one column" in outcome.err

    @pytest.mark.parametrize("name", ["tags", "allowed", "pairs"])
    def test_of_values_within_that_a_dictionary_repeats(
        self, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The same in the members of maps, lists and structures; with less, for such members take time to add up."""
        rows, some = 100_000, 10**8
        for module in (_parquet, _repeated):
            monkeypatch.setattr(module, "SUSPICIOUS", some)
        one_each = pa.array(range(rows + 1), pa.int32())
        texts = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * 2000]))
        lists = pa.ListArray.from_arrays(one_each, texts)
        columns = {
            "tags": pa.MapArray.from_arrays(one_each, pa.array(["key"] * rows), texts),
            "allowed": lists,
            "pairs": pa.StructArray.from_arrays([pa.array(range(rows)), lists], ["a number", "it's"]),
        }
        content = _written(pa.table({name: columns[name]}), row_group_size=rows, compression="zstd")
        assert len(content) < 500_000
        assert _refused(content, tmp_path) == "input_bomb"
        monkeypatch.setattr(_parquet, "SUSPICIOUS", 3 * some)
        assert isinstance(_outcome(content, tmp_path), Report)

    def test_of_small_values_that_a_dictionary_repeats(self, watched: Watched) -> None:
        """A large dictionary is none of a bomb where the values that are repeated are small ones."""
        values = pa.array(["x" * 10**6, "y"])
        column = pa.DictionaryArray.from_arrays(pa.array([0] + [1] * 10**6, pa.int32()), values)
        content = _written(pa.table({"team": column}), row_group_size=2 * 10**6, compression="zstd")
        outcome = watched.validate(watched.file("usage.parquet", content))
        assert outcome.code == 1, outcome.err

    def test_of_bytes(self, watched: Watched) -> None:
        options = {"compression": "zstd", "use_dictionary": False, "write_statistics": False}
        value = pa.array(["x" * (100 << 20)])
        content = _written(pa.table({"team": pa.chunked_array([value] * 12)}), **options)
        assert len(content) < 300_000
        outcome = watched.validate(watched.file("usage.parquet", content), most=1000)
        assert (outcome.code, "is full" in outcome.err) == (2, True), outcome.err


class TestShapes:
    @pytest.mark.parametrize(("count", "codes"), [(1200, {1}), (10_000, {1, 2})])
    def test_of_many_columns(self, count: int, codes: set[int], watched: Watched) -> None:
        """For each column the engine takes memory; where that is not enough, a sentence says so."""
        table = pa.table({"record_id": ["a"], **{f"n{number}": ["1"] for number in range(count - 1)}})
        outcome = watched.validate(watched.file("usage.parquet", _written(table)), most=900)
        assert outcome.code in codes
        if outcome.code == 1:
            checks = {each["requirement"]: each["violations"] for each in outcome.report["checks"]}
            assert checks["OTS-GEN-007"] == count - 1

    @pytest.mark.parametrize("depth", [20, 200, 2000])
    def test_of_columns_in_columns(self, depth: int, tmp_path: Path) -> None:
        for wrap in (pa.list_, lambda inner: pa.struct([("a", inner)])):
            type_ = pa.string()
            for _ in range(depth):
                type_ = wrap(type_)
            outcome = _outcome(_written(pa.table({"tags": pa.nulls(1, type_)})), tmp_path)
            assert isinstance(outcome, Report) or outcome.code in {"input_damaged", "room_exhausted"}, outcome

    @pytest.mark.parametrize("children", [-1, 0, 1, 2**31 - 1])
    def test_whose_number_of_columns_lies(self, children: int, tmp_path: Path) -> None:
        anatomy = Anatomy.of(_SOUND)
        anatomy.root.at(2, 0, 5).value = children
        assert _refused(anatomy.file(), tmp_path) == "input_damaged"


class TestBundles:
    """Parquet in a bundle is held to what the manifest says of it, in a folder as in an archive."""

    @staticmethod
    def _made() -> Made:
        bundle = made()
        bundle.add("prices/more.parquet", dataset("third"), "parquet")
        return bundle

    @staticmethod
    def _reports(bundle: Made, folder: Path) -> list[dict[str, int]]:
        return [found(validate(path)) for path in (bundle.folder(folder), bundle.archive(folder))]

    def test_that_is_right(self, tmp_path: Path) -> None:
        assert self._reports(self._made(), tmp_path) == [{}, {}]

    def test_of_other_rows(self, tmp_path: Path) -> None:
        bundle = self._made()
        bundle.entries[-1]["rows"] += 1
        assert self._reports(bundle, tmp_path) == [{"OTS-MAN-011": 1}] * 2

    def test_of_another_digest(self, tmp_path: Path) -> None:
        bundle = self._made()
        bundle.entries[-1]["sha256"] = "0" * 64
        assert self._reports(bundle, tmp_path) == [{"OTS-MAN-010": 1}] * 2

    def test_that_is_cut_short(self, tmp_path: Path) -> None:
        bundle = self._made()
        bundle.files["prices/more.parquet"] = bundle.files["prices/more.parquet"][:-100]
        for path in (bundle.folder(tmp_path), bundle.archive(tmp_path)):
            with pytest.raises(InputError, match=r"prices/more\.parquet is damaged"):
                validate(path)
