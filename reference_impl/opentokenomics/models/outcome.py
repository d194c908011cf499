"""Outcome record: one result that somebody wanted, accepted or not.

Generated from ``schemas/1.0/outcome.schema.json`` by ``python tools/generate_models.py``; never edited by hand.
"""

from typing import Annotated, ClassVar

from opentokenomics.models._base import Record
from opentokenomics.models._constraints import Whole
from opentokenomics.models._types import (
    Amount,
    Currency,
    CustomColumns,
    Identifier,
    SpecVersion,
    Status,
    StringMap,
    Text,
    Timestamp,
    ValueMethod,
)


class OutcomeRecord(Record):
    """One result that somebody wanted, accepted or not."""

    __pydantic_extra__: CustomColumns

    dataset: ClassVar[str] = "outcome"

    # Identity

    spec_version: SpecVersion | None = None
    """Version of this standard that the record follows. One input states one version."""

    outcome_id: Identifier
    """Identifier of the outcome, unique in the input; usage that contributed to it names it. Required."""

    outcome_definition_id: Identifier
    """The definition by which it is accepted or not. Required."""

    outcome_definition_version: Text
    """The version of that definition. Required."""

    # State

    status: Status
    """How it ended. Required."""

    started_at: Timestamp | None = None
    """When work on it began."""

    completed_at: Timestamp | None = None
    """When it was accepted, or was given up, or was handed on."""

    rework_of_outcome_id: Identifier | None = None
    """The outcome that it does again, which was not good enough."""

    decided_by: Identifier | None = None
    """Opaque identifier of who decided about the status: a person, a service account or an agent."""

    # Segment

    workflow: Text | None = None
    """The workflow that it is a result of."""

    team: Text | None = None
    """The team whose result it is."""

    principal_id: Identifier | None = None
    """Opaque identifier of the person, service account or agent that wanted it. In FOCUS: ``PrincipalId``."""

    tags: StringMap | None = None
    """Key-value pairs that tell segments apart. In FOCUS: ``Tags``."""

    # Worth

    human_seconds: Annotated[int, Whole(0, 1_000_000_000_000)] | None = None
    """Time that people spent on it: correction and review."""

    human_cost: Amount | None = None
    """What that time cost, in ``currency``."""

    value_amount: Amount | None = None
    """What it is worth, in ``currency``."""

    currency: Currency | None = None
    """The currency of the amounts of this record."""

    value_method: ValueMethod | None = None
    """How that worth was found."""
