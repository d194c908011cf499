"""The reference implementation under the protocol: ``python -m opentokenomics_conformance.reference``.

It uses nothing but the public interface of ``opentokenomics``, and is an example of what an adapter looks like.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from opentokenomics import validate
from opentokenomics.errors import Error
from opentokenomics.standard import versions
from opentokenomics_conformance.run._one_shot import write_input

Answer = Mapping[str, Any]


def main() -> None:
    """Answers every line of standard input, until it is told to stop."""
    for line in sys.stdin:
        message = json.loads(line)
        if message["cmd"] == "stop":
            return
        answer = _start() if message["cmd"] == "start" else _run(message)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _start() -> Answer:
    return {
        "protocol": 1,
        "tool": {"name": "opentokenomics", "version": version("opentokenomics"), "language": "Python"},
        "roles": list(_ROLES),
        "spec_versions": list(versions()),
    }


def _run(message: Answer) -> Answer:
    try:
        return {"seq": message["seq"], "result": _ROLES[message["role"]](message["input"], message["spec_version"])}
    except KeyError:
        return {"seq": message["seq"], "skipped": f"there is no role {message['role']}"}
    except Error as error:
        return {"seq": message["seq"], "error": str(error)}


def _validate(given: Answer, spec_version: str) -> Answer:
    with tempfile.TemporaryDirectory() as folder:
        paths = write_input(given, Path(folder))
        is_bundle = paths == [folder]
        report = validate(
            paths, profile=None if is_bundle else given["profile"], spec_version=None if is_bundle else spec_version
        )
    blamed = {(each.requirement, each.column) for each in report.violations}
    ordered = sorted(blamed, key=lambda each: (each[0], each[1] or ""))
    return {
        "valid": report.conformant,
        "violations": [{"requirement": requirement, "column": column} for requirement, column in ordered],
    }


_ROLES: Mapping[str, Callable[[Answer, str], Answer]] = {"validator": _validate}


if __name__ == "__main__":
    main()
