"""``convert``: usage records from what vendors really export."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._messages import say
from opentokenomics.cli._offer import distinct
from opentokenomics.cli._output import STANDARD, look, open_output, show, write
from opentokenomics.cli._progress import ProgressBar
from opentokenomics.cli._rows import counted, row_format
from opentokenomics.report import count

if TYPE_CHECKING:
    from rich.console import RenderableType

    from opentokenomics.convert import Conversion, Options, Reject, Source

_SHOWN_REJECTS = 5


def _complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    from opentokenomics.convert import sources

    names = ["auto", *(each.name for each in sources())]
    return [name for name in names if name.startswith(incomplete)]


@click.command(
    "convert",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} convert --list",
        f"{NAME} convert --from openai-dashboard completions_usage.csv -o usage.jsonl",
        f"{NAME} convert --from anthropic-response --at 2026-08-31T12:00:00Z responses.jsonl.gz -o usage.csv",
        f"{NAME} convert cost.csv | {NAME} validate - --profile cost",
    ),
)
@click.argument("inputs", metavar="INPUT...", nargs=-1)
@click.option(
    "--from",
    "source",
    metavar="SOURCE",
    default="auto",
    show_default=True,
    shell_complete=_complete,
    help="What made the input.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Where to write: .jsonl, .csv or .parquet; else JSON Lines to standard output.",
)
@click.option("--at", metavar="TIME", help="When usage happened, for inputs that do not say (RFC 3339).")
@click.option("--model", metavar="ID", help="The model, for inputs that do not name one.")
@click.option("--provider", metavar="NAME", help="The service provider, where it is not the source's own.")
@click.option("--account", metavar="ID", help="The billing account, for inputs that do not name one.")
@click.option(
    "--pseudonym-key",
    metavar="KEY",
    envvar="OPENTOKENOMICS_PSEUDONYM_KEY",
    help="Keep people as pseudonyms under this key; without one they are left out. Also OPENTOKENOMICS_PSEUDONYM_KEY.",
)
@click.option("--rejects", metavar="FILE", help="Where to write what could not be converted, as JSON Lines.")
@click.option("--list", "listing", is_flag=True, help="List the sources and exit; with --from, all about one of them.")
def command(  # noqa: PLR0913, PLR0917 - one parameter per option
    inputs: Sequence[str],
    source: str,
    output: str | None,
    at: str | None,
    model: str | None,
    provider: str | None,
    account: str | None,
    pseudonym_key: str | None,
    rejects: str | None,
    *,
    listing: bool,
) -> int:
    """Turn vendor exports and model responses into usage records.

    Inputs are CSV, JSON, JSON Lines or Parquet, plain or compressed with gzip or zstd, folders of such files, or `-`
    for standard input. Exit code 0 means that every record was converted, 1 that some were rejected, 2 that the work
    could not be done.
    """
    if listing:
        _list(source)
        return 0
    if not inputs:
        raise click.UsageError("Missing argument 'INPUT...'.", click.get_current_context())
    from opentokenomics.convert import Options, parse_instant

    distinct(inputs)
    options = Options(
        at=None if at is None else parse_instant(at),
        model=model,
        provider=provider,
        account=account,
        pseudonym_key=pseudonym_key,
    )
    conversion = _converted(inputs, source, options, output, rejects)
    _report(conversion, rejects)
    return 1 if conversion.rejected else 0


def _converted(
    inputs: Sequence[str], source: str, options: Options, output: str | None, rejects: str | None
) -> Conversion:
    """Writes the rows of the inputs: at once where the output can be begun anew if two records of a call differ."""
    from opentokenomics.convert import ConvertError, convert, write_rows

    def run(*, at_once: bool) -> Conversion:
        with (
            open_output(output, sources=inputs) as stream,
            _rejects(rejects, inputs, output) as on_reject,
            ProgressBar() as progress,
        ):
            conversion = convert(inputs, source, options, on_reject=on_reject, at_once=at_once)
            write_rows(counted(conversion, progress, "converting"), stream, written_as)
            return conversion

    written_as = row_format(output, parquet=True)
    targets = [output or STANDARD] if rejects is None else [output or STANDARD, rejects]
    if all(map(_is_replaced, targets)) and all(map(_is_read_again, inputs)):
        try:
            return run(at_once=True)
        except ConvertError as error:
            if error.code != "calls_differ":
                raise
    return run(at_once=False)


def _is_replaced(target: str) -> bool:
    """Whether what is written there appears at the end."""
    mode = _mode(target)
    return target != STANDARD and (mode is None or stat.S_ISREG(mode))


def _is_read_again(source: str) -> bool:
    mode = _mode(source)
    return source != STANDARD and mode is not None and (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _mode(path: str) -> int | None:
    try:
        return os.stat(path).st_mode  # noqa: PTH116 - one question to the system, whose answer may be an error
    except (OSError, ValueError):
        return None


@contextmanager
def _rejects(
    target: str | None, inputs: Sequence[str], output: str | None
) -> Iterator[Callable[[Reject], None] | None]:
    """Where rejected records go; the file is made even when there are none, so that no older one is mistaken for it."""
    if target is None:
        yield None
        return
    if {target, output or STANDARD} == {STANDARD}:
        raise click.UsageError("Records and rejects cannot both go to standard output.", click.get_current_context())
    with ExitStack() as stack:
        taken = [*inputs, *([output] if output is not None else [])]
        stream = stack.enter_context(open_output(target, sources=taken))
        yield lambda reject: write(stream, json.dumps(reject.as_dict(), ensure_ascii=False) + "\n")


def _report(conversion: Conversion, rejects: str | None) -> None:
    sources = ", ".join(each.name for each in conversion.sources)
    origin = f" from {sources}" if sources else ""
    made = f"{count(conversion.rows, 'row')} made, {count(conversion.rejected, 'record')} rejected"
    say(f"{count(conversion.records, 'record')} read{origin}, {made}")
    for notice in conversion.notices:
        say(f"warning: {notice}")
    for reject in conversion.rejects[:_SHOWN_REJECTS]:
        say(f"rejected: {reject}")
    if rejects is not None:
        found = f"what was rejected is in {rejects}"
        say(found if conversion.rejected else f"nothing was rejected: {rejects} is empty")
    elif conversion.rejected > _SHOWN_REJECTS:
        say(f"{conversion.rejected - _SHOWN_REJECTS:,} more rejected; --rejects FILE writes them all")


def _list(name: str) -> None:
    from opentokenomics.convert import AUTO, source, sources
    from opentokenomics.report import lay_out

    show(lay_out([_overview(sources()) if name == AUTO else _details(source(name))], look()))


def _overview(sources: Sequence[Source]) -> RenderableType:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("Source", "What it is", "Known from", "Profile", "Formats"):
        table.add_column(title, no_wrap=title == "Source")
    for each in sources:
        table.add_row(Text(each.name, "bold"), Text(each.title), each.grade, each.profile, ", ".join(each.formats))
    return table


def _details(source: Source) -> RenderableType:
    from rich.text import Text

    parts = [
        (f"{source.name}: {source.title}", ()),
        (f"Read from {', '.join(source.formats)}; known from {source.grade}; profile {source.profile}", ()),
        ("Its records tell apart", source.distinguishes),
        ("Limits", source.limits),
    ]
    lines = [line for title, points in parts for line in (title, *(f"  - {point}" for point in points))]
    return Text("\n".join(lines))
