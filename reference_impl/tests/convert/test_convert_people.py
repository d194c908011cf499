"""Whatever text of an export names somebody, nothing that a conversion says or makes does."""

from __future__ import annotations

import copy
import csv
import io
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from checkout import CHECKOUT
from hypothesis import given
from hypothesis import strategies as st

from opentokenomics.convert import ConvertError, Options, convert, parse_instant

AT = parse_instant("2026-08-31T00:00:00Z")
EXPORTS = CHECKOUT / "examples" / "exports"
FILES = sorted(
    path
    for path in EXPORTS.rglob("*")
    if path.is_file() and path.suffix != ".md" and path.parent.name not in {"month", "responses"}
)
PEOPLE = [
    "jane.doe@example.com",
    *(f"{'x' * 30} jane.doe@example.com", f"{'x' * 29}jane.doe@example.com"),
    *("for jane'hara@example.com", "jane.\u00e9@example.com", "'jane@\u00e9xample.com'"),
]
"""The second and the third are cut inside of the address where a message shows the beginning of a text."""


ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:[.][A-Za-z0-9-]+)*[.][A-Za-z]{2,}")


def said(content: bytes, source: str, key: str | None = None) -> str:
    """Everything that comes out of a conversion."""
    conversion = convert(io.BytesIO(content), source, Options(at=AT, model="m", pseudonym_key=key))
    try:
        rows = list(conversion)
    except ConvertError as error:
        return str(error)
    assert len({row["record_id"] for row in rows}) == len(rows)
    return json.dumps([rows, [str(each) for each in (*conversion.notices, *conversion.rejects)]])


def texts(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - a JSON value
    """The paths to everything that is not an object or array."""
    if isinstance(value, dict | list):
        for name, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from texts(each, (*path, name))
    else:
        yield path


def changed(value: Any, path: tuple[Any, ...], text: str) -> Any:  # noqa: ANN401 - a JSON value
    result = copy.deepcopy(value)
    place = result
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = text
    if isinstance(place, dict):
        place[f"{'y' * 110} {text}"] = 1
    return result


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nobody_is_named(path: Path) -> None:
    text = path.read_text(encoding="utf-8-sig")
    changes: list[bytes] = []
    if path.suffix == ".csv":
        table = list(csv.reader(io.StringIO(text)))[:3]
        for place in range(len(table[0])):
            person = PEOPLE[place % len(PEOPLE)]
            target = io.StringIO()
            csv.writer(target).writerows([table[0], *([*row[:place], person, *row[place + 1 :]] for row in table[1:])])
            changes.append(target.getvalue().encode())
    else:
        record, _ = json.JSONDecoder().raw_decode(text)
        changes = [
            json.dumps(changed(record, each, PEOPLE[place % len(PEOPLE)])).encode()
            for place, each in enumerate(texts(record))
        ]
    for place, content in enumerate(changes):
        output = said(content, path.parent.name, "key" if place % 2 else None)
        assert "jane" not in output, content
        assert "@example" not in output, content


@pytest.mark.parametrize("address", ["jane.o'hara@example.com", "jan\u00e9@example.com", "jane@\u00e9xample.com"])
def test_an_address_is_one_pseudonym_wherever_it_stands(address: str) -> None:
    event = {"timestamp": "1788134400000", "userEmail": address.upper(), "kind": f"by {address}"}
    log = {"request_id": "r", "call_type": "a", "spend": 1, "startTime": "2026-08-30T10:00:00Z", "user": address}
    options = Options(model="m", pseudonym_key="k")
    (row,) = convert(io.BytesIO(json.dumps({"usageEvents": [event]}).encode()), "cursor", options)
    (other,) = convert(io.BytesIO(json.dumps(log).encode()), "litellm", options)
    assert row["principal_id"] == other["principal_id"]
    assert row["charge_description"] == f"by {row['principal_id']}"


@given(st.text("ab.@'-_%1 \u00e9\u0301", max_size=16))
def test_no_address_is_left_that_the_standard_finds(text: str) -> None:
    (event,) = convert(
        io.BytesIO(json.dumps({"usageEvents": [{"timestamp": "1788134400000", "kind": f"x{text}"}]}).encode()),
        "cursor",
        Options(model="m"),
    )
    assert ADDRESS.search(str(event["charge_description"])) is None


def test_the_time_for_finding_addresses_grows_with_the_text_alone() -> None:
    begun = time.monotonic()
    said(b"Date,Model,Kind,Input (w/ Cache Write),Note\n2026-08-01,m,Free,5," + b"a" * 300_000 + b" @\n", "cursor")
    assert time.monotonic() - begun < 20


def test_a_table_without_header_names_nobody() -> None:
    with pytest.raises(ConvertError) as caught:
        list(convert(io.BytesIO(b"jane.doe@example.com,5\n"), "auto"))
    assert "jane" not in str(caught.value)


ROLE = "arn:aws:sts::123456789012:assumed-role/claims"
INVOCATION = EXPORTS / "bedrock-invocation-log" / "20260803T10_log.jsonl"


@pytest.mark.parametrize(
    ("arn", "kept"),
    [
        (f"{ROLE}/jane.doe", ROLE),
        (f"{ROLE}/jane.doe@example.com", ROLE),
        (f"{ROLE}/i-0a1b2c3d4e5f60718", f"{ROLE}/i-0a1b2c3d4e5f60718"),
        ("arn:aws:iam::123456789012:role/staff/claims", "arn:aws:iam::123456789012:role/staff/claims"),
        ("arn:aws-us-gov:iam::123456789012:user/staff/jane.doe", None),
        ("arn:aws:sts::123456789012:federated-user/jane.doe", None),
    ],
)
def test_the_arn_of_a_caller_names_a_role_and_nobody(arn: str, kept: str | None) -> None:
    log = json.loads(INVOCATION.read_text().splitlines()[0]) | {"identity": {"arn": arn}}
    export = (EXPORTS / "aws-cur" / "cur2.csv").read_text()
    line = next(csv.DictReader(io.StringIO(export))) | {"line_item_iam_principal": arn}
    table = io.StringIO()
    writer = csv.DictWriter(table, line)
    writer.writeheader()
    writer.writerow(line)
    for content, source in ((json.dumps(log), "bedrock-invocation-log"), (table.getvalue(), "aws-cur")):
        without = said(content.encode(), source)
        assert "jane.doe" not in without
        assert ("is left out" in without) == (kept != arn)
        assert {row.get("principal_id") for row in json.loads(without)[0]} == {kept}
        (found,) = {row["principal_id"] for row in json.loads(said(content.encode(), source, "k"))[0]}
        assert "jane" not in found
        assert (found == arn) == (kept == arn)
        assert found.startswith(arn.rpartition("/")[0] if "staff" not in arn else arn.partition("staff")[0])
