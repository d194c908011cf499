"""Columns of a Parquet file: what text each value stands for, whatever type its writer chose.

A value has the text that it would have in JSON Lines, so that every rule means the same in each format. Where a type
already guarantees a value's shape, the value is taken as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from opentokenomics.engines.duckdb._session import identifier, literal
from opentokenomics.standard import Column, Kind

_SHORT = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
_WHOLE = {*_SHORT, "HUGEINT", "UHUGEINT", "UBIGINT"}
_FLOATS = {"FLOAT", "DOUBLE"}
_TEXTS = {"VARCHAR", "UUID", "JSON"}
_FINE_INSTANTS = {"TIMESTAMP_NS", "TIMESTAMPTZ_NS"}
_INSTANTS = {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP WITH TIME ZONE", *_FINE_INSTANTS}
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_EXACT_FLOAT = 10**15
_FIRST, _BEYOND = "TIMESTAMP '1970-01-01'", "TIMESTAMP '10000-01-01'"
_MICROSECOND = 1000
_SECOND = 10**9


@dataclass(frozen=True, slots=True)
class Cell:
    """How a scan reads a column.

    Attributes:
        sql: SQL of the value's text; or of the value itself, where ``fault`` says when it is out of shape.
        fault: SQL condition, over the column's name, that a value is not one that the standard has; None for texts.
        may_be_wrong: Whether some value may be of a type that the standard does not have there.
        is_judged: Whether nothing about the inside of a map is left to be judged.
        shown: SQL of what a report shows of the value, where ``sql`` does not tell it.
    """

    sql: str
    fault: str | None = None
    may_be_wrong: bool = False
    is_judged: bool = True
    shown: str | None = None


def cell_of(column: Column, name: str, type_: str, wrong_type: str) -> Cell:
    """How to read a column of a file.

    Args:
        column: The column of the standard.
        name: SQL of the column in the file.
        type_: Its type there, as the engine calls it.
        wrong_type: The text that stands for a value of the wrong type.
    """
    if type_ == '"NULL"':
        return Cell("NULL::VARCHAR")
    if type_ in _TEXTS or type_.startswith("ENUM("):
        return Cell(f"CAST({name} AS VARCHAR)", is_judged=not column.is_nested)
    typed = _TYPED.get(column.kind)
    cell = None if typed is None else typed(column, name, type_, wrong_type)
    return cell or Cell(f"CASE WHEN {name} IS NOT NULL THEN {literal(wrong_type)} END", may_be_wrong=True)


def _instant(column: Column, name: str, type_: str, _: str) -> Cell | None:
    """An instant in UTC; a type that says nothing of zones is taken to be in UTC."""
    if type_ not in _INSTANTS:
        return None
    value = identifier(column.name)
    fault = f"NOT ({value} >= {_FIRST} AND {value} < {_BEYOND})"
    if type_ == "TIMESTAMP WITH TIME ZONE":
        return Cell(f"make_timestamp(epoch_us({name}))", fault)
    if type_ in _FINE_INSTANTS:
        # What is finer than a microsecond has no text in the standard, and so it becomes no instant of it.
        finer = f"epoch_ns({name}) % {_MICROSECOND} <> 0"
        instant = f"make_timestamp(epoch_ns({name}) // {_MICROSECOND})"
        fraction = f"rtrim(lpad(CAST(epoch_ns({name}) % {_SECOND} AS VARCHAR), 9, '0'), '0')"
        shown = f"strftime({instant}, '%Y-%m-%dT%H:%M:%S') || rtrim('.' || {fraction}, '.') || 'Z'"
        return Cell(f"CASE WHEN {finer} THEN 'infinity'::TIMESTAMP ELSE {instant} END", fault, shown=shown)
    return Cell(f"CAST({name} AS TIMESTAMP)", fault)


def _decimal(column: Column, name: str, type_: str, _: str) -> Cell | None:
    if type_ in _WHOLE:
        return Cell(f"CAST({name} AS VARCHAR)")
    found = _DECIMAL.fullmatch(type_)
    if found is None:
        return None
    precision, scale = int(found[1]), int(found[2])
    limit, places = column.precision or 0, column.scale or 0
    if precision - scale <= limit - places and scale <= places:
        return Cell(f"CAST({name} AS DECIMAL({limit}, {places}))", "FALSE")
    return Cell(_trimmed(name, scale))


def _integer(column: Column, name: str, type_: str, wrong_type: str) -> Cell | None:
    if type_ in _SHORT:
        value = identifier(column.name)
        bounds = [f"{value} < {each.low}" for each in column.shapes if each.low is not None]
        bounds += [f"{value} > {each.high}" for each in column.shapes if each.high is not None]
        return Cell(f"CAST({name} AS BIGINT)", " OR ".join(bounds))
    if type_ in _WHOLE:
        return Cell(f"CAST({name} AS VARCHAR)")
    if found := _DECIMAL.fullmatch(type_):
        return Cell(_trimmed(name, int(found[2])))
    if type_ not in _FLOATS:
        return None
    # JSON knows one kind of number, and so does a table whose integers became floats for want of a null.
    exact = f"{name} = trunc({name}) AND abs({name}) <= {_EXACT_FLOAT}"
    whole = f"WHEN {exact} THEN CAST(CAST({name} AS BIGINT) AS VARCHAR)"
    return Cell(f"CASE WHEN {name} IS NULL THEN NULL {whole} ELSE {literal(wrong_type)} END", may_be_wrong=True)


def _same(column: Column, name: str, type_: str, _: str) -> Cell | None:
    return Cell(f"CAST({name} AS VARCHAR)") if type_ == column.kind.value.upper() else None


def _trimmed(name: str, scale: int) -> str:
    text = f"CAST({name} AS VARCHAR)"
    return f"rtrim(rtrim({text}, '0'), '.')" if scale else text


def _nested(column: Column, name: str, type_: str, wrong_type: str) -> Cell | None:
    text = f"CAST(to_json({name}) AS VARCHAR)"
    if column.kind is Kind.LIST:
        return Cell(text, is_judged=not column.is_nested) if type_.endswith("]") else None
    if type_ == "MAP(VARCHAR, VARCHAR)":
        bare = f"len(list_filter(map_values({name}), lambda member: member IS NULL)) > 0"
        twice = f"CASE WHEN cardinality({name}) > 1 THEN list_unique(map_keys({name})) < cardinality({name}) END"
        return Cell(f"CASE WHEN {bare} OR {twice} THEN {literal(wrong_type)} ELSE {text} END", may_be_wrong=True)
    if type_.endswith("]"):
        return None
    if type_.startswith("STRUCT("):
        # A field without a value is a name that the map does not have.
        return Cell(f"CASE WHEN {name} IS NOT NULL THEN json_merge_patch('{{}}', {text}) END", is_judged=False)
    return Cell(text, is_judged=False) if type_.startswith("MAP(") else None


_TYPED: Mapping[Kind, Callable[[Column, str, str, str], Cell | None]] = {
    Kind.TIMESTAMP: _instant,
    Kind.DECIMAL: _decimal,
    Kind.INTEGER: _integer,
    Kind.BOOLEAN: _same,
    Kind.DATE: _same,
    Kind.MAP: _nested,
    Kind.LIST: _nested,
}


def place(number: int) -> str:
    """The name under which a scan knows a column by its place."""
    return identifier(f"c{number}")
