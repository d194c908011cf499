"""Validation with everything that this package can judge: records, bundles, and statements computed again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from opentokenomics import engines

if TYPE_CHECKING:
    from opentokenomics.engines import Notice, Progress, Recomputed, Table
    from opentokenomics.report import Report
    from opentokenomics.standard import Profile


def validate(  # noqa: PLR0913 - one for each thing that a caller may say
    paths: str | PathLike[str] | Table | Iterable[str | PathLike[str] | Table],
    *,
    dataset: str | None = None,
    profile: Profile | str | None = None,
    spec_version: str | None = None,
    format: str | None = None,  # noqa: A002 - the name of the option
    max_examples: int = 5,
    progress: Progress | None = None,
    notice: Notice | None = None,
) -> Report:
    """Holds inputs to the standard.

    Statements are computed again where all the inputs that they name by their digests are among these, as plain or
    compressed files.

    Args:
        paths: One or more files, CSV, JSON Lines or Parquet, plain or compressed with gzip or zstd; ``-`` is standard
            input. A folder or a zip archive stands for the data files in it; with a ``manifest.json`` at its root it is
            a bundle, which is held to what its manifest states, and is validated alone. Or tables in memory: data
            frames of pandas or polars, Arrow tables and anything else that has ``__arrow_c_stream__``. Several are one
            input: identifiers are unique and references resolve across them.
        dataset: The dataset of every file; unless given, the one that a file's name up to its first dot names, such as
            ``price.2026.csv``, else ``usage``. A manifest states that of each file itself.
        profile: The profile to hold it to; unless given, the one that a manifest claims, else *metering*.
        spec_version: The version to hold it to; unless given, the one that the first record states, else that of the
            manifest.
        format: ``csv``, ``jsonl`` or ``parquet``; unless given, by the name or else by the content of each file. A
            manifest states that of each file itself.
        max_examples: How many violations to list for each requirement, up to 1,000,000; totals are always exact.
        progress: Told how far the work is.
        notice: Told, in a sentence, which files of a folder or an archive are not read, because their names do not say
            that they hold records; and which files that do not conform were taken for usage though their names begin
            with another dataset.

    Returns:
        The report.

    Raises:
        InputError: An input cannot be read.
        ResourceError: There is no room for temporary files, or not enough memory.
        UnsupportedError: The dataset, profile, version or format does not exist here, or a number of examples that
            no report lists.
    """
    return engines.validate(
        paths,
        dataset=dataset,
        profile=profile,
        spec_version=spec_version,
        format=format,
        max_examples=max_examples,
        progress=progress,
        notice=notice,
        recompute=_recompute,
    )


def _recompute(statements: Path, inputs: Sequence[tuple[str, Path]]) -> Sequence[Recomputed]:
    # Only statements need the metrics, which take a while to load.
    from opentokenomics.metrics.measured import recompute

    return recompute(statements, inputs)
