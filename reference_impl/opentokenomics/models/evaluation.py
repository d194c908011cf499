"""Evaluation record: one attempt at one task of a benchmark, or the sum of all attempts of an evaluation.

Generated from ``schemas/1.0/evaluation.schema.json`` by ``python tools/generate_models.py``; never edited by hand.
"""

from typing import Annotated, ClassVar

from opentokenomics.models._base import Record
from opentokenomics.models._constraints import Whole
from opentokenomics.models._types import (
    Amount,
    Boolean,
    Currency,
    CustomColumns,
    Identifier,
    PriceBasis,
    Quantity,
    SpecVersion,
    Text,
    Timestamp,
)


class EvaluationRecord(Record):
    """One attempt at one task of a benchmark, or the sum of all attempts of an evaluation."""

    __pydantic_extra__: CustomColumns

    dataset: ClassVar[str] = "evaluation"

    # Identity

    spec_version: SpecVersion | None = None
    """Version of this standard that the record follows. One input states one version."""

    evaluation_id: Identifier
    """Identifier of the evaluation: one model, set up in one way, on one benchmark. Its records share it. Required."""

    # Benchmark

    benchmark_id: Text
    """The benchmark. Required."""

    benchmark_version: Text
    """Its version. Required."""

    dataset_digest: Text | None = None
    """Digest of its tasks, with the name of the algorithm before it."""

    split: Text | None = None
    """The part of the tasks that is meant."""

    harness: Text
    """The program that runs the tasks. Required."""

    harness_version: Text
    """Its version. Required."""

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

    # Model

    model_id: Text
    """The model, verbatim as its source names it. Required."""

    canonical_model_id: Text | None = None
    """The model under the one name that joins usage, cost, price and evaluation data."""

    model_version: Text | None = None
    """Its version or snapshot, where the name does not say it."""

    reasoning_effort: Text | None = None
    """The reasoning effort that was asked for, verbatim."""

    # Attempt

    task_id: Identifier | None = None
    """The task that is attempted; absent on an aggregate."""

    trial: Annotated[int, Whole(1, 1_000_000_000)] | None = None
    """Number of the attempt at the task, from 1."""

    solved: Boolean | None = None
    """Whether the attempt solved the task."""

    # Aggregate

    task_count: Annotated[int, Whole(1, 1_000_000_000_000)] | None = None
    """How many tasks were attempted; absent on an attempt."""

    attempt_count: Annotated[int, Whole(1, 1_000_000_000_000)] | None = None
    """How many attempts were made at them, failed ones included."""

    solved_count: Annotated[int, Whole(0, 1_000_000_000_000)] | None = None
    """How many attempts solved their task."""

    # Result

    score: Quantity | None = None
    """The score on the benchmark's own scale."""

    cost: Amount
    """What the attempt cost, or all of them, failed ones included, in ``currency``. Required."""

    currency: Currency
    """The currency of the cost. Required."""

    price_basis: PriceBasis
    """Which prices the cost is computed with. Required."""

    priced_as_of: Timestamp
    """The instant whose prices they are. Required."""

    input_tokens: Annotated[int, Whole(0, 1_000_000_000_000_000)] | None = None
    """Input tokens, cached ones included."""

    output_tokens: Annotated[int, Whole(0, 1_000_000_000_000_000)] | None = None
    """Output tokens, reasoning included."""

    completed_at: Timestamp | None = None
    """When the attempt, or the last of them, ended."""
