"""A dataset is everywhere where it has to be: each place that lists datasets lists all of them."""

from __future__ import annotations

import json

from records import STANDARD

from opentokenomics import generate, models
from opentokenomics.cli._offer import DATASETS
from opentokenomics.generate.defects import DEFECTS
from opentokenomics.standard import documents

_TABLES = {name for name, dataset in STANDARD.datasets.items() if not dataset.is_document}


def _values(pointer: str) -> set[str]:
    node = json.loads(documents()["common.schema.json"])
    for step in pointer.split("/"):
        node = node[step]
    return {value for value in node if value is not None}


class TestEveryDatasetHasItsPlaces:
    def test_files_of_bundles_and_inputs_of_statements(self) -> None:
        assert _values("$defs/dataset/enum") == _TABLES

    def test_the_option_of_commands(self) -> None:
        available = {each for each in _TABLES if DATASETS.convert(each, None, None)}
        assert available == _TABLES

    def test_what_is_made_up_and_broken(self) -> None:
        assert set(generate.DATASETS) == set(DEFECTS) == _TABLES

    def test_models(self) -> None:
        found = {each.dataset for name in models.__all__ if hasattr(each := getattr(models, name), "dataset")}
        assert found == STANDARD.datasets.keys()

    def test_requirements(self) -> None:
        assert {each.dataset for each in STANDARD.requirements} == {None, *STANDARD.datasets}


def test_a_statement_may_be_of_each_metric() -> None:
    assert set(STANDARD.datasets["statement"].by_name["metric"].values) == STANDARD.metrics.keys()
