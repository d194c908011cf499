"""What is said of predicates without looking at a record is true of every record."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from records import USAGE

from opentokenomics.compatibility._implication import false_only_where, true_only_where
from opentokenomics.compatibility._plain import Renaming, plain
from opentokenomics.compatibility._possible import Domain, Possible, possible
from opentokenomics.rules import compile_predicate, to_python
from opentokenomics.standard import Tree

METERS, TEXTS = ("tokens", "images", "pages"), ("tokens", "pages", "a")
NUMBERS = tuple(map(Decimal, ("-1", "0", "0.25", "0.5", "0.75", "1", "1.5", "2", "3")))
FEW = NUMBERS[1:4:2]

DOMAIN: Domain = {
    "meter": Possible(frozenset(METERS), null=True),
    "charge_category": Possible(frozenset({"usage"}), null=False),
    "consumed_unit": Possible(None, null=True),
    "record_id": Possible(None, null=False),
    "list_cost": Possible(None, null=True),
}
"""Columns that hold a listed value or nothing, one value, anything or nothing, anything, and a number or nothing."""

RECORDS = [
    dict(zip(DOMAIN, values, strict=True))
    for values in product((None, *METERS), ("usage",), (None, *TEXTS), TEXTS, (None, *FEW))
]
"""Every combination that the domain allows, with a few of what is any; ``team`` is a column that does not exist."""


def column(name: str) -> Tree:
    number = name in {"list_cost", "billed_cost"}
    return {"node": "column", "name": name, **(NUMBER if number else {"kind": "text"})}


def text(value: str) -> Tree:
    return {"node": "constant", "kind": "text", "value": value}


def number(value: str) -> Tree:
    return {"node": "constant", "value": value, **NUMBER}


def node(name: str, **members: st.SearchStrategy[Any]) -> st.SearchStrategy[Tree]:
    return st.fixed_dictionaries({"node": st.just(name), **members})


def case(*parts: Tree, otherwise: Tree | None = None) -> Tree:
    branches = [{"when": when, "then": then} for when, then in zip(parts[::2], parts[1::2], strict=True)]
    return {"node": "case", "branches": branches, **({"else": otherwise} if otherwise else {})}


NUMBER = {"kind": "decimal", "precision": 32, "scale": 18}
words = st.sampled_from(["tokens", "images", "searches", "a"])
lists = st.lists(words, min_size=1, max_size=3, unique=True)
texts = st.sampled_from(["meter", "consumed_unit", "record_id", "team", "charge_category"]).map(column)
numbers = st.one_of(
    st.sampled_from(["list_cost", "billed_cost"]).map(column),
    st.sampled_from(["0", "0.5", "1", "2.0", "-1"]).map(number),
    st.just({"node": "absolute", "of": column("list_cost"), **NUMBER}),
    st.just({"node": "coalesce", "of": [column("list_cost"), number("0")], **NUMBER}),
)
leaves = st.one_of(
    node("in", of=texts, values=lists),
    node("compare", operator=st.sampled_from(["=", "<>"]), left=texts, right=texts | words.map(text)),
    node("compare", operator=st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), left=numbers, right=numbers),
    node("distinct", left=texts, right=texts | words.map(text)),
    node("is_null", of=texts | numbers),
    node("matches", of=texts, pattern=st.just("[a-p]+")),
    node("starts_with", of=texts, prefix=st.just("p")),
    node("in", of=node("coalesce", of=st.lists(texts, min_size=2, max_size=2), kind=st.just("text")), values=lists),
    node("constant", kind=st.just("boolean"), value=st.booleans()),
)


def _larger(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return st.one_of(
        node("and", of=st.lists(inner, min_size=2, max_size=3)),
        node("or", of=st.lists(inner, min_size=2, max_size=3)),
        node("not", of=inner),
        st.builds(case, inner, inner),
        st.builds(case, inner, inner, inner, inner, otherwise=inner),
    )


predicates = st.recursive(leaves, _larger, max_leaves=6)


def compiled(sql: str) -> Tree:
    open_lists = {name: replace(column, values=()) for name, column in USAGE.by_name.items()}
    return compile_predicate(sql, open_lists)


def outcomes(tree: Tree) -> list[object]:
    rule = to_python(tree)
    return [rule(record) for record in RECORDS]


def weaker(tree: Tree) -> st.SearchStrategy[Tree]:
    """Predicates that are FALSE only where this one is."""
    absent = {"node": "in", "of": column("team"), "values": ["a"]}
    always = {"node": "constant", "kind": "boolean", "value": True}
    return st.one_of(
        predicates.map(lambda other: {"node": "or", "of": [tree, other]}),
        predicates.map(lambda other: {"node": "or", "of": [other, tree]}),
        predicates.map(lambda other: case(absent, other, otherwise=tree)),
        predicates.map(lambda other: case(other, tree)),
        predicates.map(lambda other: case(other, always, otherwise=tree)),
    )


class TestPossible:
    """What is said to be impossible never happens."""

    @given(predicates)
    @settings(max_examples=150)
    def test_whatever_happens_was_possible(self, tree: Tree) -> None:
        assert set(outcomes(tree)) <= possible(plain(tree, Renaming()), DOMAIN).outcomes

    @pytest.mark.parametrize(
        ("sql", "expected"),
        [
            ("team = 'a'", {None}),
            ("team IS NULL", {True}),
            ("ABS(billed_cost) > 1", {None}),
            ("charge_category = 'usage'", {True}),
            ("charge_category IN ('tax', 'credit')", {False}),
            ("meter = 'searches'", {False, None}),
            ("meter IS DISTINCT FROM 'searches'", {True}),
            ("meter = 'searches' AND list_cost > 1", {False, None}),
            ("meter <> 'searches' OR team = 'a'", {True, None}),
            ("CASE WHEN charge_category = 'tax' THEN FALSE ELSE TRUE END", {True}),
            ("CASE WHEN charge_category = 'usage' THEN TRUE ELSE FALSE END", {True}),
            ("COALESCE(team, charge_category) = 'tax'", {False}),
            ("record_id IS NULL", {False}),
            ("MATCHES(team, 'a')", {None}),
        ],
    )
    def test_what_cannot_be_is_seen(self, sql: str, expected: set[object]) -> None:
        assert possible(plain(compiled(sql), Renaming()), DOMAIN).outcomes == expected


class TestProofs:
    """What is said to follow does follow; and what obviously follows is seen."""

    @given(predicates, predicates, st.data())
    @settings(max_examples=150)
    def test_what_is_proved_holds(self, one: Tree, other: Tree, data: st.DataObject) -> None:
        first, second = data.draw(weaker(one) | weaker(other) | st.just(one)), data.draw(st.sampled_from([one, other]))
        results = list(zip(outcomes(first), outcomes(second), strict=True))
        trees = plain(first, Renaming()), plain(second, Renaming())
        if true_only_where(*trees, DOMAIN):
            assert all(b is True for a, b in results if a is True)
        if false_only_where(*trees, DOMAIN):
            assert all(b is False for a, b in results if a is False)

    @given(st.data())
    @settings(max_examples=100)
    def test_a_weaker_one_is_recognised(self, data: st.DataObject) -> None:
        strict = data.draw(predicates)
        loose = data.draw(weaker(strict))
        trees = plain(loose, Renaming()), plain(strict, Renaming())
        assert false_only_where(*trees, DOMAIN)

    @given(predicates)
    def test_everything_follows_from_itself(self, predicate: Tree) -> None:
        tree = plain(predicate, Renaming())
        twice = plain({"node": "not", "of": {"node": "not", "of": predicate}}, Renaming())
        for first, second in ((tree, twice), (twice, tree)):
            assert true_only_where(first, second, DOMAIN)
            assert false_only_where(first, second, DOMAIN)

    @given(predicates, predicates)
    def test_what_differs_on_records_is_not_proved_both_ways(self, one: Tree, other: Tree) -> None:
        assume(outcomes(one) != outcomes(other))
        trees = plain(one, Renaming()), plain(other, Renaming())
        assert not all(
            proved(*pair, DOMAIN) for proved in (true_only_where, false_only_where) for pair in (trees, trees[::-1])
        )

    def test_of_bounds_everything_is_known(self) -> None:
        """Of two bounds on one side, a proof is found exactly where there is one."""
        bounds = [
            {"node": "compare", "operator": operator, "left": left, "right": right}
            for operator in ("<", "<=", ">", ">=")
            for bound in ("0", "0.5", "1", "2")
            for left, right in ((column("list_cost"), number(bound)), (number(bound), column("list_cost")))
        ]
        bounds += [{"node": "not", "of": each} for each in bounds]
        trees = [plain(each, Renaming()) for each in bounds]
        records = [{"list_cost": value} for value in (None, *NUMBERS)]
        results = [list(map(to_python(each), records)) for each in bounds]
        for (one, first), (other, second) in product(zip(trees, results, strict=True), repeat=2):
            same_side = one["operator"][0] == other["operator"][0]
            for proved, outcome in ((true_only_where, True), (false_only_where, False)):
                holds = all(b is outcome for a, b in zip(first, second, strict=True) if a is outcome)
                found = proved(one, other, DOMAIN)
                assert found is (holds and same_side) or (found, same_side) == (False, False), (one, other)

    @pytest.mark.parametrize(
        ("strict", "loose"),
        [
            ("meter IN ('tokens')", "meter IN ('tokens', 'images')"),
            ("meter = 'tokens'", "meter IN ('tokens', 'images')"),
            ("meter NOT IN ('tokens', 'images')", "meter <> 'images'"),
            ("list_cost <= 0.005", "list_cost <= 0.01"),
            ("list_cost < 2", "list_cost <= 2.0"),
            ("0 < list_cost", "list_cost >= 0"),
            ("NOT list_cost > 2", "list_cost <= 3"),
            ("record_id = 'a' AND list_cost > 1", "list_cost > 1"),
            (
                "CASE WHEN meter = 'tokens' THEN consumed_unit = 'tokens' END",
                "CASE WHEN meter = 'searches' THEN FALSE WHEN meter IN ('tokens', 'searches') "  # noqa: ISC004 - one text
                "THEN consumed_unit = 'tokens' END",
            ),
        ],
    )
    def test_a_change_that_only_allows_more_is_one(self, strict: str, loose: str) -> None:
        trees = plain(compiled(loose), Renaming()), plain(compiled(strict), Renaming())
        assert false_only_where(*trees, DOMAIN)


class TestPlain:
    """The form in which predicates are compared means what the predicate means."""

    @given(predicates)
    @settings(max_examples=100)
    def test_it_means_the_same(self, tree: Tree) -> None:
        assert outcomes(_runnable(plain(tree, Renaming()))) == outcomes(tree)
        assert plain(plain(tree, Renaming()), Renaming()) == plain(tree, Renaming())

    def test_names_of_columns_and_values_are_replaced(self) -> None:
        renaming = Renaming({"meter": "gauge"}, {"gauge": {"tokens": "chips", "searches": "queries"}})
        before = compiled(
            "CASE WHEN NOT meter = 'tokens' THEN consumed_unit = 'tokens' ELSE meter IN ('a', 'searches') END"
        )
        now = compiled("CASE WHEN team <> 'chips' THEN consumed_unit = 'tokens' ELSE team IN ('a', 'queries') END")
        renamed = plain(before, renaming)
        assert renamed == plain(now, Renaming({"team": "gauge"}))
        assert plain(renamed, renaming.inverse) == plain(before, Renaming())
        pair = Renaming().beside(renaming)
        named = {"node": "is_null", "of": {"node": "column", "name": "named__meter", "kind": "text"}}
        assert plain(named, pair) == {"node": "is_null", "of": {"node": "column", "name": "named__gauge"}}

    def test_no_predicate_is_true(self) -> None:
        assert possible(plain(None, Renaming()), DOMAIN).outcomes == {True}


def _runnable(node: Any) -> Any:  # noqa: ANN401 - a tree
    """A plain tree with what an evaluator needs besides."""
    if isinstance(node, list):
        return [_runnable(each) for each in node]
    if not isinstance(node, dict):
        return node
    kinds = {"kind": "decimal"} if node.get("kind") == "number" else {}
    return {name: _runnable(part) for name, part in node.items()} | kinds
