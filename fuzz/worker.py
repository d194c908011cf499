"""A process that judges inputs for one target until it is told to stop, or dies of one.

Usage: ``python -m fuzz.worker TARGET``. An input is its length in four bytes and then itself, on standard input; the
answer is a line of JSON: null, or what went wrong.
"""

from __future__ import annotations

import json
import os
import resource
import struct
import sys
import traceback

from fuzz.targets import TARGETS

_ADDRESSES = 4 << 30


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    judge = TARGETS[sys.argv[1]].judge
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    while head := sys.stdin.buffer.read(4):
        problem = None
        try:
            judge(sys.stdin.buffer.read(*struct.unpack("<I", head)))
        except BaseException:  # noqa: BLE001 - whatever it is, it is what was looked for
            problem = traceback.format_exc()
        print(json.dumps(problem), file=answers, flush=True)


if __name__ == "__main__":
    _main()
