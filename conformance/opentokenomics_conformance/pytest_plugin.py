"""A pytest plugin: the cases of the suite become tests of a project, with one line in its ``conftest.py``.

    pytest_plugins = ["opentokenomics_conformance.pytest_plugin"]

The command of the tool is an option of pytest's configuration, which a folder of the project can hold as well as the
command line can:

    [tool.pytest.ini_options]
    opentokenomics_command = "node adapter.js"
    opentokenomics_roles = ["validator"]

A project whose command is known only when it runs, for a test has to build it first, implements the hook
``pytest_opentokenomics_command(config)`` beside that line and returns the words of the command.

Each case is an item of that ``conftest.py``, called after its identifier: ``pytest tests/conftest.py::some-case`` runs
one. Whoever does not write the line sees nothing of the plugin.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from opentokenomics.errors import Error
from opentokenomics.report import visible
from opentokenomics_conformance.cases import Case, Role, Suite, SuiteError, load_suite
from opentokenomics_conformance.report import Outcome, Result
from opentokenomics_conformance.run import Examiner, ExpectedFailures, Plan
from opentokenomics_conformance.tool import Conversation, Limits

if TYPE_CHECKING:
    from opentokenomics_conformance.laws import Law

_OPTIONS: Mapping[str, tuple[Literal["string", "args"], str]] = {
    "command": ("string", "the command of the tool that the conformance suite is put to"),
    "roles": ("args", "the roles whose cases are run: validator, converter, calculator; all unless given"),
    "filter": ("string", "run the cases whose identifier, folder or requirement has the text"),
    "expected_failures": ("string", "a file of cases and laws that may fail, one identifier a line, a reason behind #"),
    "timeout": ("string", "how many seconds an answer may take; 30 unless given"),
    "laws": ("string", "on how many examples each law is tried; none unless given"),
    "seed": ("string", "which examples laws are tried on; 0 unless given"),
}
_SELF = __name__
_DEBTS = "expected-failures"


class _Hooks:
    @staticmethod
    @pytest.hookspec(firstresult=True)
    def pytest_opentokenomics_command(config: pytest.Config) -> Sequence[str] | None:
        """The words of the command of the tool, where no option names it."""


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Adds the hook that names the command."""
    pluginmanager.add_hookspecs(_Hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds each option under one name to the command line and to the configuration."""
    group = parser.getgroup("opentokenomics", "conformance with the Open Tokenomics Standard")
    for name, (kind, told) in _OPTIONS.items():
        parser.addini(f"opentokenomics_{name}", told, type=kind, default=None)
        group.addoption(f"--opentokenomics-{name.replace('_', '-')}", dest=f"opentokenomics_{name}", help=told)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collects the cases where a ``conftest.py`` names this plugin."""
    if file_path.name != "conftest.py" or not _names_this_plugin(file_path, parent.config):
        return None
    return _Conformance.from_parent(parent, path=file_path)


def _names_this_plugin(file: Path, config: pytest.Config) -> bool:
    for plugin in config.pluginmanager.get_plugins():
        place = getattr(plugin, "__file__", None)
        if place is not None and Path(place) == file:
            named = getattr(plugin, "pytest_plugins", ())
            return _SELF in ([named] if isinstance(named, str) else named)
    return False


class _Conformance(pytest.File):
    """Everything that is put to the tool."""

    def collect(self) -> Iterator[pytest.Item]:
        """A test for each case, for each law, and for the list of expected failures."""
        try:
            self.session.stash[_STATE] = state = _State(self.config)
        except Error as error:
            raise self.CollectError(str(error)) from None
        for case in state.suite.cases:
            yield _CaseItem.from_parent(self, name=case.id, case=case)
        for law in state.laws:
            yield _LawItem.from_parent(self, name=law.id, law=law)
        if state.debt.reasons:
            yield _DebtItem.from_parent(self, name=_DEBTS)


class _State:
    """What the tests of one run share: the suite, and the tool while there are tests for it."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        roles = [Role(each) for each in _chosen(config, "roles", Role)]
        self.suite: Suite = load_suite().of(roles or None, _option(config, "filter"))
        if not self.suite.cases:
            raise SuiteError(
                "suite_empty", "No case is left to run.", "Widen opentokenomics_filter or opentokenomics_roles."
            )
        listed = _option(config, "expected_failures")
        self.debt = ExpectedFailures.none() if listed is None else ExpectedFailures.read(config.rootpath / listed)
        self.examples = int(_option(config, "laws") or 0)
        self.seed = int(_option(config, "seed") or 0)
        seconds = float(_option(config, "timeout") or Limits().answer_seconds)
        self.limits = Limits(start_seconds=max(seconds, Limits().start_seconds), answer_seconds=seconds)
        self.laws: Sequence[Law] = _laws(roles) if self.examples else ()
        self._open = ExitStack()
        self._examiner: Examiner | None = None
        self._conversation: Conversation | None = None

    @property
    def examiner(self) -> Examiner:
        """The tool, started for the first case."""
        if self._examiner is None:
            self._examiner = self._open.enter_context(Examiner(self.suite, Plan(self._command(), limits=self.limits)))
        return self._examiner

    @property
    def conversation(self) -> Conversation:
        """The tool, started for the first law."""
        if self._conversation is None:
            self._conversation = self._open.enter_context(Conversation(self._command(), self.limits))
        return self._conversation

    def close(self) -> None:
        """Ends the tool."""
        self._open.close()

    def _command(self) -> Sequence[str]:
        stated = _option(self.config, "command")
        command = shlex.split(stated) if stated else self.config.hook.pytest_opentokenomics_command(config=self.config)
        if not command:
            pytest.fail(_NO_COMMAND, pytrace=False)
        words: Sequence[str] = command
        return words


_STATE = pytest.StashKey[_State]()
_NO_COMMAND = (
    "Nothing says which tool is to be tested. Set opentokenomics_command in the configuration of pytest, or implement "
    "the hook pytest_opentokenomics_command in conftest.py."
)


class _Item(pytest.Item):
    """A test that may be listed among the expected failures."""

    @property
    def state(self) -> _State:
        return self.session.stash[_STATE]

    def judge(self, account: str | None) -> None:
        """Ends the test; the account says why it has not passed."""
        reason = self.state.debt.reasons.get(self.name)
        if account is None and reason is not None:
            pytest.fail(
                f"{self.name} passed, so that it is to be taken off the list of expected failures.", pytrace=False
            )
        if account is not None and reason is not None:
            pytest.xfail(f"{reason or 'listed'}: {account}")
        if account is not None:
            pytest.fail(account, pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, f"conformance: {self.name}"

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401
        if isinstance(excinfo.value, Error):
            return visible(str(excinfo.value))
        return super().repr_failure(excinfo, style)


class _CaseItem(_Item):
    def __init__(self, *, case: Case, **rest: Any) -> None:  # noqa: ANN401 - those of pytest
        super().__init__(**rest)
        self.case = case

    def runtest(self) -> None:
        self.judge(_account(self.state.examiner.put(self.case)))


class _LawItem(_Item):
    def __init__(self, *, law: Law, **rest: Any) -> None:  # noqa: ANN401 - those of pytest
        super().__init__(**rest)
        self.law = law

    def runtest(self) -> None:
        from opentokenomics_conformance.laws import LawPlan, Standing, render_laws, try_laws_with

        plan = LawPlan(self.state.suite.spec_version, self.state.examples, self.state.seed)
        report = try_laws_with(self.state.conversation, [self.law], plan)
        kept = report.findings[0].standing is Standing.KEPT
        self.judge(None if kept else render_laws(report))


class _DebtItem(_Item):
    def runtest(self) -> None:
        """What is listed exists, so that no name is misspelt."""
        from opentokenomics_conformance.laws import LAWS

        known = {case.id for case in load_suite().cases} | {law.id for law in LAWS}
        unknown = sorted(set(self.state.debt.reasons) - known)
        if unknown:
            pytest.fail(_unlisted(unknown), pytrace=False)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Ends the tool."""
    if _STATE in session.stash:
        session.stash[_STATE].close()


def _unlisted(unknown: Sequence[str]) -> str:
    return f"The list of expected failures names {', '.join(unknown)}, which does not exist."


def _account(result: Result) -> str | None:
    if result.outcome is Outcome.PASSED:
        return None
    more = "; what is skipped has not passed" if result.outcome is Outcome.SKIPPED else ""
    about = f" ({', '.join(result.requirements)})" if result.requirements else ""
    return f"{result.outcome}: {result.title}{about}\n{visible(result.detail or '')}{more}"


def _option(config: pytest.Config, name: str) -> Any:  # noqa: ANN401 - a text or a list of texts
    """What the command line says, else the configuration."""
    return config.getoption(f"opentokenomics_{name}") or config.getini(f"opentokenomics_{name}")


def _chosen(config: pytest.Config, name: str, known: Iterable[str]) -> Sequence[str]:
    stated = _option(config, name) or ()
    words = stated.replace(",", " ").split() if isinstance(stated, str) else [*stated]
    odd = [word for word in words if word not in {*known}]
    if odd:
        raise pytest.UsageError(f"opentokenomics_{name} does not know {odd[0]!r}; it knows {', '.join(known)}.")
    return words


def _laws(roles: Sequence[Role]) -> Sequence[Law]:
    from opentokenomics_conformance.laws import LAWS

    return [law for law in LAWS if not roles or law.role in roles]
