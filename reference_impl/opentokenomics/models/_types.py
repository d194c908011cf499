"""Types of the values that columns hold.

Generated from the schemas in ``schemas/1.0`` by ``python tools/generate_models.py``; never edited by hand.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from opentokenomics.models._constraints import (
    Code,
    CustomName,
    Digits,
    Instant,
    JsonValue,
    Members,
    Names,
    Opaque,
    TextMap,
    Truth,
)

_CURRENCIES = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL
HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD
USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XUA YER ZAR
ZMW ZWG
"""

Amount = Annotated[Decimal, Digits(14, 18)]
"""An exact decimal with at most 14 digits before and 18 after the point."""

Boolean = Annotated[bool, Truth()]
"""True or false."""

Currency = Annotated[str, Code(frozenset(_CURRENCIES.split()), r"^x_[a-z0-9_]{1,60}$")]
"""An ISO 4217 code, or a virtual currency declared by the prefix ``x_``."""

DaysOfWeek = Annotated[
    tuple[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], ...],
    Members(),
]
"""Different values of ``days_of_week``, at least one."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 digest as 64 hexadecimal digits in lower case."""

FilePath = Annotated[
    str,
    StringConstraints(max_length=1024),
    StringConstraints(
        pattern=r"^[^./\\: \u0000-\u001f\u007f-\u009f](?:[^/\\:\u0000-\u001f\u007f-\u009f]*[^./\\: \u0000-\u001f\u007f"
        r"-\u009f])?(?:/[^./\\: \u0000-\u001f\u007f-\u009f](?:[^/\\:\u0000-\u001f\u007f-\u009f]*[^./\\: \u0000"
        r"-\u001f\u007f-\u009f])?)*$"
    ),
]
"""A path of at most 1,024 code points, relative to the file that states it, with single forward slashes."""

GroupedBy = Annotated[tuple[str, ...], Names(r"^[a-z][A-Za-z0-9_]{0,127}$")]
"""Different values of ``grouped_by``, at least one."""

Identifier = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4096),
    Opaque(r"[A-Za-z0-9._%+-]@[A-Za-z0-9-]+(?:[.][A-Za-z0-9-]+)*[.][A-Za-z]{2,}"),
]
"""A text that holds no e-mail address."""

Link = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4096),
    StringConstraints(pattern=r"^https://[A-Za-z0-9-]+(?:[.][A-Za-z0-9-]+)*(?::[0-9]{1,5})?(?:[/?#][!-~]*)?$"),
]
"""An absolute https URL in ASCII, without user name or password."""

PricingQuantity = Annotated[Decimal, Digits(12, 6)]
"""An exact decimal with at most 12 digits before and 6 after the point."""

Quantity = Annotated[Decimal, Digits(18, 6)]
"""An exact decimal with at most 18 digits before and 6 after the point."""

StringMap = Annotated[Mapping[str, str], TextMap()]
"""An immutable mapping of strings to strings."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=4096)]
"""A text of 1 to 4096 code points."""

TimeOfDay = Annotated[str, StringConstraints(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$")]
"""Hour and minute of a day in UTC, from 00:00 to 23:59."""

Timestamp = Annotated[
    datetime,
    Instant(
        r"^(?:(?:19[7-9][0-9]|[2-9][0-9]{3})-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|"
        r"[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:19(?:7[26]|8[048]|9[26])|[2-9][0-9](?:0[48]|[2468][048]|[13579"
        r"][26])|(?:[2468][048]|[3579][26])00)-02-29)T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,6})?Z$"
    ),
]
"""An aware instant in UTC."""

UnitPrice = Annotated[Decimal, Digits(7, 12)]
"""An exact decimal with at most 7 digits before and 12 after the point."""

AiService = Literal[
    "inference",
    "embedding",
    "reranking",
    "moderation",
    "image_generation",
    "video_generation",
    "speech_to_text",
    "text_to_speech",
    "document_processing",
    "fine_tuning",
    "tool",
    "storage",
    "capacity",
    "seat",
    "platform_fee",
    "other",
]
"""Values of ``ai_service``."""

BaselineKind = Literal["outsourced", "internal_labor", "none"]
"""Values of ``baseline_kind``."""

ChargeCategory = Literal["usage", "purchase", "credit", "tax", "adjustment"]
"""Values of ``charge_category``."""

ChargeClass = Literal["correction"]
"""Values of ``charge_class``."""

ChargeFrequency = Literal["usage_based", "recurring", "one_time"]
"""Values of ``charge_frequency``."""

CommitmentDiscountStatus = Literal["used", "unused"]
"""Values of ``commitment_discount_status``."""

ContextPriceScope = Literal["whole_request", "marginal"]
"""Values of ``context_price_scope``."""

CostCarrier = Literal["this_row", "other_row", "plan", "none", "unknown"]
"""Values of ``cost_carrier``."""

CostColumn = Literal["billed_cost", "effective_cost", "list_cost", "contracted_cost"]
"""Values of ``cost_column``."""

CostSource = Literal["invoiced", "contracted", "vendor_estimate", "list_estimate"]
"""Values of ``cost_source``."""

Dataset = Literal["usage", "price", "plan", "outcome_definition", "outcome", "evaluation", "statement"]
"""Values of ``dataset``."""

Estimator = Literal["ratio_of_sums", "mean_of_ratios"]
"""Values of ``estimator``."""

FeeBasis = Literal["per_seat", "total"]
"""Values of ``fee_basis``."""

FeePeriod = Literal["month", "year", "hour", "once"]
"""Values of ``fee_period``."""

Format = Literal["csv", "jsonl", "parquet"]
"""Values of ``format``."""

Identification = Literal["experimental", "observational"]
"""Values of ``identification``."""

IncludedBasis = Literal["per_seat", "total"]
"""Values of ``included_basis``."""

IncludedPeriod = Literal["hour", "day", "week", "month", "year", "once"]
"""Values of ``included_period``."""

IntervalMethod = Literal["wilson", "cluster_bootstrap", "paired_cluster_bootstrap", "envelope"]
"""Values of ``interval_method``."""

MeasurementMethod = Literal["metered", "estimated", "sampled", "allocated"]
"""Values of ``measurement_method``."""

Meter = Literal[
    "tokens",
    "token_hours",
    "requests",
    "messages",
    "images",
    "pixels",
    "characters",
    "pages",
    "audio_seconds",
    "video_seconds",
    "searches",
    "tool_calls",
    "sessions",
    "outcomes",
    "compute_seconds",
    "byte_hours",
    "seat_months",
    "credits",
    "provisioned_unit_hours",
    "other",
]
"""Values of ``meter``."""

Metric = Literal[
    "cost_of_pass",
    "cost_of_pass_ratio",
    "frontier_cost_of_pass",
    "cost_quality_frontier",
    "cost_per_outcome",
    "baseline_ratio",
    "retry_overhead",
    "expected_retries",
    "break_even_success_rate",
    "marginal_token_utility",
    "unit_cost",
    "cache_hit_ratio",
    "cache_cost_efficiency",
]
"""Values of ``metric``."""

PlanKind = Literal[
    "prosumer_seat",
    "team_seat",
    "enterprise_seat",
    "pay_as_you_go",
    "commitment",
    "prepaid_credit",
    "provisioned_capacity",
    "self_hosted",
]
"""Values of ``plan_kind``."""

PriceBasis = Literal["list", "contracted", "effective", "billed"]
"""Values of ``price_basis``."""

PriceKind = Literal["list", "contracted"]
"""Values of ``price_kind``."""

PricingCategory = Literal["standard", "committed", "dynamic", "other"]
"""Values of ``pricing_category``."""

PrincipalType = Literal["human", "service_account", "agent"]
"""Values of ``principal_type``."""

ProcessingTier = Literal["standard", "batch", "flex", "priority", "fast", "provisioned", "other"]
"""Values of ``processing_tier``."""

Profile = Literal["metering", "cost", "attribution", "intelligence"]
"""Values of ``profile``."""

QuantityTierPeriod = Literal["day", "month", "year", "once"]
"""Values of ``quantity_tier_period``."""

RecordType = Literal["original", "retraction", "restatement"]
"""Values of ``record_type``."""

RegionScope = Literal["global", "geography", "region"]
"""Values of ``region_scope``."""

SpecVersion = Literal["1.0-draft"]
"""Values of ``spec_version``."""

Status = Literal["accepted", "rejected", "reworked", "abandoned", "escalated", "pending"]
"""Values of ``status``."""

TokenCacheAction = Literal["uncached", "read", "write", "other", "unspecified"]
"""Values of ``token_cache_action``."""

TokenDirection = Literal["input", "output"]
"""Values of ``token_direction``."""

TokenModality = Literal["text", "image", "audio", "video", "document", "unspecified"]
"""Values of ``token_modality``."""

TokenRole = Literal["prompt", "tool_result", "answer", "reasoning", "citation", "rejected_prediction", "unspecified"]
"""Values of ``token_role``."""

ValueMethod = Literal["baseline_replacement", "revenue", "labor_avoided", "risk_reduction", "self_reported"]
"""Values of ``value_method``."""

CustomColumns = dict[Annotated[str, CustomName(r"^x_[A-Za-z0-9_]{1,126}$")], Annotated[Any, JsonValue()]]
"""Custom columns under their names."""
