"""Records judged one by one, to hold against what an engine says of a file of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from records import USAGE

from opentokenomics import Report, check
from opentokenomics.shapes import is_custom
from opentokenomics.standard import Row, Schema, load

ON_RECORDS = frozenset(each.id for each in load().requirements if isinstance(each.check, Row | Schema))


def hold_against_checks(report: Report, records: Iterable[Mapping[str, object]], rows: int) -> None:
    """Each requirement on records alone is violated as often as the records violate it, each judged by itself."""
    stated = USAGE.unknown_requirement
    expected = Counter(
        each.requirement
        for record in records
        for each in check(record, profile=report.profile, spec_version=report.spec_version)
        if each.requirement != stated
    )
    found = Counter(
        {each.requirement: each.violations for each in report.checks if each.requirement in ON_RECORDS - {stated}}
    )
    assert sum(each.rows for each in report.datasets) == rows, report.datasets
    assert +found == +expected, (+found, +expected)


def is_ordinary(record: Mapping[str, object]) -> bool:
    """Whether nothing about a record is judged otherwise where it is among others: a version, or an unknown name."""
    return all(name in USAGE.by_name or is_custom(USAGE, name) for name in record)
