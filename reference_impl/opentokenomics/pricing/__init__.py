"""Prices: a rate card, the lookup of the one price that is meant, and exact rating, request by request."""

from opentokenomics.pricing._card import RateCard
from opentokenomics.pricing._compare import Compared, Comparison, compare_rates
from opentokenomics.pricing._default import default_card
from opentokenomics.pricing._errors import PricingError
from opentokenomics.pricing._left import Left, Leftovers, grouped
from opentokenomics.pricing._models import canonical_model
from opentokenomics.pricing._plot import plot_comparison
from opentokenomics.pricing._price import Bounds, Price
from opentokenomics.pricing._rate import Part, Rating, Reason, Unpriced, rate
from opentokenomics.pricing._reconcile import DEFAULT_BY, Cause, Reconciled, Reconciliation, Total, reconcile
from opentokenomics.pricing._render import Sheet, comparison_sheet, reconciliation_sheet, render
from opentokenomics.pricing._subject import Context, Subject
from opentokenomics.pricing._subjects import Taken
from opentokenomics.pricing._usage import Summary, price_usage

__all__ = [
    "DEFAULT_BY",
    "Bounds",
    "Cause",
    "Compared",
    "Comparison",
    "Context",
    "Left",
    "Leftovers",
    "Part",
    "Price",
    "PricingError",
    "RateCard",
    "Rating",
    "Reason",
    "Reconciled",
    "Reconciliation",
    "Sheet",
    "Subject",
    "Summary",
    "Taken",
    "Total",
    "Unpriced",
    "canonical_model",
    "compare_rates",
    "comparison_sheet",
    "default_card",
    "grouped",
    "plot_comparison",
    "price_usage",
    "rate",
    "reconcile",
    "reconciliation_sheet",
    "render",
]
