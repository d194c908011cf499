"""Measures validation against loops of well-known libraries, as ratios within one run on one machine.

    python benchmarks/run.py [--rows 1000000] [--repeat 3] [--data FOLDER]

Each measurement is a process of its own: wall-clock time from start to exit, and the peak of its resident memory.
Loops parse each line with orjson and check its shape alone, with jsonschema-rs (all errors) and with jsonschema; this
project's figures are for every rule of the profile *cost*, reports included.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import duckdb

from opentokenomics import standard

HERE = Path(__file__).parent
COMMAND = (sys.executable, "-m", "opentokenomics")
JSONSCHEMA_ROWS = 5_000
OF_ITS_OWN = ("record_id", "corrects_record_id", "usage_group_id")
SMALL_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Measured:
    """Median wall-clock seconds over the repeats, and the highest peak of resident memory in megabytes."""

    seconds: float
    megabytes: float


def run_once(command: Sequence[str]) -> tuple[float, float]:
    """Seconds and peak megabytes of one process that must succeed."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with exit code {process.returncode}")
    return seconds, usage.ru_maxrss / 1024


def measure(commands: Sequence[Sequence[str]], repeat: int) -> list[Measured]:
    """Runs the commands in turn, so that a change of the machine's speed meets them all alike."""
    figures: list[list[tuple[float, float]]] = [[] for _ in commands]
    for _ in range(repeat):
        for place, command in enumerate(commands):
            figures[place].append(run_once(command))
    return [
        Measured(statistics.median(seconds for seconds, _ in each), max(megabytes for _, megabytes in each))
        for each in figures
    ]


def prepare(folder: Path, rows: int) -> dict[str, Path]:
    """The data: one generated export in each format, and its first lines."""
    files = {
        "jsonl": folder / f"usage-{rows}.jsonl",
        "csv": folder / f"usage-{rows}.csv",
        "small": folder / f"usage-{SMALL_ROWS}.jsonl",
    }
    for name, file in files.items():
        count = SMALL_ROWS if name == "small" else rows
        if not file.exists():
            options = ("--rows", str(count), "--seed", "1", "--profile", "cost", "-o", str(file))
            subprocess.run((*COMMAND, "generate", *options), check=True)
    files["parquet"] = folder / f"usage-{rows}.parquet"
    if not files["parquet"].exists():
        # In a process of its own, for the memory of this one counts as a peak of those that it starts.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
            other.submit(write_parquet, files["csv"], files["parquet"], 1).result()
    return files


def write_parquet(source: Path, target: Path, times: int) -> None:
    """Writes a CSV export as Parquet with typed columns; identifiers of each repetition are its own."""
    columns = standard.load().datasets["usage"].by_name
    with source.open(encoding="utf-8") as opened:
        names = opened.readline().strip().split(",")
    values = ", ".join(f"{_value(columns[name])} AS {name}" for name in names)
    relation = f"read_csv('{source}', all_varchar = true, header = true)"
    query = f"SELECT {values} FROM range({times}) AS repetition(part), {relation}"  # noqa: S608 - names of the standard
    connection = duckdb.connect(config={"memory_limit": "1GB", "temp_directory": str(target.parent / "spill")})
    connection.execute("SET preserve_insertion_order = false" if times > 1 else "SET threads = 2")
    connection.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    connection.close()


def _value(column: standard.Column) -> str:
    name = column.name
    if name in OF_ITS_OWN:
        return f"CASE WHEN part = 0 THEN {name} ELSE part || '/' || {name} END"
    match column.kind:
        case standard.Kind.DECIMAL:
            return f"CAST({name} AS DECIMAL({column.precision}, {column.scale}))"
        case standard.Kind.TIMESTAMP:
            return f"CAST({name} AS TIMESTAMP)"
        case standard.Kind.INTEGER:
            return f"CAST({name} AS BIGINT)"
        case standard.Kind.MAP:
            return f"CAST(CAST({name} AS JSON) AS MAP(VARCHAR, VARCHAR))"
        case _:
            return name


def main() -> None:
    """Prints the figures and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--large", type=int, metavar="TIMES", help="only: Parquet of so many times the rows")
    parser.add_argument("--data", type=Path, help="keep the generated data here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.data or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        files = prepare(folder, arguments.rows)
        validate = (*COMMAND, "validate", "--profile", "cost")
        if arguments.large:
            large(folder, files, arguments.rows, arguments.large)
            return
        loop = (sys.executable, str(HERE / "loops.py"))
        jsonl, csv, parquet, fast, slow, small, help_text = measure(
            [
                (*validate, str(files["jsonl"])),
                (*validate, str(files["csv"])),
                (*validate, str(files["parquet"])),
                (*loop, "jsonschema-rs", str(files["jsonl"]), str(arguments.rows)),
                (*loop, "jsonschema", str(files["jsonl"]), str(JSONSCHEMA_ROWS)),
                (*validate, str(files["small"])),
                (*COMMAND, "--help"),
            ],
            arguments.repeat,
        )
    report(arguments.rows, [jsonl, csv, parquet, fast, slow])
    print(f"validate {SMALL_ROWS:,} rows   {small.seconds:8.2f} s   limit 1.00 s")
    print(f"--help                {help_text.seconds:8.2f} s   limit 0.40 s")


def large(folder: Path, files: dict[str, Path], rows: int, times: int) -> None:
    """Prints how time and memory grow from the rows of a Parquet file to many times as many."""
    target = folder / f"usage-{rows}-times-{times}.parquet"
    if not target.exists():
        write_parquet(files["csv"], target, times)
    validate = (*COMMAND, "validate", "--profile", "cost")
    one, many = measure([(*validate, str(files["parquet"])), (*validate, str(target))], 1)
    for name, count, measured in (("once", rows, one), (f"{times} times", rows * times, many)):
        speed = count / measured.seconds
        print(f"{name:24}{speed:12,.0f} rows/s{measured.seconds:10,.1f} s{measured.megabytes:10,.0f} MB")
    print(f"{'time, over that of once':40}{many.seconds / one.seconds:8.2f}   for {times} times the rows")


def report(rows: int, measured: Sequence[Measured]) -> None:
    """Prints rows per second, memory and the ratios that were promised."""
    jsonl, csv, parquet, fast, slow = measured
    speeds = {
        "validate, JSON Lines": (rows / jsonl.seconds, jsonl.megabytes),
        "validate, CSV": (rows / csv.seconds, csv.megabytes),
        "validate, Parquet": (rows / parquet.seconds, parquet.megabytes),
        "orjson + jsonschema-rs": (rows / fast.seconds, fast.megabytes),
        "jsonschema": (JSONSCHEMA_ROWS / slow.seconds, slow.megabytes),
    }
    print(f"{'':24}{'rows/s':>12}{'peak MB':>10}")
    for name, (speed, megabytes) in speeds.items():
        print(f"{name:24}{speed:12,.0f}{megabytes:10,.0f}")
    ratios = (
        ("JSON Lines / (orjson + jsonschema-rs)", fast.seconds / jsonl.seconds, 0.8),
        ("JSON Lines / jsonschema", slow.seconds * rows / JSONSCHEMA_ROWS / jsonl.seconds, 25),
        ("CSV / JSON Lines", jsonl.seconds / csv.seconds, 1.5),
        ("Parquet / JSON Lines", jsonl.seconds / parquet.seconds, 4),
    )
    print()
    for name, ratio, promised in ratios:
        print(f"{name:40}{ratio:8.2f}   promised at least {promised}")
    print()


if __name__ == "__main__":
    main()
