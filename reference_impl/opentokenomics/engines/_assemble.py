"""Findings and tallies become a Report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from opentokenomics.engines.duckdb import Finding
from opentokenomics.readers import Fetched, Reader, Tallied, Tally
from opentokenomics.report import CheckResult, InputSummary, Report, Status, Violation
from opentokenomics.standard import (
    Encoding,
    Excluded,
    Fault,
    Keyword,
    Profile,
    Requirement,
    Schema,
    Standard,
)

_LONGEST_VALUE = 200
_PER_INPUT = {Fault.BYTE_ORDER_MARK, Fault.NO_RECORDS}


@dataclass(frozen=True, slots=True)
class Input:
    """One input that was read: how, how many rows it has, and what the reader found."""

    reader: Reader
    rows: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class _Example:
    """A violation before its row was looked up again."""

    requirement: str
    input: int | None
    row: int | None
    column: str | None
    text: str | None = None
    tallied: Tallied | None = None


def assemble(
    standard: Standard,
    dataset: str,
    profile: Profile,
    inputs: Sequence[Input],
    findings: Sequence[Finding],
    place: Callable[[int], tuple[int, int]],
    most_examples: int,
) -> Report:
    """The report of a validation.

    Args:
        standard: The version that the inputs were held to.
        dataset: Their dataset.
        profile: The profile that they were held to.
        inputs: What was read.
        findings: What the engine found.
        place: Gives the input and the 1-based row of a finding's row.
        most_examples: How many violations to list for each requirement.
    """
    requirements = standard.of(dataset)
    results = {each.id: _result(each, inputs, findings) for each in requirements}
    examples = _examples(inputs, findings, place)
    held = [each for each in requirements if each.profile.rank <= profile.rank]
    blocking = {
        each: tuple(
            requirement.id
            for requirement in requirements
            if requirement.profile.rank <= each.rank and results[requirement.id].status is Status.FAIL
        )
        for each in (Profile.METERING, Profile.COST)
    }
    listed = [
        example
        for requirement in held
        for example in sorted(examples.get(requirement.id, ()), key=_order)[:most_examples]
    ]
    achieved = [each for each, identifiers in blocking.items() if not identifiers]
    return Report(
        spec_version=standard.version,
        profile=profile,
        conformant=not blocking[profile],
        achieved_profile=achieved[-1] if achieved else None,
        datasets=tuple(InputSummary(dataset, each.reader.local.name, each.rows) for each in inputs),
        checks=tuple(results[each.id] for each in held),
        violations=tuple(_violations(standard, dataset, inputs, listed)),
        blocking={each: identifiers for each, identifiers in blocking.items() if identifiers},
    )


def _result(requirement: Requirement, inputs: Sequence[Input], findings: Iterable[Finding]) -> CheckResult:
    check = requirement.check
    if isinstance(check, Excluded):
        return CheckResult(requirement.id, requirement.keyword, Status.NOT_MACHINE_CHECKABLE, 0, 0, check.reason)
    rows = sum(each.rows for each in inputs)
    own = [finding for finding in findings if finding.requirement == requirement.id]
    evaluated = sum(finding.evaluated for finding in own)
    violations = sum(finding.violations for finding in own)
    violations += sum(each.tally.totals[requirement.id] for each in inputs)
    if isinstance(check, Encoding):
        evaluated = len(inputs) if check.fault in _PER_INPUT else rows
        if check.fault is Fault.NO_RECORDS:
            violations = 0 if rows else 1
    elif isinstance(check, Schema) and not own:
        evaluated = rows
    evaluated = max(evaluated, violations)
    if not evaluated:
        reason = "the input has no rows" if not rows else _nothing_to_judge(requirement)
        return CheckResult(requirement.id, requirement.keyword, Status.NOT_APPLICABLE, 0, 0, reason)
    broken = Status.FAIL if requirement.keyword is Keyword.MUST else Status.WARN
    status = broken if violations else Status.PASS
    return CheckResult(requirement.id, requirement.keyword, status, evaluated, violations)


def _nothing_to_judge(requirement: Requirement) -> str:
    if not requirement.columns:
        return "no row has a value of this kind"
    return f"no row has the values that it judges ({', '.join(requirement.columns[:3])})"


def _examples(
    inputs: Sequence[Input], findings: Iterable[Finding], place: Callable[[int], tuple[int, int]]
) -> Mapping[str, list[_Example]]:
    examples: dict[str, list[_Example]] = {}
    for finding in findings:
        for identity, text in finding.rows:
            number, row = (None, None) if identity is None else place(identity)
            example = _Example(finding.requirement, number, row, finding.column, text)
            examples.setdefault(finding.requirement, []).append(example)
    for number, each in enumerate(inputs):
        for requirement, tallied in each.tally.examples.items():
            for one in tallied:
                example = _Example(requirement, number, one.row, one.column, tallied=one)
                examples.setdefault(requirement, []).append(example)
    if not any(each.rows for each in inputs):
        standard = inputs[0].tally.standard
        identifier = standard.encoding(Fault.NO_RECORDS).id
        examples[identifier] = [_Example(identifier, 0, None, None)]
    return examples


def _order(example: _Example) -> tuple[int, int, str]:
    return example.input or 0, example.row or 0, example.column or ""


def _violations(
    standard: Standard, dataset: str, inputs: Sequence[Input], examples: Sequence[_Example]
) -> Iterator[Violation]:
    fetched: dict[int, Mapping[int, Fetched]] = {}
    for number, each in enumerate(inputs):
        rows = {example.row for example in examples if example.input == number and example.row is not None}
        fetched[number] = each.reader.fetch(rows) if rows else {}
    for example in examples:
        requirement = standard.requirement(example.requirement)
        found = fetched.get(example.input or 0, {}).get(example.row or 0)
        values = found.values if found else {}
        tallied = example.tallied
        value = example.text if example.text is not None else values.get(example.column or "")
        line = found.line if found else None
        message = requirement.statement
        if tallied is not None:
            value = tallied.value if tallied.value is not None else value
            line = tallied.line or line
            message = message if tallied.detail is None else f"{message} Here {tallied.detail}."
        yield Violation(
            requirement=requirement.id,
            dataset=dataset,
            path=None if example.input is None else inputs[example.input].reader.local.name,
            row=example.row,
            line=line,
            record_id=values.get("record_id"),
            column=example.column,
            value=None if value is None else value[:_LONGEST_VALUE],
            message=message,
            fix=requirement.fix,
        )
