"""The model accepts exactly what the JSON Schema accepts, blames the same columns, and loses nothing."""

from __future__ import annotations

import json
import pickle
import re
import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from records import MINIMUM
from referencing import Registry, Resource

from opentokenomics import standard
from opentokenomics.models import UsageRecord, ValidationError
from opentokenomics.standard import Column, Facet, Kind

USAGE = standard.load().datasets["usage"]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
TRICKY = [
    *["", " ", "0", "-0", "1.50", "-1.000000", "00", "01", "+1", "1e5", "1,000", ".5", "5.", "1_0", " 1", "1\n", "٣"],
    *[
        "9" * 18,
        "9" * 19,
        "9" * 5000,
        "0.1234567",
        "0." + "1" * 18,
        "0." + "1" * 19,
        "1." + "0" * 12,
        "NaN",
        "Infinity",
    ],
    *["1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59.999999Z", "2026-02-29T00:00:00Z"],
    *["2024-02-29T00:00:00.1Z", "2000-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-01-01T00:00:00.1234567Z"],
    *["2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00z"],
    *["2026-01-01T00:00:00Z\n", "2026-01-01 00:00:00Z", "2026-01-01", "10000-01-01T00:00:00Z"],
    *["a@b.de", "@b.de", "a@b", "a@b.d", "a@b.c.de", "ä@b.de", "a@@b.de", "x a+b@c-d.ef y", "a@b.de\n", "a.b"],
    *["usd", "USD", "USD\n", "x_ai_credit", "x_", "x_A", "x_" + "a" * 61, "tokens", "Tokens", "tokens\n", "correction"],
    *["x" * 4096, "x" * 4097, "\U0001f600" * 4096, "\U0001f600" * 4097, "\x00", "{}", '{"a": "b"}', "null"],
    *[True, False, 0, 1, -1, 1.0, 1.5, -0.0, 1e12, 10**12, 10**12 + 1, 10**9, 10**9 + 1, 10**30, 1e300, None],
    *[[], {}, ["a"], {"a": "b"}, {"a": ""}, {"": "b"}, {"a": None}, {"a": 1}, {"a": {"b": "c"}}],
]
"""Values at and beyond the borders of some column's shape."""
NAMES = [
    "x_a",
    "x_" + "a" * 126,
    "x_" + "a" * 127,
    "x_",
    "x_a\n",
    "x_ä",
    "X_a",
    "ax_a",
    "x_a b",
    "Meter",
    "meter ",
    "",
    "id",
]
"""Names at and beyond the border of custom columns."""


@pytest.fixture(scope="session")
def oracle() -> Draft202012Validator:
    """The jsonschema library over the published schemas.

    Its ``$`` also matches before a final line break, which the ECMA 262 expressions of JSON Schema do not; hence
    the end of each pattern is rewritten.
    """
    texts = [standard.documents()[name] for name in ("usage.schema.json", "common.schema.json")]
    usage, common = (json.loads(re.sub(r'\$"(?=[,:\s])', r'\\\\Z"', text)) for text in texts)
    registry: Registry[Any] = Registry().with_resource(common["$id"], Resource.from_contents(common))
    return Draft202012Validator(usage, registry=registry)


def values(column: Column) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one for each kind
    """JSON values that have the shape of the column."""
    shapes = {shape.facet: shape for shape in column.shapes}
    if column.values:
        return st.sampled_from(column.values)
    if Facet.CODE in shapes:
        return st.sampled_from(shapes[Facet.CODE].values) | st.from_regex(
            shapes[Facet.CODE].pattern or "", fullmatch=True
        )
    if column.kind is Kind.DECIMAL:
        return decimals((column.precision or 0) - (column.scale or 0), column.scale or 0)
    if column.kind is Kind.INTEGER:
        low = max(shape.low for shape in column.shapes if shape.low is not None)
        high = min(shape.high for shape in column.shapes if shape.high is not None)
        return st.integers(low, high) | st.integers(low, high).map(float)
    if column.kind is Kind.MAP:
        return st.dictionaries(TEXT | st.just(""), TEXT | st.just(""), max_size=3)
    if column.kind is Kind.TIMESTAMP:
        return st.from_regex(shapes[Facet.PATTERN].pattern or "", fullmatch=True, alphabet=string.printable)
    return TEXT.filter(lambda text: "@" not in text)


def decimals(before: int, after: int) -> st.SearchStrategy[str]:
    """Decimals in plain notation with at most so many digits."""
    whole = st.just("0") | st.from_regex(f"[1-9][0-9]{{0,{before - 1}}}", fullmatch=True)
    fraction = st.just("") | st.from_regex(f"[.][0-9]{{1,{after}}}", fullmatch=True)
    return st.tuples(st.sampled_from(["", "-"]), whole, fraction).map("".join)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT | st.just(""),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def valid_records(draw: st.DrawFn) -> dict[str, Any]:
    """Records of the right shape, some with custom columns."""
    required = {column.name: draw(values(column)) for column in USAGE.columns if column.required}
    chosen = draw(st.lists(st.sampled_from(USAGE.columns), max_size=12, unique_by=lambda column: column.name))
    optional = {
        column.name: draw(values(column) | st.none() if not column.required else values(column)) for column in chosen
    }
    custom = draw(st.dictionaries(st.from_regex("x_[A-Za-z0-9_]{1,8}", fullmatch=True), JSON, max_size=2))
    return {**required, **optional, **custom}


@st.composite
def broken_records(draw: st.DrawFn) -> dict[str, Any]:
    """Records with one tricky value, one tricky name, or one column too few."""
    record = draw(valid_records())
    column = draw(st.sampled_from(USAGE.columns))
    match draw(st.sampled_from(["value", "value", "value", "name", "absent"])):
        case "value":
            return record | {column.name: draw(st.sampled_from(TRICKY) | JSON)}
        case "name":
            return record | {draw(st.sampled_from(NAMES) | TEXT): draw(JSON)}
    return {name: value for name, value in record.items() if name != column.name}


def wild_records() -> st.SearchStrategy[dict[str, Any]]:
    """Any values under any names."""
    names = st.sampled_from([column.name for column in USAGE.columns]) | st.sampled_from(NAMES)
    return st.dictionaries(names, st.sampled_from(TRICKY) | JSON, max_size=12)


def blamed_by_schema(oracle: Draft202012Validator, record: dict[str, Any]) -> set[str]:
    """The columns that the schema finds missing, unknown or wrong."""
    found: set[str] = set()
    for error in oracle.iter_errors(record):
        if error.path:
            found.add(str(error.path[0]))
        elif error.validator == "required":
            found |= {name for name in error.validator_value if name not in record}
        else:
            names = USAGE.by_name
            found |= {name for name in record if name not in names and not re.fullmatch("x_[A-Za-z0-9_]{1,126}", name)}
    return found


def blamed_by_model(text: str) -> set[str]:
    """The columns that the model finds missing, unknown or wrong."""
    try:
        UsageRecord.from_json(text)
    except ValidationError as error:
        return {str(each["loc"][0]) for each in error.errors()}
    return set()


class TestTheModelIsTheSchema:
    @settings(max_examples=100, deadline=None)
    @given(record=valid_records())
    def test_on_valid_records(self, oracle: Draft202012Validator, record: dict[str, Any]) -> None:
        assert blamed_by_schema(oracle, record) == set()
        assert blamed_by_model(json.dumps(record)) == set()

    @settings(max_examples=300, deadline=None)
    @given(record=broken_records())
    def test_on_records_with_one_thing_broken(self, oracle: Draft202012Validator, record: dict[str, Any]) -> None:
        assert blamed_by_model(json.dumps(record)) == blamed_by_schema(oracle, record)

    @settings(max_examples=100, deadline=None)
    @given(record=wild_records())
    def test_on_wild_records(self, oracle: Draft202012Validator, record: dict[str, Any]) -> None:
        assert blamed_by_model(json.dumps(record)) == blamed_by_schema(oracle, record)

    @pytest.mark.parametrize("column", USAGE.columns, ids=lambda column: str(column.name))
    def test_on_every_tricky_value_of_every_column(self, oracle: Draft202012Validator, column: Column) -> None:
        for value in TRICKY:
            record = MINIMUM | {column.name: value}
            assert blamed_by_model(json.dumps(record)) == blamed_by_schema(oracle, record), value

    def test_has_the_columns_of_the_schema_in_its_order(self) -> None:
        assert list(UsageRecord.model_fields) == [column.name for column in USAGE.columns]


class TestNothingIsLost:
    @settings(max_examples=100, deadline=None)
    @given(record=valid_records())
    def test_through_json(self, record: dict[str, Any]) -> None:
        first = UsageRecord.from_json(json.dumps(record))
        text = first.to_json()
        again = UsageRecord.from_json(text.encode())
        assert again == first
        assert again.to_json() == text
        written = json.loads(text)
        stated = {name: value for name, value in record.items() if value is not None}
        assert set(written) == set(stated)
        timestamps = {column.name for column in USAGE.columns if column.kind is Kind.TIMESTAMP}
        assert {name: written[name] for name in stated if name not in timestamps} == {
            name: value for name, value in stated.items() if name not in timestamps
        }

    @settings(max_examples=100, deadline=None)
    @given(record=valid_records())
    def test_through_csv_cells(self, record: dict[str, Any]) -> None:
        standard_part = {name: value for name, value in record.items() if not name.startswith("x_")}
        first = UsageRecord.from_json(json.dumps(standard_part | {"x_note": "1,5"}))
        row = first.to_row()
        assert {type(cell) for cell in row.values()} == {str}
        assert all(row.values())
        empty = {column.name: "" for column in USAGE.columns}
        assert UsageRecord.from_row(row) == UsageRecord.from_row(empty | row) == first

    @settings(max_examples=50, deadline=None)
    @given(record=valid_records())
    def test_through_python(self, record: dict[str, Any]) -> None:
        first = UsageRecord.from_json(json.dumps(record))
        assert UsageRecord(**first.model_dump()) == first
        assert UsageRecord.model_validate_json(first.to_json()) == first
        assert pickle.loads(pickle.dumps(first)) == first  # noqa: S301 - it was written here
        assert hash(UsageRecord.from_json(first.to_json())) == hash(first)
