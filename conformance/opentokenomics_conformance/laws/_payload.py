"""A payload of a vendor, of which it is known what each record counts and costs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

Draw = st.DrawFn

NOON = 1788134400
"""2026-08-30 at noon, in seconds."""
AT = {"at": "2026-08-31T08:00:00Z"}
"""What a converter is told whose source states no time."""
COUNTS = st.integers(0, 200_000)


@dataclass(frozen=True, slots=True)
class Counted:
    """A record of a payload.

    Attributes:
        text: The line that it is.
        input: How many input tokens the vendor counts, however they were cached.
        output: How many output tokens the vendor counts, whatever they were for.
        name: What the vendor calls the record, where rows state that; None where it has no name.
        amount: What it costs, in US dollars; None where it does not say that.
    """

    text: str
    input: int = 0
    output: int = 0
    name: str | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """What payloads of a source look like.

    Attributes:
        record: Makes a record; its number tells it from the others of the payload.
        path: What the file is called.
        head: What stands before the records.
        between: What stands between two of them.
        tail: What stands behind them.
        options: What a converter has to be told besides.
        counts_tokens: Whether records say how many tokens there were.
        states_amounts: Whether records say what they cost.
        is_ordered: Whether records count on from those before them, so that their order is no matter of taste.
    """

    record: Callable[[Draw, int], Counted]
    path: str = "responses.jsonl"
    head: str = ""
    between: str = "\n"
    tail: str = "\n"
    options: Mapping[str, str] = field(default_factory=dict)
    counts_tokens: bool = True
    states_amounts: bool = False
    is_ordered: bool = False


@dataclass(frozen=True, slots=True)
class Payload:
    """Records of one source."""

    source: str
    form: Form
    records: Sequence[Counted]

    @property
    def input(self) -> Mapping[str, Any]:
        """The payload as the protocol has it."""
        form = self.form
        text = form.head + form.between.join(each.text for each in self.records) + form.tail
        return {"source": self.source, "payload": {"path": form.path, "text": text}, "options": dict(form.options)}


def answered(body: Mapping[str, Any], entering: int, leaving: int, name: str) -> Counted:
    return Counted(json.dumps(body), entering, leaving, name)


def part_of(draw: Draw, whole: int) -> int:
    return draw(st.integers(0, whole))


def dollars(draw: Draw) -> Decimal:
    """Dollars, of which floats have the shortest text."""
    return Decimal(draw(st.integers(1, 10**7))).scaleb(-5)
