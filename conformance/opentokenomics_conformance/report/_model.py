"""The report on one tool."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from opentokenomics.errors import InputError
from opentokenomics.report import visible_json
from opentokenomics_conformance._data import problem
from opentokenomics_conformance._outcome import Outcome


@dataclass(frozen=True, slots=True)
class Result:
    """How one case ended.

    Attributes:
        case: Identifier of the case.
        role: The role that it asks for.
        folder: What it belongs to.
        title: What it shows.
        requirements: The requirements that it is about.
        flags: The bugs that it would show.
        topics: What counts as one in the score: the requirements, or the source or metric.
        outcome: How it ended.
        detail: What was different, or why there is no answer; None where it passed.
    """

    case: str
    role: str
    folder: str
    title: str
    requirements: tuple[str, ...]
    flags: tuple[str, ...]
    topics: tuple[str, ...]
    outcome: Outcome
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class SuiteReport:
    """The report on one tool.

    Attributes:
        suite: Version and digest of the vectors, and the version of this package; where cases were selected, also from
            how many cases of each topic.
        tool: What the tool says of itself.
        platform: The machine that it ran on; None where the report leaves it out.
        started_at: When, in UTC; None likewise.
        mode: ``protocol``, or ``one-shot`` where a plain command was run for each case.
        results: How each case ended, in the order of their identifiers.
        laws: What was found of the laws, in the form of their own report; None where they were not tried.
    """

    suite: Mapping[str, Any]
    tool: Mapping[str, Any]
    platform: str | None
    started_at: str | None
    mode: str
    results: Sequence[Result]
    laws: Mapping[str, Any] | None = None

    @property
    def counts(self) -> Mapping[Outcome, int]:
        """How many cases ended in each way."""
        counted = Counter(each.outcome for each in self.results)
        return {outcome: counted[outcome] for outcome in Outcome}

    @property
    def passed(self) -> int:
        """How many cases passed."""
        return self.counts[Outcome.PASSED]

    @property
    def topics(self) -> Mapping[str, bool]:
        """For each topic, all of whose cases were run, whether all of them passed.

        A tool that accepts everything passes every case that is to be accepted, and masters no topic, for each has a
        case that is to be rejected. So a topic of which cases were left out does not count.
        """
        ended: dict[str, list[bool]] = {}
        for each in self.results:
            for topic in each.topics:
                ended.setdefault(topic, []).append(each.outcome is Outcome.PASSED)
        sizes = self.suite.get("selected_from", {})
        return {topic: all(passed) for topic, passed in ended.items() if len(passed) >= sizes.get(topic, 0)}

    @property
    def is_selection(self) -> bool:
        """Whether cases of some topic were left out by who ran the suite."""
        run = Counter(topic for each in self.results for topic in each.topics)
        return any(run[topic] < size for topic, size in self.suite.get("selected_from", {}).items())

    @property
    def percentage(self) -> int:
        """The share of topics that are mastered, in whole percent, rounded down; 0 where there are none."""
        topics = self.topics
        return 100 * sum(topics.values()) // len(topics) if topics else 0

    def by_folder(self) -> Mapping[str, tuple[int, int]]:
        """For each role and folder, how many cases passed, and how many there were."""
        found: dict[str, tuple[int, int]] = {}
        for each in self.results:
            passed, total = found.get(f"{each.role}: {each.folder}", (0, 0))
            found[f"{each.role}: {each.folder}"] = passed + (each.outcome is Outcome.PASSED), total + 1
        return found

    def to_json(self) -> str:
        """The report as JSON, as its published schema says."""
        counts = {outcome.value: number for outcome, number in self.counts.items()}
        document: dict[str, Any] = {
            "suite": dict(self.suite),
            "tool": dict(self.tool),
            "platform": self.platform,
            "started_at": self.started_at,
            "mode": self.mode,
            "summary": {
                "topics": len(self.topics),
                "mastered": sum(self.topics.values()),
                "percentage": self.percentage,
                "cases": len(self.results),
                **counts,
            },
            "cases": [asdict(each) for each in self.results],
        }
        if self.laws is not None:
            document["laws"] = self.laws
        return visible_json(document)

    @classmethod
    def from_json(cls, text: str, name: str) -> SuiteReport:
        """Reads a report back.

        Args:
            text: The JSON.
            name: What to call the report in messages.

        Raises:
            InputError: It is none.
        """
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            document = None
        fault = "it is no JSON" if document is None else problem("report", document)
        if fault is not None:
            raise InputError("report_wrong", f"{name} is no report of this suite: {fault}.", "Name a JSON report.")
        results = [
            Result(
                each["case"],
                each["role"],
                each["folder"],
                each["title"],
                tuple(each["requirements"]),
                tuple(each["flags"]),
                tuple(each["topics"]),
                Outcome(each["outcome"]),
                each["detail"],
            )
            for each in document["cases"]
        ]
        return cls(
            document["suite"],
            document["tool"],
            document["platform"],
            document["started_at"],
            document["mode"],
            results,
            document.get("laws"),
        )
