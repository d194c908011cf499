"""What is sold by other meters than tokens, one record at a time."""

from __future__ import annotations

from dataclasses import dataclass, field

from opentokenomics.generate import _market as market
from opentokenomics.generate._offer import MILLION, THOUSAND, Billing, Seller, applied
from opentokenomics.generate._row import Row, slug
from opentokenomics.generate._tariff import Tariff

_GIGABYTE = 10**9


@dataclass(frozen=True)
class Product:
    """Something counted by one meter.

    A quantity is ``step`` times a draw from 1 to ``most``, in units of 10^-``scale``; it costs ``price`` a ``block``.
    """

    seller: Seller
    service: str
    ai_service: str
    meter: str
    price: str
    most: int
    block: int = 1
    unit: str = ""
    variant: str | None = None
    step: int = 1
    scale: int = 0
    billing: Billing = Billing.INVOICED
    columns: Row = field(default_factory=dict)
    cost_columns: Row = field(default_factory=dict)

    def row(self, *, cost: bool) -> Row:
        """The columns that never change."""
        row = {
            **self.seller.row(cost=cost),
            "ai_service": self.ai_service,
            "service_name": self.service,
            **self.columns,
            "meter": self.meter,
        }
        if self.variant:
            row["meter_variant"] = self.variant
        row["consumed_quantity"] = None
        row["consumed_unit"] = self.unit or self.meter
        if cost:
            row |= self.billing.columns | self.cost_columns
            tariff = self.tariff()
            row |= tariff.columns(self.seller.currency, self.price_name) if tariff else {}
        return row

    @property
    def price_name(self) -> str:
        """The name of the published price."""
        return f"{slug(self.seller.provider)}:{slug(self.service)}"

    def tariff(self) -> Tariff | None:
        """The price, where there is one."""
        if not self.billing.priced:
            return None
        unit = f"{self.block} {self.unit or self.meter}" if self.block > 1 else self.unit or self.meter
        return applied(Tariff.of(unit, self.block, self.price, discount=self.seller.discount), self.billing)


def _model(model_id: str, developer: str, family: str) -> Row:
    return {"model_id": model_id, "model_developer": developer, "model_family": family}


_IMAGES = _model("gpt-image-1", "OpenAI", "gpt-image")
_WHISPER = _model("whisper-1", "OpenAI", "whisper")

PRODUCTS = (
    Product(
        market.OPENAI, "Images API", "image_generation", "images", "0.17", 4, variant="1024x1024 high", columns=_IMAGES
    ),
    Product(market.ANTHROPIC, "Web search", "tool", "searches", "10", 6, block=THOUSAND),
    Product(
        market.OPENAI,
        "Audio API",
        "speech_to_text",
        "audio_seconds",
        "0.0001",
        3_600,
        unit="seconds",
        columns=_WHISPER,
    ),
    Product(market.ASSISTANT, "Agent requests", "inference", "credits", "0.04", 900, unit="x_ai_credit", scale=2),
    Product(
        market.COHERE,
        "Rerank",
        "reranking",
        "searches",
        "2",
        20,
        block=THOUSAND,
        columns=_model("rerank-v3.5", "Cohere", "rerank"),
    ),
    Product(market.SPEECH, "Text to speech", "text_to_speech", "characters", "50", 5_000, block=MILLION),
    Product(
        market.ASSISTANT,
        "Editor",
        "inference",
        "messages",
        "0",
        40,
        billing=Billing.PLAN,
        cost_columns={"plan_id": "assistant-business-2026"},
    ),
    Product(
        market.MISTRAL,
        "Document AI",
        "document_processing",
        "pages",
        "1",
        60,
        block=THOUSAND,
        columns=_model("mistral-ocr-2505", "Mistral AI", "mistral-ocr"),
    ),
    Product(
        market.GOOGLE,
        "Video generation",
        "video_generation",
        "video_seconds",
        "0.4",
        8,
        unit="seconds",
        columns=_model("veo-3.0-generate", "Google", "veo-3"),
    ),
    Product(market.OPENAI, "File search", "tool", "tool_calls", "2.5", 9, block=THOUSAND, variant="file_search"),
    Product(market.OPENAI, "Code interpreter", "tool", "sessions", "0.03", 2, variant="1 GB"),
    Product(market.HELP_DESK, "Resolutions", "inference", "outcomes", "0.99", 1),
    Product(
        market.CLOUD_GPU,
        "Predictions",
        "inference",
        "compute_seconds",
        "0.0014",
        900,
        unit="seconds",
        scale=1,
        variant="gpu-a100",
    ),
    Product(market.OPENAI, "Vector stores", "storage", "byte_hours", "0.0042", 40_000, block=_GIGABYTE, step=MILLION),
    Product(
        market.GOOGLE,
        "Context caching",
        "storage",
        "token_hours",
        "4.5",
        400_000,
        block=MILLION,
        columns={"model_id": "gemini-2.5-pro"},
    ),
    Product(
        market.CLOUD_GPU,
        "Image generation",
        "image_generation",
        "pixels",
        "0.025",
        4,
        block=MILLION,
        step=1_048_576,
        columns=_model("flux-1.1-pro", "Black Forest Labs", "flux"),
    ),
    Product(market.AGENT_STUDIO, "Agent messages", "inference", "messages", "0.01", 25, variant="generative answer"),
    Product(market.PERPLEXITY, "Sonar API", "tool", "requests", "5", 1, block=THOUSAND, variant="low context"),
    Product(
        market.AGENT_STUDIO,
        "Agent flow actions",
        "tool",
        "other",
        "0.13",
        300,
        block=100,
        unit="flow_actions",
        variant="flow actions",
    ),
)
"""The meters that every export should show come first."""
