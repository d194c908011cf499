"""What is called compatible turns no input that conforms into one that does not; the validator is the judge."""

from __future__ import annotations

from collections.abc import Iterable

from differences import ABOUT_WHAT_IS_NEW, EDITS
from editions import Edit, Edition, library
from edits import COMPATIBLE, NEXT, checked, sql
from hypothesis import given, settings
from hypothesis import strategies as st
from records import STANDARD, Record, dataset, json_lines, report_on
from wild import BASE, tidy_records

from opentokenomics import Profile, check
from opentokenomics.compatibility import compare, compatibility_of
from opentokenomics.generate import generate
from opentokenomics.standard import Keyword, Row, Standard, load, using

_ROWS = sorted(each.id for each in STANDARD.requirements if isinstance(each.check, Row))
_TEMPLATES = ("({0}) OR ({1})", "CASE WHEN {1} THEN {0} END", "({0}) AND ({1})", "{1}", "NOT ({0})")
_EDITS = [edit for edit, _ in EDITS.values()] + list(ABOUT_WHAT_IS_NEW.values())


def restated(records: Iterable[Record], version: str) -> list[Record]:
    """The records as they are, but that they follow another version."""
    return [{**record, "spec_version": version} for record in records]


def failures(record: Record, standard: Standard, profile: Profile) -> list[str]:
    """The requirements for which a record does not conform to a profile."""
    found = check(record, profile=profile)
    return [each.requirement for each in found if standard.requirement(each.requirement).keyword is Keyword.MUST]


@st.composite
def rechecked(draw: st.DrawFn) -> Edit:
    """A rule on rows whose predicate is made of its own and of another rule's."""
    identifier, other = draw(st.sampled_from(_ROWS)), draw(st.sampled_from(_ROWS))
    return checked(identifier, draw(st.sampled_from(_TEMPLATES)).format(sql(identifier), sql(other)))


def edited(edits: list[Edit]) -> Edition | None:
    """The next version, where it is compatible."""
    edition = Edition(NEXT)
    for edit in edits:
        try:
            edit(edition)
        except (KeyError, StopIteration, ValueError):
            continue  # what it edits is gone
    return edition if compatibility_of(compare(STANDARD, edition.read())) is COMPATIBLE else None


@given(
    st.lists(rechecked(), min_size=1, max_size=2) | st.lists(st.sampled_from(_EDITS), min_size=1, max_size=3),
    st.lists(tidy_records(), max_size=30),
)
@settings(max_examples=25, deadline=None)
def test_a_record_that_conforms_still_does(edits: list[Edit], tidy: list[Record]) -> None:
    edition = edited(edits)
    if edition is None:
        return
    for profile in (Profile.METERING, Profile.COST):
        good = [record for record in (*BASE, *tidy) if not failures(record, STANDARD, profile)]
        assert len(good) >= len(BASE)
        with using(library(edition)):
            for record in restated(good, edition.name):
                assert not failures(record, load(edition.name), profile), record


@given(st.lists(st.sampled_from(_EDITS), min_size=1, max_size=4))
@settings(max_examples=5, deadline=None)
def test_an_input_that_conforms_still_does(edits: list[Edit]) -> None:
    """Rules on sets included; an edition that is not compatible shrinks to its first edit that is."""
    edition = edited(edits) or next((each for edit in edits if (each := edited([edit]))), None)
    if edition is None:
        return
    records = [*dataset("a"), *generate(200, 7, Profile.COST)]
    with using(library(edition)):
        for name in (STANDARD.version, edition.name):
            report = report_on(json_lines(restated(records, name)))
            assert report.spec_version == name
            assert report.conformant, report.violations[:1]
            assert report.blocking.keys() <= {Profile.INTELLIGENCE}
