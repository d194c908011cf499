"""Any bytes can be handed to a converter: good records are converted, bad ones rejected, and nothing crashes."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from backports import zstd
from fixtures import Run
from hypothesis import given, settings
from hypothesis import strategies as st

from opentokenomics.convert import ConvertError, Input, Options, _lines, _read, convert
from opentokenomics.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {"model": "m", "usage": {"prompt_tokens": 5, "completion_tokens": 1}}
LINE = json.dumps(GOOD).encode()
AT = datetime(2026, 8, 31, tzinfo=UTC)


TABLE = b"""model,usage
m,"{""prompt_tokens"":5,""completion_tokens"":1}"
m,"{""prompt_tokens"":5,
""completion_tokens"":1}"
"""


def shorten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines and records have 100 bytes at most."""
    for module in (_lines, _read):
        monkeypatch.setattr(module, "MAXIMUM_LINE", 100)


class Trickle(io.BytesIO):
    """A stream that gives one byte at a time."""

    def read(self, size: int | None = -1, /) -> bytes:
        assert size
        return super().read(1)


class TestFormats:
    """JSON, JSON Lines and CSV hold the same records."""

    @pytest.mark.parametrize(
        "data",
        [
            LINE + b"\n" + LINE,
            LINE + b"\r\n\r\n" + LINE + b"\r\n",
            b"\xef\xbb\xbf" + LINE + b"\n" + LINE,
            b"\n\n  " + LINE + b"\n" + LINE,
            b"[" + LINE + b"," + LINE + b"]",
            b" [\n" + LINE + b"\n,\n" + LINE + b"]\n",
            json.dumps([GOOD, GOOD], indent=2).encode(),
            b"\xef\xbb\xbf" + json.dumps([GOOD, GOOD], indent=2).encode(),
            json.dumps(GOOD, indent=2).encode() + b"\n" + json.dumps(GOOD, indent=2).encode(),
            TABLE,
            b'\xef\xbb\xbf"usage","model","note"\r\n'
            + b'"{""prompt_tokens"":5,""completion_tokens"":1}",m,\r\n\r\n' * 2,
            LINE + b"\n" + json.dumps(GOOD["usage"]).encode(),
        ],
    )
    def test_two_records(self, run: Run, assert_sound: Run, data: bytes) -> None:
        for source in ("openai-response", "auto"):
            outcome = run(source, data, model="m")
            assert outcome.conversion.rejected == 0
            assert outcome.leaves == {("input", None, None, None, None): 10, ("output", None, None, None, None): 2}
            assert {row["model_id"] for row in outcome.rows} == {"m"}
            assert_sound(outcome.rows)

    @pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf", b"[]", b" [ ] \n"])
    def test_no_record(self, run: Run, data: bytes) -> None:
        outcome = run("openai-response", data)
        assert (outcome.rows, outcome.conversion.records, outcome.kinds) == ([], 0, {"no_records"})

    def test_a_header_without_rows(self, run: Run) -> None:
        outcome = run("openai-response", b"usage,model\n")
        assert (outcome.rows, outcome.conversion.records) == ([], 0)

    def test_a_time_in_a_cell(self, run: Run) -> None:
        outcome = run("openai-response", b'created,usage\n1786060800,"{""prompt_tokens"":5}"\n')
        assert {row["charge_period_start"] for row in outcome.rows} == {"2026-08-07T00:00:00Z"}

    def test_chunks_of_any_size_are_the_same_lines(self, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
        expected = run("openai-response", LINE, b"", LINE).rows
        for size in range(1, 20):
            monkeypatch.setattr(_lines, "_CHUNK", size)
            assert run("openai-response", LINE, b"", LINE).rows == expected

    def test_a_stream_that_gives_less_than_it_is_asked_for(self) -> None:
        conversion = convert(Input("trickle", Trickle(b"\xef\xbb\xbf" + LINE)), "openai-response", Options(at=AT))
        assert len(list(conversion)) == 2


BAD_LINES = [
    (b"[1,2]", "an array, where a JSON object belongs"),
    (b"null", "null, where a JSON object belongs"),
    (b"true", "true or false, where a JSON object belongs"),
    (b"17", "a number, where a JSON object belongs"),
    (b'"text"', "a text, where a JSON object belongs"),
    (b"{", "cut short"),
    (b'{"usage":{"prompt_tokens":5', "cut short"),
    (b"{}", "states no usage"),
    (b"\x00\x01\x02", "not valid"),
    (b'{"model":"\xff"}', "not valid UTF-8"),
    (b'{"usage":NaN}', "NaN is not a JSON number"),
    (b'{"usage":{"prompt_tokens":-Infinity}}', "-Infinity is not a JSON number"),
    (b'{"usage":{"prompt_tokens":1,"prompt_tokens":2}}', "occurs twice"),
    (b'{"usage":' + b"[" * 100_000, "nested too deeply"),
    (b'{"usage":{"a":' + b'{"a":' * 900 + b"1" + b"}" * 902, "neither input nor output"),
    (b'{"usage":{"prompt_tokens":' + b"9" * 400 + b"}}", "400 characters"),
    (b'{"usage":{"prompt_tokens":1e400}}', "17 digits"),
    (b'{"usage":{"prompt_tokens":1e-400}}', "no fraction"),
    (b'{"usage":{"prompt_tokens":1e99999999999999999999}}', "beyond any range"),
    (b'{"usage":{"prompt_tokens":1}} x', "followed by more text"),
    (b'{"usage":{"prompt_tokens":1,}}', "not valid"),
    (b"{usage:1}", "not valid"),
    (b'{"model":"a\tb"}', "not valid"),
]


class TestBadLines:
    """A bad line is rejected with its number and reason, and the others are converted."""

    @pytest.mark.parametrize(("bad", "reason"), BAD_LINES)
    def test_between_good_ones(self, run: Run, bad: bytes, reason: str) -> None:
        outcome = run("openai-response", LINE, bad, LINE)
        assert outcome.tokens("input") == 10
        (reject,) = outcome.conversion.rejects
        assert reason in reject.reason
        assert reject.line == 2
        assert "\n" not in reject.reason
        assert len(str(reject)) < 300

    @pytest.mark.parametrize(
        "bad", [b"{", b'{"usage":{"prompt_tokens":5', b"[1]", b'[{"usage":', b"null", b"5", b'{"usage":NaN}']
    )
    def test_first(self, run: Run, bad: bytes) -> None:
        outcome = run("openai-response", bad, LINE, LINE)
        assert outcome.tokens("input") == 10
        assert [reject.line for reject in outcome.conversion.rejects] == [1]

    def test_a_long_line(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        shorten(monkeypatch)
        for size in (7, 1 << 20):
            monkeypatch.setattr(_lines, "_CHUNK", size)
            for long in (LINE[:-1] + b" " * 200 + b"}", b" " * 101):
                outcome = run("openai-response", LINE, long, LINE)
                assert outcome.tokens("input") == 10
                assert [(each.line, each.reason) for each in outcome.conversion.rejects] == [
                    (2, "the line is longer than 100 bytes")
                ]
            assert run("openai-response", b"x" * 101, LINE).conversion.rejected == 1

    def test_a_long_line_of_csv(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        shorten(monkeypatch)
        row = b'"{""prompt_tokens"":5}"\n'
        for last in (b"", row):
            outcome = run("openai-response", b"usage\n" + row + b"x" * 101 + b"\n" + last)
            assert outcome.tokens("input") == (10 if last else 5)
            assert [each.line for each in outcome.conversion.rejects] == [3]

    def test_a_cut_array_keeps_what_is_whole(self, run: Run) -> None:
        text = json.dumps([GOOD, GOOD, GOOD], indent=1)
        for end, reason in ((text.rindex("{") - 10, "cut short"), (text.rindex("]"), "cut short")):
            outcome = run("openai-response", text[:end].encode())
            assert outcome.tokens("input") in {10, 15}
            assert reason in outcome.reasons[0]
            assert outcome.conversion.rejects[0].line > 10

    @pytest.mark.parametrize(
        "broken", [b'{"usage":{"prompt_tokens":', b'{"usage":{"prompt_tokens" 5}}', b"nothing", LINE + b" " + LINE]
    )
    def test_what_cannot_be_read_after_a_broken_element_is_said(self, run: Run, broken: bytes) -> None:
        lost = "what follows it is not read"
        for space in (b"", b"\n"):
            parts = [b"[", LINE, b",", broken, b",", LINE, b"]"]
            outcome = run("openai-response", space.join(parts))
            assert outcome.tokens("input") in {5, 10}
            assert [lost in reason for reason in outcome.reasons] == [True]
        outcome = run("openai-response", b"[\n" + LINE + b",\n" + broken)
        assert [lost in reason for reason in outcome.reasons] == [broken.count(LINE) == 2]

    def test_elements_of_an_array_are_rejected_one_by_one(self, run: Run) -> None:
        data = b"[" + b",\n".join([LINE, b"7", b'{"a":NaN}', b'{"usage":1,"usage":2}', b"[]", LINE]) + b"]"
        outcome = run("openai-response", data)
        assert outcome.tokens("input") == 10
        assert [reject.line for reject in outcome.conversion.rejects] == [2, 3, 4, 5]

    @pytest.mark.parametrize("first", [b'_tokens":5}}', b'"model":"m","usage":{}}', b'"text"'])
    def test_the_rest_of_a_cut_first_line_is_no_header(self, run: Run, first: bytes) -> None:
        outcome = run("openai-response", first, LINE, LINE)
        assert ([each.line for each in outcome.conversion.rejects], outcome.tokens("input")) == ([1], 10)

    @pytest.mark.parametrize(
        "text",
        ['{"data":[%s,\n%s]}', '{"data":[\n%s,\n%s\n]}', '{"data":\n[%s\n,%s]}', '{"has_more":false,\n"data":[%s,%s]}'],
    )
    def test_elements_that_begin_their_lines(self, run: Run, text: str) -> None:
        days = [json.dumps({"date": "2026-08-24", "model": "m", "usage": 1, "prompt_tokens": each}) for each in (5, 6)]
        outcome = run("openrouter-activity", (text % tuple(days)).encode())
        assert (outcome.tokens("input"), outcome.reasons) == (11, [])

    @pytest.mark.parametrize("cut", [b'{"usage":', b'{"usage":{"prompt_tokens":5,'])
    def test_a_line_that_was_cut_before_others(self, run: Run, cut: bytes) -> None:
        outcome = run("openai-response", cut, LINE, LINE)
        assert ([each.line for each in outcome.conversion.rejects], outcome.tokens("input")) == ([1], 10)

    def test_a_cut_object_over_several_lines(self, run: Run) -> None:
        text = json.dumps(GOOD, indent=1)
        outcome = run("openai-response", (text + "\n" + text[:-5]).encode())
        assert outcome.tokens("input") == 5
        assert [(each.line, "cut short" in each.reason) for each in outcome.conversion.rejects] == [(8, True)]

    def test_any_depth_is_converted_or_rejected(self, run: Run) -> None:
        for depth in (100, 330, 500, 900, 960, 980, 990, 1000, 2000):
            nested = b'{"a":' * depth + b"1" + b"}" * depth
            outcome = run("openai-response", LINE, b'{"usage":{"prompt_tokens":3,"a":' + nested + b"}}", LINE)
            assert outcome.tokens("input") == 13 - 3 * outcome.conversion.rejected
            assert all("nested too deeply" in reason for reason in outcome.reasons)

    def test_an_array_without_commas(self, run: Run) -> None:
        outcome = run("openai-response", b"[" + LINE + b"\n" + LINE + b"]")
        assert outcome.tokens("input") == 5
        assert "comma" in outcome.reasons[0]

    def test_an_element_that_is_no_unicode(self, run: Run) -> None:
        outcome = run("openai-response", b"[" + LINE + b',\n{"model":"\xff"},\n' + LINE + b"]")
        assert [(each.line, each.reason) for each in outcome.conversion.rejects] == [
            (2, "the record is not valid UTF-8")
        ]
        assert outcome.tokens("input") == 10

    def test_an_array_of_any_length_on_one_line(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        shorten(monkeypatch)
        monkeypatch.setattr(_lines, "_CHUNK", 7)
        long = LINE[:-1] + b',"a":["' + b"[{" * 50 + b'\\""]}'
        for between in (b",", b",\n", b"\n,"):
            outcome = run("openai-response", b"[" + between.join([LINE] * 50 + [long] + [LINE] * 50) + b"]")
            assert outcome.tokens("input") == 500
            assert outcome.reasons == ["the record is longer than 100 characters"]
            assert outcome.conversion.rejects[0].line == (1 if between == b"," else 51)

    def test_lines_after_a_broken_one_of_an_input_of_any_length(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shorten(monkeypatch)
        outcome = run("openai-response", b'[{"usage":', *[b'{"usage":{"prompt_tokens":5}}'] * 50)
        assert (outcome.tokens("input"), [each.line for each in outcome.conversion.rejects]) == (250, [1])

    def test_rows_of_csv(self, run: Run) -> None:
        row = b'm,"{""prompt_tokens"":5}"\n'
        bad = [b"m\n", b"m,{},extra\n", b'm,"{""a"":\n1"\n', b"m,\n", b'm,"a"b\n', b"\xff,{}\n", b'm,"{""a"""\n']
        outcome = run("openai-response", b"model,usage\n" + row + b"".join(bad) + row)
        assert outcome.tokens("input") == 10
        assert [reject.line for reject in outcome.conversion.rejects] == [3, 4, 5, 7, 8, 9, 10]

    def test_an_open_quote_at_the_end(self, run: Run) -> None:
        outcome = run("openai-response", b'usage\n"{""prompt_tokens"":5}"\n"{\n\n')
        assert outcome.tokens("input") == 5
        assert [reject.line for reject in outcome.conversion.rejects] == [3]


class TestInputs:
    """What cannot be read at all is one error, with a code and a remedy."""

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"\xff\xfe{\x00}\x00", "input_encoding"),
            (b"\xfe\xff\x00{", "input_encoding"),
            (b"\x89PNG\r\n\x1a\n\x00\x00\xff", "input_format"),
            (gzip.compress(LINE, mtime=0), "input_format"),
            (b'"never closed', "input_format"),
            (b"model,tokens\na,5\n", "header_unknown"),
            (b"usage;model\n", "header_unknown"),
            (b"usage,usage\n", "header_unknown"),
            (b"Robert'); DROP TABLE usage;--\n", "header_unknown"),
        ],
    )
    def test_unusable_bytes(self, run: Run, data: bytes, code: str) -> None:
        with pytest.raises(ConvertError) as caught:
            run("openai-response", data)
        assert caught.value.code == code
        assert caught.value.fix

    def test_a_broken_gzip_stream(self) -> None:
        stream = gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(LINE * 1000)[:60]))
        with pytest.raises(ConvertError) as caught:
            list(convert(Input("broken.gz", stream), "openai-response", Options(at=AT)))
        assert caught.value.code == "input_unreadable"

    @pytest.mark.parametrize("name", ["missing", "a\0b", ".", "it's *.csv", "https://example.com/usage.csv"])
    def test_unreadable_paths(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(InputError) as caught:
            list(convert(tmp_path / name, "openai-response", Options(at=AT)))
        assert caught.value.code in {"input_missing", "input_is_folder"}

    @pytest.mark.parametrize("pack", [gzip.compress, zstd.compress], ids=["gz", "zst"])
    def test_compressed_paths(self, tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
        path = tmp_path / "responses"
        path.write_bytes(pack(LINE))
        plain = list(convert(Input("plain", io.BytesIO(LINE)), "openai-response", Options(at=AT)))
        assert list(convert(path, "openai-response", Options(at=AT))) == plain

    def test_several_inputs_share_identities(self, tmp_path: Path, assert_sound: Run) -> None:
        paths = [tmp_path / name for name in ("one.jsonl", "t'w\"o *.jsonl")]
        for path in paths:
            path.write_bytes(LINE)
        with paths[0].open("rb") as stream:
            conversion = convert([stream, str(paths[0]), paths[1]], "openai-response", Options(at=AT))
            rows = list(conversion)
        assert len(rows) == 6
        assert_sound(rows)

    def test_an_empty_input_between_others(self) -> None:
        inputs = [Input("a", io.BytesIO(b"")), Input("b", io.BytesIO(LINE))]
        conversion = convert(inputs, "auto", Options(at=AT))
        assert len(list(conversion)) == 2
        assert [str(each) for each in conversion.notices] == ["the input holds no record: a:1"]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_bytes_end_in_rows_rejects_or_one_error(run: Run, assert_sound: Run, data: st.DataObject) -> None:
    seeds = [LINE, b"[" + LINE + b"," + LINE + b"]", b'usage,model\n"{""prompt_tokens"":5}",m\n', BAD_LINES[0][0]]
    text = bytearray(data.draw(st.sampled_from(seeds)))
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(text)))
        text[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.binary(max_size=3) | st.sampled_from([b"\n", b'"', b"{", b"}", b"]", b"\xff", b"0", b",", b"e9"])
        )
    source = data.draw(st.sampled_from(["auto", "openai-response", "openrouter-response"]))
    try:
        outcome = run(source, bytes(text))
    except ConvertError as error:
        outcome = None
        codes = {"input_encoding", "input_format", "header_unknown", "source_undetected", "source_unknown"}
        assert error.code in codes, error  # noqa: PT017 - any of these may be raised, or none
    if outcome is None:
        return
    assert_sound(outcome.rows)
    assert outcome.conversion.records >= outcome.conversion.rejected
