"""What trees mean: three-valued logic, exact numbers, and the published shape of a tree."""

from __future__ import annotations

import decimal
import json
import subprocess
import sys
from datetime import datetime
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any

import duckdb
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opentokenomics.rules import columns_of, compile_predicate, to_duckdb, to_python
from opentokenomics.standard import documents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentokenomics.standard import Column

TRUTH = (True, False, None)
NOON = datetime(2026, 3, 14, 12, 34, 56, 789012)  # noqa: DTZ001 - records hold naive UTC


@pytest.fixture(scope="module")
def tree_schema() -> jsonschema.Draft202012Validator:
    schema = json.loads(documents()["tree.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


class TestThreeValuedLogic:
    """Against Kleene's definition: FALSE < NULL < TRUE; AND is the least, OR the greatest, NOT the reverse."""

    RANK = {False: 0, None: 1, True: 2}  # noqa: RUF012 - a constant table
    VALUE = {rank: value for value, rank in RANK.items()}  # noqa: RUF012

    @pytest.mark.parametrize("pair", list(product(TRUTH, TRUTH)))
    def test_connectives(self, pair: tuple[bool | None, bool | None], columns: Mapping[str, Column]) -> None:
        one, other = pair
        record = {"settled": one, "shared": other}
        ranks = [self.RANK[one], self.RANK[other]]
        expected = {
            "settled AND shared": self.VALUE[min(ranks)],
            "settled OR shared": self.VALUE[max(ranks)],
            "NOT settled": self.VALUE[2 - ranks[0]],
            "settled = shared": None if None in {one, other} else one is other,
            "settled <> shared": None if None in {one, other} else one is not other,
            "settled IS DISTINCT FROM shared": one is not other,
            "settled IS NOT DISTINCT FROM shared": one is other,
            "settled IS NULL": one is None,
            "settled IS NOT NULL": one is not None,
            "COALESCE(settled, shared)": other if one is None else one,
            "CASE WHEN settled THEN shared END": other if one else None,
            "CASE WHEN settled THEN shared ELSE NOT shared END": other
            if one
            else (None if other is None else not other),
        }
        assert {text: to_python(compile_predicate(text, columns))(record) for text in expected} == expected


class TestExactNumbers:
    digits = st.integers(-(10**18), 10**18)

    @settings(max_examples=200, deadline=None)
    @given(whole=digits, factor=digits, error=st.integers(-1, 1))
    def test_products_are_exact_whatever_the_callers_context(
        self, whole: int, factor: int, error: int, columns: Mapping[str, Column]
    ) -> None:
        """A caller with 3 digits of precision gets the verdicts of integer arithmetic."""
        rule = to_python(compile_predicate("price * priced = amount", columns))
        record = {
            "price": _scaled(whole, 12),
            "priced": _scaled(factor, 6),
            "amount": _scaled(whole * factor + error, 18),
        }
        with decimal.localcontext() as context:
            context.prec = 3
            context.traps[decimal.Rounded] = True
            assert rule(record) is (error == 0)

    @settings(max_examples=100, deadline=None)
    @given(number=st.integers(-(10**24) + 1, 10**24 - 1), divisor=st.integers(1, 10**12), sign=st.sampled_from([1, -1]))
    def test_a_remainder_has_the_sign_of_the_number(
        self, number: int, divisor: int, sign: int, columns: Mapping[str, Column]
    ) -> None:
        rule = to_python(compile_predicate(f"MOD(quantity, {sign * divisor}) = amount", columns))
        remainder = abs(number) % (divisor * 10**6)
        record = {"quantity": _scaled(number, 6), "amount": _scaled(remainder if number > 0 else -remainder, 6)}
        assert rule(record) is True

    def test_zeros_that_say_nothing_change_nothing(self, columns: Mapping[str, Column]) -> None:
        assert compile_predicate("ratio = 001.50", columns) == compile_predicate("ratio = 1.5", columns)
        assert to_python(compile_predicate("ratio IN (1.50, 2)", columns))({"ratio": Decimal("1.5000")}) is True
        assert to_python(compile_predicate("ratio = -0.0", columns))({"ratio": Decimal("-0.00")}) is True


def _scaled(digits: int, scale: int) -> Decimal:
    return Decimal((digits < 0, tuple(map(int, str(abs(digits)))), -scale))


class TestMeaning:
    @pytest.mark.parametrize(
        ("predicate", "record", "expected"),
        [
            ("LENGTH(label) = 1", {"label": "\U0001f600"}, True),
            ("LENGTH(label) = 2", {"label": "e\u0301"}, True),
            ("label = other_label", {"label": "é", "other_label": "e\u0301"}, False),
            ("label = ''", {"label": ""}, True),
            ("STARTS_WITH(label, 'x_')", {"label": "x_"}, True),
            ("STARTS_WITH(label, '')", {"label": "a"}, True),
            ("MATCHES(label, '[A-Z]{3}')", {"label": "USD\n"}, False),
            ("MATCHES(label, '[0-9]+')", {"label": "\u0661"}, False),
            ("label = 'it''s \\ -- ; /* */'", {"label": "it's \\ -- ; /* */"}, True),
            ("NOT label IN ('a', 'b')", {"label": None}, None),
            ("ratio NOT BETWEEN 1 AND 2", {"ratio": Decimal("2.01")}, True),
            ("began < ended", {"began": NOON, "ended": NOON}, False),
            ("DATE_TRUNC('hour', began) = ended", {"began": NOON, "ended": datetime(2026, 3, 14, 12)}, True),  # noqa: DTZ001
            ("DATE_TRUNC('day', began) = ended", {"began": NOON, "ended": datetime(2026, 3, 14)}, True),  # noqa: DTZ001
            ("DATE_TRUNC('month', began) = ended", {"began": NOON, "ended": datetime(2026, 3, 1)}, True),  # noqa: DTZ001
            (
                "MICROSECONDS_BETWEEN(began, ended) = -86400000001",
                {"began": NOON, "ended": datetime(2026, 3, 13, 12, 34, 56, 789011)},  # noqa: DTZ001
                True,
            ),
            ("NOT settled = shared", {"settled": True, "shared": False}, True),
            ("settled OR shared AND NOT settled", {"settled": True, "shared": None}, True),
            ("ratio - 1 - 1 = 0", {"ratio": Decimal(2)}, True),
            ("2 - ratio * 3 = -4", {"ratio": Decimal(2)}, True),
            ("- ratio * 2 = -4", {"ratio": Decimal(2)}, True),
            ("block = 1000", {"block": 1000}, True),
            ("block * 0.5 = 500", {"block": 1000}, True),
            ("ABS(balance) = 3 AND -balance = 3", {"balance": -3}, True),
        ],
    )
    def test_by_example(
        self, predicate: str, record: dict[str, object], expected: object, columns: Mapping[str, Column]
    ) -> None:
        assert to_python(compile_predicate(predicate, columns))(record) is expected

    def test_case_and_layout_of_words_do_not_matter(self, columns: Mapping[str, Column]) -> None:
        assert compile_predicate("\tcase when\r\nsettled then not(shared)end ", columns) == compile_predicate(
            "CASE WHEN settled THEN NOT shared END", columns
        )

    def test_a_column_may_be_named_like_a_function(self, columns: Mapping[str, Column]) -> None:
        renamed = {"length": columns["label"], "current_date": columns["label"], "select": columns["label"]}
        tree = compile_predicate("LENGTH(length) = 1 AND current_date = 'a' AND select IS NULL", renamed)
        assert columns_of(tree) == set(renamed)
        assert to_python(tree)({"length": "a", "current_date": "a"}) is True

    def test_names_are_quoted_whatever_they_hold(self) -> None:
        tree = {"node": "is_null", "of": {"node": "column", "name": 'a"; --', "kind": "text"}}
        query = f'SELECT {to_duckdb(tree, qualifier="r")} FROM (SELECT NULL AS "a""; --") AS "r"'  # noqa: S608
        with duckdb.connect() as connection:
            assert connection.execute(query).fetchall() == [(True,)]


class TestPublishedShape:
    @pytest.mark.parametrize(
        "change",
        [
            {"operator": "=="},
            {"operator": None},
            {"node": "like"},
            {"extra": 1},
            {"left": {"node": "constant", "kind": "text", "value": "1"}},
            {"left": {"node": "constant", "kind": "decimal", "value": "1e3", "precision": 1, "scale": 0}},
            {"left": {"node": "constant", "kind": "decimal", "value": "1.50", "precision": 3, "scale": 2}},
            {"left": {"node": "column", "name": "ratio", "kind": "decimal", "precision": 39, "scale": 2}},
            {"left": {"node": "column", "name": "ratio", "kind": "decimal"}},
            {"left": {"node": "column", "name": "settled", "kind": "boolean"}},
        ],
    )
    def test_the_schema_refuses_other_trees(
        self, change: dict[str, Any], columns: Mapping[str, Column], tree_schema: jsonschema.Draft202012Validator
    ) -> None:
        tree = compile_predicate("ratio <= 1", columns)
        assert tree_schema.is_valid(tree)
        assert not tree_schema.is_valid({**tree, **change})

    def test_the_schema_refuses_an_order_of_texts_and_a_value_as_root(
        self, columns: Mapping[str, Column], tree_schema: jsonschema.Draft202012Validator
    ) -> None:
        tree = compile_predicate("label = 'a'", columns)
        assert tree_schema.is_valid(tree)
        assert not tree_schema.is_valid({**tree, "operator": "<"})
        assert not tree_schema.is_valid(tree["left"])

    def test_every_node_of_the_schema_is_one_that_runs(self, columns: Mapping[str, Column]) -> None:
        predicate = (
            "CASE WHEN label IN ('a') OR MATCHES(label, 'a') THEN STARTS_WITH(label, 'a') END AND NOT settled IS NULL "
            "AND label IS DISTINCT FROM 'a' AND ABS(- ratio + 1 - 2 * 3) < LENGTH(label) AND MOD(ratio, 2) = 1 "
            "AND MICROSECONDS_BETWEEN(DATE_TRUNC('day', began), ended) = COALESCE(ratio, 1) OR settled"
        )
        schema = json.loads(documents()["tree.schema.json"])
        published = {
            definition["properties"]["node"]["const"]
            for definition in schema["$defs"].values()
            if "const" in definition.get("properties", {}).get("node", {})
        }
        tree = compile_predicate(predicate, columns)
        assert {part["node"] for part in _nodes(tree)} == published
        assert to_python(tree)({}) is None


def _nodes(tree: Any) -> list[Mapping[str, Any]]:  # noqa: ANN401 - JSON
    if isinstance(tree, dict):
        own = [tree] if "node" in tree else []
        return own + [node for part in tree.values() for node in _nodes(part)]
    return [node for part in tree for node in _nodes(part)] if isinstance(tree, list) else []


def test_importing_and_printing_load_no_parser_and_no_engine() -> None:
    program = (
        "import sys; from opentokenomics.rules import to_python, to_duckdb;"
        "tree = {'node': 'is_null', 'of': {'node': 'column', 'name': 'a', 'kind': 'text'}};"
        "assert to_python(tree)({}) is True and to_duckdb(tree);"
        "print(sorted({'sqlglot', 'duckdb', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
