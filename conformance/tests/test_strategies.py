"""The strategies that the suite publishes for tests of others."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from opentokenomics.standard import load
from opentokenomics_conformance.reference import answer
from opentokenomics_conformance.strategies import Sample, breakable, mutated_datasets, valid_datasets

FEW = settings(max_examples=5, suppress_health_check=list(HealthCheck))


def judged(sample: Sample) -> tuple[bool, set[str]]:
    request = {"cmd": "run", "seq": 1, "role": "validator", "spec_version": load().version}
    verdict = answer({**request, "input": {"profile": sample.profile.value, "records": sample.records}})["result"]
    return verdict["valid"], {each["requirement"] for each in verdict["violations"]}


class TestSamples:
    """A sample is what it says it is, however small it was made."""

    @FEW
    @given(valid_datasets())
    def test_valid_ones_break_nothing(self, sample: Sample) -> None:
        assert judged(sample) == (True, set())

    @FEW
    @given(mutated_datasets())
    def test_mutated_ones_break_one_requirement(self, sample: Sample) -> None:
        assert sample.requirement is not None
        assert judged(sample) == (sample.is_conformant, {sample.requirement.id})

    @FEW
    @given(mutated_datasets("OTS-USG-001"))
    def test_what_is_broken_between_records_stays_so(self, sample: Sample) -> None:
        names = [record["record_id"] for record in sample.records["usage"]]
        assert len(names) > len(set(names))

    def test_requirements_of_every_dataset_can_be_broken(self) -> None:
        assert set(breakable("price")) < set(breakable())
        assert "OTS-USG-001" in breakable("usage")
