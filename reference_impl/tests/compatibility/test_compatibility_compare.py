"""Every difference of two versions is found, and its class is what becomes of inputs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest
from differences import ABOUT_WHAT_IS_NEW, EDITS, USAGE_TEAM, Expected
from editions import Edit, Edition
from edits import (
    COMPATIBLE,
    INCOMPATIBLE,
    MIGRATION,
    NEXT,
    RULE,
    a_new_dataset,
    added,
    all_of,
    checked,
    column,
    new_rule,
    renamed,
    replace_name,
    requirement,
    values,
    without,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from records import STANDARD, USAGE

from opentokenomics.compatibility import (
    Action,
    Change,
    Compatibility,
    compare,
    compatibility_of,
    is_permitted,
    revived_identifiers,
)


def edited(*edits: Edit) -> tuple[Change, ...]:
    """What is different once the newest version is edited."""
    return compare(STANDARD, Edition(NEXT).changed(*edits).read())


def _told(changes: tuple[Change, ...]) -> set[Expected]:
    return {(each.compatibility, each.where, each.aspect, each.action) for each in changes}


class TestDifferences:
    """Each kind of difference is found where it is, with its class and its reason."""

    @pytest.mark.parametrize("name", EDITS)
    def test_each_is_found(self, name: str) -> None:
        edit, expected = EDITS[name]
        changes = edited(edit)
        assert expected in _told(changes)
        assert compatibility_of(changes) is expected[0]
        change = next(each for each in changes if _told((each,)) == {expected})
        words = {"statement", "description", "title", "focus_name", "question"}
        unread = {"additionalProperties", "multipleOf", "dependentRequired", "enum", "$comment"}
        assert change.review is (change.aspect in words | unread or expected[2:] == ("requirement", Action.REMOVED))
        for each in changes:
            assert each.what
            assert each.why.endswith(".")

    def test_another_name_is_no_difference(self) -> None:
        assert edited() == ()
        assert compare(STANDARD, STANDARD) == ()

    @pytest.mark.parametrize("dataset", STANDARD.datasets)
    def test_a_dataset_whose_records_cannot_state_the_version(self, dataset: str) -> None:
        edition = Edition(NEXT)
        edition.column("spec_version", dataset)["enum"] = [STANDARD.version, None]
        (change,) = compare(STANDARD, edition.read())
        assert (change.compatibility, change.where) == (INCOMPATIBLE, f"{dataset}.spec_version")

    def test_a_dataset_is_removed(self) -> None:
        two = Edition(NEXT).changed(a_new_dataset).read()
        (change,) = compare(two, STANDARD)
        assert _told((change,)) == {(INCOMPATIBLE, "parcel", "dataset", Action.REMOVED)}

    @pytest.mark.parametrize("name", ABOUT_WHAT_IS_NEW)
    def test_what_is_about_new_things_harms_no_old_ones(self, name: str) -> None:
        changes = edited(ABOUT_WHAT_IS_NEW[name])
        assert changes
        assert compatibility_of(changes) is COMPATIBLE, [each for each in changes if each.compatibility is INCOMPATIBLE]


def _some(names: Iterable[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(names)), min_size=1, max_size=3, unique=True)


OVERLAP = {
    "kind": "no_overlap",
    "by": ["service_provider_name"],
    "ranges": [["charge_period_start", "charge_period_end"]],
}


class TestOverlaps:
    """Records that are kept apart: by fewer keys and in more ranges is stricter."""

    @pytest.mark.parametrize(
        ("members", "expected"),
        [
            ({}, None),
            ({"by": ["service_provider_name", "team"]}, Action.LOOSENED),
            ({"by": ["team"]}, Action.CHANGED),
            ({"by": []}, Action.TIGHTENED),
            ({"apart": "source_name"}, Action.LOOSENED),
            ({"ranges": [*OVERLAP["ranges"], ["billing_period_start", "billing_period_end"]]}, Action.LOOSENED),
            ({"ranges": [["billing_period_start", "billing_period_end"]]}, Action.CHANGED),
        ],
    )
    def test_each_member_counts(self, members: dict[str, Any], expected: Action | None) -> None:
        def overlapping(check: dict[str, Any]) -> Edit:
            return lambda edition: edition.add_requirement("OTS-USG-901", "OTS-USG-001", check=check)

        old = Edition("9.8").changed(overlapping(OVERLAP)).read()
        new = Edition(NEXT).changed(overlapping({**OVERLAP, **members})).read()
        changes = [each for each in compare(old, new) if each.aspect == "check"]
        assert [each.action for each in changes] == [expected] * (expected is not None)
        loose = expected in {None, Action.LOOSENED}
        assert (compatibility_of(changes) is COMPATIBLE) is loose


class TestNamesOfSeveralParts:
    """A name of fewer parts may lead to another record, so what is said of that record is another rule."""

    @pytest.mark.parametrize("fewer", [True, False])
    def test_what_is_said_of_the_target(self, fewer: bool) -> None:  # noqa: FBT001 - a case
        def on_definitions(match: list[list[str]]) -> Edit:
            def add(edition: Edition) -> None:
                predicate = edition.predicate("currency = named__baseline_currency", "outcome", "outcome_definition")
                check = {"rule": "satisfies", "predicate": predicate, "match": match}
                edition.add_requirement("OTS-OUT-901", "OTS-OUT-026")
                edition.requirement("OTS-OUT-901")["check"].update(check)

            return add

        parts = [["outcome_definition_version", "version"]]
        old = Edition("9.8").changed(on_definitions(parts)).read()
        new = Edition(NEXT).changed(on_definitions([] if fewer else parts)).read()
        assert _told(compare(old, new)) == (
            {(INCOMPATIBLE, "OTS-OUT-901", "check", Action.CHANGED)} if fewer else set()
        )


class TestLaws:
    """What holds of every pair of versions."""

    @given(_some(EDITS))
    @settings(max_examples=10, deadline=None)
    def test_nothing_is_different_from_itself(self, names: list[str]) -> None:
        edits = _together(names)
        assert compare(edits.read(), edits.read()) == ()

    @given(_some(name for name in EDITS if "renamed" not in name))
    @settings(max_examples=40, deadline=None)
    def test_the_other_way_round_is_the_mirror_image(self, names: list[str]) -> None:
        new = _together(names).read()
        there, back = compare(STANDARD, new), compare(new, STANDARD)
        assert {(each.where, each.aspect, _MIRROR.get(each.action, each.action)) for each in there} == {
            (each.where, each.aspect, each.action) for each in back
        }
        both = {(each.where, each.aspect, each.action): each.compatibility for each in back}
        for each in there:
            if (
                each.action is Action.ADDED
                and each.compatibility is COMPATIBLE
                and each.aspect in {"column", "value", "dataset"}
            ):
                assert both[each.where, each.aspect, Action.REMOVED] is INCOMPATIBLE

    @given(_some(EDITS))
    @settings(max_examples=20, deadline=None)
    def test_an_edit_more_makes_nothing_better(self, names: list[str]) -> None:
        *fewer, _ = names
        before, now = (compatibility_of(compare(STANDARD, _together(each).read())) for each in (fewer, names))
        assert now.rank >= before.rank or set(names) & _HEALS


_MIRROR = {
    Action.ADDED: Action.REMOVED,
    Action.REMOVED: Action.ADDED,
    Action.LOOSENED: Action.TIGHTENED,
    Action.TIGHTENED: Action.LOOSENED,
    Action.DEPRECATED: Action.REVIVED,
}
_HEALS = {"MUST becomes SHOULD", "no program checks it", "a requirement is removed", "it binds a higher profile"}
"""Edits that take away what another edit made worse."""


def _together(names: list[str]) -> Edition:
    edition = Edition(NEXT)
    for name in names:
        try:
            EDITS[name][0](edition)
        except (KeyError, StopIteration, ValueError):
            continue  # what it edits is gone
    return edition


class TestRenaming:
    """Rules follow a column and a value to their new names."""

    def test_what_only_follows_is_no_difference_of_its_own(self) -> None:
        changes = edited(renamed("record_type", "entry_type"))
        assert [each for each in changes if each.compatibility is not COMPATIBLE] == [
            each for each in changes if each.action is Action.RENAMED
        ]
        assert compatibility_of(changes) is MIGRATION

    def test_a_rename_does_not_hide_a_difference(self) -> None:
        tightened = all_of(renamed("list_cost", "list_amount"), checked(RULE, "list_amount >= 1"))
        assert (INCOMPATIBLE, RULE, "check", Action.CHANGED) in _told(edited(tightened))
        narrower = all_of(renamed("attempt", "try_number"), column("try_number", minimum=5))
        assert (INCOMPATIBLE, "usage.attempt", "range", Action.TIGHTENED) in _told(edited(narrower))

    @pytest.mark.parametrize(
        "names", [{"global": "geography"}, {"global": "planet"}, {"world": "region"}, {"planet": "global"}]
    )
    def test_values_are_renamed_only_into_new_ones(self, names: dict[str, str]) -> None:
        changes = edited(values("region_scope", lambda old: old[1:], **{"x-renamed-values": names}))
        assert (INCOMPATIBLE, "usage.region_scope", "value", Action.REMOVED) in _told(changes)

    def test_two_values_do_not_become_one(self) -> None:
        merged = {"x-renamed-values": {"global": "wide", "geography": "wide"}}
        changes = edited(values("region_scope", lambda _: ["wide", "region", None], **merged))
        assert compatibility_of(changes) is INCOMPATIBLE

    def test_a_column_that_was_never_there_is_new(self) -> None:
        changes = edited(added(**{"x-renamed-from": "shade"}))
        assert _told(changes) == {(COMPATIBLE, "usage.colour", "column", Action.ADDED)}

    @pytest.mark.parametrize(
        ("name", "old", "new", "left_behind"),
        [("record_type", "retraction", "reversal", False), ("meter", "tokens", "units_of_text", True)],
    )
    def test_rules_that_do_not_follow_a_value(self, name: str, old: str, new: str, left_behind: bool) -> None:  # noqa: FBT001
        """One that is about the old name has nothing to judge; one with an exception for it has more."""
        renaming = values(
            name,
            lambda listed: [new if value == old else value for value in listed],
            **{"x-renamed-values": {old: new}},
        )
        changes = edited(renaming)
        assert compatibility_of(changes) is (INCOMPATIBLE if left_behind else MIGRATION)
        assert ((INCOMPATIBLE, "OTS-PRC-014", "check", Action.CHANGED) in _told(changes)) is left_behind

    def test_two_columns_stay_equal_only_where_both_follow(self) -> None:
        """Prices and usage share the list of meters, so both follow; a plan has a list of its own in this version."""
        rule = "OTS-CST-031"
        both = edited(values("meter", _renamed_meter, **_METER))
        assert rule not in {each.where for each in both}

        def one(edition: Edition) -> None:
            listing = edition.listing("meter")
            edition.schema("price")["properties"]["meter"].pop("$ref")
            edition.schema("price")["properties"]["meter"].update(listing)
            values("meter", _renamed_meter, **_METER)(edition)

        assert (INCOMPATIBLE, rule, "check", Action.CHANGED) in _told(edited(one))

    def test_a_rule_on_more_than_a_value_itself_does_not_follow(self) -> None:
        """What is computed from a value cannot be followed to its new name."""
        old = Edition("9.8").changed(new_rule("COALESCE(meter, team) = 'tokens' OR LENGTH(meter) > 1")).read()
        renaming = values("meter", _renamed_meter, **_METER)
        new = Edition(NEXT).changed(new_rule("COALESCE(meter, team) = 'tokens' OR LENGTH(meter) > 1"), renaming).read()
        assert (INCOMPATIBLE, "OTS-USG-901", "check", Action.CHANGED) in _told(compare(old, new))

    def test_a_column_is_renamed_only_into_what_no_input_has(self) -> None:
        changes = edited(renamed("sku_meter", "x_gauge"))
        assert (INCOMPATIBLE, "usage.sku_meter", "column", Action.REMOVED) in _told(changes)

    def test_rules_on_a_renamed_value_follow(self) -> None:
        names = {"retraction": "reversal"}

        def rename(edition: Edition) -> None:
            column = edition.column("record_type")
            column.update({"enum": [names.get(value, value) for value in column["enum"]], "x-renamed-values": names})
            for each in edition.requirements:
                replace_name(each, "retraction", "reversal")
                for part in ("predicate", "where"):
                    if part in each["check"]:
                        each["check"][part]["sql"] = each["check"][part]["sql"].replace("'retraction'", "'reversal'")

        changes = edited(rename)
        assert compatibility_of(changes) is MIGRATION
        assert [each for each in changes if each.where.startswith("OTS-")]


_METER = {"x-renamed-values": {"tokens": "units_of_text"}}


def _renamed_meter(listed: list[Any]) -> list[Any]:
    return ["units_of_text" if value == "tokens" else value for value in listed]


class TestDoubt:
    """Where the older version let malformed values pass, nothing is promised of what becomes of them."""

    def test_what_exposes_values_to_rules_is_not_compatible(self) -> None:
        lax = Edition(NEXT).changed(requirement("OTS-GEN-014", keyword="SHOULD")).read()
        wider = Edition("9.10").changed(
            requirement("OTS-GEN-014", keyword="SHOULD"),
            values("record_type", lambda old: [*old, "copy"]),
            column("team", description="X"),
        )
        changes = compare(lax, wider.read())
        assert _told(changes) == {
            (INCOMPATIBLE, "usage.record_type", "value", Action.ADDED),
            (COMPATIBLE, USAGE_TEAM, "description", Action.REWORDED),
        }


class TestIdentifiers:
    """An identifier stays with its requirement for ever."""

    def test_one_that_means_something_else(self) -> None:
        reuse = all_of(checked(RULE, "LENGTH(team) > 1"), requirement(RULE, statement="X MUST be Y.", columns=["team"]))
        assert _told(edited(reuse)) == {(INCOMPATIBLE, RULE, "requirement", Action.REPLACED)}

    def test_one_that_comes_back(self) -> None:
        gone = Edition(NEXT).changed(without(RULE)).read()
        assert revived_identifiers([STANDARD, gone, STANDARD]) == (RULE,)
        for history in ([], [STANDARD], [STANDARD, STANDARD], [gone, STANDARD], [STANDARD, gone]):
            assert revived_identifiers(history) == ()


@cache
def _changes(compatibility: Compatibility, action: Action) -> tuple[Change, ...]:
    return (Change(compatibility, "x", "x", action, "x", "x."),)


class TestNumbers:
    """The number of a version promises what moving to it takes."""

    ADDS, MENDS = _changes(COMPATIBLE, Action.ADDED), _changes(COMPATIBLE, Action.LOOSENED)
    MIGRATES, BREAKS = _changes(MIGRATION, Action.RENAMED), _changes(INCOMPATIBLE, Action.REMOVED)

    @pytest.mark.parametrize(
        ("new", "allowed"),
        [
            ("1.0", ()),
            ("0.9", ()),
            ("1.0-draft", ()),
            ("1.0.1", (MENDS,)),
            ("1.0.1-draft", (MENDS,)),
            ("1.1", (MENDS, ADDS)),
            ("1.10-draft", (MENDS, ADDS)),
            ("2.0", (MENDS, ADDS, MIGRATES, BREAKS)),
        ],
    )
    def test_what_each_may_hold(self, new: str, allowed: tuple[tuple[Change, ...], ...]) -> None:
        for changes in (self.MENDS, self.ADDS, self.MIGRATES, self.BREAKS):
            assert is_permitted("1.0", new, changes) is (changes in allowed)
        assert is_permitted("1.0", new, ()) is bool(allowed)

    def test_the_gravest_counts(self) -> None:
        assert compatibility_of(()) is COMPATIBLE
        assert compatibility_of(self.ADDS + self.BREAKS + self.MIGRATES) is INCOMPATIBLE
        assert compatibility_of(self.ADDS + self.MIGRATES) is MIGRATION
        assert list(USAGE.by_name)
