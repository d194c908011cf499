"""Laws: the reference implementation keeps them, and each is broken by a tool that was made for it."""

from __future__ import annotations

import json
import sys

import pytest
from harness import FAKE, REFERENCE, Invoke
from hypothesis import HealthCheck, given, settings

from opentokenomics.standard import load
from opentokenomics_conformance import Case, Role
from opentokenomics_conformance._data import problem
from opentokenomics_conformance.compare import difference
from opentokenomics_conformance.lawbreakers import LAWBREAKERS
from opentokenomics_conformance.laws import LAWS, Finding, Law, LawPlan, Standing, try_laws
from opentokenomics_conformance.reference import _ROLES
from opentokenomics_conformance.strategies import Sample, breakable, mutated_datasets, valid_datasets

FEW = settings(max_examples=5, suppress_health_check=list(HealthCheck))
LAW = pytest.mark.parametrize("law", LAWS, ids=lambda law: law.id)


def tried(law: Law, command: tuple[str, ...], examples: int) -> Finding:
    _, (finding,) = try_laws([law], LawPlan(command, load().version, examples, seed=0, shrinks=False))
    return finding


def judged(sample: Sample) -> tuple[bool, set[str]]:
    verdict = _ROLES["validator"]({"profile": sample.profile.value, "records": sample.records}, load().version)
    return verdict["valid"], {each["requirement"] for each in verdict["violations"]}


class TestSamples:
    """A sample is what it says it is, however small it was made."""

    @FEW
    @given(valid_datasets())
    def test_valid_ones_break_nothing(self, sample: Sample) -> None:
        assert judged(sample) == (True, set())

    @FEW
    @given(mutated_datasets())
    def test_mutated_ones_break_one_requirement(self, sample: Sample) -> None:
        assert sample.requirement is not None
        assert judged(sample) == (sample.is_conformant, {sample.requirement.id})

    @FEW
    @given(mutated_datasets("OTS-USG-001"))
    def test_what_is_broken_between_records_stays_so(self, sample: Sample) -> None:
        names = [record["record_id"] for record in sample.records["usage"]]
        assert len(names) > len(set(names))

    def test_requirements_of_every_dataset_can_be_broken(self) -> None:
        assert set(breakable("price")) < set(breakable())
        assert "OTS-USG-001" in breakable("usage")


class TestLaws:
    """Who is right keeps every law, and who breaks one is caught by it."""

    def test_each_has_a_tool_that_breaks_it(self) -> None:
        assert LAWBREAKERS.keys() == {law.id for law in LAWS}

    @LAW
    def test_the_reference_implementation_keeps_it(self, law: Law) -> None:
        finding = tried(law, REFERENCE, 2)
        assert (finding.standing, finding.detail) == (Standing.KEPT, None)

    def test_a_breach_is_made_as_small_as_can_be(self) -> None:
        law = next(each for each in LAWS if each.id == "token-conservation")
        command = (sys.executable, "-m", "opentokenomics_conformance.lawbreakers", law.id)
        _, (finding,) = try_laws([law], LawPlan(command, load().version, 30, seed=1))
        assert finding.input is not None
        (line,) = finding.input["payload"]["text"].splitlines()
        assert json.loads(line)["usage"]["prompt_tokens_details"] == {"cached_tokens": 1}

    @LAW
    def test_it_catches_the_tool_that_breaks_it(self, law: Law) -> None:
        command = (sys.executable, "-m", "opentokenomics_conformance.lawbreakers", law.id)
        finding = tried(law, command, 30)
        assert finding.standing is Standing.BROKEN
        assert finding.vector is not None
        assert problem("vector", finding.vector) is None
        if law.role is Role.CALCULATOR:
            # What the vector expects is what the reference implementation answers.
            result = _ROLES[law.role](finding.vector["input"], load().version)
            case = Case(
                "c", law.title, law.role, "metrics", (), (), finding.vector["input"], finding.vector["expected"]
            )
            assert difference(case, result) is None


class TestCommand:
    """Exit codes are those of every command, and a seed replays a run."""

    FAST = ("conformance", "laws", "--law", "validation-idempotence", "--examples", 1)

    def test_a_seed_replays(self, invoke: Invoke) -> None:
        words = ("conformance", "laws", "--law", "import-idempotence", "--seed", 7, "--report", "json", "--examples", 3)
        command = (sys.executable, "-m", "opentokenomics_conformance.lawbreakers", "import-idempotence")
        runs = [invoke(*words, "--", *command) for _ in range(2)]
        assert [code for code, _, _ in runs] == [1, 1]
        first, second = (json.loads(out)["laws"][0] for _, out, _ in runs)
        assert first["vector"]["input"] == second["vector"]["input"]

    def test_text_tells_the_seed_and_what_was_kept(self, invoke: Invoke) -> None:
        code, out, _ = invoke(*self.FAST, "--seed", 3, "--", *REFERENCE)
        assert code == 0
        assert "keeps 1 of 1 laws (seed 3, 1 examples of each)" in out

    @pytest.mark.parametrize(("fake", "says"), [("skips-all", "skipped"), ("crashes", "crashed")])
    def test_no_answer_keeps_no_law(self, fake: str, says: str, invoke: Invoke) -> None:
        code, out, _ = invoke(*self.FAST, "--", *FAKE, fake)
        assert (code, says in out) == (1, True)

    @pytest.mark.parametrize("words", [("--law", "gravity"), ("--law", "splitting", "--role", "converter")])
    def test_no_such_law(self, words: tuple[str, ...], invoke: Invoke) -> None:
        assert invoke("conformance", "laws", *words, "--", *REFERENCE)[0] == 2
