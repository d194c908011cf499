"""Tools that are right but for one law, to prove that each law catches what breaks it.

Run one with ``python -m opentokenomics_conformance.lawbreakers LAW``. It hands every message to the reference
implementation, and spoils what it is asked or what it answers.
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from opentokenomics_conformance.laws import SOURCES
from opentokenomics_conformance.reference import answer

Message = dict[str, Any]
Honest = Callable[[Message], Message]
"""What the reference implementation answers."""


def main(law: str) -> None:
    """Breaks the named law, and no other on purpose."""
    breaker = lawbreaker(law, lambda message: dict(answer(message)))
    for line in sys.stdin:
        message = json.loads(line)
        if message["cmd"] == "stop":
            return
        sys.stdout.write(json.dumps(breaker(message)) + "\n")
        sys.stdout.flush()


def lawbreaker(law: str, honest: Honest) -> Honest:
    """The tool that breaks the named law, as a function of messages.

    Args:
        law: The identifier of the law.
        honest: Whose answers it spoils; it may change what it is given.
    """
    spoilt = LAWBREAKERS[law]
    return lambda message: spoilt(message, honest) if message["cmd"] == "run" else honest(message)


def _overlook(message: Message, honest: Honest) -> Message:
    """Is lenient: it never reports a requirement on tokens, as a tool does that knows nothing of them."""
    told = honest(message)
    if "violations" in told.get("result", {}):
        found = [each for each in told["result"]["violations"] if not each["requirement"].startswith("OTS-TOK")]
        told["result"] = {"valid": told["result"]["valid"] or not found, "violations": found}
    return told


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
    told = honest(message)
    records = [each for rows in message["input"].get("records", {}).values() for each in rows]
    if any(name.startswith("x_") for record in records if isinstance(record, dict) for name in record):
        violation = {"requirement": "OTS-GEN-009", "column": None}
        told["result"] = {"valid": False, "violations": [violation]}
    return told


_seen: set[str] = set()


def _remember(message: Message, honest: Honest) -> Message:
    """Finds that every record was there before when it is asked again."""
    text = json.dumps(message["input"], sort_keys=True)
    told = honest(message)
    if text in _seen:
        told["result"] = {"valid": False, "violations": [{"requirement": "OTS-USG-001", "column": "record_id"}]}
    _seen.add(text)
    return told


def _name_anew(message: Message, honest: Honest) -> Message:
    """Gives each record a name that no other import will give it."""
    told = honest(message)
    for row in told.get("result", {}).get("rows", ()):
        row["record_id"] = f"{message['seq']}-{row['record_id']}"
    return told


def _count_twice(message: Message, honest: Honest) -> Message:
    """Counts cached tokens in what was not cached as well."""
    told = honest(message)
    rows = told.get("result", {}).get("rows", ())
    cached = {row["usage_group_id"]: row for row in rows if row.get("token_cache_action") == "read"}
    for row in rows:
        if row.get("token_cache_action") == "uncached" and row["usage_group_id"] in cached:
            both = Decimal(row["consumed_quantity"]) + Decimal(cached[row["usage_group_id"]]["consumed_quantity"])
            row["consumed_quantity"] = str(both)
    return told


def _go_by_the_place(message: Message, honest: Honest) -> Message:
    """Takes what a row is about from the place of its record in the payload."""
    told = honest(message)
    places: dict[str, int] = {}
    for row in told.get("result", {}).get("rows", ()):
        row["invocation_id"] = f"call-{places.setdefault(str(row.get('usage_group_id')), len(places))}"
    return told


def _forget_failures(message: Message, honest: Honest) -> Message:
    """Divides by the attempts instead of the successes, so that every failure makes it cheaper."""
    told = honest(message)
    attempts = len(message["input"]["records"].get("evaluation", ()))
    for each in told.get("result", {}).get("results", ()):
        if attempts:
            each["value"] = f"{Decimal(each['numerator']) / attempts:.18f}"
    return told


def _round(message: Message, honest: Honest) -> Message:
    """Rounds prices to the cent, and so the price of a token to nothing."""
    told = honest(message)
    for each in told.get("result", {}).get("results", ()):
        if each.get("value") is not None and message["input"]["metric"] == "unit_cost":
            each["value"] = f"{Decimal(each['value']):.2f}"
    return told


LAWBREAKERS: dict[str, Callable[[Message, Honest], Message]] = {
    "mutation-completeness": _overlook,
    "reordering": _look_at_the_first_record,
    "splitting": _look_at_the_first_file,
    "csv-round-trip": _misread_csv,
    "version-tolerance": _refuse_columns,
    "validation-idempotence": _remember,
    **{f"import-idempotence-{source}": _name_anew for source in SOURCES},
    **{f"token-conservation-{source}": _count_twice for source in SOURCES},
    **{f"input-order-{source}": _go_by_the_place for source in SOURCES},
    "failure-monotonicity": _forget_failures,
    "unit-invariance": _round,
}
"""For each law a tool that breaks it."""


if __name__ == "__main__":
    main(sys.argv[1])
