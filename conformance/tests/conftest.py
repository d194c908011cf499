"""A small suite, and a way to run the command in this process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from harness import Invoke
from hypothesis import settings

from opentokenomics.cli._run import run
from opentokenomics_conformance import Suite, load_suite

settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")


@pytest.fixture(scope="session")
def suite() -> Suite:
    """A handful of cases of a validator, accepted and rejected."""
    cases = [case for case in load_suite().cases if "OTS-USG-001" in case.requirements]
    whole = load_suite()
    return Suite(whole.version, whole.spec_version, whole.digest, cases, whole.flags)


@pytest.fixture
def invoke(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Runs ``opentokenomics`` in a folder of its own; gives exit code, output and messages."""
    monkeypatch.chdir(tmp_path)

    def invoked(*words: Any) -> tuple[int, str, str]:  # noqa: ANN401 - words of a command line
        code = run([str(word) for word in words])
        said = capfd.readouterr()
        return code, said.out, said.err

    return invoked
