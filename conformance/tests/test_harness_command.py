"""``opentokenomics conformance``, as its users meet it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from harness import FAKE, REFERENCE, Invoke

from opentokenomics.errors import InputError
from opentokenomics_conformance import Outcome, Role, Suite, SuiteReport, load_suite, render
from opentokenomics_conformance.report import merge
from opentokenomics_conformance.run import result_of, suite_facts

FEW = ("conformance", "run", "--filter", "OTS-USG-001")


class TestRun:
    """A run says what passed, and its exit code is about what was not expected."""

    def test_of_the_reference_implementation(self, invoke: Invoke) -> None:
        code, out, _ = invoke(*FEW, "--workers", 2, "--", *REFERENCE)
        assert code == 0
        assert "(100 %)" in out

    def test_dumps_what_was_said(self, invoke: Invoke, tmp_path: Path) -> None:
        invoke(*FEW, "--dump", "dump.jsonl", "--", *FAKE, "accepts-all")
        lines = [json.loads(line) for line in (tmp_path / "dump.jsonl").read_text("utf-8").splitlines()]
        assert {line["case"] for line in lines} == {each.id for each in load_suite().of(None, "OTS-USG-001").cases}
        assert all(line["answer"] == {"result": {"valid": True, "violations": []}} for line in lines)
        assert all("expected" not in line["request"] for line in lines)

    def test_expected_failures_are_a_debt(self, invoke: Invoke, tmp_path: Path) -> None:
        listed = tmp_path / "debt.txt"
        broken = [each.id for each in load_suite().of(None, "OTS-USG-001").cases if not each.expected["valid"]]
        debt = "".join(f"{name} # not done yet\n" for name in broken)
        listed.write_text(f"{debt}\n# a comment\n", encoding="utf-8")
        run = (*FEW, "--expected-failures", listed, "--")
        assert invoke(*run, *FAKE, "accepts-all")[0] == 0
        code, _, said = invoke(*run, *REFERENCE)
        assert code == 1
        assert "record-id-repeated passed" in said
        listed.write_text(f"{debt}no-such-case\n", encoding="utf-8")
        code, _, said = invoke(*run, *FAKE, "accepts-all")
        assert code == 1
        assert "no-such-case is listed as an expected failure and does not exist" in said

    def test_one_shot_compares_exit_codes(self, invoke: Invoke) -> None:
        command = (sys.executable, "-m", "opentokenomics", "validate", "--profile", "{profile}")
        code, out, _ = invoke(*FEW, "--one-shot", "--", *command)
        assert (code, "(100 %)" in out) == (0, True)
        code, out, _ = invoke(*FEW, "--one-shot", "--", sys.executable, "-c", "")
        assert (code, "(0 %)" in out) == (1, True)
        code, out, _ = invoke(*FEW, "--one-shot", "--", sys.executable, "-c", "raise SystemExit(7)")
        assert (code, "crashed" in out) == (1, True)

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (("run", "--", "/no/such/tool"), "cannot be started"),
            (("run", "--one-shot", "--", "/no/such/tool"), "cannot be started"),
            (("run", "--one-shot", "--dump", "said.jsonl", "--", "x"), "--dump writes what is said"),
            (("run", "--filter", "nothing like this", "--", "x"), "No case is left"),
            (("run", "--version", "9.9", "--", "x"), "no vectors for version 9.9"),
            (("run", "--expected-failures", "missing.txt", "--", "x"), "cannot be read"),
            (("run", "--role", "poet", "--", "x"), "does not know 'poet'"),
            (("run",), "Missing argument"),
            (("compare", "a.json", "b.json"), "cannot be read"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, words: tuple[str, ...], says: str, invoke: Invoke) -> None:
        code, out, said = invoke("conformance", *words)
        assert code == 2
        assert says in said
        assert out == ""

    @pytest.mark.parametrize("words", [("run", "--expected-failures", "odd", "--", "x"), ("compare", "odd", "odd")])
    @pytest.mark.parametrize(("content", "says"), [(b"\xff", "no text in UTF-8"), (None, "Is a directory")])
    def test_a_file_that_cannot_be_read_is_refused_in_words(
        self,
        words: tuple[str, ...],
        content: bytes | None,
        says: str,
        invoke: Invoke,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        odd = tmp_path / "odd"
        odd.mkdir() if content is None else odd.write_bytes(content)
        code, _, said = invoke("conformance", *words)
        assert (code, "Errno" in said, "codec" in said) == (2, False, False)
        assert says in said


class TestSmoke:
    """An adapter is told what is wrong with it before anybody runs the whole suite."""

    def test_a_right_one_passes(self, invoke: Invoke) -> None:
        code, out, _ = invoke("conformance", "smoke", "--", *REFERENCE)
        assert code == 0
        assert "speaks the protocol" in out

    @pytest.mark.parametrize("words", [("smoke",), ("laws", "--examples", 1, "--role", "validator")])
    def test_nothing_that_it_says_acts_on_the_terminal_or_has_a_line_of_its_own(
        self, words: tuple[str | int, ...], invoke: Invoke, tmp_path: Path
    ) -> None:
        adapter = tmp_path / "adapter.py"
        adapter.write_text(_HOSTILE_ADAPTER % load_suite().spec_version, encoding="utf-8")
        code, out, _ = invoke("conformance", *words, "--", sys.executable, adapter)
        assert code == 1
        assert all(line.isprintable() for line in out.split("\n"))
        assert "The adapter speaks the protocol." not in out.split("\n")

    @pytest.mark.parametrize("fake", ["crashes", "answers-late", "skips-all", "embellishes"])
    def test_a_wrong_one_does_not(self, fake: str, invoke: Invoke) -> None:
        code, out, _ = invoke("conformance", "smoke", "--timeout", 3, "--", *FAKE, fake)
        assert code == 1
        assert "needs work" in out


@pytest.fixture(scope="module")
def report() -> SuiteReport:
    """A report with every outcome, on a tool with a hostile name."""
    suite = load_suite()
    case = suite.cases[0]
    results = [result_of(case, outcome, None if outcome is Outcome.PASSED else HOSTILE) for outcome in Outcome]
    tool = {"name": HOSTILE, "version": "1", "language": "x"}
    return SuiteReport(suite_facts(suite), tool, "here", "2026-01-01T00:00:00Z", "protocol", results)


_HOSTILE_ADAPTER = """
import json, sys
said = chr(27) + "[2J" + chr(0x202E) + chr(10) + "The adapter speaks the protocol."
for line in sys.stdin:
    message = json.loads(line)
    if message["cmd"] == "stop":
        break
    tool = {"name": said, "version": "1", "language": "x"}
    started = {"protocol": 1, "tool": tool, "roles": ["validator"], "spec_versions": ["%s"]}
    print(json.dumps(started if message["cmd"] == "start" else {"seq": message["seq"], "error": said}), flush=True)
"""

HOSTILE = "<script>alert(1)</script> \x07|`*]\ud800\uffff"


class TestReports:
    """Every form tells the same, and nothing that a tool says acts on who reads it."""

    def test_json_keeps_everything(self, report: SuiteReport) -> None:
        clean = report.to_json().encode("utf-8", "replace").decode()
        again = SuiteReport.from_json(clean, "it")
        assert [each.outcome for each in again.results] == list(Outcome)
        assert again.topics == report.topics

    def test_junit_counts_every_case(self, report: SuiteReport) -> None:
        root = ET.fromstring(render(report, "junit"))  # noqa: S314 - made here
        (suite,) = root
        assert suite.get("tests") == str(len(Outcome))
        assert (suite.get("failures"), suite.get("skipped"), suite.get("errors")) == ("1", "1", "6")

    @pytest.mark.parametrize("form", ["html", "markdown"])
    def test_nothing_is_markup_that_a_tool_says(self, form: str, report: SuiteReport) -> None:
        assert "<script>alert" not in render(report, form)

    def test_the_badge_rounds_down(self, report: SuiteReport) -> None:
        badge = json.loads(render(report, "badge"))
        assert badge["message"].startswith("0 of 1 ")
        assert badge["color"] == "red"

    def test_text_names_what_did_not_pass(self, report: SuiteReport) -> None:
        text = render(report, "text")
        assert all(str(outcome) in text for outcome in Outcome if outcome is not Outcome.PASSED)

    @pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "junit", "badge"])
    def test_a_terminal_obeys_and_hides_nothing_that_a_tool_says(self, report: SuiteReport, form: str) -> None:
        told = replace(report.results[0], outcome=Outcome.CRASHED, detail="\x07\x1b[2J\x9b31m\u202e\u200b")
        shown = render(replace(report, results=[told]), form)
        assert all(line.isprintable() for line in shown.split("\n"))

    @pytest.mark.parametrize("form", ["text", "markdown", "html", "junit"])
    def test_a_tool_has_no_line_of_its_own(self, report: SuiteReport, form: str) -> None:
        forged = "x\n\nperfect 1 (x): 9 of 9\r9 of 9"
        law = {"law": "reordering", "outcome": "broken", "detail": forged, "title": "x", "tried": 1}
        laws = {"summary": {"laws": 1, "kept": 0, "broken": 1, "skipped": 0}, "seed": 1, "laws": [law]}
        crashed = replace(report.results[0], outcome=Outcome.CRASHED, detail=forged)
        named = dict.fromkeys(("name", "version", "language"), forged)
        shown = render(replace(report, tool=named, laws=laws, results=[crashed]), form)
        assert not any(line.strip().startswith(("perfect", "9 of 9")) for line in shown.splitlines())

    @pytest.mark.parametrize("form", ["text", "markdown", "html", "junit"])
    def test_a_long_reason_keeps_what_the_tool_wrote_last(self, report: SuiteReport, form: str) -> None:
        detail = "the tool ended; it wrote: " + "line of a trace, " * 200 + "LookupError: the cause"
        crashed = replace(report.results[0], outcome=Outcome.CRASHED, detail=detail)
        shown = render(replace(report, results=[crashed]), form)
        assert "the tool ended" in shown
        assert "LookupError: the cause" in shown
        assert shown.count("line of a trace") < 50


def test_compare_shows_regressions(invoke: Invoke, tmp_path: Path) -> None:
    for name, tool in (("good", REFERENCE), ("bad", (*FAKE, "accepts-all"))):
        invoke(*FEW, "--report", "json", "-o", tmp_path / f"{name}.json", "--", *tool)
    code, out, _ = invoke("conformance", "compare", "good.json", "bad.json")
    assert code == 1
    assert "record-id-repeated: passed, now failed" in out
    assert invoke("conformance", "compare", "bad.json", "good.json")[0] == 0
    (tmp_path / "odd.json").write_text("{}", encoding="utf-8")
    code, _, said = invoke("conformance", "compare", "odd.json", "good.json")
    assert code == 2
    assert "is no report" in said


class TestSelections:
    """Of a selection only the topics count of which it has every case, and a score says that it is one."""

    @staticmethod
    def _accepted(suite: Suite) -> SuiteReport:
        accepted = {"valid": True, "violations": []}
        ends = {True: Outcome.PASSED, False: Outcome.FAILED}
        results = [result_of(case, ends[case.expected == accepted], None) for case in suite.cases]
        return SuiteReport(
            suite_facts(suite), {"name": "t", "version": "1", "language": "x"}, None, None, "protocol", results
        )

    @pytest.mark.parametrize("pattern", ["OTS-USG-001", "OTS-GEN-008", "gen-007-kept", "usage", "OTS-"])
    def test_accepting_everything_masters_nothing_of_one(self, pattern: str) -> None:
        report = self._accepted(load_suite().of([Role.VALIDATOR], pattern))
        assert not any(report.topics.values())
        assert json.loads(render(report, "badge"))["color"] == "red"

    def test_is_named_and_never_has_full_marks(self) -> None:
        suite = load_suite().of([Role.VALIDATOR], "OTS-USG-001")
        results = [result_of(case, Outcome.PASSED, None) for case in suite.cases]
        report = replace(self._accepted(suite), results=results)
        assert report.topics == {"OTS-USG-001": True}
        assert "selection" in render(report, "text")
        badge = json.loads(render(report, "badge"))
        assert (badge["message"], badge["color"]) == ("1 of 1 of a selection (100 %)", "yellow")
        assert SuiteReport.from_json(report.to_json(), "it").topics == report.topics

    def test_shares_of_all_cases_are_no_selection_together(self) -> None:
        whole = load_suite().of([Role.VALIDATOR])
        shares = [self._accepted(whole.of(None, folder)) for folder in {case.folder for case in whole.cases}]
        assert all(each.is_selection for each in shares)
        merged = merge(shares)
        assert not merged.is_selection
        assert merged.topics == self._accepted(whole).topics


class TestMergeReports:
    """Reports on one tool become one, and a failure in any of them stays one."""

    def test_cases_are_united(self, report: SuiteReport, invoke: Invoke, tmp_path: Path) -> None:
        for name, results in (("a", report.results[:1]), ("b", report.results[1:2])):
            renamed = [replace(each, case=f"case-{name}") for each in results]
            part = replace(report, results=renamed, tool={**report.tool, "name": "t"})
            (tmp_path / f"{name}.json").write_text(part.to_json().encode("utf-8", "replace").decode(), encoding="utf-8")
        code, out, _ = invoke("merge-reports", "b.json", "a.json")
        assert code == 0
        assert [each.case for each in SuiteReport.from_json(out, "it").results] == ["case-a", "case-b"]

    def test_what_failed_anywhere_has_failed(self, report: SuiteReport) -> None:
        by_end = {each.outcome: replace(report, results=[each]) for each in report.results}
        for end, other in by_end.items():
            (one,) = merge([by_end[Outcome.PASSED], other]).results
            assert one.outcome is (Outcome.PASSED if end in {Outcome.PASSED, Outcome.SKIPPED} else end)
            (one,) = merge([other, by_end[Outcome.SKIPPED]]).results
            assert one.outcome is end

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (
                {"tool": {"name": "other", "version": "1", "language": "x"}},
                "the name of the tool is .* in one and other",
            ),
            ({"suite": {"digest": "0" * 64}}, "the digest of the suite"),
            ({"mode": "one-shot"}, "the mode of the run"),
        ],
    )
    def test_strangers_are_refused(self, change: Mapping[str, Any], says: str, report: SuiteReport) -> None:
        if "suite" in change:
            change = {"suite": {**report.suite, **change["suite"]}}
        with pytest.raises(InputError, match=says):
            merge([report, replace(report, **change)])


class TestDepth:
    """A thorough run has the laws behind the vectors, and says so in every form of its report."""

    THOROUGH = (*FEW, "--depth", "thorough", "--minutes", 0.01, "--seed", 9)

    def test_thorough_adds_the_laws(self, invoke: Invoke) -> None:
        code, out, _ = invoke(*self.THOROUGH, "--report", "json", "--", *FAKE, "skips-all")
        assert code == 1
        report = SuiteReport.from_json(out, "it")
        assert report.laws is not None
        assert report.laws["seed"] == 9
        assert {each["outcome"] for each in report.laws["laws"]} == {"skipped"}
        for form in ("text", "markdown", "html", "junit"):
            assert "mutation-completeness" in render(report, form)
        assert merge([report, replace(report, laws=None)]).laws == report.laws

    @pytest.mark.parametrize(
        "words",
        [("--minutes", 1), ("--seed", 1), ("--depth", "thorough", "--one-shot"), ("--depth", "bottomless")],
    )
    def test_what_contradicts_itself_is_refused(self, words: tuple[str, ...], invoke: Invoke) -> None:
        assert invoke(*FEW, *words, "--", *REFERENCE)[0] == 2
