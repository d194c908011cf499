"""Leaves of tokens, as tests of converters name them."""

from __future__ import annotations


def leaf(
    direction: str,
    cache: str | None = None,
    ttl: int | None = None,
    modality: str | None = None,
    role: str | None = None,
) -> tuple[object, ...]:
    return (direction, cache, ttl, modality, role)
