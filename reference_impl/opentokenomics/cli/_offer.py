"""Option values: those that exist, and those that a later version of this package will bring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from opentokenomics.errors import UnsupportedError

if TYPE_CHECKING:
    _ParamType = click.ParamType[str]
else:
    _ParamType = click.ParamType  # older releases of click cannot subscript it


class Offer(_ParamType):
    """A choice that tells a value that does not exist from one that is not available yet.

    Args:
        name: The option, as messages call it.
        available: The values that exist, separated by spaces.
        later: The values that the standard names and this version does not support, separated by spaces.
    """

    name = "choice"

    def __init__(self, name: str, available: str, *, later: str = "") -> None:
        self._option = name
        self._available = available.split()
        self._later = later.split()

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401, ARG002
        """The value, if it is on offer; raises UnsupportedError with what is."""
        if value in self._available:
            return str(value)
        problem = (
            f"{self._option} {value} is not supported in this version."
            if value in self._later
            else f"{self._option} does not know '{value}'."
        )
        raise UnsupportedError("option_unsupported", problem, f"Available: {', '.join(self._available)}.")

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:  # noqa: ARG002
        """How help texts show the value."""
        values = "|".join(self._available)
        return f"{{{values}}}" if param.required and isinstance(param, click.Argument) else f"[{values}]"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002
        """The values on offer that begin like what was typed."""
        return [CompletionItem(value) for value in self._available if value.startswith(incomplete)]


PROFILES = Offer("--profile", "metering cost attribution intelligence")

DATASETS = Offer(
    "--dataset",
    "usage price plan outcome_definition outcome evaluation statement",
    later="step budget",
)


def distinct(paths: Sequence[str]) -> None:
    """Refuses an input that is named twice, because its records would be counted twice.

    Raises:
        InputError: Two of the paths lead to one file.
    """
    from opentokenomics.readers import Given, refuse_repeated

    refuse_repeated(Given(path, path) for path in paths)
