"""Splitting conserves tokens, whatever a vendor states."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from opentokenomics.convert._model import NoticeKind
from opentokenomics.convert._split import UNSPECIFIED, Breakdown, Part, Parts, Tokens, cross, divide, level, reconcile

counts = st.integers(0, 50)
by_modality = st.dictionaries(st.sampled_from(["text", "audio", "image"]), counts)
by_action = st.dictionaries(st.sampled_from(["read", "write"]), counts)
dimension = st.one_of(st.none(), st.sampled_from(["a", "b", UNSPECIFIED]))
parts = st.dictionaries(
    st.builds(Part, cache_action=dimension, modality=dimension, role=dimension), st.integers(1, 50), max_size=6
)


class Notices:
    def __init__(self) -> None:
        self.kinds: list[NoticeKind] = []

    def __call__(self, kind: NoticeKind, message: str, example: str) -> None:
        assert message
        assert example
        self.kinds.append(kind)


def cache(found: dict[str, int]) -> Breakdown:
    return Breakdown("cache_action", found, "uncached", "cache counters")


def modality(found: dict[str, int], *, complete: bool = False) -> Breakdown:
    return Breakdown("modality", found, UNSPECIFIED, "modalities", complete=complete)


class TestDivide:
    """A count is divided into positive parts that add up to it."""

    @given(st.integers(0, 100), by_action, by_modality)
    def test_conserves(self, total: int, actions: dict[str, int], modalities: dict[str, int]) -> None:
        divided = divide(total, cache(actions), modality(modalities), Notices())
        assert sum(divided.values()) == total
        assert all(count > 0 for count in divided.values())

    @given(st.integers(1, 100), by_action, by_modality)
    def test_keeps_what_the_first_breakdown_states(
        self, total: int, actions: dict[str, int], modalities: dict[str, int]
    ) -> None:
        assume(sum(actions.values()) <= total)
        divided = divide(total, cache(actions), modality(modalities), Notices())
        for action, count in actions.items():
            assert sum(n for part, n in divided.items() if part.cache_action == action) == count

    @given(st.integers(0, 100), by_action)
    def test_a_contradiction_is_reported_and_leaves_the_count_undivided(
        self, total: int, actions: dict[str, int]
    ) -> None:
        assume(sum(actions.values()) > total)
        notices = Notices()
        divided = divide(total, cache(actions), modality({}), notices)
        assert notices.kinds == [NoticeKind.CONTRADICTION]
        assert divided == ({Part(cache_action=UNSPECIFIED): total} if total else {})

    def test_two_breakdowns_without_their_combination_keep_the_first(self) -> None:
        divided = divide(5, cache({"read": 2}), modality({"audio": 3}), Notices())
        assert divided == {
            Part(cache_action="read", modality=UNSPECIFIED): 2,
            Part(cache_action="uncached", modality=UNSPECIFIED): 3,
        }

    def test_two_breakdowns_of_which_one_has_a_single_value_keep_both(self) -> None:
        divided = divide(5, cache({"read": 0}), modality({"audio": 3}), Notices())
        assert divided == {
            Part(cache_action="uncached", modality="audio"): 3,
            Part(cache_action="uncached", modality=UNSPECIFIED): 2,
        }

    def test_what_is_not_stated_is_not_distinguished(self) -> None:
        assert divide(5, cache({}), modality({"audio": 0}), Notices()) == {Part(): 5}

    def test_modalities_that_should_be_complete_and_are_not_are_reported(self) -> None:
        notices = Notices()
        divided = divide(5, cache({}), modality({"text": 3}, complete=True), notices)
        assert divided == {Part(modality="text"): 3, Part(modality=UNSPECIFIED): 2}
        assert notices.kinds == [NoticeKind.UNEXPLAINED]


class TestCross:
    """Cache action and modality are combined only where one solution exists."""

    @given(by_modality, by_modality, counts)
    def test_conserves_and_agrees_with_both_breakdowns(
        self, whole: dict[str, int], cached: dict[str, int], unexplained: int
    ) -> None:
        total, read = sum(whole.values()) + unexplained, sum(cached.values())
        combined = cross(total, read, whole, cached)
        if combined is None:
            assert not read or any(count > whole.get(name, 0) for name, count in cached.items())
            return
        assert sum(combined.values()) == total
        assert sum(n for part, n in combined.items() if part.cache_action == "read") == read
        for name, count in whole.items():
            assert sum(n for part, n in combined.items() if part.modality == name) == count

    def test_cached_tokens_that_no_modality_explains_have_many_solutions(self) -> None:
        assert cross(10, 5, {"text": 6, "audio": 4}, {"text": 4}) is None


class TestLevel:
    """A dimension is given on every part or on none."""

    @given(parts)
    def test_levels_and_conserves(self, uneven: Parts) -> None:
        leveled = level(uneven)
        assert sum(leveled.values()) == sum(uneven.values())
        for name in ("cache_action", "modality", "role"):
            given_on = {getattr(part, name) is not None for part in leveled}
            assert len(given_on) <= 1


class TestReconcile:
    """The total that is kept is what the leaves add up to."""

    @given(parts, parts, st.one_of(st.none(), st.integers(0, 700)), st.sampled_from(["input", "output"]))
    def test_conserves(self, entering: Parts, leaving: Parts, total: int | None, remainder: str) -> None:
        stated = sum(entering.values()) + sum(leaving.values())
        notices = Notices()
        tokens = reconcile(Tokens(entering, leaving, total), remainder, "total", notices)
        assert tokens.count == max(stated, total or 0)
        assert tokens.total in {None, tokens.count}
        untouched = tokens.output if remainder == "input" else tokens.input
        assert sum(untouched.values()) == sum((leaving if remainder == "input" else entering).values())
        if total is None or total == stated:
            assert not notices.kinds
        else:
            assert notices.kinds == [NoticeKind.CONTRADICTION if total < stated else NoticeKind.UNEXPLAINED]
        assert (tokens.total is None) == (total is None or total < stated)

    def test_the_rest_is_a_leaf_of_its_own(self) -> None:
        tokens = reconcile(Tokens({Part(): 35}, {Part(): 12}, 109), "output", "total", Notices())
        assert tokens.output == {Part(role="answer"): 12, Part(role=UNSPECIFIED): 62}
        assert tokens.input == {Part(): 35}
