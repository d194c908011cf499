"""One way to break each requirement that a program can check: what the generator plants and the tests look for."""

from __future__ import annotations

from collections.abc import Mapping

from opentokenomics.generate.defects._bytes import HARMS, Harm
from opentokenomics.generate.defects._cost import COST
from opentokenomics.generate.defects._defect import Broken, Defect, Unit, where
from opentokenomics.generate.defects._general import Subjects, general_defects
from opentokenomics.generate.defects._tokens import TOKENS
from opentokenomics.generate.defects._usage import USAGE

__all__ = ["DEFECTS", "HARMS", "Broken", "Defect", "Harm", "Unit"]

_USAGE_SUBJECTS = Subjects(
    required="service_provider_name",
    decimal="consumed_quantity",
    timestamp="charge_period_end",
    integer="attempt",
    text="charge_description",
    choice="region_scope",
    mapping="tags",
    identifier="principal_id",
    currency="pricing_currency",
    counted=where("consumed_quantity"),
    alone=where(without="usage_group_id"),
)

DEFECTS: Mapping[str, Mapping[str, Defect]] = {
    "usage": {**general_defects(_USAGE_SUBJECTS), **USAGE, **TOKENS, **COST},
}
"""For each dataset, a way to break each of its requirements."""
