"""The sources, the options, and how a source is told from its records."""

from __future__ import annotations

import gzip
import hmac
import io
import json
import os
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from fixtures import Run
from hypothesis import given
from hypothesis import strategies as st

from opentokenomics.convert import (
    ConvertError,
    Evidence,
    NoticeKind,
    Options,
    Reject,
    convert,
    detect,
    parse_instant,
    source,
    sources,
)
from opentokenomics.errors import InputError
from opentokenomics.standard import Profile, load

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [each.name for each in sources()]


class TestSources:
    """Each source says what it is, what it tells apart and what it cannot tell."""

    def test_names(self) -> None:
        assert [source(name).name for name in NAMES] == NAMES
        assert len(set(NAMES)) == len(NAMES)

    @pytest.mark.parametrize("name", NAMES)
    def test_descriptions(self, name: str) -> None:
        found = source(name)
        assert found.title
        assert found.grade
        assert found.provider
        assert set(found.formats) <= {"csv", "json", "jsonl", "parquet"}
        assert Profile(found.profile) in {Profile.METERING, Profile.COST}
        assert found.evidence
        assert all(isinstance(each, Evidence) for each in found.evidence)
        assert found.distinguishes
        assert all(sentence.endswith(".") for sentence in found.limits)

    def test_an_unknown_name_lists_those_that_exist(self) -> None:
        with pytest.raises(ConvertError) as caught:
            convert(io.BytesIO(), "openai")
        assert caught.value.code == "source_unknown"
        assert all(name in caught.value.fix for name in NAMES)


DETECTED: list[tuple[str, dict[str, Any]]] = [
    ("openai-response", {"usage": {"prompt_tokens": 1, "completion_tokens": 1}}),
    ("openai-response", {"prompt_tokens": 1, "completion_tokens": 1}),
    ("openai-response", {"usage": {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}}),
    ("openai-response", {"object": "response", "usage": {"input_tokens": 1, "output_tokens": 1}}),
    ("openai-response", {"usage": {"type": "duration", "seconds": 3}}),
    ("anthropic-response", {"usage": {"input_tokens": 1, "output_tokens": 1, "cache_read_input_tokens": 0}}),
    ("anthropic-response", {"type": "message", "usage": {"input_tokens": 1, "output_tokens": 1}}),
    ("anthropic-response", {"usage": {"input_tokens": 1, "output_tokens_details": {"thinking_tokens": 1}}}),
    ("litellm", {"spend": 1, "startTime": "2026-08-03 10:00:00", "prompt_tokens": 1, "total_tokens": 1}),
    ("litellm", {"call_type": "acompletion", "custom_llm_provider": "openai", "prompt_tokens": 1}),
    ("gemini-response", {"usageMetadata": {"promptTokenCount": 1}}),
    ("gemini-response", {"usageMetadata": {"totalTokenCount": 1}}),
    ("gemini-response", {"usage_metadata": {"prompt_token_count": 1}}),
    ("gemini-response", {"usage": {"total_input_tokens": 1, "total_tokens": 1}}),
    ("bedrock-response", {"usage": {"inputTokens": 1, "outputTokens": 1}}),
    ("bedrock-response", {"amazon-bedrock-invocationMetrics": {"inputTokenCount": 1}, "usage": {"input_tokens": 1}}),
    ("openrouter-response", {"usage": {"prompt_tokens": 1, "cost_details": {}, "cost": 0.1}}),
    ("openrouter-response", {"id": "gen-1", "provider": "OpenAI", "usage": {"prompt_tokens": 1}}),
]


class TestDetection:
    """A source is found where the records leave one; where they do not, the error says what is possible."""

    @pytest.mark.parametrize(("name", "record"), DETECTED)
    def test_by_shape(self, run: Run, name: str, record: dict[str, Any]) -> None:
        assert detect(None, [record]).name == name
        assert [each.name for each in run("auto", record).conversion.sources] == [name]

    def test_records_that_say_nothing_do_not_matter(self) -> None:
        assert detect(None, [{"error": {}}, DETECTED[0][1]]).name == "openai-response"

    def test_a_router_is_recognised_by_one_of_its_records(self) -> None:
        assert detect(None, [DETECTED[0][1], DETECTED[-2][1]]).name == "openrouter-response"

    @pytest.mark.parametrize(
        ("records", "reason"),
        [
            ([], "No record"),
            ([{"error": {}}], "No record"),
            ([{"total_input_tokens": 1, "total_output_tokens": 1}], "No record"),
            ([{"usage_metadata": {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}}], "No record"),
            ([{"usage": {"input_tokens": 1, "output_tokens": 1}}], "anthropic-response or openai-response"),
            ([DETECTED[0][1], DETECTED[8][1]], "mixes"),
        ],
    )
    def test_what_cannot_be_decided(self, records: Iterable[Mapping[str, Any]], reason: str) -> None:
        with pytest.raises(ConvertError, match=reason) as caught:
            detect(None, records)
        assert caught.value.code == "source_undetected"

    def test_each_input_has_its_own_source(self, exports: Path) -> None:
        conversion = convert(exports, options=Options(at=datetime(2026, 8, 7, tzinfo=UTC)))
        assert len(list(conversion)) > 100
        assert {each.name for each in conversion.sources} == set(NAMES)
        assert conversion.rejected == 0


class TestTime:
    """A record's own time goes before the caller's, and without both nothing is converted."""

    body: Mapping[str, Any] = {"usage": {"prompt_tokens": 5}}

    def starts(self, run: Run, **envelope: object) -> set[str]:
        name = "gemini-response" if "createTime" in envelope else "openai-response"
        usage = {"promptTokenCount": 5} if "createTime" in envelope else self.body["usage"]
        return {row["charge_period_start"] for row in run(name, {**envelope, "usage": usage}).rows}

    def test_periods_are_one_second_long(self, run: Run) -> None:
        (row,) = run("openai-response", self.body).rows
        assert (row["charge_period_start"], row["charge_period_end"]) == (
            "2026-08-31T12:00:00Z",
            "2026-08-31T12:00:01Z",
        )

    def test_the_responses_own_time(self, run: Run) -> None:
        assert self.starts(run, created=1786060800) == {"2026-08-07T00:00:00Z"}
        assert self.starts(run, created_at=1786060800.25) == {"2026-08-07T00:00:00.25Z"}
        assert self.starts(run, createTime="2026-08-07T02:00:00.123456789+02:00") == {"2026-08-07T00:00:00.123456Z"}
        assert self.starts(run, created=0) == {"2026-08-31T12:00:00Z"}

    def test_no_time_at_all(self, run: Run) -> None:
        with pytest.raises(ConvertError, match="--at") as caught:
            run("openai-response", self.body, at=None)
        assert caught.value.code == "time_missing"
        assert run("openai-response", {**self.body, "created": 1786060800}, at=None).rows

    @given(st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)), st.integers(-14, 14))  # noqa: DTZ001
    def test_instants_of_any_offset_are_utc(self, instant: datetime, hours: int) -> None:
        local = instant.astimezone(timezone(timedelta(hours=hours)))
        assert parse_instant(local.isoformat()) == instant

    @pytest.mark.parametrize(
        "text",
        [
            *("", "now", "2026-08-31", "2026-08-31T12:00:00", "2026-02-30T00:00:00Z", "2026-08-31T24:00:00Z"),
            *("1969-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00", "2026-08-31T12:00:60Z"),
            *("\u0662026-08-31T12:00:00Z", "2026-08-31T12:00:00Z\n"),
        ],
    )
    def test_what_is_no_instant(self, text: str) -> None:
        with pytest.raises(ConvertError) as caught:
            parse_instant(text)
        assert caught.value.code == "time_invalid"


class TestOptions:
    """Options fill what is missing, name provider and account, and hold only what a row can hold."""

    def test_they_reach_the_rows(self, run: Run, assert_sound: Run) -> None:
        options = {"model": "mine", "provider": "Gateway", "account": "acc-1"}
        outcome = run("openai-response", {"usage": {"prompt_tokens": 5}}, **options)
        (row,) = outcome.rows
        assert (row["model_id"], row["service_provider_name"], row["billing_account_id"]) == tuple(options.values())
        assert not outcome.conversion.notices
        assert_sound(outcome.rows)

    def test_a_named_model_stays(self, run: Run) -> None:
        (row,) = run("openai-response", {"model": "theirs", "usage": {"prompt_tokens": 5}}, model="mine").rows
        assert row["model_id"] == "theirs"

    def test_a_missing_model_is_reported_once_with_its_count(self, run: Run) -> None:
        outcome = run("openai-response", *[{"usage": {"prompt_tokens": 5}}] * 3)
        assert not any("model_id" in row for row in outcome.rows)
        (notice,) = outcome.conversion.notices
        assert (notice.kind, notice.count, notice.line, notice.input) == (NoticeKind.MODEL_MISSING, 3, 1, "-")
        assert str(notice).endswith("-:1, 3 times")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"at": datetime(2026, 8, 31)},  # noqa: DTZ001
            {"at": datetime(1969, 8, 31, tzinfo=UTC)},
            {"model": ""},
            {"provider": "p" * 5000},
            {"account": "dana@example.com"},
            {"model": "\ud800"},
        ],
    )
    def test_what_no_row_can_hold(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(ConvertError) as caught:
            Options(**wrong)
        assert caught.value.code == "option_invalid"


class TestOutcome:
    """Rejects and notices are bounded, counted and free of content."""

    def test_rejects_are_all_told_and_the_first_are_kept(self) -> None:
        told: list[Reject] = []
        data = io.BytesIO(b'{"usage":{"prompt_tokens":1},"created":1}\n' + b"{}\n" * 300)
        conversion = convert(data, "openai-response", on_reject=told.append)
        assert len(list(conversion)) == 1
        assert (conversion.records, conversion.rows, conversion.rejected) == (301, 1, 300)
        assert len(told) == 300
        assert conversion.rejects == tuple(told[:100])
        assert told[0].as_dict() == {"input": "-", "line": 2, "reason": "the record states no usage"}

    def test_notices_of_a_rejected_record_do_not_count(self, run: Run) -> None:
        outcome = run("openai-response", {"usage": {"prompt_tokens": 1, "new": 1, "total_tokens": -1}})
        assert (outcome.conversion.rejected, outcome.conversion.notices) == (1, ())

    def test_a_thousand_different_notices_are_enough(self, run: Run) -> None:
        usage = {f"field_{number}": 1 for number in range(1200)}
        outcome = run("openai-response", {"model": "m", "usage": {"prompt_tokens": 1, **usage}})
        notices = outcome.conversion.notices
        assert len(notices) == 1001
        assert sum(notice.count for notice in notices) == 1200
        assert len(outcome.rows[0]["source_counters"]) == 256

    def test_rows_state_the_version_of_the_standard(self, run: Run) -> None:
        (row,) = run("openai-response", {"usage": {"prompt_tokens": 5}}).rows
        assert row["spec_version"] == load().version
        assert row["source_name"] == "openai-response"


def test_the_package_can_be_called() -> None:
    """The contract names a function ``opentokenomics.convert`` beside the package of that name."""
    package: Any = sys.modules["opentokenomics.convert"]
    data = io.BytesIO(json.dumps({"created": 1, "usage": {"prompt_tokens": 5}}).encode())
    assert len(list(package(data, "openai-response"))) == 1


class TestPeople:
    """An address becomes the pseudonym that the standard recommends, or is left out and counted."""

    body: Mapping[str, Any] = {"id": "run of Dana@Example.com", "usage": {"prompt_tokens": 5}, "model": "m"}

    def test_with_a_key(self, run: Run, assert_sound: Run) -> None:
        outcome = run("openai-response", self.body, pseudonym_key="a key")
        expected = hmac.new(b"a key", b"dana@example.com", "sha256").hexdigest()
        assert {row["source_record_id"] for row in outcome.rows} == {f"run of {expected}"}
        assert outcome.kinds == set()
        assert_sound(outcome.rows)

    def test_without_one(self, run: Run) -> None:
        outcome = run("openai-response", self.body)
        assert all("source_record_id" not in row for row in outcome.rows)
        assert outcome.kinds == {"personal_data"}

    @pytest.mark.parametrize("key", [None, "a key"])
    def test_no_text_of_a_row_names_anybody(self, run: Run, assert_sound: Run, key: str | None) -> None:
        log = {
            "request_id": "r",
            "call_type": "acompletion",
            "startTime": 5,
            "model": "ft:dana@example.com",
            "custom_llm_provider": "the one of dana@example.com",
            "request_tags": ["owner dana@example.com"],
            "metadata": {"usage_object": {"prompt_tokens": 1, "dana@example.com": 2}},
        }
        outcome = run("litellm", log, pseudonym_key=key)
        assert "@" not in json.dumps(outcome.rows)
        assert ("personal_data" in outcome.kinds) == (key is None)
        expected = "(left out)" if key is None else hmac.new(b"a key", b"dana@example.com", "sha256").hexdigest()
        assert {row["model_id"] for row in outcome.rows} == {f"ft:{expected}"}
        assert_sound(outcome.rows)

    def test_no_message_names_anybody(self, run: Run) -> None:
        outcome = run("openai-response", {"created": "dana@example.com", "usage": {"prompt_tokens": 5}})
        assert outcome.reasons == ["'(left out)' is not written as RFC 3339"]
        unknown = run("openai-response", {"usage": {"prompt_tokens": 5, "dana@example.com": 1}})
        assert "@" not in " ".join(map(str, unknown.conversion.notices))

    def test_an_empty_key_is_none(self) -> None:
        with pytest.raises(ConvertError, match="empty"):
            Options(pseudonym_key="")

    def test_the_key_shows_nowhere(self) -> None:
        assert "secret" not in repr(Options(pseudonym_key="secret"))


class TestFolders:
    """Every file of a folder with a format in its name is read, in the order of their names."""

    def test_files(self, tmp_path: Path) -> None:
        body = json.dumps({"usage": {"prompt_tokens": 5}, "model": "m", "created": 1})
        (tmp_path / "b").mkdir()
        for name in ("b/1.jsonl", "a.json", ".hidden.json", "notes.txt"):
            (tmp_path / name).write_text(body)
        (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress(body.encode()))
        conversion = convert(tmp_path)
        assert len(list(conversion)) == 3
        assert [(notice.kind, notice.count, notice.input) for notice in conversion.notices] == [
            (NoticeKind.INTERPRETED, 2, str(tmp_path / "c.jsonl.gz")),  # none of the three has an identifier
            (NoticeKind.UNREAD_FILE, 1, str(tmp_path / "notes.txt")),
        ]

    def test_nothing_is_followed_out_of_it(self, tmp_path: Path) -> None:
        body = json.dumps({"usage": {"prompt_tokens": 5}, "model": "m", "created": 1})
        outside, folder = tmp_path / "outside", tmp_path / "exports"
        outside.mkdir()
        folder.mkdir()
        for place in (outside, folder):
            (place / "a.json").write_text(body)
        (folder / "b.json").symlink_to(outside / "a.json")
        (folder / "c").symlink_to(outside)
        (folder / "d").symlink_to(folder)
        os.mkfifo(folder / "e.json")
        conversion = convert(folder)
        assert len(list(conversion)) == 1
        assert {(notice.message, notice.count, notice.input) for notice in conversion.notices} == {
            ("a symbolic link in a folder is not followed", 3, str(folder / "b.json")),
            ("what is neither a file nor a folder is not read", 1, str(folder / "e.json")),
        }

    def test_a_link_that_is_named_is_followed(self, tmp_path: Path) -> None:
        (tmp_path / "exports").mkdir()
        (tmp_path / "exports" / "a.json").write_text(json.dumps({"usage": {"prompt_tokens": 5}, "created": 1}))
        (tmp_path / "link").symlink_to(tmp_path / "exports")
        (tmp_path / "one").symlink_to(tmp_path / "exports" / "a.json")
        assert len(list(convert(tmp_path / "link"))) == 1
        assert len(list(convert(tmp_path / "one"))) == 1

    @pytest.mark.parametrize("again", ["exports/a.json", "exports/../exports/a.json", "hard.json", "link", "exports"])
    def test_what_is_in_it_is_not_converted_twice(self, again: str, tmp_path: Path) -> None:
        file = tmp_path / "exports" / "a.json"
        file.parent.mkdir()
        file.write_text(json.dumps({"usage": {"prompt_tokens": 5}, "created": 1}))
        (tmp_path / "hard.json").hardlink_to(file)
        (tmp_path / "link").symlink_to(file.parent)
        for inputs in ([tmp_path / "exports", tmp_path / again], [tmp_path / again, tmp_path / "exports"]):
            with pytest.raises(InputError, match=r"is the same file as|is named twice") as caught:
                list(convert(inputs))
            assert caught.value.code == "input_repeated"

    def test_a_disk_is_no_folder_of_exports(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("opentokenomics.readers._folder.MOST_ENTRIES", 9)
        for name in "abc":
            (tmp_path / name).mkdir()
            for number in range(2):
                (tmp_path / name / f"{number}.json").write_text(
                    json.dumps({"usage": {"prompt_tokens": 5}, "created": 1})
                )
        assert len(list(convert(tmp_path))) == 6
        (tmp_path / ".hidden").touch()
        with pytest.raises(InputError, match=r"holds more than 9 files and folders[.] Name the folder"):
            list(convert(tmp_path))
