"""Responses of OpenAI's interfaces and of the many that copy them."""

from __future__ import annotations

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._model import NoticeKind
from opentokenomics.convert._numbers import fitted
from opentokenomics.convert._rows import Group, Reading
from opentokenomics.convert._source import Evidence, Source
from opentokenomics.convert.sources._inclusive import (
    BARE,
    DETAILS,
    KNOWN,
    OUTPUT_DETAILS,
    inclusive_tokens,
    refuse_disjoint,
)
from opentokenomics.convert.sources._response import Call, Family, tier_of

_TIERS = {
    "default": "standard",
    "standard": "standard",
    "on_demand": "standard",
    "auto": None,
    "flex": "flex",
    "priority": "priority",
    "fast": "fast",
    "batch": "batch",
    "scale": "provisioned",
}


def _measure(call: Call) -> list[Group]:
    if call.envelope.values.get("object") == "batch":
        raise Refused("the record is a batch, and no call; convert the lines of its output with --from openai-batch")
    tier = call.envelope.text("service_tier")
    columns = {
        "processing_tier": tier_of(tier, _TIERS, call.context.warn),
        "processing_tier_reported": call.context.text(tier, "the tier"),
    }
    if call.usage.text("type") == "duration":
        return [Group("speech_to_text", None, (_audio(call),), columns=columns)]
    service = _service(call)
    refuse_disjoint(call.usage)
    tokens = inclusive_tokens(call.usage, call.context.warn, only_input=service == "embedding")
    return [Group(service, tokens, columns=columns)]


def _audio(call: Call) -> Reading:
    seconds = call.usage.number("seconds")
    if seconds is None or seconds < 0:
        raise Refused("usage is of type duration and states no seconds that are at least 0")
    quantity, rounded = fitted(seconds, 17, 6, "usage.seconds")
    if rounded:
        call.context.warn(NoticeKind.ROUNDED, "seconds were rounded to 6 decimals", str(seconds))
    return Reading("audio_seconds", quantity, "speech_to_text")


def _service(call: Call) -> str:
    """The service, as far as the shape of a response tells it; a model's name is never interpreted."""
    usage, envelope = call.usage, call.envelope
    data = envelope.values.get("data")
    first = data[0] if isinstance(data, list) and data and isinstance(data[0], dict) else {}
    details = usage.child(*DETAILS)
    if usage.text("type") == "tokens":
        return "speech_to_text"
    if envelope.values.get("type") == "speech.audio.done":
        return "text_to_speech"
    if first.get("object") == "embedding" or "embedding" in first:
        return "embedding"
    if "b64_json" in first or (
        "image_tokens" in details and "cached_tokens" not in details and "input_tokens" in usage
    ):
        return "image_generation"
    only_input = "prompt_tokens" in usage and not details.values and not usage.child(*OUTPUT_DETAILS).values
    if (
        only_input
        and "choices" not in envelope
        and "completion_tokens" not in usage.values  # null is a generation's count that is not known
        and usage.whole("total_tokens") in {None, usage.whole("prompt_tokens")}
    ):
        return "embedding"
    return "inference"


FAMILY = Family(bare=BARE, known=KNOWN, measure=_measure)

SOURCE = Source(
    name="openai-response",
    title="Responses of OpenAI's interfaces and compatible ones (chat, responses, embeddings, audio, images)",
    provider="OpenAI",
    profile="metering",
    formats=("jsonl", "json", "csv"),
    evidence=(Evidence.REAL, Evidence.OFFICIAL),
    distinguishes=(
        "input tokens by cache action: read, write, uncached",
        "output tokens by role: answer, reasoning, rejected prediction",
        "modality, where one breakdown of the direction has a single value or the combination is stated",
        "seconds of transcribed audio",
    ),
    limits=(
        "A response does not say where its cost is: the cost carrier is unknown.",
        "A response of a batch does not say so; its tier is what the response states.",
        "Responses of compatible interfaces are OpenAI's unless --provider names the provider.",
        "Tokens of cached input and of a modality are combined only where the figures leave one solution.",
    ),
    open=FAMILY.open,
)
