"""Typed records of the standard's datasets, generated from its JSON Schemas.

``UsageRecord``, ``PriceRecord``, ``PlanRecord`` and ``ManifestRecord`` accept exactly the shapes that the schemas of
their datasets accept. Whatever is wrong with a value raises ``pydantic.ValidationError``, re-exported here.
"""

from pydantic import ValidationError

from opentokenomics.models._base import Record
from opentokenomics.models._frozen import FrozenMap
from opentokenomics.models._types import (
    AiService,
    ChargeCategory,
    ChargeClass,
    ChargeFrequency,
    CommitmentDiscountStatus,
    ContextPriceScope,
    CostCarrier,
    CostSource,
    FeeBasis,
    FeePeriod,
    IncludedBasis,
    IncludedPeriod,
    MeasurementMethod,
    Meter,
    PlanKind,
    PriceKind,
    PricingCategory,
    PrincipalType,
    ProcessingTier,
    QuantityTierPeriod,
    RecordType,
    RegionScope,
    SpecVersion,
    TokenCacheAction,
    TokenDirection,
    TokenModality,
    TokenRole,
)
from opentokenomics.models.manifest import ManifestFile, ManifestRecord
from opentokenomics.models.plan import PlanRecord
from opentokenomics.models.price import PriceRecord
from opentokenomics.models.usage import UsageRecord

__all__ = [
    "AiService",
    "ChargeCategory",
    "ChargeClass",
    "ChargeFrequency",
    "CommitmentDiscountStatus",
    "ContextPriceScope",
    "CostCarrier",
    "CostSource",
    "FeeBasis",
    "FeePeriod",
    "FrozenMap",
    "IncludedBasis",
    "IncludedPeriod",
    "ManifestFile",
    "ManifestRecord",
    "MeasurementMethod",
    "Meter",
    "PlanKind",
    "PlanRecord",
    "PriceKind",
    "PriceRecord",
    "PricingCategory",
    "PrincipalType",
    "ProcessingTier",
    "QuantityTierPeriod",
    "Record",
    "RecordType",
    "RegionScope",
    "SpecVersion",
    "TokenCacheAction",
    "TokenDirection",
    "TokenModality",
    "TokenRole",
    "UsageRecord",
    "ValidationError",
]
