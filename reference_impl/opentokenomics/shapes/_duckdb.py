"""The shape of one value as DuckDB SQL over its text, and the typed value that rules compute with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from opentokenomics.standard import Column, Facet, Kind, Shape

_INTEGER = "-?(?:0|[1-9][0-9]*)"
_SPACE = "[ \\t\\r\\n]*"
"""What JSON allows around the members of a list."""
_TEXT = rf'{_SPACE}"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{{4}}))*"{_SPACE}'
_TEXTS = rf"{_SPACE}\[{_TEXT}(?:,{_TEXT})*\]{_SPACE}"
"""A list of texts as JSON has it, with escapes."""


_JUDGED_AT_A_GLANCE = {Facet.PRESENT, Facet.TYPE, Facet.LENGTH, Facet.OPAQUE}
SHORT = 4096
"""Bytes that no limit on the length of a text is below."""


class Slot(NamedTuple):
    """Where SQL finds that a value of a column violates a requirement."""

    column: str
    requirement: str
    condition: str
    malformed: bool
    """Whether rules that name the column are not evaluated; a value that is merely absent is not malformed."""


def spelt(column: Column, text: str) -> str:
    """SQL of a value's text in the one spelling that slots and typed values know: lists may be spelt with escapes."""
    if column.kind is not Kind.LIST or column.record is not None:
        return text
    plain = f"CAST(to_json(TRY(from_json({text}, '[\"VARCHAR\"]'))) AS VARCHAR)"
    is_odd = f"contains({text}, '\\') AND regexp_full_match({text}, '{_TEXTS}')"
    return f"CASE WHEN {is_odd} THEN coalesce({plain}, {text}) ELSE {text} END"


def slots_of(column: Column, text: str, *, plain: str | None = None, marker: str | None = None) -> Iterator[Slot]:
    """The slots of a column, one for each requirement that its shape can violate.

    Args:
        column: The column.
        text: SQL of the value as text; NULL where it is absent.
        plain: SQL of what :func:`plain_of` gives for the column, where it has been computed.
        marker: SQL literal of the text that stands for a value of the wrong JSON type, where there may be one.
    """
    conditions: dict[tuple[str, bool], list[str]] = {}
    for shape in column.shapes:
        malformed = shape.facet is not Facet.PRESENT
        conditions.setdefault((shape.requirement, malformed), []).extend(_conditions(column, shape, text, marker))
    for (requirement, malformed), alternatives in conditions.items():
        condition = " OR ".join(alternatives) or "FALSE"
        if plain is not None and malformed:
            condition = f"CASE WHEN {plain} IS NOT FALSE THEN FALSE ELSE {condition} END"
        yield Slot(column.name, requirement, condition, malformed)


def plain_of(column: Column, text: str, *, marker: str | None = None) -> str | None:
    """SQL that is true, or null where there is no value, only if the value has no fault: one look for all slots.

    Args:
        column: The column.
        text: SQL of the value as text.
        marker: SQL literal of the text that stands for a value of the wrong JSON type, where there may be one.
    """
    shapes = {shape.facet: shape for shape in column.shapes}
    match column.kind:
        case Kind.DECIMAL if column.precision is not None and column.scale is not None:
            before = column.precision - column.scale - 1
            return f"regexp_full_match({text}, '-?(?:0|[1-9][0-9]{{0,{before}}})(?:[.][0-9]{{1,{column.scale}}})?')"
        case Kind.INTEGER:
            low = next(shape.low for shape in column.shapes if shape.low is not None)
            high = next(shape.high for shape in column.shapes if shape.high is not None)
            number = f"TRY_CAST({text} AS BIGINT)"
            return f"regexp_full_match({text}, '-?(?:0|[1-9][0-9]{{0,17}})') AND {number} BETWEEN {low} AND {high}"
        case Kind.ENUM if shapes.keys() <= {Facet.PRESENT, Facet.ENUM}:
            # A function of one column is evaluated once for each of the few texts that a dictionary holds; IN is none,
            # and compares all rows with every value, which is also what the engine makes of list_contains.
            return f"({text} IS NULL OR list_position([{_list(shapes[Facet.ENUM].values)}], {text}) IS NOT NULL)"
        case Kind.STRING if shapes.keys() <= _JUDGED_AT_A_GLANCE:
            most = next(shape.high for shape in column.shapes if shape.high is not None)
            parts = [f"strlen({text}) BETWEEN 1 AND {most}"]
            parts += [f"NOT contains({text}, '@')"] if Facet.OPAQUE in shapes else []
            parts += [f"{text} <> {marker}"] if marker is not None else []
            return " AND ".join(parts)
        case _:
            return None


def is_sound_if_bare(column: Column) -> bool:
    """Whether no value of a column has a fault that is neither empty, nor longer than ``SHORT`` bytes, nor has an @."""
    shapes = {shape.facet: shape for shape in column.shapes}
    if column.kind is not Kind.STRING or not shapes.keys() <= _JUDGED_AT_A_GLANCE:
        return False
    return all(shape.high is None or shape.high >= SHORT for shape in column.shapes)


def typed(column: Column, text: str) -> str:
    """SQL of the value that rules compute with; it is meaningful only where no slot of the column holds."""
    match column.kind:
        case Kind.DECIMAL:
            return f"TRY_CAST({text} AS DECIMAL({column.precision}, {column.scale}))"
        case Kind.TIMESTAMP:
            return f"TRY_CAST({text} AS TIMESTAMP)"
        case Kind.INTEGER:
            return f"TRY_CAST({text} AS BIGINT)"
        case Kind.BOOLEAN:
            return f"CASE {text} WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END"
        case Kind.LIST if column.record is None:
            return f"array_to_string(list_sort({_members(text)}), ',')"
        case _:
            return text


def _conditions(column: Column, shape: Shape, text: str, marker: str | None) -> Iterator[str]:
    """SQL conditions, each true where the value misses the shape."""
    is_list = column.kind is Kind.LIST and column.record is None
    found = _condition_of_list(shape, text) if is_list else _condition(column, shape, text)
    is_type = shape.facet is Facet.TYPE or (shape.facet is Facet.ENUM and column.kind is Kind.ENUM)
    if marker is not None and is_type:
        yield f"{text} = {marker}"
    if found is not None:
        # A marked value has the wrong JSON type; JSON Schema then asks nothing else of it.
        unmarked = marker is not None and not is_type and shape.facet is not Facet.PRESENT
        yield f"({text} <> {marker} AND ({found}))" if unmarked else found


def _condition(column: Column, shape: Shape, text: str) -> str | None:  # noqa: PLR0911 - one per facet
    match shape.facet:
        case Facet.PRESENT:
            return f"{text} IS NULL"
        case Facet.TYPE:
            return _wrong_text(column, text)
        case Facet.PATTERN:
            return f"NOT {_matches(text, shape)}"
        case Facet.DIGITS:
            notation = next(other for other in column.shapes if other.facet is Facet.PATTERN)
            return f"NOT {_matches(text, shape)} AND {_matches(text, notation)}"
        case Facet.OPAQUE:
            # Most identifiers have no @ at all, and looking for it is several times as fast as the pattern.
            return f"CASE WHEN contains({text}, '@') THEN regexp_matches({text}, {_literal(shape)}) ELSE FALSE END"
        case Facet.ENUM:
            return f"{text} NOT IN ({_list(shape.values)})"
        case Facet.CODE:
            codes = "|".join(shape.values)
            return f"NOT regexp_full_match({text}, '{codes}|{(shape.pattern or '')[1:-1]}')"
        case Facet.LENGTH:
            return _of_wrong_length(column, shape, text)
        case Facet.RANGE:
            bound = f"< {shape.low}" if shape.low is not None else f"> {shape.high}"
            return (
                f"CASE WHEN regexp_full_match({text}, '{_INTEGER}') "
                f"THEN TRY_CAST({text} AS HUGEINT) {bound} IS NOT FALSE ELSE FALSE END"
            )
        case _:
            return None  # members of maps, and lists of records, are judged by the reader


def _condition_of_list(shape: Shape, text: str) -> str | None:
    match shape.facet:
        case Facet.PRESENT:
            return f"{text} IS NULL"
        case Facet.MEMBERS:
            return f"NOT regexp_full_match({text}, '{_list_of(shape.values)}')"
        case Facet.UNIQUE:
            return f"len(list_distinct({_members(text)})) < len({_members(text)})"
        case _:
            return None  # what is no list, or a list of none, is no list of one or more members either


def _wrong_text(column: Column, text: str) -> str | None:
    """A text that is none of the column's JSON type; other types are text, or their members tell."""
    if column.kind is Kind.INTEGER:
        return f"NOT regexp_full_match({text}, '{_INTEGER}')"
    return f"{text} NOT IN ('true', 'false')" if column.kind is Kind.BOOLEAN else None


def _list_of(values: tuple[str, ...]) -> str:
    """The pattern of JSON text of a list with at least one member, each one of the values without any escape."""
    member = f'{_SPACE}"(?:{"|".join(values)})"{_SPACE}'
    return f"{_SPACE}\\[{member}(?:,{member})*\\]{_SPACE}"


def _members(text: str) -> str:
    """The members of a list of plain texts."""
    return f'regexp_extract_all({text}, \'"([^"]*)"\', 1)'


def _of_wrong_length(column: Column, shape: Shape, text: str) -> str | None:
    """Both bounds at once, at the upper one."""
    if shape.high is None:
        bounded = any(other.facet is Facet.LENGTH and other.high is not None for other in column.shapes)
        return None if bounded else f"{text} = ''"
    # Bytes bound code points from above, are there without counting, and are none only where there is no text.
    return (
        f"CASE WHEN strlen({text}) BETWEEN 1 AND {shape.high} IS NOT FALSE THEN FALSE "
        f"ELSE {text} = '' OR length({text}) > {shape.high} END"
    )


def _matches(text: str, shape: Shape) -> str:
    return f"regexp_full_match({text}, {_literal(shape)})"


def _literal(shape: Shape) -> str:
    return "'" + (shape.pattern or "").replace("'", "''") + "'"


def _list(values: tuple[str, ...]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)
