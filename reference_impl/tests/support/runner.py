"""As much of a runner of GitHub as the composite action needs: its steps in order, with expressions, files and exits.

Steps that use another action are not run; their inputs are kept, so that a test can look at them.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_EXPRESSION = re.compile(r"\$\{\{ (.*?) \}\}")


def text_of(value: object) -> str:
    """A value of an action as its author wrote it."""
    return value if isinstance(value, str) else str(value).lower()


@dataclass(slots=True)
class Runner:
    """Runs the action of a checkout in a workspace.

    Attributes:
        checkout: Where ``action.yml`` lies.
        workspace: The folder of the project that uses it.
        temporary: What is removed after the job.
        given: The outputs of steps that are not run, by the step.
    """

    checkout: Path
    workspace: Path
    temporary: Path
    given: Mapping[str, Mapping[str, str]]
    used: dict[str, Mapping[str, str]] = field(default_factory=dict)
    log: str = ""
    _inputs: dict[str, str] = field(default_factory=dict)
    _outputs: dict[str, dict[str, str]] = field(default_factory=dict)

    def run(self, **inputs: str) -> tuple[int, Mapping[str, str]]:
        """The exit code of the step that ends the action, and the outputs of the action."""
        action = yaml.safe_load((self.checkout / "action.yml").read_text("utf-8"))
        self._inputs = {name: text_of(each.get("default", "")) for name, each in action["inputs"].items()}
        unknown = {name.replace("_", "-") for name in inputs} - self._inputs.keys()
        assert not unknown
        self._inputs |= {name.replace("_", "-"): value for name, value in inputs.items()}
        self._outputs = {name: dict(values) for name, values in self.given.items()}
        code = 0
        for step in action["runs"]["steps"]:
            code = self._step(step)
            if code:
                break
        return code, {name: self._filled(each["value"]) for name, each in action["outputs"].items()}

    @property
    def summary(self) -> str:
        """What the run shows."""
        return (self.temporary / "summary").read_text("utf-8")

    def _step(self, step: Mapping[str, Any]) -> int:
        if step.get("id") in self.given or not self._holds(step.get("if", "")):
            return 0
        if "uses" in step:
            self.used[step["uses"]] = {name: self._filled(text_of(value)) for name, value in step["with"].items()}
            return 0
        output, script = self.temporary / "output", self.temporary / "step.sh"
        output.write_bytes(b"")
        script.write_text(step["run"], "utf-8")
        done = subprocess.run(
            ["/usr/bin/env", "bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=self.workspace,
            env=self._environment(step.get("env", {}), output),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        self.log += done.stdout.decode("utf-8", "backslashreplace")
        lines = output.read_text("utf-8").splitlines()
        self._outputs[step.get("id", "")] = dict(line.split("=", 1) for line in lines)
        return done.returncode

    def _environment(self, own: Mapping[str, object], output: Path) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
        kept |= {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "REQUESTS_"))}
        return {
            **kept,
            "GITHUB_ACTION_PATH": str(self.checkout),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(self.temporary / "summary"),
            "RUNNER_TEMP": str(self.temporary),
            **{name: self._filled(text_of(value)) for name, value in own.items()},
        }

    def _filled(self, text: str) -> str:
        return _EXPRESSION.sub(lambda found: self._value(found[1]), text)

    def _holds(self, condition: str) -> bool:
        if not condition:
            return True
        comparison = re.fullmatch(r"\$\{\{ (\S+) (==|!=) '(.*)' \}\}", condition)
        assert comparison, condition
        name, operator, literal = comparison.groups()
        return (self._value(name) == literal) == (operator == "==")

    def _value(self, name: str) -> str:
        match name.split("."):
            case ["inputs", each]:
                return self._inputs[each]
            case ["steps", step, "outputs", each]:
                return self._outputs.get(step, {}).get(each, "")
            case _:
                raise AssertionError(name)
