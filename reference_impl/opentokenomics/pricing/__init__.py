"""Prices: a rate card, the lookup of the one price that is meant, and exact rating, request by request."""

from opentokenomics.pricing._card import RateCard
from opentokenomics.pricing._default import default_card
from opentokenomics.pricing._errors import PricingError
from opentokenomics.pricing._models import canonical_model
from opentokenomics.pricing._price import Bounds, Price
from opentokenomics.pricing._rate import Part, Rating, Reason, Unpriced, rate
from opentokenomics.pricing._subject import Context, Subject
from opentokenomics.pricing._usage import Choices, Left, Summary, price_usage

__all__ = [
    "Bounds",
    "Choices",
    "Context",
    "Left",
    "Part",
    "Price",
    "PricingError",
    "RateCard",
    "Rating",
    "Reason",
    "Subject",
    "Summary",
    "Unpriced",
    "canonical_model",
    "default_card",
    "price_usage",
    "rate",
]
