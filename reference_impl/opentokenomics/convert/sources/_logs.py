"""What the logs of agents, gateways and traces share: times, tags, names of providers, and JSON inside of text."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._fields import survey
from opentokenomics.convert._json import strict_value
from opentokenomics.convert._numbers import describe, is_number, verbatim
from opentokenomics.convert._time import from_unix, is_time, one_second_from, read_instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentokenomics.convert._context import Context
    from opentokenomics.convert._fields import Fields

PROVIDERS = {
    "openai": "OpenAI",
    "text-completion-openai": "OpenAI",
    "anthropic": "Anthropic",
    "azure": "Microsoft",
    "azure_ai": "Microsoft",
    "azure.ai.openai": "Microsoft",
    "azure.ai.inference": "Microsoft",
    "az.ai.openai": "Microsoft",
    "bedrock": "Amazon Web Services",
    "aws.bedrock": "Amazon Web Services",
    "aws_bedrock": "Amazon Web Services",
    "sagemaker": "Amazon Web Services",
    "gemini": "Google",
    "google": "Google",
    "vertex_ai": "Google",
    "gcp.gemini": "Google",
    "gcp.vertex_ai": "Google",
    "gcp.gen_ai": "Google",
    "mistral": "Mistral AI",
    "mistral_ai": "Mistral AI",
    "cohere": "Cohere",
    "groq": "Groq",
    "xai": "xAI",
    "x_ai": "xAI",
    "deepseek": "DeepSeek",
    "openrouter": "OpenRouter",
    "perplexity": "Perplexity",
    "together_ai": "Together AI",
    "fireworks_ai": "Fireworks AI",
}
_MOST_TAGS = 64
_LONGEST_NAME = 200


def provider_named(name: str | None) -> str | None:
    """The provider's name as rows have it; one that is not known stays as it is."""
    return None if name is None else PROVIDERS.get(name.lower(), name)


def moment(fields: Fields, *names: str) -> tuple[str, str]:
    """The period of the first of these times that is stated; a time without offset is UTC.

    Raises:
        Refused: None is stated, or it is no time.
    """
    for name in names:
        value = fields.values.get(name)
        if value is None or not is_time(value):
            continue
        if isinstance(value, str):
            return one_second_from(read_instant(value.strip(), naive_is_utc=True))
        if is_number(value):
            return one_second_from(from_unix(value if isinstance(value, int) else Decimal(value), fields.named(name)))
        raise Refused(f"{fields.named(name)} is {describe(value)}, where a time belongs")
    raise Refused(f"the record states no {' and no '.join(names)}")


def inner(value: object, name: str) -> dict[str, Any]:
    """An object, or the text of one, or nothing; raises Refused for anything else."""
    if isinstance(value, str) and value.strip():
        try:
            value = strict_value(value)
        except Refused as reason:
            raise Refused(f"{name}: {reason}") from None
    if value is None or value == "":
        return {}
    if not isinstance(value, dict):
        raise Refused(f"{name} is {describe(value)}, where an object belongs")
    return value


def tags(values: Mapping[str, object], context: Context) -> dict[str, str] | None:
    """The texts, numbers and truth values of a map as tags; addresses in them are treated like those in identifiers."""
    found: dict[str, str] = {}
    for name, value in values.items():
        if value is None or isinstance(value, dict | list) or not name or len(found) >= _MOST_TAGS:
            continue
        text = str(value).lower() if isinstance(value, bool) else str(value)
        clean_name = context.identifier(name[:_LONGEST_NAME], "the name of a tag")
        clean = context.identifier(text[:4096] or None, "the value of a tag")
        if clean_name is not None and clean is not None:
            found[clean_name] = clean
    return found or None


def report_fields(values: Mapping[str, Any], known: frozenset[str], context: Context) -> None:
    """Counts the members of a record that its source does not know."""
    for name in sorted(values.keys() - known):
        if values[name] is not None:
            context.unknown("field", name)


def figures_of(values: Mapping[str, Any]) -> dict[str, str]:
    """The numbers and texts of a flat object, verbatim; what is nested or a truth value is no figure."""
    return {
        name[:200]: verbatim(value) if is_number(value) else value[:200]
        for name, value in values.items()
        if value != "" and (is_number(value) or isinstance(value, str))
    }


def counters_of(values: Mapping[str, Any], known: frozenset[str], context: Context) -> dict[str, str]:
    """The numbers of an object, verbatim; fields that are not known are counted."""
    found = survey(values, known)
    for field in found.unknown:
        context.unknown("field", field)
    return found.counters
