"""``generate``: realistic, conformant records, as many as wanted and always the same for one seed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

import click

from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._find import complete_requirement, find_requirement
from opentokenomics.cli._messages import say
from opentokenomics.cli._offer import PROFILES, Offer
from opentokenomics.cli._output import STANDARD, open_output
from opentokenomics.cli._progress import ProgressBar
from opentokenomics.cli._rows import counted, row_format
from opentokenomics.errors import UnsupportedError

if TYPE_CHECKING:
    from opentokenomics.generate import Place
    from opentokenomics.standard import Profile, Requirement

_BUNDLE = ".zip"
_MANIFEST = "manifest"


@click.command(
    "generate",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} generate --rows 1000 --seed 7 --profile cost -o usage.jsonl",
        f"{NAME} generate --rows 1000000 -o usage.csv.gz",
        f"{NAME} generate --rows 10 | {NAME} validate -",
        f"{NAME} generate --rows 500 --defect OTS-CST-003 -o wrong.csv",
        f"{NAME} generate --dataset price -o price.csv",
        f"{NAME} generate --rows 500 --defect OTS-MAN-010 -o bundle.zip",
    ),
)
@click.option(
    "--rows", metavar="N", type=click.IntRange(min=1), default=1000, show_default=True, help="How many records."
)
@click.option(
    "--seed",
    metavar="S",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="The same seed gives the same records.",
)
@click.option(
    "--dataset",
    type=Offer("--dataset", f"usage price plan outcome_definition outcome evaluation statement {_MANIFEST}"),
    help="The dataset; else the output's name or the requirement tells, else usage.",
)
@click.option("--profile", type=PROFILES, default="cost", show_default=True, help="The profile that the records meet.")
@click.option("--format", "form", type=Offer("--format", "jsonl csv", later="parquet"), help="Else the name tells.")
@click.option(
    "--defect",
    metavar="REQUIREMENT",
    shell_complete=complete_requirement,
    help="Break this requirement and no other one; standard error tells where it is broken.",
)
@click.option("-o", "--output", metavar="FILE", help="Where to write; else standard output.")
def command(
    rows: int,
    seed: int,
    dataset: str | None,
    profile: str,
    form: str | None,
    defect: str | None,
    output: str | None,
) -> None:
    """Make realistic records that conform to the standard, or that break one of its requirements.

    The format follows the suffix of the output, .jsonl or .csv; .gz or .zst behind it compresses. A .zip is a bundle: a
    manifest, as many usage records as asked for, and the prices and plans that these name. The first 230 records of
    those datasets hold what usage of any seed names.
    """
    from opentokenomics.standard import Profile, load

    broken = None if defect is None else find_requirement(load(), defect)
    wanted = _Wanted(rows, seed, Profile(profile), broken, dataset)
    is_bundle = output is not None and output.lower().endswith(_BUNDLE)
    if output is not None and is_bundle:
        place = _write_bundle(wanted, form or "jsonl", output)
    else:
        place = _write_records(wanted, row_format(output, form), output)
    if place is not None:
        say(str(place))
        if not is_bundle:
            _tell_what_it_takes(wanted)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be made."""

    rows: int
    seed: int
    profile: Profile
    broken: Requirement | None
    dataset: str | None


def _write_bundle(wanted: _Wanted, form: str, output: str) -> Place | None:
    from opentokenomics.generate import BundleExport

    if wanted.dataset is not None and wanted.broken is None:
        raise UnsupportedError(
            "option_unsupported",
            "A bundle holds every dataset, so --dataset says nothing about it.",
            "Leave --dataset out, or say with --defect what to break there.",
        )
    bundle = BundleExport(wanted.rows, wanted.seed, wanted.profile, form, wanted.broken, wanted.dataset)
    with open_output(output) as stream, ProgressBar() as progress:
        bundle.write(stream, lambda lines: counted(lines, progress, "generating"))
    return bundle.place


def _write_records(wanted: _Wanted, form: str, output: str | None) -> Place | None:
    from opentokenomics.convert import encode_rows
    from opentokenomics.generate import BrokenExport, generate

    named = wanted.dataset or _named_by(output)
    if wanted.broken is None:
        export = None
        dataset = named or "usage"
        if dataset == _MANIFEST:
            raise UnsupportedError("option_unsupported", "A manifest comes with its bundle.", "Write -o NAME.zip.")
        lines = encode_rows(generate(wanted.rows, wanted.seed, wanted.profile, dataset), form, dataset)
    else:
        export = BrokenExport(wanted.rows, wanted.seed, wanted.profile, wanted.broken, named)
        lines = export.lines(form)
    with open_output(output) as stream, ProgressBar() as progress:
        for line in counted(lines, progress, "generating", wanted.rows):
            stream.write(line)
    return None if export is None else export.place


def _tell_what_it_takes(wanted: _Wanted) -> None:
    """A record that names another one breaks a requirement only where the other one is at hand."""
    from opentokenomics.standard import Recompute, References

    check = None if wanted.broken is None else wanted.broken.check
    if isinstance(check, Recompute):
        say("It shows beside the inputs of the statement: --profile intelligence and -o NAME.zip make them as well.")
    if isinstance(check, References) and check.to_dataset != "usage":
        say(
            f"It shows beside records of {check.to_dataset}: 'generate --dataset {check.to_dataset}' makes them, "
            f"and -o NAME.zip all of them at once."
        )


def _named_by(output: str | None) -> str | None:
    """The dataset after which the output is called, for which ``validate`` will take it."""
    from opentokenomics.generate import DATASETS

    stem = PurePath(output or STANDARD).name.partition(".")[0]
    return stem if stem in DATASETS else None
