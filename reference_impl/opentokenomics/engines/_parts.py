"""What was found in the inputs, dataset by dataset, before it becomes a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from opentokenomics.engines.duckdb import Finding
from opentokenomics.readers import Reader, Tallied, Tally
from opentokenomics.standard import Dataset, Profile, Requirement


@dataclass(frozen=True, slots=True)
class Input:
    """One input that was read.

    Attributes:
        name: What messages and reports call it.
        rows: How many rows it has.
        tally: What was found while it was read.
        reader: What looks its rows up again, where there is something to look up.
    """

    name: str
    rows: int
    tally: Tally
    reader: Reader | None = None


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A statement that was computed again.

    Attributes:
        row: Its 1-based row.
        column: The column that says something else; None where it says the same.
        detail: What is wrong with it, without any value.
    """

    row: int
    column: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What was found in the inputs of one dataset.

    Attributes:
        dataset: The dataset.
        inputs: What was read.
        findings: What the engine found.
        place: Gives the input and the 1-based row of a finding's row.
        may_be_empty: Whether a manifest says how many rows there are.
    """

    dataset: Dataset
    inputs: Sequence[Input]
    findings: list[Finding]
    place: Callable[[int], tuple[int, int]]
    may_be_empty: bool = False

    @property
    def rows(self) -> int:
        """The rows of all inputs."""
        return sum(each.rows for each in self.inputs)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a manifest claims to meet. Whether it does is known once everything else has been judged.

    Attributes:
        profile: The profile that it claims.
        requirement: The requirement that it is met.
        tally: Where to count.
    """

    profile: Profile
    requirement: Requirement
    tally: Tally

    def settle(self, *, is_met: bool) -> None:
        """Counts the requirement as judged, and as violated where the claim is not met."""
        self.tally.evaluated[self.requirement.id] += 1
        if not is_met:
            self.tally.add(Tallied(self.requirement.id, column=self.requirement.columns[0], value=self.profile.value))
