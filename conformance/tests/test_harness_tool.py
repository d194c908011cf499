"""What a tool may do wrong before and between its answers."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from opentokenomics_conformance import Outcome, Plan, Suite, SuiteReport, run_suite
from opentokenomics_conformance.run import run_plain_command
from opentokenomics_conformance.tool import Limits, Tool, ToolError

_STARTED = (
    '{"protocol": 1, "tool": {"name": "t", "version": "1", "language": "x"}, '
    '"roles": ["validator"], "spec_versions": ["%s"]}'
)


def _script(folder: Path, body: str) -> list[str]:
    file = folder / "tool.py"
    file.write_text(dedent(body), encoding="utf-8")
    return [sys.executable, str(file)]


def _answering(folder: Path, suite: Suite, answer: str) -> list[str]:
    started = _STARTED % suite.spec_version
    return _script(
        folder,
        f"""
        import json, sys, time
        for line in sys.stdin:
            message = json.loads(line)
            if message["cmd"] == "stop":
                break
            print({started!r} if message["cmd"] == "start" else ({answer}), flush=True)
        """,
    )


class TestTheStart:
    """A tool that does not speak the protocol is refused with a reason, and is no failure of cases."""

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ("", "exit code 0"),
            ("raise SystemExit(3)", "exit code 3"),
            ("print('hello', flush=True); input(); input()", "no JSON"),
            ("print('{}', flush=True); input(); input()", "'protocol' is a required property"),
            (f"print({_STARTED % 'x'!r}.replace('1,', '7,', 1), flush=True); input(); input()", "version 7"),
            ("import time; time.sleep(60)", "no answer within"),
            ("import sys; sys.exit('where is my licence')", "where is my licence"),
        ],
    )
    def test_has_a_reason(self, body: str, reason: str, suite: Suite, tmp_path: Path) -> None:
        plan = Plan(_script(tmp_path, body), limits=Limits(start_seconds=5 if "sleep" not in body else 0.5))
        with pytest.raises(ToolError, match=reason):
            run_suite(suite, plan)

    @pytest.mark.parametrize("command", ["/does/not/exist", "/", "a\0b"])
    def test_of_what_is_no_command(self, command: str, suite: Suite) -> None:
        with pytest.raises(ToolError, match="cannot be started"):
            run_suite(suite, Plan([command]))


class TestAnswers:
    """Only an explicit answer to the case counts, and a tool that failed one case is asked the next."""

    @pytest.mark.parametrize(
        ("answer", "outcome", "detail"),
        [
            ("'null'", Outcome.GARBLED, "no object"),
            ("'{}'", Outcome.GARBLED, "none of the members"),
            ("'NaN'", Outcome.GARBLED, "NaN"),
            # In UTF-16, of which one reader of JSON sees what it is by itself, and the next one does not.
            (
                "''.join(chr(0) + each for each in json.dumps({'seq': message['seq'], 'skipped': 'x'})) + chr(0)",
                Outcome.GARBLED,
                "no JSON",
            ),
            ("'[' * 100000", Outcome.GARBLED, "no JSON"),
            ("json.dumps({'seq': message['seq'], 'result': {}})", Outcome.GARBLED, "'valid' is a required"),
            ("json.dumps({'seq': str(message['seq']), 'skipped': 'x'})", Outcome.GARBLED, "not of type 'integer'"),
            ("json.dumps({'seq': message['seq'], 'skipped': 'why not'})", Outcome.SKIPPED, "why not"),
            ("json.dumps({'seq': message['seq'], 'result': {'rows': [], 'rejected': 0}})", Outcome.GARBLED, "'valid'"),
            ("time.sleep(60)", Outcome.TIMED_OUT, "no answer within"),
            ("sys.exit('bad')", Outcome.CRASHED, "bad"),
        ],
    )
    def test_of_every_kind(self, answer: str, outcome: Outcome, detail: str, suite: Suite, tmp_path: Path) -> None:
        limits = Limits(answer_seconds=1 if "sleep" in answer else 20)
        report = run_suite(suite, Plan(_answering(tmp_path, suite, answer), limits=limits))
        assert {each.outcome for each in report.results} == {outcome}
        assert all(detail in (each.detail or "") for each in report.results)

    def test_a_role_or_version_that_a_tool_lacks_is_skipped_and_not_passed(self, suite: Suite, tmp_path: Path) -> None:
        answer = "json.dumps({'seq': message['seq'], 'result': {'valid': True, 'violations': []}})"
        command = _answering(tmp_path, Suite(suite.version, "0.1", suite.digest, suite.cases, suite.flags), answer)
        report = run_suite(suite, Plan(command))
        assert {each.outcome for each in report.results} == {Outcome.SKIPPED}
        assert report.percentage == 0

    def test_workers_share_the_cases_and_keep_their_order(self, suite: Suite, tmp_path: Path) -> None:
        answer = "json.dumps({'seq': message['seq'], 'skipped': str(message['seq'])})"
        report = run_suite(suite, Plan(_answering(tmp_path, suite, answer), workers=5))
        assert [each.detail for each in report.results] == [str(number) for number in range(len(suite.cases))]


def test_a_tool_ends_when_it_is_told_to(suite: Suite, tmp_path: Path) -> None:
    async def conversation(command: list[str]) -> bool:
        tool = Tool(command, Limits())
        await tool.start()
        return await tool.stop()

    assert asyncio.run(conversation(_answering(tmp_path, suite, "1")))


_LEAVES_A_PROGRAM = """
import json, subprocess, sys, time
left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session={apart})
open({place!r}, "w").write(str(left.pid))
sys.argv[1:] or print({started!r}, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(("run", "apart"), [(run_suite, True), (run_plain_command, False)])
def test_what_a_tool_leaves_running_holds_nobody_up(
    run: Callable[[Suite, Plan], SuiteReport],
    apart: bool,  # noqa: FBT001 - a parameter of the test
    suite: Suite,
    tmp_path: Path,
) -> None:
    """It is ended where it is in the tool's session; else it lives on, whatever it holds open."""
    few = Suite(suite.version, suite.spec_version, suite.digest, suite.cases[:1], suite.flags)
    place = tmp_path / "left"
    started = _STARTED % suite.spec_version
    body = _LEAVES_A_PROGRAM.format(apart=apart, place=str(place), started=started)
    begun = time.monotonic()
    report = run(few, Plan(_script(tmp_path, body), limits=Limits(answer_seconds=1)))
    assert time.monotonic() - begun < 20
    assert {each.outcome for each in report.results} == {Outcome.TIMED_OUT}
    left = int(place.read_text("utf-8"))
    assert _runs(left) is apart
    if apart:
        os.kill(left, 9)


def _runs(process: int) -> bool:
    """Whether a process runs that is nobody's to wait for; one that has just been killed is given a moment."""
    for _ in range(50):
        try:
            state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return False
        if state == "Z":
            return False
        time.sleep(0.01)
    return True
