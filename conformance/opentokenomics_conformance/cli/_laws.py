"""``opentokenomics conformance laws``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opentokenomics.cli.plugin import NAME, SETTINGS, Offer, examples, open_output
from opentokenomics.errors import InputError
from opentokenomics_conformance.cases import load_suite
from opentokenomics_conformance.cli._common import (
    ROLE,
    debt_of,
    expected_option,
    judged,
    limits_of,
    output_option,
    seed_of,
    seed_option,
    tell,
    timeout_option,
    tool_argument,
)

if TYPE_CHECKING:
    from opentokenomics_conformance.laws import Law


@click.command(
    "laws",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} conformance laws -- python -m opentokenomics_conformance.reference",
        f"{NAME} conformance laws --role validator --seed 7 --examples 200 -- node adapter.js",
        f"{NAME} conformance laws --law token-conservation --minutes 5 -- ./my-tool --conformance",
    ),
)
@tool_argument
@click.option("--law", "names", metavar="LAW", multiple=True, help="Try this law, or all of this name; else every law.")
@click.option("--role", "roles", type=ROLE, multiple=True, help="Try the laws of this role; else those of all.")
@seed_option
@click.option("--examples", metavar="N", type=click.IntRange(1, 1_000_000), default=50, show_default=True)
@click.option(
    "--minutes",
    metavar="N",
    type=click.FloatRange(0.01, 100_000),
    help="Go on for so long, each round with another seed and more examples; else one round.",
)
@expected_option
@timeout_option
@click.option("--report", "form", type=Offer("--report", "text json"), default="text", show_default=True)
@output_option
def laws_command(  # noqa: PLR0913, PLR0917 - one parameter per option
    tool: Sequence[str],
    names: Sequence[str],
    roles: Sequence[str],
    seed: int | None,
    examples: int,
    minutes: float | None,
    expected: Path | None,
    timeout: float,
    form: str,
    output: str | None,
) -> int:
    """Try laws that hold between the answers of any tool, on made-up datasets.

    A breach is made smaller down to the few records that show it, and printed as a vector. Exit code 0 means that
    every law was kept or was expected to fail; a law that is skipped was not kept.
    """
    from opentokenomics_conformance.laws import LAWS, LawPlan, Standing, render_laws, try_laws

    debt = debt_of(expected)
    chosen = _chosen(LAWS, names, roles)
    plan = LawPlan(examples=examples, seed=seed_of(seed))
    with open_output(output) as stream:
        report = try_laws(chosen, tool, plan, limits_of(timeout), minutes)
        tell(render_laws(report, form), form, output, stream)
    kept = {each.law.id: each.standing is Standing.KEPT for each in report.findings}
    others = {law.id for law in LAWS} | ({case.id for case in load_suite().cases} if expected else set())
    return judged(debt, kept, others)


def _chosen(laws: Sequence[Law], names: Sequence[str], roles: Sequence[str]) -> Sequence[Law]:
    known = list(dict.fromkeys(each for law in laws for each in (law.name, law.id)))
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError("law_unknown", f"There is no law {unknown[0]}.", f"Available: {', '.join(known)}.")
    chosen = [law for law in laws if (not names or {law.id, law.name} & {*names}) and (not roles or law.role in roles)]
    if not chosen:
        raise InputError("law_unknown", "No law is left to try.", "Widen --law or --role.")
    return chosen
