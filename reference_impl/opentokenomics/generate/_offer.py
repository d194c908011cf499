"""What a seller offers: the columns that never change, and the price of each leaf."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from opentokenomics.generate._row import Row, slug
from opentokenomics.generate._splits import Split
from opentokenomics.generate._tariff import Tariff

MILLION = 1_000_000
THOUSAND = 1_000

_INPUT: Row = {"token_direction": "input"}
_OUTPUT: Row = {"token_direction": "output"}
LEAVES: Mapping[str, tuple[str, Row]] = {
    "input": ("input", _INPUT),
    "uncached": ("input", {**_INPUT, "token_cache_action": "uncached"}),
    "read": ("read", {**_INPUT, "token_cache_action": "read"}),
    "write": ("write", {**_INPUT, "token_cache_action": "write"}),
    "write_300": ("write", {**_INPUT, "token_cache_action": "write", "token_cache_ttl_seconds": 300}),
    "write_3600": ("write_3600", {**_INPUT, "token_cache_action": "write", "token_cache_ttl_seconds": 3600}),
    "uncached_mixed": ("input", {**_INPUT, "token_cache_action": "uncached", "token_modality": "unspecified"}),
    "read_mixed": ("read", {**_INPUT, "token_cache_action": "read", "token_modality": "unspecified"}),
    "prompt_text": ("input", {**_INPUT, "token_modality": "text", "token_role": "prompt"}),
    "prompt_image": ("input", {**_INPUT, "token_modality": "image", "token_role": "prompt"}),
    "prompt_audio": ("audio", {**_INPUT, "token_modality": "audio", "token_role": "prompt"}),
    "prompt_video": ("input", {**_INPUT, "token_modality": "video", "token_role": "prompt"}),
    "prompt_document": ("input", {**_INPUT, "token_modality": "document", "token_role": "prompt"}),
    "tool_result_text": ("input", {**_INPUT, "token_modality": "text", "token_role": "tool_result"}),
    "output": ("output", _OUTPUT),
    "answer": ("output", {**_OUTPUT, "token_role": "answer"}),
    "reasoning": ("output", {**_OUTPUT, "token_role": "reasoning"}),
    "citation": ("citation", {**_OUTPUT, "token_role": "citation"}),
    "rejected_prediction": ("output", {**_OUTPUT, "token_role": "rejected_prediction"}),
}
"""The kinds of tokens: the price that each takes, and its dimensions."""


class Billing(Enum):
    """Where the amount of a row is: cost carrier and cost source."""

    INVOICED = ("this_row", "invoiced")
    CONTRACTED = ("this_row", "contracted")
    VENDOR_ESTIMATE = ("this_row", "vendor_estimate")
    LIST_ESTIMATE = ("this_row", "list_estimate")
    ELSEWHERE = ("other_row", None)
    PLAN = ("plan", None)
    FREE = ("none", None)
    UNKNOWN = ("unknown", None)

    @property
    def columns(self) -> Row:
        """The two columns, the second only where there is an amount."""
        carrier, source = self.value
        return {"cost_carrier": carrier} if source is None else {"cost_carrier": carrier, "cost_source": source}

    @property
    def priced(self) -> bool:
        """Whether a price is known."""
        return self not in {Billing.PLAN, Billing.FREE, Billing.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Seller:
    """An account with someone who bills: what all rows from there have in common."""

    provider: str
    source: str
    account: str
    prefix: str
    currency: str = "USD"
    discount: int = 0
    columns: Row = field(default_factory=dict)

    def row(self, *, cost: bool) -> Row:
        """The columns of every record of this seller; the first ones stand first in every record."""
        row: Row = {
            "spec_version": None,
            "record_id": None,
            "record_type": "original",
            "source_name": self.source,
            "measurement_method": "metered",
            "charge_period_start": None,
            "charge_period_end": None,
            "service_provider_name": self.provider,
            "invoice_issuer_name": self.provider,
            "billing_account_id": self.account,
            **self.columns,
            "charge_category": "usage",
        }
        if cost:
            row["charge_frequency"] = "usage_based"
        return row


@dataclass(frozen=True, slots=True)
class Model:
    """A model under its name at the source, and its list prices per million tokens."""

    model_id: str
    canonical: str
    developer: str
    family: str
    prices: Mapping[str, str]

    @property
    def columns(self) -> Row:
        """The columns that name the model."""
        return {
            "model_id": self.model_id,
            "canonical_model_id": self.canonical,
            "model_developer": self.developer,
            "model_family": self.family,
        }


@dataclass(frozen=True, slots=True)
class Leaf:
    """One kind of row of an offer. ``total`` marks the row that carries the amount of all others."""

    columns: Row
    tariff: Tariff | None
    tokens: bool
    total: bool = False


@dataclass(frozen=True)
class Offer:
    """A model at a seller in a processing tier. ``weight`` says how often it is chosen."""

    seller: Seller
    model: Model
    service: str
    split: Split
    weight: int = 1
    ai_service: str = "inference"
    tier: tuple[str, int] = ("standard", 100)
    billing: Billing = Billing.INVOICED
    request_billing: Billing = Billing.ELSEWHERE
    search_price: str = "10"
    columns: Row = field(default_factory=dict)
    token_columns: Row = field(default_factory=dict)
    cost_columns: Row = field(default_factory=dict)

    def row(self, *, cost: bool) -> Row:
        """The columns that all rows of this offer share."""
        tier = {} if self.tier[0] == "standard" else {"processing_tier": self.tier[0]}
        return {
            **self.seller.row(cost=cost),
            "ai_service": self.ai_service,
            "service_name": self.service,
            "processing_tier": "standard",
            **tier,
            **self.model.columns,
            **self.columns,
            **(self.cost_columns if cost else {}),
        }

    def leaves(self, *, cost: bool) -> dict[str, Leaf]:
        """The kinds of rows that an invocation may have, under their names."""
        tokens = {
            name: self._token_leaf(price, dimensions, cost=cost)
            for name, (price, dimensions) in LEAVES.items()
            if price in self.model.prices or not self.billing.priced
        }
        return {**tokens, "requests": self._request_leaf(cost=cost), "searches": self._search_leaf(cost=cost)}

    def _token_leaf(self, price: str, dimensions: Row, *, cost: bool) -> Leaf:
        columns = {"meter": "tokens", **dimensions, **self.token_columns}
        columns |= {"consumed_quantity": None, "consumed_unit": "tokens"}
        if not cost:
            return Leaf(columns, None, tokens=True)
        columns.update(self.billing.columns)
        if not self.billing.priced:
            return Leaf(columns, None, tokens=True)
        tariff = self.tariff(price)
        columns.update(tariff.columns(self.seller.currency, f"{self.sheet}:{price}"))
        columns["sku_id"] = f"sku-{self.model.family}-{price}-{self.tier[0]}"
        return Leaf(columns, applied(tariff, self.billing), tokens=True)

    def _request_leaf(self, *, cost: bool) -> Leaf:
        columns: Row = {"meter": "requests", "consumed_quantity": None, "consumed_unit": "requests"}
        if not cost:
            return Leaf(columns, None, tokens=False)
        billing = self.request_billing if self.billing.priced else self.billing
        columns.update(billing.columns)
        if billing is Billing.INVOICED:
            columns["billing_currency"] = self.seller.currency
        return Leaf(columns, None, tokens=False, total=billing is Billing.INVOICED)

    def _search_leaf(self, *, cost: bool) -> Leaf:
        columns: Row = {"ai_service": "tool", "meter": "searches"}
        columns |= {"consumed_quantity": None, "consumed_unit": "searches"}
        if not cost:
            return Leaf(columns, None, tokens=False)
        tariff = self.search_tariff
        prices = tariff.columns(self.seller.currency, f"{self.sheet}:searches")
        columns.update(Billing.INVOICED.columns | prices)
        return Leaf(columns, tariff, tokens=False)

    @property
    def sheet(self) -> str:
        """What the names of the offer's prices begin with."""
        is_long = bool(self.columns.get("minimum_context_tokens"))
        return sheet_name(self.seller.provider, self.model, self.ai_service, self.tier[0], is_long=is_long)

    def tariff(self, price: str) -> Tariff:
        """What a million tokens of a kind cost."""
        return Tariff.of(
            "1000000 tokens", MILLION, self.model.prices[price], tier=self.tier[1], discount=self.seller.discount
        )

    @property
    def search_tariff(self) -> Tariff:
        """What a thousand searches cost."""
        return Tariff.of("1000 searches", THOUSAND, self.search_price, discount=self.seller.discount)


def sheet_name(
    provider: str, model: Model, ai_service: str = "inference", tier: str = "standard", *, is_long: bool = False
) -> str:
    """What the names of a model's prices begin with: at a provider, for a service and tier, in long contexts or not."""
    parts = [slug(provider), model.canonical.rpartition("/")[2], ai_service, tier, *(["long"] if is_long else [])]
    return ":".join(part for part in parts if part not in {"inference", "standard"})


def applied(tariff: Tariff, billing: Billing) -> Tariff:
    """The tariff as it fills the columns under this billing."""
    effective = billing.columns["cost_carrier"] == "this_row"
    return replace(tariff, billed=billing is Billing.INVOICED, effective=effective)
