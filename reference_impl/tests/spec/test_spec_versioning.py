"""What the chapter on versions says of changes is what the comparison says of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from differences import EDITS
from editions import Edition
from edits import NEXT
from records import STANDARD

from opentokenomics.compatibility import compare, compatibility_of, is_permitted
from opentokenomics.standard import VersionName

ROW = re.compile(
    r"^\| (?P<edit>[^`|]+) \| `(?P<compatibility>[a-z-]+)` \| (?P<step>patch|minor|major) \|", re.MULTILINE
)
STEPS = {"patch": "1.0.1", "minor": "1.1", "major": "2.0"}
"""What may follow 1.0, from the smallest step on."""


def _smallest_step(edit: str) -> tuple[str, str]:
    changes = compare(STANDARD, Edition(NEXT).changed(EDITS[edit][0]).read())
    step = next(step for step, number in STEPS.items() if is_permitted("1.0", number, changes))
    return str(compatibility_of(changes)), step


class TestChanges:
    """Each example of a change has the class and the smallest step that the comparison finds."""

    def test_examples_are_what_the_comparison_says(self, chapters: Mapping[str, str]) -> None:
        stated = {
            match["edit"]: (match["compatibility"], match["step"]) for match in ROW.finditer(chapters["versioning"])
        }
        assert (
            len(stated) == chapters["versioning"].partition("| Smallest step |")[2].partition("\n\n")[0].count("\n") - 1
        )
        assert {step for _, step in stated.values()} == set(STEPS)
        assert stated == {edit: _smallest_step(edit) for edit in stated}


class TestOrder:
    """The example of the order is in order."""

    def test_the_example_ascends(self, chapters: Mapping[str, str]) -> None:
        line = next(line for line in chapters["versioning"].splitlines() if line.startswith("`3.9`, "))
        names = [VersionName.parse(text.strip("`")) for text in line.split(", ")]
        assert len(names) > 2
        assert all(one < other for one, other in pairwise(names))
