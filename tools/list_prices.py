"""Writes the default rate card and the names of its models from the data of the package genai-prices.

    python tools/list_prices.py [--verified-at TIME] [--check]

The data says what a model costs under conditions; the rate card says it as records of the dataset ``price``, one for
each combination of what the prices of a model tell apart. What the card does not say has no price: a batch before batch
prices are known, cached input of which nobody says that it was cached. The instants at which anything changes are found
in the data, and what holds between two of them is asked of the package itself.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from importlib.metadata import version
from itertools import pairwise, product
from pathlib import Path

from genai_prices.data import providers
from genai_prices.data_units import unit_data
from genai_prices.types import (
    ClauseEquals,
    ClauseOr,
    ClauseRegex,
    ClauseStartsWith,
    MatchLogic,
    ModelInfo,
    ModelPrice,
    Provider,
    StartDateConstraint,
    TieredPrices,
    TimeOfDateConstraint,
)

FOLDER = Path(__file__).parents[1] / "reference_impl/opentokenomics/pricing/data"
PRICES, MODELS = FOLDER / "list-prices.csv", FOLDER / "models.csv"
EARLIEST = date(2020, 6, 1)
"""Where the data does not say when a price began: before anybody sold tokens. It is no evidence of a price then."""

PLACES = 12
"""Digits of a unit price behind the point."""

SOURCE = "https://github.com/pydantic/genai-prices"
PROVIDERS = {"aws": "Amazon Web Services", "deepseek": "DeepSeek", "moonshotai": "Moonshot AI", "x-ai": "xAI"}
"""Providers under the names that usage records have for them, where the data has others."""

TIERS: Mapping[tuple[tuple[str, str], ...], str] = {
    (): "standard",
    (("processing", "batch"),): "batch",
    (("service_tier", "flex"),): "flex",
    (("service_tier", "priority"),): "priority",
    (("service_tier", "fast"),): "fast",
    (("speed", "fast"),): "fast",
}
"""The contexts of the data that are processing tiers. Others, such as the kind of a search, are left out."""

CACHE = {"cache_read": "read", "cache_write": "write"}
TTL = {"5m": "300", "1h": "3600"}
MODALITIES = ("text", "image", "audio", "video", "document")
ROLES = {"reasoning": "reasoning", "citation": "citation"}
OTHER_ROLES = ("answer", "rejected_prediction")
METERS = {
    "characters": ("characters", "characters"),
    "messages": ("messages", "messages"),
    "durations": ("audio_seconds", "seconds"),
    "document_pages": ("pages", "pages"),
    "rerank": ("searches", "searches"),
    "requests": ("requests", "requests"),
}
VARIANTS = {"storage_search": "file_search", "annotated": "annotated", "social_search": "social_search"}
UNTIERED = frozenset({"searches", "tool_calls"})
"""Meters that providers price alike in every tier, as their price lists say."""

COLUMNS = (
    *("price_id", "service_provider_name", "canonical_model_id", "meter", "meter_variant", "processing_tier"),
    *("token_direction", "token_cache_action", "token_cache_ttl_seconds", "token_modality", "token_role"),
    *("minimum_context_tokens", "maximum_context_tokens", "context_price_scope", "window_start_utc", "window_end_utc"),
    *("effective_from", "effective_to", "price_kind", "unit_price", "pricing_unit", "pricing_block_size"),
    *("pricing_currency", "minimum_billable_quantity", "source_url", "verified_at"),
)

DATED = re.compile(r"\^((?:[\w@/:-]|\\\.)+)-\\d\{8\}\$")
"""A pattern of names that end in a date."""

Row = dict[str, str]


@dataclass(frozen=True)
class Span:
    """A time in which nothing changes: from a day to another, and between two times of day where they matter."""

    first: date
    last: date | None
    start: time | None = None
    end: time | None = None

    @property
    def inside(self) -> datetime:
        """An instant within."""
        return datetime.combine(self.first, self.start or time(0), UTC)

    def row(self) -> Row:
        """The columns of time."""
        found = {"effective_from": f"{self.first}T00:00:00Z"}
        if self.last is not None:
            found["effective_to"] = f"{self.last}T00:00:00Z"
        if self.start is not None and self.end is not None:
            found |= {"window_start_utc": f"{self.start:%H:%M}", "window_end_utc": f"{self.end:%H:%M}"}
        return found


def spans(model: ModelInfo, launched: date) -> Iterator[Span]:
    """The times in which no price of a model changes."""
    conditions = [each.constraint for each in model.prices] if isinstance(model.prices, list) else []
    conditions += [each.constraint for each in model.price_variants or ()]
    days = {each.start_date for each in conditions if isinstance(each, StartDateConstraint)}
    times = {
        end.replace(tzinfo=None)
        for each in conditions
        if isinstance(each, TimeOfDateConstraint)
        for end in (each.start_time, each.end_time)
    }
    ordered = sorted({launched, *(day for day in days if day > launched)})
    for first, last in zip(ordered, [*ordered[1:], None], strict=True):
        if not times:
            yield Span(first, last)
            continue
        moments = sorted(times)
        for start, end in pairwise([*moments, moments[0]]):
            yield Span(first, last, start, end)


def launched(model: ModelInfo) -> date:
    """The day that a model's name states, before which there was none; else the earliest day."""
    found = re.search(r"(20\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])$", model.id)
    try:
        return date(*map(int, found.groups())) if found else EARLIEST
    except ValueError:
        return EARLIEST


def is_known(model: ModelInfo, context: tuple[tuple[str, str], ...], at: datetime) -> bool:
    """Whether the data has prices for a context at an instant, rather than falling back on others."""
    if not context:
        return True
    return any(
        each.when == dict(context)
        and any(value is not None for value in vars(each.prices).values())
        and (each.constraint is None or each.constraint.active(at))
        for each in model.price_variants or ()
    )


def rows_of(provider: Provider, model: ModelInfo) -> Iterator[Row]:
    """The prices of a model."""
    found: defaultdict[tuple[str, ...], list[tuple[Span, Row]]] = defaultdict(list)
    for span in spans(model, launched(model)):
        for context, tier in TIERS.items():
            if not is_known(model, context, span.inside):
                continue
            for row in priced(model.get_prices(span.inside, dict(context)), tier, provider, model):
                if context and row.get("processing_tier") is None:
                    continue
                key = tuple(row.get(name, "") for name in COLUMNS)
                found[key].append((span, row))
    for same in found.values():
        for span, row in joined(same):
            yield row | span.row()


def joined(same: list[tuple[Span, Row]]) -> Iterator[tuple[Span, Row]]:
    """Spans that follow each other with one price are one span."""
    windows: defaultdict[tuple[time | None, time | None], list[tuple[Span, Row]]] = defaultdict(list)
    for span, row in same:
        windows[span.start, span.end].append((span, row))
    for (start, end), members in windows.items():
        current, row = members[0]
        for span, _ in members[1:]:
            if current.last == span.first:
                current = Span(current.first, span.last, start, end)
            else:
                yield current, row
                current = span
        yield current, row


def priced(prices: ModelPrice, tier: str, provider: Provider, model: ModelInfo) -> Iterator[Row]:
    """The prices of a model at one time in one tier, without identifiers and time."""
    values = {key: value for key, value in vars(prices).items() if value is not None and not key.startswith("_")}
    units = {unit["price_key"]: unit for unit in unit_data.values()}
    base = {
        "service_provider_name": PROVIDERS.get(provider.id, provider.name),
        "canonical_model_id": f"{provider.id}/{model.id}",
        "price_kind": "list",
        "pricing_currency": "USD",
        "source_url": (provider.pricing_urls or [SOURCE])[0],
    }
    tokens = {key: units[key] for key in values if units[key]["dimensions"]["family"] == "tokens"}
    for direction in ("input", "output"):
        own = {key: unit for key, unit in tokens.items() if unit["dimensions"]["direction"] == direction}
        for cell in cells(direction, list(own.values())):
            key = chosen(own, cell)
            if key is not None:
                columns = {**base, "meter": "tokens", "token_direction": direction, "processing_tier": tier}
                columns |= {name: value for name, value in cell.items() if value}
                yield from banded(values[key], columns, "tokens", 1_000_000)
    others = [key for key in values if key not in tokens]
    # Audio is priced by the hour as a whole and as input; that is one price where the amounts are the same.
    twice = {"audio_hours", "input_audio_hours"} <= set(others) and values["audio_hours"] == values["input_audio_hours"]
    for key in others:
        if twice and key == "input_audio_hours":
            continue
        dimensions = units[key]["dimensions"]
        meter, unit = METERS.get(dimensions["family"], ("searches", "searches"))
        columns = {**base, "meter": meter}
        if meter not in UNTIERED:
            columns["processing_tier"] = tier
        variant = VARIANTS.get(dimensions.get("tool_type", dimensions.get("page_type", "")))
        if variant is not None:
            columns["meter_variant"] = variant
        if provider.id == "groq" and meter == "audio_seconds":
            columns["minimum_billable_quantity"] = "10"
        yield from banded(values[key], columns, unit, units[key]["per"])


def cells(direction: str, units: Sequence[Mapping[str, object]]) -> Iterator[Row]:
    """What token records can be, as far as the prices of a model tell it apart."""
    dimensions = [dict(unit["dimensions"]) for unit in units]  # type: ignore[call-overload]
    modalities = MODALITIES if any("modality" in each for each in dimensions) else ("",)
    types = {each.get("token_type") for each in dimensions} - {None}
    if direction == "output":
        roles = (*ROLES, *OTHER_ROLES) if types else ("",)
        for modality, role in product(modalities, roles):
            yield {"token_modality": modality, "token_role": role}
        return
    lives = ("300", "3600") if any("cache_ttl" in each for each in dimensions) else ("",)
    actions = [("uncached", ""), ("read", ""), *(("write", life) for life in lives)] if types else [("", "")]
    for modality, (action, life) in product(modalities, actions):
        yield {"token_modality": modality, "token_cache_action": action, "token_cache_ttl_seconds": life}


def chosen(units: Mapping[str, Mapping[str, object]], cell: Row) -> str | None:
    """The price key of the most specific unit that a cell is a part of."""
    own = {
        "modality": cell.get("token_modality"),
        "token_type": next(
            (name for name, action in CACHE.items() if action == cell.get("token_cache_action")),
            cell.get("token_role") or None,
        ),
        "cache_ttl": next((name for name, life in TTL.items() if life == cell.get("token_cache_ttl_seconds")), None),
    }
    fitting = {
        key: len(dict(unit["dimensions"]))  # type: ignore[call-overload]
        for key, unit in units.items()
        if all(own.get(name) == value for name, value in own_dimensions(unit).items())
    }
    best = [key for key, size in fitting.items() if size == max(fitting.values())]
    return best[0] if len(best) == 1 else None


def own_dimensions(unit: Mapping[str, object]) -> Mapping[str, str]:
    """What a unit says of tokens beyond that they are tokens of a direction."""
    return {name: value for name, value in dict(unit["dimensions"]).items() if name not in {"family", "direction"}}  # type: ignore[call-overload]


def banded(value: Decimal | TieredPrices, columns: Row, unit: str, block: int) -> Iterator[Row]:
    """The rows of a price: one, or one for each band of context."""
    priced_as = {"pricing_unit": f"{block} {unit}" if block > 1 else unit, "pricing_block_size": str(block)}
    if not isinstance(value, TieredPrices):
        yield {**columns, **priced_as, "unit_price": plain(value)}
        return
    starts = [0, *(tier.start + 1 for tier in value.tiers)]
    amounts = [value.base, *(tier.price for tier in value.tiers)]
    for amount, low, high in zip(amounts, starts, [*starts[1:], None], strict=True):
        row = {**columns, **priced_as, "unit_price": plain(amount), "context_price_scope": "whole_request"}
        row |= {"minimum_context_tokens": str(low)} if low else {}
        row |= {"maximum_context_tokens": str(high)} if high is not None else {}
        yield row


def plain(value: Decimal) -> str:
    """A decimal as the standard writes it; what binary floats left in the data is beyond its digits."""
    text = f"{round(value, PLACES):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def named(provider: Provider) -> Iterator[Row]:
    """Names of models that mean one model beyond doubt, and whether they do with any date behind them."""
    claimed: defaultdict[str, set[str]] = defaultdict(set)
    dated: dict[str, str] = {}
    for model in provider.models:
        claimed[model.id.lower()].add(model.id)
        for text, dates in exact(model.match):
            claimed[text.lower()].add(model.id)
            dated |= {text.lower(): dates} if dates else {}
    own = {model.id.lower(): model.id for model in provider.models}
    for name, models in sorted(claimed.items()):
        if name in own or len(models) == 1:
            model_id = own.get(name) or next(iter(models))
            yield {
                "service_provider_name": PROVIDERS.get(provider.id, provider.name),
                "model_id": name,
                "canonical_model_id": f"{provider.id}/{model_id}",
                "dates": dated.get(name, "") if len(models) == 1 else "",
            }


def exact(clause: MatchLogic) -> Iterator[tuple[str, str]]:
    """The whole names that a clause takes, and which dates may follow; what guesses by a part is left out."""
    if isinstance(clause, ClauseEquals):
        yield clause.equals, ""
    elif isinstance(clause, ClauseStartsWith):
        yield clause.starts_with, "any"
        if found := re.fullmatch(r"(.+)-(20\d\d)", clause.starts_with):
            yield found[1], found[2]
    elif isinstance(clause, ClauseRegex) and (found := DATED.fullmatch(clause.regex)):
        yield found[1].replace("\\.", "."), "any"
    elif isinstance(clause, ClauseOr):
        for each in clause.or_:
            yield from exact(each)


def identified(rows: list[Row]) -> list[Row]:
    """The rows with identifiers that say what they are."""
    seen: set[str] = set()
    for row in rows:
        parts = [row["canonical_model_id"], *(row.get(name, "") for name in COLUMNS[3:11])]
        parts += [f"from-{low}" if (low := row.get("minimum_context_tokens")) else "", row["effective_from"][:10]]
        parts.append(row.get("window_start_utc", "").replace(":", ""))
        row["price_id"] = ":".join(part.replace(":", "_") for part in parts if part)
        if row["price_id"] in seen:
            message = f"two prices are called {row['price_id']}"
            raise SystemExit(message)
        seen.add(row["price_id"])
    return rows


def table(header: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    """Rows as CSV."""
    sink = io.StringIO()
    writer = csv.DictWriter(sink, header, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return sink.getvalue()


def verified() -> str:
    """When the data was last compared with its sources, as the card says that is already there."""
    with PRICES.open(encoding="utf-8") as opened:
        return next(csv.DictReader(opened))["verified_at"]


def main() -> None:
    """Writes the files, or says that they are not what the data makes of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--verified-at", metavar="TIME", help="when the release of the data was made (RFC 3339, UTC)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything would change")
    arguments = parser.parse_args()
    when = arguments.verified_at or verified()
    made = [row for provider in providers for model in provider.models for row in rows_of(provider, model)]
    rows = identified([{**row, "verified_at": when} for row in made])
    names = [row for provider in providers for row in named(provider)]
    texts = {PRICES: table(COLUMNS, rows), MODELS: table(tuple(names[0]), names)}
    stale = [path for path, text in texts.items() if not path.exists() or path.read_text("utf-8") != text]
    if arguments.check and stale:
        message = f"{', '.join(path.name for path in stale)}: run tools/list_prices.py"
        raise SystemExit(message)
    for path in stale:
        path.write_text(texts[path], "utf-8")
    print(f"{len(rows):,} prices and {len(names):,} names of models, from genai-prices {version('genai-prices')}")


if __name__ == "__main__":
    main()
