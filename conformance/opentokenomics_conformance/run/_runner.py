"""Puts the cases of a suite to several processes of a tool at once."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from opentokenomics_conformance._data import problem
from opentokenomics_conformance.cases import Case, Suite
from opentokenomics_conformance.compare import difference
from opentokenomics_conformance.report import Outcome, Result, SuiteReport
from opentokenomics_conformance.tool import Failure, Greeting, Limits, Tool

Watch = Callable[[Case, dict[str, Any], dict[str, Any]], None]


def _unwatched(case: Case, request: dict[str, Any], answer: dict[str, Any]) -> None:
    """Nobody looks."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a tool is to be tested.

    Attributes:
        command: The words that start the tool.
        workers: How many processes of it run at once.
        limits: What each may take.
        watch: Called with each case, its request, and what came back.
    """

    command: Sequence[str]
    workers: int = 1
    limits: Limits = field(default_factory=Limits)
    watch: Watch = _unwatched


def run_suite(suite: Suite, plan: Plan) -> SuiteReport:
    """Puts every case of a suite to a tool.

    A case that the tool cannot do by its own account, for it lacks the role or the version, is skipped, and is not
    passed. A process that fails is started again for the next case.

    Raises:
        ToolError: The tool cannot be started at all, or does not speak the protocol.
    """
    return asyncio.run(_test(suite, plan))


async def _test(suite: Suite, plan: Plan) -> SuiteReport:
    started = datetime.now(UTC)
    first = Tool(plan.command, plan.limits)
    greeting = await first.start()
    queue = list(enumerate(suite.cases))[::-1]
    results: dict[int, Result] = {}
    tools = [first, *(Tool(plan.command, plan.limits) for _ in range(min(plan.workers, len(suite.cases)) - 1))]
    try:
        async with asyncio.TaskGroup() as group:
            for tool in tools:
                group.create_task(_work(tool, suite, greeting, plan.watch, queue, results))
    except ExceptionGroup as several:
        raise several.exceptions[0] from None
    finally:
        for tool in tools:
            await tool.kill()
    return SuiteReport(
        suite_facts(suite),
        tool_facts(greeting),
        platform.platform(),
        started.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "protocol",
        [results[number] for number in sorted(results)],
    )


def suite_facts(suite: Suite) -> dict[str, Any]:
    """What a report says of a suite."""
    facts = {
        "version": suite.version,
        "spec_version": suite.spec_version,
        "digest": suite.digest,
        "harness": version("opentokenomics"),
    }
    return facts if suite.selected_from is None else {**facts, "selected_from": dict(suite.selected_from)}


def tool_facts(greeting: Greeting) -> dict[str, Any]:
    """What a report says of a tool."""
    facts = asdict(greeting)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in facts.items()}


async def _work(
    tool: Tool,
    suite: Suite,
    greeting: Greeting,
    watch: Watch,
    queue: list[tuple[int, Case]],
    results: dict[int, Result],
) -> None:
    while queue:
        number, case = queue.pop()
        reason = unable(case, suite, greeting)
        if reason is not None:
            results[number] = result_of(case, Outcome.SKIPPED, reason)
            continue
        results[number] = await put(tool, case, number, suite.spec_version, watch)
    await tool.stop()


def unable(case: Case, suite: Suite, greeting: Greeting) -> str | None:
    """Why a tool cannot do a case, by its own account; None where it says that it can."""
    if case.role not in greeting.roles:
        return f"the tool is no {case.role}"
    if suite.spec_version not in greeting.spec_versions:
        return f"the tool does not know version {suite.spec_version}"
    return None


async def put(tool: Tool, case: Case, number: int, spec_version: str, watch: Watch) -> Result:
    """Puts a case to a process, which is started where there is none, and says how it ended."""
    request = case.request(number, spec_version)
    fault = problem("request", request)
    if fault is not None:
        message = f"the harness made a request that its own schema refuses: {fault}"
        raise AssertionError(message)
    try:
        if not tool.is_alive:
            await tool.start()
        answer = dict(await tool.ask(request))
    except Failure as failure:
        said = f"; it wrote: {tool.said_in_passing[-300:]}" if tool.said_in_passing else ""
        answer = {failure.outcome.value: failure.detail}
        result = result_of(case, failure.outcome, failure.detail + said)
    else:
        result = _judged(case, answer)
    watch(case, request, answer)
    return result


def _judged(case: Case, answer: dict[str, Any]) -> Result:
    if "skipped" in answer:
        return result_of(case, Outcome.SKIPPED, answer["skipped"])
    different = difference(case, answer["result"])
    return result_of(case, Outcome.PASSED if different is None else Outcome.FAILED, different)


def result_of(case: Case, outcome: Outcome, detail: str | None) -> Result:
    """How a case ended."""
    return Result(
        case.id, case.role.value, case.folder, case.title, case.requirements, case.flags, case.topics, outcome, detail
    )
