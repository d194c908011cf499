"""Price lists: what the made-up company pays, which its usage names; then the prices of models that it does not use."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count

from opentokenomics import standard
from opentokenomics.generate import _splits as splits
from opentokenomics.generate._dice import Dice
from opentokenomics.generate._invoices import CAPACITY, RESERVED, SEATS
from opentokenomics.generate._market import AZURE, GPT_5, OFFERS
from opentokenomics.generate._offer import Offer, Seller
from opentokenomics.generate._products import PRODUCTS, Product
from opentokenomics.generate._row import Row, in_order, slug
from opentokenomics.generate._sheets import Sheets
from opentokenomics.generate._tariff import PRICE_SCALE, Tariff, plain

_INPUT: Row = {"token_direction": "input"}
_TOKENS: dict[str, Row] = {
    "input": _INPUT,
    "read": {**_INPUT, "token_cache_action": "read"},
    "write": {**_INPUT, "token_cache_action": "write"},
    "write_3600": {**_INPUT, "token_cache_action": "write", "token_cache_ttl_seconds": 3600},
    "audio": {**_INPUT, "token_modality": "audio"},
    "output": {"token_direction": "output"},
    "citation": {"token_direction": "output", "token_role": "citation"},
}
"""What each of a model's prices is for."""
_SEARCHING = (splits.explicit_cache, splits.with_citations)
_PLACE = ("region_id", "region_scope")
_BOUNDS = ("minimum_context_tokens", "maximum_context_tokens")
_LAST_YEAR: Row = {"effective_from": "2025-01-01T00:00:00Z", "effective_to": "2026-01-01T00:00:00Z"}
_THIS_YEAR: Row = {"effective_from": "2026-01-01T00:00:00Z"}
_RAISED = 125


class Prices:
    """Sheets of prices without end; the first ones do not depend on the seed."""

    def __init__(self, seed: int) -> None:
        self._version = standard.versions()[-1]
        self._sheets = Sheets(Dice(seed))

    def units(self) -> Iterator[list[Row]]:
        """Sheets, each with the prices of one model or service."""
        yield from map(self._finished, bought())
        yield from map(self._finished, map(_of_last_year, bought()))
        for number in count():
            yield self._finished(self._sheets.sheet(number))

    def single(self) -> Row:
        """A price that stands alone."""
        (row,) = self._finished([self._sheets.single()])
        return row

    def is_final(self, unit: list[Row]) -> bool:  # noqa: ARG002 - the protocol of sources
        """Always: no price corrects another."""
        return True

    def _finished(self, rows: list[Row]) -> list[Row]:
        return [in_order({"spec_version": self._version, **row}, "price") for row in rows]


def bought() -> Iterator[list[Row]]:
    """The price sheets that made-up usage names."""
    yield from (sheet for sheet in chain(_offered(), map(_sold, PRODUCTS), _charged()) if sheet)


def _offered() -> Iterator[list[Row]]:
    """The prices of tokens; the bands of one model are on one sheet, the lowest first."""
    sheets: dict[str, dict[str, Row]] = {}
    for offer in OFFERS:
        if offer.billing.priced:
            # Two accounts at one provider see the same published prices.
            known = sheets.setdefault(offer.sheet.removesuffix(":long"), {})
            known.update((row["price_id"], row) for row in _prices_of(offer))
    yield from (list(known.values()) for known in sheets.values())


def _prices_of(offer: Offer) -> list[Row]:
    subject = {
        "canonical_model_id": offer.model.canonical,
        "processing_tier": offer.tier[0],
        **{name: offer.seller.columns[name] for name in _PLACE if name in offer.seller.columns},
        **{name: offer.columns[name] for name in _BOUNDS if name in offer.columns},
    }
    if _BOUNDS[0] in subject:
        subject["context_price_scope"] = "whole_request"
    rows: list[Row] = []
    for price in offer.model.prices:
        tokens = {"ai_service": offer.ai_service, "meter": "tokens", **_TOKENS[price]}
        rows += _both(f"{offer.sheet}:{price}", offer.seller, offer.tariff(price), {**subject, **tokens})
    if offer.split in _SEARCHING:
        searches = {**subject, "ai_service": "tool", "meter": "searches"}
        rows += _both(f"{offer.sheet}:searches", offer.seller, offer.search_tariff, searches)
    return rows


def _sold(product: Product) -> list[Row]:
    tariff = product.tariff()
    if tariff is None:
        return []
    subject: Row = {"ai_service": product.ai_service, "meter": product.meter}
    if product.variant:
        subject["meter_variant"] = product.variant
    return _both(product.price_name, product.seller, tariff, subject)


def _charged() -> Iterator[list[Row]]:
    for plan in SEATS:
        yield _both(plan.plan, plan.seller, plan.tariff, {"ai_service": "seat", "meter": "seat_months"})
    yield _both(
        CAPACITY,
        AZURE,
        RESERVED,
        {"canonical_model_id": GPT_5.canonical, "ai_service": "capacity", "meter": "provisioned_unit_hours"},
    )


def _both(name: str, seller: Seller, tariff: Tariff, subject: Row) -> list[Row]:
    """The published price, and the agreed one where it differs."""
    price: Row = {
        "service_provider_name": seller.provider,
        **subject,
        **_THIS_YEAR,
        "pricing_unit": tariff.unit,
        "pricing_block_size": tariff.block,
        "pricing_currency": seller.currency,
    }
    published: Row = {
        **price,
        "price_id": name,
        "price_kind": "list",
        "unit_price": plain(tariff.list_price, PRICE_SCALE),
        "source_url": f"https://example.com/{slug(seller.provider)}/pricing",
        "verified_at": "2026-05-01T00:00:00Z",
    }
    agreed: Row = {
        **price,
        "price_id": tariff.price_id(name),
        "price_kind": "contracted",
        "contract_id": f"contract-2026-{seller.account}",
        "unit_price": plain(tariff.contracted_price, PRICE_SCALE),
    }
    return [published, agreed] if tariff.has_contract else [published]


def _of_last_year(sheet: list[Row]) -> list[Row]:
    """The published prices of a sheet before they fell."""
    return [
        {**row, **_LAST_YEAR, "price_id": f"{row['price_id']}:2025", "unit_price": _raised(row["unit_price"])}
        for row in sheet
        if row["price_kind"] == "list"
    ]


def _raised(price: str) -> str:
    whole, _, fraction = price.partition(".")
    units = int(whole + fraction) * _RAISED
    return plain(units, len(fraction) + 2)
