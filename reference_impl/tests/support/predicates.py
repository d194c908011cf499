"""Random predicates over made-up columns of every kind, and random records to judge by them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import reject
from hypothesis import strategies as st

from opentokenomics.rules import PredicateError, compile_predicate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentokenomics.standard import Column

DECIMALS = {
    "quantity": (24, 6),
    "priced": (18, 6),
    "price": (19, 12),
    "amount": (32, 18),
    "ratio": (5, 2),
    "widest": (38, 0),
}
INTEGERS = {"block": (1, 10**12), "balance": (-(10**9), 10**9)}
TEXTS = ("label", "other_label")
TIMESTAMPS = ("began", "ended")
BOOLEANS = ("settled", "shared")
SQL_TYPES = {
    **{name: f"DECIMAL({precision}, {scale})" for name, (precision, scale) in DECIMALS.items()},
    **dict.fromkeys(INTEGERS, "BIGINT"),
    **dict.fromkeys([*TEXTS, "colour"], "VARCHAR"),
    **dict.fromkeys(TIMESTAMPS, "TIMESTAMP"),
    **dict.fromkeys(BOOLEANS, "BOOLEAN"),
}
STRANGE_WORDS = ("", "a\n", "\0", "a\0b", "\U0001f600", "a\U0001f600b", "é", "e\u0301", "'", "\\", "--", "١٢")
WORDS = ("a", "A", "ab", "aa", "b", "12", *STRANGE_WORDS)
PATTERNS = ("[a-z]+", "a(?:b|c)?", "[A-Za-z]{1,2}", "[0-9]+", "a|b", "[ -~]*", "12")
ROWS, SMALL_ROWS = 500, 200

# Records ------------------------------------------------------------------------------------------------------------


def random_decimal(random: Random, precision: int, scale: int, *, small: bool) -> Decimal:
    limit = 40 * 10**scale if small else 10**precision - 1
    some = random.randint(0, 10 ** random.randint(1, precision) - 1)
    digits = min(limit, random.choice([0, 1, limit, 10**scale, 2 * 10**scale, random.randint(0, limit), some]))
    return Decimal((random.randint(0, 1), tuple(map(int, str(digits))), -scale))


def random_record(random: Random, *, small: bool) -> dict[str, object]:
    instants = [datetime(1970, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999), datetime(2026, 3, 1)]  # noqa: DTZ001
    instants.append(instants[0] + timedelta(microseconds=random.randrange(253_402_300_800_000_000)))
    record: dict[str, object] = {
        **{name: random_decimal(random, *digits, small=small) for name, digits in DECIMALS.items()},
        "block": random.choice([1, 2, 40 if small else 10**12]),
        "balance": random.choice([-1, 0, 7, -40 if small else -(10**9)]),
        **{name: random.choice(WORDS) for name in TEXTS},
        "colour": random.choice(["red", "green", "blue"]),
        **{name: random.choice(instants) for name in TIMESTAMPS},
        **{name: random.random() < 0.5 for name in BOOLEANS},
    }
    for name in record:
        if random.random() < 0.15:
            record[name] = None
    return record


def records() -> list[dict[str, object]]:
    random = Random(20260801)  # noqa: S311
    small = [random_record(random, small=True) for _ in range(SMALL_ROWS)]
    return small + [random_record(random, small=False) for _ in range(ROWS - SMALL_ROWS)]


RECORDS = records()


# Predicates ---------------------------------------------------------------------------------------------------------

type_of_text = st.sampled_from([*TEXTS, "colour"])
operators = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
numbers_written = st.sampled_from(["0", "1", "2", "7", "40", "0.5", "0.000001", "1.50", "-1", "-0.25", "999999999"])
divisors = st.sampled_from(["1", "2", "7", "-3", "1000000"])


def written(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


texts_written = st.sampled_from([word for word in WORDS if "\0" not in word]).map(written)


def filled(template: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(template.format, *parts)


@st.composite
def number(draw: st.DrawFn, depth: int) -> str:
    if depth == 0:
        return draw(st.sampled_from([*DECIMALS, *INTEGERS]) | numbers_written)
    inner = number(depth - 1)
    choices = [
        number(0),
        filled("({} {} {})", inner, st.sampled_from("+-*"), inner),
        filled("({} {} {} - {})", number(0), st.sampled_from("+-*"), number(0), inner),
        filled("ABS({})", inner),
        filled("(- {})", inner),
        filled("MOD({}, {})", inner, divisors),
        filled("COALESCE({}, {})", inner, inner),
        filled("LENGTH({})", text(depth - 1)),
        filled("MICROSECONDS_BETWEEN({}, {})", instant(depth - 1), instant(depth - 1)),
    ]
    return draw(st.one_of(choices))


@st.composite
def text(draw: st.DrawFn, depth: int) -> str:
    if depth == 0:
        return draw(type_of_text | texts_written)
    return draw(filled("COALESCE({}, {})", text(depth - 1), text(depth - 1)) | text(0))


@st.composite
def instant(draw: st.DrawFn, depth: int) -> str:
    if depth == 0:
        return draw(st.sampled_from(TIMESTAMPS))
    inner = instant(depth - 1)
    units = st.sampled_from(["hour", "day", "month"])
    choices = [
        instant(0),
        filled("DATE_TRUNC('{}', {})", units, inner),
        filled("COALESCE({}, {})", inner, inner),
    ]
    return draw(st.one_of(choices))


@st.composite
def leaf(draw: st.DrawFn, depth: int) -> str:
    """One comparison or test, without parentheses around it."""
    negation = st.sampled_from(["", "NOT "])
    numeric, instants, words = number(depth), instant(depth), text(depth)
    ordered = draw(st.sampled_from([numeric, instants]))
    same = draw(st.sampled_from([numeric, instants, words, st.sampled_from(BOOLEANS)]))
    listed = st.lists(texts_written, min_size=1, max_size=8).map(", ".join)
    listed_numbers = st.lists(numbers_written, min_size=1, max_size=7).map(", ".join)
    choices = [
        filled("{} {} {}", ordered, operators, ordered),
        filled("{} {} {}", same, st.sampled_from(["=", "<>"]), same),
        filled("{} IS {}DISTINCT FROM {}", same, negation, same),
        filled("{} IS {}NULL", same, negation),
        filled("{} {}BETWEEN {} AND {}", ordered, negation, ordered, ordered),
        filled("{} {}IN ({})", st.sampled_from(TEXTS), negation, listed),
        filled("colour {}IN ('red', 'blue')", negation),
        filled("{} {}IN ({})", numeric, negation, listed_numbers),
        filled("STARTS_WITH({}, {})", type_of_text, texts_written),
        filled("MATCHES({}, {})", type_of_text, st.sampled_from(PATTERNS).map(written)),
        st.sampled_from([*BOOLEANS, "TRUE", "FALSE"]),
    ]
    return draw(st.one_of(choices))


@st.composite
def condition(draw: st.DrawFn, depth: int = 2) -> str:
    if depth == 0:
        return draw(leaf(draw(st.integers(0, 2))))
    inner = condition(depth - 1)
    grouped = filled("({})", inner)
    choices = [
        condition(0),
        grouped,
        filled("NOT {}", inner),
        filled("{} {} {}", inner, st.sampled_from(["AND", "OR"]), inner),
        filled("{} {} {}", grouped, st.sampled_from(["=", "<>", "IS DISTINCT FROM"]), grouped),
        filled("{} IS NULL", grouped),
        filled("CASE WHEN {} THEN {} END", inner, inner),
        filled("CASE WHEN {} THEN {} WHEN {} THEN {} ELSE {} END", inner, inner, inner, inner, inner),
        filled("COALESCE({}, {})", inner, inner),
    ]
    return draw(st.one_of(choices))


def compiled(predicate: str, columns: Mapping[str, Column]) -> dict[str, Any]:
    """The tree, unless the random predicate outgrew the digits or contradicts an enum; nothing else may be refused."""
    try:
        return compile_predicate(predicate, columns)
    except PredicateError as refusal:
        if "digits before" in refusal.problem or "colour is never" in refusal.problem:
            reject()
        raise


def predicate_names(predicate: str) -> set[str]:
    """The words of a predicate outside of its texts."""
    outside_literals = "".join(part for part in predicate.split("'")[::2])
    return set("".join(letter if letter.isalnum() or letter == "_" else " " for letter in outside_literals).split())
