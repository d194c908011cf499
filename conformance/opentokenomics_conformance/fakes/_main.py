"""The conversation of a fake with the harness."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from opentokenomics.standard import versions
from opentokenomics_conformance.fakes._bunglers import BUNGLERS
from opentokenomics_conformance.fakes._talkers import TALKERS


def main(name: str) -> None:
    """Behaves like the named fake."""
    bungled = BUNGLERS[name].made() if name in BUNGLERS else None
    for line in sys.stdin:
        message = json.loads(line)
        if message["cmd"] == "stop":
            return
        if message["cmd"] == "start":
            _say(_started(name))
        elif bungled is not None:
            _say(bungled(message))
        else:
            TALKERS[name](message)


def _started(name: str) -> Mapping[str, Any]:
    return {
        "protocol": 1,
        "tool": {"name": f"fake {name}", "version": "1", "language": "Python"},
        "roles": ["validator", "converter", "calculator"],
        "spec_versions": list(versions()),
    }


def _say(answer: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
