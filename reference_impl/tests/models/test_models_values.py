"""What Python code may pass to a model, what strict JSON and CSV refuse, and that records do not change."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records import MINIMUM

from opentokenomics.models import FrozenMap, UsageRecord, ValidationError

UNIT_PRICE_BEFORE, UNIT_PRICE_AFTER = 7, 12


def record(**values: Any) -> UsageRecord:  # noqa: ANN401 - right or wrong
    return UsageRecord(**MINIMUM | values)


def error_types(**values: Any) -> list[str]:  # noqa: ANN401 - right or wrong
    with pytest.raises(ValidationError) as caught:
        record(**values)
    assert {each["loc"][0] for each in caught.value.errors()} == set(values)
    return [each["type"] for each in caught.value.errors()]


def json_error(text: str | bytes) -> str:
    with pytest.raises(ValidationError) as caught:
        UsageRecord.from_json(text)
    (error,) = caught.value.errors()
    assert error["type"] == "json"
    return error["msg"]


class TestDecimalsFromPython:
    @settings(max_examples=300, deadline=None)
    @given(st.decimals(allow_nan=False, allow_infinity=False) | st.integers().map(Decimal))
    def test_are_accepted_with_their_digits_where_these_fit(self, value: Decimal) -> None:
        whole, _, fraction = format(abs(value), "f").partition(".")
        fits = len(fraction) <= UNIT_PRICE_AFTER and len(whole) <= UNIT_PRICE_BEFORE
        try:
            accepted = record(list_unit_price=value).list_unit_price
        except ValidationError:
            assert not fits
        else:
            assert fits
            assert accepted == value
            assert UsageRecord.from_json(record(list_unit_price=value).to_json()).list_unit_price == value

    def test_may_be_ints_and_text(self) -> None:
        assert record(billed_cost=3).billed_cost == Decimal(3)
        assert str(record(billed_cost="1.50").billed_cost) == "1.50"

    @pytest.mark.parametrize(
        "value", [1.0, float("nan"), True, Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity"), []]
    )
    def test_are_never_floats_bools_or_no_numbers(self, value: object) -> None:
        assert error_types(billed_cost=value) == ["decimal_notation"]

    def test_of_huge_exponents_are_refused_at_once(self) -> None:
        assert error_types(billed_cost=Decimal("1e999999")) == ["decimal_digits"]
        assert error_types(billed_cost=Decimal("1e-999999")) == ["decimal_digits"]
        assert record(billed_cost=Decimal("0e9")).to_json() == record(billed_cost=0).to_json()


class TestTimestampsFromPython:
    @settings(max_examples=100, deadline=None)
    @given(st.datetimes(timezones=st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))))
    def test_are_converted_to_utc(self, value: datetime) -> None:
        if not datetime(1970, 1, 1, tzinfo=UTC) <= value <= datetime.max.replace(tzinfo=UTC):
            assert error_types(charge_period_end=value) == ["timestamp_year"]
            return
        made = record(charge_period_end=value)
        assert made.charge_period_end == value
        assert made.charge_period_end.tzinfo is UTC
        assert UsageRecord.from_json(made.to_json()) == made

    def test_at_the_ends_of_time_are_refused(self) -> None:
        latest = datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))
        earliest = datetime.min.replace(tzinfo=timezone(timedelta(hours=1)))
        assert error_types(charge_period_end=latest) == ["timestamp_year"]
        assert error_types(charge_period_end=earliest) == ["timestamp_year"]

    def test_are_never_naive(self) -> None:
        assert error_types(charge_period_end=datetime(2026, 9, 1)) == ["timestamp_naive"]  # noqa: DTZ001

    def test_are_never_numbers(self) -> None:
        assert error_types(charge_period_end=1788220800) == ["timestamp"]


class TestIntegers:
    @pytest.mark.parametrize("value", [True, 1.0, Decimal(1), "1", 0, 10**9 + 1])
    def test_from_python_are_ints_within_bounds(self, value: object) -> None:
        assert error_types(attempt=value) == ["whole_number"]

    def test_from_json_may_be_written_as_fractions(self) -> None:
        text = json.dumps(MINIMUM | {"attempt": 1.0})
        assert UsageRecord.from_json(text).to_json().endswith('"attempt":1}')

    def test_of_huge_exponents_are_refused_at_once(self) -> None:
        text = json.dumps(MINIMUM).replace("}", ',"attempt":1e999999999}')
        with pytest.raises(ValidationError, match="whole number from 1 to"):
            UsageRecord.from_json(text)


class TestMapsAndCustomColumns:
    def test_cannot_be_changed(self) -> None:
        tags = {"cost_center": "4711"}
        made = record(tags=tags, x_list=[{"a": [1]}])
        tags["cost_center"] = "0815"
        assert made.tags == {"cost_center": "4711"}
        assert isinstance(made.tags, FrozenMap)
        with pytest.raises(TypeError):
            made.tags["a"] = "b"  # type: ignore[index]
        assert made.model_extra == {"x_list": ({"a": (1,)},)}
        with pytest.raises(ValidationError, match="frozen"):
            made.team = "x"
        assert copy.deepcopy(made) == made
        assert (len(made.tags), list(made.tags), hash(made.tags)) == (1, ["cost_center"], hash(FrozenMap(made.tags)))
        assert hash(made) == hash(copy.deepcopy(made))
        assert repr(made.tags) == "FrozenMap({'cost_center': '4711'})"

    @pytest.mark.parametrize("value", [{"a": 1}, {1: "a"}, {"a": None}, {"\ud800": "a"}, {"a": "\ud800"}, "{}", []])
    def test_map_strings_to_strings(self, value: object) -> None:
        assert error_types(tags=value) == ["text_map"]

    @pytest.mark.parametrize(
        "value", [1.5, float("inf"), Decimal("NaN"), {1: 2}, {"\ud800": 1}, ["\ud800"], {1}, b"x", datetime.now(UTC)]
    )
    def test_hold_json_values_only(self, value: object) -> None:
        assert error_types(x_custom=value) == ["json_value"]

    @pytest.mark.parametrize(
        "number",
        ["0.1", "1.50", "1e400", "-0.0", "123456789012345678901234567890", "1E-7", "9" * 5000, "0.1" + "0" * 40],
    )
    def test_keep_numbers_exact(self, number: str) -> None:
        text = json.dumps(MINIMUM).replace("}", f',"x_n":{number}}}')
        made = UsageRecord.from_json(text)
        written = made.to_json().rpartition(":")[2].removesuffix("}")
        assert Decimal(written).as_tuple() == Decimal(number).as_tuple()
        assert UsageRecord.from_json(made.to_json()) == made

    def test_of_python_may_be_very_long_ints(self) -> None:
        made = record(x_n=-(10**5000))
        assert UsageRecord.from_json(made.to_json()) == made

    def test_that_are_null_are_absent(self) -> None:
        assert record(x_a=None, team=None) == record()
        assert record(x_a=[None]).to_json().endswith('"x_a":[null]}')

    @pytest.mark.parametrize("depth", [100, 101])
    def test_are_nested_at_most_100_levels(self, depth: int) -> None:
        text = json.dumps(MINIMUM).replace("}", ',"x_a":' + "[" * depth + "]" * depth + "}")
        if depth == 100:
            assert UsageRecord.from_json(text).to_json().endswith("[" * depth + "]" * depth + "}")
        else:
            with pytest.raises(ValidationError, match="nested more than 100 levels deep"):
                UsageRecord.from_json(text)


class TestStrictJson:
    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ('{"record_id":"a","record_id":"b"}', "twice"),
            ('{"x_a":{"b":1,"b":1}}', "twice"),
            ('{"x_a":NaN}', "NaN or Infinity"),
            ('{"x_a":-Infinity}', "NaN or Infinity"),
            ('{"x_a":1e99999999999999999999}', "number"),
            ('{"x_a":' + "[" * 100_000, "nested too deeply"),
            ("{} {}", "more text"),
            ("{},", "more text"),
            ('{"a":1,}', "character"),
            ("{'a':1}", "character"),
            ('{"a":"\n"}', "control character"),
            ("", "character 1"),
            ("\ufeff{}", "character 1"),
            (b"\xef\xbb\xbf{}", "character 1"),
            (b'{"a":"\xff"}', "not UTF-8"),
            (b'{"a":"\xed\xa0\x80"}', "not UTF-8"),
        ],
    )
    def test_refuses(self, text: str | bytes, problem: str) -> None:
        assert problem in json_error(text)

    def test_of_any_depth_raises_nothing_else(self) -> None:
        for depth in range(100, 1_100):
            with pytest.raises(ValidationError):
                UsageRecord.from_json('{"x_a":' + "[" * depth + '"\\u0041"' + "]" * depth + "}")

    @pytest.mark.parametrize("text", ["[]", "null", "1", '"a"', "1e400"])
    def test_is_an_object(self, text: str) -> None:
        with pytest.raises(ValidationError, match="Record should be a JSON object"):
            UsageRecord.from_json(text)

    @pytest.mark.parametrize("value", ['"\\ud800"', '{"a":"\\udc00"}', '["\\ud800\\ud800"]', '{"\\ud800":1}'])
    def test_refuses_lone_surrogates(self, value: str) -> None:
        assert "surrogate" in json_error(json.dumps(MINIMUM | {"x_a": "?"}).replace('"?"', value))

    @pytest.mark.parametrize("column", ["record_id", "meter", "tags", "x_a"])
    def test_refuses_lone_surrogates_in_text_that_holds_them_already(self, column: str) -> None:
        value = '{"a":"\ud800"}' if column == "tags" else '"\ud800"'
        with pytest.raises(ValidationError):
            UsageRecord.from_json(json.dumps(MINIMUM | {column: "?"}).replace('"?"', value))

    @pytest.mark.parametrize("fraction", ["", ".5", ".12", ".000005", ".123456"])
    def test_writes_no_digit_of_a_second_that_it_does_not_need(self, fraction: str) -> None:
        text = f"2026-08-31T12:00:10{fraction}Z"
        assert record(charge_period_end=text).to_dict()["charge_period_end"] == text

    def test_refuses_a_number_where_a_decimal_belongs(self) -> None:
        with pytest.raises(ValidationError, match="as text in plain notation"):
            UsageRecord.from_json(json.dumps(MINIMUM | {"billed_cost": 1}))

    def test_is_one_compact_line_without_nulls(self) -> None:
        text = record(
            team="a\nß", billed_cost=Decimal("1E+3"), charge_period_end=datetime(2026, 9, 1, 0, 0, 0, 5, UTC)
        ).to_json()
        assert "\n" not in text
        assert json.loads(text) == MINIMUM | {
            "team": "a\nß",
            "billed_cost": "1000",
            "charge_period_end": "2026-09-01T00:00:00.000005Z",
        }
        assert text == json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))


class TestCsvRows:
    def test_read_integers_and_maps_as_text(self) -> None:
        made = UsageRecord.from_row(MINIMUM | {"attempt": "2", "tags": '{"a":"b"}', "x_n": "1.50", "team": ""})
        assert (made.attempt, made.tags, made.model_extra, made.team) == (2, {"a": "b"}, {"x_n": "1.50"}, None)
        assert made.to_row() == MINIMUM | {"attempt": "2", "tags": '{"a":"b"}', "x_n": "1.50"}

    def test_have_the_same_text_as_the_dict_for_other_tools(self) -> None:
        made = record(
            attempt=2, tags={"a": "b"}, billed_cost=Decimal("1E+1"), x_n=[Decimal("0.10"), {"a": None}], team=None
        )
        assert made.to_dict() == MINIMUM | {
            "attempt": 2,
            "tags": {"a": "b"},
            "billed_cost": "10",
            "x_n": [Decimal("0.10"), {"a": None}],
        }
        assert type(made.to_dict()["tags"]) is dict
        assert UsageRecord(**made.to_dict()) == made

    def test_write_custom_values_as_json(self) -> None:
        assert record(x_a=[1, None, "b"], x_b="").to_row() == MINIMUM | {"x_a": '[1,null,"b"]', "x_b": ""}

    @pytest.mark.parametrize("cell", ["01", "1.0", "+1", "-1", "1e3", "9" * 5000, "0", "one", "\u0661"])
    def test_refuse_other_integers(self, cell: str) -> None:
        with pytest.raises(ValidationError, match="whole number"):
            UsageRecord.from_row(MINIMUM | {"attempt": cell})

    @pytest.mark.parametrize("cell", ["a", "[]", '{"a":1}', '{"a":"b","a":"c"}', '{"a":"b"} x', "null"])
    def test_refuse_other_maps(self, cell: str) -> None:
        with pytest.raises(ValidationError, match="map strings to strings"):
            UsageRecord.from_row(MINIMUM | {"tags": cell})

    @pytest.mark.parametrize("extra", [{"team": None}, {None: ["a"]}, {"team": 5}])
    def test_have_one_cell_for_each_column(self, extra: dict[Any, Any]) -> None:
        with pytest.raises(ValidationError, match="exactly one cell"):
            UsageRecord.from_row(MINIMUM | extra)

    def test_refuse_an_unknown_column_even_where_it_is_empty(self) -> None:
        with pytest.raises(ValidationError, match="Column should be one of the standard"):
            UsageRecord.from_row(MINIMUM | {"teams": ""})


class TestInsideOtherModels:
    def test_pydantic_reads_and_writes_the_same_shapes(self) -> None:
        from pydantic import TypeAdapter

        many = TypeAdapter(list[UsageRecord])
        text = json.dumps([MINIMUM | {"attempt": 1.0, "billed_cost": "1.50", "tags": {"a": "b"}, "x_n": 0.1}])
        (made,) = many.validate_json(text)
        assert made == record(attempt=1, billed_cost=Decimal("1.50"), tags={"a": "b"}, x_n=Decimal("0.1"))
        with pytest.raises(ValidationError):
            many.validate_json(text.replace('"1.50"', "1.50"))
        (dumped,) = json.loads(many.dump_json([made], exclude_none=True))
        assert dumped["billed_cost"] == "1.50"
        assert dumped["charge_period_start"] == "2026-08-31T00:00:00Z"
        assert many.json_schema()["$defs"]["UsageRecord"]["properties"]["attempt"]["anyOf"][0]["maximum"] == 10**9
