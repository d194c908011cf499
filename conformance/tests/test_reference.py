"""The reference implementation as a tool under test."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode

import pytest

from opentokenomics.generate import generate
from opentokenomics.standard import Profile, load
from opentokenomics_conformance.reference import answer


@pytest.mark.parametrize("form", ["text", "base64", "gzip"])
def test_a_file_that_states_a_version_is_judged_by_it_however_it_is_handed_over(form: str) -> None:
    (record,) = generate(1, 1, Profile.METERING, "plan")
    text = json.dumps({**record, "spec_version": "0.1"})
    content = text.encode() if form != "gzip" else gzip.compress(text.encode())
    file = {"path": "plan.jsonl" + ".gz" * (form == "gzip")}
    file |= {"text": text} if form == "text" else {"base64": b64encode(content).decode()}
    given = {"profile": "metering", "files": [file]}
    said = answer({"cmd": "run", "seq": 1, "role": "validator", "spec_version": load().version, "input": given})
    assert said["result"]["violations"] == [{"requirement": "OTS-GEN-018", "column": "spec_version"}]
