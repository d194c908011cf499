"""Names of tables as people write them: ``usage``, ``analytics.usage``, ``"odd.name".usage``."""

from __future__ import annotations

import re

from opentokenomics.errors import UnsupportedError
from opentokenomics.rules import Dialect

_PART = re.compile(r'"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|([^."`]+)')
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MOST_PARTS = 4


def parts_of(name: str) -> list[str]:
    """The parts of a table's name: catalog, schema and table, or fewer.

    Raises:
        UnsupportedError: The name is empty, holds control characters or has unmatched quotation marks.
    """
    parts: list[str] = []
    position = 0
    while True:
        match = _PART.match(name, position)
        if match is None:
            raise _odd(name)
        double, back, plain = match.groups()
        parts.append(plain or (double.replace('""', '"') if double else back.replace("``", "`")))
        position = match.end()
        if position == len(name):
            break
        if name[position] != "." or len(parts) == _MOST_PARTS:
            raise _odd(name)
        position += 1
    if any(not part.isprintable() or part != part.strip() for part in parts):
        raise _odd(name)
    return parts


def relation(name: str, dialect: Dialect) -> str:
    """SQL of a table's name, with every part quoted."""
    return ".".join(map(dialect.identifier, parts_of(name)))


def template(name: str) -> str:
    """What dbt puts a table's name in place of: a model, or a table of a source.

    Raises:
        UnsupportedError: dbt has no such name.
    """
    parts = parts_of(name)
    if len(parts) > 2 or not all(map(_PLAIN.fullmatch, parts)):  # noqa: PLR2004 - a source and its table
        raise UnsupportedError(
            "table_not_dbt",
            f"{name!r} is neither a dbt model nor SOURCE.TABLE.",
            "Name the model, such as usage, or the source and its table, such as billing.usage.",
        )
    quoted = ", ".join(f"'{part}'" for part in parts)
    return f"{{{{ {'ref' if len(parts) == 1 else 'source'}({quoted}) }}}}"


def _odd(name: str) -> UnsupportedError:
    return UnsupportedError(
        "table_malformed",
        f"{name!r} is not the name of a table.",
        'Write TABLE, SCHEMA.TABLE or CATALOG.SCHEMA.TABLE; a part that holds a dot stands in quotation marks: "a.b".',
    )
