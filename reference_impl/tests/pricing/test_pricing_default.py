"""The rate card that comes with the package, against the package that its data is from."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from checkout import CHECKOUT
from genai_prices import Usage
from genai_prices.data import providers
from genai_prices.data_units import unit_data
from genai_prices.types import ModelInfo, ModelPrice, Provider

from opentokenomics import validate
from opentokenomics.pricing import Context, Rating, Subject, canonical_model, default_card, rate

QUANTITIES = (0, 1, 7, 1000, 60_000, 150_000, 300_000)
INSTANTS = tuple(
    datetime(*parts, tzinfo=UTC)
    for parts in [(2026, 11, 20, 2), (2026, 11, 20, 12), (2026, 9, 1, 17), (2025, 7, 1, 5), (2024, 2, 29, 23)]
)
"""Within and without the windows of prices by the hour, and before and after prices changed."""


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("list_prices", CHECKOUT / "tools/list_prices.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


TOOL = _tool()


@dataclass(frozen=True)
class Call:
    """Usage of a model, as records and as the package that the prices are from counts it."""

    subjects: list[Subject]
    counted: Mapping[str, int]


def _calls(dice: Random) -> Iterator[tuple[Provider, ModelInfo, tuple[tuple[str, str], ...], datetime]]:
    for provider in providers:
        for model in provider.models:
            changes = isinstance(model.prices, list) or model.price_variants
            for at in INSTANTS if changes else (dice.choice(INSTANTS[:2]),):
                for context in TOOL.TIERS:
                    if at.date() >= TOOL.launched(model) and TOOL.is_known(model, context, at):
                        yield provider, model, context, at


def _call(provider: Provider, model: ModelInfo, prices: ModelPrice, tier: str, at: datetime, dice: Random) -> Call:
    units = {unit["price_key"]: (name, unit["dimensions"]) for name, unit in unit_data.items()}
    priced = {key: units[key] for key, value in vars(prices).items() if value is not None}
    counted: Counter[str] = Counter()
    found: list[tuple[str, dict[str, str], int]] = []
    for direction in ("input", "output"):
        own = [
            {"dimensions": of}
            for _, of in priced.values()
            if (of["family"], of.get("direction")) == ("tokens", direction)
        ]
        for cell in TOOL.cells(direction, own) if own else ():
            quantity = dice.choice(QUANTITIES)
            stated = {name: value for name, value in cell.items() if value}
            found.append(("tokens", {"token_direction": direction, "processing_tier": tier, **stated}, quantity))
            for name, unit in unit_data.items():
                if unit["dimensions"].items() <= _leaf(direction, stated).items():
                    counted[name] += quantity
    for key, (name, of) in priced.items():
        if of["family"] == "tokens" or (key == "input_audio_hours" and "audio_hours" in priced):
            continue
        quantity = 1 if name == "requests" else dice.choice((0, 1, 7, 3600))
        variant = TOOL.VARIANTS.get(of.get("tool_type", of.get("page_type", "")))
        meter = TOOL.METERS.get(of["family"], ("searches",))[0]
        found.append((meter, {"processing_tier": tier, **({"meter_variant": variant} if variant else {})}, quantity))
        for more in _also(name, priced):
            counted[more] += quantity
    total = sum(amount for meter, stated, amount in found if stated.get("token_direction") == "input")
    name = TOOL.PROVIDERS.get(provider.id, provider.name)
    identity = {"canonical_model_id": f"{provider.id}/{model.id}"}
    return Call(
        [
            Subject(name, meter, at, Decimal(amount), {**identity, **stated}, context=Context.exactly(total))
            for meter, stated, amount in found
        ],
        counted,
    )


def _leaf(direction: str, stated: Mapping[str, str]) -> dict[str, str]:
    """The words that the package has for a token record."""
    leaf = {"family": "tokens", "direction": direction}
    if stated.get("token_modality") not in {None, "document"}:
        leaf["modality"] = stated["token_modality"]
    kind = {"read": "cache_read", "write": "cache_write", "reasoning": "reasoning", "citation": "citation"}
    for name in ("token_cache_action", "token_role"):
        if stated.get(name) in kind:
            leaf["token_type"] = kind[stated[name]]
    if "token_cache_ttl_seconds" in stated:
        leaf["cache_ttl"] = {"300": "5m", "3600": "1h"}[stated["token_cache_ttl_seconds"]]
    return leaf


def _also(name: str, priced: Mapping[str, object]) -> Iterator[str]:
    """A count, with the counts that it is a part of; a request counts itself."""
    if name != "requests":
        yield name
    if name == "audio_seconds" and "input_audio_hours" in priced:
        yield "input_audio_seconds"
    if name == "input_annotated_document_pages":
        yield "input_document_pages"


def test_every_model_costs_what_the_source_of_the_prices_says() -> None:
    """Exactly, but for rounding of amounts to 18 digits, and of prices with more than 12."""
    dice, card = Random(1), default_card()  # noqa: S311 - examples, no secrets
    compared = 0
    for provider, model, context, at in _calls(dice):
        prices = model.get_prices(at, dict(context))
        call = _call(provider, model, prices, TOOL.TIERS[context], at, dice)
        theirs = model.calc_price(
            Usage(**call.counted), provider, genai_request_timestamp=at, price_context=dict(context)
        ).total_price
        ratings = [rate(card, subject) for subject in call.subjects]
        unpriced = [each for each in ratings if not isinstance(each, Rating)]
        assert not unpriced, (provider.id, model.id, unpriced)
        ours = sum((each.cost for each in ratings if isinstance(each, Rating)), Decimal(0))
        error = abs(Fraction(ours) - Fraction(theirs))
        assert error <= _tolerance(prices, call), (provider.id, model.id, at, ours, theirs)
        compared += 1
    assert compared > len(providers) * 40


def _tolerance(prices: ModelPrice, call: Call) -> Fraction:
    """Nothing, unless an hour is divided, or a price has more digits than the standard has for one."""
    values = [value for value in vars(prices).values() if isinstance(value, Decimal)]
    is_longer = any(value != round(value, TOOL.PLACES) for value in values)
    by_the_hour = sum(subject.meter == "audio_seconds" for subject in call.subjects)
    tokens = sum((Fraction(subject.quantity) for subject in call.subjects), Fraction(0))
    of_digits = Fraction(1, 2 * 10**TOOL.PLACES) * tokens / 10**6 if is_longer else Fraction(0)
    return of_digits + Fraction(by_the_hour + is_longer, 10**18)


def test_the_card_conforms(tmp_path: Path) -> None:
    copy = tmp_path / "price.csv"
    copy.write_bytes(files("opentokenomics.pricing").joinpath("data", "list-prices.csv").read_bytes())
    report = validate(copy)
    assert report.conformant
    assert report.datasets[0].rows == len(default_card())


def test_every_price_says_where_it_is_from_and_when_it_was_checked() -> None:
    text = files("opentokenomics.pricing").joinpath("data", "list-prices.csv").read_text("utf-8")
    header, *rows = (line.split(",") for line in text.splitlines())
    places = [header.index(name) for name in ("source_url", "verified_at")]
    assert all(row[place] for row in rows for place in places)


def test_the_example_of_the_documentation_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (CHECKOUT / "docs" / "pricing.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(compile(code, "pricing.md", "exec"), {})  # noqa: S102 - the documentation's own code
    assert capsys.readouterr().out == "0.0012\n"
    assert f"{len(default_card()):,} list prices" in page


class TestNames:
    def test_of_a_snapshot_that_has_a_price_of_its_own_are_not_those_of_its_sibling(self) -> None:
        assert canonical_model("OpenAI", "gpt-4o-2024-05-13") == "openai/gpt-4o-2024-05-13"
        assert canonical_model("OpenAI", "GPT-4o") == "openai/gpt-4o"

    def test_with_a_date_count_where_the_source_says_so_of_every_date(self) -> None:
        assert canonical_model("Anthropic", "claude-haiku-4-5-20251001") == "anthropic/claude-haiku-4-5"
        assert canonical_model("OpenAI", "gpt-4o-2031-01-01") is None
        assert canonical_model("Anthropic", "claude-sonnet-4-20250514") == "anthropic/claude-sonnet-4-0"
        assert canonical_model("Anthropic", "claude-sonnet-4-20260514") is None

    @pytest.mark.parametrize("name", ["gpt-4o-mini-but-not-quite", "my-gpt-4o", "claude", ""])
    def test_that_are_only_alike_are_not_known(self, name: str) -> None:
        assert canonical_model("OpenAI", name) is None
        assert canonical_model("Anthropic", name) is None

    def test_of_a_batch_before_batch_prices_were_known_have_none(self) -> None:
        values = {
            "canonical_model_id": "anthropic/claude-haiku-4-5",
            "token_direction": "output",
            "processing_tier": "batch",
        }
        found = [
            rate(default_card(), Subject("Anthropic", "tokens", at, Decimal(1), values))
            for at in (datetime(2026, 1, 1, tzinfo=UTC), INSTANTS[0])
        ]
        assert [isinstance(each, Rating) for each in found] == [False, True]
