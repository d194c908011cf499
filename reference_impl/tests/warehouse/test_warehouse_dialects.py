"""What the query looks like in each dialect: it parses there, and quotes whatever it is given."""

from __future__ import annotations

import re

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from records import STANDARD, USAGE
from sqlglot import exp

from opentokenomics.errors import UnsupportedError
from opentokenomics.rules import DIALECTS, compile_predicate, to_sql
from opentokenomics.standard import Profile, Row
from opentokenomics.warehouse import Request, Table, parts_of, query
from opentokenomics.warehouse._columns import relation_of

_ODD_NAMES = ("usage_1", "we ird", "a.b", "it's", "'; DROP TABLE usage; --", "--", "/*", "$x", "ünï", "select")
_texts = st.text(st.characters(exclude_categories=["Cs", "Cc"])) | st.sampled_from(["\n", "a\\", "\\'", "'", "\\n"])
_names = st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="\\"), min_size=1, max_size=12)

dialects = pytest.mark.parametrize("dialect", DIALECTS)


def _tables(statement: exp.Expr) -> set[tuple[str, ...]]:
    """The tables that a statement reads, without the parts that it makes itself."""
    own = {each.alias_or_name for each in statement.find_all(exp.CTE)}
    found = {tuple(part.name for part in table.parts) for table in statement.find_all(exp.Table)}
    return {each for each in found if each[-1] not in own and each[0] != "UNNEST"}


class TestTheWholeQuery:
    """It is one statement that reads one table, and gives one row for each requirement."""

    @dialects
    @pytest.mark.parametrize("text", [False, True])
    def test_parses(self, dialect: str, text: bool) -> None:  # noqa: FBT001 - a case
        printed = query("usage", {}, Request(dialect, Profile.INTELLIGENCE, is_text=text))
        (statement,) = sqlglot.parse(printed, dialect=dialect)
        assert isinstance(statement, exp.Select)
        assert _tables(statement) == {("USAGE" if dialect == "snowflake" else "usage",)}
        assert statement.named_selects == ["requirement", "keyword", "status", "evaluated", "violations", "reason"]
        for each in STANDARD.of("usage"):
            assert f"'{each.id}'" in printed
        assert not list(statement.find_all(exp.Div, exp.Command))

    @dialects
    def test_is_the_same_each_time_and_fits_a_screen(self, dialect: str) -> None:
        printed = query("usage", {}, Request(dialect))
        assert printed == query("usage", {}, Request(dialect))
        # Nothing but a text that is as long as a line makes one longer.
        assert not [line for line in printed.splitlines() if len(line) > 120 and not re.search(r"'[^']{80,}'", line)]
        assert "\t" not in printed
        assert not [line for line in printed.splitlines() if line != line.rstrip()]

    @dialects
    def test_each_rule_stands_beside_what_it_says(self, dialect: str) -> None:
        printed = query("usage", {}, Request(dialect, Profile.INTELLIGENCE))
        comments = " ".join(re.findall(r"-- (.*)", printed))
        for each in STANDARD.of("usage"):
            if isinstance(each.check, Row):
                assert f"{each.id} {each.keyword}: {' '.join(each.statement.split())}" in comments


class TestNames:
    """Names of tables and columns are quoted in every part, whatever they hold."""

    @dialects
    @pytest.mark.parametrize("name", _ODD_NAMES)
    def test_of_tables(self, dialect: str, name: str) -> None:
        table = relation_of(USAGE, Table(f'lake.ai."{name}"'), DIALECTS[dialect], is_dbt=False)
        statement = sqlglot.parse_one("SELECT 1 FROM " + table.relation, dialect=dialect)  # noqa: S608
        # BigQuery splits names at dots, wherever they stand.
        assert {".".join(parts) for parts in _tables(statement)} == {f"lake.ai.{name}"}

    @dialects
    def test_of_columns(self, dialect: str) -> None:
        names = [name for name in _ODD_NAMES if dialect != "bigquery" or "." not in name]
        table = Table("usage", ("RECORD_ID", *names))
        (statement,) = sqlglot.parse(query("usage", {"usage": table}, Request(dialect)), dialect=dialect)
        assert statement is not None
        source = next(each for each in statement.find_all(exp.CTE) if each.alias == "ots_source")
        assert {"RECORD_ID", *names} == {each.name for each in source.find_all(exp.Column)}

    @given(st.lists(_names, min_size=1, max_size=4))
    def test_are_read_as_they_were_quoted(self, names: list[str]) -> None:
        for mark in '"`':
            assert parts_of(".".join(mark + name.replace(mark, mark * 2) + mark for name in names)) == names

    @pytest.mark.parametrize(
        "name",
        ["", ".", "a.", ".a", "a..b", '"a', 'a"', '""', "a.b.c.d.e", "a\nb", '"a\0"', " a", '"a"b', "`a", "ots_counts"],
    )
    def test_that_are_none_are_refused(self, name: str) -> None:
        with pytest.raises(UnsupportedError):
            query("usage", {"usage": Table(name)}, Request("duckdb"))

    @pytest.mark.parametrize("columns", [("a", "a"), ("meter", "METER"), ("",), ("a\nb",)])
    def test_of_columns_that_are_none_are_refused(self, columns: tuple[str, ...]) -> None:
        with pytest.raises(UnsupportedError):
            query("usage", {"usage": Table("usage", columns)}, Request("duckdb"))


class TestTexts:
    """A text reaches the warehouse as it is."""

    @dialects
    @given(
        text=st.text(st.characters(exclude_categories=["Cs", "Cc"])) | st.sampled_from(["\n", "a\\", "\\'", "'", "\\n"])
    )
    def test_is_quoted(self, dialect: str, text: str) -> None:
        (parsed,) = sqlglot.parse_one(f"SELECT {DIALECTS[dialect].literal(text)}", dialect=dialect).expressions
        assert isinstance(parsed, exp.Literal)
        assert parsed.this == text

    @dialects
    @given(name=_names.filter(lambda name: "." not in name))
    def test_a_name_is_quoted(self, dialect: str, name: str) -> None:
        (parsed,) = sqlglot.parse_one(f"SELECT {DIALECTS[dialect].identifier(name)}", dialect=dialect).expressions
        assert isinstance(parsed, exp.Column)
        assert parsed.name == name


_SPELLED: dict[str, dict[str, str]] = {
    "MATCHES(meter_variant, '(?:a|b)[(?:]')": {
        "duckdb": """regexp_full_match("meter_variant", '(?:a|b)[(?:]')""",
        "spark": r"""(`meter_variant` RLIKE '\\A(?:(?:a|b)[(?:])\\z')""",
        "postgres": """("meter_variant" ~ '^(?:(?:a|b)[(?:])$')""",
        "bigquery": r"""REGEXP_CONTAINS(`meter_variant`, '\\A(?:(?:a|b)[(?:])\\z')""",
        "snowflake": """REGEXP_LIKE("meter_variant", '(a|b)[(?:]')""",
        "trino": r"""regexp_like("meter_variant", '\A(?:(?:a|b)[(?:])\z')""",
    },
    "STARTS_WITH(meter_variant, 'a''b')": {
        "duckdb": """starts_with("meter_variant", 'a''b')""",
        "spark": r"""startswith(`meter_variant`, 'a\'b')""",
        "postgres": """starts_with("meter_variant", 'a''b')""",
        "bigquery": r"""STARTS_WITH(`meter_variant`, 'a\'b')""",
        "snowflake": r"""STARTSWITH("meter_variant", 'a\'b')""",
        "trino": """starts_with("meter_variant", 'a''b')""",
    },
    "LENGTH(meter_variant) = 1": {
        "duckdb": """(length("meter_variant") = 1)""",
        "spark": "(length(`meter_variant`) = 1)",
        "postgres": """(char_length("meter_variant") = 1)""",
        "bigquery": "(CHAR_LENGTH(`meter_variant`) = 1)",
        "snowflake": """(LENGTH("meter_variant") = 1)""",
        "trino": """(length("meter_variant") = 1)""",
    },
    "DATE_TRUNC('day', charge_period_start) = charge_period_end": {
        "duckdb": """(CAST(date_trunc('day', "charge_period_start") AS TIMESTAMP) = "charge_period_end")""",
        "spark": "(CAST(date_trunc('DAY', `charge_period_start`) AS TIMESTAMP_NTZ) = `charge_period_end`)",
        "postgres": """(date_trunc('day', "charge_period_start") = "charge_period_end")""",
        "bigquery": "(TIMESTAMP_TRUNC(`charge_period_start`, DAY) = `charge_period_end`)",
        "snowflake": """(DATE_TRUNC('DAY', "charge_period_start") = "charge_period_end")""",
        "trino": """(date_trunc('day', "charge_period_start") = "charge_period_end")""",
    },
    "MICROSECONDS_BETWEEN(charge_period_start, charge_period_end) = 1": {
        "duckdb": """((epoch_us("charge_period_end") - epoch_us("charge_period_start")) = 1)""",
        "spark": (
            "((unix_micros(CAST(`charge_period_end` AS TIMESTAMP)) - "
            "unix_micros(CAST(`charge_period_start` AS TIMESTAMP))) = 1)"
        ),
        "postgres": (
            """(CAST(EXTRACT(EPOCH FROM ("charge_period_end" - "charge_period_start")) * 1000000 AS BIGINT) = 1)"""
        ),
        "bigquery": "(TIMESTAMP_DIFF(`charge_period_end`, `charge_period_start`, MICROSECOND) = 1)",
        "snowflake": """(TIMESTAMPDIFF(MICROSECOND, "charge_period_start", "charge_period_end") = 1)""",
        "trino": (
            """((date_diff('second', date_trunc('second', "charge_period_start"), """
            """date_trunc('second', "charge_period_end")) * 1000000 + """
            """CAST(substr(CAST("charge_period_end" AS VARCHAR), 21, 6) AS BIGINT) - """
            """CAST(substr(CAST("charge_period_start" AS VARCHAR), 21, 6) AS BIGINT)) = 1)"""
        ),
    },
    "MOD(pricing_quantity, 2) = 0.5": {
        "duckdb": (
            """(("c" % CAST('2' AS DECIMAL(38, 6))) = CAST('0.5' AS DECIMAL(38, 6)))"""
        ).replace('"c"', 'CAST("pricing_quantity" AS DECIMAL(38, 6))'),
        "spark": (
            "(CAST((`pricing_quantity` % CAST('2' AS DECIMAL(1, 0))) AS DECIMAL(7, 6)) = CAST('0.5' AS DECIMAL(7, 6)))"
        ),
        "postgres": """(("pricing_quantity" % CAST('2' AS NUMERIC(1, 0))) = CAST('0.5' AS NUMERIC(7, 6)))""",
        "bigquery": "(MOD(`pricing_quantity`, CAST('2' AS BIGNUMERIC)) = CAST('0.5' AS BIGNUMERIC))",
        "snowflake": (
            """(CAST(("pricing_quantity" % CAST('2' AS DECIMAL(1, 0))) AS DECIMAL(7, 6)) = """
            """CAST('0.5' AS DECIMAL(7, 6)))"""
        ),
        "trino": (
            """(CAST(("pricing_quantity" % CAST('2' AS DECIMAL(1, 0))) AS DECIMAL(7, 6)) = """
            """CAST('0.5' AS DECIMAL(7, 6)))"""
        ),
    },
    "list_unit_price * pricing_quantity = list_cost": {
        "duckdb": (
            """((CAST("list_unit_price" AS DECIMAL(38, 12)) * CAST("pricing_quantity" AS DECIMAL(38, 6))) = """
            """CAST("list_cost" AS DECIMAL(38, 18)))"""
        ),
        "spark": (
            "(CAST((`list_unit_price` * `pricing_quantity`) AS DECIMAL(37, 18)) = CAST(`list_cost` AS DECIMAL(37, 18)))"
        ),
        "postgres": """(("list_unit_price" * "pricing_quantity") = "list_cost")""",
        "bigquery": "((`list_unit_price` * `pricing_quantity`) = `list_cost`)",
        "snowflake": (
            """(CAST((CAST("list_unit_price" AS DECIMAL(38, 18)) * "pricing_quantity") AS DECIMAL(37, 18)) = """
            """CAST("list_cost" AS DECIMAL(37, 18)))"""
        ),
        "trino": (
            """(CAST(("list_unit_price" * "pricing_quantity") AS DECIMAL(37, 18)) = """
            """CAST("list_cost" AS DECIMAL(37, 18)))"""
        ),
    },
    "meter IS DISTINCT FROM 'tokens' OR (meter IS NULL) = TRUE": {
        "duckdb": """(("meter" IS DISTINCT FROM 'tokens') OR (("meter" IS NULL) = TRUE))""",
        "spark": "((`meter` IS DISTINCT FROM 'tokens') OR ((`meter` IS NULL) = TRUE))",
        "postgres": """(("meter" IS DISTINCT FROM 'tokens') OR (("meter" IS NULL) = TRUE))""",
        "bigquery": "((`meter` IS DISTINCT FROM 'tokens') OR ((`meter` IS NULL) = TRUE))",
        "snowflake": """(("meter" IS DISTINCT FROM 'tokens') OR (("meter" IS NULL) = TRUE))""",
        "trino": """(("meter" IS DISTINCT FROM 'tokens') OR (("meter" IS NULL) = TRUE))""",
    },
}  # fmt: skip


class TestSpelling:
    """Where dialects differ, each node is spelt as its dialect's manual says."""

    @pytest.mark.parametrize(
        ("predicate", "dialect"), [(predicate, dialect) for predicate, each in _SPELLED.items() for dialect in each]
    )
    def test_of_nodes(self, predicate: str, dialect: str) -> None:
        tree = compile_predicate(predicate, USAGE.by_name)
        assert to_sql(tree, DIALECTS[dialect]) == _SPELLED[predicate][dialect]
        if dialect == "spark":
            assert to_sql(tree, DIALECTS["databricks"]) == _SPELLED[predicate][dialect]

    @dialects
    def test_every_predicate_parses_and_keeps_its_columns(self, dialect: str) -> None:
        for each in STANDARD.of("usage"):
            if isinstance(each.check, Row):
                printed = to_sql(each.check.predicate.tree, DIALECTS[dialect])
                parsed = sqlglot.parse_one(f"SELECT {printed}", dialect=dialect)
                spoken = {name for name in USAGE.by_name if re.search(rf"\b{name}\b", re.sub(r"'[^']*'", "", printed))}
                assert {column.name for column in parsed.find_all(exp.Column)} == spoken
