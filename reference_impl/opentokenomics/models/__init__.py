"""Typed records of the standard's datasets, generated from its JSON Schemas.

``UsageRecord``, ``PriceRecord`` and the other records accept exactly the shapes that the schemas of their datasets
accept. Whatever is wrong with a value raises ``pydantic.ValidationError``, re-exported here.
"""

from pydantic import ValidationError

from opentokenomics.models._base import Record
from opentokenomics.models._frozen import FrozenMap
from opentokenomics.models._types import (
    AiService,
    BaselineKind,
    ChargeCategory,
    ChargeClass,
    ChargeFrequency,
    CommitmentDiscountStatus,
    ContextPriceScope,
    CostCarrier,
    CostColumn,
    CostSource,
    Dataset,
    Estimator,
    FeeBasis,
    FeePeriod,
    Identification,
    IncludedBasis,
    IncludedPeriod,
    IntervalMethod,
    MeasurementMethod,
    Meter,
    Metric,
    PlanKind,
    PriceBasis,
    PriceKind,
    PricingCategory,
    PrincipalType,
    ProcessingTier,
    QuantityTierPeriod,
    RecordType,
    RegionScope,
    SpecVersion,
    Status,
    TokenCacheAction,
    TokenDirection,
    TokenModality,
    TokenRole,
    ValueMethod,
)
from opentokenomics.models.evaluation import EvaluationRecord
from opentokenomics.models.manifest import ManifestFile, ManifestRecord
from opentokenomics.models.outcome import OutcomeRecord
from opentokenomics.models.outcome_definition import OutcomeDefinitionRecord
from opentokenomics.models.plan import PlanRecord
from opentokenomics.models.price import PriceRecord
from opentokenomics.models.statement import StatementInput, StatementRecord
from opentokenomics.models.usage import UsageRecord

__all__ = [
    "AiService",
    "BaselineKind",
    "ChargeCategory",
    "ChargeClass",
    "ChargeFrequency",
    "CommitmentDiscountStatus",
    "ContextPriceScope",
    "CostCarrier",
    "CostColumn",
    "CostSource",
    "Dataset",
    "Estimator",
    "EvaluationRecord",
    "FeeBasis",
    "FeePeriod",
    "FrozenMap",
    "Identification",
    "IncludedBasis",
    "IncludedPeriod",
    "IntervalMethod",
    "ManifestFile",
    "ManifestRecord",
    "MeasurementMethod",
    "Meter",
    "Metric",
    "OutcomeDefinitionRecord",
    "OutcomeRecord",
    "PlanKind",
    "PlanRecord",
    "PriceBasis",
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
    "StatementInput",
    "StatementRecord",
    "Status",
    "TokenCacheAction",
    "TokenDirection",
    "TokenModality",
    "TokenRole",
    "UsageRecord",
    "ValidationError",
    "ValueMethod",
]
