"""Immutable JSON values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeVar

Value = TypeVar("Value", covariant=True)  # noqa: PLC0105 - a short name reads better in annotations

MAXIMUM_DEPTH = 100
"""How deeply a custom value may be nested; deeper ones would exhaust the stack of some reader."""
_DIGITS_THAT_INT_PRINTS = 4300


class FrozenMap(Mapping[str, Value]):
    """An immutable, hashable mapping from names to values; equal to any mapping with the same members."""

    __slots__ = ("_members",)

    def __init__(self, members: Mapping[str, Value]) -> None:
        self._members = dict(members)

    def __getitem__(self, name: str) -> Value:
        return self._members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __hash__(self) -> int:
        return hash(frozenset(self._members.items()))

    def __repr__(self) -> str:
        return f"FrozenMap({self._members!r})"


def freeze(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - a JSON value
    """The JSON value with its arrays as tuples and its objects as FrozenMaps.

    Raises:
        ValueError: It is not a JSON value, holds a binary float, or is nested more than 100 levels deep.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return exchangeable(value)
    if isinstance(value, int):
        return value if value.bit_length() < _DIGITS_THAT_INT_PRINTS else Decimal(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is not a JSON number")
        return value
    if depth == MAXIMUM_DEPTH:
        raise ValueError(f"it is nested more than {MAXIMUM_DEPTH} levels deep")
    if isinstance(value, Mapping):
        return FrozenMap({exchangeable(name): freeze(each, depth + 1) for name, each in value.items()})
    if isinstance(value, list | tuple):
        return tuple(freeze(each, depth + 1) for each in value)
    if isinstance(value, float):
        raise ValueError("a binary float has no exact decimal value; pass a Decimal")  # noqa: TRY004 - for pydantic
    raise ValueError(f"{type(value).__name__} is no JSON value")


def exchangeable(text: object) -> str:
    """The text itself, where every reader of UTF-8 can read it.

    Raises:
        ValueError: It is no string, or holds a lone surrogate.
    """
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not a string")  # noqa: TRY004 - pydantic reports ValueErrors
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError("a string holds a lone surrogate") from None
    return text
