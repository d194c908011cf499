"""Is an answer the expected one? Identifiers and columns are compared, messages never; decimals by value."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from opentokenomics.standard import Kind, load
from opentokenomics_conformance.cases import Case, Role

_NAMES_OF_ROWS = ("record_id", "corrects_record_id", "usage_group_id")
_NOT_COMPARED = (*_NAMES_OF_ROWS, "spec_version")
_QUOTIENTS = frozenset(
    {
        "numerator",
        "denominator",
        "value",
        "lower_bound",
        "upper_bound",
        "confidence_level",
        "score",
        "cost_without_meter",
    }
)
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_MOST_LISTED = 5
_Blame = tuple[str, str | None]
"""A requirement, and the column to blame."""


def difference(case: Case, result: Mapping[str, Any]) -> str | None:
    """What is different between the result of a tool and the expected one; None where nothing is.

    Args:
        case: The case.
        result: The result, of the form that the protocol gives to some role.
    """
    if result.keys() != case.expected.keys():
        return f"the answer is not that of a {case.role}"
    return _COMPARED[case.role](case.expected, result)


def same_rows(one: Iterable[Mapping[str, Any]], other: Iterable[Mapping[str, Any]]) -> bool:
    """Whether rows are the same, whatever they are called and in whatever order they come."""
    return _rows(one) == _rows(other)


def _verdict(expected: Mapping[str, Any], result: Mapping[str, Any]) -> str | None:
    if expected["valid"] is not result["valid"]:
        words = {True: "valid", False: "not valid"}
        return f"expected {words[expected['valid']]}, found {words[result['valid']]}{_named(result['violations'])}"
    wanted, found = _blamed(expected["violations"]), _blamed(result["violations"])
    parts = []
    if wanted - found:
        parts.append(f"missing {_told(wanted - found)}")
    if found - wanted:
        parts.append(f"not expected {_told(found - wanted)}")
    return "; ".join(parts) or None


def _blamed(violations: Iterable[Mapping[str, Any]]) -> set[_Blame]:
    return {(each["requirement"], each["column"]) for each in violations}


def _named(violations: Iterable[Mapping[str, Any]]) -> str:
    blamed = _blamed(violations)
    return f" ({_told(blamed)})" if blamed else ""


def _told(blamed: Iterable[_Blame]) -> str:
    return _listed(requirement if column is None else f"{requirement} at {column}" for requirement, column in blamed)


def _listed(texts: Iterable[str]) -> str:
    ordered = sorted(texts)
    more = len(ordered) - _MOST_LISTED
    return ", ".join(ordered[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def _conversion(expected: Mapping[str, Any], result: Mapping[str, Any]) -> str | None:
    if expected["rejected"] != result["rejected"]:
        return f"expected {expected['rejected']} rejected records, found {result['rejected']}"
    unidentified = _unidentified(result["rows"])
    if unidentified is not None:
        return unidentified
    wanted, found = _rows(expected["rows"]), _rows(result["rows"])
    if wanted == found:
        return None
    missing, extra = wanted - found, found - wanted
    parts = [f"{sum(missing.values())} of {len(expected['rows'])} rows are missing"] if missing else []
    if extra:
        parts.append(f"{sum(extra.values())} rows are not expected")
    if missing and extra:
        parts.append(_closest(missing, extra))
    return "; ".join(parts)


def _unidentified(rows: Sequence[Mapping[str, Any]]) -> str | None:
    """How many rows lack what each has and what is not compared: a name of its own, and a version."""
    names = Counter(str(row.get("record_id")) for row in rows)
    nameless = sum(row.get("record_id") is None or names[str(row["record_id"])] > 1 for row in rows)
    if nameless:
        return f"{nameless} of {len(rows)} rows have no `record_id` of their own"
    unstated = sum(row.get("spec_version") is None for row in rows)
    return f"{unstated} of {len(rows)} rows state no `spec_version`" if unstated else None


def _closest(missing: Counter[tuple[str, ...]], extra: Counter[tuple[str, ...]]) -> str:
    """In which columns a missing row differs from the one that is most like it."""
    lost, come = (Counter(texts[0] for texts in rows.elements()) for rows in (missing, extra))
    if lost == come:
        return "rows are grouped otherwise"
    mine = json.loads(next(iter(lost - come or lost)))
    nearest = min(map(json.loads, come - lost or come), key=lambda other: len(_different(mine, other)))
    return f"one differs in {_listed(_different(mine, nearest))}"


def _different(one: Mapping[str, str], other: Mapping[str, str]) -> set[str]:
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def _rows(rows: Iterable[Mapping[str, Any]]) -> Counter[tuple[str, ...]]:
    """The rows without the names that a tool chose, each with what the rows look like that share a name with it."""
    rows = list(rows)
    plain = [json.dumps(_values(row), sort_keys=True) for row in rows]
    own = [str(row.get("record_id")) for row in rows]
    alike: dict[tuple[str, str], list[str]] = {}
    for row, text in zip(rows, plain, strict=True):
        if row.get("usage_group_id") is not None:
            alike.setdefault(("group", str(row["usage_group_id"])), []).append(text)
    corrected = dict(zip(own, plain, strict=True))
    return Counter(
        (
            text,
            json.dumps(sorted(alike.get(("group", str(row.get("usage_group_id"))), []))),
            corrected.get(str(row["corrects_record_id"]), "none") if row.get("corrects_record_id") is not None else "",
        )
        for row, text in zip(rows, plain, strict=True)
    )


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    decimals = _decimal_columns()
    return {
        name: _number(value) if name in decimals else value
        for name, value in row.items()
        if value is not None and name not in _NOT_COMPARED
    }


@cache
def _decimal_columns() -> frozenset[str]:
    return frozenset(each.name for each in load().datasets["usage"].columns if each.kind is Kind.DECIMAL)


def _number(value: object) -> object:
    """A text that is the same for equal decimals; what is no decimal text is left as it is."""
    if not isinstance(value, str) or _PLAIN.fullmatch(value) is None:
        return value
    whole, _, behind = value.partition(".")
    number = f"{whole.removeprefix('-').lstrip('0') or '0'}.{behind.rstrip('0')}".removesuffix(".")
    return f"-{number}" if value.startswith("-") and number != "0" else number


def _calculation(expected: Mapping[str, Any], result: Mapping[str, Any]) -> str | None:
    """Of each result only what is expected is compared, so that a tool may say more."""
    left = list(result["results"])
    for wanted in expected["results"]:
        match = next((each for each in left if _says(each, wanted)), None)
        if match is None:
            return _unmet(wanted, left)
        left.remove(match)
    return f"{len(left)} results are not expected" if left else None


def _says(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return not _unlike(found, wanted)


def _unlike(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> set[str]:
    return {
        name
        for name, value in wanted.items()
        if name not in found or (_number(found[name]) != _number(value) if name in _QUOTIENTS else found[name] != value)
    }


def _unmet(wanted: Mapping[str, Any], left: Iterable[Mapping[str, Any]]) -> str:
    nearest = min(left, key=lambda each: len(_unlike(each, wanted)), default=None)
    if nearest is None:
        return "a result is missing"
    parts = [
        f"{name} is {repr(nearest[name]) if name in nearest else 'missing'} and should be {wanted[name]!r}"
        for name in sorted(_unlike(nearest, wanted))
    ]
    return ", ".join(parts[:_MOST_LISTED])


_COMPARED: Mapping[Role, Callable[[Mapping[str, Any], Mapping[str, Any]], str | None]] = {
    Role.VALIDATOR: _verdict,
    Role.CONVERTER: _conversion,
    Role.CALCULATOR: _calculation,
}
