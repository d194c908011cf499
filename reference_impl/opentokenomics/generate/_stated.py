"""True statements about made-up files, which whoever has these files confirms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from opentokenomics.generate._row import Row

_EVALUATIONS = ("evaluation",)
_USAGE = ("usage",)
_OUTCOMES = ("usage", "outcome")
_PREPARED_BY = "finops-team"


def true_statements(files: Mapping[str, Path]) -> list[Row]:
    """What can be stated about files of the datasets of the profile *intelligence*, by their datasets."""
    # Whoever makes up other files need not wait for the metrics.
    from opentokenomics.metrics import Axis, Sampling
    from opentokenomics.metrics.measured import Parameters, Period, Preparation, Question, state_each

    preparation = Preparation(datetime(2026, 9, 1, 8, tzinfo=UTC), _PREPARED_BY)
    sampling = Sampling(Decimal("0.95"), None, 7, 200)
    period = Period(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC))
    about = {
        _EVALUATIONS: [Question("cost_of_pass", Parameters(("evaluation_id",), sampling=sampling, period=period))],
        _USAGE: [
            Question("cache_hit_ratio", Parameters(("model_id",))),
            Question("retry_overhead", Parameters(("team",))),
        ],
        # The made-up company pays in two currencies, so that its tiers spend tokens.
        _OUTCOMES: [
            Question(
                "marginal_token_utility",
                Parameters(scope={"team": "engineering"}, comparison_scope={"team": "support"}, axis=Axis.TOKENS),
            )
        ],
    }
    return [
        statement
        for datasets, questions in about.items()
        for statement in state_each(questions, [(name, files[name]) for name in datasets], preparation)
    ]
