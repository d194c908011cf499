"""A made-up dataset that has columns of every kind, for the tests of rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opentokenomics.standard import Column, Facet, Kind, Shape

if TYPE_CHECKING:
    from collections.abc import Mapping


def _column(name: str, kind: Kind, **facts: object) -> Column:
    plain = {"group": "", "description": "", "examples": (), "required": False, "levels": {}, "since": "1.0"}
    return Column(name=name, kind=kind, **{**plain, "shapes": (), **facts})  # type: ignore[arg-type]


def _integer(name: str, **bounds: int) -> Column:
    """Like the standard's reader, one shape for each keyword of the schema."""
    shapes = [Shape(Facet.RANGE, "OTS-TST-001", **{side: bound}) for side, bound in bounds.items()]  # type: ignore[arg-type]
    return _column(name, Kind.INTEGER, shapes=tuple(shapes))


def _decimal(name: str, precision: int, scale: int) -> Column:
    return _column(name, Kind.DECIMAL, precision=precision, scale=scale)


@pytest.fixture(scope="session")
def columns() -> Mapping[str, Column]:
    """Includes the digit limits of the standard and the widest that the engines hold."""
    made = [
        _decimal("quantity", 24, 6),
        _decimal("priced", 18, 6),
        _decimal("price", 19, 12),
        _decimal("amount", 32, 18),
        _decimal("ratio", 5, 2),
        _decimal("widest", 38, 0),
        _integer("block", low=1, high=10**12),
        _integer("balance", low=-(10**9), high=10**9),
        _integer("endless", low=0),
        _column("label", Kind.STRING),
        _column("other_label", Kind.STRING),
        _column("colour", Kind.ENUM, values=("red", "green", "blue")),
        _column("began", Kind.TIMESTAMP),
        _column("ended", Kind.TIMESTAMP),
        _column("settled", Kind.BOOLEAN),
        _column("shared", Kind.BOOLEAN),
        _column("day", Kind.DATE),
        _column("tags", Kind.MAP),
        _column("parts", Kind.LIST),
    ]
    return {column.name: column for column in made}
