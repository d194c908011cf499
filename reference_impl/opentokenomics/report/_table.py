"""What a report lists, as columns that a data frame is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Item = TypeVar("_Item", bound="DataclassInstance")


def columns(kind: type[_Item], items: Iterable[_Item]) -> dict[str, list[Any]]:
    """One list per attribute, in the order of the attributes; empty lists where there are no items."""
    listed = list(items)
    return {each.name: [_plain(getattr(item, each.name)) for item in listed] for each in fields(kind)}


def _plain(value: object) -> object:
    """The value; an unpaired surrogate, which no data frame takes, becomes an escape."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
