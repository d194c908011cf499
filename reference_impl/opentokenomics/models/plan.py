"""Plan record: one plan: what is bought for which fee, what it includes and what it gives up.

Generated from ``schemas/1.0/plan.schema.json`` by ``python tools/generate_models.py``; never edited by hand.
"""

from typing import Annotated, ClassVar

from opentokenomics.models._base import Record
from opentokenomics.models._constraints import Whole
from opentokenomics.models._types import (
    Amount,
    Boolean,
    Currency,
    CustomColumns,
    FeeBasis,
    FeePeriod,
    Identifier,
    IncludedBasis,
    IncludedPeriod,
    Meter,
    PlanKind,
    Quantity,
    SpecVersion,
    Text,
    Timestamp,
)


class PlanRecord(Record):
    """One plan: what is bought for which fee, what it includes and what it gives up."""

    __pydantic_extra__: CustomColumns

    dataset: ClassVar[str] = "plan"

    # Identity

    spec_version: SpecVersion | None = None
    """Version of this standard that the record follows. One input states one version."""

    plan_id: Identifier
    """Identifier of this plan, unique in the input; a plan whose terms change gets another one. Required."""

    service_provider_name: Text
    """The party that offers the plan, named as in the usage that it covers. Required. In FOCUS:
    ``ServiceProviderName``.
    """

    plan_kind: PlanKind
    """What is bought. Required."""

    # Fee

    fee_amount: Amount | None = None
    """What the plan costs in each fee period."""

    fee_currency: Currency | None = None
    """The currency of the fee."""

    fee_period: FeePeriod | None = None
    """How often the fee is due."""

    fee_basis: FeeBasis | None = None
    """Whether the fee is for each seat or for the plan as a whole."""

    seat_count: Annotated[int, Whole(1, 1_000_000_000)] | None = None
    """How many seats are bought."""

    # Allowance

    included_meter: Meter | None = None
    """The meter of which the plan includes a quantity."""

    included_quantity: Quantity | None = None
    """How much the plan includes in each period, in the unit of the meter."""

    included_basis: IncludedBasis | None = None
    """Whether the quantity is for each seat or for the plan as a whole."""

    included_period: IncludedPeriod | None = None
    """The period in UTC after which the included quantity is granted anew; once: never."""

    overage_allowed: Boolean | None = None
    """Whether usage beyond what is included is possible, at a price."""

    # Time

    starts_at: Timestamp
    """The first instant of the plan. Required."""

    ends_at: Timestamp | None = None
    """The first instant after the plan."""

    # Terms

    data_used_for_training: Boolean | None = None
    """Whether the provider may train models on what is sent."""

    retention_days: Annotated[int, Whole(0, 1_000_000)] | None = None
    """How many days the provider keeps what is sent."""

    single_sign_on: Boolean | None = None
    """Whether people can sign in through the buyer's own directory."""

    audit_log_available: Boolean | None = None
    """Whether the buyer can see who did what."""

    data_residency: Text | None = None
    """Where the provider keeps and processes what is sent, in the provider's own words."""

    data_processing_agreement: Boolean | None = None
    """Whether a data processing agreement is part of the plan."""
