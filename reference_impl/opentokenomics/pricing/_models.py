"""Which model a provider means by a name: the canonical identifier that prices have."""

from __future__ import annotations

import re
from collections.abc import Mapping

from opentokenomics.pricing._default import Name, known_names

_DATED = re.compile(r"[-@](20\d\d)-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])$")


def canonical_model(provider: str, model_id: str) -> str | None:
    """The canonical identifier of a model.

    A name counts only as a whole. A name that ends in a date is the model without the date only where the source of the
    prices says so of every date; elsewhere, a snapshot may have a price of its own.

    Args:
        provider: The ``service_provider_name``.
        model_id: The name that the provider has for the model.

    Returns:
        The ``canonical_model_id`` of the prices; None where the name is not known.
    """
    return _canonical(known_names(), provider, model_id.lower())


def _canonical(names: Mapping[tuple[str, str], Name], provider: str, name: str) -> str | None:
    found = names.get((provider, name))
    if found is not None:
        return found.canonical_model_id
    date = _DATED.search(name)
    if date is None:
        return None
    dated = names.get((provider, name[: date.start()]))
    return dated.canonical_model_id if dated is not None and dated.dates in {"any", date[1]} else None
