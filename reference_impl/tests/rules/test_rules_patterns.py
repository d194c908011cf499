"""The pattern dialect: what it accepts means the same to Python and to DuckDB; the rest is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opentokenomics.rules import PredicateError, compile_predicate, to_duckdb, to_python

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opentokenomics.standard import Column

LITERALS = "abzAZ019 _-@#%&~/:;,<>=!'\"`"
LONGEST = 16
TEXTS = st.text(alphabet="abzAZ09_-.\n\r\0 é٣\u2028\U0001f600'", max_size=6)

literals = st.text(alphabet=LITERALS, min_size=1, max_size=3)
ranges = st.lists(
    st.sampled_from(["a-z", "A-Z", "0-9", "_", ".", "$", "*", "(", "|", "{", " ", "@", "'"]),
    unique=True,
    min_size=1,
    max_size=4,
)
classes = st.builds("[{}{}]".format, ranges.map("".join), st.sampled_from(["", "-"])) | st.just("[ -~]")
counts = st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,}", "{0,3}", "{2,5}"])


def extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    groups = st.lists(inner, min_size=1, max_size=3).map("|".join).map("(?:{})".format)
    return st.lists(st.builds("{}{}".format, groups | classes, counts) | inner, min_size=1, max_size=3).map("".join)


patterns = st.recursive(literals | classes, extend, max_leaves=5)

REFUSED = [
    "",
    "a.b",
    ".",
    "^a",
    "a$",
    r"\d",
    r"\.",
    r"[\d]",
    "[^a]",
    "[a^]",
    "[[:alpha:]]",
    "[a[b]",
    "[]a]",
    "[]",
    "[a",
    "[a-",
    "[",
    "a]",
    "[z-a]",
    "[a-a]",
    "[+--]",
    "[--a]",
    "[a--]",
    "[a-c-e]",
    "[||]",
    "[aa]",
    "[a-cb]",
    "(a)",
    "(?=a)",
    "(?!a)",
    "(?<=a)b",
    "(?<!a)b",
    "(?P<x>a)",
    "(?i)a",
    "(?i:a)",
    "(?#a)",
    "(?>a)",
    "(?:a",
    "(?:",
    "(?:)",
    "a)",
    ")",
    "(?:a|)",
    "|a",
    "a||b",
    "a|",
    "*",
    "+a",
    "?",
    "{2}",
    "a{",
    "a{2",
    "a{,2}",
    "a{}",
    "a{x}",
    "a{3,2}",
    "a{0}",
    "a{0,0}",
    "a{10001}",
    "a{1001}",
    "(?:a{100}){11}",
    "a{2}{3}",
    "a*?",
    "a+?",
    "a??",
    "a*+",
    "a**",
    "a++",
    "a{2}?",
    "é",
    "[é]",
    "a\n",
    "\t",
    "\0",
    "\U0001f600",
    "(?:" * 30 + "a" + ")" * 30,
    "(?:" * 5_000 + "a" + ")" * 5_000,
    "a" * 1_001,
    "(?:" + "[a-z]" * 20 + "){100}",
]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connected:
        connected.execute("SET threads = 1")
        yield connected


def predicate_of(pattern: str) -> str:
    return "MATCHES(label, '" + pattern.replace("'", "''") + "')"


@settings(max_examples=300, deadline=None)
@given(data=st.data(), pattern=patterns)
def test_python_and_duckdb_agree(
    data: st.DataObject, pattern: str, columns: Mapping[str, Column], connection: duckdb.DuckDBPyConnection
) -> None:
    tree = compile_predicate(predicate_of(pattern), columns)
    # Python tries every way to divide a text among repetitions in repetitions, and a long one takes it for ever.
    fitting = st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True).map(lambda text: text[:LONGEST])
    near = st.builds(
        "{}{}{}".format, st.sampled_from(["", "a", "\n"]), fitting, st.sampled_from(["", "\n", "\0", "z", "٣"])
    )
    texts = data.draw(st.lists(fitting | near | TEXTS, min_size=1, max_size=12), label="texts")
    rule = to_python(tree)
    query = f"SELECT {to_duckdb(tree)} FROM (SELECT unnest(?::VARCHAR[]) AS label)"  # noqa: S608
    assert [rule({"label": text}) for text in texts] == [
        row[0] for row in connection.execute(query, [texts]).fetchall()
    ]


@settings(max_examples=500, deadline=None)
@given(pattern=st.text(alphabet="aZ0-[](){}?:*+|,2^$.\\&~ ", min_size=1, max_size=12))
def test_what_is_accepted_runs_everywhere(
    pattern: str, columns: Mapping[str, Column], connection: duckdb.DuckDBPyConnection
) -> None:
    try:
        tree = compile_predicate(predicate_of(pattern), columns)
    except PredicateError:
        return
    query = f"SELECT {to_duckdb(tree)} FROM (SELECT unnest(?::VARCHAR[]) AS label)"  # noqa: S608
    texts = ["", "a", "Z0", "aa", pattern, "-", "a\n"]
    rule = to_python(tree)
    assert [rule({"label": text}) for text in texts] == [
        row[0] for row in connection.execute(query, [texts]).fetchall()
    ]


@pytest.mark.parametrize("pattern", REFUSED, ids=lambda pattern: repr(pattern[:20]))
def test_is_refused(pattern: str, columns: Mapping[str, Column]) -> None:
    with pytest.raises(PredicateError, match=r"^(The pattern|A text literal|The predicate)"):
        compile_predicate(predicate_of(pattern), columns)


@pytest.mark.parametrize(
    "pattern",
    ["[a-z]{1,1000}", "x_[a-z0-9_]{1,60}", "[A-Z]{3}", "a{3,}", "[-+*.$]", "[a-z-]", "(?:[0-9]{3}-){2}[0-9]", "[ -~]+"],
)
def test_is_accepted_at_the_limits(
    pattern: str, columns: Mapping[str, Column], connection: duckdb.DuckDBPyConnection
) -> None:
    tree = compile_predicate(predicate_of(pattern), columns)
    assert tree["pattern"] == pattern
    assert connection.execute(f"SELECT {to_duckdb(tree)} FROM (SELECT '~~' AS label)").fetchone() is not None  # noqa: S608
