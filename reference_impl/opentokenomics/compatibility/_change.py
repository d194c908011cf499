"""One difference of two versions, and what it means for who has inputs of the older one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

_Part = TypeVar("_Part")


class Compatibility(StrEnum):
    """What becomes of an input that conforms to the older version, once it states the newer one.

    COMPATIBLE: it conforms. MIGRATION_COMPATIBLE: a program that knows both versions can rewrite it so that it conforms
    and says the same. INCOMPATIBLE: neither can be promised.
    """

    COMPATIBLE = "compatible"
    MIGRATION_COMPATIBLE = "migration-compatible"
    INCOMPATIBLE = "incompatible"

    @property
    def rank(self) -> int:
        """Position in the order of classes, from the harmless on."""
        return list(Compatibility).index(self)


class Action(StrEnum):
    """What happened to a part of the standard.

    LOOSENED: it admits everything that it admitted, and more. TIGHTENED: the other way round. CHANGED: neither is
    known, or both are true. REPLACED: its identifier now names something else. REWORDED: only words changed.
    """

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    REPLACED = "replaced"
    TIGHTENED = "tightened"
    CHANGED = "changed"
    LOOSENED = "loosened"
    DEPRECATED = "deprecated"
    REVIVED = "revived"
    REWORDED = "reworded"


@dataclass(frozen=True, slots=True)
class Change:
    """A difference of two versions.

    Attributes:
        compatibility: Its class.
        where: The dataset, the column as ``dataset.column``, or the identifier of the requirement.
        aspect: What of it is different, such as ``column``, ``values`` or ``keyword``.
        action: What happened.
        what: The difference, in a few words.
        why: The reason for its class, in one sentence.
        review: Whether a person has to read it, because the meaning may have changed with the words.
    """

    compatibility: Compatibility
    where: str
    aspect: str
    action: Action
    what: str
    why: str
    review: bool = False


def compatibility_of(changes: Iterable[Change]) -> Compatibility:
    """The class of several changes together, which is that of the gravest; of none it is COMPATIBLE."""
    return max((each.compatibility for each in changes), key=lambda each: each.rank, default=Compatibility.COMPATIBLE)


def changed_parts(
    kind: str,
    old: Mapping[str, _Part],
    new: Mapping[str, _Part],
    changed: Callable[[_Part, _Part], Iterator[Change]],
    *,
    gone: str,
    added: str,
) -> Iterator[Change]:
    """The differences of named parts, in the order of the older version; added ones last.

    Args:
        kind: What a part is called.
        old: The parts of the older version.
        new: Those of the newer one.
        changed: The differences of a part that both have.
        gone: Why one that is gone is incompatible.
        added: Why one that is new is compatible.
    """
    for name, before in old.items():
        if name in new:
            yield from changed(before, new[name])
        else:
            what = f"the {kind} {name} is gone"
            yield Change(Compatibility.INCOMPATIBLE, name, kind, Action.REMOVED, what, gone)
    for name in new:
        if name not in old:
            yield Change(Compatibility.COMPATIBLE, name, kind, Action.ADDED, f"the {kind} {name} is new", added)
