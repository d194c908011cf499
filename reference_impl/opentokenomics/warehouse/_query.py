"""One query that judges a table: from the table to a row for each requirement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from opentokenomics.rules import DIALECTS, Dialect
from opentokenomics.standard import Dataset, Excluded, Profile, References, Requirement, Standard, load
from opentokenomics.warehouse._columns import Table, relation_of
from opentokenomics.warehouse._reads import asked_of_named, read_by
from opentokenomics.warehouse._shapes import Shapes
from opentokenomics.warehouse._stages import PREFIX, Stages, short
from opentokenomics.warehouse._storage import STORAGES
from opentokenomics.warehouse._text import comment, listed, part
from opentokenomics.warehouse._verdicts import Verdict, Verdicts

_MODEL = "{{ model }}"
"""What dbt puts the model in place of to which a generic test is applied."""

# Queries are built from names and texts of the standard and names of tables, all quoted.


@dataclass(frozen=True, slots=True)
class Request:
    """What a query is to be like.

    Attributes:
        dialect: The dialect, by its name.
        profile: The profile whose requirements it judges.
        version: The version of the standard; the newest one unless given.
        is_text: Whether every column of the tables is text.
        is_dbt: Whether it is a test of dbt: tables are references to models, and only what fails is returned.
        is_generic: Whether that test is a generic one, which a project applies to its models by name, and which takes
            the keyword whose violations it returns.
    """

    dialect: str
    profile: Profile = Profile.METERING
    version: str | None = None
    is_text: bool = False
    is_dbt: bool = False
    is_generic: bool = False


def query(dataset: str, tables: Mapping[str, Table], request: Request) -> str:
    """A query that judges a table of records as ``validate`` judges a file of them.

    It returns a row for each requirement of the profile, in the order of the catalogue: ``requirement``, ``keyword``,
    ``status``, ``evaluated``, ``violations`` and ``reason``.

    Args:
        dataset: The dataset of the records that are judged.
        tables: The table of each dataset, under the dataset's name; the judged one has its dataset's name unless given.
        request: What the query is to be like.

    Raises:
        KeyError: There is no such dataset, dialect or version.
        UnsupportedError: A table's name cannot be used.
    """
    return query_of(load(request.version), dataset, tables, request)


def query_of(standard: Standard, dataset: str, tables: Mapping[str, Table], request: Request) -> str:
    """The query by the requirements of this standard; see :func:`query`."""
    return _Query(standard, standard.datasets[dataset], tables, request).text()


class _Query:
    def __init__(self, standard: Standard, dataset: Dataset, tables: Mapping[str, Table], request: Request) -> None:
        self._standard = standard
        self._dataset = dataset
        self._request = request
        self._dialect: Dialect = DIALECTS[request.dialect]
        shapes = Shapes(self._dialect, STORAGES[request.dialect], request.is_text)
        own = relation_of(dataset, tables.get(dataset.name, Table()), self._dialect, is_dbt=request.is_dbt)
        if request.is_generic:
            own = replace(own, relation=_MODEL)
        held = [each for each in standard.of(dataset.name) if each.profile.rank <= request.profile.rank]
        stages = Stages(own, shapes, set().union(*map(_all_read, held)))
        self._targets = {dataset.name: stages}
        for name, needed in _needed(held).items():
            if name in tables and name != dataset.name:
                other = relation_of(standard.datasets[name], tables[name], self._dialect, is_dbt=request.is_dbt)
                self._targets[name] = Stages(other, shapes, needed, f"{PREFIX}{name}_", needed)
        verdicts = Verdicts(stages, self._targets, standard.version)
        self._stages = stages
        self._verdicts = [verdicts.of(each) for each in held]

    def text(self) -> str:
        parts = ",\n\n".join(self._parts())
        text = "\n".join([*self._head(), "WITH", parts, "", *self._tail()]) + "\n"
        if not self._request.is_generic:
            return text
        name = f"opentokenomics_{self._dataset.name}"
        return f"{{% test {name}(model, keyword='MUST') %}}\n\n{text}\n{{% endtest %}}\n"

    def _head(self) -> Iterator[str]:
        request, standard = self._request, self._standard
        judged = sum(verdict.is_judged for verdict in self._verdicts)
        yield from comment(
            f"Open Tokenomics Standard {standard.version}, dataset {self._dataset.name}, profile {request.profile}. "
            f"For {self._dialect.title}, over {'columns of text' if request.is_text else 'typed columns'}."
        )
        yield from comment(
            f"{judged} of {len(self._verdicts)} requirements are judged; for the others, reason says why they are not."
        )

    def _parts(self) -> Iterator[str]:
        for stages in self._targets.values():
            yield from stages.parts()
        noted = [(_note(each.requirement), each.judged) for each in self._verdicts if each.judged is not None]
        yield part(
            f"{PREFIX}judged",
            f"SELECT\n{listed(['*', *noted])}\nFROM {self._stages.values}",
            "Rules on one record: true, false where the record violates it, null where it is not evaluated.",
        )
        yield part(f"{PREFIX}counts", f"SELECT\n{listed(self._counts())}\nFROM {PREFIX}judged")
        for verdict in self._verdicts:
            yield from verdict.parts
        yield part(f"{PREFIX}requirements", self._requirements())
        yield part(f"{PREFIX}report", self._report())

    def _counts(self) -> Iterator[tuple[str, str]]:
        yield "", "COUNT(*) AS ots_rows"
        for verdict in self._verdicts:
            if verdict.counted is not None:
                evaluated, violations = verdict.counted
                name = short(verdict.requirement.id)
                # A rule's statement stands where it is judged.
                yield "" if verdict.judged else _note(verdict.requirement), f"{evaluated} AS {name}_evaluated"
                yield "", f"{violations} AS {name}_violations"

    def _requirements(self) -> str:
        rows: list[str] = []
        for place, verdict in enumerate(self._verdicts, 1):
            requirement = verdict.requirement
            values = [
                str(place),
                self._dialect.literal(requirement.id),
                self._dialect.literal(requirement.keyword),
                self._text_or_null(_status(verdict)),
                self._text_or_null(verdict.reason),
            ]
            names = ["ots_place", "requirement", "keyword", "status", "reason"]
            named = values if rows else [f"{value} AS {name}" for value, name in zip(values, names, strict=True)]
            rows.append(f"SELECT {', '.join(named)}")
        return "\nUNION ALL ".join(rows)

    def _text_or_null(self, text: str | None) -> str:
        return f"CAST(NULL AS {self._dialect.text})" if text is None else self._dialect.literal(text)

    def _report(self) -> str:
        joined = [f"{PREFIX}counts", *(PREFIX + short(each.requirement.id) for each in self._verdicts if each.parts)]
        crossed = "".join(f"\nCROSS JOIN {name}" for name in joined)
        columns = ["ots_place", "requirement", "keyword", "status", "reason", "ots_rows"]
        numbers = [f"{self._chosen(what)} AS {what}" for what in ("evaluated", "violations")]
        return f"SELECT\n{listed(columns)},\n{(',' + chr(10)).join(numbers)}\nFROM {PREFIX}requirements{crossed}"

    def _chosen(self, what: str) -> str:
        """Each requirement's own number, in its row."""
        branches = [
            f"    WHEN {self._dialect.literal(each.requirement.id)} THEN {short(each.requirement.id)}_{what}"
            for each in self._verdicts
            if each.is_judged
        ]
        return "\n".join(["  CAST(CASE requirement", *branches, f"  END AS {self._dialect.integer})"])

    def _tail(self) -> Iterator[str]:
        yield "SELECT"
        yield "  requirement,"
        yield "  keyword,"
        yield "  CASE"
        yield "    WHEN status IS NOT NULL THEN status"
        yield "    WHEN evaluated = 0 THEN 'not_applicable'"
        yield "    WHEN violations = 0 THEN 'pass'"
        yield "    WHEN keyword = 'MUST' THEN 'fail'"
        yield "    ELSE 'warn'"
        yield "  END AS status,"
        yield "  evaluated,"
        yield "  violations,"
        yield "  CASE"
        yield "    WHEN reason IS NOT NULL OR evaluated > 0 THEN reason"
        yield "    WHEN ots_rows = 0 THEN 'The table has no rows.'"
        yield "    ELSE 'No record has a value that it judges.'"
        yield "  END AS reason"
        yield f"FROM {PREFIX}report"
        if self._request.is_dbt:
            keyword = "{{ keyword }}" if self._request.is_generic else "MUST"
            yield f"WHERE keyword = '{keyword}' AND violations > 0"
        else:
            yield "ORDER BY ots_place"


def _all_read(requirement: Requirement) -> set[str]:
    """The columns that a rule reads of a record and, where that is of the same dataset, of the one that it names."""
    check = requirement.check
    return read_by(requirement) | (asked_of_named(check) if isinstance(check, References) else set())


def _note(requirement: Requirement) -> str:
    return f"{requirement.id} {requirement.keyword}: {requirement.statement}"


def _status(verdict: Verdict) -> str | None:
    """The status that no count can change."""
    if verdict.is_judged:
        return None
    return "not_machine_checkable" if isinstance(verdict.requirement.check, Excluded) else "not_applicable"


def _needed(requirements: Sequence[Requirement]) -> Mapping[str, set[str]]:
    """The columns of each dataset that references read."""
    needed: dict[str, set[str]] = {}
    for each in requirements:
        if isinstance(each.check, References):
            needed.setdefault(each.check.to_dataset, set()).update(asked_of_named(each.check))
    return needed
