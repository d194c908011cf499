"""Hypothesis strategies of records and datasets, valid ones and ones that break one requirement.

They are what the laws of the suite are tried on, and are meant for the tests of tool builders as well:

    from hypothesis import given
    from opentokenomics_conformance import strategies

    @given(strategies.mutated_datasets("OTS-USG-001"))
    def test_my_validator_finds_repeated_records(sample):
        assert my_validator(sample.records["usage"]) == [sample.requirement.id]

What fails is made smaller down to the few records that it takes: a sample is cut between records that belong together,
so that what is left still keeps every requirement but the one that is broken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import strategies as st

from opentokenomics.errors import UnsupportedError
from opentokenomics.generate import BrokenExport, generate
from opentokenomics.generate.defects import DEFECTS
from opentokenomics.standard import Keyword, Profile, References, Requirement, Row, Schema, load

__all__ = ["DATASETS", "Sample", "breakable", "mutated_datasets", "samples", "valid_datasets", "valid_records"]

Record = Mapping[str, Any]

DATASETS: Sequence[str] = tuple(DEFECTS)
"""The datasets that there are strategies for: all but the manifest, which is not made of records."""

_MOST_RECORDS = 30
_MANY_RECORDS = 600
"""Among so many records are those that lend themselves to any defect."""
_REWORK = "rework_of_outcome_id"
_SEEDS = st.integers(0, 2**32 - 1)
_BY_ITSELF = (Profile.METERING, Profile.COST)
_PROFILES: Mapping[str, Sequence[Profile]] = {
    name: (*_BY_ITSELF, Profile.ATTRIBUTION) if name == "usage" else _BY_ITSELF for name in DEFECTS
}
"""The profiles that a dataset can be held to by itself; from ``attribution`` on, one without usage is incomplete."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Datasets of which it is known, by how they were made, which requirement they break.

    Attributes:
        profile: The profile to hold them to.
        dataset: The dataset that the sample is about; the others are what it refers to.
        records: For each dataset its records, ready for JSON.
        requirement: The one requirement that is broken; None where all are kept.
    """

    profile: Profile
    dataset: str
    records: Mapping[str, Sequence[Record]]
    requirement: Requirement | None = None

    @property
    def is_conformant(self) -> bool:
        """Whether a validator accepts it: a requirement with SHOULD may be broken."""
        return self.requirement is None or self.requirement.keyword is Keyword.SHOULD


@cache
def breakable(dataset: str | None = None) -> Sequence[str]:
    """Identifiers of the requirements that can be broken in records, in order.

    Those that are broken in bytes alone (an encoding, a name that occurs twice), those of manifests, and those of a
    profile that asks for further datasets are not among them.

    Args:
        dataset: Those that can be broken in this dataset; those of any dataset unless given.
    """
    standard = load()
    return sorted(
        {
            each
            for name, profiles in _PROFILES.items()
            if dataset in {None, name}
            for each, defect in DEFECTS[name].items()
            if defect.fault is None and standard.requirement(each).profile.rank <= profiles[-1].rank
        }
    )


def valid_records(dataset: str = "usage", profile: Profile | None = None) -> st.SearchStrategy[Record]:
    """Records that keep every requirement that can be told from a single record.

    Args:
        dataset: One of ``DATASETS``.
        profile: The profile that they meet; any up to ``attribution`` unless given.
    """
    return valid_datasets(dataset, profile).flatmap(lambda sample: st.sampled_from(sample.records[dataset]))


@st.composite
def valid_datasets(
    draw: st.DrawFn, dataset: str = "usage", profile: Profile | None = None, most: int = _MOST_RECORDS
) -> Sample:
    """Datasets of one record or more that keep every requirement of their profile.

    Args:
        draw: Hypothesis gives it.
        dataset: One of ``DATASETS``.
        profile: The profile that they meet; any up to ``attribution`` unless given.
        most: No dataset has more records.
    """
    chosen = profile or draw(st.sampled_from(_PROFILES[dataset]))
    records = list(generate(draw(st.integers(1, most)), draw(_SEEDS), chosen, dataset))
    parts = _belonging_together(records, dataset)
    kept = draw(st.lists(st.integers(0, len(parts) - 1), min_size=1, max_size=len(parts), unique=True))
    return Sample(chosen, dataset, {dataset: _of_parts(records, [parts[each] for each in kept])})


@st.composite
def mutated_datasets(draw: st.DrawFn, requirement: str | None = None, dataset: str | None = None) -> Sample:
    """Datasets that break one requirement and keep every other one of their profile.

    Where it takes the prices, plans, outcomes or definitions that records name to see it, these are given as well.

    Args:
        draw: Hypothesis gives it.
        requirement: The identifier of what to break, one of ``breakable()``; any unless given.
        dataset: The dataset to break it in; the requirement's own unless given, or any that can break it.
    """
    identifier = requirement or draw(st.sampled_from(breakable(dataset)))
    rule = load().requirement(identifier)
    places = [name for name in _PROFILES if identifier in DEFECTS[name] and dataset in {None, name}]
    place = draw(st.sampled_from(places))
    profile = draw(st.sampled_from([each for each in _PROFILES[place] if each.rank >= rule.profile.rank]))
    rows, seed = draw(st.integers(1, _MOST_RECORDS)), draw(_SEEDS)
    records, blamed = _broken(rows, seed, profile, rule, place)
    parts = _belonging_together(records, place)
    needed = {0} if blamed is None else {blamed}
    if blamed is not None and not isinstance(rule.check, Row | Schema):
        # What is wrong between records is so between this one and the one before it, or the first one.
        needed |= {0, max(blamed - 1, 0)}
    wanted = [part for part in parts if needed & set(part)]
    others = [part for part in parts if part not in wanted]
    more = draw(st.lists(st.sampled_from(others), unique_by=min)) if others else []
    given = {place: _of_parts(records, [*wanted, *more])}
    if isinstance(rule.check, References) and rule.check.to_dataset not in {None, place}:
        given[rule.check.to_dataset] = _named_by(given[place], rule.check.to_dataset, seed, profile)
    return Sample(profile, place, given, rule)


def samples(dataset: str | None = None) -> st.SearchStrategy[Sample]:
    """Datasets, valid ones as often as ones that break a requirement.

    Args:
        dataset: What they are about; any of ``DATASETS`` unless given.
    """
    valid = st.sampled_from(DATASETS).flatmap(valid_datasets) if dataset is None else valid_datasets(dataset)
    return st.one_of(valid, mutated_datasets(dataset=dataset))


def _broken(rows: int, seed: int, profile: Profile, rule: Requirement, dataset: str) -> tuple[list[Record], int | None]:
    """An export with a defect, and the index of the record to blame; a longer export where so short a one has none."""
    try:
        return _taken(BrokenExport(rows, seed, profile, rule, dataset))
    except UnsupportedError:
        return _taken(BrokenExport(_MANY_RECORDS, seed, profile, rule, dataset))


def _taken(export: BrokenExport) -> tuple[list[Record], int | None]:
    records: list[Record] = list(export.records())
    row = None if export.place is None else export.place.row
    return records, None if row is None else row - 1


def _belonging_together(records: Sequence[Record], dataset: str) -> list[list[int]]:
    """The indexes of the records, those together that are of one usage group, or correct or repeat one another."""
    parts: dict[int, list[int]] = {}
    of_name: dict[object, int] = {}
    for index, record in enumerate(records):
        names = _names(record, dataset)
        first, *rest = sorted({of_name[name] for name in names if name in of_name}) or [index]
        joined = [*parts.pop(first, []), *(each for part in rest for each in parts.pop(part)), index]
        parts[first] = joined
        of_name.update({name: first for name, part in of_name.items() if part in rest} | dict.fromkeys(names, first))
    return [sorted(part) for part in parts.values()]


def _names(record: Record, dataset: str) -> list[object]:
    """What a record shares with those that it belongs together with."""
    named = [(kind, *(str(record.get(column)) for column in columns)) for kind, columns in _LINKS[dataset]]
    return [name for name in named if name[1] != "None"]


_LINKS: Mapping[str, Sequence[tuple[str, Sequence[str]]]] = {
    "usage": (
        ("record", ["record_id"]),
        ("record", ["corrects_record_id"]),
        ("group", ["usage_group_id"]),
    ),
    "price": (
        ("price", ["price_id"]),
        # Tiers and bands of context leave no gap between the prices of one thing.
        ("thing", ["service_provider_name", "canonical_model_id", "meter"]),
    ),
    "plan": (("plan", ["plan_id"]),),
    "outcome_definition": (("definition", ["outcome_definition_id", "version"]),),
    "outcome": (("outcome", ["outcome_id"]), ("outcome", [_REWORK])),
    "evaluation": (("evaluation", ["evaluation_id"]),),
    "statement": (("statement", ["statement_id"]),),
}
"""For each dataset the columns whose values tie records together."""


def _of_parts(records: Sequence[Record], parts: Sequence[Sequence[int]]) -> list[Record]:
    return [records[index] for index in sorted(index for part in parts for index in part)]


def _named_by(records: Sequence[Record], dataset: str, seed: int, profile: Profile) -> list[Record]:
    """What records name in another dataset, and one record in any case, since an empty dataset is none."""
    if dataset == "outcome":
        return _outcomes_of(records, seed, profile)
    ours, theirs = _NAMED_ELSEWHERE[dataset]
    named = {tuple(record.get(column) for column in ours) for record in records}
    known: list[Record] = list(generate(_LISTED, 2, Profile.ATTRIBUTION, dataset))
    return [each for each in known if tuple(each[column] for column in theirs) in named] or known[:1]


_NAMED_ELSEWHERE = {
    "price": (["price_id"], ["price_id"]),
    "plan": (["plan_id"], ["plan_id"]),
    "outcome_definition": (
        ["outcome_definition_id", "outcome_definition_version"],
        ["outcome_definition_id", "version"],
    ),
}
"""The columns that name a record of another dataset, and those that they name it by."""
_LISTED = 240
"""Among so many prices, plans and definitions are all that made-up records name."""


def _outcomes_of(records: Sequence[Record], seed: int, profile: Profile) -> list[Record]:
    """The outcomes that usage names, as if nobody did them again; one that is pending where there are none of them."""
    named = {record.get("outcome_id") for record in records}
    known: list[Record] = [
        {name: "rejected" if value == "reworked" else value for name, value in each.items() if name != _REWORK}
        for each in generate(len(records) + _MOST_RECORDS, seed, profile, "outcome")
    ]
    pending = [each for each in known if each["status"] == "pending"]
    return [each for each in known if each["outcome_id"] in named] or pending[:1] or known[:1]
