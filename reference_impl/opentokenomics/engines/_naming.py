"""What the name of a file says of its records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import PurePath

from opentokenomics.readers import readable_name
from opentokenomics.report import file_name
from opentokenomics.standard import Standard, load

DEFAULT = "usage"
_MOST_TOLD = 3


def dataset_of(name: str, standard: Standard | None = None) -> str:
    """The dataset that the name of a file names up to its first dot, and usage where it names none."""
    stem = _stem(name)
    return stem if stem in (standard or load()).datasets else DEFAULT


def told_misnamed(names: Iterable[str], standard: Standard) -> Iterator[str]:
    """Says which files are taken for usage whose names begin with another dataset, but do not name it."""
    meant = ((name, _meant(name, standard)) for name in names if _stem(name) not in standard.datasets)
    for name, dataset in islice(((name, dataset) for name, dataset in meant if dataset), _MOST_TOLD):
        better = file_name(dataset + "".join(PurePath(name).suffixes))
        yield (
            f"{file_name(readable_name(name))} is judged as {DEFAULT}, because its name up to the first dot is no "
            f"dataset; if it holds {dataset} records, name it {better} or use --dataset {dataset}"
        )


def _stem(name: str) -> str:
    return PurePath(name).name.partition(".")[0]


def _meant(name: str, standard: Standard) -> str | None:
    """The dataset other than usage that a name begins with, in any case, in the plural or before a number, say."""
    stem = _stem(name).casefold().replace("-", "_")
    others = sorted((each.name for each in standard.datasets.values() if not each.is_document), key=len, reverse=True)
    found = next((each for each in others if re.match(rf"{each}s?(?![a-z])", stem)), None)
    return None if found == DEFAULT else found
