"""Rules on ranges: periods that do not overlap, tiers without gaps between them.

A table has no first record. Of records that begin at the same place, the one that ends earlier counts as the earlier.
"""

from __future__ import annotations

from collections.abc import Iterator

from opentokenomics.standard import Group, NoOverlap
from opentokenomics.warehouse._rules import Rule
from opentokenomics.warehouse._text import listed, part, where

# Queries are built from column names of the standard, quoted; no text of an input is in them.
# ruff: noqa: S608

_BEFORE = "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"


def contiguous(rule: Rule, check: Group) -> str:
    """The body of the part that counts groups with a gap, or with a first range that begins beyond zero."""
    by = rule.quoted(check.by)
    low, high = rule.quoted([check.column or "", check.upper or ""])
    outside, guard = rule.stages.malformed(check.by), rule.guard
    known = f"NOT ({outside})" if outside != "FALSE" else "TRUE"
    takes_part = "TRUE" if rule.where == "TRUE" else f"({guard} OR {rule.where})"
    window = f"OVER ({_partition(by)}ORDER BY ots_low {_BEFORE})"
    columns = [*by, f"COALESCE({low}, 0) AS ots_low", f"{high} AS ots_high"]
    is_judged = "ots_members > 0 AND ots_broken = 0"
    evaluated, violations = (
        f"COUNT(CASE WHEN {is_judged} THEN 1 END)",
        f"COUNT(CASE WHEN {is_judged} AND ots_gaps > 0 THEN 1 END)",
    )
    return f"""{rule.counts(evaluated, violations)}
FROM (
  SELECT
    COUNT(*) AS ots_members,
    SUM(ots_broken) AS ots_broken,
    COUNT(CASE
      WHEN ots_low > 0 AND (ots_open IS NULL OR ots_open = 0 AND ots_low > ots_reach) THEN 1
    END) AS ots_gaps
  FROM (
    SELECT
      {", ".join([*by, "ots_broken", "ots_low"])},
      MAX(ots_high) {window} AS ots_reach,
      MAX(CASE WHEN ots_high IS NULL THEN 1 ELSE 0 END) {window} AS ots_open
    FROM (
      SELECT
{listed([*columns, f"CASE WHEN {guard} THEN 1 ELSE 0 END AS ots_broken"], 4)}
      FROM {rule.stages.values}
    {where([known, takes_part])}
    ) AS ots_ranges
  ) AS ots_reached{f"{chr(10)}  GROUP BY {', '.join(by)}" if by else ""}
) AS ots_groups"""


def no_overlap(rule: Rule, check: NoOverlap) -> Iterator[str]:
    """The parts that count the records which overlap one of the same key that begins before them."""
    by = rule.quoted(check.by)
    ends = [rule.quoted(each) for each in check.ranges]
    apart = rule.quoted([check.apart]) if check.apart else []
    order = [f"CASE WHEN {ends[0][0]} IS NULL THEN 0 ELSE 1 END", *(end for each in ends for end in each), *apart]
    place = f"ROW_NUMBER() OVER ({_partition(by)}ORDER BY {', '.join(order)}) AS ots_place"
    key = f"DENSE_RANK() OVER (ORDER BY {', '.join(by)}) AS ots_key" if by else "1 AS ots_key"
    columns = dict.fromkeys([*by, *apart, *(end for each in ends for end in each), place])
    taken = f"{rule.name}_taken"
    if len(ends) == 1:
        yield part(taken, _taken(rule, list(columns)), rule.note)
        yield part(f"{rule.name}_steps", _steps(taken, by, apart, ends[0]))
        chosen, source = listed([_others(by, apart), "ots_step"], 2), f"{rule.name}_steps"
        condition = "ots_step = 1 AND ots_others > 0"
    else:
        yield part(taken, _taken(rule, [*columns, key]), rule.note)
        chosen, source = "    DISTINCT ots_other.ots_key, ots_other.ots_place", _pairs(taken, ends, apart)
        condition = "TRUE"
    found = f"SELECT\n{chosen}\n    FROM {source}"
    body = f"""{rule.counts("ots_all.ots_rows", "ots_some.ots_rows")}
FROM (SELECT COUNT(*) AS ots_rows FROM {taken}) AS ots_all
CROSS JOIN (
  SELECT COUNT(*) AS ots_rows
  FROM (
    {found}
  ) AS ots_found
  WHERE {condition}
) AS ots_some"""
    yield part(rule.name, body, f"{rule.requirement.id}: how many of them overlap.")


def _taken(rule: Rule, columns: list[str]) -> str:
    return f"SELECT\n{listed(columns)}\nFROM {rule.stages.values}\n{where([rule.taken])}"


def _steps(taken: str, by: list[str], apart: list[str], ends: list[str]) -> str:
    """Beginnings and ends of the ranges that are not empty, in one list."""
    start, end = ends
    carried = "".join(f"{each}, " for each in [*by, *apart])
    return f"""SELECT {carried}ots_place, {start} AS ots_at, 1 AS ots_step FROM {taken}
WHERE {start} IS NULL OR {end} IS NULL OR {start} < {end}
UNION ALL
SELECT {carried}ots_place, {end} AS ots_at, -1 AS ots_step FROM {taken}
WHERE {end} IS NOT NULL AND ({start} IS NULL OR {start} < {end})"""


def _others(by: list[str], apart: list[str]) -> str:
    """How many other ranges go on where one begins: all that go on, without its own or those that are not apart."""
    through = (
        "ORDER BY CASE WHEN ots_at IS NULL THEN 0 ELSE 1 END, ots_at, ots_step, ots_place ROWS UNBOUNDED PRECEDING"
    )
    own = f"SUM(ots_step) OVER ({_partition([*by, *apart])}{through})" if apart else "1"
    return f"SUM(ots_step) OVER ({_partition(by)}{through}) - {own} AS ots_others"


def _pairs(taken: str, ends: list[list[str]], apart: list[str]) -> str:
    meet = []
    for start, end in ends:
        meet += [
            f"(ots_one.{end} IS NULL OR ots_other.{start} IS NULL OR ots_other.{start} < ots_one.{end})",
            f"(ots_other.{end} IS NULL OR ots_one.{start} IS NULL OR ots_one.{start} < ots_other.{end})",
            *(
                f"({a}.{start} IS NULL OR {a}.{end} IS NULL OR {a}.{start} < {a}.{end})"
                for a in ("ots_one", "ots_other")
            ),
        ]
    meet += [f"ots_one.{each} IS DISTINCT FROM ots_other.{each}" for each in apart]
    joined = "ots_one.ots_key = ots_other.ots_key AND ots_one.ots_place < ots_other.ots_place"
    return f"{taken} AS ots_one\nJOIN {taken} AS ots_other ON {joined}\n{where(meet)}".replace("\n", "\n    ")


def _partition(columns: list[str]) -> str:
    return f"PARTITION BY {', '.join(columns)} " if columns else ""
