"""Statement record: one claim about cost, value or efficiency that anyone who holds its inputs can recompute.

Generated from ``schemas/1.0/statement.schema.json`` by ``python tools/generate_models.py``; never edited by hand.
"""

from typing import Annotated, ClassVar

from opentokenomics.models._base import Entry, Record
from opentokenomics.models._constraints import Entries, Whole
from opentokenomics.models._types import (
    Amount,
    CostColumn,
    Currency,
    CustomColumns,
    Dataset,
    Digest,
    Estimator,
    Identification,
    Identifier,
    IntervalMethod,
    Metric,
    PriceBasis,
    SpecVersion,
    StringMap,
    Text,
    Timestamp,
)


class StatementInput(Entry):
    """One input that a statement was computed from, to the byte."""

    __pydantic_extra__: CustomColumns

    # Input

    dataset: Dataset
    """The dataset that its records belong to. Required."""

    sha256: Digest
    """The SHA-256 digest of its bytes. Required."""

    rows: Annotated[int, Whole(0, 1_000_000_000_000)]
    """How many records it holds. Required."""


class StatementRecord(Record):
    """One claim about cost, value or efficiency that anyone who holds its inputs can recompute."""

    __pydantic_extra__: CustomColumns

    dataset: ClassVar[str] = "statement"

    # Identity

    spec_version: SpecVersion | None = None
    """Version of this standard that the record follows. One input states one version."""

    statement_id: Identifier
    """Identifier of the statement, unique in the input. Required."""

    metric: Metric
    """What is stated. Required."""

    metric_version: Text
    """The version of the metric's definition. Required."""

    prepared_at: Timestamp
    """When the statement was made. Required."""

    prepared_by: Identifier | None = None
    """Opaque identifier of who made it."""

    # Scope

    scope: StringMap | None = None
    """What it is about: columns of the inputs with the values that records have in them. Absent: all records."""

    comparison_scope: StringMap | None = None
    """What that is compared with, likewise."""

    period_start: Timestamp | None = None
    """Start of the period that it is about, inclusive."""

    period_end: Timestamp | None = None
    """End of that period, exclusive."""

    # Benchmark

    benchmark_id: Text | None = None
    """The benchmark."""

    benchmark_version: Text | None = None
    """Its version."""

    dataset_digest: Text | None = None
    """Digest of its tasks, with the name of the algorithm before it."""

    split: Text | None = None
    """The part of the tasks that is meant."""

    harness: Text | None = None
    """The program that runs the tasks."""

    harness_version: Text | None = None
    """Its version."""

    scaffold: Text | None = None
    """What stands around the model: the agent, its prompts and tools."""

    sampling: Text | None = None
    """How the model is sampled."""

    retry_policy: Text | None = None
    """Which attempts are made, and when no more."""

    cache_policy: Text | None = None
    """Whether prompts may come from a cache."""

    grader_id: Identifier | None = None
    """Opaque identifier of who or what says that a task is solved, with its version."""

    model_id: Text | None = None
    """The model, verbatim as its source names it."""

    canonical_model_id: Text | None = None
    """The model under the one name that joins usage, cost, price and evaluation data."""

    model_version: Text | None = None
    """Its version or snapshot, where the name does not say it."""

    reasoning_effort: Text | None = None
    """The reasoning effort that was asked for, verbatim."""

    price_basis: PriceBasis | None = None
    """Which prices the cost is computed with."""

    priced_as_of: Timestamp | None = None
    """The instant whose prices they are."""

    # Outcome

    outcome_definition_id: Identifier | None = None
    """The outcome definition that it is based on."""

    outcome_definition_version: Text | None = None
    """The version of that definition."""

    # Result

    currency: Currency | None = None
    """The currency of the amounts that it states or was computed from."""

    cost_column: CostColumn | None = None
    """The column of usage whose amounts were added up."""

    numerator: Amount | None = None
    """What is divided."""

    denominator: Amount | None = None
    """What it is divided by."""

    value: Amount | None = None
    """The quotient, rounded half to even to 18 digits after the point; absent where the denominator is 0."""

    # Interval

    lower_bound: Amount | None = None
    """Lower bound of the interval."""

    upper_bound: Amount | None = None
    """Upper bound of the interval."""

    confidence_level: Amount | None = None
    """How often such an interval holds the true value, between 0 and 1."""

    interval_method: IntervalMethod | None = None
    """How the interval was computed."""

    # Method

    estimator: Estimator | None = None
    """Which average it is."""

    parameters: StringMap
    """Everything else that the computation needs: seed, resamples, thresholds. An empty map where it needs nothing.
    Required.
    """

    identification: Identification | None = None
    """Whether what is compared was assigned at random or merely observed."""

    sample_size: Annotated[int, Whole(0, 1_000_000_000_000)]
    """How many tasks or outcomes it is based on; records where it is based on neither. Required."""

    inputs: Annotated[tuple[StatementInput, ...], Entries()]
    """What it was computed from, all of it. Required."""
