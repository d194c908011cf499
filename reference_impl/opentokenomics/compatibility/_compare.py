"""The differences of two versions, and which number the newer one may bear."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from opentokenomics.compatibility._change import Action, Change, Compatibility, changed_parts, compatibility_of
from opentokenomics.compatibility._columns import VERSION, changed_dataset, states
from opentokenomics.compatibility._metrics import changed_metrics
from opentokenomics.compatibility._requirements import Requirements
from opentokenomics.standard import Keyword, Profile, Schema, Standard, VersionName

_EXPOSING = {Action.ADDED, Action.LOOSENED, Action.CHANGED}
"""What may make a value well formed, so that rules see it that passed over it."""


def compare(old: Standard, new: Standard) -> tuple[Change, ...]:
    """Every difference of two versions, with its class.

    Datasets come first, in the order of the older version, then requirements, then metrics. Classes hold for inputs:
    they say what becomes of an input of the older version that states the newer one and is otherwise left as it is.
    They are proved from schemas and rules; where no proof is found, a change is INCOMPATIBLE. Words are not understood:
    a change that a person has to read says so in ``review``, and so does one of a keyword of JSON Schema that nothing
    here understands.

    Raises:
        KeyError, ValueError: The tree of a rule has a part that no version known here has.
    """
    datasets = [*_changed_datasets(old, new), *_unstated(old, new)]
    changes = [*datasets, *Requirements(old, new).changes(), *changed_metrics(old, new)]
    return tuple(changes if _refuses_every_misshapen_value(old) else map(_doubted, changes))


def _changed_datasets(old: Standard, new: Standard) -> Iterator[Change]:
    return changed_parts(
        "dataset",
        old.datasets,
        new.datasets,
        changed_dataset,
        gone="There is nothing that its inputs could conform to.",
        added="No input of the older version is of it.",
    )


def _unstated(old: Standard, new: Standard) -> Iterator[Change]:
    """Datasets whose records can state the older version, and cannot state the newer one."""
    for name, dataset in old.datasets.items():
        if name in new.datasets and states(dataset, old.version) and not states(new.datasets[name], new.version):
            what = f"{new.version} is not among its values"
            why = "Inputs that state the newer version have a value that is not listed."
            yield Change(Compatibility.INCOMPATIBLE, f"{name}.{VERSION}", "value", Action.REMOVED, what, why)


def _refuses_every_misshapen_value(standard: Standard) -> bool:
    """Whether an input with a malformed value or an unknown column conforms to no profile."""
    shapes = [each for each in standard.requirements if isinstance(each.check, Schema)]
    return all(each.keyword is Keyword.MUST and each.profile is Profile.METERING for each in shapes)


def _doubted(change: Change) -> Change:
    """The change where inputs of the older version may hold malformed values, over which its rules passed."""
    if change.compatibility is Compatibility.COMPATIBLE and change.action in _EXPOSING:
        why = "The older version lets malformed values pass, and rules that passed over them may not any more."
        return replace(change, compatibility=Compatibility.INCOMPATIBLE, why=why)
    return change


def is_permitted(old: str, new: str, changes: Iterable[Change]) -> bool:
    """Whether a version may bear its name, given the published version before it and the differences of the two.

    A patch mends: it is compatible, and neither adds nor removes anything. A minor version is compatible. A major one
    may differ in any way. A draft is held to what the version that it becomes is held to.

    Raises:
        ValueError: A name is none.
    """
    before, now = VersionName.parse(old), VersionName.parse(new)
    listed = list(changes)
    if now <= before:
        return False
    if now.major != before.major:
        return True
    if compatibility_of(listed) is not Compatibility.COMPATIBLE:
        return False
    return now.minor != before.minor or not any(
        each.action in {Action.ADDED, Action.REMOVED, Action.RENAMED} for each in listed
    )
