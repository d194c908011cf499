"""The Open Tokenomics Standard: AI usage, cost and cost-per-intelligence.

Everything here loads on first use, so that ``import opentokenomics`` is cheap: the engine comes with
:func:`validate`, the models with :class:`UsageRecord`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentokenomics._record import check
    from opentokenomics._validation import validate
    from opentokenomics.convert import convert
    from opentokenomics.errors import Error, InputError
    from opentokenomics.models import UsageRecord
    from opentokenomics.report import CheckResult, InputSummary, Report, Status, Violation
    from opentokenomics.standard import Profile

_HOMES = {
    "CheckResult": "report",
    "Error": "errors",
    "InputError": "errors",
    "InputSummary": "report",
    "Profile": "standard",
    "Report": "report",
    "Status": "report",
    "UsageRecord": "models",
    "Violation": "report",
    "check": "_record",
    "convert": "convert",
    "validate": "_validation",
}

__all__ = [
    "CheckResult",
    "Error",
    "InputError",
    "InputSummary",
    "Profile",
    "Report",
    "Status",
    "UsageRecord",
    "Violation",
    "check",
    "convert",
    "validate",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    home = import_module(f"{__name__}.{_HOMES[name]}")
    # The package ``convert`` can be called itself, so that the name means the same whichever was imported first.
    value = home if name == "convert" else getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
