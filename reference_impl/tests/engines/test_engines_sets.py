"""Rules on sets of records, held against a reading of their definitions in plain Python."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from records import STANDARD, USAGE, Record, json_lines, report_on

from opentokenomics.rules import columns_of, to_python
from opentokenomics.shapes import faults_of, parse
from opentokenomics.standard import Group, GroupRule, Predicate, ReferenceRule, References, Requirement, Unique

_VERSION = STANDARD.requirement("OTS-GEN-018")


class _Row(NamedTuple):
    number: int
    values: Mapping[str, object]
    malformed: frozenset[str]


class _Verdict(NamedTuple):
    evaluated: int
    blamable: list[set[int]]
    """For each violation, the rows of which any may be named."""


def _row(number: int, record: Record) -> _Row:
    known = {name: value for name, value in record.items() if value is not None}
    malformed = {
        name
        for name, value in known.items()
        if {fault.requirement for fault in faults_of(USAGE.by_name[name], value)} - {_VERSION.id}
    }
    values = {name: parse(USAGE.by_name[name], known[name]) for name in known.keys() - malformed}
    return _Row(number, values, frozenset(malformed))


def _selects(where: Predicate | None, row: _Row) -> bool:
    return where is None or to_python(where.tree)(row.values) is True


def _read_by(requirement: Requirement) -> frozenset[str]:
    check = requirement.check
    assert isinstance(check, Unique | References | Group)
    return frozenset(requirement.columns) | (columns_of(check.where.tree) if check.where else frozenset())


def _unique(requirement: Requirement, check: Unique, rows: list[_Row]) -> _Verdict:
    read, seen, evaluated, repeated = _read_by(requirement), set(), 0, []
    for row in rows:
        key = tuple(row.values.get(name) for name in check.columns)
        if not read & row.malformed and None not in key and _selects(check.where, row):
            evaluated += 1
            if key in seen:
                repeated.append({row.number})
            seen.add(key)
    return _Verdict(evaluated, repeated)


def _references(requirement: Requirement, check: References, rows: list[_Row]) -> _Verdict:
    read, evaluated, wrong = _read_by(requirement), 0, []
    targets: dict[object, _Row] = {}
    for row in rows:
        targets.setdefault(row.values.get(check.to_column), row)
    for row in rows:
        name = row.values.get(check.column)
        if name is None or read & row.malformed or not _selects(check.where, row):
            continue
        target = targets.get(name)
        if check.rule is ReferenceRule.EXISTS:
            evaluated += 1
            is_wrong = target is None
        elif target is None or target.malformed & {*check.compare}:
            continue
        else:
            evaluated += 1
            is_wrong = any(
                _differs(check.rule, row.values.get(each), target.values.get(each)) for each in check.compare
            )
        if is_wrong:
            wrong.append({row.number})
    return _Verdict(evaluated, wrong)


def _differs(rule: ReferenceRule, ours: object, theirs: object) -> bool:
    if rule is ReferenceRule.NEGATES and isinstance(ours, Decimal) and isinstance(theirs, Decimal):
        return ours + theirs != 0
    return ours != theirs


def _groups(requirement: Requirement, check: Group, rows: list[_Row]) -> Iterator[list[_Row]]:
    """The groups without a member of which a value is malformed that the rule reads."""
    read = _read_by(requirement)
    groups: dict[Hashable, list[_Row]] = defaultdict(list)
    for row in rows:
        if not row.malformed & set(check.by) and (row.malformed & read or _selects(check.where, row)):
            groups[tuple(row.values.get(name) for name in check.by)].append(row)
    return (members for members in groups.values() if not any(row.malformed & read for row in members))


def _group(requirement: Requirement, check: Group, rows: list[_Row]) -> _Verdict:
    evaluated, violated = 0, []
    for members in _groups(requirement, check, rows):
        values = [row.values.get(check.column or "") for row in members]
        given = [value for value in values if value is not None]
        totals = {row.values.get(check.total or "") for row in members}
        match check.rule:
            case GroupRule.SUMS_TO:
                if len(given) < len(values) or None in totals or len(totals) > 1:
                    continue
                is_violated = sum(given) != totals.pop()  # type: ignore[arg-type] # decimals
            case GroupRule.ALL_OR_NONE:
                is_violated = 0 < len(given) < len(values)
            case GroupRule.UNIFORM:
                is_violated = len(set(values)) > 1
            case GroupRule.CONSECUTIVE:
                if not given:
                    continue
                first = min(given) if check.first is None else check.first  # type: ignore[type-var] # integers
                is_violated = set(given) != set(range(first, first + len(set(given))))  # type: ignore[operator, call-overload]
            case _:
                is_violated = len(members) > 1
        evaluated += 1
        if is_violated:
            violated.append({row.number for row in members})
    return _Verdict(evaluated, violated)


def _any(requirement: Requirement, check: Group, rows: list[_Row]) -> _Verdict:
    assert check.predicate is not None
    read, predicate = _read_by(requirement), to_python(check.predicate.tree)
    said = {predicate(row.values) for row in rows if not row.malformed & read}
    if True in said:
        return _Verdict(1, [])
    if False not in said or any(row.malformed & read for row in rows):
        return _Verdict(0, [])
    return _Verdict(1, [set()])


def _verdict(requirement: Requirement, rows: list[_Row]) -> _Verdict:
    match requirement.check:
        case Unique() as check:
            return _unique(requirement, check, rows)
        case References() as check:
            return _references(requirement, check, rows)
        case Group(rule=GroupRule.ANY) as check:
            return _any(requirement, check, rows)
        case Group() as check:
            return _group(requirement, check, rows)
        case _:
            raise AssertionError(requirement.id)


_ON_SETS = [
    each
    for each in STANDARD.of("usage")
    if isinstance(each.check, Unique | Group)
    or (isinstance(each.check, References) and each.check.to_dataset == "usage")
]


_USUAL: Record = {
    "spec_version": STANDARD.version,
    "record_type": "original",
    "source_name": "s",
    "charge_category": "usage",
    "cost_carrier": "unknown",
    "usage_group_total": "3",
    "meter": "tokens",
    "model_id": "m",
    "token_direction": "input",
    "consumed_quantity": "1",
    "billed_cost": "0.5",
    "charge_period_start": "2026-08-30T10:00:00Z",
}
_UNUSUAL: dict[str, tuple[object, ...]] = {
    "spec_version": ("0.9", None, 5),
    "record_type": ("retraction", "restatement", None, "Retraction"),
    "corrects_record_id": ("r0", "r1", "r2", "r3", "r4", "nowhere", None, 7),
    "source_name": ("t", None, ""),
    "charge_category": ("credit",),
    "cost_carrier": ("plan", None, "Unknown"),
    "usage_group_id": (None, "x" * 4097),
    "usage_group_total": ("3.0", "1", "2", None, "+1"),
    "meter": ("token_hours", None, "Tokens"),
    "model_id": ("n", None, 1),
    "token_direction": ("output", None, "Input"),
    "token_cache_action": ("read", "write"),
    "token_cache_ttl_seconds": (300, 0, "300", 10**20),
    "token_role": ("answer", "Answer"),
    "token_modality": ("text",),
    "meter_variant": ("v", ""),
    "consumed_quantity": ("1.000", "-1", "-1.0", "2", None, "1e0"),
    "billed_cost": ("-0.5", "-0.50", "0", "-0", None, 0),
    "charge_period_start": ("2026-08-30T10:00:00.000Z", "2026-08-30", None),
    "run_id": ("r1", "r2", 7),
    "step_id": ("s1", "s2", ""),
    "attempt": (1, 2, 3, 5, 0, "2"),
    "outcome_id": ("o1", "o2", 7),
}
_OF_THE_WHOLE = ("spec_version", "cost_carrier")
"""Columns that rules on the input as a whole read: one malformed value, and they are evaluated no more."""


def _colliding(seed: int, size: int) -> list[Record]:
    """Records that differ from each other in a few columns, so that most of them collide with another one."""
    dice = random.Random(seed)  # noqa: S311 - a seed makes it repeatable
    runs = ("run_id", "step_id", "attempt", "outcome_id")
    names = [name for name in _UNUSUAL if name not in _OF_THE_WHOLE or dice.random() < 1 / 4]

    def unusual(most: int) -> Record:
        chosen = [*dice.sample(names, dice.randint(0, most)), *(name for name in runs if dice.random() < 1 / 2)]
        return {name: dice.choice(_UNUSUAL[name]) for name in chosen}

    records: list[Record] = []
    for number in range(size):
        group = {"usage_group_id": f"g{number // 3}"}
        records.append({**_USUAL, **group, "record_id": f"r{dice.randint(0, 3 * size)}", **unusual(2)})
        shared = unusual(1)
        corrected = {**_USUAL, "record_id": f"p{number}", **shared, **unusual(1)}
        negative = {"record_type": "retraction", "consumed_quantity": "-1", "billed_cost": "-0.5", **shared}
        for again in range(dice.choice((0, 1, 1, 1, 2))):
            own = {"record_id": f"q{number}.{again}", "corrects_record_id": f"p{number}"}
            records.append({**_USUAL, **negative, **own, **unusual(1)})
        records.append(corrected)
    return records


class TestRulesOnSetsMeanWhatTheStandardSays:
    """Evaluated and violating records or groups are those of the definitions; each example is one to blame."""

    @given(st.integers(0, 2**32), st.sampled_from([2, 100, 200]), st.floats(0, 1))
    @settings(max_examples=6, deadline=None, phases=[Phase.generate])  # to shrink would take minutes
    def test_in_one_input_of_two_files(self, seed: int, size: int, share: float) -> None:
        records = _colliding(seed, size)
        cut = int(share * len(records))
        _assert_as_defined(records[:cut], records[cut:])

    @pytest.mark.parametrize("versions", ["aab", "bba", "bb", "a?b", "-ab", "b?b"])
    def test_of_versions(self, versions: str) -> None:
        stated = {"a": STANDARD.version, "b": "0.9", "?": 5, "-": None}
        _assert_as_defined([{**_USUAL, "record_id": str(n), "spec_version": stated[v]} for n, v in enumerate(versions)])

    @pytest.mark.parametrize("carriers", ["u-", "up?", "u?", "--", "?"])
    def test_of_the_place_of_money(self, carriers: str) -> None:
        stated = {"u": "unknown", "p": "plan", "?": "Unknown", "-": None}
        _assert_as_defined([{**_USUAL, "record_id": str(n), "cost_carrier": stated[c]} for n, c in enumerate(carriers)])


def _assert_as_defined(*files: list[Record]) -> None:
    report = report_on(*map(json_lines, files), profile="intelligence")
    records = [record for file in files for record in file]
    starts = {f"{number}.jsonl": sum(map(len, files[:number])) for number in range(len(files))}
    rows = [_row(number, record) for number, record in enumerate(records, 1)]
    for requirement in _ON_SETS:
        expected = _verdict(requirement, rows)
        (result,) = (each for each in report.checks if each.requirement == requirement.id)
        assert (result.evaluated, result.violations) == (expected.evaluated, len(expected.blamable)), requirement.id
        named = [
            None if each.row is None else each.row + starts[Path(str(each.path)).name]
            for each in report.violations
            if each.requirement == requirement.id
        ]
        assert len(named) == len(expected.blamable)
        for blamable in expected.blamable:
            assert sum(row in blamable for row in named) == 1 or not blamable, requirement.id
