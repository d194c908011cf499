"""What is left of a predicate where columns are null has the value of the whole, on every record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from predicates import RECORDS, SQL_TYPES, compiled, condition

from opentokenomics.rules import Known, columns_of, narrowed, to_python
from opentokenomics.standard import Column, Group, Row, load


class TestNarrowing:
    @settings(max_examples=100)
    @given(predicate=condition(), absent=st.sets(st.sampled_from(sorted(SQL_TYPES))))
    def test_changes_no_value(self, predicate: str, absent: set[str], columns: Mapping[str, Column]) -> None:
        tree = compiled(predicate, columns)
        left = narrowed(tree, absent)
        whole, rest = to_python(tree), None if isinstance(left, Known) else to_python(left)
        for record in RECORDS[:100]:
            seen = {name: value for name, value in record.items() if name not in absent}
            found = left.value if isinstance(left, Known) else rest and rest(seen)
            assert found is whole(seen)

    @settings(max_examples=50)
    @given(predicate=condition())
    def test_of_no_column_leaves_every_column(self, predicate: str, columns: Mapping[str, Column]) -> None:
        tree = compiled(predicate, columns)
        left = narrowed(tree, ())
        if not isinstance(left, Known):
            assert columns_of(left) <= columns_of(tree)

    @settings(max_examples=50)
    @given(predicate=condition())
    def test_of_every_column_keeps_the_value(self, predicate: str, columns: Mapping[str, Column]) -> None:
        tree = compiled(predicate, columns)
        left = narrowed(tree, columns_of(tree))
        assert (left.value if isinstance(left, Known) else to_python(left)({})) is to_python(tree)({})


def _predicates() -> Iterator[tuple[str, Mapping[str, object]]]:
    for requirement in load().requirements:
        check = requirement.check
        if isinstance(check, Row | Group):
            for part in (check.where, check.predicate):
                if part is not None:
                    yield requirement.id, part.tree


@pytest.mark.parametrize(("_", "tree"), list(_predicates()), ids=lambda part: part if isinstance(part, str) else "")
def test_a_rule_of_the_standard_without_its_columns_keeps_its_value(_: str, tree: Mapping[str, object]) -> None:
    left = narrowed(tree, columns_of(tree))
    assert (left.value if isinstance(left, Known) else to_python(left)({})) is to_python(tree)({})
