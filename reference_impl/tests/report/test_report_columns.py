"""Tables for people have the width of the terminal, and their words that of their characters."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from opentokenomics.report import Columns, Look, lay_out_columns

NAME = "東京の研究開発部門第三課"
"""Its characters are two columns wide."""


@pytest.mark.parametrize("width", [30, 40, 200])
def test_wide_characters_are_folded_only_where_there_is_no_room(width: int) -> None:
    table = Columns(["team", "currency", "total"], [[NAME, "USD", "1234567.25"]], 1, {2})
    shown = lay_out_columns(table, Look(width))
    lines = shown.splitlines()
    assert "1234567.25" in shown
    assert max(map(cell_len, lines)) <= max(width, 36)
    assert (NAME in shown) == (width >= cell_len(NAME) + 25)
    assert [each for each in shown if each in NAME] == list(NAME)
