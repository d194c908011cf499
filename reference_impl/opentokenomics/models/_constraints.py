"""What the generated models say about the values of a column, as annotations of its type."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, get_args

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, Strict
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from opentokenomics.exact_json import decode
from opentokenomics.models._frozen import FrozenMap, exchangeable, freeze

PLAIN_NOTATION = "^-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?$"
_EARLIEST_YEAR = 1970


class Notation(Enum):
    """The form in which values arrive where they do not come from Python; given to pydantic as context."""

    JSON = "json"
    CSV = "csv"


_Info = core_schema.ValidationInfo[Any]


def _from_python(info: _Info) -> bool:
    return info.mode == "python" and not isinstance(info.context, Notation)


def plain_text(value: Decimal) -> str:
    """A decimal in plain notation, with all the digits that it has."""
    return format(value, "f")


def timestamp_text(value: datetime) -> str:
    """An instant in UTC as RFC 3339 text with ``Z`` and no more fractional digits than it needs."""
    text = value.isoformat().removesuffix("+00:00")
    return f"{text.rstrip('0') if value.microsecond else text}Z"


class _Constraint:
    """Base of the annotations that replace pydantic's own reading of a type."""

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(self.shape)

    @property
    def shape(self) -> Mapping[str, Any]:
        """The constraint in the words of JSON Schema."""
        return {}


def _reading(read: Callable[[Any, _Info], Any], write: Callable[[Any], Any]) -> CoreSchema:
    return core_schema.with_info_plain_validator_function(
        read, serialization=core_schema.plain_serializer_function_ser_schema(write, when_used="json")
    )


@dataclass(frozen=True)
class Digits(_Constraint):
    """An exact decimal with at most so many digits before and after the point.

    Text must be in plain notation. Python code may also pass a Decimal or an int, never a float or a bool.
    """

    before: int
    after: int

    @property
    def shape(self) -> Mapping[str, Any]:
        """A text with so many digits."""
        return {"type": "string", "pattern": f"^-?[0-9]{{1,{self.before}}}(?:[.][0-9]{{1,{self.after}}})?$"}

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        fits = re.compile(rf"-?(?:0|[1-9][0-9]{{0,{self.before - 1}}})(?:[.][0-9]{{1,{self.after}}})?").fullmatch

        def read(value: Any, info: _Info) -> Decimal:  # noqa: ANN401 - whatever the caller passed
            if isinstance(value, str):
                if fits(value):
                    return Decimal(value)
                raise self._digits() if re.fullmatch(PLAIN_NOTATION, value) else self._notation()
            if isinstance(value, Decimal | int) and not isinstance(value, bool) and _from_python(info):
                return self._limited(Decimal(value))
            raise self._notation()

        return _reading(read, plain_text)

    def _limited(self, value: Decimal) -> Decimal:
        exponent = value.as_tuple().exponent
        if isinstance(exponent, str):
            raise self._notation()
        if exponent < -self.after or (value and value.adjusted() >= self.before):
            raise self._digits()
        return Decimal(plain_text(value)) if exponent > 0 else value

    @staticmethod
    def _notation() -> PydanticCustomError:
        return PydanticCustomError(
            "decimal_notation", "Input should be a decimal as text in plain notation, such as '0.0000015'"
        )

    def _digits(self) -> PydanticCustomError:
        return PydanticCustomError(
            "decimal_digits",
            "Decimal should have at most {before} digits before and {after} digits after the point",
            {"before": self.before, "after": self.after},
        )


@dataclass(frozen=True)
class Instant(_Constraint):
    """An instant, held as an aware datetime in UTC.

    Text must match the pattern. Python code may also pass an aware datetime of any zone, never a naive one.
    """

    pattern: str

    @property
    def shape(self) -> Mapping[str, Any]:
        """A text that matches the pattern."""
        return {"type": "string", "format": "date-time", "pattern": self.pattern}

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        fits = re.compile(self.pattern).fullmatch

        def read(value: Any, info: _Info) -> datetime:  # noqa: ANN401 - whatever the caller passed
            if isinstance(value, str) and fits(value):
                return datetime.fromisoformat(value)
            if isinstance(value, datetime) and _from_python(info):
                return _to_utc(value)
            raise PydanticCustomError(
                "timestamp", "Input should be an RFC 3339 timestamp in UTC with Z, such as '2026-08-31T00:00:00Z'"
            )

        return _reading(read, timestamp_text)


def _to_utc(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise PydanticCustomError("timestamp_naive", "Datetime should have a time zone")
    try:
        instant = value.astimezone(UTC)
    except OverflowError:
        instant = None
    if instant is None or instant.year < _EARLIEST_YEAR:
        raise PydanticCustomError("timestamp_year", "Datetime should lie in the years 1970 to 9999 of UTC")
    return instant


@dataclass(frozen=True)
class Whole(_Constraint):
    """A whole number from ``low`` to ``high``; in JSON also written as 1.0, in CSV as digits without leading zeros."""

    low: int
    high: int

    @property
    def shape(self) -> Mapping[str, Any]:
        """An integer with its bounds."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        digits = re.compile("-?(?:0|[1-9][0-9]{0,18})").fullmatch

        def read(value: Any, info: _Info) -> int:  # noqa: ANN401 - whatever the caller passed
            if isinstance(value, str) and info.context is Notation.CSV and digits(value):
                value = int(value)
            number = isinstance(value, int) or (isinstance(value, Decimal | float) and not _from_python(info))
            # The bounds come first: a number like 1e999999999 must never be written out as an int.
            if isinstance(value, bool) or not number or not self.low <= value <= self.high or int(value) != value:
                raise PydanticCustomError(
                    "whole_number",
                    "Input should be a whole number from {low} to {high}",
                    {"low": self.low, "high": self.high},
                )
            return int(value)

        return _reading(read, int)


@dataclass(frozen=True)
class Opaque:
    """A string in which the pattern, that of an e-mail address, is not found."""

    pattern: str

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        found = re.compile(self.pattern).search

        def read(value: str) -> str:
            # Searching every identifier would cost more than all other checks of a record together.
            if "@" in value and found(value):
                raise PydanticCustomError("opaque_identifier", "Identifier should not hold an e-mail address")
            return value

        return core_schema.no_info_after_validator_function(read, handler(source))


@dataclass(frozen=True)
class Code:
    """One of a list of codes, or a string that matches the pattern."""

    codes: frozenset[str]
    pattern: str

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        fits = re.compile(self.pattern).fullmatch

        def read(value: str) -> str:
            if value not in self.codes and not fits(value):
                raise PydanticCustomError(
                    "code", "Input should be a known code or match '{pattern}'", {"pattern": self.pattern}
                )
            return value

        return core_schema.no_info_after_validator_function(read, handler(source))


@dataclass(frozen=True)
class TextMap(_Constraint):
    """A mapping of strings to strings, held as an immutable one; in CSV the JSON text of an object."""

    @property
    def shape(self) -> Mapping[str, Any]:
        """An object of strings."""
        return {"type": "object", "additionalProperties": {"type": "string"}}

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return _reading(self._read, dict)

    @staticmethod
    def _read(value: Any, info: _Info) -> FrozenMap[str]:  # noqa: ANN401 - whatever the caller passed
        try:
            if isinstance(value, str) and info.context is Notation.CSV:
                value = decode(value, bounded=True)
            if isinstance(value, Mapping):
                return FrozenMap({exchangeable(name): exchangeable(each) for name, each in value.items()})
        except (ValueError, RecursionError) as error:
            reason = str(error)
        else:
            reason = "it is no object"
        raise PydanticCustomError("text_map", "Input should map strings to strings: {reason}", {"reason": reason})


@dataclass(frozen=True)
class Truth(_Constraint):
    """True or false; in CSV one of the two words in lower case."""

    @property
    def shape(self) -> Mapping[str, Any]:
        """A boolean."""
        return {"type": "boolean"}

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        words = {"true": True, "false": False}

        def read(value: Any, info: _Info) -> bool:  # noqa: ANN401 - whatever the caller passed
            if isinstance(value, str) and info.context is Notation.CSV:
                value = words.get(value)
            if not isinstance(value, bool):
                raise PydanticCustomError("boolean", "Input should be true or false")
            return value

        return _reading(read, bool)


@dataclass(frozen=True)
class Members(_Constraint):
    """Different members of a closed list, held as a tuple in the order given; in CSV the JSON text of an array.

    The literals of the annotated type are the closed list.
    """

    def __get_pydantic_core_schema__(self, source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        allowed = get_args(get_args(source)[0])

        def read(value: Any, info: _Info) -> tuple[str, ...]:  # noqa: ANN401 - whatever the caller passed
            if isinstance(value, str) and info.context is Notation.CSV:
                with suppress(ValueError, RecursionError):
                    value = decode(value, bounded=True)
            is_list = isinstance(value, list | tuple) and bool(value)
            if not is_list or any(type(each) is not str or each not in allowed for each in value):
                raise PydanticCustomError(
                    "members", "Input should list at least one of {allowed}", {"allowed": ", ".join(allowed)}
                )
            if len(set(value)) < len(value):
                raise PydanticCustomError("members_twice", "Input should list nothing twice")
            return tuple(value)

        return _reading(read, list)


@dataclass(frozen=True)
class Names(_Constraint):
    """Different names, each one matching the pattern, held as a tuple in the order given."""

    pattern: str

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        fits = re.compile(self.pattern).fullmatch

        def read(value: Any, _: _Info) -> tuple[str, ...]:  # noqa: ANN401 - whatever the caller passed
            is_list = isinstance(value, list | tuple) and bool(value)
            if not is_list or not all(isinstance(each, str) and fits(each) for each in value):
                raise PydanticCustomError("names", "Input should list at least one name")
            if len(set(value)) < len(value):
                raise PydanticCustomError("names_twice", "Input should list nothing twice")
            return tuple(value)

        return _reading(read, list)


@dataclass(frozen=True)
class Entries:
    """At least one record, held as a tuple; read from a list of records or of their JSON objects.

    In CSV it is the JSON text of an array.
    """

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        model = get_args(source)[0]
        record = handler.generate_schema(Annotated[model, Strict(strict=False)])

        def read(value: Any, info: _Info) -> Any:  # noqa: ANN401 - whatever the caller passed
            if isinstance(value, str) and info.context is Notation.CSV:
                with suppress(ValueError, RecursionError):
                    value = decode(value, bounded=True)
            if isinstance(value, list) and info.context is Notation.CSV:
                # Inside the JSON text of a cell, values are those of JSON.
                return [model.model_validate(each) for each in value]
            return value

        entries = core_schema.tuple_variable_schema(record, min_length=1, strict=False)
        return core_schema.with_info_before_validator_function(read, entries)


@dataclass(frozen=True)
class CustomName:
    """The name of a custom column."""

    pattern: str

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        fits = re.compile(self.pattern).fullmatch

        def read(name: str) -> str:
            if not fits(name):
                raise PydanticCustomError(
                    "unknown_column",
                    "Column should be one of the standard, or a custom one whose name matches '{pattern}'",
                    {"pattern": self.pattern},
                )
            return name

        return core_schema.no_info_after_validator_function(read, handler(source))


@dataclass(frozen=True)
class JsonValue(_Constraint):
    """Any JSON value, held immutably and exactly: arrays as tuples, objects as FrozenMaps, fractions as Decimals."""

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self._read)

    @staticmethod
    def _read(value: Any, info: _Info) -> Any:  # noqa: ANN401 - a JSON value
        if isinstance(value, float) and info.mode == "json":
            value = Decimal(repr(value))
        try:
            return freeze(value)
        except ValueError as error:
            reason = str(error)
        raise PydanticCustomError("json_value", "Input should be a JSON value: {reason}", {"reason": reason})
