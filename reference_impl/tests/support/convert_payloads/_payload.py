"""What a generated payload is, and what payloads are made of."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

counts = st.one_of(st.integers(0, 30), st.integers(0, 2_000_000))
maybe = st.one_of(st.none(), counts)
amounts = st.builds(lambda units, places: Decimal(units).scaleb(-places), st.integers(0, 10**9), st.integers(0, 9))
models = st.sampled_from(["gpt-5", "claude-sonnet-4-5", "m"])


def as_number(value: Decimal) -> str:
    """A decimal that :func:`as_lines` writes as a JSON number, digit by digit."""
    return f"number {value:f}"


@dataclass(frozen=True)
class Payload:
    """What a source hands over, and what it says.

    Attributes:
        lines: the records as bytes, in an order that does not matter.
        input: tokens that went in, by the vendor's own counters.
        output: tokens that came out.
        amount: what its amounts add up to.
        meters: what its other meters read.
        head: a line that stays in front, as a CSV header does.
        tail: a record of this format that cannot be read.
    """

    lines: list[bytes]
    input: int = 0
    output: int = 0
    amount: Decimal = Decimal(0)
    meters: Mapping[str, int] = field(default_factory=dict)
    head: list[bytes] = field(default_factory=list)
    tail: bytes = b'{"cut":'

    @property
    def content(self) -> bytes:
        """The whole input."""
        return b"\n".join([*self.head, *self.lines])


def as_lines(records: list[Any]) -> list[bytes]:
    """The records as JSON Lines."""
    return [re.sub(r'"number ([0-9.]+)"', r"\1", json.dumps(each)).encode() for each in records]


def table(header: list[str], rows: list[dict[str, Any]], **figures: Any) -> Payload:  # noqa: ANN401 - those of Payload
    """A payload of CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    first, *lines = text.getvalue().encode().splitlines()
    return Payload(lines, head=[first], tail=b"one cell", **figures)


def dollars(values: Iterable[Decimal]) -> Decimal:
    return sum(values, Decimal())


def csv_of(*rows: dict[str, Any]) -> bytes:
    """Rows as CSV, under the columns of the first."""
    return table(list(rows[0]), list(rows)).content
