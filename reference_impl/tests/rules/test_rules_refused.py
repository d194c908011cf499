"""What the compiler refuses, and that it refuses in its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opentokenomics.rules import PredicateError, columns_of, compile_predicate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentokenomics.standard import Column

REFUSED = {
    "division": ["amount / price = 1", "quantity / 2 > 1", "amount // 2 = 1", "quantity % 2 = 0"],
    "conversion": [
        "CAST(label AS INTEGER) = 1",
        "label::INTEGER = 1",
        "TRY_CAST(label AS DATE) = began",
        "INT(ratio) = 1",
    ],
    "text functions": [
        "label LIKE 'a%'",
        "label ILIKE 'a%'",
        "label SIMILAR TO 'a'",
        "label ~ 'a'",
        "UPPER(label) = 'A'",
        "LOWER(label) = 'a'",
        "TRIM(label) = 'a'",
        "SUBSTRING(label, 1, 1) = 'a'",
        "SUBSTRING(label FROM 1 FOR 2) = 'a'",
        "label || 'a' = 'aa'",
        "CONCAT(label, 'a') = 'aa'",
        "REPLACE(label, 'a', 'b') = 'b'",
        "label COLLATE nocase = 'a'",
        "REGEXP_MATCHES(label, 'a')",
        "CHAR_LENGTH(label) = 1",
    ],
    "order of texts and booleans": [
        "label < 'b'",
        "label >= other_label",
        "label BETWEEN 'a' AND 'b'",
        "colour > 'red'",
        "settled < shared",
        "settled BETWEEN FALSE AND TRUE",
    ],
    "other numeric functions": [
        "ROUND(ratio) = 1",
        "ROUND(ratio, 1) = 1",
        "FLOOR(ratio) = 1",
        "CEIL(ratio) = 1",
        "LEAST(ratio, 1) = 1",
        "GREATEST(ratio, 1) = 1",
        "POWER(ratio, 2) = 1",
        "ratio ^ 2 = 1",
        "SQRT(ratio) = 1",
        "SIGN(ratio) = 1",
    ],
    "aggregates and windows": [
        "SUM(amount) = 1",
        "COUNT(*) = 1",
        "AVG(ratio) > 1",
        "MAX(ratio) = ratio",
        "ROW_NUMBER() OVER () = 1",
        "COUNT(DISTINCT label) = 1",
    ],
    "time": [
        "began < CURRENT_DATE",
        "began < CURRENT_TIMESTAMP",
        "began < NOW()",
        "EXTRACT(YEAR FROM began) = 2026",
        "began < '2026-01-01'",
        "began = TIMESTAMP '2026-01-01'",
        "began + INTERVAL '1 day' = ended",
        "began - ended = 0",
        "DATE_TRUNC('week', began) = began",
        "DATE_TRUNC('Day', began) = began",
        "DATE_TRUNC(label, began) = began",
        "DATE_TRUNC(began, 'day') = began",
        "MICROSECONDS_BETWEEN(began) = 1",
        "MICROSECONDS_BETWEEN(began, 'x') = 1",
        "DATE_DIFF('day', began, ended) = 1",
    ],
    "queries": [
        "label IN (SELECT label FROM records)",
        "EXISTS (SELECT 1)",
        "(SELECT TRUE)",
        "SELECT TRUE",
        "label = ANY (other_label)",
        "ratio = ALL (1)",
    ],
    "null literals": [
        "label IN ('a', NULL)",
        "label NOT IN (NULL)",
        "label = NULL",
        "NULL",
        "COALESCE(label, NULL) = 'a'",
        "label IS DISTINCT FROM NULL",
        "CASE WHEN settled THEN NULL END",
        "NULL IS NULL",
        "NULLIF(label, 'a') = 'b'",
        "IFNULL(label, 'a') = 'a'",
    ],
    "IN without plain literals": [
        "label IN ()",
        "label IN (other_label)",
        "label IN 'a'",
        "ratio IN (1 + 1)",
        "label IN (('a', 'b'))",
        "ratio IN ('a')",
        "settled IN (TRUE)",
        "began IN (ended)",
    ],
    "remainders": [
        "MOD(ratio, 0) = 0",
        "MOD(ratio, 0.0) = 0",
        "MOD(ratio, -0) = 0",
        "MOD(ratio, block) = 0",
        "MOD(ratio, 0.5) = 0",
        "MOD(ratio, 1 + 1) = 0",
        "MOD(label, 2) = 0",
        "MOD(ratio) = 0",
        "MOD(ratio, 2, 2) = 0",
    ],
    "names": [
        "nothing = 1",
        "Label = 'a'",
        "records.label = 'a'",
        "\"label\" = 'a'",
        "`label` = 'a'",
        "[label] = 'a'",
        "label.part = 'a'",
        "tags['a'] = 'b'",
        "tags IS NULL",
        "parts IS NULL",
        "day IS NULL",
        "endless = 1",
        "label('a')",
        ":label = 'a'",
        "? = 'a'",
        "@label = 'a'",
        "* = 1",
    ],
    "literals": [
        "ratio = 1e3",
        "ratio = 1E3",
        "ratio = .5",
        "ratio = 5.",
        "ratio = 1_000",
        "ratio = 1AND settled",
        "ratio = 0x10",
        "ratio = +1",
        "ratio = 1 + +1",
        "ratio = (+ratio)",
        "+ ratio = 1",
        "ratio = \u0661",
        "ratio = 1.2.3",
        "label = E'a'",
        "label = N'a'",
        "label = X'61'",
        "label = $$a$$",
        'label = "a"',
        "label = 'a' 'b'",
        "label = 'a\0'",
        "label = '\ud800'",
        "label = 'a",
        "settled = 1",
        "label = 1",
        "ratio = '1'",
        "began = 1",
    ],
    "digits": [
        "amount * amount = 1",
        "price * price * price = 1",
        "amount * 1000000 * 1000000 = 0",
        "widest + 1 = 1",
        "MICROSECONDS_BETWEEN(began, ended) * priced * 0.001 = 0",
        "widest = 0.5",
        "widest BETWEEN 0.5 AND 1",
        "widest IN (1, 0.5)",
        "widest IS DISTINCT FROM ratio",
        "COALESCE(widest, 0.5) = 1",
        f"ratio = {'9' * 39}",
        f"ratio < 0.{'0' * 38}1",
        f"MOD(amount, {'9' * 21}) = 0",
    ],
    "conditions that are none": [
        "label",
        "ratio",
        "began",
        "ratio + 1",
        "'a'",
        "1",
        "label AND settled",
        "NOT ratio",
        "settled OR 1",
        "CASE WHEN ratio THEN settled END",
        "CASE WHEN settled THEN ratio END",
        "CASE WHEN settled THEN 'a' END = 'a'",
        "CASE label WHEN 'a' THEN TRUE END",
        "CASE ELSE TRUE END",
        "IF(settled, TRUE, FALSE)",
        "settled IS TRUE",
        "settled IS NOT FALSE",
        "settled IS UNKNOWN",
    ],
    "kinds": [
        "ratio + label = 1",
        "began * 2 = ended",
        "- label = 'a'",
        "ABS(label) = 1",
        "ABS(ratio, 1) = 1",
        "ABS() = 1",
        "LENGTH(ratio) = 1",
        "LENGTH(label, 1) = 1",
        "COALESCE(label, 1) = 'a'",
        "COALESCE(label) = 'a'",
        "STARTS_WITH(label, other_label)",
        "STARTS_WITH('abc', 'a')",
        "STARTS_WITH(COALESCE(label, 'a'), 'a')",
        "STARTS_WITH(ratio, '1')",
        "MATCHES(label, other_label)",
        "MATCHES('a', 'a')",
        "MATCHES(label, 'a', 'i')",
        "colour = 'yellow'",
        "colour IN ('red', 'yellow')",
        "'yellow' IS DISTINCT FROM colour",
        "(label, ratio) = ('a', 1)",
        "ABS(*) = 1",
    ],
    "comments and several statements": [
        "settled -- always",
        "settled /* always */",
        "settled # always",
        "settled; DROP TABLE records",
        "settled;",
        "settled, shared",
        "settled shared",
        "settled AS shared",
        "settled 'a'",
        "ratio --1 = 1",
    ],
    "signs of other dialects": [
        "label != 'a'",
        "label == 'a'",
        "label <=> 'a'",
        "settled && shared",
        "! settled",
        "settled XOR shared",
        "label ISNULL",
        "label NOTNULL",
    ],
    "comparisons without parentheses": [
        "label = other_label IS NULL",
        "ratio = 1 = settled",
        "1 < ratio < 3",
        "label IS NULL = other_label IS NULL",
        "settled = NOT label IS NULL",
        "ratio BETWEEN 1 AND 2 IS NULL",
        "ratio BETWEEN 1 AND 2 = TRUE",
        "label IN ('a') = settled",
    ],
    "slips that the parser forgives": [
        "ratio BETWEEN 1 2",
        "ratio BETWEEN 1 OR 2",
        "(ratio BETWEEN 1) AND 2",
        "ratio BETWEEN 1",
        "CASE WHEN settled shared END",
        "CASE WHEN settled ELSE shared END",
        "CASE WHEN settled OR shared ELSE settled END",
        "CASE WHEN settled THEN shared ELSE settled ELSE shared END",
        "CASE WHEN settled THEN shared THEN settled END",
        "CASE WHEN settled END",
        "CASE WHEN (settled THEN shared) END",
        "COALESCE(, ratio, 1) = 1",
        "COALESCE(ratio, , 1) = 1",
        "COALESCE(ratio, 1,) = 1",
        "label IN ('a',)",
        "settled NOT IS NULL",
        "settled NOT NULL",
        "settled IS NOT NOT NULL",
        "settled IS DISTINCT shared",
        "NOT (, settled)",
        "settled THEN shared",
        "ABS ratio = 1",
    ],
    "broken text": [
        "",
        "  \n",
        "(",
        ")",
        "settled)",
        "(settled",
        "settled AND",
        "AND settled",
        "ratio =",
        "CASE",
        "END",
        "IN",
    ],
    "depth and length": [
        "(" * 10_000 + "settled" + ")" * 10_000,
        "(" * 40 + "settled" + ")" * 40,
        "NOT " * 1_900 + "settled",
        "NOT " * 10_000 + "settled",
        "NOT " * 100 + "settled",
        "ratio = " + "- " * 1_900 + "1",
        "ABS(" * 100 + "ratio" + ")" * 100 + " = 1",
        "CASE WHEN " * 1_000 + "settled" + " THEN settled END" * 1_000,
        " + ".join(["0"] * 900) + " = 0",
        " AND ".join(["settled"] * 10_000),
        "(" * 10_000,
    ],
}


def _named() -> list[object]:
    return [
        pytest.param(predicate, id=f"{reason}: {predicate[:40]!r}")
        for reason, all_ in REFUSED.items()
        for predicate in all_
    ]


@pytest.mark.parametrize("predicate", _named())
def test_is_refused_with_what_is_allowed_instead(predicate: str, columns: Mapping[str, Column]) -> None:
    with pytest.raises(PredicateError) as refusal:
        compile_predicate(predicate, columns)
    problem, allowed = refusal.value.problem, refusal.value.allowed
    assert problem.endswith(".")
    assert allowed.endswith(".")
    assert str(refusal.value) == f"{problem} {allowed}"
    assert "\x1b" not in problem


class TestLongButFlat:
    def test_a_chain_is_one_node_however_long(self, columns: Mapping[str, Column]) -> None:
        names = ["settled", "shared", "shared"] * 300
        tree = compile_predicate(" AND ".join(names), columns)
        assert [part["name"] for part in tree["of"]] == names

    def test_a_list_may_be_long(self, columns: Mapping[str, Column]) -> None:
        tree = compile_predicate("label IN (" + ", ".join(f"'{number}'" for number in range(900)) + ")", columns)
        assert tree["values"] == [str(number) for number in range(900)]


KEYWORDS = (
    "AND",
    "OR",
    "NOT",
    "IN",
    "IS",
    "NULL",
    "BETWEEN",
    "DISTINCT",
    "FROM",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
)
FUNCTIONS = ("ABS(", "MOD(", "LENGTH(", "COALESCE(", "MATCHES(", "DATE_TRUNC(")


class TestArbitraryText:
    @settings(max_examples=300, deadline=None)
    @given(text=st.text(max_size=60) | st.text(alphabet="()'=<> -*+,.;0123ae", max_size=40))
    def test_never_fails_in_another_way(self, text: str, columns: Mapping[str, Column]) -> None:
        assert self.columns_or_refusal(text, columns) <= set(columns)

    @settings(max_examples=700, deadline=None)
    @given(
        words=st.lists(
            st.sampled_from([*"(),=<*+-", "<>", "label", "ratio", "settled", "'a'", "1", "0.5", *KEYWORDS, *FUNCTIONS]),
            max_size=14,
        )
    )
    def test_never_fails_in_another_way_on_its_own_words(self, words: list[str], columns: Mapping[str, Column]) -> None:
        assert self.columns_or_refusal(" ".join(words), columns) <= set(words)

    @staticmethod
    def columns_or_refusal(text: str, columns: Mapping[str, Column]) -> frozenset[str]:
        try:
            return columns_of(compile_predicate(text, columns))
        except PredicateError:
            return frozenset()
