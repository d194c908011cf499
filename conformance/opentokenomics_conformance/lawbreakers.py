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
from functools import partial
from typing import Any

from opentokenomics_conformance.laws import LAWS
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
    _before.clear()
    return lambda message: spoilt(message, honest) if message["cmd"] == "run" else honest(message)


def _overlook(message: Message, honest: Honest) -> Message:
    """Sees shapes alone, as a validator of schemas does."""
    told = honest(message)
    if "violations" in told.get("result", {}):
        found = [each for each in told["result"]["violations"] if each["requirement"].startswith("OTS-GEN")]
        told["result"] = {"valid": told["result"]["valid"] or not found, "violations": found}
    return told


_before: list[Any] = []
"""What was asked last."""


def _last_asked(message: Message) -> Any:  # noqa: ANN401 - JSON
    """What was asked before this message, which is remembered."""
    last = _before[0] if _before else None
    _before[:] = [message["input"]]
    return last


def _take_for_repeated(message: Message, honest: Honest) -> Message:
    """Knows what it was shown before, whatever its order, and takes it for a repetition."""
    last, told = _last_asked(message), honest(message)
    if last != message["input"] and _in_order(last) == _in_order(message["input"]):
        told["result"] = _REPEATED
    return told


def _in_order(given: Any) -> Any:  # noqa: ANN401 - JSON
    records = (given or {}).get("records", {})
    return {name: sorted(json.dumps(each) for each in rows) for name, rows in records.items()} or given


_REPEATED = {"valid": False, "violations": [{"requirement": "OTS-USG-001", "column": "record_id"}]}


def _look_at_the_first_file(message: Message, honest: Honest) -> Message:
    """Judges a dataset by the first of its files."""
    changed = copy.deepcopy(message)
    if "files" in changed["input"]:
        files = {file["dataset"]: file for file in reversed(changed["input"]["files"])}
        changed["input"]["files"] = list(files.values())
    return honest(changed)


def _look_away_from_parquet(message: Message, honest: Honest) -> Message:
    """Finds nothing wrong with what it cannot read."""
    told = honest(message)
    if any(file["path"].endswith(".parquet") for file in message["input"].get("files", ())):
        told["result"] = {"valid": True, "violations": []}
    return told


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


def _remember(message: Message, honest: Honest) -> Message:
    """Finds that every record was there before when it is asked again."""
    last, told = _last_asked(message), honest(message)
    if last == message["input"]:
        told["result"] = _REPEATED
    return told


def _quote(message: Message, honest: Honest) -> Message:
    """Quotes the values that are wrong, whatever it was asked."""
    changed = copy.deepcopy(message)
    if "messages" in changed["input"]:
        changed["input"]["messages"] = "full"
    return honest(changed)


def _expect_millions(message: Message, honest: Honest) -> Message:
    """Knows no price of a single token."""
    told = honest(message)
    for row in message["input"].get("records", {}).get("usage", ()):
        if isinstance(row, dict) and row.get("pricing_unit") == "tokens":
            violation = {"requirement": "OTS-CST-003", "column": "list_cost"}
            told["result"] = {"valid": False, "violations": [violation]}
    return told


def _name_anew(message: Message, honest: Honest) -> Message:
    """Gives each record a name that no other import will give it."""
    told = honest(message)
    for row in told.get("result", {}).get("rows", ()):
        row["record_id"] = f"{message['seq']}-{row['record_id']}"
    return told


def _count_twice(message: Message, honest: Honest) -> Message:
    """Counts cached tokens in what was not cached as well, or everything twice where nothing tells caches."""
    told = honest(message)
    rows = [row for row in told.get("result", {}).get("rows", ()) if row.get("meter") == "tokens"]
    cached = {row["usage_group_id"]: row for row in rows if row.get("token_cache_action") == "read"}
    for row in rows:
        again = cached.get(row["usage_group_id"]) if row.get("token_cache_action") == "uncached" else None
        if message["input"]["source"] in _WITHOUT_CACHES:
            again = row
        if again is not None:
            row["consumed_quantity"] = str(Decimal(row["consumed_quantity"]) + Decimal(again["consumed_quantity"]))
    return told


_WITHOUT_CACHES = {"aws-cur", "cohere-response", "focus", "openrouter-activity"}
"""Sources whose payloads here have no cached tokens."""


def _take_dollars_for_cents(message: Message, honest: Honest) -> Message:
    """Reads an amount as one in the smallest unit of its currency."""
    told = honest(message)
    for row in told.get("result", {}).get("rows", ()):
        for name in ("billed_cost", "effective_cost"):
            if name in row:
                row[name] = f"{Decimal(row[name]) / 100:f}"
    return told


def _go_by_the_place(message: Message, honest: Honest) -> Message:
    """Takes what a row is about from the place of its record in the payload."""
    told = honest(message)
    places: dict[str, int] = {}
    for row in told.get("result", {}).get("rows", ()):
        thing = str(row.get("usage_group_id") or row["record_id"])
        row["invocation_id"] = f"call-{places.setdefault(thing, len(places))}"
    return told


def _forget_failures(message: Message, honest: Honest, dataset: str) -> Message:
    """Divides by the attempts instead of the successes, so that every failure makes it cheaper."""
    told = honest(message)
    attempts = len(message["input"]["records"].get(dataset, ()))
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


def _usage_where(message: Message, honest: Honest, keeps: Callable[[list[Message]], list[Message]]) -> Message:
    changed = copy.deepcopy(message)
    records = changed["input"]["records"]
    if "usage" in records:
        records["usage"] = keeps(records["usage"])
    return honest(changed)


def _drop_what_is_late(message: Message, honest: Honest) -> Message:
    """Takes a record for a repetition that comes behind one with a later name."""

    def keeps(rows: list[Message]) -> list[Message]:
        names = [row["record_id"] for row in rows]
        return [row for at, row in enumerate(rows) if row["record_id"] == max(names[: at + 1])]

    return _usage_where(message, honest, keeps)


def _drop_what_begins_at_noon(message: Message, honest: Honest) -> Message:
    """Knows only days."""
    return _usage_where(
        message, honest, lambda rows: [row for row in rows if row["charge_period_start"].endswith("T00:00:00Z")]
    )


def _keep_the_first_day(message: Message, honest: Honest) -> Message:
    """Lets a second export replace the first one where it ends."""
    return _usage_where(
        message,
        honest,
        lambda rows: [row for row in rows if row["charge_period_start"][:10] == rows[0]["charge_period_start"][:10]],
    )


_OF_CONVERTERS: dict[str, Callable[[Message, Honest], Message]] = {
    "import-idempotence": _name_anew,
    "token-conservation": _count_twice,
    "amount-conservation": _take_dollars_for_cents,
    "input-order": _go_by_the_place,
}

LAWBREAKERS: dict[str, Callable[[Message, Honest], Message]] = {
    "mutation-completeness": _overlook,
    "reordering": _take_for_repeated,
    "splitting": _look_at_the_first_file,
    "csv-round-trip": _misread_csv,
    "parquet-round-trip": _look_away_from_parquet,
    "redaction": _quote,
    "price-unit-invariance": _expect_millions,
    "version-tolerance": _refuse_columns,
    "validation-idempotence": _remember,
    **{law.id: _OF_CONVERTERS[law.name] for law in LAWS if law.name in _OF_CONVERTERS},
    "failure-monotonicity-cost-of-pass": partial(_forget_failures, dataset="evaluation"),
    "failure-monotonicity-cost-per-outcome": partial(_forget_failures, dataset="outcome"),
    "unit-invariance": _round,
    "total-reordering": _drop_what_is_late,
    "total-splitting": _drop_what_begins_at_noon,
    "total-merging": _keep_the_first_day,
}
"""For each law a tool that breaks it."""


if __name__ == "__main__":
    main(sys.argv[1])
