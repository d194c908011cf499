"""CSV as RFC 4180 has it, with a line feed at the end of each row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator


def csv_rows(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Each row as text; a cell with a comma, a quotation mark or a line break of any kind is quoted.

    Args:
        rows: The cells; None is an empty one.
    """
    buffer = io.StringIO()
    # Python quotes the characters of the line end that it is given and no other, and a reader takes a lone carriage
    # return for the end of a row.
    end = "\r\n"
    writer = csv.writer(buffer, lineterminator=end)
    for row in rows:
        writer.writerow(row)
        yield f"{buffer.getvalue().removesuffix(end)}\n"
        buffer.seek(0)
        buffer.truncate()
