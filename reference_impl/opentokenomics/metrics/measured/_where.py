"""Queries over validated records: which of them count, and in which groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from opentokenomics.engines import Records
from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics.measured._request import COST_COLUMNS, INVOICED, Parameters
from opentokenomics.report import Report, Status, count, visible
from opentokenomics.standard import Dataset, Kind, NoOverlap, Standard, load

# Queries are built from column names of the standard, all of them checked, and values are parameters.

INSTANTS: Mapping[str, Sequence[str]] = {
    "usage": ("charge_period_start",),
    "outcome": ("completed_at", "started_at"),
    "evaluation": ("completed_at",),
}
"""When a record took place: the first of these columns in which it has a value."""

_GROUPABLE = {Kind.STRING, Kind.ENUM, Kind.INTEGER, Kind.BOOLEAN, Kind.DATE, Kind.TIMESTAMP}
SAME_FACTS = {"amounts": "OTS-CST-044", "quantities": "OTS-USG-024"}
"""The rules that find sources that state the same facts."""

_SOURCES = "SELECT DISTINCT source_name FROM usage ORDER BY 1 LIMIT 9"


@dataclass(frozen=True, slots=True)
class Asked:
    """The records that a metric is about, with the parameters of the caller.

    Attributes:
        records: All records.
        report: What was found when they were validated.
        standard: The version of the standard that they follow.
        parameters: What the caller chose.
    """

    records: Records
    report: Report
    standard: Standard
    parameters: Parameters

    def where(self, dataset: str, *conditions: str) -> tuple[str, list[object]]:
        """SQL that selects the records in scope of the dataset that a metric counts, and its parameters."""
        parts, values = list(conditions), list[object]()
        period = self.parameters.period
        if period is not None:
            instant = f"COALESCE({', '.join(map(_quoted, INSTANTS[dataset]))})"
            parts.append(f"{instant} >= ? AND {instant} < ?")
            values += [_instant(each) for each in (period.start, period.end)]
        for column, value in self.parameters.scope.items():
            condition, stated = having(self.standard.datasets[dataset], column, value)
            parts.append(condition)
            values += stated
        if dataset == "usage" and self.parameters.sources:
            of_source, sources = self._of_sources()
            parts.append(of_source)
            values += sources
        return (f"WHERE {' AND '.join(parts)}" if parts else ""), values

    def source(self) -> tuple[str, list[str]]:
        """Likewise for usage that is not what the metric counts."""
        of_source, sources = self._of_sources()
        return ("", []) if not sources else (f"AND {of_source}", sources)

    def _of_sources(self) -> tuple[str, list[str]]:
        sources = list(self.parameters.sources)
        return f"source_name IN ({', '.join('?' * len(sources))})", sources

    def groups(self, dataset: str) -> list[str]:
        """SQL of the columns that make groups."""
        return [groupable(self.standard.datasets[dataset], column) for column in self.parameters.by]

    def refuse_same_facts(self, *whats: str) -> None:
        """Raises MetricError where the sources that were chosen state the same amounts or quantities."""
        chosen = self.parameters.sources
        if len(chosen) == 1:
            return
        for what in whats:
            rule = SAME_FACTS[what]
            found = next((each for each in self.report.checks if each.requirement == rule), None)
            if found is None or found.status not in {Status.WARN, Status.FAIL} or not self._overlap(rule):
                continue
            names = [str(name) for (name,) in self.records.rows(_SOURCES)]
            times = "" if chosen else f", {count(found.violations, 'time')}"
            raise MetricError(
                "sources_overlap",
                f"Several sources state the same {what}{times} ({rule}); their sum would count them twice.",
                f"Choose one with --source: {', '.join(names)}; or several that state different facts.",
            )

    def _overlap(self, rule: str) -> bool:
        """Whether what a rule found in all sources is in those that were chosen."""
        check = self.standard.requirement(rule).check
        if not self.parameters.sources or not isinstance(check, NoOverlap):
            return True
        of_source, sources = self._of_sources()
        return self.records.overlaps("usage", check, of_source, *sources)


def cost_sql(parameters: Parameters) -> str:
    """SQL of the amount of a record of usage.

    Raises:
        MetricError: There is no such column of amounts.
    """
    name = parameters.cost_column
    if name not in COST_COLUMNS:
        raise MetricError(
            "cost_column_unknown", f"There is no column of amounts {name}.", f"Choose one of {', '.join(COST_COLUMNS)}."
        )
    if name in INVOICED:
        return name
    # What list and contracted prices value is in the purchases too that cover it.
    return f"CASE WHEN charge_category = 'usage' THEN {name} END"


def is_elsewhere_sql(parameters: Parameters) -> str:
    """SQL of whether what a record without an amount costs is on another record of the input, or nothing."""
    # List and contracted cost value the quantity of their own record, so that no other one has them.
    invoiced = parameters.cost_column in INVOICED
    return "COALESCE(cost_carrier IN ('other_row', 'none'), FALSE)" if invoiced else "FALSE"


def is_unknown_sql(parameters: Parameters) -> str:
    """SQL of whether a record of usage, with its ``amount`` beside it, has a cost that nothing here states."""
    return f"(amount IS NULL AND charge_category = 'usage' AND NOT ({is_elsewhere_sql(parameters)}))"


def groupable(dataset: Dataset, column: str) -> str:
    """SQL of the values of a column, or of one name of a map, if they can make groups; raises MetricError else."""
    known = dataset.by_name.get(column)
    if known is not None and known.kind in _GROUPABLE:
        return _quoted(column)
    name, _, member = column.partition(".")
    if member and name in dataset.by_name and dataset.by_name[name].kind is Kind.MAP:
        pointer = "/" + member.replace("~", "~0").replace("/", "~1")
        escaped = pointer.replace("'", "''")
        return f"json_extract_string({_quoted(name)}, '{escaped}')"
    names = ", ".join(each.name for each in dataset.columns if each.kind is Kind.STRING)
    raise MetricError(
        "column_not_groupable",
        f"Records of {dataset.name} cannot be grouped by {column}.",
        f"Choose among its columns, such as {names}; or a name of a map, such as tags.project.",
    )


def having(dataset: Dataset, column: str, value: str | None) -> tuple[str, list[object]]:
    """SQL that is true of the records with a value in a column, or with none, and its parameters.

    Raises:
        MetricError: There is no such column, or it is one of instants and the value is none.
    """
    sql = groupable(dataset, column)
    if value is None:
        return f"{sql} IS NULL", []
    known = dataset.by_name.get(column)
    if known is None or known.kind is not Kind.TIMESTAMP:
        return f"CAST({sql} AS VARCHAR) = ?", [value]
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise MetricError(
            "value_no_instant", f"{column} has instants, and {value} is none.", "Write 2026-08-31T08:00:00Z, say."
        )
    return f"{sql} = ?", [_instant(instant)]


def _instant(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


def _quoted(column: str) -> str:
    return f'"{column}"'


def telling_sources(sources: Sequence[str]) -> list[str]:
    """The columns of usage that tell whether several sources state the same facts; one does not."""
    rules = [load().requirement(rule) for rule in SAME_FACTS.values()] if len(sources) > 1 else []
    return ["source_name", *(column for rule in rules for column in rule.columns)]


def selected(column: str) -> str:
    """The column that has to be at hand for groups by another one, which may be a name of a map."""
    return column.partition(".")[0]


def named(columns: Sequence[str], values: Sequence[object]) -> Mapping[str, str | None]:
    """Values under the names of their columns, as text."""
    return {name: None if value is None else text(value) for name, value in zip(columns, values, strict=True)}


def of_group(key: Mapping[str, str | None]) -> str:
    """The name of a group as a part of a sentence, where it has one."""
    group = ", ".join(f"{name} {visible(value)}" for name, value in key.items() if value is not None)
    return f" of {group}" if group else ""


def text(value: object) -> str:
    """A value of a group as records state it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    return str(value)
