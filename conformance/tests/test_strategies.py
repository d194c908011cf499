"""The strategies that the suite publishes for tests of others."""

from __future__ import annotations

import re

import pytest
from checkout import CHECKOUT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opentokenomics.standard import load
from opentokenomics_conformance.reference import answer
from opentokenomics_conformance.strategies import DATASETS, Sample, breakable, mutated_datasets, valid_datasets

pytest_plugins = ["pytester"]

FEW = settings(max_examples=5, suppress_health_check=list(HealthCheck))


def judged(sample: Sample) -> tuple[bool, set[str]]:
    request = {"cmd": "run", "seq": 1, "role": "validator", "spec_version": load().version}
    verdict = answer({**request, "input": {"profile": sample.profile.value, "records": sample.records}})["result"]
    return verdict["valid"], {each["requirement"] for each in verdict["violations"]}


class TestSamples:
    """A sample is what it says it is, however small it was made."""

    @FEW
    @given(st.sampled_from(DATASETS).flatmap(valid_datasets))
    def test_valid_ones_break_nothing(self, sample: Sample) -> None:
        assert judged(sample) == (True, set())

    @pytest.mark.parametrize("dataset", DATASETS)
    @settings(FEW, max_examples=3)
    @given(data=st.data())
    def test_mutated_ones_break_one_requirement(self, dataset: str, data: st.DataObject) -> None:
        sample = data.draw(mutated_datasets(dataset=dataset))
        assert sample.requirement is not None
        assert judged(sample) == (sample.is_conformant, {sample.requirement.id})

    @FEW
    @given(st.sampled_from(["OTS-ATT-008", "OTS-ATT-009", "OTS-OUT-026", "OTS-STM-027"]).flatmap(mutated_datasets))
    def test_what_records_name_is_given_with_them(self, sample: Sample) -> None:
        assert sample.requirement is not None
        assert len(sample.records) == 2
        assert judged(sample) == (sample.is_conformant, {sample.requirement.id})

    @FEW
    @given(mutated_datasets("OTS-USG-001"))
    def test_what_is_broken_between_records_stays_so(self, sample: Sample) -> None:
        names = [record["record_id"] for record in sample.records["usage"]]
        assert len(names) > len(set(names))

    @pytest.mark.parametrize("dataset", DATASETS)
    def test_requirements_of_every_dataset_can_be_broken(self, dataset: str) -> None:
        assert set(breakable(dataset)) < set(breakable())
        assert {"OTS-GEN-008", "OTS-GEN-009"} & set(breakable(dataset))


def test_the_example_of_the_documentation_runs(pytester: pytest.Pytester) -> None:
    text = (CHECKOUT / "docs" / "conformance.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(from hypothesis.*?)```", text, re.DOTALL)
    pytester.makeini("[pytest]\naddopts = -p no:cacheprovider\n")
    pytester.makepyfile(example)
    pytester.runpytest_inprocess().assert_outcomes(passed=2)
