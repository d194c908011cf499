"""The page of the site on the command line, from the commands themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import cleandoc

import click

from markdown_tables import cell, table
from opentokenomics.cli._app import app

_EXAMPLES = re.compile(r"\x08?\n?Examples:\n((?:  .*\n?)+)")

_HEAD = """\
# Commands

`pip install .` in a clone of the repository brings the command `opentokenomics`. Data goes to standard
output, messages go to standard error, and `-` is standard input. `--help` behind a command says what is
on this page, and `opentokenomics completion` prints the completion script of a shell.

Exit codes: 0 conformant or done, 1 not conformant, 2 the command could not do its work."""


def page() -> str:
    """Every command with what it does, its arguments, options and examples."""
    context = click.Context(app, info_name="opentokenomics")
    found = list(_commands(app, context))
    rows = [[f"[`{name}`](#{_anchor(name)})", cell(each.get_short_help_str(200))] for name, each, _ in found]
    parts = [_HEAD, table(["Command", "What it does"], rows)]
    for name, each, inside in found:
        parts += _command(name, each, inside)
    return "\n\n".join(parts) + "\n"


def _commands(group: click.Group, context: click.Context) -> Iterator[tuple[str, click.Command, click.Context]]:
    """The commands of a group and those below them, under the words that call them."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        inside = click.Context(command, info_name=name, parent=context)
        words = inside.command_path.removeprefix("opentokenomics ")
        yield words, command, inside
        if isinstance(command, click.Group):
            yield from _commands(command, inside)


def _command(name: str, command: click.Command, context: click.Context) -> Iterator[str]:
    text = f"{cleandoc(command.help or '')}\n\n{command.epilog or ''}"
    examples = _EXAMPLES.search(text)
    prose = _EXAMPLES.sub("", text)
    yield f"## {name} {{ #{_anchor(name)} }}"
    yield f"```text\n{' '.join([context.command_path, *command.collect_usage_pieces(context)])}\n```"
    yield _prose(prose)
    records = [each.get_help_record(context) for each in command.get_params(context)]
    options = [[f"`{names}`", _plain(help_)] for names, help_ in filter(None, records) if help_ and names != "--help"]
    if options:
        yield table(["Option", "Meaning"], options)
    if examples:
        yield f"```sh\n{cleandoc(examples[1])}\n```"


def _prose(text: str) -> str:
    """Paragraphs; where lines must not be joined, a block of them."""
    parts = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if paragraph.startswith("\x08"):
            parts.append(f"```text\n{cleandoc(paragraph.lstrip(chr(8)).strip(chr(10)))}\n```")
        else:
            parts.append(_plain(paragraph))
    return "\n\n".join(parts)


def _plain(text: str) -> str:
    """Text of a terminal as Markdown: nothing in it is a tag, a link or a column, but what is in backticks is code."""
    parts = text.replace("\n", " ").split("`")
    return "`".join(re.sub(r"([<>|\[\]*_])", r"\\\1", part) if at % 2 == 0 else part for at, part in enumerate(parts))


def _anchor(name: str) -> str:
    return name.replace(" ", "-")
