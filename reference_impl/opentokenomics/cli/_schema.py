"""``schema``: prints the published schemas, and the columns of a dataset."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._find import find_version, version_option
from opentokenomics.cli._offer import Offer
from opentokenomics.cli._output import look, open_output, show, write
from opentokenomics.errors import UnsupportedError

if TYPE_CHECKING:
    from opentokenomics.standard import Dataset, Standard

_SUFFIX = ".schema.json"


@click.command(
    "schema",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} schema",
        f"{NAME} schema usage > usage.schema.json",
        f"{NAME} schema usage --format csv",
        f"{NAME} schema usage --format table",
    ),
)
@click.argument(
    "name", required=False, shell_complete=lambda _, __, typed: [n for n in _schemas() if n.startswith(typed)]
)
@click.option(
    "--format",
    "form",
    type=Offer("--format", "json csv table"),
    default="json",
    show_default=True,
    help="JSON Schema, the header of a CSV file, or a table of the columns.",
)
@version_option
def command(name: str | None, form: str, spec_version: str | None) -> None:
    """Print a schema of the standard, or the columns of a dataset.

    Without a name, what can be printed is listed.
    """
    standard = find_version(spec_version)
    schemas = _schemas(standard.version)
    if name is None:
        _list(schemas)
        return
    if name not in schemas:
        raise UnsupportedError("schema_unknown", f"There is no schema {name}.", f"Available: {', '.join(schemas)}.")
    if form == "json":
        with open_output(None) as stream:
            write(stream, schemas[name])
    elif form == "csv":
        _print_header(_dataset(standard, name, form))
    else:
        _print_table(_dataset(standard, name, form))


def _schemas(version: str | None = None) -> dict[str, str]:
    """The text of each schema of a version, or of the newest one, under its name, datasets first."""
    from opentokenomics.standard import documents, load

    texts = documents(version).items()
    schemas = {name.removesuffix(_SUFFIX): text for name, text in texts if name.endswith(_SUFFIX)}
    return dict(sorted(schemas.items(), key=lambda schema: schema[0] not in load(version).datasets))


def _dataset(standard: Standard, name: str, form: str) -> Dataset:
    datasets = {each.name: each for each in standard.datasets.values() if not each.is_document or form == "table"}
    if name not in datasets:
        raise UnsupportedError(
            "schema_without_columns",
            f"{name} has no rows, so there is no --format {form} of it.",
            f"Datasets: {', '.join(datasets)}.",
        )
    return datasets[name]


def _list(schemas: Mapping[str, str]) -> None:
    from rich.table import Table
    from rich.text import Text

    from opentokenomics.report import lay_out

    table = Table.grid(padding=(0, 2, 0, 0))
    for name, text in schemas.items():
        schema = json.loads(text)
        table.add_row(Text(name, "bold"), Text(schema.get("description") or schema.get("title", "")))
    show(lay_out([table], look()))


def _print_header(dataset: Dataset) -> None:
    header = io.StringIO()
    csv.writer(header, lineterminator="\n").writerow([column.name for column in dataset.columns])
    with open_output(None) as stream:
        write(stream, header.getvalue())


def _level(profile: str, level: str) -> str:
    from opentokenomics.standard import Profile

    return level if profile == Profile.METERING else f"{level} in {profile}"


def _print_table(dataset: Dataset) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from opentokenomics.report import lay_out

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Column", overflow="fold")
    table.add_column("Kind", no_wrap=True)
    table.add_column("Level", overflow="fold")
    table.add_column("Description")
    group = None
    for column in dataset.columns:
        if group not in {None, column.group}:
            table.add_section()
        group = column.group
        level = ", ".join(_level(profile, level) for profile, level in column.levels.items())
        focus = f" FOCUS: {column.focus_name}." if column.focus_name else ""
        values = f" One of {', '.join(column.values)}." if column.values else ""
        table.add_row(Text(column.name, "bold"), column.kind, level, Text(f"{column.description}{values}{focus}"))
    title = Text(f"{dataset.title}: {len(dataset.columns)} columns. {dataset.description}")
    show(lay_out([title, table], look()))
