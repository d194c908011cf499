"""The command ``sql``: what its options do, what it refuses, and how the query serves as a test of dbt."""

from __future__ import annotations

import io
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import jinja2
import pytest
import sqlglot
from checkout import CHECKOUT
from records import STANDARD, USAGE, break_it, dataset
from tables import fill

from opentokenomics.cli._run import run
from opentokenomics.rules import DIALECTS
from opentokenomics.standard import Kind
from opentokenomics.warehouse import STORAGES

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsysbinary: pytest.CaptureFixture[bytes]) -> Call:
    """Runs a command line in this process; gives its exit code, its output and its messages."""

    def invoke(*arguments: str) -> tuple[int, str, str]:
        capsysbinary.readouterr()
        code = run(arguments)
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    return invoke


class TestOptions:
    """Each option does what its help says."""

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_every_dialect_prints_one_query_that_ends(self, call: Call, dialect: str) -> None:
        code, out, err = call("sql", "--dialect", dialect)
        assert (code, err) == (0, "")
        assert out.endswith(";\n")
        assert len(sqlglot.parse(out, dialect=dialect)) == 1

    def test_the_profile_decides_on_the_requirements(self, call: Call) -> None:
        of_metering, of_all = (
            set(re.findall(r"OTS-\w+-\d+", call("sql", "--dialect", "duckdb", "--profile", profile)[1]))
            for profile in ("metering", "intelligence")
        )
        assert of_metering < of_all
        assert of_all == {each.id for each in STANDARD.of("usage")}

    def test_a_table_may_name_its_dataset(self, call: Call) -> None:
        plain = call("sql", "--dialect", "trino", "--table", "hive.ai.usage")[1]
        assert call("sql", "--dialect", "trino", "--table", "usage=hive.ai.usage")[1] == plain
        assert '\n  FROM "hive"."ai"."usage"\n' in plain

    def test_columns_are_spelt_as_the_table_spells_them(self, call: Call) -> None:
        out = call("sql", "--dialect", "duckdb", "--columns", "Record ID,METER, x_mine")[1]
        assert '"METER" AS "meter"' in out
        assert '"Record ID" AS "unknown__1"' in out
        assert 'CAST(NULL AS VARCHAR) AS "record_id"' in out
        assert "x_mine" not in out

    def test_snowflake_keeps_names_in_upper_case(self, call: Call) -> None:
        out = call("sql", "--dialect", "snowflake")[1]
        assert '"RECORD_ID" AS "record_id"' in out
        assert 'FROM "USAGE"' in out

    def test_the_output_may_be_a_file(self, call: Call, tmp_path: Path) -> None:
        out = call("sql", "--dialect", "duckdb")[1]
        assert call("sql", "--dialect", "duckdb", "-o", str(tmp_path / "q.sql"))[:2] == (0, "")
        assert (tmp_path / "q.sql").read_text() == out

    def test_the_version_is_the_newest_unless_named(self, call: Call) -> None:
        named = call("sql", "--dialect", "duckdb", "--spec-version", STANDARD.version)[1]
        assert named == call("sql", "--dialect", "duckdb")[1]
        assert f"Open Tokenomics Standard {STANDARD.version}" in named


class TestRefusals:
    """What makes no sense is refused in one sentence, with the remedy, and nothing is printed."""

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--dialect", "oracle"],
            ["--dialect", "duckdb", "--dataset", "usages"],
            ["--dialect", "duckdb", "--dataset", "manifest"],
            ["--dialect", "duckdb", "--table", '"usage'],
            ["--dialect", "duckdb", "--table", ""],
            ["--dialect", "duckdb", "--table", "a", "--table", "usage=b"],
            ["--dialect", "duckdb", "--table", "ots_source"],
            ["--dialect", "duckdb", "--columns", "meter,meter"],
            ["--dialect", "duckdb", "--columns", "meter,"],
            ["--dialect", "duckdb", "--spec-version", "0.1"],
            ["--dialect", "duckdb", "--profile", "all"],
            ["--dialect", "duckdb", "--dbt", "--table", "a.b.c"],
            ["--dialect", "duckdb", "--dbt", "--table", "it's"],
            ["--dialect", "duckdb", "--dbt", "--table", "{{ x }}"],
            ["--dialect", "duckdb", "--generic"],
            ["--dialect", "duckdb", "--dbt", "--generic", "--table", "usage"],
            ["--dialect", "duckdb", "--dbt", "--generic", "--dataset", "price", "--table", "price=p"],
        ],
    )
    def test_of_arguments(self, call: Call, arguments: list[str]) -> None:
        code, out, err = call("sql", *arguments)
        assert (code, out) == (2, "")
        assert err.startswith("Error: ")
        assert err.count("\n") == 2
        assert "Traceback" not in err


class TestDbt:
    """With ``--dbt`` it is a singular test: a template whose query returns what is violated."""

    def _rendered(self, template: str) -> str:
        references: dict[str, Callable[..., str]] = {
            "ref": lambda model: f'"main"."{model}"',
            "source": lambda source, table: f'"{source}"."{table}"',
        }
        # It makes SQL and no page.
        return jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(template).render(**references)  # noqa: S701

    @pytest.mark.parametrize("broken", ["OTS-CST-003", "OTS-TOK-010", None])
    def test_returns_what_is_violated(self, call: Call, broken: str | None) -> None:
        template = call("sql", "--dialect", "duckdb", "--profile", "cost", "--dbt", "--table", "usage")[1]
        records = dataset() if broken is None else break_it(broken, dataset())
        with duckdb.connect() as connection:
            fill(connection, USAGE, records, text=False)
            # As dbt does it.
            counted = "SELECT count(*), min(requirement) FROM (" + self._rendered(template) + ") AS test"  # noqa: S608
            assert connection.execute(counted).fetchone() == ((0, None) if broken is None else (1, broken))

    @pytest.mark.parametrize(
        ("broken", "keyword"), [("OTS-CST-003", "MUST"), ("OTS-CST-023", "SHOULD"), (None, "MUST")]
    )
    def test_a_generic_one_is_told_its_model_and_the_keyword(
        self, call: Call, broken: str | None, keyword: str
    ) -> None:
        template = call("sql", "--dialect", "duckdb", "--profile", "cost", "--dbt", "--generic")[1]
        head, body = template.split("\n", 1)
        assert head == "{% test opentokenomics_usage(model, keyword='MUST') %}"
        assert body.endswith("\n{% endtest %}\n")
        query = body.removesuffix("{% endtest %}\n").replace("{{ keyword }}", keyword)
        records = dataset() if broken is None else break_it(broken, dataset())
        with duckdb.connect() as connection:
            fill(connection, USAGE, records, text=False)
            # With the setting `where`, dbt gives it a query for a model.
            model = "(SELECT * FROM usage WHERE record_id IS NOT NULL) AS dbt_subquery"
            counted = "SELECT count(*), min(requirement) FROM (" + query.replace("{{ model }}", model) + ") AS test"  # noqa: S608
            assert connection.execute(counted).fetchone() == ((0, None) if broken is None else (1, broken))

    def test_two_parts_are_a_source(self, call: Call) -> None:
        template = call("sql", "--dialect", "duckdb", "--dbt", "--table", "billing.usage")[1]
        assert "FROM {{ source('billing', 'usage') }}" in template
        assert 'FROM "billing"."usage"' in self._rendered(template)

    @pytest.mark.parametrize("dialect", DIALECTS)
    @pytest.mark.parametrize("text", [[], ["--text"]])
    def test_nothing_else_is_taken_for_a_generic_template(self, call: Call, dialect: str, text: list[str]) -> None:
        words = ["--profile", "cost", "--dbt", "--generic", "--table", "price=price", "--table", "plan=billing.plan"]
        template = call("sql", "--dialect", dialect, "--dataset", "usage", *words, *text)[1]
        assert sorted(re.findall(r"[{][{%#].*?[}%#][}]", template)) == [
            "{% endtest %}",
            "{% test opentokenomics_usage(model, keyword='MUST') %}",
            "{{ keyword }}",
            "{{ model }}",
            "{{ ref('price') }}",
            "{{ source('billing', 'plan') }}",
        ]

    @pytest.mark.parametrize("dialect", DIALECTS)
    @pytest.mark.parametrize("text", [[], ["--text"]])
    def test_nothing_else_is_taken_for_a_template(self, call: Call, dialect: str, text: list[str]) -> None:
        template = call("sql", "--dialect", dialect, "--profile", "cost", "--dbt", *text)[1]
        assert re.findall(r"[{][{%#].*", template) == ["{{ ref('usage') }}"]
        assert len(sqlglot.parse(self._rendered(template), dialect=dialect)) == 1


class TestThePage:
    """What the page about warehouses says is so."""

    @pytest.fixture
    def page(self) -> str:
        file = CHECKOUT / "docs" / "sql.md"
        if not file.exists():
            pytest.skip("needs a checkout")
        return file.read_text("utf-8")

    def test_its_commands_work(self, call: Call, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "tests").mkdir()
        commands = re.findall(r"^opentokenomics (sql .+)$", page, re.MULTILINE)
        assert len(commands) >= 5
        for command in commands:
            assert call(*shlex.split(command))[0] == 0, command

    def test_its_types_are_those_that_are_expected(self, page: str) -> None:
        table = page.split("<!-- types")[1].split("\n\n")[1].splitlines()
        head, _, *lines = ([part.strip() for part in line.strip("|").split("|")] for line in table)
        titles = {title.strip(): place for place, names in enumerate(head) for title in names.split(",")}
        kinds = {kind: line for line in lines for kind in line[0].split(", ")}
        for dialect in DIALECTS.values():
            storage, place = STORAGES[dialect.name], titles[dialect.title.removeprefix("Apache ")]
            assert kinds.keys() == {*Kind} - {Kind.DATE}
            said = {kind: line[place].strip("`") for kind, line in kinds.items()}
            expected = {
                Kind.STRING: dialect.text,
                Kind.ENUM: dialect.text,
                Kind.INTEGER: dialect.integer,
                Kind.DECIMAL: storage.decimal.format("p", "s"),
                Kind.TIMESTAMP: dialect.timestamp,
                Kind.BOOLEAN: storage.boolean,
                Kind.MAP: storage.map,
                Kind.LIST: storage.list,
            }
            assert said == expected


def test_the_command_needs_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """It prints; it connects to nothing."""
    monkeypatch.setitem(sys.modules, "duckdb", None)
    monkeypatch.setitem(sys.modules, "sqlglot", None)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO()))
    assert run(["sql", "--dialect", "duckdb"]) == 0
