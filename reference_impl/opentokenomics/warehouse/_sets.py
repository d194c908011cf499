"""Rules on sets of records: what repeats, what belongs together, what is named. Each becomes parts of the query.

The last part of a rule has its requirement's name and one row: how much was judged, and how much violates it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from opentokenomics.rules import mentioned
from opentokenomics.standard import NAMED, Group, GroupRule, NoOverlap, ReferenceRule, References, Unique
from opentokenomics.warehouse._ranges import contiguous, no_overlap
from opentokenomics.warehouse._reads import asked_of_named
from opentokenomics.warehouse._rules import Rule
from opentokenomics.warehouse._stages import Stages
from opentokenomics.warehouse._text import all_of, part, where

# Queries are built from column names of the standard, quoted; no text of an input is in them.
# ruff: noqa: S608


def set_parts(rule: Rule, targets: Mapping[str, Stages]) -> Iterator[str]:
    """The parts of the query that judge a rule on sets.

    Args:
        rule: The rule.
        targets: The values of each dataset that may be referred to.
    """
    match rule.requirement.check:
        case Unique() as check:
            body = _unique(rule, check)
        case References(rule=ReferenceRule.EXISTS) as check:
            body = _exists(rule, check, targets[check.to_dataset])
        case References() as check:
            body = _compared(rule, check, targets[check.to_dataset])
        case Group(rule=GroupRule.ANY) as check:
            body = _any(rule, check)
        case Group(rule=GroupRule.CONTIGUOUS) as check:
            body = contiguous(rule, check)
        case NoOverlap() as check:
            yield from no_overlap(rule, check)
            return
        case Group() as check:
            body = _group(rule, check)
        case _:
            raise TypeError(rule.requirement.id)
    yield part(rule.name, body, rule.note)


def _unique(rule: Rule, check: Unique) -> str:
    columns = rule.quoted(check.columns)
    filled = [f"{name} IS NOT NULL" for name in columns]
    return f"""{rule.counts("COALESCE(SUM(ots_rows), 0)", "COALESCE(SUM(ots_rows - 1), 0)")}
FROM (
  SELECT COUNT(*) AS ots_rows
  FROM {rule.stages.values}
{where([rule.taken, *filled])}
  GROUP BY {", ".join(columns)}
) AS ots_values"""


def _members(rule: Rule, check: Group, others: Sequence[str]) -> str:
    """The members of all groups. A record with a malformed value is one, unless its group itself is unknown."""
    outside = rule.stages.malformed(check.by)
    guard = rule.guard
    known = f"NOT ({outside})" if outside != "FALSE" else "TRUE"
    takes_part = "TRUE" if rule.where == "TRUE" else rule.where if guard == "FALSE" else f"({guard} OR {rule.where})"
    columns = dict.fromkeys([*rule.quoted(check.by), *others])
    broken = f"CASE WHEN {guard} THEN 1 ELSE 0 END AS ots_broken"
    return f"""(
  SELECT
    {", ".join(columns)}{"," if columns else ""}
    {broken}
  FROM {rule.stages.values}
{where([known, takes_part])}
) AS ots_members"""


def _group(rule: Rule, check: Group) -> str:
    named = [name for name in (check.column, check.total) if name]
    judged, violated = _aggregates(rule, check)
    by = ", ".join(rule.quoted(check.by))
    is_judged = "ots_members > 0 AND ots_broken = 0 AND ots_judged"
    return f"""{
        rule.counts(
            f"COUNT(CASE WHEN {is_judged} THEN 1 END)",
            f"COUNT(CASE WHEN {is_judged} AND ots_violated THEN 1 END)",
        )
    }
FROM (
  SELECT COUNT(*) AS ots_members, SUM(ots_broken) AS ots_broken,
    ({judged}) AS ots_judged,
    ({violated}) AS ots_violated
  FROM {_indented(_members(rule, check, rule.quoted(named)))}{f"{chr(10)}  GROUP BY {by}" if by else ""}
) AS ots_groups"""


def _aggregates(rule: Rule, check: Group) -> tuple[str, str]:
    """When a group is judged, and when it violates the rule."""
    (column,) = rule.quoted([check.column or ""])
    match check.rule:
        case GroupRule.SUMS_TO:
            (total,) = rule.quoted([check.total or ""])
            stated = f"COUNT({total}) = COUNT(*) AND COUNT({column}) = COUNT(*) AND MIN({total}) = MAX({total})"
            return stated, f"SUM({column}) <> MIN({total})"
        case GroupRule.ALL_OR_NONE:
            return "TRUE", f"COUNT({column}) > 0 AND COUNT({column}) < COUNT(*)"
        case GroupRule.UNIFORM:
            some = f"COUNT({column}) > 0 AND COUNT({column}) < COUNT(*)"
            return "TRUE", f"({some}) OR COUNT(DISTINCT {column}) > 1"
        case GroupRule.CONSECUTIVE:
            begins = "" if check.first is None else f" OR MIN({column}) <> {check.first}"
            # Malformed numbers of other groups may be so far apart that their distance is no integer.
            wide = rule.stages.shapes.dialect.decimal.format(28, 0)
            span = f"CAST(MAX({column}) AS {wide}) - CAST(MIN({column}) AS {wide}) + 1"
            return f"COUNT({column}) > 0", f"{span} <> COUNT(DISTINCT {column}){begins}"
        case _:
            return "TRUE", "COUNT(*) > 1"


def _any(rule: Rule, check: Group) -> str:
    assert check.predicate is not None  # noqa: S101 - the catalogue's schema asks for it
    by = ", ".join(rule.quoted(check.by))
    guard = rule.stages.malformed(mentioned(check.predicate))
    predicate = rule.show(check.predicate)
    said = predicate if guard == "FALSE" else f"CASE WHEN {guard} THEN NULL ELSE {predicate} END"
    members = _members(rule, check, [f"{said} AS ots_said"])
    # A malformed value might have been the one that satisfies.
    unsatisfied = "ots_satisfied = 0 AND ots_broken = 0 AND ots_judged > 0"
    return f"""{
        rule.counts(
            f"COUNT(CASE WHEN ots_satisfied > 0 OR ({unsatisfied}) THEN 1 END)",
            f"COUNT(CASE WHEN {unsatisfied} THEN 1 END)",
        )
    }
FROM (
  SELECT SUM(ots_broken) AS ots_broken, COUNT(ots_said) AS ots_judged,
    COUNT(CASE WHEN ots_said THEN 1 END) AS ots_satisfied
  FROM {_indented(members)}{f"{chr(10)}  GROUP BY {by}" if by else ""}
) AS ots_groups"""


def _naming(rule: Rule, check: References, columns: Iterable[str]) -> str:
    named = rule.quoted([check.column, *(column for column, _ in check.match)])
    keys = ", ".join(f"{name} AS {key}" for name, key in zip(named, _keys(check), strict=True))
    carried = "".join(f", {name}" for name in rule.quoted(columns))
    return f"""(
  SELECT {keys}{carried}
  FROM {rule.stages.values}
{where([rule.taken, *(f"{name} IS NOT NULL" for name in named)])}
) AS ots_naming"""


def _keys(check: References) -> list[str]:
    """The names of what a record and the one that it names have in common."""
    return ["ots_name", *(f"ots_match_{number}" for number in range(len(check.match)))]


def _exists(rule: Rule, check: References, target: Stages) -> str:
    column, to_column = rule.quoted([check.column, check.to_column])
    keys, targets = _keys(check), [to_column, *rule.quoted(other for _, other in check.match)]
    found = ", ".join(f"{target} AS {key}" for target, key in zip(targets, keys, strict=True))
    equal = " AND ".join(f"ots_naming.{key} = ots_named.{key}" for key in keys)
    return f"""{rule.counts("COUNT(*)", "COUNT(CASE WHEN ots_named.ots_name IS NULL THEN 1 END)")}
FROM {_naming(rule, check, [])}
LEFT JOIN (
  SELECT DISTINCT {found}
  FROM {target.values}
  WHERE {to_column} IN (SELECT {column} FROM {rule.stages.values} WHERE {column} IS NOT NULL)
) AS ots_named ON {equal}"""


def _compared(rule: Rule, check: References, target: Stages) -> str:
    column, to_column = rule.quoted([check.column, check.to_column])
    asked = sorted(asked_of_named(check) - {check.to_column}) or [check.to_column]
    named = [f"{name} AS {given}" for name, given in zip(rule.quoted(asked), _named(rule, asked), strict=True)]
    order = ", ".join(rule.quoted(asked))
    own = sorted({*mentioned(check.predicate), *check.compare} - {check.column})
    is_judged, is_violated = _conditions(rule, check)
    judged = " AND ".join(all_of(["NOT ots_broken", is_judged]))
    return f"""{
        rule.counts(
            f"COUNT(CASE WHEN {judged} THEN 1 END)",
            f"COUNT(CASE WHEN {judged} AND ({is_violated}) THEN 1 END)",
        )
    }
FROM {_naming(rule, check, own)}
JOIN (
  SELECT {to_column} AS ots_name,
    {", ".join(named)},
    ({target.malformed(asked)}) AS ots_broken,
    ROW_NUMBER() OVER (PARTITION BY {to_column} ORDER BY {order}) AS ots_place
  FROM {target.values}
  WHERE {to_column} IN (SELECT {column} FROM {rule.stages.values} WHERE {column} IS NOT NULL)
) AS ots_named ON ots_naming.ots_name = ots_named.ots_name AND ots_named.ots_place = 1"""


def _conditions(rule: Rule, check: References) -> tuple[str, str]:
    """When a pair of records is judged, and when it violates the rule."""
    if check.rule is ReferenceRule.SATISFIES:
        assert check.predicate is not None  # noqa: S101 - the catalogue's schema asks for it
        predicate = rule.show(check.predicate)
        return f"{predicate} IS NOT NULL", f"NOT {predicate}"
    sign = "- " if check.rule is ReferenceRule.NEGATES else ""
    pairs = zip(rule.quoted(check.compare), _named(rule, check.compare), strict=True)
    return "TRUE", " OR ".join(f"({sign}{own}) IS DISTINCT FROM {other}" for own, other in pairs)


def _named(rule: Rule, columns: Iterable[str]) -> list[str]:
    return rule.quoted(NAMED + name for name in columns)


def _indented(body: str) -> str:
    return body.replace("\n", "\n  ")
