"""Runs targets for a time or for a number of examples, and keeps the inputs that something is wrong with."""

from __future__ import annotations

import argparse
import hashlib
import secrets
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from fuzz import CHECKOUT
from fuzz._judged import Finding, Hang, Judged
from fuzz._target import Target
from fuzz.targets import TARGETS

FOUND = CHECKOUT / "fuzz" / "found"
_ROUND = 200
"""Examples of one seed: Hypothesis begins each run with small inputs, so that a run should not be short."""

_FEWEST = 10


@dataclass(slots=True)
class _Progress:
    """What became of a target."""

    examples: int = 0
    content: bytes | None = None
    problem: Finding | None = None


class _Until:
    """When a target is done: after a number of examples, or at a moment."""

    def __init__(self, examples: int | None, seconds: float) -> None:
        self.examples = examples
        self._end = time.monotonic() + seconds

    def round(self, done: int) -> int:
        """How many examples to run now."""
        return _ROUND if self.examples is None else min(_ROUND, self.examples - done)

    @property
    def is_over(self) -> bool:
        """Whether the moment has come; a number of examples takes the time that it takes."""
        return self.examples is None and time.monotonic() >= self._end


def _run(name: str, target: Target, number: int, until: _Until) -> _Progress:
    progress = _Progress()
    with Judged(name) as judged:
        while progress.problem is None and not until.is_over and until.round(progress.examples) > 0:
            _run_round(target, judged, number, until, progress)
            number += 1
    return progress


def _run_round(target: Target, judged: Judged, number: int, until: _Until, progress: _Progress) -> None:
    """One run of Hypothesis; what it finds it makes smaller."""
    most = until.round(progress.examples)
    left = most

    @seed(number)
    @settings(
        max_examples=max(most, _FEWEST),
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(target.inputs())
    def judge(content: bytes) -> None:
        nonlocal left
        if isinstance(progress.problem, Hang):
            raise progress.problem  # to look for a smaller one would take hours
        if progress.problem is None and (until.is_over or left == 0):
            return
        left -= 1
        progress.examples += progress.problem is None
        try:
            judged.judge(content)
        except Finding as problem:
            progress.content, progress.problem = content, problem
            raise

    try:
        judge()
    except Finding:
        return
    if left > 0 and not until.is_over:
        progress.examples += left  # there are no more inputs than that


def _tell(text: str) -> None:
    print(text, flush=True)


def _keep(name: str, progress: _Progress) -> None:
    content = progress.content or b""
    FOUND.mkdir(exist_ok=True)
    file = FOUND / f"{name}-{hashlib.sha256(content).hexdigest()[:12]}"
    file.write_bytes(content)
    _tell(f"{progress.problem}\nReplay it with: python -m fuzz --replay {file.relative_to(CHECKOUT)}")


def _replay(file: Path) -> int:
    """Judges one input that was kept; the name of the file begins with that of the target."""
    name = file.name.rpartition("-")[0]
    with Judged(name) as judged:
        try:
            judged.judge(file.read_bytes())
        except Finding as problem:
            _tell(str(problem))
            return 1
    _tell("Nothing is wrong with its outcome.")
    return 0


def main() -> int:
    """Runs what the command line asks for; 1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; else all of them")
    parser.add_argument("--minutes", type=float, default=10, help="how long all of them take together")
    parser.add_argument("--examples", type=int, help="run this many examples of the slowest targets instead")
    parser.add_argument("--seed", type=int, help="the same examples as another run with it; else others each time")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="judge one input that was kept")
    arguments = parser.parse_args()
    if arguments.replay is not None:
        return _replay(arguments.replay)
    unknown = set(arguments.targets) - set(TARGETS)
    if unknown:
        parser.error(f"there is no target {', '.join(sorted(unknown))}")
    number = secrets.randbelow(10**9) if arguments.seed is None else arguments.seed
    names = arguments.targets or list(TARGETS)
    _tell(f"Seed {number}; SEED={number} runs the same examples again.")
    found = 0
    for name in names:
        target = TARGETS[name]
        examples = None if arguments.examples is None else arguments.examples * target.rate
        start = time.monotonic()
        progress = _run(name, target, number, _Until(examples, arguments.minutes * 60 / len(names)))
        took = time.monotonic() - start
        _tell(f"{name}: {progress.examples:,} examples in {took:.0f} s, {'FOUND' if progress.problem else 'fine'}")
        if progress.problem is not None:
            found += 1
            _keep(name, progress)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
