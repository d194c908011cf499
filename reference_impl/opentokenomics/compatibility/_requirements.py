"""Differences of the requirements of two versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field

from opentokenomics.compatibility._change import Action, Change, Compatibility
from opentokenomics.compatibility._checks import View, admits, is_idle
from opentokenomics.compatibility._columns import renaming_of
from opentokenomics.compatibility._plain import Renaming, plain
from opentokenomics.standard import Check, Excluded, Keyword, Requirement, Row, Standard

_WORDS = "What is checked is the same."
_FEWER = "Every input that kept it still does."
_MORE = "Inputs that kept it may violate it now."


@dataclass(frozen=True)
class Requirements:
    """Compares the requirements of two versions."""

    old: Standard
    new: Standard
    before: View = field(init=False)
    """What the older version's records hold, in the newer one's names."""
    now: View = field(init=False)
    """The other way round."""

    def __post_init__(self) -> None:
        shared = [name for name in self.old.datasets if name in self.new.datasets]
        names = {name: renaming_of(self.old.datasets[name], self.new.datasets[name]) for name in shared}
        object.__setattr__(self, "before", View.of(self.old, names))
        object.__setattr__(self, "now", View.of(self.new, {name: each.inverse for name, each in names.items()}))

    def changes(self) -> Iterator[Change]:
        """The differences, in the order of the older version; added requirements last."""
        newer = {each.id: each for each in self.new.requirements}
        known = {each.id for each in self.old.requirements}
        for each in self.old.requirements:
            if each.id not in newer:
                yield Change(
                    Compatibility.COMPATIBLE, each.id, "requirement", Action.REMOVED, "it is gone", _FEWER, review=True
                )
            elif self._is_reused(each, newer[each.id]):
                what = f"it was about {_subject(each)} and is about {_subject(newer[each.id])}"
                why = "An identifier is never used again for something else."
                yield Change(Compatibility.INCOMPATIBLE, each.id, "requirement", Action.REPLACED, what, why)
            else:
                yield from self._changed(each, newer[each.id])
        yield from (self._added(each) for each in self.new.requirements if each.id not in known)

    def _added(self, new: Requirement) -> Change:
        what = f"a requirement with the keyword {new.keyword} is new"
        compatibility, why = Compatibility.COMPATIBLE, self._reason_to_pass(new)
        if why is None:
            compatibility, why = Compatibility.INCOMPATIBLE, "Inputs of the older version may violate it."
        return Change(compatibility, new.id, "requirement", Action.ADDED, what, why)

    def _reason_to_pass(self, new: Requirement) -> str | None:
        if not new.binds_inputs:
            return "It binds those who validate; no input is judged otherwise."
        if new.keyword is Keyword.SHOULD:
            return "A violation is a warning."
        if all(self._passes_over(new, dataset) for dataset in self._datasets(new)):
            return "No input of the older version has what it is about."
        return None

    def _passes_over(self, new: Requirement, dataset: str) -> bool:
        """Whether no record of a dataset of the older version can violate a requirement of the newer one."""
        if isinstance(new.check, Excluded):
            return bool(new.columns) and self.before.domain(dataset).keys().isdisjoint(new.columns)
        return is_idle(new.check, dataset, self.before)

    def _datasets(self, requirement: Requirement) -> list[str]:
        """The datasets of the older version that a requirement of the newer one is applied to."""
        return [name for name in self.old.datasets if requirement.dataset in {None, name}]

    def _changed(self, old: Requirement, new: Requirement) -> Iterator[Change]:
        if old.keyword is not new.keyword:
            yield _directed(new, "keyword", f"it was {old.keyword} and is {new.keyword}", new.keyword is Keyword.SHOULD)
        if old.profile is not new.profile:
            what = f"it began with the profile {old.profile} and begins with {new.profile}"
            yield _directed(new, "profile", what, new.profile.rank > old.profile.rank)
        if old.dataset != new.dataset:
            yield self._moved(old, new)
        elif old.check != new.check and _written(old.check) != _written(new.check):
            yield self._rechecked(old, new)
        elif self._is_left_behind(old, new):
            what = "its check names what has another name now"
            yield Change(Compatibility.INCOMPATIBLE, new.id, "check", Action.CHANGED, what, _MORE)
        if self.before.renaming(old.dataset or "").all_of(old.columns) != new.columns:
            yield _reworded(new, "columns", "it speaks of other columns")
        for aspect in ("statement", "rationale", "fix", "since"):
            if getattr(old, aspect) != getattr(new, aspect):
                yield _reworded(new, aspect, f"its {aspect} changed", review=aspect in {"statement", "since"})

    def _moved(self, old: Requirement, new: Requirement) -> Change:
        what = f"it bound {old.dataset or 'every dataset'} and binds {new.dataset or 'every dataset'}"
        fewer = old.dataset is None and new.dataset is not None
        action = Action.LOOSENED if fewer else Action.TIGHTENED if new.dataset is None else Action.CHANGED
        if fewer and all(admits(new.check, old.check, name, self.before) for name in self._datasets(new)):
            return Change(Compatibility.COMPATIBLE, new.id, "dataset", action, what, _FEWER)
        return Change(Compatibility.INCOMPATIBLE, new.id, "dataset", action, what, _MORE)

    def _rechecked(self, old: Requirement, new: Requirement) -> Change:
        forward, backward = self._directions(old, new)
        action = {(True, False): Action.LOOSENED, (False, True): Action.TIGHTENED}.get(
            (forward, backward), Action.CHANGED
        )
        if not new.binds_inputs or new.keyword is Keyword.SHOULD:
            why = "A violation is a warning." if new.binds_inputs else "It binds those who validate."
            return Change(Compatibility.COMPATIBLE, new.id, "check", action, "its check changed", why)
        if forward:
            return Change(Compatibility.COMPATIBLE, new.id, "check", action, _told(old, new), _FEWER)
        return Change(Compatibility.INCOMPATIBLE, new.id, "check", action, _told(old, new), _MORE)

    def _is_left_behind(self, old: Requirement, new: Requirement) -> bool:
        """Whether a check says what it said, and may be violated once columns or values have their new names."""
        binds = new.binds_inputs and new.keyword is Keyword.MUST
        return binds and any(self.before.renamings.values()) and not self._directions(old, new)[0]

    def _directions(self, old: Requirement, new: Requirement) -> tuple[bool, bool]:
        datasets = [name for name in self._datasets(new) if name in self.new.datasets]
        forward = all(admits(new.check, old.check, name, self.before) for name in datasets)
        backward = all(admits(old.check, new.check, name, self.now) for name in datasets)
        return forward, backward

    def _is_reused(self, old: Requirement, new: Requirement) -> bool:
        """Whether nothing is left of what a requirement was: neither sentence nor subject nor check."""
        former = {self.before.renaming(old.dataset or "").of(name) for name in old.columns}
        return (
            old.statement != new.statement
            and old.check != new.check
            and former.isdisjoint(new.columns)
            and bool(former or new.columns)
            and not any(self._directions(old, new))
        )


def revived_identifiers(history: Sequence[Standard]) -> tuple[str, ...]:
    """Identifiers of the last version that an earlier one had and the one before the last had no more."""
    if not history:
        return ()
    *earlier, last = history
    known = {each.id for standard in earlier for each in standard.requirements}
    recent = {each.id for each in earlier[-1].requirements} if earlier else set[str]()
    return tuple(each.id for each in last.requirements if each.id in known - recent)


def _written(check: Check) -> object:
    """A check as its author wrote it and as it runs: the widths of numbers in its trees follow from the columns."""
    members = asdict(check)
    for name in ("predicate", "where"):
        if members.get(name):
            members[name] = members[name]["sql"], plain(members[name]["tree"], Renaming())
    return type(check), members


def _subject(requirement: Requirement) -> str:
    return ", ".join(requirement.columns) or "no column"


def _told(old: Requirement, new: Requirement) -> str:
    before, now = type(old.check).__name__.lower(), type(new.check).__name__.lower()
    if before != now:
        return f"its check was of kind {before} and is of kind {now}"
    if isinstance(old.check, Row) and isinstance(new.check, Row) and old.check.where == new.check.where:
        return "its predicate changed"
    return "its check changed"


def _directed(new: Requirement, aspect: str, what: str, looser: bool) -> Change:  # noqa: FBT001
    action = Action.LOOSENED if looser else Action.TIGHTENED
    if not new.binds_inputs:
        return Change(Compatibility.COMPATIBLE, new.id, aspect, action, what, "It binds those who validate.")
    if looser:
        return Change(Compatibility.COMPATIBLE, new.id, aspect, action, what, _FEWER)
    if aspect == "profile" and new.keyword is Keyword.SHOULD:
        return Change(Compatibility.COMPATIBLE, new.id, aspect, action, what, "A violation is a warning.")
    return Change(Compatibility.INCOMPATIBLE, new.id, aspect, action, what, _MORE)


def _reworded(new: Requirement, aspect: str, what: str, *, review: bool = False) -> Change:
    return Change(Compatibility.COMPATIBLE, new.id, aspect, Action.REWORDED, what, _WORDS, review)
