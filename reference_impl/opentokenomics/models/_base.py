"""The behaviour that the generated models share."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from opentokenomics.exact_json import JsonError, decode
from opentokenomics.models._constraints import Notation, plain_text, timestamp_text
from opentokenomics.models._json import encode, encode_text, thaw


class Entry(BaseModel):
    """One record inside of another: a record in all but that it belongs to no dataset of its own.

    Raises:
        pydantic.ValidationError: A value does not have the shape of its column; each error has the column as its
            ``loc``. All ways to make an entry raise this error and no other.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The record that one JSON object states, read as strict I-JSON and judged as its JSON Schema judges it.

        Decimals must be strings, and numbers in custom columns keep all their digits. A name that occurs twice, NaN,
        a number beyond any range, a lone surrogate and anything after the object are refused.

        Raises:
            pydantic.ValidationError: The text is no such JSON (error type ``json``), or a value has the wrong shape.
        """
        try:
            value = decode(text, bounded=True)
        except (JsonError, RecursionError) as error:
            raise cls._error("json", f"Input should be strict JSON: {error}", text) from None
        if not isinstance(value, dict):
            raise cls._error("record", "Record should be a JSON object", value)
        return cls.model_validate(value, context=Notation.JSON)

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **_: Any) -> Self:  # noqa: ANN401 - as in pydantic
        """The same as :meth:`from_json`; pydantic's options have no effect."""
        return cls.from_json(bytes(json_data) if isinstance(json_data, bytearray) else json_data)

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> Self:
        """The record that one CSV row states: cells under their column names; an empty cell is null.

        Custom columns hold the text of their cells.

        Raises:
            pydantic.ValidationError: A cell is missing (error type ``row``), or a value has the wrong shape.
        """
        cells: Mapping[Any, Any] = row  # as csv.DictReader may hand it over: None for what is missing or too much
        if not all(isinstance(name, str) and isinstance(cell, str) for name, cell in cells.items()):
            raise cls._error("row", "Row should have exactly one cell for each column", row)
        return cls.model_validate({name: cell or None for name, cell in row.items()}, context=Notation.CSV)

    def to_json(self) -> str:
        """The record as compact JSON on one line; nulls are left out, decimals are strings with all their digits."""
        members = [f'"{name}":{_json(value)}' for name, value in self.__dict__.items() if value is not None]
        members += [f'"{name}":{encode(value)}' for name, value in (self.model_extra or {}).items()]
        return "{" + ",".join(members) + "}"

    def to_dict(self) -> dict[str, Any]:
        """The record as JSON values: decimals and timestamps as text, maps as dicts, without nulls.

        Fractions in custom columns stay Decimals, since no other number holds them exactly.
        """
        values = {name: _value(value) for name, value in self.__dict__.items() if value is not None}
        return values | {name: thaw(value) for name, value in (self.model_extra or {}).items()}

    def to_row(self) -> dict[str, str]:
        """The record as CSV cells under their column names; nulls are left out.

        Maps are JSON text, and so are the values of custom columns other than strings. Reading the row gives an equal
        record where no custom column holds anything but a string that is not empty.
        """
        row = {name: _cell(value) for name, value in self.__dict__.items() if value is not None}
        for name, value in (self.model_extra or {}).items():
            row[name] = value if isinstance(value, str) else encode(value)
        return row

    def model_post_init(self, _context: object, /) -> None:
        """Forgets custom columns that are null, since null and absent mean the same."""
        custom = self.model_extra
        if custom and None in custom.values():
            for name in [name for name, value in custom.items() if value is None]:
                del custom[name]

    @classmethod
    def _error(cls, kind: str, message: str, value: object) -> ValidationError:
        # As a parameter, the message may hold braces, which come from the input.
        error = PydanticCustomError(kind, "{message}", {"message": message})
        return ValidationError.from_exception_data(cls.__name__, [InitErrorDetails(type=error, input=value)])


class Record(Entry):
    """One record of a dataset: frozen, typed, and of exactly the shape that the dataset's JSON Schema accepts.

    Decimals are ``Decimal``, timestamps aware ``datetime`` in UTC, maps immutable mappings of strings. A column that
    is absent is None. Custom columns (``x_...``) are attributes too, and together in ``model_extra``; they hold any
    JSON value of at most 100 levels, with arrays as tuples, objects as immutable mappings and fractions as ``Decimal``.

    A record knows the shape of its values, not the rules of the standard: ``opentokenomics.check`` judges those.

    Raises:
        pydantic.ValidationError: A value does not have the shape of its column; each error has the column as its
            ``loc``. All ways to make a record raise this error and no other.
    """

    dataset: ClassVar[str]
    """Name of the dataset that the record belongs to."""


def _json(value: object) -> str:
    if isinstance(value, Decimal):
        return f'"{plain_text(value)}"'
    if isinstance(value, datetime):
        return f'"{timestamp_text(value)}"'
    if isinstance(value, tuple):
        return f"[{','.join(map(_json, value))}]"
    if isinstance(value, Entry):
        return value.to_json()
    return encode_text(value) if isinstance(value, str) else encode(value)


def _value(value: object) -> object:
    if isinstance(value, Decimal):
        return plain_text(value)
    if isinstance(value, datetime):
        return timestamp_text(value)
    if isinstance(value, tuple):
        return [_value(each) for each in value]
    return value.to_dict() if isinstance(value, Entry) else thaw(value)


def _cell(value: object) -> str:
    plain = _value(value)
    return plain if isinstance(plain, str) else _json(value)
