"""Tools that do not do the work: they answer without looking, wrongly, too much, or not at all."""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from opentokenomics.standard import load

Message = Mapping[str, Any]

_NOTHING = {"requirement": "", "column": None}


def _say(answer: Message) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _verdict(message: Message, *, valid: bool, violations: list[Message]) -> None:
    _say({"seq": message["seq"], "result": {"valid": valid, "violations": violations}})


def _accept(message: Message) -> None:
    _verdict(message, valid=True, violations=[])


def _reject(message: Message) -> None:
    _verdict(message, valid=False, violations=[])


def _reject_vaguely(message: Message) -> None:
    _verdict(message, valid=False, violations=[{"requirement": "OTS", "column": None}])


def _reject_emptily(message: Message) -> None:
    _verdict(message, valid=False, violations=[_NOTHING])


def _guess(message: Message) -> None:
    # The same message gets the same answer, so that a run can be repeated.
    dice = random.Random(json.dumps(message["input"], sort_keys=True))  # noqa: S311 - nothing is secret
    requirement = dice.choice(load().requirements)
    blamed = {"requirement": requirement.id, "column": dice.choice([None, *requirement.columns])}
    valid = dice.random() < 1 / 2
    _verdict(message, valid=valid, violations=[] if valid else [blamed])


def _skip(message: Message) -> None:
    _say({"seq": message["seq"], "skipped": "not today"})


def _fail(message: Message) -> None:
    _say({"seq": message["seq"], "error": "something went wrong"})


def _crash(message: Message) -> None:
    sys.exit(int(message["seq"]) % 3)


def _hang(message: Message) -> None:  # noqa: ARG001 - it does not care what it is asked
    time.sleep(3600)


def _flood(message: Message) -> None:  # noqa: ARG001
    while True:
        sys.stdout.write("x" * 65_536)


def _babble(message: Message) -> None:
    sys.stdout.write(f'{{"seq": {message["seq"]}, "result": {{"valid": true\n')
    sys.stdout.flush()


def _contradict(message: Message) -> None:
    sys.stdout.write(f'{{"seq": {message["seq"]}, "result": {{"valid": false, "valid": true, "violations": []}}}}\n')
    sys.stdout.flush()


def _mistake(message: Message) -> None:
    _say({"seq": message["seq"] + 1, "result": {"valid": True, "violations": []}})


_late: list[Message] = []


def _lag(message: Message) -> None:
    """Answers the case before, which is how a tool behaves that misses a flush."""
    _late.append(message)
    before = _late.pop(0) if len(_late) > 1 else {"seq": -1}
    _accept(before)


def _embellish(message: Message) -> None:
    _say({"seq": message["seq"], "result": {"valid": True, "violations": [], "confidence": 1}})


TALKERS: Mapping[str, Callable[[Message], None]] = {
    "accepts-all": _accept,
    "rejects-all": _reject,
    "rejects-all-with-one-empty-violation": _reject_emptily,
    "rejects-all-with-one-vague-violation": _reject_vaguely,
    "guesses": _guess,
    "skips-all": _skip,
    "gives-up": _fail,
    "crashes": _crash,
    "hangs": _hang,
    "floods": _flood,
    "babbles": _babble,
    "contradicts-itself": _contradict,
    "answers-another-case": _mistake,
    "answers-late": _lag,
    "embellishes": _embellish,
}
"""What each of them does with a case; none of them looks at it."""
