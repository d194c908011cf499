"""Price record: one price: what one block of a meter costs, for what, within which bounds, and when.

Generated from ``schemas/1.0/price.schema.json`` by ``python tools/generate_models.py``; never edited by hand.
"""

from typing import Annotated, ClassVar

from opentokenomics.models._base import Record
from opentokenomics.models._constraints import Whole
from opentokenomics.models._types import (
    AiService,
    ContextPriceScope,
    Currency,
    CustomColumns,
    DaysOfWeek,
    Identifier,
    Link,
    Meter,
    PriceKind,
    ProcessingTier,
    Quantity,
    QuantityTierPeriod,
    RegionScope,
    SpecVersion,
    Text,
    TimeOfDay,
    Timestamp,
    TokenCacheAction,
    TokenDirection,
    TokenModality,
    TokenRole,
    UnitPrice,
)


class PriceRecord(Record):
    """One price: what one block of a meter costs, for what, within which bounds, and when."""

    __pydantic_extra__: CustomColumns

    dataset: ClassVar[str] = "price"

    # Identity

    spec_version: SpecVersion | None = None
    """Version of this standard that the record follows. One input states one version."""

    price_id: Identifier
    """Identifier of this price, unique in the input; a price that changes gets another one. Required."""

    service_provider_name: Text
    """The party whose service is priced, named as in the usage that it prices. Required. In FOCUS:
    ``ServiceProviderName``.
    """

    # Subject

    canonical_model_id: Text | None = None
    """The model under the one name that joins usage, cost, price and evaluation data."""

    ai_service: AiService | None = None
    """What kind of AI service is priced."""

    meter: Meter
    """What is counted. Required."""

    meter_variant: Text | None = None
    """A verbatim refinement of the meter, such as an image size or a search context size."""

    processing_tier: ProcessingTier | None = None
    """The processing tier that the price is for."""

    processing_tier_reported: Text | None = None
    """The tier in the provider's own words, verbatim, where ``processing_tier`` does not tell tiers apart."""

    token_direction: TokenDirection | None = None
    """Whether the tokens go into the model or come out of it. In FOCUS: ``TokenDirection``."""

    token_cache_action: TokenCacheAction | None = None
    """What the prompt cache does with input tokens. In FOCUS: ``TokenCacheAction``."""

    token_cache_ttl_seconds: Annotated[int, Whole(1, 1_000_000_000)] | None = None
    """Time-to-live of the cache entry that is written, in seconds."""

    token_modality: TokenModality | None = None
    """What the tokens encode."""

    token_role: TokenRole | None = None
    """The part that the tokens play in the invocation."""

    region_id: Text | None = None
    """The provider's identifier of the region. In FOCUS: ``RegionId``."""

    region_scope: RegionScope | None = None
    """How far requests may be routed under this price."""

    # Ranges

    minimum_context_tokens: Annotated[int, Whole(0, 1_000_000_000_000)] | None = None
    """Lower bound, inclusive, of the request's total input, cached tokens included, for which the price applies."""

    maximum_context_tokens: Annotated[int, Whole(1, 1_000_000_000_000)] | None = None
    """Upper bound, exclusive, of the request's total input, cached tokens included, for which the price applies."""

    context_price_scope: ContextPriceScope | None = None
    """Whether a request inside the context bounds has this price as a whole, or only for its tokens within them."""

    quantity_tier_minimum: Quantity | None = None
    """Lower bound, inclusive, of what was consumed earlier in the tier's period, in the unit of the meter."""

    quantity_tier_maximum: Quantity | None = None
    """Upper bound, exclusive, of what was consumed earlier in the tier's period, in the unit of the meter."""

    quantity_tier_period: QuantityTierPeriod | None = None
    """The period in UTC after which quantity tiers start anew; once: never."""

    # Time

    days_of_week: DaysOfWeek | None = None
    """The days in UTC on which the price applies; a window that crosses midnight belongs to the day on which it begins.
    """

    window_start_utc: TimeOfDay | None = None
    """Time of day, inclusive, from which the price applies."""

    window_end_utc: TimeOfDay | None = None
    """Time of day, exclusive, until which the price applies; before the start, it is on the next day."""

    effective_from: Timestamp
    """The first instant at which the price applies. Required."""

    effective_to: Timestamp | None = None
    """The first instant at which the price no longer applies."""

    # Price

    price_kind: PriceKind
    """Whether the price is published or agreed in a contract. Required."""

    contract_id: Identifier | None = None
    """The contract in which the price is agreed."""

    unit_price: UnitPrice
    """Price of one pricing unit, in ``pricing_currency``. Required."""

    pricing_unit: Text
    """The unit that the price is for: the unit of the meter, after the block size where that is not 1. Required. In
    FOCUS: ``PricingUnit``.
    """

    pricing_block_size: Annotated[int, Whole(1, 1_000_000_000_000)]
    """How many units of the meter one pricing unit holds. Required."""

    pricing_currency: Currency
    """The currency of the price. Required. In FOCUS: ``PricingCurrency``."""

    minimum_billable_quantity: Quantity | None = None
    """The least quantity that is billed for one record, in the unit of the meter."""

    source_url: Link | None = None
    """Where the price is published."""

    verified_at: Timestamp | None = None
    """When the price was last compared with its source."""
