"""Usage record: one meter of one subject over one charge period.

Generated from ``schemas/1.0/usage.schema.json`` by ``python tools/generate_models.py``; never edited by hand.
"""

from typing import Annotated, ClassVar

from opentokenomics.models._base import Record
from opentokenomics.models._constraints import Whole
from opentokenomics.models._types import (
    AiService,
    Amount,
    ChargeCategory,
    ChargeClass,
    ChargeFrequency,
    CommitmentDiscountStatus,
    CostCarrier,
    CostSource,
    Currency,
    CustomColumns,
    Identifier,
    MeasurementMethod,
    Meter,
    PricingCategory,
    PricingQuantity,
    PrincipalType,
    ProcessingTier,
    Quantity,
    RecordType,
    RegionScope,
    SpecVersion,
    StringMap,
    Text,
    Timestamp,
    TokenCacheAction,
    TokenDirection,
    TokenModality,
    TokenRole,
    UnitPrice,
)


class UsageRecord(Record):
    """One meter of one subject over one charge period."""

    __pydantic_extra__: CustomColumns

    dataset: ClassVar[str] = "usage"

    # Identity

    spec_version: SpecVersion
    """Version of this standard that the record follows. One input states one version. Required."""

    record_id: Identifier
    """Identifier of this record, unique in the input and stable when the same fact is exported again. Required."""

    record_type: RecordType
    """Whether the record states a fact for the first time, cancels an earlier record, or states the difference to an
    earlier record. Required.
    """

    corrects_record_id: Identifier | None = None
    """The ``record_id`` of the record that a retraction or restatement corrects."""

    source_name: Text
    """Name of the export, interface or system that states the fact. Required."""

    source_record_id: Identifier | None = None
    """The source's own identifier of what the record was made from, verbatim."""

    measurement_method: MeasurementMethod | None = None
    """How the quantity was obtained."""

    # Time

    charge_period_start: Timestamp
    """Start of the period in which the charge was incurred, inclusive. Required. In FOCUS: ``ChargePeriodStart``."""

    charge_period_end: Timestamp
    """End of the period in which the charge was incurred, exclusive. Required. In FOCUS: ``ChargePeriodEnd``."""

    billing_period_start: Timestamp | None = None
    """Start of the period that the invoice covers, inclusive. In FOCUS: ``BillingPeriodStart``."""

    billing_period_end: Timestamp | None = None
    """End of the period that the invoice covers, exclusive. In FOCUS: ``BillingPeriodEnd``."""

    # Parties

    service_provider_name: Text
    """The party whose service was used. Required. In FOCUS: ``ServiceProviderName``."""

    host_provider_name: Text | None = None
    """The party on whose infrastructure the service ran, where the source states it. In FOCUS: ``HostProviderName``."""

    invoice_issuer_name: Text | None = None
    """The party that issues the invoice. In FOCUS: ``InvoiceIssuerName``."""

    billing_account_id: Identifier | None = None
    """The account that is billed. In FOCUS: ``BillingAccountId``."""

    sub_account_id: Identifier | None = None
    """A subdivision of the billing account: project, workspace, subscription. In FOCUS: ``SubAccountId``."""

    invoice_id: Identifier | None = None
    """The invoice on which the amount appears. In FOCUS: ``InvoiceId``."""

    resource_id: Identifier | None = None
    """The resource that was used: a deployment, an inference profile, a vector store. In FOCUS: ``ResourceId``."""

    region_id: Text | None = None
    """The provider's identifier of the region. In FOCUS: ``RegionId``."""

    region_scope: RegionScope | None = None
    """How far requests may be routed under the price that applies."""

    # Service

    ai_service: AiService | None = None
    """What kind of AI service was used."""

    service_name: Text | None = None
    """The service, as its provider names it. In FOCUS: ``ServiceName``."""

    processing_tier: ProcessingTier | None = None
    """The processing tier that was actually used."""

    processing_tier_reported: Text | None = None
    """The tier in the source's own words, verbatim."""

    minimum_context_tokens: Annotated[int, Whole(0, 1_000_000_000_000)] | None = None
    """Lower bound, inclusive, of the context band that sets the price."""

    maximum_context_tokens: Annotated[int, Whole(1, 1_000_000_000_000)] | None = None
    """Upper bound, exclusive, of the context band that sets the price."""

    # Model

    model_id: Text | None = None
    """The model, verbatim as the source names it. In FOCUS: ``ModelId``."""

    canonical_model_id: Text | None = None
    """The model under the one name that joins usage, cost, price and evaluation data."""

    model_developer: Text | None = None
    """The party that developed the model."""

    model_family: Text | None = None
    """The family that the model belongs to."""

    model_version: Text | None = None
    """The version or snapshot of the model."""

    # Meter

    meter: Meter | None = None
    """What is counted."""

    meter_variant: Text | None = None
    """A verbatim refinement of the meter, such as an image size or a search context size."""

    usage_group_id: Identifier | None = None
    """Joins the sibling records of one measured thing: one model invocation, or one vendor bucket and its grouping
    dimensions.
    """

    usage_group_total: Quantity | None = None
    """The source's own total of all tokens of the usage group. It repeats on every token record of the group and is
    never added up.
    """

    token_direction: TokenDirection | None = None
    """Whether the tokens went into the model or came out of it. In FOCUS: ``TokenDirection``."""

    token_cache_action: TokenCacheAction | None = None
    """What the prompt cache did with input tokens. In FOCUS: ``TokenCacheAction``."""

    token_cache_ttl_seconds: Annotated[int, Whole(1, 1_000_000_000)] | None = None
    """Time-to-live of the cache entry that was written, in seconds."""

    token_modality: TokenModality | None = None
    """What the tokens encode."""

    token_role: TokenRole | None = None
    """The part that the tokens play in the invocation."""

    tokenizer_id: Text | None = None
    """The tokenizer that produced the count. Counts of different tokenizers are not comparable."""

    consumed_quantity: Quantity | None = None
    """How much of the meter was consumed, in ``consumed_unit``. In FOCUS: ``ConsumedQuantity``."""

    consumed_unit: Text | None = None
    """The unit of ``consumed_quantity``; each meter has one. In FOCUS: ``ConsumedUnit``."""

    source_counters: StringMap | None = None
    """The source's own counters, verbatim. They may overlap and are never added up."""

    # Cost

    cost_carrier: CostCarrier | None = None
    """Where the amount of this record is: on this record, on another one, in the fee of a plan, nowhere because it is
    free, or unknown. Required by the profile ``cost``.
    """

    charge_category: ChargeCategory
    """The nature of the charge. Required. In FOCUS: ``ChargeCategory``."""

    charge_class: ChargeClass | None = None
    """States that the record corrects an earlier, closed billing period. In FOCUS: ``ChargeClass``."""

    charge_frequency: ChargeFrequency | None = None
    """How often the charge occurs. In FOCUS: ``ChargeFrequency``."""

    charge_description: Text | None = None
    """The charge in the source's own words. In FOCUS: ``ChargeDescription``."""

    pricing_category: PricingCategory | None = None
    """The pricing model that applied. In FOCUS: ``PricingCategory``."""

    pricing_quantity: PricingQuantity | None = None
    """The quantity that was priced, in ``pricing_unit``. In FOCUS: ``PricingQuantity``."""

    pricing_unit: Text | None = None
    """The unit that unit prices are for. In FOCUS: ``PricingUnit``."""

    pricing_block_size: Annotated[int, Whole(1, 1_000_000_000_000)] | None = None
    """How many consumed units one pricing unit holds."""

    list_unit_price: UnitPrice | None = None
    """Published price of one pricing unit, before any discount, in ``billing_currency``. In FOCUS: ``ListUnitPrice``.
    """

    contracted_unit_price: UnitPrice | None = None
    """Agreed price of one pricing unit, in ``billing_currency``. In FOCUS: ``ContractedUnitPrice``."""

    list_cost: Amount | None = None
    """The quantity at the list unit price, in ``billing_currency``. In FOCUS: ``ListCost``."""

    contracted_cost: Amount | None = None
    """The quantity at the contracted unit price, in ``billing_currency``. In FOCUS: ``ContractedCost``."""

    billed_cost: Amount | None = None
    """The amount on the invoice, in ``billing_currency``. Zero where nothing was invoiced for this record. In FOCUS:
    ``BilledCost``.
    """

    effective_cost: Amount | None = None
    """The amortised cost after all discounts and commitments, in ``billing_currency``. In FOCUS: ``EffectiveCost``."""

    billing_currency: Currency | None = None
    """The currency of every amount and unit price of the record. In FOCUS: ``BillingCurrency``."""

    pricing_currency: Currency | None = None
    """The currency in which the provider sets the price, where it differs. In FOCUS: ``PricingCurrency``."""

    cost_source: CostSource | None = None
    """Where billed and effective cost come from."""

    sku_id: Identifier | None = None
    """The provider's identifier of what was sold. In FOCUS: ``SkuId``."""

    sku_meter: Text | None = None
    """The provider's name of what the SKU measures. In FOCUS: ``SkuMeter``."""

    sku_price_id: Identifier | None = None
    """The provider's identifier of the price that applied. In FOCUS: ``SkuPriceId``."""

    price_id: Identifier | None = None
    """The price record that applied."""

    plan_id: Identifier | None = None
    """The plan whose fee or allowance covers the record."""

    commitment_discount_id: Identifier | None = None
    """The commitment that the record draws on. In FOCUS: ``CommitmentDiscountId``."""

    commitment_discount_status: CommitmentDiscountStatus | None = None
    """Whether the record is the used or the unused part of the commitment. In FOCUS: ``CommitmentDiscountStatus``."""

    # Attribution

    principal_id: Identifier | None = None
    """Opaque identifier of the person, service account or agent that caused the usage. In FOCUS: ``PrincipalId``."""

    principal_type: PrincipalType | None = None
    """What kind of principal it is."""

    credential_id: Identifier | None = None
    """Opaque identifier of the credential that was used."""

    team: Text | None = None
    """The team to which the usage is attributed."""

    application: Text | None = None
    """The application that made the request."""

    environment: Text | None = None
    """The environment, such as production or test."""

    workflow: Text | None = None
    """The workflow that the usage served."""

    run_id: Identifier | None = None
    """One run of a workflow or an agent."""

    step_id: Identifier | None = None
    """The step of the run."""

    attempt: Annotated[int, Whole(1, 1_000_000_000)] | None = None
    """Number of the attempt, from 1."""

    invocation_id: Identifier | None = None
    """One model invocation or tool call."""

    outcome_id: Identifier | None = None
    """The outcome that the usage contributed to."""

    tags: StringMap | None = None
    """Key-value pairs set by the customer. In FOCUS: ``Tags``."""
