"""Defects of token records in the usage dataset: groups, disjoint leaves, dimensions."""

# ruff: noqa: S105, S106 - token dimensions are no passwords

from __future__ import annotations

from collections.abc import Mapping

from opentokenomics.generate._row import Row
from opentokenomics.generate.defects._defect import (
    Break,
    Defect,
    Test,
    Value,
    change,
    change_all,
    change_two,
    plus,
    where,
)

_GROUP = ("source_name", "usage_group_id")
_DIRECTION = (*_GROUP, "token_direction")
_DIMENSIONS = ("token_cache_action", "token_cache_ttl_seconds", "token_modality", "token_role", "meter_variant")
_CONTEXT = 200_000

_tokens = where("consumed_quantity", "usage_group_id", "token_direction", meter="tokens")
_input = where(
    "consumed_quantity", "usage_group_id", without="token_cache_ttl_seconds", meter="tokens", token_direction="input"
)
_output = where("consumed_quantity", "usage_group_id", meter="tokens", token_direction="output")
_totalled = where("consumed_quantity", "usage_group_id", "usage_group_total", meter="tokens")


def _counts_no_tokens(row: Row) -> bool:
    return row.get("meter") not in {"tokens", "token_hours"}


def _role(row: Row) -> str:
    return "prompt" if row["token_direction"] == "input" else "answer"


def _fractions(first: Row, second: Row) -> tuple[Row, Row]:
    return (
        {"consumed_quantity": plus(first["consumed_quantity"], "0.25")},
        {"consumed_quantity": plus(second["consumed_quantity"], "-0.25")},
    )


def _uneven(test: Test, column: str, value: Value) -> Break:
    """Of two records that both state a dimension, or both do not, lets the second one differ."""

    def differing(_: Row, second: Row) -> tuple[Row, Row]:
        return {}, {column: None if column in second else value}

    return change_two(test, _DIRECTION, differing)


TOKENS: Mapping[str, Defect] = {
    identifier: Defect(breaks)
    for identifier, breaks in {
        "OTS-TOK-001": change(_tokens, token_direction=None),
        "OTS-TOK-002": change_all(_tokens, _GROUP, usage_group_id=None, usage_group_total=None),
        "OTS-TOK-003": change(_counts_no_tokens, token_modality="text"),
        "OTS-TOK-004": change_all(_output, _GROUP, token_cache_action="uncached"),
        "OTS-TOK-005": change(
            where("consumed_quantity", meter="tokens", token_cache_action=("read", "uncached", None)),
            token_cache_ttl_seconds=300,
        ),
        "OTS-TOK-006": change(
            where("consumed_quantity", "token_role", meter="tokens", token_direction="output"), token_role="prompt"
        ),
        "OTS-TOK-007": change_all(
            where("consumed_quantity", "usage_group_id", without="token_role", meter="tokens", token_direction="input"),
            _GROUP,
            token_role="reasoning",
        ),
        "OTS-TOK-008": change_two(_totalled, _GROUP, _fractions),
        "OTS-TOK-009": change(where(meter="token_hours"), usage_group_total="0.5"),
        "OTS-TOK-010": change_all(
            _totalled, _GROUP, usage_group_total=lambda row: plus(row["usage_group_total"], row["consumed_quantity"])
        ),
        "OTS-TOK-011": change_two(_totalled, _GROUP, lambda *_: ({}, {"usage_group_total": None})),
        "OTS-TOK-012": _uneven(_input, "token_cache_action", "uncached"),
        "OTS-TOK-013": _uneven(_tokens, "token_modality", "text"),
        "OTS-TOK-014": _uneven(_tokens, "token_role", _role),
        "OTS-TOK-015": change_two(
            _tokens, _DIRECTION, lambda first, _: ({}, {name: first.get(name) for name in _DIMENSIONS})
        ),
        "OTS-TOK-016": change(where(), minimum_context_tokens=_CONTEXT, maximum_context_tokens=_CONTEXT),
    }.items()
}
"""A way to break each requirement of the area TOK."""
