"""Measures how many records of each JSON source are converted in a second of CPU time, in one process.

    python benchmarks/converters.py [--records 20000] [--repeat 3] [--held] [SOURCE...]

The records are copies of the example exports in JSON, each with identifiers, times and token counts of its own, one
page or response on a line. What is measured runs from opened bytes to written JSON Lines, every check and notice
included, as the command does with files; with ``--held`` calls wait for the end, as they do in pipes. Beside it stands
a loop that decodes each line with msgspec and encodes it again, which converts nothing.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import resource
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from opentokenomics.convert import Conversion, Input, Options, convert, sources, write_rows

EXPORTS = Path(__file__).parent.parent / "examples" / "exports"
OPTIONS = Options(at=datetime(2026, 8, 31, 12, tzinfo=UTC), model="a-model", account="acc-1")
LIKE_A_NAME = re.compile(r"(^|[a-z_])(id|Id|ID|uuid|Uuid)$")
LIKE_A_COUNT = re.compile(r"token|Token")
LIKE_A_TIME = re.compile(r"(2026-\d\d-\d\d)([T ])(\d\d:\d\d:\d\d)(.*)")
UNIX_TIMES = {10: 1, 13: 1_000, 19: 1_000_000_000}
SPREAD = 997


@dataclass(frozen=True, slots=True)
class Measured:
    """The best of some runs: CPU seconds, records and rows."""

    seconds: float
    records: int
    rows: int


class Null(io.BytesIO):
    """A stream that keeps nothing."""

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - any buffer
        """Says that all of it was written."""
        return len(data)


def copied(value: Any, number: int, name: str = "") -> Any:  # noqa: ANN401 - a JSON value
    """A copy with identifiers and times of its own, and with counts that still add up."""
    if isinstance(value, dict):
        return {key: copied(each, number, key) for key, each in value.items()}
    if isinstance(value, list):
        return [copied(each, number, name) for each in value]
    digits = "" if isinstance(value, bool) else str(value)
    if digits.isdecimal() and digits.startswith("178") and len(digits) in UNIX_TIMES:
        return type(value)(int(value) + number * UNIX_TIMES[len(digits)])
    if digits and isinstance(value, int) and LIKE_A_COUNT.search(name):
        return value * (1 + number % SPREAD)
    return _copied_text(value, number, name) if isinstance(value, str) else value


def _copied_text(text: str, number: int, name: str) -> str:
    if text.startswith(('{"', '["')):
        return json.dumps(copied(json.loads(text), number), separators=(",", ":"))
    if match := LIKE_A_TIME.fullmatch(text):
        day, between, clock, rest = match.groups()
        moved = datetime.fromisoformat(f"{day}T{clock}") + timedelta(seconds=number)
        return f"{moved:%Y-%m-%d}{between}{moved:%H:%M:%S}{rest}"
    return f"{text}-{number}" if LIKE_A_NAME.search(name) and "model" not in name.lower() else text


def templates(source: str) -> list[Any]:
    """The JSON documents of a source's example exports."""
    folder = EXPORTS / source
    files = sorted(folder.rglob("*.json*")) if folder.is_dir() else [EXPORTS / "responses" / f"{source[:-9]}.jsonl"]
    found: list[Any] = []
    for file in files:
        text = file.read_text()
        found += [json.loads(line) for line in text.splitlines()] if file.suffix == ".jsonl" else [json.loads(text)]
    return found


def export(source: str, records: int) -> bytes:
    """An export in JSON Lines of at least so many lines, with copies one after the other."""
    documents = templates(source)
    lines = [
        json.dumps(copied(document, number), separators=(",", ":"))
        for number in range(records // len(documents) + 1)
        for document in documents
    ]
    return "\n".join(lines).encode()


def cpu_seconds(work: Callable[[], object]) -> float:
    """What of the processor's time the work took."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def converted(source: str, data: bytes, *, held: bool) -> Measured:
    """One conversion, from bytes to bytes."""
    conversion: Conversion = convert(Input(source, io.BytesIO(data)), source, OPTIONS, at_once=not held)
    seconds = cpu_seconds(lambda: write_rows(conversion, Null()))
    return Measured(seconds, conversion.records, conversion.rows)


def looped(data: bytes) -> float:
    """The loop that everything is measured against."""
    target = Null()

    def work() -> None:
        for line in io.BytesIO(data):
            target.write(msgspec.json.encode(msgspec.json.decode(line)) + b"\n")

    return cpu_seconds(work)


def json_sources(wanted: list[str]) -> Iterator[str]:
    """The sources that are read from JSON, or those of them that are wanted."""
    for source in sources():
        if {"json", "jsonl"} & set(source.formats) and (not wanted or source.name in wanted):
            yield source.name


def main() -> None:
    """Prints a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sources", nargs="*", metavar="SOURCE")
    parser.add_argument("--records", type=int, default=20_000, help="lines of each export")
    parser.add_argument("--repeat", type=int, default=3, help="runs, of which the fastest counts")
    parser.add_argument("--held", action="store_true", help="hold calls that have an identifier until the end")
    options = parser.parse_args()
    print("| source | records a CPU second | rows a CPU second | parse-and-dump loop / conversion |\n|---|---|---|---|")
    for source in json_sources(options.sources):
        data = export(source, options.records)
        loop = min(looped(data) for _ in range(options.repeat))
        best = min(
            (converted(source, data, held=options.held) for _ in range(options.repeat)), key=lambda each: each.seconds
        )
        records, rows = best.records / best.seconds, best.rows / best.seconds
        print(f"| `{source}` | {records:,.0f} | {rows:,.0f} | {loop / best.seconds:.3f} |", flush=True)


if __name__ == "__main__":
    main()
