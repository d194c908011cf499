"""Runs the code of the tutorial step by step against the vectors, and writes into the page what it scores.

Usage: python tools/tutorial.py [--check]

``--check`` runs nothing: it says whether the scores are on the vectors of today.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from drafts import FOLDER, ROOT, edition
from markdown_tables import table
from opentokenomics.standard import Excluded
from opentokenomics_conformance import Outcome, Role, Suite, SuiteReport, load_suite
from opentokenomics_conformance.compare import difference
from opentokenomics_conformance.run import result_of

PAGE = ROOT / "docs" / "write-your-own.md"
_BLOCK = re.compile(r'^```python title="([a-z]+[.]py)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)
_SCORE = re.compile(r"(<!-- score: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_VECTORS = re.compile(r"The vectors of these scores have the digest `([0-9a-f]{64})`")


@dataclass(frozen=True, slots=True)
class Step:
    """What the files hold after a step, by their names."""

    number: str
    files: Mapping[str, str]


def steps(text: str) -> Iterator[Step]:
    """The steps of the tutorial; a block adds to the file that its title names."""
    files: dict[str, str] = {}
    at = 0
    for score in _SCORE.finditer(text):
        for block in _BLOCK.finditer(text, at, score.start()):
            files[block[1]] = f"{files[block[1]]}\n\n{block[2]}" if block[1] in files else block[2]
        at = score.end()
        if score[2].isdigit():
            yield Step(score[2], dict(files))


def write(step: Step, folder: Path) -> None:
    """Writes the files of a step."""
    for name, text in step.files.items():
        (folder / name).write_text(text, "utf-8")


def tried(step: Step, suite: Suite) -> SuiteReport:
    """What the code of a step makes of every case of a validator, without a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        write(step, Path(folder))
        adapter = _adapter(Path(folder))
        results = []
        for number, case in enumerate(suite.of([Role.VALIDATOR]).cases):
            message = json.dumps(case.request(number, suite.spec_version))
            answer = adapter.answer(json.loads(message, parse_int=Decimal, parse_float=Decimal))
            if "skipped" in answer:
                results.append(result_of(case, Outcome.SKIPPED, answer["skipped"]))
                continue
            different = difference(case, answer["result"])
            results.append(result_of(case, Outcome.FAILED if different else Outcome.PASSED, different))
    tool: Mapping[str, Any] = {"name": "mine", "version": step.number, "language": "Python"}
    return SuiteReport({"digest": suite.digest}, tool, None, None, "protocol", results)


def _adapter(folder: Path) -> ModuleType:
    os.environ["SCHEMAS"] = str(FOLDER)
    try:
        for name in ("mine", "adapter"):
            spec = spec_from_file_location(name, folder / f"{name}.py")
            assert spec is not None  # noqa: S101 - a file with this ending has one
            assert spec.loader is not None  # noqa: S101 - likewise
            sys.modules[name] = module_from_spec(spec)
            spec.loader.exec_module(sys.modules[name])
        return sys.modules["adapter"]
    finally:
        del os.environ["SCHEMAS"]
        for name in ("mine", "adapter"):
            sys.modules.pop(name, None)


def score(report: SuiteReport) -> str:
    """The sentence on a step."""
    counts = report.counts
    topics = report.topics
    return (
        f"**Score: {report.passed} of {len(report.results)} cases, and {sum(topics.values())} of {len(topics)} "
        f"requirements with all of their cases** ({counts[Outcome.FAILED]} failed, {counts[Outcome.SKIPPED]} skipped)."
    )


def left(report: SuiteReport, digest: str) -> str:
    """What the last step does not master, by kind of check."""
    kinds = {each.id: _kind(type(each.check).__name__) for each in edition().requirements}
    asked = Counter(kinds[topic] for topic in report.topics)
    mastered = Counter(kinds[topic] for topic, is_mastered in report.topics.items() if is_mastered)
    rows = [[f"[`{kind}`](../spec/rules.md#{kind})", str(asked[kind]), str(mastered[kind])] for kind in sorted(asked)]
    excluded = sum(isinstance(each.check, Excluded) for each in edition().requirements)
    reason = (
        "Requirements that every reader has to keep have cases in CSV, too, which nothing here reads. That is why "
        f"kinds that were written in full are not all mastered. {excluded} more requirements are for people to judge, "
        "or bind programs."
    )
    kinds_left = table(["Kind of check", "Requirements with vectors", "Mastered after the last step"], rows)
    return "\n\n".join([kinds_left, reason, f"The vectors of these scores have the digest `{digest}`."])


def _kind(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def filled(text: str, suite: Suite) -> tuple[str, Sequence[SuiteReport]]:
    """The page with its scores, and the report on each step."""
    found = {step.number: tried(step, suite) for step in steps(text)}
    said = {number: score(report) for number, report in found.items()}
    said["left"] = left(list(found.values())[-1], suite.digest)
    return _SCORE.sub(lambda block: f"{block[1]}\n{said[block[2]]}\n\n{block[3]}", text), list(found.values())


def is_current(text: str, suite: Suite) -> bool:
    """Whether the scores are on these vectors."""
    stated = _VECTORS.search(text)
    return stated is not None and stated[1] == suite.digest


def main(arguments: list[str]) -> int:
    """Runs the tool; returns the exit code."""
    text = PAGE.read_text("utf-8")
    if "--check" in arguments:
        if not is_current(text, load_suite()):
            print("docs/write-your-own.md has scores on other vectors; run `make others`.", file=sys.stderr)
            return 1
        return 0
    changed, reports = filled(text, load_suite())
    PAGE.write_text(changed, "utf-8")
    for report in reports:
        print(f"step {report.tool['version']}: {report.passed} of {len(report.results)} cases passed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
