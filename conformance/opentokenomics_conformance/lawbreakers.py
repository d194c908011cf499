"""Tools that are right but for one law, to prove that each law catches what breaks it.

Run one with ``python -m opentokenomics_conformance.lawbreakers LAW``. It hands every message to the reference
implementation, and spoils what it is asked or what it answers.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any

Message = dict[str, Any]
Honest = Callable[[Message], Message]
"""What the reference implementation answers."""


def main(law: str) -> None:
    """Breaks the named law, and no other on purpose."""
    spoilt = LAWBREAKERS[law]
    words = [sys.executable, "-m", "opentokenomics_conformance.reference"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reference:  # noqa: S603
        pipes = reference.stdin, reference.stdout
        for line in sys.stdin:
            message = json.loads(line)
            if message["cmd"] == "stop":
                break

            def honest(asked: Message) -> Message:
                sent, received = pipes
                if sent is None or received is None:  # never, for they were asked for
                    raise BrokenPipeError
                sent.write(json.dumps(asked) + "\n")
                sent.flush()
                answer: Message = json.loads(received.readline())
                return answer

            answer = spoilt(message, honest) if message["cmd"] == "run" else honest(message)
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
        if reference.stdin is not None:
            reference.stdin.close()


def _overlook(message: Message, honest: Honest) -> Message:
    """Is lenient: it never reports a requirement on tokens, as a tool does that knows nothing of them."""
    answer = honest(message)
    if "violations" in answer.get("result", {}):
        found = [each for each in answer["result"]["violations"] if not each["requirement"].startswith("OTS-TOK")]
        answer["result"] = {"valid": answer["result"]["valid"] or not found, "violations": found}
    return answer


def _look_at_the_first_record(message: Message, honest: Honest) -> Message:
    """Judges all of them by the first one."""
    changed = copy.deepcopy(message)
    for records in changed["input"].get("records", {}).values():
        del records[1:]
    return honest(changed)


def _look_at_the_first_file(message: Message, honest: Honest) -> Message:
    changed = copy.deepcopy(message)
    if "files" in changed["input"]:
        del changed["input"]["files"][1:]
    return honest(changed)


def _misread_csv(message: Message, honest: Honest) -> Message:
    """Reads what a spreadsheet made of the file, which has its own way to write a time."""
    changed = copy.deepcopy(message)
    for file in changed["input"].get("files", ()):
        if file["path"].endswith(".csv"):
            file["text"] = file["text"].replace("T00:", "T0:").replace("Z,", ",")
    return honest(changed)


def _refuse_columns(message: Message, honest: Honest) -> Message:
    """Knows its columns, and no other one."""
    answer = honest(message)
    records = [each for rows in message["input"].get("records", {}).values() for each in rows]
    if any(name.startswith("x_") for record in records if isinstance(record, dict) for name in record):
        violation = {"requirement": "OTS-GEN-009", "column": None}
        answer["result"] = {"valid": False, "violations": [violation]}
    return answer


_seen: set[str] = set()


def _remember(message: Message, honest: Honest) -> Message:
    """Finds that every record was there before when it is asked again."""
    text = json.dumps(message["input"], sort_keys=True)
    answer = honest(message)
    if text in _seen:
        answer["result"] = {"valid": False, "violations": [{"requirement": "OTS-USG-001", "column": "record_id"}]}
    _seen.add(text)
    return answer


def _name_anew(message: Message, honest: Honest) -> Message:
    """Gives each record a name that no other import will give it."""
    answer = honest(message)
    for row in answer.get("result", {}).get("rows", ()):
        row["record_id"] = f"{message['seq']}-{row['record_id']}"
    return answer


def _count_twice(message: Message, honest: Honest) -> Message:
    """Counts cached tokens in what was not cached as well."""
    answer = honest(message)
    rows = answer.get("result", {}).get("rows", ())
    cached = {row["source_record_id"]: row for row in rows if row.get("token_cache_action") == "read"}
    for row in rows:
        if row.get("token_cache_action") == "uncached" and row["source_record_id"] in cached:
            both = Decimal(row["consumed_quantity"]) + Decimal(cached[row["source_record_id"]]["consumed_quantity"])
            row["consumed_quantity"] = str(both)
    return answer


def _forget_failures(message: Message, honest: Honest) -> Message:
    """Divides by the attempts instead of the successes, so that every failure makes it cheaper."""
    answer = honest(message)
    attempts = len(message["input"]["records"].get("evaluation", ()))
    for each in answer.get("result", {}).get("results", ()):
        if attempts:
            each["value"] = f"{Decimal(each['numerator']) / attempts:.18f}"
    return answer


def _round(message: Message, honest: Honest) -> Message:
    """Rounds prices to the cent, and so the price of a token to nothing."""
    answer = honest(message)
    for each in answer.get("result", {}).get("results", ()):
        if each.get("value") is not None and message["input"]["metric"] == "unit_cost":
            each["value"] = f"{Decimal(each['value']):.2f}"
    return answer


LAWBREAKERS: dict[str, Callable[[Message, Honest], Message]] = {
    "mutation-completeness": _overlook,
    "reordering": _look_at_the_first_record,
    "splitting": _look_at_the_first_file,
    "csv-round-trip": _misread_csv,
    "version-tolerance": _refuse_columns,
    "validation-idempotence": _remember,
    "import-idempotence": _name_anew,
    "token-conservation": _count_twice,
    "failure-monotonicity": _forget_failures,
    "unit-invariance": _round,
}
"""For each law a tool that breaks it."""


if __name__ == "__main__":
    main(sys.argv[1])
