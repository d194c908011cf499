"""``opentokenomics conformance compare`` and ``opentokenomics merge-reports``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from opentokenomics.cli.plugin import NAME, SETTINGS, examples, open_output, show
from opentokenomics.report import visible
from opentokenomics_conformance._files import text_of
from opentokenomics_conformance.cli._common import FORM, output_option, tell
from opentokenomics_conformance.report import SuiteReport, compare, merge, render


@click.command("compare", context_settings=SETTINGS, epilog=examples(f"{NAME} conformance compare old.json new.json"))
@click.argument("first", metavar="A.json", type=click.Path(path_type=Path))
@click.argument("second", metavar="B.json", type=click.Path(path_type=Path))
def compare_command(first: Path, second: Path) -> int:
    """Show what is different between two JSON reports; exit code 1 where a case passed in the first alone."""
    found = compare(_read(first), _read(second))
    lines = [] if found.same_suite else ["The two reports are on different vectors."]
    for name, pairs in (("regressed", found.regressed), ("improved", found.improved), ("changed", found.changed)):
        lines.append(f"{name}: {len(pairs)}")
        lines += [f"  {before.case}: {before.outcome}, now {after.outcome}" for before, after in pairs]
    lines.append(f"added: {len(found.added)}, removed: {len(found.removed)}")
    show("\n".join(map(visible, lines)) + "\n")
    return 1 if found.regressed else 0


@click.command(
    "merge-reports",
    context_settings=SETTINGS,
    epilog=examples(f"{NAME} merge-reports validator.json converter.json --report html -o report.html"),
)
@click.argument("paths", metavar="REPORT.json...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--report", "form", type=FORM, default="json", show_default=True, help="The form of the report.")
@output_option
def merge_command(paths: Sequence[Path], form: str, output: str | None) -> int:
    """Make one report of several on one tool, such as one for each role.

    They have to be on the same tool in the same version, and on the same vectors. Where several have a case, it has
    passed if it passed in all of them.
    """
    report = merge([_read(path) for path in paths])
    with open_output(output) as stream:
        tell(render(report, form), form, output, stream)
    return 0


def _read(path: Path) -> SuiteReport:
    return SuiteReport.from_json(text_of(path, "report_unreadable", "Name a JSON report."), str(path))
