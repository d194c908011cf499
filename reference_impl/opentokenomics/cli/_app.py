"""The commands, known by name and one line of help until one of them is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import cast

import click

from opentokenomics.errors import UnsupportedError

NAME = "opentokenomics"

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


_PLUGINS = f"{NAME}.commands"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A command: its module here, or none where another package brings it, and the extra that this package needs.

    ``group`` is the command of that package in which it is found, where it is not one of its own.
    """

    module: str | None
    help: str
    extra: str = ""
    group: str = ""


_COMMANDS: Mapping[str, _Entry] = {
    "validate": _Entry("_validate", "Check exports against the standard."),
    "convert": _Entry("_convert", "Turn vendor exports and model responses into usage records."),
    "explain": _Entry("_explain", "Show a requirement: what, why, and how to meet it."),
    "schema": _Entry("_schema", "Print the schemas and columns of the standard."),
    "price": _Entry("_price", "Fill in what usage costs at list or contracted prices."),
    "compare-rates": _Entry("_compare_rates", "Show what the same usage costs at two rate cards."),
    "reconcile": _Entry("_reconcile", "Hold what usage costs against what was billed."),
    "bundle": _Entry("_bundle", "Put files into one archive with a manifest that is true of them."),
    "generate": _Entry("_generate", "Make realistic, conformant usage records."),
    "metrics": _Entry("_metrics", "Compute what usage cost, and what it bought."),
    "statement": _Entry("_statement", "State a metric so that anyone with the inputs can recompute it."),
    "verify": _Entry("_verify", "Recompute statements: confirmed, refuted, or of other inputs."),
    "attribute": _Entry("_attribute", "Account for every cent: whose it is, shared, or nobody's."),
    "sql": _Entry("_sql", "Print a query that checks a table in a warehouse."),
    "compare-versions": _Entry("_compare_versions", "Show what is different between two versions."),
    "conformance": _Entry(None, "Test a tool, in any language, against the vectors.", extra="conformance"),
    "merge-reports": _Entry(None, "Make one report of several on one tool.", extra="conformance", group="conformance"),
    "completion": _Entry("_completion", "Print the completion script of a shell."),
}


class _LazyGroup(click.Group):
    """A group that imports a command's module only when that command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = _COMMANDS.get(cmd_name)
        if entry is None:
            return None
        if entry.module is None:
            return _brought(cmd_name, entry, ctx)
        return cast("click.Command", import_module(f"opentokenomics.cli.{entry.module}").command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in _COMMANDS and not ctx.resilient_parsing:
            close = get_close_matches(args[0], _COMMANDS, n=1)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            message = f"There is no command '{args[0]}'.{hint}"
            raise click.UsageError(message, ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in _COMMANDS.items()])


def _brought(name: str, entry: _Entry, context: click.Context) -> click.Command | None:
    """The command that another package brings."""
    from importlib.metadata import entry_points

    try:
        (found,) = entry_points(group=_PLUGINS, name=entry.group or name)
        command = found.load()
    except (ValueError, ModuleNotFoundError):
        raise UnsupportedError(
            "command_not_installed",
            f"The command '{name}' is not installed.",
            f"Install it with: pip install '{NAME}[{entry.extra}]'.",
        ) from None
    return cast("click.Group", command).get_command(context, name) if entry.group else cast("click.Command", command)


def _print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's signature
    if not wanted or context.resilient_parsing:
        return
    from importlib.metadata import version

    from opentokenomics.standard import versions

    click.echo(f"{NAME} {version(NAME)} (standard {', '.join(versions())})")
    context.exit()


def examples(*lines: str) -> str:
    """The part of a help text that shows commands to copy; no line of it is wrapped."""
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])


_EPILOG = f"""{
    examples(
        f"{NAME} validate august.jsonl --profile cost",
        f"{NAME} convert --from openai-dashboard usage.csv -o usage.jsonl",
        f"{NAME} explain OTS-CST-003",
    )
}

Exit codes: 0 conformant or done, 1 not conformant, 2 the command could not do its work.
"""


@click.group(
    cls=_LazyGroup,
    name=NAME,
    context_settings=SETTINGS,
    epilog=_EPILOG,
    invoke_without_command=True,
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the versions of the package and of the standard, and exit.",
)
@click.pass_context
def app(context: click.Context) -> int | None:
    """The Open Tokenomics Standard: AI usage, cost and cost-per-intelligence.

    Data goes to standard output, messages go to standard error, and `-` is standard input.
    """
    if context.invoked_subcommand is not None:
        return None
    click.echo(context.get_help(), err=True)
    return 2
