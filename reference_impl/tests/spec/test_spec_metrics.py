"""What the chapter *Metrics* states is what the package computes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from metric_examples import calculate
from records import STANDARD

from opentokenomics.metrics import Estimator, IntervalMethod
from opentokenomics.metrics._interval import FEW_UNITS, Z
from opentokenomics.metrics._random import FIRST, SECOND, STEP, random_word
from opentokenomics.standard import MetricDefinition, documents, versions

METRICS = STANDARD.metrics
EXAMPLES = [(each.id, example) for each in METRICS.values() for example in each.examples]


@pytest.mark.parametrize(("metric", "example"), EXAMPLES, ids=[f"{name}: {each['what']}" for name, each in EXAMPLES])
def test_every_example_is_executed(metric: str, example: Mapping[str, Any]) -> None:
    assert calculate(metric, example["input"]) == example["result"]


def test_the_published_definitions_keep_their_schema() -> None:
    texts = documents(versions()[-1])
    schema, published = json.loads(texts["metrics.schema.json"]), json.loads(texts["metrics.json"])
    validator = Draft202012Validator(schema)
    assert validator.is_valid(published)
    for member in published["metrics"][0]:
        entry = {name: value for name, value in published["metrics"][0].items() if name != member}
        assert not validator.is_valid({**published, "metrics": [entry]})


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda each: each.id)
class TestDefinitions:
    def test_the_chapter_shows_each_once(self, metric: MetricDefinition, chapters: Mapping[str, str]) -> None:
        chapter = chapters["metrics"]
        assert chapter.count(f"<!-- generated: metric {metric.id} -->") == 1
        assert f"\n### {metric.title}\n" in chapter

    def test_its_words_are_known_to_the_package(self, metric: MetricDefinition) -> None:
        assert metric.estimator in set(Estimator)
        assert set(metric.intervals) <= set(IntervalMethod)

    def test_its_inputs_exist(self, metric: MetricDefinition) -> None:
        for dataset, columns in metric.inputs.items():
            if dataset in STANDARD.datasets:
                assert set(columns) <= set(STANDARD.datasets[dataset].by_name)


class TestConstants:
    """Numbers that sentences state are those that the package computes with."""

    def test_the_generator(self) -> None:
        stated = re.findall("0x[0-9A-F]{16}", STANDARD.requirement("OTS-MET-009").statement)
        assert [int(each, 16) for each in stated] == [STEP, FIRST, SECOND]

    def test_its_first_words(self, chapters: Mapping[str, str]) -> None:
        for position in range(3):
            assert str(random_word(1234567, position)) in chapters["metrics"]

    def test_the_quantiles(self) -> None:
        stated = re.findall(r"([12][.][0-9]{18})\D+(0[.]9[0-9])", STANDARD.requirement("OTS-MET-015").statement)
        assert {Decimal(level): Decimal(z) for z, level in stated} == dict(Z)

    def test_few_units(self) -> None:
        assert f"fewer than {FEW_UNITS} units" in STANDARD.requirement("OTS-MET-017").statement
