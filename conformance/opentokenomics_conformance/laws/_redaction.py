"""The law of redaction: what a validator says of records can be had without anything that the records say."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from opentokenomics.standard import Kind, load
from opentokenomics_conformance.cases import Role
from opentokenomics_conformance.laws._law import Ask, Breach, Law, SkippedError
from opentokenomics_conformance.strategies import Sample, valid_datasets

_CANARY = "qzxcanary"
"""A word that no message has of itself."""
_PLANTS = (_CANARY, f"{_CANARY}@example.com", f"{_CANARY} {_CANARY}", f"{_CANARY}, or what?")
_NAMES = (_CANARY, f"X_{_CANARY}")
_TEXTS = {Kind.STRING, Kind.DECIMAL, Kind.TIMESTAMP, Kind.ENUM}


@st.composite
def _planted(draw: st.DrawFn) -> Sample:
    """A dataset with the word in a few values of one record, and perhaps as the name of one."""
    sample = draw(valid_datasets("usage"))
    records = [dict(each) for each in sample.records["usage"]]
    record = draw(st.sampled_from(records))
    names = [name for name in record if load().datasets["usage"].by_name[name].kind in _TEXTS]
    for name in draw(st.lists(st.sampled_from(sorted(names)), min_size=1, max_size=3, unique=True)):
        record[name] = draw(st.sampled_from(_PLANTS))
    if draw(st.booleans()):
        record[draw(st.sampled_from(_NAMES))] = draw(st.sampled_from(_PLANTS))
    return Sample(sample.profile, "usage", {"usage": records})


def _kept_silent(sample: Sample, ask: Ask) -> Breach | None:
    given = {"profile": sample.profile.value, "records": sample.records, "messages": "redacted"}
    verdict = ask(given)
    violations: Sequence[Mapping[str, Any]] = verdict["violations"]
    if violations and not any("message" in each for each in violations):
        raise SkippedError("the tool says no messages, so that nothing shows whether it can keep them silent")
    leaks = [each for each in violations if _CANARY in json.dumps(each)]
    if not leaks:
        return None
    said = json.dumps(leaks[0])
    return Breach(f"What the records say stands in a redacted answer: {said}.", given, None)


REDACTION_LAWS = (
    Law(
        "redaction",
        "A redacted answer holds nothing that the records say.",
        Role.VALIDATOR,
        _planted,
        _kept_silent,
    ),
)
