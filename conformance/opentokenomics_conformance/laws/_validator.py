"""Laws of validators."""

from __future__ import annotations

import csv
import io
import json
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from opentokenomics.standard import Schema, load
from opentokenomics_conformance.cases import Role
from opentokenomics_conformance.laws._law import Ask, Breach, Json, Law, mixed
from opentokenomics_conformance.laws._parquet import parquet_file
from opentokenomics_conformance.laws._prices import PRICE_LAWS
from opentokenomics_conformance.laws._redaction import REDACTION_LAWS
from opentokenomics_conformance.strategies import Sample, mutated_datasets, samples

_EXTRA = "x_something_of_ours"


def _plain(sample: Sample) -> Json:
    return {"profile": sample.profile.value, "records": sample.records}


def _names(verdict: Json) -> set[str]:
    return {each["requirement"] for each in verdict["violations"]}


def _about(sample: Sample, verdict: Json) -> tuple[str, ...]:
    """Requirements that a vector of the sample is about; each vector of a validator has one at least."""
    if sample.requirement is not None:
        return (sample.requirement.id,)
    known = {each.id for each in load().requirements}
    return tuple(sorted(_names(verdict) & known)) or ("OTS-GEN-006",)


def _right(sample: Sample, found: Json) -> Json:
    """The verdict by how the sample was made; which column is to blame is taken from the tool where it says so."""
    rule = sample.requirement
    if rule is None:
        return {"valid": True, "violations": []}
    named = [each for each in found["violations"] if each["requirement"] == rule.id]
    return {
        "valid": sample.is_conformant,
        "violations": named or [{"requirement": rule.id, "column": rule.columns[0] if rule.columns else None}],
    }


def _told(verdict: Json) -> str:
    return f"{'valid' if verdict['valid'] else 'not valid'} ({', '.join(sorted(_names(verdict))) or 'no violation'})"


def _same(one: Json, other: Json) -> bool:
    return one["valid"] is other["valid"] and _blamed(one) == _blamed(other)


def _blamed(verdict: Json) -> set[tuple[str, str | None]]:
    return {(each["requirement"], each["column"]) for each in verdict["violations"]}


def _complete(sample: Sample, ask: Ask) -> Breach | None:
    found = ask(_plain(sample))
    right = _right(sample, found)
    if found["valid"] is right["valid"] and _names(found) == _names(right):
        return None
    broken = f"{sample.requirement.id} is broken alone" if sample.requirement else "nothing is broken"
    return Breach(f"{broken}, and the tool says {_told(found)}.", _plain(sample), right, _about(sample, found))


def _compared(sample: Sample, ask: Ask, changed: Json, what: str) -> Breach | None:
    """A breach where the changed input gets another verdict than the sample itself."""
    before = ask(_plain(sample))
    after = ask(changed)
    if _same(before, after):
        return None
    detail = f"The tool says {_told(before)} of the records, and {_told(after)} {what}."
    return Breach(detail, changed, before, _about(sample, before))


def _reordered(example: tuple[Sample, int], ask: Ask) -> Breach | None:
    sample, number = example
    other = {name: mixed(records, number) for name, records in sample.records.items()}
    if other == sample.records:
        return None
    return _compared(sample, ask, {"profile": sample.profile.value, "records": other}, "in another order")


def _split(example: tuple[Sample, int], ask: Ask) -> Breach | None:
    sample, cut = example
    files = []
    for name, records in sample.records.items():
        place = min(cut, len(records) - 1) if name == sample.dataset else 0
        parts = [part for part in (records[:place], records[place:]) if part]
        files += [_file(f"{name}.{number}.jsonl", name, _lines(part)) for number, part in enumerate(parts, 1)]
    changed = {"profile": sample.profile.value, "files": files}
    return _compared(sample, ask, changed, f"split into {len(files)} files")


def _as_csv(sample: Sample, ask: Ask) -> Breach | None:
    files = [_file(f"{name}.csv", name, _table(records)) for name, records in sample.records.items()]
    return _compared(sample, ask, {"profile": sample.profile.value, "files": files}, "as CSV")


def _as_parquet(example: tuple[Sample, bool], ask: Ask) -> Breach | None:
    sample, typed = example
    files = [
        {
            "path": f"{name}.parquet",
            "dataset": name,
            "base64": b64encode(parquet_file(name, records, typed=typed)).decode("ascii"),
        }
        for name, records in sample.records.items()
    ]
    what = f"as Parquet, {'typed' if typed else 'as texts'}"
    return _compared(sample, ask, {"profile": sample.profile.value, "files": files}, what)


def _extended(sample: Sample, ask: Ask) -> Breach | None:
    wider = {name: [{**each, _EXTRA: "7"} for each in records] for name, records in sample.records.items()}
    return _compared(sample, ask, {"profile": sample.profile.value, "records": wider}, f"with a column {_EXTRA}")


def _again(sample: Sample, ask: Ask) -> Breach | None:
    return _compared(sample, ask, _plain(sample), "when it is asked again")


def _file(path: str, dataset: str, text: str) -> dict[str, str]:
    return {"path": path, "dataset": dataset, "text": text}


def _lines(records: Iterable[Any]) -> str:
    return "".join(json.dumps(each) + "\n" for each in records)


def _table(records: Sequence[Mapping[str, Any]]) -> str:
    names = list(dict.fromkeys(name for record in records for name in record))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([[_cell(record.get(name)) for name in names] for record in records])
    return stream.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _fits_csv(sample: Sample) -> bool:
    """Whether CSV says the same: it knows no empty text and no types, which is what a defect of shape may be about."""
    return sample.requirement is None or not isinstance(sample.requirement.check, Schema)


def _with_cut() -> st.SearchStrategy[tuple[Sample, int]]:
    return st.tuples(samples().filter(_is_not_of_order), st.integers(1, 30))


def _with_dice() -> st.SearchStrategy[tuple[Sample, int]]:
    return st.tuples(samples().filter(_is_not_of_order), st.integers(0, 9))


def _is_not_of_order(sample: Sample) -> bool:
    """Whether the order of the records says nothing: a few requirements are about which record comes first."""
    return sample.requirement is None or sample.requirement.id not in _OF_ORDER


_OF_ORDER = frozenset({"OTS-GEN-019"})
"""The first record that states a version sets it."""

VALIDATOR_LAWS = (
    Law(
        "mutation-completeness",
        "A dataset that breaks one requirement is reported for exactly that one.",
        Role.VALIDATOR,
        mutated_datasets,
        _complete,
    ),
    Law("reordering", "The order of the records changes no verdict.", Role.VALIDATOR, _with_dice, _reordered),
    Law("splitting", "Records get the same verdict in one file and in several.", Role.VALIDATOR, _with_cut, _split),
    Law(
        "csv-round-trip",
        "Records get the same verdict as CSV and as JSON Lines.",
        Role.VALIDATOR,
        lambda: samples().filter(_fits_csv),
        _as_csv,
    ),
    Law(
        "parquet-round-trip",
        "Records get the same verdict as Parquet and as JSON Lines.",
        Role.VALIDATOR,
        lambda: st.tuples(samples().filter(_fits_csv), st.booleans()),
        _as_parquet,
    ),
    Law("version-tolerance", "A column that begins with x_ changes no verdict.", Role.VALIDATOR, samples, _extended),
    Law("validation-idempotence", "The same question gets the same answer.", Role.VALIDATOR, samples, _again),
    *PRICE_LAWS,
    *REDACTION_LAWS,
)
