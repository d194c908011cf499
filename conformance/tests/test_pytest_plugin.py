"""The pytest plugin: cases are tests of a project that asks for them, and nothing happens to any other project."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb  # noqa: F401 - pytester would import it once a run, which a process does not survive
import pytest
from harness import FAKE, REFERENCE

pytest_plugins = ["pytester"]

LINE = 'pytest_plugins = ["opentokenomics_conformance.pytest_plugin"]\n'
REPEATED = "record-id-repeated"


def project(pytester: pytest.Pytester, command: tuple[str, ...] = (), more: str = "") -> None:
    named = f"opentokenomics_command = {' '.join(command)}\n" if command else ""
    pytester.makeini(f"[pytest]\naddopts = -p no:cacheprovider\nopentokenomics_filter = OTS-USG-001\n{named}{more}")
    pytester.makeconftest(LINE)


def cases() -> list[str]:
    from opentokenomics_conformance import load_suite

    return [each.id for each in load_suite().of(None, "OTS-USG-001").cases]


class TestCases:
    """Each case is a test with the identifier as its name, and its outcome is that of the suite."""

    def test_pass_with_a_tool_that_is_right(self, pytester: pytest.Pytester) -> None:
        project(pytester, REFERENCE)
        ended = pytester.runpytest_inprocess("-v")
        ended.assert_outcomes(passed=len(cases()))
        ended.stdout.fnmatch_lines([f"conftest.py::{REPEATED} PASSED*"])

    def test_can_be_run_one_by_one(self, pytester: pytest.Pytester) -> None:
        project(pytester, REFERENCE)
        pytester.runpytest_inprocess(f"conftest.py::{REPEATED}").assert_outcomes(passed=1)

    def test_a_listed_one_may_fail_and_a_stale_entry_fails(self, pytester: pytest.Pytester) -> None:
        Path("debt.txt").write_text(f"{REPEATED} # not done yet\n", encoding="utf-8")
        project(pytester, (*FAKE, "accepts-all"), "opentokenomics_expected_failures = debt.txt\n")
        ended = pytester.runpytest_inprocess("-rx", f"conftest.py::{REPEATED}", "conftest.py::expected-failures")
        ended.assert_outcomes(xfailed=1, passed=1)
        ended.stdout.fnmatch_lines(["*not done yet: failed: *"])
        Path("debt.txt").write_text(f"{REPEATED}\nno-such-case\n", encoding="utf-8")
        project(pytester, REFERENCE, "opentokenomics_expected_failures = debt.txt\n")
        ended = pytester.runpytest_inprocess(f"conftest.py::{REPEATED}", "conftest.py::expected-failures")
        ended.assert_outcomes(failed=2)
        ended.stdout.fnmatch_lines(["*taken off the list*", "*names no-such-case*"])

    @pytest.mark.parametrize(("fake", "says"), [("skips-all", "has not passed"), ("crashes", "crashed: *")])
    def test_no_answer_is_no_pass(self, fake: str, says: str, pytester: pytest.Pytester) -> None:
        project(pytester, (*FAKE, fake))
        ended = pytester.runpytest_inprocess()
        ended.assert_outcomes(failed=len(cases()))
        ended.stdout.fnmatch_lines([f"*{says}*"])

    def test_a_filter_that_nothing_has_is_no_pass(self, pytester: pytest.Pytester) -> None:
        project(pytester, REFERENCE)
        ended = pytester.runpytest_inprocess("--opentokenomics-filter", "OTS-USG-0001")
        ended.assert_outcomes(errors=1)
        ended.stdout.fnmatch_lines(["*No case is left to run.*"])

    def test_laws_are_tests_where_they_are_asked_for(self, pytester: pytest.Pytester) -> None:
        project(pytester, (*FAKE, "skips-all"), "opentokenomics_roles = validator\nopentokenomics_laws = 1\n")
        ended = pytester.runpytest_inprocess("-k", "reordering")
        ended.assert_outcomes(failed=1, deselected=ended.parseoutcomes()["deselected"])
        ended.stdout.fnmatch_lines(["*skipped: reordering:*"])


class TestCommand:
    """Where nothing names a tool, nothing passes."""

    def test_a_hook_can_name_it(self, pytester: pytest.Pytester) -> None:
        project(pytester)
        hook = f"def pytest_opentokenomics_command(config):\n    return {list(REFERENCE)!r}\n"
        pytester.makeconftest(f"{LINE}\n\n{hook}")
        pytester.runpytest_inprocess(f"conftest.py::{REPEATED}").assert_outcomes(passed=1)

    def test_the_command_line_can_name_it(self, pytester: pytest.Pytester) -> None:
        project(pytester, ("/no/such/tool",))
        words = ("--opentokenomics-command", " ".join(REFERENCE), f"conftest.py::{REPEATED}")
        pytester.runpytest_inprocess(*words).assert_outcomes(passed=1)

    @pytest.mark.parametrize(
        ("command", "says"), [((), "Nothing says which tool"), (("/no/tool",), "cannot be started")]
    )
    def test_there_is_none(self, command: tuple[str, ...], says: str, pytester: pytest.Pytester) -> None:
        project(pytester, command)
        ended = pytester.runpytest_inprocess()
        ended.assert_outcomes(failed=len(cases()))
        ended.stdout.fnmatch_lines([f"*{says}*"])

    def test_a_role_that_does_not_exist_is_refused(self, pytester: pytest.Pytester) -> None:
        project(pytester, REFERENCE, "opentokenomics_roles = poet\n")
        ended = pytester.runpytest_inprocess()
        assert ended.ret != 0
        assert "does not know 'poet'" in ended.stdout.str() + ended.stderr.str()


def test_a_project_that_does_not_ask_sees_nothing(pytester: pytest.Pytester) -> None:
    """Not even its strictest configuration notices that the suite is installed."""
    pytester.makeini("[pytest]\naddopts = --strict-config --strict-markers\nfilterwarnings = error\n")
    pytester.makeconftest("")
    look = "import sys\n\ndef test_it():\n    assert 'opentokenomics_conformance' not in sys.modules\n"
    pytester.makepyfile(look)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_other_files_are_collected_as_ever(pytester: pytest.Pytester) -> None:
    project(pytester, (sys.executable, "-c", ""))
    pytester.mkpydir("inner").joinpath("conftest.py").write_text("", encoding="utf-8")
    pytester.makepyfile("def test_it():\n    pass\n")
    ended = pytester.runpytest_inprocess("--collect-only", "-q")
    assert [line for line in ended.outlines if "test_it" in line] == [
        "test_other_files_are_collected_as_ever.py::test_it"
    ]
    assert sum("::" in line for line in ended.outlines) == len(cases()) + 1
