"""The gate: accepts blocks of JSON Lines at full speed, and only those that an engine reads exactly as the standard.

A block passes when a strict decoder accepts it and encoding the result again proves that no name was lost: a name
that occurs twice in one object would be missing from the second encoding.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec

from opentokenomics.exact_json import JsonError, decode
from opentokenomics.shapes import is_custom
from opentokenomics.standard import Column, Dataset, Kind

LARGEST_INTEGER = 10**15
"""Beyond it an engine may read an integer through a float; such lines are judged one by one."""

_MOST_CUSTOM = 1000
_ESCAPED_ENDS = (rb"\u0022", rb"\u003a", rb"\u003A")
"""A quote or a colon that the block spells otherwise than the encoder does."""

_SPACED_NAME = re.compile(rb'"[ \t\r]+:')
_Integer = Annotated[int, msgspec.Meta(ge=-LARGEST_INTEGER, le=LARGEST_INTEGER)]
_TYPES: dict[Kind, Any] = {
    Kind.INTEGER: _Integer,
    Kind.BOOLEAN: bool,
    Kind.MAP: dict[str, str],
    Kind.LIST: list[str],
}


def _type_of(column: Column) -> Any:  # noqa: ANN401 - what msgspec takes for a type
    """What a column holds."""
    if column.record is None:
        return _TYPES.get(column.kind, str)
    fields: list[tuple[str, Any, Any]] = [
        (each.name, _type_of(each) | None | msgspec.UnsetType, msgspec.UNSET) for each in column.record.columns
    ]
    return list[msgspec.defstruct("Entry", fields, forbid_unknown_fields=True, gc=False)]  # type: ignore[misc]


class Gate:
    """Accepts blocks of lines for one dataset; learns custom columns as they appear."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._custom: list[str] = []
        self._encoder = msgspec.json.Encoder()
        self._build()

    def _build(self) -> None:
        fields: list[tuple[str, Any, Any]] = [
            (column.name, _type_of(column) | None | msgspec.UnsetType, msgspec.UNSET)
            for column in self._dataset.columns
        ]
        fields += [(name, Any, msgspec.UNSET) for name in self._custom]
        row = msgspec.defstruct("Row", fields, forbid_unknown_fields=True, gc=False)
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(row)

    def accepts(self, block: bytes) -> int | None:
        """The number of records in a block of whole lines; None where a line needs a closer look."""
        decode_line = self._decoder.decode
        try:
            records = [decode_line(line) for line in block.split(b"\n") if line]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return len(records) if self._is_whole(block, self._encoder.encode_lines(records)) else None

    def _is_whole(self, block: bytes, again: bytes) -> bool:
        """Whether the second encoding has as many names as the block."""
        # No text or integer has a shorter form than the encoder's, so equal lengths leave room for no lost name.
        # Custom columns may hold fractions, which have.
        if not self._custom and len(again) == len(block) + (not block.endswith(b"\n")):
            return True
        # Counting the ends of names works where none is spelt with white space before its colon, or inside a text.
        if b"\\u" in block and any(escape in block for escape in _ESCAPED_ENDS):
            return False
        if (b'" ' in block or b"\t" in block or b"\r" in block) and _SPACED_NAME.search(block):
            return False
        return again.count(b'":') == block.count(b'":')

    def learns(self, line: bytes) -> bool:
        """Whether the line has custom columns that were not seen before; from now on they pass."""
        if b'"x_' not in line:  # the prefix may be spelt with escapes as well; such a line is judged
            return False
        try:
            value = decode(line)
        except JsonError:
            return False
        if not isinstance(value, dict):
            return False
        known = {*self._dataset.by_name, *self._custom}
        new = [name for name in value if name not in known and is_custom(self._dataset, name)]
        if not new or len(self._custom) + len(new) > _MOST_CUSTOM:
            return False
        self._custom += new
        self._build()
        return True
