/** Gateways: OpenRouter and LiteLLM. */

import { ONE, sum, ZERO } from "../metrics/exact.js";
import { day, instant, logged, moment } from "./instants.js";
import { NumberText } from "../json.js";
import {
  cellCount,
  cellNumber,
  child,
  count,
  counters,
  countersOf,
  inner,
  isObject,
  number,
  Refused,
  tree,
  whole,
  words,
} from "./payload.js";
import { geography, tierOf as tierOfAny } from "./anthropic.js";
import { tierOf, TIERS } from "./openai.js";
import { charged, providerOf } from "./providers.js";
import { modelOf, responseIdOf, refuseEvents, startOf, usageOf } from "./responses.js";
import { identifier, numberedRow } from "./rows.js";
import { cacheOf, refuseDisjoint, responseLeaves } from "./usage.js";

/** @typedef {import("./index.js").Source} Source */
/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Columns} Columns */
/** @typedef {import("./rows.js").Fact} Fact */
/** @typedef {import("./rows.js").Leaf} Leaf */
/** @typedef {import("./rows.js").Other} Other */

/** @type {Source} */
export const openrouter = {
  areCalls: true,
  facts(body, { options }) {
    refuseEvents(body);
    const usage = usageOf(body, [
      "prompt_tokens",
      "completion_tokens",
      "input_tokens",
      "output_tokens",
      "total_tokens",
    ]);
    refuseDisjoint(usage);
    if (typeof usage.cost === "string") throw new Refused("A cost is a number.");
    const cost = number(usage.cost);
    if (cost && cost.above < 0n) throw new Refused("No call has a negative cost.");
    const searches = whole(child(usage, "server_tool_use").web_search_requests);
    const columns = {
      ...moment(startOf(body, options)),
      source_record_id: identifier(responseIdOf(body)),
      service_provider_name: "OpenRouter",
      model_id: modelOf(body),
      ...tierOf(body.service_tier || usage.service_tier),
      cost_carrier: cost ? "other_row" : "unknown",
      source_counters: counters(usage),
    };
    const paid = charged(cost, "vendor_estimate");
    const fee =
      usage.is_byok === true ? { charge_description: "OpenRouter fee for a request with an own upstream key" } : {};
    /** @type {Other[]} */
    const others = cost ? [{ ...paid, columns: { ...paid.columns, ...fee } }] : [];
    if (searches && !searches.isZero)
      others.push({ meter: "searches", quantity: searches, columns: { ai_service: "tool" } });
    const found = responseLeaves(usage);
    return [{ key: responseIdOf(body) ?? "", columns, others, ...found, leaves: byLifetime(found.leaves, usage) }];
  },
};

/** What the export of days calls what the interface names otherwise. @type {Record<string, string>} */
const DAYS = {
  Date: "date",
  Slug: "model",
  Usage: "usage",
  "BYOK Usage": "byok_usage_inference",
  Requests: "requests",
  "Prompt Tokens": "prompt_tokens",
  "Completion Tokens": "completion_tokens",
  "Reasoning Tokens": "reasoning_tokens",
};

const COUNTERS = [
  "prompt_tokens",
  "completion_tokens",
  "reasoning_tokens",
  "requests",
  "usage",
  "byok_usage_inference",
];
const KINDS = ["prompt", "completion", "reasoning", "cached"];

/**
 * Tokens and their cost, which stands beside them where the number of requests is not known.
 *
 * @param {Json} row
 * @param {Json} tokens by what they are
 * @param {import("../metrics/exact.js").Fraction | undefined} cost
 * @param {import("../metrics/exact.js").Fraction | undefined} requests
 */
function activityOf(row, tokens, cost, requests) {
  if (cost && cost.above < 0n) throw new Refused("No usage has a negative cost.");
  cellNumber(row.byok_usage_inference); // which is paid to somebody else
  const found = responseLeaves({
    prompt_tokens: tokens.prompt,
    completion_tokens: tokens.completion,
    prompt_tokens_details: { cached_tokens: tokens.cached },
    completion_tokens_details: { reasoning_tokens: tokens.reasoning },
  });
  const paid = charged(cost, "invoiced", requests);
  return {
    columns: {
      service_provider_name: "OpenRouter",
      host_provider_name: words(row.provider_name),
      model_id: words(row.model_permaslug) ?? words(row.model),
      sub_account_id: identifier(row.workspace_id),
      application: identifier(row.app_name),
      principal_id: identifier(row.user ?? row.external_user),
      run_id: identifier(row.session_id),
      ...tierOf(row.service_tier),
      cost_carrier: cost ? "other_row" : "unknown",
    },
    others: requests
      ? [paid]
      : cost
        ? [{ name: "cost", columns: { ...paid.columns, source_counters: undefined } }]
        : [],
    ...found,
  };
}

/** @param {Json} value */
const trimmed = (value) => (typeof value === "string" ? value.trim() || undefined : value);

/** A generation, whose counters are those of the model's own tokenizer where it states them. @param {Json} row @returns {Fact} */
function generation(row) {
  const columnsOf = (/** @type {string} */ kind) => [`native_tokens_${kind}`, `tokens_${kind}`];
  const tokens = Object.fromEntries(
    KINDS.map((kind) => [
      kind,
      columnsOf(kind)
        .map((name) => cellCount(row[name]))
        .find((found) => found !== undefined),
    ]),
  );
  const name = identifier(row.generation_id ?? row.id);
  if (name === undefined || row.created_at === undefined) throw new Refused("A generation has a name and a time.");
  const { columns, ...found } = activityOf(row, tokens, cellNumber(row.cost_total ?? row.total_cost), ONE);
  return {
    key: name,
    columns: {
      ...columns,
      ...moment(instant(row.created_at)),
      source_record_id: name,
      source_counters: countersOf(row, KINDS.flatMap(columnsOf)),
    },
    ...found,
  };
}

/** @type {Source} */
export const activity = {
  tables: [
    ["Date", "Slug", "Usage"],
    ["generation_id", "created_at", "cost_total"],
  ],
  split: ({ data, ...document }) => (data === undefined ? [document] : Array.isArray(data) ? data : [data]),
  facts(stated, { session }) {
    const document = Object.fromEntries(Object.entries(stated).map(([name, value]) => [name, trimmed(value)]));
    if ((document.generation_id ?? document.total_cost) !== undefined) return [generation(document)];
    const row = Object.fromEntries(Object.entries(document).map(([name, value]) => [DAYS[name] ?? name, value]));
    if (row.date === undefined) throw new Refused("A day has a date.");
    const [prompt, completion, reasoning] = COUNTERS.map((name) => row[name])
      .slice(0, 3)
      .map(cellCount);
    // Two days that state the same are two: nothing says that they are one.
    const key = numberedRow(session, row);
    const { columns, ...found } = activityOf(
      row,
      { prompt, completion, reasoning },
      cellNumber(row.usage),
      cellCount(row.requests),
    );
    return [{ key, columns: { ...columns, ...day(row.date), source_counters: countersOf(row, COUNTERS) }, ...found }];
  },
};

/** What calls are of, by a word of their type. @type {[RegExp, string][]} */
const SERVICES = [
  [/embedding/, "embedding"],
  [/image/, "image_generation"],
  [/transcription/, "speech_to_text"],
  [/speech/, "text_to_speech"],
  [/rerank/, "reranking"],
  [/moderation/, "moderation"],
];

/** @param {Json} log @returns {Columns} */
function tagsOf(log) {
  const list =
    typeof log.request_tags === "string" && log.request_tags ? tree(log.request_tags) : log.request_tags || [];
  if (isObject(list) && Object.keys(list).length === 0) return {};
  const named = list.map((/** @type {string} */ tag) => {
    const at = tag.indexOf(":");
    return at < 0 ? [tag.trim(), "true"] : [tag.slice(0, at).trim(), tag.slice(at + 1).trim()];
  });
  return Object.fromEntries(named.filter((/** @type {string[]} */ [name]) => name !== ""));
}

const TOTALS = ["prompt_tokens", "completion_tokens", "total_tokens"];

/** The usage object, which has the details, or else the log's own totals. @param {Json} log @param {Json} metadata @returns {Json} */
function stated(log, metadata) {
  const usage = metadata.usage_object;
  const totals = TOTALS.map((name) => [name, count(log[name])]).filter(([, found]) => found !== undefined);
  if (usage && TOTALS.some((name) => usage[name] instanceof NumberText)) return usage;
  return Object.fromEntries(totals);
}

/** @param {Json} usage @param {string} service */
function litellmLeaves(usage, service) {
  if (!TOTALS.some((name) => usage[name] !== undefined && usage[name] !== null)) return { leaves: [] };
  const out = { ...usage.completion_tokens_details };
  const [text, thought, taken] = [whole(out.text_tokens), whole(out.reasoning_tokens), whole(usage.completion_tokens)];
  // Where text is only what is no reasoning, it is no modality.
  if (text && taken && taken.minus(text).minus(thought ?? ZERO).isZero) delete out.text_tokens;
  const { read = ZERO, write = ZERO } = cacheOf(usage);
  const given = whole(usage.prompt_tokens);
  const isBeside = given && read.plus(write).minus(given).above > 0n;
  const more = isBeside && given.minus(read).above >= 0n ? write : read.plus(write);
  // Older versions left tokens of the cache out of the prompt, and summed up what they took for all of it.
  const mended = isBeside ? { prompt_tokens: given.plus(more), total_tokens: undefined } : {};
  const details = isObject(usage.completion_tokens_details) ? { completion_tokens_details: out } : {};
  const found = responseLeaves({ ...usage, ...details, ...mended }, service === "embedding");
  return { ...found, leaves: byLifetime(found.leaves, usage) };
}

const LIFETIMES = /** @type {[string, number][]} */ ([
  ["ephemeral_5m_input_tokens", 300],
  ["ephemeral_1h_input_tokens", 3600],
]);

/** Written tokens by time-to-live, which stands among the details or under Anthropic's name. @param {Leaf[]} leaves @param {Json} usage @returns {Leaf[]} */
function byLifetime(leaves, usage) {
  const places = [usage.prompt_tokens_details?.cache_creation_token_details, usage.cache_creation];
  const stated = places
    .filter((place) => isObject(place))
    .map((place) => LIFETIMES.map(([name, ttl]) => ({ ttl, quantity: whole(place[name]) ?? ZERO })))
    .find((counts) => counts.some(({ quantity }) => !quantity.isZero));
  const written = leaves.filter(({ action, quantity }) => action === "write" && !quantity.isZero);
  const left = written[0]?.quantity.minus(sum((stated ?? []).map(({ quantity }) => quantity)));
  if (!stated || written.length !== 1 || left.above < 0n) return leaves;
  const divided = [...stated, { quantity: left }].map((part) => ({ ...written[0], ...part }));
  return leaves.flatMap((leaf) => (leaf === written[0] ? divided : [leaf]));
}

/** Searches of the provider's own tool, which the gateway writes in two places. @param {Json} usage @returns {Other[]} */
function searchesOf(usage) {
  const places = [usage.server_tool_use, usage.prompt_tokens_details].filter((each) => isObject(each));
  const quantity = places.map((each) => whole(each.web_search_requests)).find((found) => found !== undefined);
  if (quantity === undefined || quantity.isZero) return [];
  return [{ meter: "searches", quantity, columns: { ai_service: "tool" } }];
}

/** @param {Json} usage @param {string} name */
const textIn = (usage, name) => (typeof usage[name] === "string" ? usage[name] : undefined);

/** @type {Source} */
export const litellm = {
  areCalls: true,
  split: (document) => {
    const list = [document.data, document.logs].find(
      (each) => Array.isArray(each) && document.request_id === undefined,
    );
    return list ?? [document];
  },
  facts(log) {
    const cost = number(log.spend ?? log.response_cost);
    if (cost && cost.above < 0n) throw new Refused("No call has a negative cost.");
    const metadata = inner(log.metadata);
    const usage = stated(log, metadata);
    const isEmpty = (/** @type {Json} */ value) => number(value)?.isZero ?? true;
    if (words(log.status) === "failure" && isEmpty(cost) && TOTALS.every((name) => isEmpty(usage[name]))) return [];
    const service =
      SERVICES.find(([word]) => word.test((words(log.call_type) ?? "").toLowerCase()))?.[1] ?? "inference";
    const isKept = !isObject(log.cache_hit) && String(log.cache_hit).toLowerCase() === "true";
    const name = identifier(words(log.request_id) ?? words(log.id));
    const columns = {
      ...moment(logged(log.startTime, log.endTime)),
      source_record_id: name,
      service_provider_name: providerOf(words(log.custom_llm_provider)) ?? "LiteLLM",
      ai_service: service,
      resource_id: identifier(log.model_id),
      model_id: words(log.model),
      sub_account_id: identifier(log.organization_id),
      credential_id: identifier(words(log.api_key) ?? metadata.user_api_key_hash),
      principal_id: identifier(words(log.user) ?? metadata.user_api_key_user_id),
      team: identifier(words(log.team_id) ?? metadata.user_api_key_team_id),
      run_id: identifier(words(log.session_id) ?? log.trace_id),
      tags: { ...tagsOf(log), end_user: words(log.end_user) },
      ...tierOfAny(textIn(usage, "service_tier"), textIn(usage, "speed"), TIERS),
      ...geography(textIn(usage, "inference_geo")),
      cost_carrier: cost ? "other_row" : "unknown",
      source_counters: counted(usage),
    };
    const request = charged(cost, "list_estimate");
    const searches = searchesOf(usage);
    if (isKept) {
      const others = [{ ...request, columns: { ...request.columns, meter_variant: "gateway_cache" } }];
      return [{ key: name ?? "", columns, leaves: [], others }];
    }
    return [{ key: name ?? "", columns, others: [request, ...searches], ...litellmLeaves(usage, service) }];
  },
};

/** @param {Json} usage @returns {Record<string, string>} */
const counted = (usage) => ({
  ...counters(usage),
  ...Object.fromEntries(
    TOTALS.filter((name) => "above" in (usage[name] ?? {})).map((name) => [name, usage[name].toString()]),
  ),
});
