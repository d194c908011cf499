"""Outcome definition record: one version of what counts as an accepted result, and what it costs without AI.

Generated from ``schemas/1.0/outcome_definition.schema.json`` by ``python tools/generate_models.py``; never edited by
hand.
"""

from typing import ClassVar

from opentokenomics.models._base import Record
from opentokenomics.models._types import (
    Amount,
    BaselineKind,
    Currency,
    CustomColumns,
    Identifier,
    SpecVersion,
    Text,
)


class OutcomeDefinitionRecord(Record):
    """One version of what counts as an accepted result, and what it costs without AI."""

    __pydantic_extra__: CustomColumns

    dataset: ClassVar[str] = "outcome_definition"

    # Identity

    spec_version: SpecVersion | None = None
    """Version of this standard that the record follows. One input states one version."""

    outcome_definition_id: Identifier
    """Identifier of the definition; every version of it keeps it. Required."""

    version: Text
    """Version of the definition; criteria or amounts that change get another one. Required."""

    # Meaning

    unit_name: Text
    """What one outcome is, in the words of the business. Required."""

    acceptance_criteria: Text
    """What makes an outcome accepted, so that two people who read it decide alike. Required."""

    # Baseline

    baseline_kind: BaselineKind | None = None
    """Who does the same work without AI."""

    baseline_unit_cost: Amount | None = None
    """What one accepted outcome costs that way, in ``baseline_currency``."""

    baseline_currency: Currency | None = None
    """The currency of the amounts of this record."""

    review_unit_cost: Amount | None = None
    """What it costs to review one outcome of AI, accepted or not."""

    failure_loss: Amount | None = None
    """What is lost with an outcome that is wrong and was not noticed, beside what it cost."""
