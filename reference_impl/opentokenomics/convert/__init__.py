"""Makes usage rows of what vendors export and return: one module per source family, behind one registry.

The package can be called like its main function: ``opentokenomics.convert(paths, "auto")``.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from opentokenomics.convert._conversion import AUTO, Conversion, convert
from opentokenomics.convert._errors import ConvertError
from opentokenomics.convert._model import Input, Notice, NoticeKind, Options, Reject, Row
from opentokenomics.convert._registry import detect, source, sources
from opentokenomics.convert._source import Evidence, Source
from opentokenomics.convert._time import parse_instant
from opentokenomics.convert._write import ROW_FORMATS, encode_rows, write_rows

__all__ = [
    "AUTO",
    "ROW_FORMATS",
    "Conversion",
    "ConvertError",
    "Evidence",
    "Input",
    "Notice",
    "NoticeKind",
    "Options",
    "Reject",
    "Row",
    "Source",
    "convert",
    "detect",
    "encode_rows",
    "parse_instant",
    "source",
    "sources",
    "write_rows",
]


class _CallableModule(ModuleType):
    """The contract names a function where the layout has a package of the same name; this makes both true."""

    def __call__(self, *args: Any, **options: Any) -> Conversion:  # noqa: ANN401 - those of convert()
        return convert(*args, **options)


sys.modules[__name__].__class__ = _CallableModule
