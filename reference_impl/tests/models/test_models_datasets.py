"""The models of the smaller datasets accept exactly what their schemas accept, and lose nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from outcomes import MAKE
from prices import plans, prices
from records import STANDARD, Record, cell
from wild import every_value_in

from opentokenomics import check
from opentokenomics.models import (
    EvaluationRecord,
    OutcomeDefinitionRecord,
    OutcomeRecord,
    PlanRecord,
    PriceRecord,
    StatementRecord,
    ValidationError,
)
from opentokenomics.models import Record as Model
from opentokenomics.standard import Column, Row

_MODELS: dict[str, type[Model]] = {
    "price": PriceRecord,
    "plan": PlanRecord,
    "outcome_definition": OutcomeDefinitionRecord,
    "outcome": OutcomeRecord,
    "evaluation": EvaluationRecord,
    "statement": StatementRecord,
}
_RECORDS = {"price": prices(), "plan": plans(), **{name: make("d") for name, make in MAKE.items()}}
_RULES = {each.id for each in STANDARD.requirements if isinstance(each.check, Row)}


def _blamed(model: type[Model], record: Record) -> set[str]:
    try:
        model.from_json(json.dumps(record, default=float))
    except ValidationError as error:
        return {str(each["loc"][0]) for each in error.errors()}
    return set()


@pytest.mark.parametrize("dataset", _MODELS)
class TestTheModelIsTheSchema:
    def test_on_faultless_records(self, dataset: str) -> None:
        for record in _RECORDS[dataset]:
            made = _MODELS[dataset].from_json(json.dumps(record))
            assert made.to_dict() == record
            assert json.loads(made.to_json()) == record
            assert _MODELS[dataset].from_row({name: cell(value) for name, value in record.items()}) == made
            assert _MODELS[dataset].from_row(made.to_row()) == made
            assert _MODELS[dataset](**made.model_dump()) == made

    def test_on_odd_values(self, dataset: str) -> None:
        kinds: dict[Any, Column] = {}
        for column in STANDARD.datasets[dataset].columns:
            kinds[column.kind, column.required, tuple(shape.pattern for shape in column.shapes)] = column
        for name in (column.name for column in kinds.values()):
            for record in every_value_in(name, _RECORDS[dataset][0]):
                try:
                    json.dumps(record, default=float, allow_nan=False)
                except (ValueError, OverflowError):
                    continue  # a number that a float cannot hold; the readers' tests have it
                given = json.loads(json.dumps(record, default=float))
                found = {each.column for each in check(given, dataset=dataset) if each.requirement not in _RULES}
                assert _blamed(_MODELS[dataset], given) == found, record[name]


class TestValuesFromPython:
    """What Python code may pass for lists and booleans."""

    def test_lists_keep_their_order_and_do_not_change(self) -> None:
        (night,) = (record for record in _RECORDS["price"] if "days_of_week" in record)
        made = PriceRecord(**{**night, "days_of_week": ["sunday", "monday"]})
        assert made.days_of_week == ("sunday", "monday")
        assert hash(made) == hash(PriceRecord.from_json(made.to_json()))

    @pytest.mark.parametrize("days", [[], "monday", ["monday", "monday"], ["Monday"], [None], {"monday"}, [["monday"]]])
    def test_of_other_lists_are_refused(self, days: object) -> None:
        with pytest.raises(ValidationError, match="list"):
            PriceRecord(**{**_RECORDS["price"][0], "days_of_week": days})

    @pytest.mark.parametrize("value", [0, 1, "true", "yes", "", 1.0])
    def test_only_booleans_are_booleans(self, value: object) -> None:
        with pytest.raises(ValidationError, match="true or false"):
            PlanRecord(**{**_RECORDS["plan"][0], "single_sign_on": value})

    @pytest.mark.parametrize("text", ["TRUE", "1", "yes", "true "])
    def test_csv_has_two_words_for_booleans(self, text: str) -> None:
        row = {name: cell(value) for name, value in _RECORDS["plan"][0].items()}
        assert PlanRecord.from_row({**row, "single_sign_on": "false"}).single_sign_on is False
        with pytest.raises(ValidationError, match="true or false"):
            PlanRecord.from_row({**row, "single_sign_on": text})
