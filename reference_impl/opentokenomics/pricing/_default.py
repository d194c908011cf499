"""The rate card that comes with the package: published prices, and the names of the models that they are for."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files

from opentokenomics.pricing._card import RateCard
from opentokenomics.pricing._price import Price
from opentokenomics.standard import Kind, load


@cache
def default_card() -> RateCard:
    """The published prices, in US dollars, with their sources (see ``tools/list_prices.py``)."""
    kinds = {column.name: column.kind for column in load().datasets["price"].columns}
    return RateCard(Price.of(_typed(row, kinds)) for row in _rows("list-prices.csv"))


@dataclass(frozen=True, slots=True)
class Name:
    """What a name of a model stands for.

    Attributes:
        canonical_model_id: The model.
        dates: With which dates behind it the name stands for the same model: ``any``, those of a year such as
            ``2025``, or none.
    """

    canonical_model_id: str
    dates: str


@cache
def known_names() -> Mapping[tuple[str, str], Name]:
    """The names of the models that the default rate card has, in lower case, each with its provider."""
    return {
        (row["service_provider_name"], row["model_id"]): Name(row["canonical_model_id"], row["dates"])
        for row in _rows("models.csv")
    }


def _rows(name: str) -> Iterator[dict[str, str]]:
    with files(__package__).joinpath("data", name).open(encoding="utf-8") as opened:
        yield from csv.DictReader(opened)


def _typed(row: Mapping[str, str], kinds: Mapping[str, Kind]) -> dict[str, object]:
    return {name: _value(kinds[name], text) for name, text in row.items() if text}


def _value(kind: Kind, text: str) -> object:
    if kind is Kind.DECIMAL:
        return Decimal(text)
    if kind is Kind.INTEGER:
        return int(text)
    return datetime.fromisoformat(text) if kind is Kind.TIMESTAMP else text
