"""Defects of evaluations: attempts and aggregates, identity of the benchmark, cost."""

from __future__ import annotations

from collections.abc import Mapping

from opentokenomics.generate.defects._defect import Broken, Defect, Unit, change, change_two, repeat, where, with_values
from opentokenomics.generate.defects._general import Subjects

_sum = where("task_count")
_attempt = where("task_id")

EVALUATION_SUBJECTS = Subjects(
    common=_sum,
    required="harness",
    decimal="cost",
    timestamp="priced_as_of",
    integer="task_count",
    text="split",
    choice="price_basis",
    identifier="grader_id",
    currency="currency",
    boolean="solved",
)


def _sum_beside(unit: Unit) -> Broken | None:
    if len(unit) == 1:
        return None
    values = {"task_id": None, "trial": None, "solved": None, "task_count": 1, "attempt_count": 1, "solved_count": 0}
    return Broken([*unit, with_values(unit[0], values)], len(unit), "a sum stands beside the attempts")


EVALUATION: Mapping[str, Defect] = {
    identifier: Defect(breaks)
    for identifier, breaks in {
        "OTS-EVL-001": change(_sum, solved_count=None),
        "OTS-EVL-002": repeat(_attempt),
        "OTS-EVL-003": _sum_beside,
        "OTS-EVL-004": repeat(_sum),
        "OTS-EVL-005": change(_sum, solved_count=lambda row: row["attempt_count"] + 1),
        "OTS-EVL-006": change(_sum, task_count=lambda row: row["attempt_count"] + 1),
        "OTS-EVL-007": change_two(_attempt, ["evaluation_id"], lambda _, __: ({}, {"split": "public"})),
        "OTS-EVL-008": change(where(), cost=lambda row: f"-{row['cost']}"),
        "OTS-EVL-009": change(_sum, dataset_digest=None),
        "OTS-EVL-010": change(_sum, canonical_model_id=None),
        "OTS-EVL-012": change_two(_attempt, ["evaluation_id", "task_id"], lambda _, __: ({}, {"trial": 9})),
    }.items()
}
"""A way to break each requirement of the evaluation dataset."""
