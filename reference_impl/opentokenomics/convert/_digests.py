"""Digests and names of facts: what tells one from another, whatever the order of what it states."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import msgspec

from opentokenomics.convert._model import EMAIL_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_DIGEST_BYTES = 16
_DELETE = b"\x7f"
_NAMES = frozenset({"record_id", "usage_group_id"})
encode_sorted = msgspec.json.Encoder(order="deterministic").encode
"""JSON whatever the order of names; raises UnicodeEncodeError for what is not Unicode."""


def short_digest(source: str, name: str) -> bytes:
    """A digest that stays inside of a conversion."""
    return hashlib.blake2b(f"{source}\0{name}".encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest()


def digest(facts: object) -> bytes:
    """A digest that identities are made of."""
    return hashlib.sha256(sorted_text(facts)).digest()[:_DIGEST_BYTES]


def sorted_text(facts: object) -> bytes:
    """The facts as JSON in ASCII, whatever the order of their names; identities are made of it."""
    try:
        text = encode_sorted(facts)
    except UnicodeEncodeError:
        return _escaped_text(facts)
    return text if text.isascii() and _DELETE not in text else _escaped_text(facts)


def weight(rows: Collection[Mapping[str, Any]]) -> tuple[Fraction, Fraction, int, list[list[bytes]]]:
    """Of several statements of one rank the one counts with the larger amounts, then quantities, then that says more.

    Texts are compared only to choose the same rows in any order of the input.
    """
    said = [{name: value for name, value in row.items() if name not in _NAMES} for row in rows]
    amounts = (abs(Fraction(value)) for row in rows for name, value in row.items() if name.endswith("_cost"))
    quantities = (Fraction(row.get("consumed_quantity") or 0) for row in rows)
    texts = [sorted(map(sorted_text, each)) for each in (said, rows)]
    return sum(amounts, Fraction()), sum(quantities, Fraction()), sum(map(_size, said)), texts


def _size(row: Mapping[str, Any]) -> int:
    return sum(len(value) if isinstance(value, dict) else 1 for value in row.values())


def folded(value: object) -> object:
    """A name in which an e-mail address has one spelling: capitals in it make nobody another person."""
    if isinstance(value, str) and "@" in value:
        return EMAIL_ADDRESS.sub(lambda match: match[0].lower(), value)
    return value


def _escaped_text(facts: object) -> bytes:
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), default=str).encode()
