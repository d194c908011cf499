"""Generates ``opentokenomics/models`` from the standard; ``--check`` writes nothing and says what is out of date."""

import argparse
import json
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opentokenomics import standard
from opentokenomics.standard import Column, Dataset, Facet, Kind, Shape

TARGET = Path(__file__).parents[1] / "reference_impl" / "opentokenomics" / "models"
COMMAND = "python tools/generate_models.py"
NUMBER = standard.VersionName.parse(standard.load().version).number
WIDTH = 120

PLAIN_NOTATION = "^-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?$"
"""The pattern of decimals that the hand-written ``Digits`` reads."""

DECIMAL_NAMES = {(24, 6): "Quantity", (18, 6): "PricingQuantity", (19, 12): "UnitPrice", (32, 18): "Amount"}
"""What decimals of a precision and a scale are called."""

TYPES_IMPORTS = """\
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from opentokenomics.models._constraints import (
    Code,
    CustomName,
    Digits,
    Instant,
    JsonValue,
    Members,
    Names,
    Opaque,
    TextMap,
    Truth,
)
"""


@dataclass(frozen=True)
class ValueType:
    """The type of a column's values: an expression, and the name under which it is defined, if it needs one."""

    expression: str
    name: str | None = None
    description: str = ""


def generate(datasets: Iterable[Dataset]) -> dict[str, str]:
    """The generated modules: file names with their texts."""
    ordered = list(datasets)
    known = [record for dataset in ordered for record in (*_inner(dataset), dataset)]
    modules = {"_types.py": _types_module(known)}
    return modules | {f"{dataset.name}.py": _dataset_module(dataset, known) for dataset in ordered}


# What the values of a column are


def _value_type(column: Column, dataset: Dataset, datasets: list[Dataset]) -> ValueType:  # noqa: PLR0911 - one per kind
    shapes = {shape.facet: shape for shape in column.shapes}
    if column.values:
        return _literal(column, dataset, datasets)
    match column.kind:
        case Kind.STRING:
            return _string(column)
        case Kind.DECIMAL:
            return _decimal(column)
        case Kind.INTEGER:
            low = max(shape.low for shape in column.shapes if shape.facet is Facet.RANGE and shape.low is not None)
            high = min(shape.high for shape in column.shapes if shape.facet is Facet.RANGE and shape.high is not None)
            return ValueType(f"Annotated[int, Whole({low}, {high:_})]")
        case Kind.TIMESTAMP:
            pattern = _quoted(shapes[Facet.PATTERN].pattern)
            return ValueType(f"Annotated[datetime, Instant({pattern})]", "Timestamp", "An aware instant in UTC.")
        case Kind.MAP:
            return ValueType(
                "Annotated[Mapping[str, str], TextMap()]", "StringMap", "An immutable mapping of strings to strings."
            )
        case Kind.BOOLEAN:
            return ValueType("Annotated[bool, Truth()]", "Boolean", "True or false.")
        case Kind.LIST:
            return _list(column, shapes[Facet.MEMBERS])
    message = f"{dataset.name}.{column.name}: no value type is known for the kind {column.kind}"
    raise ValueError(message)


def _list(column: Column, members: Shape) -> ValueType:
    if column.record is not None:
        return ValueType(f"Annotated[tuple[{_camel(column.record.name)}, ...], Entries()]")
    listed = ", ".join(f'"{value}"' for value in members.values)
    expression = f"Annotated[tuple[Literal[{listed}], ...], Members()]"
    if members.pattern is not None:
        expression = f"Annotated[tuple[str, ...], Names({_quoted(members.pattern)})]"
    return ValueType(expression, _camel(column.name), f"Different values of ``{column.name}``, at least one.")


def _literal(column: Column, dataset: Dataset, datasets: list[Dataset]) -> ValueType:
    """The listed values; where no common definition names them, the column does, or the dataset and the column."""
    others = {each.by_name[column.name].values for each in datasets if column.name in each.by_name}
    name = column.name if len(others) == 1 else f"{dataset.name}_{column.name}"
    common = {tuple(each["enum"]): shared for shared, each in _common().items() if "enum" in each}
    name = common.get((*column.values, None), name)
    values = ", ".join(f'"{value}"' for value in column.values)
    return ValueType(f"Literal[{values}]", _camel(name), f"Values of ``{name}``.")


def _string(column: Column) -> ValueType:
    shapes = {shape.facet: shape for shape in column.shapes}
    if Facet.CODE in shapes:
        pattern = _quoted(shapes[Facet.CODE].pattern)
        return ValueType(
            f"Annotated[str, Code(frozenset(_CURRENCIES.split()), {pattern})]",
            "Currency",
            "An ISO 4217 code, or a virtual currency declared by the prefix ``x_``.",
        )
    if Facet.PATTERN in shapes:
        return _written(column, shapes[Facet.PATTERN].pattern or "")
    length = f"StringConstraints({_length(column)})"
    if Facet.OPAQUE in shapes:
        pattern = _quoted(shapes[Facet.OPAQUE].pattern)
        return ValueType(
            f"Annotated[str, {length}, Opaque({pattern})]", "Identifier", "A text that holds no e-mail address."
        )
    return ValueType(f"Annotated[str, {length}]", "Text", "A text of 1 to 4096 code points.")


def _length(column: Column) -> str:
    bounds = [shape for shape in column.shapes if shape.facet is Facet.LENGTH]
    lows = [f"min_length={shape.low}" for shape in bounds if shape.low is not None]
    return ", ".join([*lows, *(f"max_length={shape.high}" for shape in bounds if shape.high is not None)])


def _written(column: Column, pattern: str) -> ValueType:
    """A text of a form that the common definitions give a name."""
    named = {each.get("pattern"): (name, each) for name, each in _common().items()}
    name, definition = named[pattern]
    length = _length(column)
    constraints = [length, f"pattern={_quoted(pattern)}"] if length else [f"pattern={_quoted(pattern)}"]
    parts = ", ".join(f"StringConstraints({each})" for each in constraints)
    return ValueType(f"Annotated[str, {parts}]", _camel(name), definition["$comment"])


def _common() -> Mapping[str, Any]:
    definitions: Mapping[str, Any] = json.loads(standard.documents()["common.schema.json"])["$defs"]
    return definitions


def _decimal(column: Column) -> ValueType:
    precision, scale = column.precision or 0, column.scale or 0
    before = precision - scale
    patterns = {shape.facet: shape.pattern for shape in column.shapes}
    digits = f"^-?[0-9]{{1,{before}}}(?:[.][0-9]{{1,{scale}}})?$"
    if patterns[Facet.PATTERN] != PLAIN_NOTATION or patterns[Facet.DIGITS] != digits:
        message = f"{column.name}: its patterns are not those of a decimal of precision {precision} and scale {scale}"
        raise ValueError(message)
    return ValueType(
        f"Annotated[Decimal, Digits({before}, {scale})]",
        DECIMAL_NAMES[precision, scale],
        f"An exact decimal with at most {before} digits before and {scale} after the point.",
    )


# The modules


def _types_module(datasets: list[Dataset]) -> str:
    types = {
        value_type.name: value_type
        for dataset in datasets
        for column in dataset.columns
        if (value_type := _value_type(column, dataset, datasets)).name
    }
    custom = {dataset.custom_pattern for dataset in datasets}
    (custom_pattern,) = custom
    definitions = [
        *sorted(types.values(), key=lambda each: (each.expression.startswith("Literal"), each.name)),
        ValueType(
            f"dict[Annotated[str, CustomName({_quoted(custom_pattern)})], Annotated[Any, JsonValue()]]",
            "CustomColumns",
            "Custom columns under their names.",
        ),
    ]
    heading = _heading("Types of the values that columns hold.", f"the schemas in ``schemas/{NUMBER}``")
    parts = [heading, TYPES_IMPORTS, _currencies(datasets), *map(_definition, definitions)]
    return "\n".join(parts)


def _currencies(datasets: list[Dataset]) -> str:
    codes = {
        shape.values
        for dataset in datasets
        for column in dataset.columns
        for shape in column.shapes
        if shape.facet is Facet.CODE
    }
    (codes_of_all,) = codes
    text = textwrap.fill(" ".join(codes_of_all), WIDTH - 4, initial_indent="", subsequent_indent="")
    return f'_CURRENCIES = """\n{text}\n"""\n'


def _definition(value_type: ValueType) -> str:
    return f'{_statement(f"{value_type.name} = ", value_type.expression)}\n"""{value_type.description}"""\n'


def _dataset_module(dataset: Dataset, datasets: list[Dataset]) -> str:
    records = [*_inner(dataset), dataset]
    types = [_value_type(column, record, datasets) for record in records for column in record.columns]
    inline = sorted({each.expression.split("(")[0].rsplit(" ", 1)[1] for each in types if not each.name})
    named = sorted({each.name for each in types if each.name} | {"CustomColumns"})
    constraints = [f"from opentokenomics.models._constraints import {', '.join(inline)}"] if inline else []
    lines = [
        _heading(f"{dataset.title}: {_lower(dataset.description)}", f"``schemas/{NUMBER}/{dataset.name}.schema.json``"),
        f"from typing import {'Annotated, ' if inline else ''}ClassVar",
        "",
        f"from opentokenomics.models._base import {'Entry, ' if _inner(dataset) else ''}Record",
        *constraints,
        "from opentokenomics.models._types import (",
        *(f"    {name}," for name in named),
        ")",
    ]
    for record in _inner(dataset):
        lines += ["", "", *_class(record, _camel(record.name), datasets)]
    lines += ["", "", *_class(dataset, f"{_camel(dataset.name)}Record", datasets)]
    return "\n".join(lines) + "\n"


def _inner(dataset: Dataset) -> list[Dataset]:
    """The records in the lists of a dataset."""
    return [column.record for column in dataset.columns if column.record is not None]


def _class(record: Dataset, name: str, datasets: list[Dataset]) -> list[str]:
    return [
        f"class {name}({'Record' if name.endswith('Record') else 'Entry'}):",
        f'    """{record.description}"""',
        "",
        "    __pydantic_extra__: CustomColumns",
        *(["", f'    dataset: ClassVar[str] = "{record.name}"'] if name.endswith("Record") else []),
        *_fields(record, [_value_type(column, record, datasets) for column in record.columns]),
    ]


def _fields(dataset: Dataset, types: list[ValueType]) -> Iterator[str]:
    group = None
    for column, value_type in zip(dataset.columns, types, strict=True):
        yield ""
        if column.group != group:
            group = column.group
            yield f"    # {group.capitalize()}"
            yield ""
        type_name = value_type.name or value_type.expression
        yield f"    {column.name}: {type_name}" if column.required else f"    {column.name}: {type_name} | None = None"
        yield from _documentation(column)


def _documentation(column: Column) -> list[str]:
    sentences = [column.description]
    if column.required:
        sentences.append("Required.")
    elif column.levels.get("cost") == "required":
        sentences.append("Required by the profile ``cost``.")
    if column.focus_name:
        sentences.append(f"In FOCUS: ``{column.focus_name}``.")
    text = " ".join(sentences).replace("`", "``").replace("````", "``")
    if len(text) + 10 <= WIDTH:
        return [f'    """{text}"""']
    return [*textwrap.wrap(text, WIDTH, initial_indent='    """', subsequent_indent="    "), '    """']


# Text


def _heading(summary: str, source: str) -> str:
    origin = textwrap.fill(f"Generated from {source} by ``{COMMAND}``; never edited by hand.", WIDTH)
    return f'"""{summary}\n\n{origin}\n"""\n'


def _statement(head: str, expression: str) -> str:
    """An assignment, broken into lines as the formatter would where it is too long for one."""
    if len(head) + len(expression) <= WIDTH:
        return head + expression
    opening, _, arguments = expression.partition("[")
    lines = [line for argument in _arguments(arguments.removesuffix("]")) for line in _argument_lines(argument)]
    return "\n".join([f"{head}{opening}[", *lines, "]"])


def _argument_lines(argument: str) -> list[str]:
    if len(argument) + 5 <= WIDTH:
        return [f"    {argument},"]
    function, _, text = argument.removesuffix('")').partition("(")
    keyword, _, pattern = text.partition('r"')
    length = WIDTH - 12 - len(keyword)
    first, *others = [pattern[start : start + length] for start in range(0, len(pattern), length)]
    return [f"    {function}(", f'        {keyword}r"{first}"', *(f'        r"{piece}"' for piece in others), "    ),"]


def _arguments(text: str) -> Iterator[str]:
    depth, start, quoted = 0, 0, False
    for position, character in enumerate(text):
        quoted ^= character == '"'
        depth += 0 if quoted else (character in "([") - (character in ")]")
        if character == "," and not depth and not quoted:
            yield text[start:position].strip()
            start = position + 1
    yield text[start:].strip()


def _quoted(pattern: str | None) -> str:
    return f'r"{pattern}"'


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def main(arguments: list[str] | None = None) -> int:
    """Writes the modules, or compares them; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a module is out of date")
    checking = parser.parse_args(arguments).check
    modules = generate(standard.load().datasets.values())
    stale = [
        name
        for name, text in modules.items()
        if not (TARGET / name).exists() or (TARGET / name).read_text("utf-8") != text
    ]
    for name in stale:
        if checking:
            print(f"{TARGET / name} is out of date: run {COMMAND}", file=sys.stderr)
        else:
            (TARGET / name).write_text(modules[name], "utf-8")
    return 1 if checking and stale else 0


if __name__ == "__main__":
    sys.exit(main())
