"""``completion``: prints what a shell needs to complete this command line."""

from __future__ import annotations

import click

from opentokenomics.cli._app import NAME, SETTINGS, app, examples
from opentokenomics.cli._offer import Offer
from opentokenomics.cli._output import open_output, write


@click.command(
    "completion",
    context_settings=SETTINGS,
    epilog=examples(
        f'eval "$({NAME} completion bash)"',
        f"{NAME} completion zsh > ~/.zfunc/_{NAME}",
        f"{NAME} completion fish > ~/.config/fish/completions/{NAME}.fish",
    ),
)
@click.argument("shell", type=Offer("SHELL", "bash zsh fish"))
def command(shell: str) -> None:
    """Print the completion script of a shell: bash, zsh or fish."""
    from click.shell_completion import get_completion_class

    completion = get_completion_class(shell)
    if completion is None:  # pragma: no cover - click knows the shells that are on offer
        raise click.UsageError(shell)
    script = completion(app, {}, NAME, f"_{NAME.upper()}_COMPLETE").source()
    with open_output(None) as stream:
        write(stream, script)
