"""The reference implementation under the protocol: ``python -m opentokenomics_conformance.reference``.

It uses nothing but the public interface of ``opentokenomics``, and is an example of what an adapter looks like.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opentokenomics import validate
from opentokenomics.convert import Options, convert, encode_rows, parse_instant
from opentokenomics.errors import Error
from opentokenomics.report import redact
from opentokenomics.standard import versions
from opentokenomics_conformance.run._one_shot import write_files, write_input

if TYPE_CHECKING:
    from opentokenomics.metrics.measured import Period

Answer = Mapping[str, Any]


def main() -> None:
    """Answers every line of standard input, until it is told to stop."""
    for line in sys.stdin:
        message = json.loads(line)
        if message["cmd"] == "stop":
            return
        sys.stdout.write(json.dumps(answer(message)) + "\n")
        sys.stdout.flush()


def answer(message: Answer) -> Answer:
    """The answer to a message of the protocol, ``start`` or ``run``."""
    return _start() if message["cmd"] == "start" else _run(message)


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
        told = None if _states_version(Path(folder)) else spec_version
        report = validate(paths, profile=given["profile"], spec_version=told)
    how = given.get("messages")
    blamed = {
        (each.requirement, each.column): each for each in (redact(report) if how == "redacted" else report).violations
    }
    violations = []
    for (requirement, column), each in sorted(blamed.items(), key=lambda pair: (pair[0][0], pair[0][1] or "")):
        said = {} if how is None else {"message": f"{each.message} The value is {each.value}."}
        violations.append({"requirement": requirement, "column": column, **said})
    return {"valid": report.conformant, "violations": violations}


def _states_version(folder: Path) -> bool:
    """Whether files may state the version that they are judged by, which those that are packed may, too."""
    contents = (file.read_bytes() for file in folder.rglob("*") if file.is_file())
    return any(b"spec_version" in content or content.startswith(_PACKED) for content in contents)


_PACKED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04")
"""How gzip, zstd and zip begin."""


def _convert(given: Answer, _: str) -> Answer:
    options = dict(given.get("options", {}))
    at = options.pop("at", None)
    with tempfile.TemporaryDirectory() as folder:
        (payload,) = write_files([given["payload"]], Path(folder))
        conversion = convert(payload, given["source"], Options(at=None if at is None else parse_instant(at), **options))
        rows = [json.loads(line) for line in encode_rows(conversion, "jsonl")]
    return {"rows": rows, "rejected": conversion.rejected}


def _calculate(given: Answer, _: str) -> Answer:
    from opentokenomics.metrics import Axis, Identification, IntervalMethod, Sampling
    from opentokenomics.metrics.measured import ASSUMED, Parameters, assume, measure, render_json
    from opentokenomics.standard import load

    if given["metric"] == ASSUMED:
        return _results(render_json(load().metrics[ASSUMED], [assume(given.get("parameters", {}))]), ())
    said = {"confidence_level": "0.95", "seed": "0", "resamples": "1000", **given.get("parameters", {})}
    method = said.get("interval_method")
    sampling = Sampling(
        Decimal(said["confidence_level"]),
        None if method is None else IntervalMethod(method),
        int(said["seed"]),
        int(said["resamples"]),
    )
    parameters = Parameters(
        by=tuple(given.get("by", ())),
        scope=given.get("scope", {}),
        comparison_scope=given.get("comparison_scope", {}),
        cost_column=said.get("cost_column", "effective_cost"),
        sampling=sampling,
        block_size=int(said.get("block_size", "1")),
        base_price=Decimal(said["base_price"]) if "base_price" in said else None,
        baseline=Decimal(said["baseline"]) if "baseline" in said else None,
        axis=Axis(said.get("axis", "cost")),
        identification=Identification(said.get("identification", "observational")),
        period=_period(given),
    )
    with tempfile.TemporaryDirectory() as folder:
        paths = write_input({"records": given["records"]}, Path(folder))
        results = measure(given["metric"], list(zip(given["records"], paths, strict=True)), parameters)
    return _results(render_json(load().metrics[given["metric"]], results), given.get("by", ()))


def _results(rendered: str, by: Sequence[str]) -> Answer:
    document: Answer = json.loads(rendered)
    return {
        "results": [
            {**each["counts"], **each["amounts"], **each, "by": {name: each["group"].get(name) for name in by}}
            for each in document["results"]
        ]
    }


def _period(given: Answer) -> Period | None:
    from opentokenomics.metrics.measured import Period

    if "period_start" not in given:
        return None
    return Period(parse_instant(given["period_start"]), parse_instant(given["period_end"]))


_ROLES: Mapping[str, Callable[[Answer, str], Answer]] = {
    "validator": _validate,
    "converter": _convert,
    "calculator": _calculate,
}


if __name__ == "__main__":
    main()
