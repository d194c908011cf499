"""Model invocation logs of Amazon Bedrock: one JSON object per call, with the counters of its input and output.

Facts: the service's documentation and one real log. Input is disjoint from the cache counters. A call that failed has
empty input and output. Neither latency nor cost is logged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._fields import Fields
from opentokenomics.convert._model import NoticeKind
from opentokenomics.convert._rows import Group, Reading, rows_of
from opentokenomics.convert._source import Converter, Evidence, Header, Source
from opentokenomics.convert._split import Part, Parts, Tokens, add
from opentokenomics.convert.sources._aws_principal import principal
from opentokenomics.convert.sources._logs import counters_of, moment, report_fields, tags

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opentokenomics.convert._context import Context
    from opentokenomics.convert._held import Claim
    from opentokenomics.convert._model import Row

_SCHEMA = "ModelInvocationLog"
_CACHE = {"cacheReadInputTokenCount": "read", "cacheWriteInputTokenCount": "write"}
_COUNTERS = frozenset({"input.inputTokenCount", *(f"input.{name}" for name in _CACHE), "output.outputTokenCount"})
_KNOWN = frozenset(
    {
        *(
            "schemaType",
            "schemaVersion",
            "timestamp",
            "accountId",
            "identity",
            "region",
            "inferenceRegion",
            "requestId",
        ),
        *("operation", "modelId", "requestMetadata", "errorCode", "input", "output"),
    }
)
_CONTENT = {"inputBodyJson", "outputBodyJson", "inputBodyS3Path", "outputBodyS3Path"}
_CONTENT |= {"inputContentType", "outputContentType"}


def _open(context: Context, _header: Header) -> Converter:
    def convert(record: Mapping[str, Any]) -> Iterable[Row] | Claim:
        return _rows(Fields(record), context)

    return convert


def _rows(log: Fields, context: Context) -> Iterable[Row] | Claim:
    if log.text("schemaType") != _SCHEMA:
        raise Refused(f"schemaType is not {_SCHEMA}")
    report_fields(log.values, _KNOWN, context)
    entering, leaving = log.child("input"), log.child("output")
    read = entering.whole("inputTokenCount")
    made = leaving.whole("outputTokenCount")
    cached = {action: entering.whole(name) for name, action in _CACHE.items()}
    if read is None and made is None and not any(cached.values()):
        failed = "failed and " if "errorCode" in log else ""
        context.warn(NoticeKind.NOT_CONVERTED, f"a call {failed}states no tokens")
        return ()
    measured = {
        side: {name: value for name, value in fields.values.items() if name not in _CONTENT}
        for side, fields in (("input", entering), ("output", leaving))
    }
    counters = counters_of(measured, _COUNTERS, context)
    distinguished = any(count is not None for count in cached.values())
    parts: Parts = {}
    add(parts, Part(cache_action="uncached" if distinguished else None), read or 0)
    for action, count in cached.items():
        add(parts, Part(cache_action=action), count or 0)
    tokens = Tokens(parts, {Part(): made} if made else {})
    name = context.identifier(log.text("requestId"), "requestId")
    start = {**context.start_row(*moment(log, "timestamp"), name), **_columns(log, context)}
    group = Group("inference", tokens, (Reading("requests", "1", "inference"),))
    return context.claim(
        name,
        str(start["charge_period_start"]),
        lambda identity: rows_of(group, start, identity, counters),
        lambda: {**start, "counters": counters},
    )


def _columns(log: Fields, context: Context) -> Row:
    region, processed = log.text("region"), log.text("inferenceRegion")
    model = log.text("modelId") or context.options.model
    if model is None:
        context.warn(NoticeKind.MODEL_MISSING, "no model is named; give it with --model")
    metadata = log.child("requestMetadata").values
    return {
        "sub_account_id": context.identifier(log.text("accountId"), "accountId"),
        "region_id": context.text(region, "region"),
        "region_scope": region and "region",
        "service_name": context.text(log.text("operation"), "operation"),
        "model_id": context.text(model, "modelId"),
        "principal_id": principal(log.child("identity").text("arn"), "identity.arn", context),
        "tags": tags({**metadata, "inference_region": processed}, context),
    }


def _recognizes(_header: Header, record: Mapping[str, Any]) -> bool:
    return record.get("schemaType") == _SCHEMA


SOURCE = Source(
    name="bedrock-invocation-log",
    title="Model invocation logs of Amazon Bedrock",
    provider="Amazon Web Services",
    profile="metering",
    formats=("jsonl", "json"),
    evidence=(Evidence.REAL, Evidence.OFFICIAL),
    distinguishes=(
        "input tokens by cache action",
        "model or inference profile, region, the region that answered, account, caller and request metadata",
    ),
    limits=(
        "Cache writes have no time-to-live, and output is not divided.",
        "The tier is not logged, and neither is the cost: the cost carrier is unknown.",
        "Calls that failed state no tokens; they are counted and make no record.",
        "Bodies of requests and responses are never read.",
        "Of callers the names of users and sessions are pseudonyms, or left out without a key; roles stay.",
    ),
    open=_open,
    recognizes=_recognizes,
)
