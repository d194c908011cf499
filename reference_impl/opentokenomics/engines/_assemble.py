"""Findings and tallies become a Report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from opentokenomics.engines._bundle import NOTHING_TO_JUDGE
from opentokenomics.engines._parts import Claim, Part, Recomputed
from opentokenomics.readers import Fetched, Tallied, Tally
from opentokenomics.report import CheckResult, InputSummary, Report, Status, Violation
from opentokenomics.standard import (
    Bundle,
    Dataset,
    Encoding,
    Excluded,
    Fault,
    Given,
    Group,
    GroupRule,
    Keyword,
    Profile,
    Recompute,
    References,
    Requirement,
    Standard,
)

_LONGEST_VALUE = 200
_MANIFEST = "manifest"


@dataclass(frozen=True, slots=True)
class _Example:
    """A violation before its row was looked up again."""

    requirement: str
    part: int
    input: int | None
    row: int | None
    column: str | None
    text: str | None = None
    tallied: Tallied | None = None


def assemble(
    standard: Standard, profile: Profile, parts: Sequence[Part], most_examples: int, claim: Claim | None = None
) -> Report:
    """The report of a validation.

    Args:
        standard: The version that the inputs were held to.
        profile: The profile that they were held to.
        parts: What was found, dataset by dataset.
        most_examples: How many violations to list for each requirement.
        claim: What a manifest claims.
    """
    given = {part.dataset.name for part in parts}
    requirements = [
        each for each in standard.requirements if each.binds_inputs and (each.dataset is None or each.dataset in given)
    ]
    results = {each.id: _result(each, parts, given) for each in requirements}
    held = [each for each in requirements if each.profile.rank <= profile.rank]
    blocking = {
        each: tuple(
            requirement.id
            for requirement in requirements
            if requirement.profile.rank <= each.rank and results[requirement.id].status is Status.FAIL
        )
        for each in Profile
    }
    if claim is not None and claim.profile.rank > profile.rank:
        claim.settle(is_met=not any(blocking[each] for each in blocking if each.rank <= claim.profile.rank))
        results[claim.requirement.id] = _result(claim.requirement, parts, given)
    examples = _examples(standard, parts)
    listed = [
        example
        for requirement in held
        for example in sorted(examples.get(requirement.id, ()), key=_order)[:most_examples]
    ]
    achieved = [each for each, identifiers in blocking.items() if not identifiers]
    return Report(
        spec_version=standard.version,
        profile=profile,
        conformant=not any(results[each.id].status is Status.FAIL for each in held),
        achieved_profile=achieved[-1] if achieved else None,
        datasets=tuple(InputSummary(part.dataset.name, each.name, each.rows) for part in parts for each in part.inputs),
        checks=tuple(results[each.id] for each in held),
        violations=tuple(_violations(standard, parts, listed)),
        blocking={each: identifiers for each, identifiers in blocking.items() if identifiers},
    )


def _result(requirement: Requirement, parts: Sequence[Part], given: AbstractSet[str]) -> CheckResult:
    check = requirement.check
    if isinstance(check, Excluded):
        return CheckResult(requirement.id, requirement.keyword, Status.NOT_MACHINE_CHECKABLE, 0, 0, check.reason)
    bound = [part for part in parts if requirement.dataset in {None, part.dataset.name}]
    counts = [_count(requirement, part) for part in bound]
    evaluated, violations = (sum(each) for each in zip(*counts, strict=True))
    evaluated = max(evaluated, violations)
    if isinstance(check, Given) and any(part.dataset.name != _MANIFEST for part in parts):
        evaluated, violations = 1, int(given.isdisjoint(check.any_of))
    if not evaluated:
        if isinstance(check, Bundle):
            reason = NOTHING_TO_JUDGE[check.fault]
        elif isinstance(check, References) and check.to_dataset not in given:
            reason = f"no {check.to_dataset} records were given, in which to look the values up"
        elif isinstance(check, Recompute):
            reason = "no statement is here with all the inputs that it names by their digests, conformant"
        elif not any(part.rows for part in bound) or isinstance(check, Given):
            reason = "the input has no rows"
        else:
            reason = _nothing_to_judge(requirement)
        return CheckResult(requirement.id, requirement.keyword, Status.NOT_APPLICABLE, 0, 0, reason)
    broken = Status.FAIL if requirement.keyword is Keyword.MUST else Status.WARN
    status = broken if violations else Status.PASS
    return CheckResult(requirement.id, requirement.keyword, status, evaluated, violations)


def is_on_all(requirement: Requirement) -> bool:
    """Whether a requirement holds all records that are given to one value, whatever dataset they belong to."""
    check = requirement.check
    return requirement.dataset is None and isinstance(check, Group) and check.rule is GroupRule.UNIFORM and not check.by


def count_recomputed(standard: Standard, tally: Tally, recomputed: Iterable[Recomputed]) -> None:
    """Counts statements that were computed again, and those of them that say something else."""
    owners = [each.id for each in standard.requirements if isinstance(each.check, Recompute)]
    for each in recomputed:
        for requirement in owners:
            tally.evaluated[requirement] += 1
            if each.column is not None:
                tally.add(Tallied(requirement, each.row, column=each.column, detail=each.detail))


def _count(requirement: Requirement, part: Part) -> tuple[int, int]:
    """How often a requirement was judged in a dataset, and how often it is violated."""
    check = requirement.check
    own = [finding for finding in part.findings if finding.requirement == requirement.id]
    evaluated = sum(finding.evaluated for finding in own)
    violations = sum(finding.violations for finding in own)
    evaluated += sum(each.tally.evaluated[requirement.id] for each in part.inputs)
    violations += sum(each.tally.totals[requirement.id] for each in part.inputs)
    if isinstance(check, Encoding):
        evaluated = len(part.inputs) if check.fault is Fault.BYTE_ORDER_MARK else part.rows
        if check.fault is Fault.NO_RECORDS:
            evaluated, violations = 1, 0 if part.rows or part.may_be_empty else 1
    elif requirement.id == part.dataset.unknown_requirement:
        evaluated = part.rows - sum(each.tally.faulty for each in part.inputs)
    return evaluated, violations


def _nothing_to_judge(requirement: Requirement) -> str:
    if not requirement.columns:
        return "no row has a value of this kind"
    return f"no row has the values that it judges ({', '.join(requirement.columns[:3])})"


def _examples(standard: Standard, parts: Sequence[Part]) -> Mapping[str, list[_Example]]:
    examples: dict[str, list[_Example]] = {}
    given = {part.dataset.name for part in parts}
    for each in standard.requirements:
        if isinstance(each.check, Given) and given - {_MANIFEST} and given.isdisjoint(each.check.any_of):
            examples[each.id] = [_Example(each.id, 0, None, None, None)]
    for place, part in enumerate(parts):
        for example in _examples_of(standard, place, part):
            examples.setdefault(example.requirement, []).append(example)
    return examples


def _examples_of(standard: Standard, place: int, part: Part) -> Iterator[_Example]:
    for finding in part.findings:
        for identity, text in finding.rows:
            number, row = (None, None) if identity is None else part.place(identity)
            yield _Example(finding.requirement, place, number, row, finding.column, text)
    for number, each in enumerate(part.inputs):
        for requirement, tallied in each.tally.examples.items():
            for one in tallied:
                yield _Example(requirement, place, number, one.row, one.column, tallied=one)
    if not (part.rows or part.may_be_empty):
        yield _Example(standard.encoding(Fault.NO_RECORDS).id, place, 0, None, None)


def _order(example: _Example) -> tuple[int, int, int, str]:
    return example.part, example.input or 0, example.row or 0, example.column or ""


def _violations(standard: Standard, parts: Sequence[Part], examples: Sequence[_Example]) -> Iterator[Violation]:
    fetched: dict[tuple[int, int], Mapping[int, Fetched]] = {}
    for place, part in enumerate(parts):
        for number, each in enumerate(part.inputs):
            here = (example for example in examples if (example.part, example.input) == (place, number))
            rows = {example.row for example in here if example.row is not None}
            fetched[place, number] = each.reader.fetch(rows) if each.reader and rows else {}
    for example in examples:
        part = parts[example.part]
        found = fetched[example.part, example.input or 0].get(example.row or 0)
        path = None if example.input is None else part.inputs[example.input].name
        if example.tallied is not None and example.tallied.file is not None:
            path = example.tallied.file
        yield _violation(standard.requirement(example.requirement), part.dataset, example, path, found)


def _violation(
    requirement: Requirement, dataset: Dataset, example: _Example, path: str | None, found: Fetched | None
) -> Violation:
    values = found.values if found else {}
    tallied = example.tallied
    value = example.text if example.text is not None else values.get(example.column or "")
    line = found.line if found else None
    message = requirement.statement
    if tallied is not None:
        value = tallied.value if tallied.value is not None else value
        line = tallied.line or line
        message = message if tallied.detail is None else f"{message} Here {tallied.detail}."
    return Violation(
        requirement=requirement.id,
        dataset=dataset.name,
        path=path,
        row=example.row,
        line=line,
        record_id=values.get(dataset.identity),
        column=example.column,
        value=None if value is None else value[:_LONGEST_VALUE],
        message=message,
        fix=requirement.fix,
    )
