"""Callers of AWS: the names inside of an ARN that people have, or give to their sessions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentokenomics.convert._context import Context

_NAMED = re.compile(r"(arn:[^:]*:(?:iam|sts)::[^:]*:(?:user|federated-user|assumed-role/[^/]+))/(.+)", re.DOTALL)
_INSTANCE = re.compile(r"i-[0-9a-f]{1,17}")


def principal(arn: str | None, name: str, context: Context) -> str | None:
    """The caller without names of people: a user's own, and that of a session, which whoever opens it chooses.

    Each becomes a pseudonym; without a key for these it is left out, and what is left of a session is its role. Roles,
    accounts and sessions of instances, which their identifiers name, stay as they are.

    Raises:
        Refused: No column of identifiers holds it.
    """
    match = _NAMED.fullmatch(arn or "")
    if match is None or _INSTANCE.fullmatch(match[2]):
        return context.identifier(arn, name)
    pseudonym = context.person(match[2], f"the name of a person or a session in {name}")
    if pseudonym is not None:
        return context.identifier(f"{match[1]}/{pseudonym}", name)
    return context.identifier(match[1], name) if "assumed-role/" in match[1] else None
