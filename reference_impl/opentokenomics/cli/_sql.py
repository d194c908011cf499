"""``sql``: a query that judges a table where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._find import find_version, version_option
from opentokenomics.cli._offer import PROFILES, Offer
from opentokenomics.cli._output import open_output, write
from opentokenomics.errors import UnsupportedError

if TYPE_CHECKING:
    from opentokenomics.standard import Standard
    from opentokenomics.warehouse import Table

_DIALECT = Offer("--dialect", "duckdb spark postgres bigquery snowflake databricks trino")
_MANIFEST = "manifest"


@click.command(
    "sql",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} sql --dialect duckdb --profile cost | duckdb usage.duckdb",
        f"{NAME} sql --dialect snowflake --table BILLING.AI.USAGE -o check.sql",
        f"{NAME} sql --dialect bigquery --table usage=lake.ai.usage --table price=lake.ai.price",
        f"{NAME} sql --dialect postgres --columns record_id,meter,consumed_quantity --text",
        f"{NAME} sql --dialect spark --table usage --dbt -o tests/usage_conforms.sql",
        f"{NAME} sql --dialect snowflake --profile cost --dbt --generic -o tests/generic/opentokenomics_usage.sql",
    ),
)
@click.option("--dialect", type=_DIALECT, required=True, help="The SQL that the warehouse speaks.")
@click.option("--dataset", metavar="NAME", help="The dataset to judge; else each that --table names, else usage.")
@click.option("--profile", type=PROFILES, default="metering", show_default=True, help="The profile to hold it to.")
@version_option
@click.option(
    "--table",
    "tables",
    metavar="[DATASET=]NAME",
    multiple=True,
    help="The table of a dataset, such as catalog.schema.usage; other datasets' tables serve to look references up.",
)
@click.option(
    "--columns",
    "columns",
    metavar="[DATASET=]NAME,...",
    multiple=True,
    help="The columns that the table has, spelt as it spells them; else it has all of the dataset's, and no other.",
)
@click.option("--text", is_flag=True, help="All columns are text, as loaded from CSV; else they have their own types.")
@click.option("--dbt", is_flag=True, help="Print a test for dbt: tables are models, and only violations are returned.")
@click.option("--generic", is_flag=True, help="With --dbt: a generic test, which a project applies to its models.")
@click.option("-o", "--output", metavar="FILE", help="Where to write; else standard output.")
def command(  # noqa: PLR0913 - one parameter per option
    dialect: str,
    dataset: str | None,
    profile: str,
    spec_version: str | None,
    tables: Sequence[str],
    columns: Sequence[str],
    output: str | None,
    *,
    text: bool,
    dbt: bool,
    generic: bool,
) -> None:
    """Print a SQL query that checks a table of records where it is.

    The query returns a row for each requirement of the profile, with the counts that `validate` gives for a file of the
    same records. Requirements that no query on a table can judge are rows without counts, and say why.
    """
    from opentokenomics.standard import Profile
    from opentokenomics.warehouse import Request, query

    standard = find_version(spec_version)
    named = _assigned("--table", tables, standard, dataset)
    listed = _assigned("--columns", columns, standard, dataset)
    judged = [dataset] if dataset else [each for each in standard.datasets if each in named] or ["usage"]
    if dataset is not None and dataset not in standard.datasets:
        raise _unknown(dataset, standard)
    if _MANIFEST in judged:
        raise UnsupportedError(
            "dataset_no_table", "A manifest describes files, and no table holds it.", "Validate the bundle instead."
        )
    if dbt and len(judged) > 1:
        raise UnsupportedError(
            "dbt_one_dataset", "A test of dbt is one query, and this makes several.", "Name one with --dataset."
        )
    if generic and (not dbt or judged[0] in named):
        raise UnsupportedError(
            "generic_unclear",
            "A generic test is one of dbt, and is told its model where it is applied.",
            f"Write --dbt --generic, and no --table for {judged[0]}.",
        )
    known = _tables(named, listed)
    request = Request(dialect, Profile(profile), standard.version, is_text=text, is_dbt=dbt, is_generic=generic)
    queries = [query(each, known, request) for each in judged]
    # dbt puts the query into another one, so that nothing ends it there.
    printed = queries[0] if dbt else "\n".join(each.rstrip() + ";\n" for each in queries)
    with open_output(output) as stream:
        write(stream, printed)


def _assigned(option: str, values: Sequence[str], standard: Standard, dataset: str | None) -> Mapping[str, str]:
    """What an option says of each dataset; what names none is about the one that is judged."""
    found: dict[str, str] = {}
    for value in values:
        name, equals, rest = value.partition("=")
        target, said = (name, rest) if equals and name in standard.datasets else (dataset or "usage", value)
        if target in found:
            raise UnsupportedError(
                "option_repeated", f"{option} says two things of {target}.", f"Give {option} once for each dataset."
            )
        found[target] = said
    return found


def _tables(named: Mapping[str, str], listed: Mapping[str, str]) -> Mapping[str, Table]:
    from opentokenomics.warehouse import Table

    columns = {name: tuple(part.strip() for part in text.split(",")) for name, text in listed.items()}
    return {name: Table(named.get(name), columns.get(name)) for name in {*named, *columns}}


def _unknown(dataset: str, standard: Standard) -> UnsupportedError:
    known = ", ".join(standard.datasets)
    return UnsupportedError("dataset_unknown", f"There is no dataset {dataset!r}.", f"Datasets: {known}.")
