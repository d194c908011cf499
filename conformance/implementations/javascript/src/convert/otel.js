/** OpenTelemetry in OTLP/JSON: spans, log records and metrics with the attributes for generative AI. */

import { NumberText } from "../json.js";
import { Fraction, ONE, sum, ZERO } from "../metrics/exact.js";
import { tierOf as tierOfClaude } from "./anthropic.js";
import { moment, period, sinceEpoch } from "./instants.js";
import { child, isObject, number, plain, Refused, whole, words } from "./payload.js";
import { tierOf } from "./openai.js";
import { charged, providerOf } from "./providers.js";
import { greatest, identifier, opaque } from "./rows.js";
import { disjoint, output, settled } from "./tokens.js";
import { responseLeaves } from "./usage.js";

/** @typedef {import("./index.js").Source} Source */
/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Columns} Columns */
/** @typedef {import("./rows.js").Fact} Fact */
/** @typedef {{kind: string, item: Json, resource: Json, scope?: Json, metric?: Json, temporality?: Json}} Signal a span, a log record or a data point */
/** @typedef {{name: string, parent?: string, isNote: boolean, isNamed: boolean}} Place of a fact, and whether it is a note on the call there; named where it has a name beside its place */
/** @typedef {Fact & {place?: Place}} Placed */

const own = (/** @type {string} */ name) => `gen_ai.usage.${name}`;
const INPUT = [own("input_tokens"), own("prompt_tokens"), "llm.usage.prompt_tokens", "llm.token_count.prompt"];
const OUTPUT = [
  own("output_tokens"),
  own("completion_tokens"),
  "llm.usage.completion_tokens",
  "llm.token_count.completion",
];
const TOTAL = [own("total_tokens"), "llm.usage.total_tokens", "llm.token_count.total"];
const READ = [
  own("cache_read.input_tokens"),
  own("cache_read_input_tokens"),
  "llm.token_count.prompt_details.cache_read",
];
const WRITE = [
  own("cache_write.input_tokens"),
  own("cache_creation.input_tokens"),
  own("cache_creation_input_tokens"),
  "llm.token_count.prompt_details.cache_write",
];
const REASONING = [
  own("reasoning.output_tokens"),
  own("reasoning_tokens"),
  "llm.token_count.completion_details.reasoning",
];
const MODALITIES = ["text", "audio", "image", "video"];
const COUNTER = /^(gen_ai\.usage|llm\.usage|llm\.token_count)\./;

/** @param {Json} holder @returns {Record<string, any>} */
function attributesOf(holder) {
  const listed = holder?.attributes ?? [];
  if (!Array.isArray(listed)) return { ...child({ listed }, "listed") };
  return Object.fromEntries(
    listed.map((/** @type {Json} */ { key, value }) => {
      if (typeof key !== "string") throw new Refused("An attribute has a key.");
      if (!isObject(value) || Array.isArray(value)) return [key, value];
      const form = ["stringValue", "intValue", "doubleValue", "boolValue"].find((name) => name in value);
      return [key, form && value[form]];
    }),
  );
}

/** @param {Record<string, any>} said @param {string[]} names */
const textOf = (said, ...names) => names.map((name) => said[name]).find((each) => typeof each === "string" && each);

/** The count under the first of its names. @param {Record<string, any>} said @param {string[]} names */
function countOf(said, names) {
  return names.map((name) => whole(number(said[name]))).find((each) => each !== undefined);
}

/** Counters by modality, which are parts of that of all. @param {Record<string, any>} said @param {string} kind @param {string} [older] */
const byModality = (said, kind, older) =>
  Object.fromEntries(
    MODALITIES.map((each) => [
      `${each}_tokens`,
      countOf(said, [own(`${each}.${kind}_tokens`), ...(older ? [`llm.token_count.${older}.${each}`] : [])]),
    ]),
  );

/** @type {[string, string, string][]} */
const SIGNALS = [
  ["resourceSpans", "scopeSpans", "spans"],
  ["resourceLogs", "scopeLogs", "logRecords"],
  ["resourceMetrics", "scopeMetrics", "metrics"],
];
const FORMS = ["sum", "histogram", "gauge", "exponentialHistogram", "summary"];

/**
 * What is made of each object of a list; what is none is refused by itself.
 *
 * @template T
 * @param {Json} list
 * @param {(each: Json) => (T | Refused)[]} work
 * @returns {(T | Refused)[]}
 */
function ofEach(list, work) {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) return [new Refused("A list of objects is expected.")];
  return list.flatMap((each) =>
    isObject(each) && !Array.isArray(each) ? work(each) : [new Refused("An object is expected.")],
  );
}

/** @param {Json} request @returns {(Signal | Refused)[]} */
function signals(request) {
  if (!SIGNALS.some(([name]) => name in request)) throw new Refused("There are no signals.");
  return SIGNALS.flatMap(([name, scopes, kind]) =>
    ofEach(request[name], ({ resource: told, [scopes]: list }) => {
      const resource = isObject(told) && !Array.isArray(told) ? told : {};
      return ofEach(list, ({ scope, [kind]: items }) =>
        ofEach(items, (item) => (kind === "metrics" ? points(item, { resource, scope }) : [{ kind, item, resource }])),
      );
    }),
  );
}

/** @param {Json} metric @param {{resource: Json, scope: Json}} origin @returns {(Signal | Refused)[]} */
const points = (metric, origin) =>
  FORMS.filter((form) => isObject(metric[form]) && !Array.isArray(metric[form])).flatMap((form) =>
    ofEach(metric[form].dataPoints, (item) => {
      const temporality = metric[form].aggregationTemporality;
      return [{ kind: "metrics", item, ...origin, metric: metric.name, temporality: temporality?.text ?? temporality }];
    }),
  );

/** @param {Record<string, any>} said @param {Record<string, any>} around @returns {Columns} */
function shared(said, around) {
  const all = { ...around, ...said };
  return {
    service_provider_name:
      providerOf(textOf(all, "gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system")) ?? "OpenTelemetry",
    billing_account_id: identifier(textOf(all, "organization.id")),
    model_id: textOf(all, "gen_ai.response.model", "gen_ai.request.model", "llm.model_name", "model"),
    principal_id: identifier(textOf(all, "user.id", "enduser.id", "user.account_uuid")),
    run_id: identifier(textOf(all, "gen_ai.conversation.id", "session.id")),
    application: identifier(textOf(all, "service.name")),
    environment: identifier(textOf(all, "deployment.environment.name", "deployment.environment")),
    workflow: identifier(textOf(all, "gen_ai.workflow.name")),
  };
}

/** @param {Json} item */
function startOf(item) {
  const stated = [item.startTimeUnixNano, item.timeUnixNano, item.observedTimeUnixNano].find(
    (value) => !(number(value) ?? ZERO).isZero,
  );
  if (stated === undefined) throw new Refused("A record has a time.");
  return sinceEpoch(stated, 1_000_000_000n);
}

const AROUND = /^(invoke_agent|create_agent|execute_tool|invoke_workflow|agent|workflow|task)$/i;
/** @type {Record<string, string>} */
const SERVICES = { embeddings: "embedding", embedding: "embedding", rerank: "reranking", reranker: "reranking" };

/** A trace, a span and the span around it. @param {Json} item */
const namesOf = ({ traceId, spanId, parentSpanId }) => [traceId, spanId, parentSpanId].map(words);

/** A call, and its place among others. @param {Signal} signal @param {Record<string, any>} said @param {Record<string, any>} around @returns {Placed} */
function call({ kind, item }, said, around) {
  const response = textOf(said, "gen_ai.response.id");
  const [trace, span, above] = namesOf(item);
  const isNote = kind === "logRecords";
  const [given, read, write] = [INPUT, READ, WRITE].map((names) => countOf(said, names));
  const cached = (read ?? ZERO).plus(write ?? ZERO);
  // More than the input cannot be part of it.
  const isBeside = given && cached.minus(given).above > 0n;
  const service =
    SERVICES[textOf(said, "gen_ai.operation.name", "llm.request.type")?.toLowerCase() ?? ""] ?? "inference";
  const found = responseLeaves(
    {
      input_tokens: isBeside ? given.plus(cached) : given,
      output_tokens: countOf(said, OUTPUT),
      total_tokens: countOf(said, TOTAL),
      input_tokens_details: {
        cached_tokens: read,
        cache_write_tokens: write,
        cached_tokens_details: byModality(said, "cache_read.input"),
        ...byModality(said, "input", "prompt_details"),
      },
      output_tokens_details: {
        reasoning_tokens: countOf(said, REASONING),
        ...byModality(said, "output", "completion_details"),
      },
    },
    service === "embedding",
  );
  const at = trace && span ? `${trace}:${span}` : undefined;
  const time = item.timeUnixNano ?? item.observedTimeUnixNano;
  const counted = sum(settled(found).leaves.map(({ quantity }) => quantity));
  // A span may hold several log records.
  const name = at && isNote ? `${at}:${response ?? `${time?.text ?? time}:${counted}`}` : at;
  const id = identifier(response ?? name);
  if (id === undefined) throw new Refused("Neither a response nor a span is named.");
  const usage = Object.entries(said).filter(
    ([key, value]) => COUNTER.test(key) && value != null && !Array.isArray(value),
  );
  const place = name && {
    name,
    parent: isNote ? at : trace && above ? `${trace}:${above}` : undefined,
    isNote,
    isNamed: response !== undefined,
  };
  return {
    key: response ?? `span ${name}`,
    columns: {
      ...moment(startOf(item)),
      ...shared(said, around),
      source_record_id: id,
      invocation_id: id,
      ai_service: service,
      ...tierOf(textOf(said, "openai.response.service_tier", "gen_ai.openai.response.service_tier")),
      source_counters: Object.fromEntries(
        usage.map(([key, value]) => [key, value instanceof NumberText ? value.text : String(value)]),
      ),
    },
    others: [{ meter: "requests", quantity: ONE }],
    ...found,
    ...(place && { place }),
  };
}

const CLAUDE_COUNTS = ["input", "cache_read", "cache_creation", "output"].map((each) => `${each}_tokens`);
const MILLIONTH = new Fraction(1n, 1_000_000n);

/** A call of Claude Code, as an event or a span, whose counters are disjoint. @param {Signal} signal @param {Record<string, any>} said @param {Record<string, any>} around @returns {Placed} */
function claudeCall({ kind, item }, said, around) {
  const [trace, span, above] = namesOf(item);
  const at = kind === "spans" && trace && span ? `${trace}:${span}` : undefined;
  const stated = textOf(said, "request_id", "client_request_id");
  const request = stated ?? at;
  const name = identifier(request);
  const cost = number(said.cost_usd_micros)?.times(MILLIONTH) ?? number(said.cost_usd);
  const value = cost && cost.above >= 0n ? { list_cost: plain(cost), billing_currency: "USD" } : {};
  const counts = CLAUDE_COUNTS.map((each) => countOf(said, [each]));
  const [uncached, read, write, taken] = counts.map((each) => each ?? ZERO);
  const isCounted = counts.some((each) => each !== undefined);
  const time = item.timeUnixNano?.text ?? item.timeUnixNano;
  return {
    key: request ?? opaque([time, said["session.id"]]),
    columns: {
      ...moment(startOf(item)),
      ...shared(said, around),
      service_provider_name: "Anthropic",
      source_record_id: name,
      invocation_id: name,
      ...tierOfClaude(undefined, textOf(said, "speed")),
    },
    leaves: isCounted ? [...disjoint({ uncached, read, write }), ...output(taken)] : [],
    others: [{ meter: "requests", quantity: ONE, columns: value }],
    ...(at && {
      place: { name: at, parent: above && `${trace}:${above}`, isNote: false, isNamed: stated !== undefined },
    }),
  };
}

/** @type {Record<string, {direction: string, action?: string}>} */
const CLAUDE_TYPES = {
  input: { direction: "input", action: "uncached" },
  output: { direction: "output" },
  cacheRead: { direction: "input", action: "read" },
  cacheCreation: { direction: "input", action: "write" },
};
/** @type {Record<string, {direction: string}>} */
const TYPES = { input: { direction: "input" }, output: { direction: "output" }, completion: { direction: "output" } };
const COST = "claude_code.cost.usage";

/** What the points of a metric count, by what they say of themselves. @type {Record<string, (said: Record<string, any>) => {direction: string, action?: string} | undefined>} */
const METRICS = {
  "claude_code.token.usage": ({ type }) => CLAUDE_TYPES[type],
  "gen_ai.client.token.usage": (said) => TYPES[said["gen_ai.token.type"]],
  "gen_ai.client.inference.usage.input_tokens": () => TYPES.input,
  "gen_ai.client.inference.usage.output_tokens": () => TYPES.output,
  "gen_ai.client.embeddings.operation.input_tokens": () => TYPES.input,
};

/** What a metric measures. @param {string} metric @param {Record<string, any>} said */
function serviceOf(metric, said) {
  if (metric === "gen_ai.client.embeddings.operation.input_tokens") return "embedding";
  return SERVICES[textOf(said, "gen_ai.operation.name")?.toLowerCase() ?? ""] ?? "inference";
}

/** Attributes in one order, of which those that are empty say nothing. @param {Record<string, any>} attributes */
const streamOf = (attributes) =>
  JSON.stringify(
    Object.entries(attributes)
      .filter(([, value]) => value !== undefined && value !== null && value !== "")
      .map(([name, value]) => [name, value.text ?? String(value)])
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );

/** What tells two streams of one metric apart: the scope of the instrumentation. @param {Json} scope */
function scopeOf(scope) {
  const { name, version } = child({ scope }, "scope");
  const texts = [name, version].map((text) => (typeof text === "string" ? text : ""));
  return JSON.stringify([...texts, streamOf(attributesOf(scope))]);
}

/** The modality of a point's tokens; none where its instrumentation does not know it. @param {Record<string, any>} said */
function modalityOf(said) {
  const named = textOf(said, "gen_ai.token.modality");
  if (named === undefined || named === "unknown") return undefined;
  return [...MODALITIES, "document"].includes(named) ? named : "unspecified";
}

/** A data point of a metric; of a cumulative one the highest value since its start counts. @param {Signal} signal @returns {Fact[]} */
function point({ item, resource, scope, metric, temporality }) {
  if (metric !== COST && !(metric in METRICS)) return [];
  const [said, around] = [attributesOf(item), attributesOf(resource)];
  const value = [item.asInt, item.asDouble, item.sum, item.value].map(number).find((each) => each !== undefined);
  const isCumulative = /^(2|AGGREGATION_TEMPORALITY_CUMULATIVE)$/.test(temporality);
  if (value === undefined || (!isCumulative && !/^(1|AGGREGATION_TEMPORALITY_DELTA)$/.test(temporality)))
    throw new Refused("A data point states a value, and whether it is cumulative.");
  const times = [item.startTimeUnixNano, item.timeUnixNano];
  if (times.some((time) => number(time)?.isZero)) throw new Refused("A data point states its period.");
  const [start, end] = times.map((time) => sinceEpoch(time, 1_000_000_000n));
  const stream = [streamOf(around), streamOf(said), scopeOf(scope)];
  const key = opaque([metric, start, isCumulative ? undefined : end, ...stream]);
  const columns = { ...period(start, end), ...shared(said, around) };
  if (metric === COST) {
    if (value.above < 0n) throw new Refused("No usage has a negative cost.");
    const description = "Claude Code, as its client reckons at list prices";
    const { columns: amounts } = charged(value, "vendor_estimate");
    const others = [{ name: "cost", columns: { charge_description: description, ...amounts } }];
    return [{ key, columns, leaves: [], others, size: value }];
  }
  const quantity = whole(value);
  const kind = METRICS[metric](said);
  if (kind === undefined) throw new Refused("A type of tokens is not known.");
  if (quantity === undefined || quantity.isZero) return [];
  return [
    {
      key,
      columns: {
        ...columns,
        ai_service: serviceOf(metric, said),
        processing_tier: said.speed === "fast" ? "fast" : undefined,
        source_counters: { [metric]: quantity.toString() },
      },
      leaves: [{ ...kind, modality: modalityOf(said), quantity }],
      others: [],
    },
  ];
}

/** A span that counts nothing itself may lie between two that do. @param {Signal} signal @returns {Placed[]} */
function between({ kind, item }) {
  const [trace, span, above] = namesOf(item);
  if (kind !== "spans" || !trace || !span || !above) return [];
  const place = { name: `${trace}:${span}`, parent: `${trace}:${above}`, isNote: false, isNamed: true };
  return [{ key: "", columns: {}, leaves: [], others: [], place }];
}

/** @type {Source} */
export const otel = {
  split: signals,
  facts(signal) {
    const { kind, item, resource } = /** @type {Signal} */ (signal);
    if (kind === "metrics") return point(signal);
    const [said, around] = [attributesOf(item), attributesOf(resource)];
    const event = textOf(said, "event.name") ?? (item.eventName || item.body?.stringValue);
    if (event === "claude_code.api_request" || event === "api_request") return [claudeCall(signal, said, around)];
    const states = [...INPUT, ...OUTPUT, ...TOTAL].some((name) => said[name] !== undefined && said[name] !== null);
    if (!states && item.name === "claude_code.llm_request" && CLAUDE_COUNTS.some((name) => said[name] != null))
      return [claudeCall(signal, said, around)];
    const operation = words(textOf(said, "gen_ai.operation.name", "traceloop.span.kind", "openinference.span.kind"));
    return states && !AROUND.test(operation ?? "") ? [call(signal, said, around)] : between(signal);
  },
  unite: (facts) => greatest(innermost(facts)),
};

const [NOTHING, NO_TOKENS, TOKENS] = [-1, 0, 1];

/**
 * What lies around others that state usage, or is noted on them, repeats them, at any depth.
 *
 * @param {Placed[]} facts
 * @returns {Fact[]}
 */
function innermost(facts) {
  const size = (/** @type {Placed} */ { leaves }) =>
    leaves.every(({ quantity }) => quantity.isZero) ? NO_TOKENS : TOKENS;
  const placed = facts.filter(({ place }) => place);
  /** @type {Map<string, string | undefined>} */
  const parents = new Map(
    placed.filter(({ place }) => !place?.isNote).map(({ place }) => [place?.name ?? "", place?.parent]),
  );
  const stated = new Map(
    greatest(placed.filter(({ key }) => key).map((fact) => ({ ...fact, key: fact.place?.name ?? "", own: fact }))).map(
      (fact) => /** @type {[string, Placed]} */ ([fact.key, /** @type {any} */ (fact).own]),
    ),
  );
  /** @type {Map<string, number>} */
  const covered = new Map();
  for (const fact of stated.values()) {
    let around = fact.place?.parent;
    const noted = fact.place?.isNote ? stated.get(around ?? "") : undefined;
    // A note on a call stands in the call's own place.
    if (around && noted && (!fact.place?.isNamed || noted.key === fact.key)) around = parents.get(around);
    for (; around && (covered.get(around) ?? NOTHING) < size(fact); around = parents.get(around))
      covered.set(around, size(fact));
  }
  const counting = [...stated.values()].filter((fact) => {
    const { name, parent = "", isNote, isNamed } = /** @type {Place} */ (fact.place);
    return (isNamed || !isNote || !stated.has(parent)) && (covered.get(name) ?? NOTHING) < size(fact);
  });
  return [...facts.filter(({ place }) => !place), ...counting];
}
