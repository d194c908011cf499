"""Runs conversions on records that a test makes up, and states what holds for the rows of any conversion."""

from __future__ import annotations

import io
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from checkout import CHECKOUT

from opentokenomics import check
from opentokenomics.convert import Conversion, Options, Row, convert
from opentokenomics.standard import Keyword, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

AT = datetime(2026, 8, 31, 12, tzinfo=UTC)
DIMENSIONS = ("token_cache_action", "token_cache_ttl_seconds", "token_modality", "token_role")
Leaf = tuple[object, ...]


@dataclass(frozen=True)
class Outcome:
    """What a conversion made."""

    rows: list[Row]
    conversion: Conversion

    @property
    def reasons(self) -> list[str]:
        return [reject.reason for reject in self.conversion.rejects]

    @property
    def kinds(self) -> set[str]:
        return {notice.kind.value for notice in self.conversion.notices}

    def of_meter(self, meter: str) -> list[Row]:
        return [row for row in self.rows if row.get("meter") == meter]

    @property
    def leaves(self) -> dict[Leaf, int]:
        """Tokens by direction, cache action, time-to-live, modality and role."""
        found: Counter[Leaf] = Counter()
        for row in self.of_meter("tokens"):
            leaf = (row["token_direction"], *(row.get(name) for name in DIMENSIONS))
            found[leaf] += int(str(row["consumed_quantity"]))
        return dict(found)

    def tokens(self, direction: str, **dimensions: object) -> int:
        """The sum of the token rows of a direction with these dimensions (``cache_action="read"``)."""
        return sum(
            int(str(row["consumed_quantity"]))
            for row in self.of_meter("tokens")
            if row["token_direction"] == direction
            and all(row.get(f"token_{name}") == value for name, value in dimensions.items())
        )


def _as_bytes(records: Iterable[object]) -> bytes:
    return b"\n".join(each if isinstance(each, bytes) else json.dumps(each).encode() for each in records)


def _number_free(value: object) -> object:
    raise TypeError(value)


@pytest.fixture(scope="session")
def run() -> Callable[..., Outcome]:
    """Converts records (objects become JSON Lines, bytes stay as they are), by default as made at a fixed time."""

    def call(source: str, *records: object, **options: Any) -> Outcome:  # noqa: ANN401 - members of Options
        chosen = Options(**{"at": AT, **options})
        conversion = convert(io.BytesIO(_as_bytes(records)), source, chosen)
        return Outcome(list(conversion), conversion)

    return call


@pytest.fixture(scope="session")
def assert_sound() -> Callable[[Iterable[Row]], None]:
    """What must hold for the rows of any conversion, said again without the converters' code."""
    musts = {each.id for each in load().requirements if each.keyword is Keyword.MUST}

    def check_rows(rows: Iterable[Row]) -> None:
        made = list(rows)
        for row in made:
            for profile in ("metering", "cost"):
                violations = [each.requirement for each in check(row, profile=profile) if each.requirement in musts]
                assert not violations, (violations, row)
            json.dumps(row, default=_number_free, allow_nan=False)
            assert not any(isinstance(value, float) for value in row.values())
        assert len({row["record_id"] for row in made}) == len(made)
        _check_groups(row for row in made if row.get("meter") == "tokens")

    return check_rows


def _check_groups(rows: Iterable[Mapping[str, object]]) -> None:
    groups: dict[object, list[Mapping[str, object]]] = defaultdict(list)
    for row in rows:
        groups[row["source_name"], row["usage_group_id"]].append(row)
    for group in groups.values():
        totals = {row.get("usage_group_total") for row in group}
        assert len(totals) == 1
        (total,) = totals
        if total is not None:
            assert sum(Decimal(str(row["consumed_quantity"])) for row in group) == Decimal(str(total))
        leaves = [(row["token_direction"], *(row.get(name) for name in DIMENSIONS)) for row in group]
        assert len(set(leaves)) == len(leaves)
        for direction in ("input", "output"):
            for name in ("token_cache_action", "token_modality", "token_role"):
                given = [row.get(name) is not None for row in group if row["token_direction"] == direction]
                assert all(given) or not any(given), (name, group)


@pytest.fixture(scope="session")
def exports() -> Path:
    """The demo exports that the project ships."""
    return CHECKOUT / "examples" / "exports"
