"""Laws: the reference implementation keeps them, and each is broken by a tool that was made for it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from harness import FAKE, REFERENCE, Invoke

from opentokenomics.convert import sources
from opentokenomics.standard import load
from opentokenomics_conformance import Case, Role
from opentokenomics_conformance._data import problem
from opentokenomics_conformance.compare import difference
from opentokenomics_conformance.lawbreakers import LAWBREAKERS, lawbreaker
from opentokenomics_conformance.laws import LAWS, SOURCES, Finding, Law, LawPlan, Standing, try_laws_with
from opentokenomics_conformance.reference import answer
from opentokenomics_conformance.tool import LocalTool

LAW = pytest.mark.parametrize("law", LAWS, ids=lambda law: law.id)
QUICK = LawPlan(examples=3, seed=0, shrinks=False)
"""The same examples for every tool, so that the reference implementation is asked each question once."""

WITHOUT_PAYLOADS: set[str] = set()
"""Sources that bring no payloads yet: a debt, which is paid with a ``Form`` beside those of the others."""

Tool = Callable[[dict[str, Any]], Mapping[str, Any]]


@cache
def _told(message: str) -> str:
    return json.dumps(answer(json.loads(message)))


def honest(message: dict[str, Any]) -> dict[str, Any]:
    """What the reference implementation answers."""
    if message["cmd"] == "start":
        return dict(answer(message))
    told: dict[str, Any] = json.loads(_told(json.dumps({**message, "seq": 0})))
    return {**told, "seq": message["seq"]}


def tried(law: Law, tool: Tool, plan: LawPlan = QUICK) -> Finding:
    return try_laws_with(LocalTool(tool), [law], plan).findings[0]


class TestLaws:
    """Who is right keeps every law, and who breaks one is caught by it."""

    def test_each_has_a_tool_that_breaks_it(self) -> None:
        assert LAWBREAKERS.keys() == {law.id for law in LAWS}

    def test_every_source_is_under_the_laws_of_converters(self) -> None:
        names = {each.name for each in sources()}
        assert set(SOURCES) <= names
        assert names - set(SOURCES) == WITHOUT_PAYLOADS

    @LAW
    def test_the_reference_implementation_keeps_it(self, law: Law) -> None:
        finding = tried(law, honest)
        assert (finding.standing, finding.detail) == (Standing.KEPT, None)

    @LAW
    def test_it_catches_the_tool_that_breaks_it(self, law: Law) -> None:
        finding = tried(law, lawbreaker(law.id, honest))
        assert finding.standing is Standing.BROKEN
        if law.name == "redaction":
            # A vector says nothing of messages.
            assert finding.vector is None
            return
        assert finding.vector is not None
        assert problem("vector", finding.vector) is None
        if law.role is Role.CALCULATOR:
            # What the vector expects is what the reference implementation answers.
            given, expected = finding.vector["input"], finding.vector["expected"]
            case = Case("c", law.title, law.role, "metrics", (), (), given, expected)
            assert difference(case, honest(case.request(1, load().version))["result"]) is None

    @LAW
    def test_the_tool_that_breaks_it_keeps_the_others(self, law: Law) -> None:
        for other in LAWS:
            if other is law or other.role is not law.role:
                continue
            if law.role is not Role.CONVERTER or other.subject == law.subject:
                finding = tried(other, lawbreaker(law.id, honest))
                assert finding.standing is Standing.KEPT, f"{other.id}: {finding.detail}"

    def test_a_breach_is_made_as_small_as_can_be(self) -> None:
        law = next(each for each in LAWS if each.id == "token-conservation-openai-response")
        finding = tried(law, lawbreaker(law.id, honest), LawPlan(examples=30, seed=1))
        assert finding.input is not None
        (line,) = finding.input["payload"]["text"].splitlines()
        assert json.loads(line)["usage"]["prompt_tokens_details"] == {"cached_tokens": 1}


class TestCommand:
    """Exit codes are those of every command, and a seed replays a run."""

    FAST = ("conformance", "laws", "--law", "validation-idempotence", "--examples", 1)

    def test_a_seed_replays(self, invoke: Invoke) -> None:
        words = (
            "conformance",
            "laws",
            "--law",
            "import-idempotence-openai-response",
            "--seed",
            7,
            "--report",
            "json",
            "--examples",
            3,
        )
        command = (sys.executable, "-m", "opentokenomics_conformance.lawbreakers", "import-idempotence-openai-response")
        runs = [invoke(*words, "--", *command) for _ in range(2)]
        assert [code for code, _, _ in runs] == [1, 1]
        first, second = (json.loads(out) for _, out, _ in runs)
        assert problem("laws", first) is None
        assert first["laws"][0]["vector"]["input"] == second["laws"][0]["vector"]["input"]

    def test_text_tells_the_seed_and_what_was_kept(self, invoke: Invoke) -> None:
        code, out, _ = invoke(*self.FAST, "--seed", 3, "--", *REFERENCE)
        assert code == 0
        assert "keeps 1 of 1 laws (seed 3, 1 round, 1 examples)" in out

    def test_it_goes_on_for_as_long_as_asked(self, invoke: Invoke) -> None:
        words = (
            "--law",
            "input-order-openai-response",
            "--seed",
            5,
            "--minutes",
            0.05,
            "--examples",
            1,
            "--report",
            "json",
        )
        code, out, _ = invoke("conformance", "laws", *words, "--", *REFERENCE)
        document = json.loads(out)
        assert (code, problem("laws", document)) == (0, None)
        assert document["rounds"] > 1
        assert document["laws"][0]["seed"] > 5
        assert document["laws"][0]["tried"] > document["rounds"]

    def test_an_expected_failure_is_a_debt(self, invoke: Invoke, tmp_path: Path) -> None:
        debt = tmp_path / "debt.txt"
        debt.write_text(
            "validation-idempotence # it forgets\nrecord-id-repeated # of another command\n", encoding="utf-8"
        )
        words = (*self.FAST, "--expected-failures", debt, "--")
        assert invoke(*words, *FAKE, "skips-all")[0] == 0
        code, _, said = invoke(*words, *REFERENCE)
        assert (code, "is to be taken off the list" in said) == (1, True)

    @pytest.mark.parametrize(("fake", "says"), [("skips-all", "skipped"), ("crashes", "crashed")])
    def test_no_answer_keeps_no_law(self, fake: str, says: str, invoke: Invoke) -> None:
        code, out, _ = invoke(*self.FAST, "--", *FAKE, fake)
        assert (code, says in out) == (1, True)

    @pytest.mark.parametrize("words", [("--law", "gravity"), ("--law", "splitting", "--role", "converter")])
    def test_no_such_law(self, words: tuple[str, ...], invoke: Invoke) -> None:
        assert invoke("conformance", "laws", *words, "--", *REFERENCE)[0] == 2
