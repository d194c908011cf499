"""One way to break each requirement that a program can check: what the generator plants and the tests look for."""

from __future__ import annotations

from collections.abc import Mapping

from opentokenomics.generate.defects._attribution import ATTRIBUTION
from opentokenomics.generate.defects._bytes import HARMS, Harm
from opentokenomics.generate.defects._cost import COST
from opentokenomics.generate.defects._defect import Broken, Defect, Unit
from opentokenomics.generate.defects._evaluation import EVALUATION, EVALUATION_SUBJECTS
from opentokenomics.generate.defects._general import general_defects
from opentokenomics.generate.defects._manifest import LACKING, MANIFEST, BundleDefect
from opentokenomics.generate.defects._named import NAMED
from opentokenomics.generate.defects._outcome import DEFINITION, DEFINITION_SUBJECTS, OUTCOME, OUTCOME_SUBJECTS
from opentokenomics.generate.defects._plan import PLAN, PLAN_SUBJECTS
from opentokenomics.generate.defects._price import PRICE, PRICE_SUBJECTS
from opentokenomics.generate.defects._statement import STATEMENT, STATEMENT_SUBJECTS
from opentokenomics.generate.defects._tokens import TOKENS
from opentokenomics.generate.defects._usage import USAGE, USAGE_SUBJECTS

__all__ = ["DEFECTS", "HARMS", "LACKING", "MANIFEST", "Broken", "BundleDefect", "Defect", "Harm", "Unit"]

DEFECTS: Mapping[str, Mapping[str, Defect]] = {
    "usage": {**general_defects(USAGE_SUBJECTS), **USAGE, **TOKENS, **COST, **NAMED, **ATTRIBUTION},
    "price": {**general_defects(PRICE_SUBJECTS), **PRICE},
    "plan": {**general_defects(PLAN_SUBJECTS), **PLAN},
    "outcome_definition": {**general_defects(DEFINITION_SUBJECTS), **DEFINITION},
    "outcome": {**general_defects(OUTCOME_SUBJECTS), **OUTCOME},
    "evaluation": {**general_defects(EVALUATION_SUBJECTS), **EVALUATION},
    "statement": {**general_defects(STATEMENT_SUBJECTS), **STATEMENT},
}
"""For each dataset, a way to break each of its requirements."""
