"""Attributes of OpenTelemetry: their values, and the names under which usage has been recorded over time.

Facts: the conventions for generative AI (current, renamed and legacy names), OpenInference, OpenLLMetry, and the
telemetry of Claude Code. Counters by modality are parts of those of input, of cached input and of output. 64-bit
integers are texts in OTLP/JSON, and some exporters write every value as text.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._fields import Fields
from opentokenomics.convert._model import NoticeKind, shown
from opentokenomics.convert._numbers import decimal, decimal_from_text, is_number, shifted, whole_number
from opentokenomics.convert._split import Part, Parts, Tokens, Warn, add
from opentokenomics.convert._time import from_unix
from opentokenomics.convert.sources._inclusive import inclusive_tokens
from opentokenomics.convert.sources._logs import provider_named

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opentokenomics.convert._context import Context
    from opentokenomics.convert._model import Row

Attributes = dict[str, Any]

SERVICES = {"embeddings": "embedding", "embedding": "embedding", "rerank": "reranking", "reranker": "reranking"}
"""The services of operations; of all others, inference."""

_USAGE = "gen_ai.usage."
_INPUT = (
    *(f"{_USAGE}input_tokens", f"{_USAGE}prompt_tokens", "llm.usage.prompt_tokens"),
    *("llm.token_count.prompt",),
)
_OUTPUT = (
    *(f"{_USAGE}output_tokens", f"{_USAGE}completion_tokens", "llm.usage.completion_tokens"),
    *("llm.token_count.completion",),
)
_TOTAL = (f"{_USAGE}total_tokens", "llm.usage.total_tokens", "llm.token_count.total")
_READ = (
    *(f"{_USAGE}cache_read.input_tokens", f"{_USAGE}cache_read_input_tokens"),
    *("llm.token_count.prompt_details.cache_read",),
)
_WRITE = (
    *(f"{_USAGE}cache_write.input_tokens", f"{_USAGE}cache_creation.input_tokens"),
    *(f"{_USAGE}cache_creation_input_tokens", "llm.token_count.prompt_details.cache_write"),
)
_REASONING = (
    *(f"{_USAGE}reasoning.output_tokens", f"{_USAGE}reasoning_tokens"),
    *("llm.token_count.completion_details.reasoning",),
)
_MODALITIES = ("text", "audio", "image", "video")
_BY_MODALITY = {
    f"{modality} {kind}": (f"{_USAGE}{modality}.{kind}_tokens", *others)
    for modality in _MODALITIES
    for kind, others in (
        ("input", (f"llm.token_count.prompt_details.{modality}",)),
        ("cache_read.input", ()),
        ("output", (f"llm.token_count.completion_details.{modality}",)),
    )
}
_NAMES = (_INPUT, _OUTPUT, _TOTAL, _READ, _WRITE, _REASONING, *_BY_MODALITY.values())
_KNOWN = frozenset(name for names in _NAMES for name in names)
_COUNTER_NAMES = frozenset({"input_tokens", "output_tokens", "prompt_tokens", "completion_tokens", "total_tokens"})
_COUNTER_PREFIXES = (_USAGE, "llm.usage.", "llm.token_count.")
_CLAUDE = {
    "input_tokens": Part(cache_action="uncached"),
    "cache_read_tokens": Part(cache_action="read"),
    "cache_creation_tokens": Part(cache_action="write"),
}


def read_attributes(holder: Mapping[str, Any]) -> Attributes:
    """The attributes of a span, log record, data point or resource; raises Refused where they are none."""
    listed = holder.get("attributes")
    if listed is None:
        return {}
    if isinstance(listed, dict):  # what some collectors flatten them to
        return dict(listed)
    if not isinstance(listed, list):
        raise Refused("attributes are neither an array nor an object")
    found: Attributes = {}
    for each in listed:
        if not isinstance(each, dict) or not isinstance(each.get("key"), str):
            raise Refused("an attribute has no key")
        value = each.get("value")
        found[each["key"]] = _plain(value) if isinstance(value, dict) else value
    return found


def _plain(value: Mapping[str, Any]) -> object:
    for name in ("stringValue", "intValue", "doubleValue", "boolValue"):
        if name in value:
            return value[name]
    return None


def first_text(attributes: Attributes, *names: str) -> str | None:
    """The first of these attributes that is a text which is not empty."""
    return next((value for name in names if isinstance(value := attributes.get(name), str) and value), None)


def number(value: object, name: str) -> Decimal | None:
    """A number, or the text of one, or None."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return decimal_from_text(value, name)
    if not is_number(value) or not isinstance(value, int | Decimal):
        raise Refused(f"{name} is no number")
    return decimal(value, name)


def _count(attributes: Attributes, names: tuple[str, ...], warn: Warn) -> int | None:
    """A count under the first of its names; others are the same count again."""
    found = {
        name: whole_number(value, name) for name in names if (value := number(attributes.get(name), name)) is not None
    }
    if len(set(found.values())) > 1:
        warn(NoticeKind.CONTRADICTION, f"{' and '.join(found)} differ", " <> ".join(map(str, found.values())))
    return next(iter(found.values()), None)


def states_usage(attributes: Attributes) -> bool:
    """Whether there is a count of tokens among them."""
    return any(attributes.get(name) is not None for name in (*_INPUT, *_OUTPUT, *_TOTAL))


def states_claude_usage(attributes: Attributes) -> bool:
    """Whether there is a count of tokens among them, as Claude Code names it."""
    return any(attributes.get(name) is not None for name in (*_CLAUDE, "output_tokens"))


def report_unread(attributes: Attributes, context: Context) -> None:
    """Counts the tokens of what states usage under none of the names of input, of output or of a total."""
    for name, value in attributes.items():
        if value in (None, "", 0, "0"):
            continue
        if (name.startswith(_COUNTER_PREFIXES) and "token" in name) or name.endswith("_token_count"):
            context.warn(
                NoticeKind.NOT_CONVERTED,
                f"the attribute {shown(name, 120)!r} stands without input, output or all tokens",
            )
        elif name.rpartition(".")[2] in _COUNTER_NAMES:
            context.warn(
                NoticeKind.NOT_CONVERTED,
                f"the attribute {shown(name, 120)!r} is of no convention, and may count tokens",
            )


def usage_counters(attributes: Attributes, context: Context) -> dict[str, str]:
    """The counters of tokens, verbatim; those with unknown names are counted."""
    found: dict[str, str] = {}
    for name, value in attributes.items():
        if name.startswith(_COUNTER_PREFIXES) and value not in (None, "") and not isinstance(value, dict | list):
            found[name[:200]] = str(value)[:200]
            if name not in _KNOWN:
                context.warn(
                    NoticeKind.UNKNOWN_FIELD,
                    f"the attribute {shown(name, 120)!r} is not known to {context.source_name}",
                )
        elif name.startswith("llm.cost."):
            context.warn(NoticeKind.NOT_CONVERTED, "a cost that an instrumentation reckoned is left out")
    return found


def usage_tokens(attributes: Attributes, warn: Warn, *, only_input: bool) -> Tokens:
    """The leaves of a call: input includes cached and written tokens, unless they prove to stand beside it."""
    entering, leaving = _count(attributes, _INPUT, warn), _count(attributes, _OUTPUT, warn)
    read, written = _count(attributes, _READ, warn), _count(attributes, _WRITE, warn)
    cached = (read or 0) + (written or 0)
    if entering is not None and cached > entering:
        warn(
            NoticeKind.INTERPRETED,
            "cached and written tokens are more than the input, so that they stand beside it",
            f"{cached} > {entering}",
        )
        entering += cached
    usage = {
        "input_tokens": entering,
        "output_tokens": leaving,
        "total_tokens": _count(attributes, _TOTAL, warn),
        "input_tokens_details": {
            "cached_tokens": read,
            "cache_write_tokens": written,
            "cached_tokens_details": _by_modality(attributes, "cache_read.input", warn),
            **_by_modality(attributes, "input", warn),
        },
        "output_tokens_details": {
            "reasoning_tokens": _count(attributes, _REASONING, warn),
            **_by_modality(attributes, "output", warn),
        },
    }
    return inclusive_tokens(Fields(usage, "gen_ai.usage"), warn, only_input=only_input)


def _by_modality(attributes: Attributes, kind: str, warn: Warn) -> dict[str, int | None]:
    """The counters of a kind of tokens by modality, each of which is part of the counter of all of that kind."""
    return {
        f"{modality}_tokens": _count(attributes, _BY_MODALITY[f"{modality} {kind}"], warn) for modality in _MODALITIES
    }


def claude_tokens(attributes: Attributes, warn: Warn) -> Tokens | None:
    """The leaves of an event of Claude Code, whose counters are disjoint; None where it states none."""
    counts = {name: _count(attributes, (name,), warn) for name in (*_CLAUDE, "output_tokens")}
    if all(count is None for count in counts.values()):
        return None
    parts: Parts = {}
    for name, part in _CLAUDE.items():
        add(parts, part, counts[name] or 0)
    leaving = counts["output_tokens"]
    return Tokens(parts, {Part(): leaving} if leaving else {})


def instant(value: object, name: str) -> datetime | None:
    """Nanoseconds since 1970, as a number or the text of one; 0 is no time."""
    nanoseconds = number(value, name)
    return from_unix(shifted(nanoseconds, -9), name) if nanoseconds else None


def shared_columns(attributes: Attributes, resource: Attributes, context: Context) -> Row:
    """Provider, model, and who it was for."""
    everything = {**resource, **attributes}
    provider = first_text(everything, "gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system")
    model = first_text(everything, "gen_ai.response.model", "gen_ai.request.model", "llm.model_name", "model")
    model = model or context.options.model
    if model is None:
        context.warn(NoticeKind.MODEL_MISSING, "no model is named; give it with --model")
    user = first_text(everything, "user.id", "enduser.id", "user.account_uuid")
    principal = context.identifier(user, "user.id")
    if "user.email" in everything:
        named = context.person(first_text(everything, "user.email"), "user.email")
        principal = principal or named
    session = first_text(everything, "gen_ai.conversation.id", "session.id")
    account = first_text(everything, "organization.id")
    application = first_text(everything, "service.name")
    environment = first_text(everything, "deployment.environment.name", "deployment.environment")
    return {
        "service_provider_name": context.options.provider
        or context.text(provider_named(provider), "the provider")
        or context.provider,
        "billing_account_id": context.options.account or context.identifier(account, "organization.id"),
        "model_id": context.text(model, "the model"),
        "principal_id": principal,
        "run_id": context.identifier(session, "session.id"),
        "application": context.identifier(application, "service.name"),
        "environment": context.identifier(environment, "deployment.environment.name"),
        "workflow": context.identifier(first_text(everything, "gen_ai.workflow.name"), "gen_ai.workflow.name"),
    }
