"""What the commands that compute with records have in common: inputs with their datasets, columns with values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from opentokenomics.cli._offer import distinct
from opentokenomics.errors import UnsupportedError


def inputs_of(named: Sequence[str]) -> list[tuple[str, str]]:
    """Datasets and files, from words such as ``usage=august.jsonl``.

    Raises:
        InputError: A file is named twice.
        UnsupportedError: A word has another form, or names no dataset.
    """
    from opentokenomics.standard import load

    datasets = [name for name, dataset in load().datasets.items() if name != "manifest"]
    found = [_split("--input", each, "DATASET=FILE") for each in named]
    for dataset, _ in found:
        if dataset not in datasets:
            raise UnsupportedError(
                "dataset_unknown", f"There is no dataset {dataset!r} here.", f"Datasets: {', '.join(datasets)}."
            )
    distinct([path for _, path in found])
    return found


def pairs_of(option: str, words: Sequence[str]) -> Mapping[str, str]:
    """Columns and values, from words such as ``team=claims``; raises UnsupportedError where one is given twice."""
    found: dict[str, str] = {}
    for word in words:
        column, value = _split(option, word, "COLUMN=VALUE")
        if column in found:
            raise UnsupportedError("option_repeated", f"{option} names {column} twice.", "Name each column once.")
        found[column] = value
    return found


def _split(option: str, word: str, form: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not (name and equals and value):
        raise UnsupportedError("option_unsupported", f"{option} {word} is not of the form {form}.", f"Write {form}.")
    return name, value
