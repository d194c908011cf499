"""Values that somebody, somewhere, will put into a column; and records that hold a few of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from records import COLUMNS, STANDARD, USAGE, Record, dataset

from opentokenomics.standard import Column, Kind

TEXTS: tuple[str, ...] = (
    # Texts that programs take for something else.
    *("", " ", "\t", "\x00", "\x00\x00", "\x7f", "\u2028", "\ufeff", "\U0001d54f", "null", "NULL", "\\N", "None"),
    *("true", '"', '""', "a,b", "a\nb", "a\r\nb", "a\rb", "\\", "\\u0041", "'", "'; DROP TABLE facts; --", "{}", "[]"),
    # Lengths, in code points, around the limit of a string.
    *("x" * 4096, "x" * 4097, "\U0001f600" * 4096, "\U0001f600" * 4097, "\u00e9" * 4096, "\u00e9" * 4097),
    # Decimals, nearly.
    *("0", "-0", "-0.0", "1", "-1", "+1", "01", "-01", "1.", ".5", "1.50", "1e3", "1E3", "1_000", "1,000", " 1", "1 "),
    *("1\n", "\u0661", "\uff11", "0x10", "NaN", "Infinity", "-inf", "--1", "1.2.3", "-", ".", "0.0000000000000000001"),
    *(sign + "9" * whole for sign in ("", "-") for whole in (7, 8, 12, 13, 14, 15, 18, 19, 38, 39, 400)),
    *("0." + "9" * digits for digits in (6, 7, 12, 13, 18, 19)),
    *("9" * 12 + "." + "9" * 6, "9" * 7 + "." + "9" * 12, "9" * 14 + "." + "9" * 18, "9" * 18 + "." + "9" * 6),
    *(
        "1.0000000",
        "0.1000000000000000000",
        "1" + "0" * 18,
        "-" + "9" * 18 + ".999999",
        "-" + "9" * 14 + "." + "9" * 18,
    ),
    # Timestamps, nearly.
    *("1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59.999999Z", "10000-01-01T00:00:00Z"),
    *("0000-01-01T00:00:00Z", "2024-02-29T00:00:00Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z"),
    *("2000-02-29T12:00:00.1Z", "2026-04-31T00:00:00Z", "2026-08-30T24:00:00Z", "2026-08-30T23:59:60Z"),
    *("2026-08-30T10:00:00", "2026-08-30T10:00:00z", "2026-08-30t10:00:00Z", "2026-08-30 10:00:00Z", "2026-08-30"),
    *("2026-08-30T10:00:00+00:00", "2026-08-30T10:00:00-00:00", "2026-08-30T10:00:00.1234567Z", "2026-08-30T10:00Z"),
    *("2026-08-30T10:00:00.Z", "2026-08-30T10:00:00.123456Z", "2026-08-30T10:00:00Z\n", "infinity", "epoch", "now"),
    *("\u0662\u0660\u0662\u0666-08-30T10:00:00Z", "+2026-08-30T10:00:00Z", "99999-01-01T00:00:00Z"),
    # Codes, addresses and words of closed lists, nearly.
    *("USD", "usd", "USD\n", "US", "XXX", "XTS", "x_a", "x_", "x_A", "x_" + "c" * 60, "x_" + "c" * 61, "x_a\n"),
    *("a@b.co", "a@b", "a@b.c", "@b.co", "a@.co", "mailto:a.b+c@d-e.f.example", "a@b.co\n", "\u00e9@b.co", "a@b_c.com"),
    *(
        "00:00",
        "23:59",
        "24:00",
        "9:30",
        "09:60",
        "09:30:00",
        "09:30\n",
        "\u0660\u0669:30",
        "09:30Z",
        "true",
        "True",
        "false",
    ),
    *("https://a.b", "https://a-1.example:8443/p?q=[1]#f", "http://a.b", "https://", "https://u@a.b", "https://a.b/ c"),
    *("https://a..b", "https://a.b\n", "https://\u00e9.b", "https://a.b/\u00e9", "//a.b", "javascript:alert(1)"),
    *("monday", '["monday"]', '["monday", "sunday"]', '["monday","monday"]', '["\\u006donday"]', '["Monday"]', "[1]"),
    *(
        "Original",
        "original ",
        "tokens\n",
        "input",
        "OUTPUT",
        "usage",
        "this_row",
        "spec_version",
        STANDARD.version,
        "1.0",
    ),
)

NUMBERS: tuple[int | Decimal, ...] = (
    *(0, 1, -1, 300, 10**9, 10**9 + 1, 10**12, 10**12 + 1, 10**15, 10**15 + 1, 2**53 + 1, 2**63 - 1, 2**63, 2**64),
    *(-(2**63) - 1, 10**18, 10**38, 10**400, -(10**400)),
    *map(Decimal, ("1.0", "1E+2", "1e2", "5E-1", "1.5", "-0", "-0.0", "10e-1", "1E+400", "1E-400", "-1E+400")),
    *map(Decimal, ("1.0000000000000000000000000001", "1000000000000.0", "999999999999.5", "1E+12", "1E+15", "3e0")),
)

OTHERS: tuple[Any, ...] = (
    *(
        ["monday"],
        ["sunday", "monday"],
        ["monday", "monday"],
        ["monday", "Monday"],
        ["monday", None],
        ["monday", ["monday"]],
    ),
    *(None, True, False, [], [1], ["a"], {}, {"a": "b"}, {"a": ""}, {"": "b"}, {"a": 1}, {"a": None}, {"a": True}),
    *(
        {"a": "b", "c": Decimal("1.5")},
        {"a": {"b": "c"}},
        {"a": ["b"]},
        {"a\x00": "\x00"},
        {'a"': '":'},
        {"a": "x" * 5000},
    ),
    {f"name {number}": "\U0001f600" for number in range(50)},
)

POOL: tuple[Any, ...] = (*TEXTS, *NUMBERS, *OTHERS)

_FITTING: dict[Kind, tuple[Any, ...]] = {Kind.MAP: ({}, {"a": "b"}), Kind.INTEGER: (0, 1, 5, 300, 10**9, 10**12)}
_DECIMALS = ("0", "1", "-1", "2", "0.005", "0.5", "1.5", "0.000005", "3", "600", "0.0006", "9.000001", "-0.04", "0.04")
_TIMES = tuple(f"2026-0{month}-0{day}T00:00:00Z" for month in (7, 8, 9) for day in (1, 2))


def fitting(column: Column) -> tuple[Any, ...]:
    """Values without a fault of shape, few enough for records to collide in them."""
    if column.values:
        return column.values
    match column.kind:
        case Kind.DECIMAL:
            return _DECIMALS
        case Kind.TIMESTAMP:
            return _TIMES
        case Kind.STRING if column.name.endswith("currency"):
            return ("USD", "EUR", "x_ai_credit")
        case Kind.STRING:
            return ("a", "b", "seconds", "tokens", "requests")
        case kind:
            return _FITTING[kind]


SPOKEN_OF = tuple(
    column
    for column in USAGE.columns
    if column.name != "spec_version"
    and any(column.name in requirement.columns for requirement in STANDARD.requirements)
)
"""The columns that rules speak of; the version is the business of an input and not of its records."""

BASE = tuple(dataset("w"))

_any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(NUMBERS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_numeral = st.from_regex(r"-?[0-9]{1,20}(?:[.][0-9]{0,20})?", fullmatch=True)


@st.composite
def wild_records(draw: st.DrawFn) -> Record:
    """A record that keeps the rules but for a few columns, which hold anything."""
    record = dict(draw(st.sampled_from(BASE)))
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from([name for name in COLUMNS if name != "spec_version"]))
        record[name] = draw(st.sampled_from(POOL) | _texts | _numeral | _any_json)
    if draw(st.integers(0, 9)) == 0:
        name = draw(
            st.sampled_from(("x_", "x_a", "X_a", "x-a", "x_" + "a" * 127, "Meter", "meter ", "", "x_\u00e9", "x_a\n"))
        )
        record[name] = draw(_any_json)
    return record


@st.composite
def tidy_records(draw: st.DrawFn) -> Record:
    """A record in which every value is well formed, and a few of them are not what the rules ask for."""
    record = dict(draw(st.sampled_from(BASE)))
    for column in draw(st.lists(st.sampled_from(SPOKEN_OF), min_size=1, max_size=5)):
        value = draw(st.none() | st.sampled_from(fitting(column)))
        if value is None:
            record.pop(column.name, None)
        else:
            record[column.name] = value
    return record


SHORT: Record = {column.name: column.examples[0] for column in USAGE.columns if column.required}
SHORT["charge_category"] = "credit"
"""A record with the required columns alone, of the one category that asks for no other."""


def every_value_in(name: str, base: Record = SHORT) -> Iterator[Record]:
    """One record for each value of the pool, in this column of an otherwise faultless record."""
    yield from ({**base, name: value} for value in POOL)
