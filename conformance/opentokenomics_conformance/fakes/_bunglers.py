"""Tools that are right but for one mistake, which is made everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cache
from typing import Any

from opentokenomics.standard import Column, Keyword, Kind, Profile, Requirement, Row, Shape, load

Message = dict[str, Any]
Honest = Callable[[Message], Mapping[str, Any]]
Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bungler:
    """A tool with one mistake.

    Attributes:
        flags: The flags of the glossary that stand for the mistake: no case of a validator fails for its own
            requirements that carries none of them.
        made: Makes the tool, a function of messages. It may spoil the rules of this whole process.
    """

    flags: tuple[str, ...]
    made: Callable[[], Honest]


# --- off by one -------------------------------------------------------------------------------------------------------

_NEXT = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}


def _answer(message: Message) -> Mapping[str, Any]:
    """What the reference implementation answers, which is slow to import where a fake has no use for it."""
    from opentokenomics_conformance.reference import answer

    return answer(message)


def _off_by_one() -> Honest:
    """Every limit but 0 is taken the other way: what reaches it is out where it was in, and in where it was out."""
    for requirement in load().requirements:
        for tree in _trees(requirement):
            for node in _nodes(tree):
                if node.get("node") == "compare" and not _is_about_a_sign(node):
                    node["operator"] = _NEXT.get(node["operator"], node["operator"])
    for dataset in load().datasets.values():
        for column in dataset.columns:
            for shape in column.shapes:
                _narrow(shape)
    return _answer


def _is_about_a_sign(node: Tree) -> bool:
    """Whether the limit is 0, which tells charges from credits: who takes that one wrong gets nothing else right."""
    sides = (node["left"], node["right"])
    return any(side["node"] == "constant" and side["kind"] != "text" and float(side["value"]) == 0 for side in sides)


def _trees(requirement: Requirement) -> Iterator[Tree]:
    for each in fields(requirement.check):
        tree = getattr(getattr(requirement.check, each.name), "tree", None)
        if isinstance(tree, dict):
            yield tree


def _nodes(tree: Tree) -> Iterator[Tree]:
    yield tree
    for part in tree.values():
        for each in part if isinstance(part, list) else [part]:
            if isinstance(each, dict):
                yield from _nodes(each)


def _narrow(shape: Shape) -> None:
    """Spoils a value that nobody else may change."""
    if shape.high is not None:
        object.__setattr__(shape, "high", shape.high - 1)


# --- floats -----------------------------------------------------------------------------------------------------------


def _floats() -> Honest:
    """Every amount and quantity is a binary float, from where it is read to where it is written."""
    return _reckoned


def _reckoned(message: Message) -> Mapping[str, Any]:
    given = message["input"]
    records = given.get("records", {})
    for dataset, rows in records.items():
        decimals = _decimals(dataset)
        records[dataset] = [_read(row, decimals) if isinstance(row, dict) else row for row in rows]
    told = dict(_answer(message))
    result = told.get("result")
    if result is None:
        return told
    if message["role"] == "validator" and records:
        told["result"] = _judged(result, given["profile"], records)
    for each in result.get("results", ()):
        _write_quotient(each)
    return told


def _decimals(dataset: str) -> frozenset[str]:
    columns: tuple[Column, ...] = tuple(load().datasets[dataset].columns) if dataset in load().datasets else ()
    return frozenset(each.name for each in columns if each.kind is Kind.DECIMAL)


def _read(row: Message, decimals: frozenset[str]) -> Message:
    return {name: _shortest(value) if name in decimals else value for name, value in row.items()}


def _shortest(value: Any) -> Any:  # noqa: ANN401 - a JSON value
    """The text of the float that a number or its text becomes; what is neither is left as it is."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return value
    if isinstance(value, bool) or number in {float("inf"), float("-inf")} or number != number:  # noqa: PLR0124
        return value
    text = f"{Decimal(repr(number)):f}"
    return text.removesuffix(".0")


def _judged(result: Mapping[str, Any], profile: str, records: Mapping[str, Any]) -> Mapping[str, Any]:
    """The verdict, with the rules that calculate judged in floats."""
    standard = load()
    violations = [
        each for each in result["violations"] if each["requirement"] not in {rule.id for rule in _calculating()}
    ]
    violations += [
        {"requirement": rule.id, "column": rule.columns[0]}
        for rule in _calculating()
        if rule.profile.rank <= Profile(profile).rank
        and any(_breaks(rule, row) for row in records.get(rule.dataset or "", ()) if isinstance(row, dict))
    ]
    musts = {each.id for each in standard.requirements if each.keyword is Keyword.MUST}
    return {"valid": not any(each["requirement"] in musts for each in violations), "violations": violations}


@cache
def _calculating() -> Sequence[Requirement]:
    """The requirements on one record that multiply."""
    return [
        each
        for each in load().requirements
        if isinstance(each.check, Row)
        and any(node.get("node") == "multiply" for node in _nodes(dict(each.check.predicate.tree)))
    ]


def _breaks(rule: Requirement, row: Message) -> bool:
    check = rule.check
    if not isinstance(check, Row):
        return False
    applies = check.where is None or _value(dict(check.where.tree), row) is True
    return applies and _value(dict(check.predicate.tree), row) is False


def _value(tree: Tree, row: Message) -> Any:  # noqa: ANN401 - a float, a truth value or nothing
    """What a tree of comparisons and arithmetic comes to in floats; None where a value is missing."""
    name = tree["node"]
    if name == "column":
        value = _shortest(row.get(tree["name"]))
        return None if value is None else float(value)
    if name == "constant":
        return float(tree["value"])
    if name == "absolute":
        inner = _value(tree["of"], row)
        return None if inner is None else abs(inner)
    one, other = _value(tree["left"], row), _value(tree["right"], row)
    if one is None or other is None:
        return None
    return _OPERATIONS[str(tree.get("operator", name))](one, other)


_OPERATIONS: Mapping[str, Callable[[float, float], Any]] = {
    "multiply": lambda one, other: one * other,
    "subtract": lambda one, other: one - other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
}


def _write_quotient(result: Message) -> None:
    for name in ("numerator", "denominator"):
        if isinstance(result.get(name), str):
            result[name] = _shortest(result[name])
    if isinstance(result.get("value"), str) and float(result.get("denominator") or 0):
        result["value"] = f"{float(result['numerator']) / float(result['denominator']):.18f}"


BUNGLERS: Mapping[str, Bungler] = {
    "off-by-one": Bungler(("off-by-one", "closed-interval", "rounding"), _off_by_one),
    "floats": Bungler(("float-money", "rounding", "lenient-reader"), _floats),
}
"""Each with the mistake that it makes."""
