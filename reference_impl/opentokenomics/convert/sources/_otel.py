"""OpenTelemetry in OTLP/JSON: spans, log records and metrics with the attributes for generative AI.

Facts: see the modules of attributes and metrics. A span around others may repeat the sum of what they state, and one
response may be on a span and in an event: spans of agents and tools are not counted, a span whose own child states
usage is not, and one response counts once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._fields import Fields
from opentokenomics.convert._held import Held, Span
from opentokenomics.convert._model import NoticeKind, Row, shown
from opentokenomics.convert._numbers import shifted
from opentokenomics.convert._rows import Group, Reading, rows_of
from opentokenomics.convert._source import Converter, Evidence, Header, Member, Source
from opentokenomics.convert._time import one_second_from
from opentokenomics.convert.sources._amounts import amount_text
from opentokenomics.convert.sources._anthropic_buckets import tier_columns
from opentokenomics.convert.sources._openai_bucket import TIERS
from opentokenomics.convert.sources._otel_attributes import (
    SERVICES,
    Attributes,
    claude_tokens,
    first_text,
    instant,
    number,
    read_attributes,
    report_unread,
    shared_columns,
    states_claude_usage,
    states_usage,
    usage_counters,
    usage_tokens,
)
from opentokenomics.convert.sources._otel_metrics import METRICS, generation_of, point_rows
from opentokenomics.convert.sources._response import tier_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from opentokenomics.convert._context import Context

    _Level = tuple[str, tuple[Mapping[str, Any], ...] | Refused]
    """The path of an object of a request, and those around it with itself; or why it is none."""

_AROUND = frozenset({"invoke_agent", "create_agent", "execute_tool", "invoke_workflow", "agent", "workflow", "task"})
_APART = {"metrics counters", "metrics embeddings"}
_CLAUDE_EVENTS = frozenset({"claude_code.api_request", "api_request"})
_CLAUDE_SPAN = "claude_code.llm_request"
_LISTS = {
    "resourceSpans": ("scopeSpans", "spans"),
    "resourceLogs": ("scopeLogs", "logRecords"),
    "resourceMetrics": ("scopeMetrics", "metrics"),
}


def _members(record: Mapping[str, Any]) -> Iterator[Member]:
    """Each span, log record and data point of a request."""
    if not _LISTS.keys() & record.keys():
        raise Refused("the record has neither resourceSpans nor resourceLogs nor resourceMetrics")
    for kind, (scopes, items) in _LISTS.items():
        for path, around in _inside(_inside(_inside([("", (record,))], kind), scopes), items):
            if isinstance(around, Refused):
                yield Member(path, around)
                continue
            _, resource, scope, item = around
            described = resource.get("resource") if isinstance(resource.get("resource"), dict) else {}
            if kind == "resourceMetrics":
                yield from _points(item, {"resource": described, "scope": scope.get("scope")}, path)
            else:
                yield Member(path, {"kind": items, "resource": described, "item": item})


def _points(metric: Mapping[str, Any], origin: Mapping[str, object], path: str) -> Iterator[Member]:
    for form in ("sum", "histogram", "gauge", "exponentialHistogram", "summary"):
        data = metric.get(form)
        if isinstance(data, dict):
            told = {"metric": str(metric.get("name")), "temporality": str(data.get("aggregationTemporality"))}
            for place, around in _inside([(f"{path}.{form}", (data,))], "dataPoints"):
                if isinstance(around, Refused):
                    yield Member(place, around)
                else:
                    yield Member(place, {"kind": "metrics", **origin, "item": around[-1], **told})


def _inside(levels: Iterable[_Level], name: str) -> Iterator[_Level]:
    """The objects of an array of each of these; what is none is refused by itself, and the others count."""
    for path, around in levels:
        value = None if isinstance(around, Refused) else around[-1].get(name)
        place = f"{path}.{name}" if path else name
        if isinstance(around, Refused):
            yield path, around
        elif isinstance(value, list):
            for index, each in enumerate(value):
                yield f"{place}.{index}", (*around, each) if isinstance(each, dict) else Refused("it is no object")
        elif value is not None:
            yield place, Refused("it is no array of objects")


def _open(context: Context, _header: Header) -> Converter:
    def convert(member: Mapping[str, Any]) -> list[Held]:
        made = _made(member, context)
        signal = _signal(member)
        if any(each.rows for each in made) and any(_may_repeat(signal, each) for each in context.before(signal)):
            context.warn(
                NoticeKind.INTERPRETED,
                "the inputs hold usage in several signals (spans, log records, metrics, or metrics of two"
                " generations), which may count it twice",
            )
        return made

    return convert


def _signal(member: Mapping[str, Any]) -> str:
    """What kind of thing states usage; metrics of each generation of the conventions are of their own."""
    kind = str(member["kind"])
    return f"{kind} {generation}" if kind == "metrics" and (generation := generation_of(member["metric"])) else kind


def _may_repeat(one: str, other: str) -> bool:
    """Whether two signals may state the same calls; metrics of a client's own and those of others do not."""
    both_are_metrics = one.startswith("metrics") and other.startswith("metrics")
    return not both_are_metrics or not ("metrics" in {one, other} or {one, other} == _APART)


def _made(member: Mapping[str, Any], context: Context) -> list[Held]:
    if member["kind"] == "metrics":
        if member["metric"] in METRICS:
            return point_rows(member, context)
        if "token" in member["metric"].lower():
            context.warn(
                NoticeKind.NOT_CONVERTED,
                f"the metric {shown(member['metric'], 120)!r} is not known, and may count tokens",
            )
        return []
    item = member["item"]
    attributes, resource = read_attributes(item), read_attributes(member["resource"])
    body = item.get("body")
    event = first_text(attributes, "event.name") or item.get("eventName")
    if event is None and isinstance(body, dict):
        event = body.get("stringValue")
    if (isinstance(event, str) and event in _CLAUDE_EVENTS) or _is_claude_span(item, attributes):
        return [_claude_call(member, attributes, resource, context)]
    if not states_usage(attributes):
        report_unread(attributes, context)
        return _place(member)
    operation = first_text(attributes, "gen_ai.operation.name", "traceloop.span.kind", "openinference.span.kind")
    if operation is not None and operation.lower() in _AROUND:
        context.warn(NoticeKind.NOT_CONVERTED, "a span of an agent, workflow or tool repeats what is inside of it")
        return _place(member)
    return [_call(member, attributes, resource, context)]


def _is_claude_span(item: Mapping[str, Any], attributes: Attributes) -> bool:
    """Whether it is a span of a request of Claude Code, whose counters have no prefix."""
    return item.get("name") == _CLAUDE_SPAN and not states_usage(attributes) and states_claude_usage(attributes)


def _names(item: Mapping[str, Any]) -> list[str | None]:
    """Trace, span and the span around it."""
    return [Fields(item).text(name) for name in ("traceId", "spanId", "parentSpanId")]


def _place(member: Mapping[str, Any]) -> list[Held]:
    """The place of a span that states nothing itself, and may lie between two that do."""
    trace, span, parent = _names(member["item"])
    if member["kind"] != "spans" or not (trace and span and parent):
        return []
    return [Held("", 0, (), Span(f"{trace}:{span}", f"{trace}:{parent}"))]


def _call(member: Mapping[str, Any], attributes: Attributes, resource: Attributes, context: Context) -> Held:
    item, is_note = member["item"], member["kind"] == "logRecords"
    trace, span, parent = _names(item)
    response = first_text(attributes, "gen_ai.response.id")
    around = f"{trace}:{parent}" if trace and parent else None
    named = f"{trace}:{span}" if trace and span else None
    counters = usage_counters(attributes, context)
    kind = first_text(attributes, "gen_ai.operation.name", "llm.request.type") or ""
    service = SERVICES.get(kind.lower(), "inference")
    tokens = usage_tokens(attributes, context.warn, only_input=service == "embedding")
    if named and is_note:  # of which a span may hold several
        time = item.get("timeUnixNano") or item.get("observedTimeUnixNano")
        around, named = named, f"{named}:{response or f'{time}:{tokens.count}'}"
    name = context.identifier(response or named, "gen_ai.response.id")
    if name is None:
        raise Refused("neither a response nor a span is named by something that can be kept")
    tier = first_text(attributes, "openai.response.service_tier", "gen_ai.openai.response.service_tier")
    start = _start(item, name, attributes, resource, context)
    group = Group(
        service,
        tokens,
        (Reading("requests", "1", service),),
        columns={
            "processing_tier": tier_of(tier, TIERS, context.warn),
            "processing_tier_reported": context.text(tier, "the tier"),
        },
    )
    rows = tuple(rows_of(group, start, f"{context.source_name}:{name}", counters))
    place = None if named is None else Span(named, around, is_note, is_named=response is not None)
    return Held(response or f"span {named}", tokens.count, rows, place)


def _claude_call(member: Mapping[str, Any], attributes: Attributes, resource: Attributes, context: Context) -> Held:
    """A call of Claude Code, as an event or a span; its cost the client reckons at list prices, whoever pays for it."""
    item = member["item"]
    tokens = claude_tokens(attributes, context.warn)
    request = first_text(attributes, "request_id", "client_request_id")
    trace, span, parent = _names(item)
    place = None
    if member["kind"] == "spans" and trace and span:
        place = Span(f"{trace}:{span}", f"{trace}:{parent}" if parent else None, is_named=request is not None)
        request = request or place.name
    key, digest = context.fact(
        {"time": str(item.get("timeUnixNano")), "session": first_text(attributes, "session.id"), "request": request},
    )
    name = context.identifier(request, "request_id")
    start = _start(item, name, attributes, resource, context)
    micros = number(attributes.get("cost_usd_micros"), "cost_usd_micros")
    cost = number(attributes.get("cost_usd"), "cost_usd") if micros is None else shifted(micros, -6)
    value: Row | None = None
    if cost is not None and cost < 0:
        context.warn(NoticeKind.NOT_CONVERTED, "a cost that is negative is left out", str(cost))
    elif cost is not None:
        value = {"list_cost": amount_text(context, cost, "cost_usd"), "billing_currency": "USD"}
    group = Group(
        "inference",
        tokens,
        (Reading("requests", "1", "inference", cost=value),),
        columns=tier_columns(None, first_text(attributes, "speed"), context),
    )
    start["service_provider_name"] = context.options.provider or "Anthropic"
    identity = f"{context.source_name}:{name}" if name else digest
    return Held(
        request or key, 0 if tokens is None else tokens.count, tuple(rows_of(group, start, identity, {})), place
    )


def _start(
    item: Mapping[str, Any], name: str | None, attributes: Attributes, resource: Attributes, context: Context
) -> Row:
    for each in ("startTimeUnixNano", "timeUnixNano", "observedTimeUnixNano"):
        moment = instant(item.get(each), each)
        if moment is not None:
            period = one_second_from(moment)
            columns = shared_columns(attributes, resource, context)
            return {**context.start_row(*period, name), **columns, "invocation_id": name}
    raise Refused("the record states no time")


def _recognizes(_header: Header, record: Mapping[str, Any]) -> bool:
    return bool(_LISTS.keys() & record.keys())


SOURCE = Source(
    name="otel",
    title="OpenTelemetry in OTLP/JSON: spans, log records and metrics of generative AI",
    provider="OpenTelemetry",
    profile="metering",
    formats=("jsonl", "json"),
    evidence=(Evidence.OFFICIAL, Evidence.FIXTURE),
    distinguishes=(
        "input tokens by cache action, output tokens by role, where they are recorded",
        "modality, where one breakdown of the direction has a single value or the combination is stated",
        "provider, model, session, user, application, environment and workflow; the tier of OpenAI's attribute",
        "events of Claude Code, with the client's own value of a call at list prices, and its spans of requests",
    ),
    limits=(
        "Spans of agents, workflows and tools are not counted, nor spans that have one inside which states usage.",
        "Input includes cached and written tokens, as the conventions say, unless the figures prove otherwise.",
        "Spans, log records and metrics of the same calls count them twice: give one signal.",
        "Metrics of both generations of the conventions count the same calls twice, too, which is reported.",
        "Of a cumulative metric its highest value since its start counts.",
        "Metrics of two instrumentation scopes are two, which is reported where one resource has both.",
        "Costs that instrumentations reckon (llm.cost, gen_ai.usage.cost) become no amounts.",
        "The cost in events of Claude Code is the client's own estimate, at list prices.",
        "Versions of Claude Code before 2.1.214 counted some calls more than once, which telemetry does not show.",
    ),
    open=_open,
    recognizes=_recognizes,
    members=_members,
)
