"""Buckets of Anthropic's administration interfaces: their period and the dimensions that they may be grouped by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._model import NoticeKind, shown
from opentokenomics.convert._time import instant_text, read_instant
from opentokenomics.convert.sources._response import tier_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentokenomics.convert._context import Context
    from opentokenomics.convert._fields import Fields
    from opentokenomics.convert._model import Row

TIERS = {
    "standard": "standard",
    "batch": "batch",
    "priority": "priority",
    "priority_on_demand": "priority",
    "flex": "flex",
    "flex_discount": "flex",
    "fast": "fast",
}
_SPEEDS = {"fast": "fast"}
_TAGS = {
    "slack_channel_id": "slack_channel",
    "claude_tag_category": "claude_tag_category",
    "agent_id": "agent",
    "actor_type": "actor_type",
}
PRINCIPALS = {"claude_tag_user_id": "human", "account_id": "human", "service_account_id": "service_account"}
"""The dimensions that say who caused something, and what that is."""

ANALYTICS = ("product", "rbac_group_id", *_TAGS, "claude_tag_user_id")
"""What the reports of analytics are grouped by beside the dimensions of the others."""

PERSONAL = ("actor.email_address", "actor.name")
"""What the rows of analytics say of a user beside the identifier."""

# The vendor's limit belongs to the lower band: the higher one begins with the first token beyond it.
_CONTEXTS = {
    "0-200k": (0, 200_001),
    "200k-1M": (200_001, 1_000_001),
    "<= 200k": (0, 200_001),
    "\u2264 200k": (0, 200_001),
    "> 200k": (200_001, None),
}


def period(bucket: Fields) -> tuple[str, str]:
    """Start and end of a bucket; raises Refused where they are absent or inverted."""
    start, end = bucket.text("starting_at"), bucket.text("ending_at")
    if start is None or end is None:
        raise Refused("the bucket lacks starting_at or ending_at")
    begun, ended = read_instant(start), read_instant(end)
    if begun >= ended:
        raise Refused(f"the bucket's starting_at {start} is not before its ending_at {end}")
    return instant_text(begun), instant_text(ended)


def tier_columns(tier: str | None, speed: str | None, context: Context, tiers: Mapping[str, str | None] = TIERS) -> Row:
    """The tier, which a speed other than the standard one takes part in."""
    reported, named = tier, tier_of(tier, tiers, context.warn)
    if speed not in {None, "standard"}:
        reported = f"{tier}/{speed}" if tier else speed
        named = tier_of(speed, _SPEEDS, context.warn)
    return {"processing_tier": named, "processing_tier_reported": context.text(reported, "the tier")}


def analytics_columns(result: Fields, context: Context) -> Row:
    """What analytics are grouped by beside the dimensions of the other reports; names of people are left out."""
    for name in PERSONAL:
        if name in result:
            context.warn(NoticeKind.PERSONAL_DATA, f"{name} is left out")
    tags = {tag: context.text(result.text(name), name) for name, tag in _TAGS.items()}
    return {
        "team": context.identifier(result.text("rbac_group_id"), "rbac_group_id"),
        "application": context.text(result.text("product"), "product"),
        "tags": {tag: value for tag, value in tags.items() if value is not None} or None,
    }


def principal_columns(result: Fields, context: Context) -> Row:
    """Who caused it: the last of these that is stated."""
    found: Row = {}
    for name, kind in PRINCIPALS.items():
        principal = context.identifier(result.text(name), name)
        if principal is not None:
            found = {"principal_id": principal, "principal_type": kind}
    return found


def region_columns(geography: str | None, context: Context) -> Row:
    """The geography of inference; none where the vendor says that it is not available."""
    if geography is None or geography == "not_available":
        return {}
    return {
        "region_id": context.text(geography, "inference_geo"),
        "region_scope": "global" if geography == "global" else "geography",
    }


def context_columns(window: str | None, context: Context) -> Row:
    """The band of context that a result is of."""
    if window is None:
        return {}
    if window not in _CONTEXTS:
        context.warn(NoticeKind.UNKNOWN_FIELD, "a context window is unknown and left out", repr(shown(window)))
        return {}
    lower, upper = _CONTEXTS[window]
    return {"minimum_context_tokens": lower, "maximum_context_tokens": upper}
