"""Defects of statements: what is claimed, of what, computed how and from which bytes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from opentokenomics.generate._row import Row
from opentokenomics.generate._statements import quotient
from opentokenomics.generate.defects._defect import Defect, change, plus, repeat, where
from opentokenomics.generate.defects._general import Subjects

STATEMENT_SUBJECTS = Subjects(
    common=where(),
    required="metric_version",
    decimal="numerator",
    timestamp="prepared_at",
    integer="",
    text="metric_version",
    choice="estimator",
    identifier="prepared_by",
    currency="currency",
    mapping="parameters",
)

_passed = where("value", metric="cost_of_pass")
_bounded = where("lower_bound", "upper_bound", "value")
_unbounded = where("value", without="lower_bound upper_bound")
_outcome = where(metric="cost_per_outcome")
_cache = where(metric="cache_hit_ratio")
_margin = where(metric="marginal_token_utility")


def _in_upper_case(row: Row) -> object:
    return [{**each, "sha256": each["sha256"].upper()} for each in row["inputs"]]


def _more(row: Row) -> object:
    return plus(row["numerator"], "1")


def _dearer(row: Row) -> object:
    return quotient(Decimal(plus(row["numerator"], "1")), Decimal(row["denominator"]))


STATEMENT: Mapping[str, Defect] = {
    identifier: Defect(breaks)
    for identifier, breaks in {
        "OTS-GEN-012": change(where(), sample_size=-1),
        "OTS-STM-001": repeat(where()),
        "OTS-STM-002": change(where(), inputs=[]),
        "OTS-STM-003": change(where(), inputs=_in_upper_case),
        "OTS-STM-004": change(where(), period_end=lambda row: row["period_start"]),
        "OTS-STM-005": change(where(), period_end=None),
        "OTS-STM-006": change(_passed, benchmark_id=None, cost_column="list_cost"),
        "OTS-STM-007": change(_passed, harness_version=None),
        "OTS-STM-008": change(_passed, model_id=None),
        "OTS-STM-009": change(_outcome, outcome_definition_id=None, outcome_definition_version=None),
        "OTS-STM-010": change(_outcome, outcome_definition_version=None),
        "OTS-STM-011": change(_passed, outcome_definition_id="claim-intake-done", outcome_definition_version="2026-1"),
        "OTS-STM-012": change(_passed, currency=None),
        "OTS-STM-013": change(_cache, currency="USD", cost_column="list_cost"),
        "OTS-STM-014": change(_margin, cost_column=None),
        "OTS-STM-015": change(_unbounded, numerator=None),
        "OTS-STM-016": change(_unbounded, value=None),
        "OTS-STM-017": change(
            _cache, denominator=lambda row: f"-{row['denominator']}", value=lambda row: f"-{row['value']}"
        ),
        "OTS-STM-018": change(_outcome, numerator="1", denominator="0.5", value="2", lower_bound="1", upper_bound="3"),
        "OTS-STM-020": change(_bounded, lower_bound=lambda row: plus(row["value"], "1"), upper_bound=None),
        "OTS-STM-021": change(
            _bounded, value=None, denominator="0", lower_bound=lambda row: plus(row["upper_bound"], "1")
        ),
        "OTS-STM-022": change(_bounded, interval_method=None),
        "OTS-STM-023": change(_unbounded, confidence_level="0.95"),
        "OTS-STM-024": change(_bounded, confidence_level="95"),
        "OTS-STM-025": change(_margin, identification=None),
        "OTS-STM-026": change(_passed, estimator=None),
        "OTS-STM-027": change(_outcome, outcome_definition_version="0"),
        "OTS-STM-028": change(_passed, benchmark_version="0"),
        "OTS-STM-029": change(_unbounded, value=lambda row: plus(row["value"], "0.000000000000000001")),
        "OTS-STM-030": change(_passed, numerator=_more, value=_dearer),
    }.items()
}
"""A way to break each requirement of the statement dataset."""
