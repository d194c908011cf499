"""Price sheets of invented models: caches, batches, bands, tiers, windows and contracts, in turn."""

from __future__ import annotations

from opentokenomics.generate._dice import Dice
from opentokenomics.generate._row import Row, slug
from opentokenomics.generate._tariff import plain

_PROVIDERS = ("Northwind AI", "Halden Labs", "Ostara Compute", "Kestrel Models", "Fjord Cloud", "Meridian Inference")
_NAMES = ("aurora", "basalt", "cirrus", "delta", "ember", "fathom", "garnet", "harbor")
_REGIONS = (("eu-north-1", "region"), ("us-east-2", "region"), ("eu", "geography"))
_WINDOWS = (("16:30", "00:30"), ("22:00", "06:00"), ("00:00", "08:00"))
_SCALE = 6
_CENT = 10_000
_BANDS = (0, 128_000, 512_000, 2_000_000)
_TIERS = (0, 10**9, 10**10, 10**11)
_EVENTS = (("images", "images", 1), ("searches", "searches", 1000), ("audio_seconds", "seconds", 60))
_SERVICES = {"images": "image_generation", "searches": "tool", "audio_seconds": "speech_to_text"}


class Sheets:
    """Makes one sheet after the other; no two have the same model."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._alone = 0

    def sheet(self, number: int) -> list[Row]:
        """The prices of one model; the number decides what is special about them."""
        kinds = (self._cached, self._banded, self._tiered, self._windowed, self._contracted, self._regional)
        provider = self._dice.pick(_PROVIDERS)
        model = f"{self._dice.pick(_NAMES)}-{number}"
        name = f"{slug(provider)}:{model}"
        base: Row = {
            "service_provider_name": provider,
            "canonical_model_id": f"{slug(provider)}/{model}",
            "ai_service": "inference",
            "effective_from": f"2026-0{1 + self._dice.below(5)}-01T00:00:00Z",
            **_listed(provider),
        }
        return kinds[number % len(kinds)](name, base, _CENT * (10 + self._dice.below(400)))

    def single(self) -> Row:
        """A price of some event, in a variant that no other has."""
        self._alone += 1
        meter, unit, block = self._dice.pick(_EVENTS)
        provider = self._dice.pick(_PROVIDERS)
        return {
            "price_id": f"{slug(provider)}:{meter}:{self._alone}",
            "service_provider_name": provider,
            "ai_service": _SERVICES[meter],
            "meter": meter,
            "meter_variant": f"variant {self._alone}",
            "effective_from": "2026-01-01T00:00:00Z",
            **_listed(provider),
            "unit_price": plain(_CENT * (1 + self._dice.below(40)), _SCALE),
            "pricing_unit": unit if block == 1 else f"{block} {unit}",
            "pricing_block_size": block,
            "minimum_billable_quantity": "1",
        }

    def _cached(self, name: str, base: Row, cost: int) -> list[Row]:
        """A price for each way through the cache, and half of it in batches."""
        leaves: list[tuple[str, int, Row]] = [
            ("input", cost, {"token_direction": "input", "token_cache_action": "uncached"}),
            ("read", cost // 10, {"token_direction": "input", "token_cache_action": "read"}),
            ("tool-result", cost * 9 // 10, {"token_direction": "input", "token_role": "tool_result"}),
            ("write-5m", cost * 5 // 4, _written(300)),
            ("write-1h", cost * 2, _written(3600)),
            ("output", cost * 5, {"token_direction": "output"}),
            ("reasoning", cost * 4, {"token_direction": "output", "token_role": "reasoning"}),
        ]
        rows = []
        for tier, share in (("standard", 2), ("batch", 1)):
            for leaf, price, subject in leaves:
                columns = {**subject, "processing_tier": tier}
                rows.append(_tokens(f"{name}:{tier}:{leaf}", base, price * share // 2, columns))
        return rows

    def _banded(self, name: str, base: Row, cost: int) -> list[Row]:
        """Bands of the context, each dearer than the one before."""
        scope = self._dice.pick(("whole_request", "marginal"))
        rows = []
        for direction, price in (("input", cost), ("output", cost * 6)):
            for number, low in enumerate(_BANDS[:-1]):
                columns = {"token_direction": direction, "minimum_context_tokens": low, "context_price_scope": scope}
                if number < len(_BANDS) - 2:
                    columns["maximum_context_tokens"] = _BANDS[number + 1]
                rows.append(_tokens(f"{name}:{direction}:from-{low}", base, price * (number + 1), columns))
        return rows

    def _tiered(self, name: str, base: Row, cost: int) -> list[Row]:
        """Tiers of the quantity, each cheaper than the one before."""
        period = self._dice.pick(("month", "year"))
        rows = []
        for direction, price in (("input", cost), ("output", cost * 4)):
            for number, low in enumerate(_TIERS):
                columns = {"token_direction": direction, "quantity_tier_period": period}
                columns |= {"quantity_tier_minimum": str(low)} if low else {}
                columns |= {"quantity_tier_maximum": str(_TIERS[number + 1])} if number < len(_TIERS) - 1 else {}
                rows.append(
                    _tokens(f"{name}:{direction}:tier-{number + 1}", base, price * (10 - number) // 10, columns)
                )
        return rows

    def _windowed(self, name: str, base: Row, cost: int) -> list[Row]:
        """Half the price at night, mostly across midnight, and another one at weekends."""
        start, end = self._dice.pick(_WINDOWS)
        rows = []
        for direction, price in (("input", cost), ("output", cost * 4)):
            columns = {"token_direction": direction}
            night = {**columns, "window_start_utc": start, "window_end_utc": end}
            weekend = {**columns, "days_of_week": ["saturday", "sunday"]}
            rows.append(_tokens(f"{name}:{direction}", base, price, columns))
            rows.append(_tokens(f"{name}:{direction}:night", base, price // 2, night))
            rows.append(_tokens(f"{name}:{direction}:weekend", base, price * 3 // 4, weekend))
        return rows

    def _contracted(self, name: str, base: Row, cost: int) -> list[Row]:
        """A published and an agreed price, the agreed one for a year."""
        percent = 70 + self._dice.below(25)
        contract: Row = {
            "price_kind": "contracted",
            "contract_id": f"contract-{self._dice.below(10**6):06d}",
            "effective_to": "2027-01-01T00:00:00Z",
        }
        agreed = {column: value for column, value in base.items() if column not in {"source_url", "verified_at"}}
        rows = []
        for direction, price in (("input", cost), ("output", cost * 3)):
            columns: Row = {"token_direction": direction, "token_modality": "text"}
            rows.append(_tokens(f"{name}:{direction}", base, price, columns))
            rows.append(
                _tokens(f"{name}:{direction}:contract", {**agreed, **contract}, price * percent // 100, columns)
            )
        return rows

    def _regional(self, name: str, base: Row, cost: int) -> list[Row]:
        """A price for any region, and dearer ones for requests that must stay in one."""
        rows = []
        for direction, price in (("input", cost), ("output", cost * 4)):
            columns: Row = {"token_direction": direction, "minimum_billable_quantity": "16"}
            rows.append(_tokens(f"{name}:{direction}", base, price, {**columns, "region_scope": "global"}))
            for region, scope in _REGIONS:
                place = {**columns, "region_id": region, "region_scope": scope}
                rows.append(_tokens(f"{name}:{direction}:{region}", base, price * 11 // 10, place))
        return rows


def _listed(provider: str) -> Row:
    return {
        "price_kind": "list",
        "pricing_currency": "USD",
        "source_url": f"https://example.com/{slug(provider)}/pricing",
        "verified_at": "2026-05-01T00:00:00Z",
    }


def _written(seconds: int) -> Row:
    return {"token_direction": "input", "token_cache_action": "write", "token_cache_ttl_seconds": seconds}


def _tokens(name: str, base: Row, price: int, subject: Row) -> Row:
    return {
        **base,
        "price_id": name,
        "meter": "tokens",
        **subject,
        "unit_price": plain(price, _SCALE),
        "pricing_unit": "1000000 tokens",
        "pricing_block_size": 1_000_000,
    }
