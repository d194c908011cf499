"""The pages of the site on what can be imported; their text is in the docstrings."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from inspect import cleandoc

from markdown_tables import table
from opentokenomics import convert
from opentokenomics.models import Record

_PACKAGES = {
    "opentokenomics": "validate files, check records, convert exports",
    "opentokenomics.models": "typed records of every dataset",
    "opentokenomics.convert": "what vendors export, as usage records",
    "opentokenomics.pricing": "prices, rating, comparing and reconciling",
    "opentokenomics.metrics": "what tokens cost and what they bought",
    "opentokenomics.generate": "made-up exports, right ones and broken ones",
    "opentokenomics.report": "what a validation found, and how it is shown",
    "opentokenomics.standard": "the standard itself as values",
    "opentokenomics.compatibility": "what is different between two versions",
    "opentokenomics_conformance": "the conformance suite",
}
"""The packages whose names are kept for those who import them, with what they are for."""


def pages() -> Iterator[tuple[str, str]]:
    """Each page: where it is, and its text."""
    rows = [[f"[`{name}`]({name}.md)", purpose] for name, purpose in _PACKAGES.items()]
    head = (
        "# Python\n\n"
        "`pip install .` in a clone of the repository, for Python 3.11 or newer. Names that are on these pages "
        "are kept; what begins with an underscore may change without notice. Amounts and quantities are "
        "`decimal.Decimal`, never floats, and times are in UTC."
    )
    yield "reference/python/index.md", f"{head}\n\n{table(['Package', 'What it is for'], rows)}\n"
    for name in _PACKAGES:
        yield f"reference/python/{name}.md", _page(name)


def _page(name: str) -> str:
    module = import_module(name)
    parts = [f"# {name}", cleandoc(module.__doc__ or "").replace(":func:", "").replace(":class:", "")]
    for public in sorted(module.__all__, key=str.lower):
        home = getattr(module, public)
        if not getattr(home, "__module__", name).startswith("opentokenomics"):
            continue  # another library's, which says of it what there is to say
        is_model = isinstance(home, type) and issubclass(home, Record) and home is not Record
        # The columns of models are on the pages of the datasets.
        options = "\n    options:\n      members: false" if is_model else ""
        # The package ``convert`` can be called itself, which no parser of its text can know.
        path = f"{name}.convert.convert" if home is convert else f"{name}.{public}"
        parts.append(f"::: {path}{options}")
    return "\n\n".join(parts) + "\n"
