"""What payloads are made of, with any figures in them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

Json = Any
Payloads = st.SearchStrategy[tuple[str, str]]
"""The path and the text of a payload."""

BUCKET = {"start_time": 1788134400, "end_time": 1788220800}
PERIOD = {"starting_at": "2026-08-30T00:00:00Z", "ending_at": "2026-08-31T00:00:00Z"}
TIME = "2026-08-30T10:00:00Z"
ADDRESSES = ("ada@example.com", "eve@example.com")
STEP = 1000
"""Between the figures of results, so that of two with one name one is the larger."""

counts = st.sampled_from((0, 1, 2, 3, 5, 8))
maybe_counts = st.sampled_from((None, 0, 1, 2, 3, 5, 8))


def some(**members: st.SearchStrategy[Json]) -> st.SearchStrategy[dict[str, Json]]:
    """An object with any of these members."""
    return st.fixed_dictionaries({}, optional=members)


def counters(*names: str) -> dict[str, st.SearchStrategy[Json]]:
    """A counter under each name, which may be null."""
    return dict.fromkeys(names, maybe_counts)


def of(*values: Json) -> st.SearchStrategy[Json]:
    """One of these values."""
    return st.sampled_from(values)


def lines(records: st.SearchStrategy[Json], most: int = 4) -> Payloads:
    """Some records, each a line of JSON."""
    return st.lists(records, min_size=1, max_size=most).map(as_lines)


def as_lines(records: Sequence[Json]) -> tuple[str, str]:
    """Records as lines of JSON."""
    return "payload.jsonl", "".join(json.dumps(each) + "\n" for each in records)


def tables(rows: st.SearchStrategy[dict[str, Json]], columns: Sequence[str]) -> Payloads:
    """Some rows as CSV."""

    def written(found: Sequence[Mapping[str, Json]]) -> tuple[str, str]:
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: "" if value is None else value for name, value in row.items()} for row in found)
        return "payload.csv", text.getvalue()

    return st.lists(rows, min_size=1, max_size=4).map(written)


def pages(results: st.SearchStrategy[dict[str, Json]], bucket: Mapping[str, Json], size: str) -> Payloads:
    """A page of results, of which each has a larger figure than the one before."""

    def page(found: Sequence[Json]) -> tuple[str, str]:
        for place, result in enumerate(found):
            if result.get(size) is not None:
                result[size] += STEP * place
        return as_lines([{"data": [{**bucket, "results": found}], "has_more": False, "next_page": None}])

    # One that differs from another in nothing but what no converter knows counts as well.
    apart = st.sampled_from(({}, {}, {"is_trial": True}, {"region": "ap"}, {"user_email": ADDRESSES[0]}))
    found = st.lists(results, min_size=1, max_size=3)
    return st.builds(lambda some, own: page([*some, {**some[0], **own}] if own else some), found, apart)
