"""Typed records of the standard's datasets, generated from its JSON Schemas.

``UsageRecord`` accepts exactly the shapes that ``usage.schema.json`` accepts. Whatever is wrong with a value raises
``pydantic.ValidationError``, re-exported here.
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
    CostCarrier,
    CostSource,
    MeasurementMethod,
    Meter,
    PricingCategory,
    PrincipalType,
    ProcessingTier,
    RecordType,
    RegionScope,
    SpecVersion,
    TokenCacheAction,
    TokenDirection,
    TokenModality,
    TokenRole,
)
from opentokenomics.models.usage import UsageRecord

__all__ = [
    "AiService",
    "ChargeCategory",
    "ChargeClass",
    "ChargeFrequency",
    "CommitmentDiscountStatus",
    "CostCarrier",
    "CostSource",
    "FrozenMap",
    "MeasurementMethod",
    "Meter",
    "PricingCategory",
    "PrincipalType",
    "ProcessingTier",
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
