"""Rules: a predicate of the catalogue becomes a tree at build time; printers turn the tree into what runs.

``compile_predicate`` needs sqlglot and runs when the catalogue is compiled. Everything else needs only the tree.
Importing this package loads neither sqlglot nor an engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentokenomics.rules._dialects import DIALECTS, Dialect
from opentokenomics.rules._errors import PredicateError
from opentokenomics.rules._narrow import Known, narrowed
from opentokenomics.rules._python import Record, Rule, to_python
from opentokenomics.rules._quotient import is_quotient
from opentokenomics.rules._reads import mentioned, named_by, named_in
from opentokenomics.rules._sql import to_duckdb, to_spark, to_sql
from opentokenomics.rules._tree import columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentokenomics.standard import Column

__all__ = [
    "DIALECTS",
    "Dialect",
    "Known",
    "PredicateError",
    "Record",
    "Rule",
    "columns_of",
    "compile_predicate",
    "is_quotient",
    "mentioned",
    "named_by",
    "named_in",
    "narrowed",
    "to_duckdb",
    "to_python",
    "to_spark",
    "to_sql",
]


def compile_predicate(text: str, columns: Mapping[str, Column]) -> dict[str, Any]:
    """The tree of a predicate over these columns.

    Args:
        text: a SQL condition in the portable subset.
        columns: the columns of the dataset under their names.

    Raises:
        PredicateError: the predicate is outside the portable subset; the message says what is allowed.
    """
    from opentokenomics.rules._compile import compile_text

    return compile_text(text, columns)
