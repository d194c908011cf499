/** OpenAI: organization usage and costs, the dashboard's exports, responses and batches. */

import { Fraction, sum, ZERO } from "../metrics/exact.js";
import { keyOf, results } from "./buckets.js";
import { moment, period, said, sinceEpoch } from "./instants.js";
import {
  child,
  count,
  counters,
  countersOf,
  number,
  plain,
  pricingQuantity,
  Refused,
  whole,
  words,
} from "./payload.js";
import { modelOf, responseIdOf, refuseEvents, startOf, usageOf } from "./responses.js";
import { identifier, numberedRow } from "./rows.js";
import { byModality, divided, UNSPECIFIED } from "./tokens.js";
import { INPUT_DETAILS, OUTPUT_DETAILS, refuseDisjoint, responseLeaves } from "./usage.js";

/** @typedef {import("./index.js").Source} Source */
/** @typedef {import("./index.js").Told} Told */
/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Columns} Columns */
/** @typedef {import("./rows.js").Fact} Fact */
/** @typedef {import("./rows.js").Leaf} Leaf */
/** @typedef {import("./rows.js").Other} Other */
/** @typedef {import("./tokens.js").Count} Count */
/** @typedef {import("./tokens.js").Counts} Counts */

const PROVIDER = "OpenAI";
/** @type {Record<string, string | undefined>} */
export const TIERS = {
  auto: undefined,
  default: "standard",
  standard: "standard",
  flex: "flex",
  priority: "priority",
  fast: "fast",
  batch: "batch",
  scale: "provisioned",
};

/**
 * @param {Json} value
 * @param {Record<string, string | undefined>} [own] names of tiers that not every source has
 * @returns {Columns}
 */
export function tierOf(value, own = {}) {
  const reported = words(value);
  if (reported === undefined) return {};
  const [name, tiers] = [reported.toLowerCase(), { ...TIERS, ...own }];
  return { processing_tier: name in tiers ? tiers[name] : "other", processing_tier_reported: reported };
}

const OWNERS = ["organization_id", "project_id", "user_id", "api_key_id"];
/** Names that people gave, which stand for what has no identifier. @type {Record<string, string>} */
const NAMES = {
  organization_name: "organization_id",
  project_name: "project_id",
  user_email: "user_id",
  api_key_name: "api_key_id",
};

/** @param {Json} row @returns {Columns} */
const ownersOf = (row) => ({
  service_provider_name: PROVIDER,
  billing_account_id: identifier(row.organization_id),
  sub_account_id: identifier(row.project_id),
  credential_id: identifier(row.api_key_id),
  principal_id: identifier(row.user_id),
});

/** @param {Json} bucket @returns {Columns} */
const periodOf = (bucket) => period(sinceEpoch(bucket.start_time), sinceEpoch(bucket.end_time));

/** A row of an export states a time as a number, in words, or in both. @param {Json} row @param {string} name */
function timeOf(row, name) {
  const [number, words] = [row[name], row[`${name}_iso`]];
  const found = number === undefined ? said(words) : sinceEpoch(number);
  if (words !== undefined && said(words) !== found) throw new Refused("A row states two times.");
  return found;
}

/**
 * @param {Json} bucket
 * @param {Json} row
 * @param {string[]} dimensions
 * @param {string} [currency]
 */
function nameOf(bucket, row, dimensions, currency = "") {
  const isNamed = (/** @type {string} */ name) => words(row[NAMES[name]]) !== undefined;
  const around = [...Object.values(periodOf(bucket)), currency];
  const others = [...Object.keys(NAMES).filter(isNamed), "quantity", "quantity_unit"];
  return keyOf(around, row, [...OWNERS, ...dimensions], others);
}

/** @param {Json} row @param {string} prefix @returns {Counts} */
const modalities = (row, prefix) =>
  Object.fromEntries(["text", "audio", "image"].map((name) => [name, count(row[`${prefix}_${name}_tokens`])]));

const PARTS = ["", "_cached", "_cache_write", "_uncached", "_cache_write_30m", "_cache_write_12h"];

/** Written tokens by how long they live, if these are no more than all of them. @param {Fraction} write @param {Fraction} short @param {Fraction} long @returns {Leaf[]} */
function writesOf(write, short, long) {
  const rest = write.minus(short).minus(long);
  const leaf = (/** @type {number | undefined} */ ttl, /** @type {Fraction} */ quantity) => ({
    direction: "input",
    action: "write",
    ttl,
    quantity,
  });
  return rest.above < 0n ? [leaf(undefined, write)] : [leaf(1800, short), leaf(43_200, long), leaf(undefined, rest)];
}

/**
 * Uncached, cached and written tokens are part of the input, whose counters by modality divide the uncached tokens;
 * cached ones have counters of their own.
 *
 * @param {Json} row
 * @returns {Leaf[] | undefined}
 */
function inputOf(row) {
  const [total, read, said, fresh, short, long] = PARTS.map((name) => count(row[`input${name}_tokens`]));
  const lives = [short, long].filter((each) => each !== undefined);
  const write = said ?? (lives.length > 0 ? sum(lives) : undefined);
  const stated = [read, write, fresh].filter((each) => each !== undefined);
  if (total === undefined && stated.length === 0) return undefined;
  const given = total ?? sum(stated);
  if (stated.length === 0) return [{ direction: "input", quantity: given }];
  const rest = given.minus(sum(stated));
  if (rest.above < 0n) return [{ direction: "input", action: UNSPECIFIED, quantity: given }];
  const by = (/** @type {string} */ action, /** @type {Count} */ quantity, /** @type {string} */ prefix) =>
    divided("input", quantity ?? ZERO, byModality(modalities(row, prefix))).map((leaf) => ({ ...leaf, action }));
  return [
    ...by("uncached", fresh ?? rest, "input"),
    ...by("read", read, "input_cached"),
    ...writesOf(write ?? ZERO, short ?? ZERO, long ?? ZERO),
    { direction: "input", action: UNSPECIFIED, quantity: fresh === undefined ? ZERO : rest },
  ];
}

const COUNTED = /^(in|out)put(_\w+)?_tokens$|^num_model_requests$/;

/** @param {Json} row @param {boolean} isBatch */
function completions(row, isBatch) {
  const [input, taken] = [inputOf(row), count(row.output_tokens)];
  const answer = taken && divided("output", taken, byModality(modalities(row, "output")));
  return {
    columns: {
      ai_service: "inference",
      model_id: words(row.model),
      ...tierOf(row.service_tier),
      ...(isBatch && { processing_tier: "batch" }),
      cost_carrier: "other_row",
    },
    leaves: [...(input ?? []), ...(answer ?? [])],
    others: requestsOf(row),
    total: input && taken && sum(input.map(({ quantity }) => quantity)).plus(taken),
  };
}

/** @param {Json} row @returns {Other[]} */
function requestsOf(row) {
  const quantity = count(row.num_model_requests);
  return quantity === undefined || quantity.isZero ? [] : [{ meter: "requests", quantity }];
}

/** What the other endpoints count, by the kind of their results. @type {Record<string, {service: string, counter: string, meter?: string, unit?: string, variant?: string, dimension?: string, isModel?: boolean}>} */
const ENDPOINTS = {
  embeddings: { service: "embedding", counter: "input_tokens", isModel: true },
  moderations: { service: "moderation", counter: "input_tokens", isModel: true },
  images: { service: "image_generation", counter: "images", meter: "images", dimension: "size", isModel: true },
  audio_speeches: { service: "text_to_speech", counter: "characters", meter: "characters", isModel: true },
  audio_transcriptions: { service: "speech_to_text", counter: "seconds", meter: "audio_seconds", isModel: true },
  vector_stores: {
    service: "storage",
    counter: "usage_bytes",
    meter: "other",
    unit: "bytes",
    variant: "vector_store_bytes",
  },
  code_interpreter_sessions: { service: "tool", counter: "num_sessions", meter: "sessions" },
  file_searches: { service: "tool", counter: "num_requests", meter: "tool_calls", variant: "file_search" },
  // The requests of the model that searched are among the completions.
  web_searches: { service: "tool", counter: "num_requests", meter: "searches", dimension: "context_level" },
};

/** @param {string} kind @param {Json} row */
function endpoint(kind, row) {
  const found = ENDPOINTS[kind];
  if (found === undefined) throw new Refused(`Results of the kind ${row.object} are not converted.`);
  const { service, counter, meter, unit, isModel } = found;
  const quantity = count(row[counter]);
  if (quantity === undefined && meter) throw new Refused("A result states what it counts.");
  const variant = found.variant ?? (found.dimension && words(row[found.dimension]));
  return {
    columns: {
      ai_service: service,
      model_id: words(row.model),
      resource_id: kind === "file_searches" ? identifier(row.vector_store_id) : undefined,
      cost_carrier: "other_row",
    },
    leaves: meter || !quantity ? [] : [{ direction: "input", quantity }],
    others: [
      ...(meter ? [{ meter, unit, quantity, columns: { meter_variant: variant } }] : []),
      ...(isModel ? requestsOf(row) : []),
    ],
    total: meter ? undefined : quantity,
  };
}

const USAGE = [
  "object",
  "model",
  "batch",
  "service_tier",
  "source",
  "size",
  "vector_store_id",
  "context_level",
  "api_source",
];

const COUNTS =
  /^input(_cached|_uncached|_cache_write(_30m|_12h)?)?_tokens$|^output_tokens$|^(input|input_cached|output)_(text|audio|image)_tokens$|^num_(model_requests|requests|sessions)$|^(images|characters|seconds|usage_bytes)$/;

/** @param {import("./buckets.js").Result} result @returns {Fact[]} */
function usageFacts({ bucket, row }) {
  if (row.object === "organization.costs.result") return costFacts({ bucket, row });
  const kind = /^organization\.usage\.(\w+)\.result$/.exec(row.object)?.[1] ?? "";
  if (row.batch !== undefined && row.batch !== null && typeof row.batch !== "boolean")
    throw new Refused("Whether it was a batch is true or false.");
  for (const name of Object.keys(row).filter((each) => COUNTS.test(each))) whole(row[name]);
  const found = ["completions", "decisions"].includes(kind)
    ? completions(row, row.batch === true)
    : endpoint(kind, row);
  if (found.leaves.length + found.others.length === 0) throw new Refused("A result states what it counts.");
  const columns = {
    ...periodOf(bucket),
    ...ownersOf(row),
    service_name: words(row.source) ?? kind,
    ...found.columns,
    source_counters: counters(row),
  };
  return [{ ...found, key: nameOf(bucket, row, USAGE), columns }];
}

/** @type {Source} */
export const usage = { split: results, facts: usageFacts };

/**
 * An amount, on a record of its own.
 *
 * @param {Json} row
 * @param {Json} value
 * @param {Json} currency
 * @returns {Other}
 */
function amountOf(row, value, currency) {
  const amount = number(value);
  if (amount === undefined) throw new Refused("A cost has an amount.");
  const quantity = number(row.quantity);
  if (quantity && quantity.above < 0n && amount.above >= 0n) throw new Refused("A quantity is negative.");
  const cost = plain(amount);
  const columns = {
    charge_category: amount.above < 0n ? "credit" : "usage",
    charge_description: words(row.line_item),
    pricing_quantity: quantity && pricingQuantity(quantity),
    pricing_unit: words(row.quantity_unit),
    cost_carrier: "this_row",
    billed_cost: cost,
    effective_cost: cost,
    billing_currency: currency.toUpperCase(),
    cost_source: "invoiced",
  };
  return { name: "cost", columns };
}

/** @param {import("./buckets.js").Result} result @returns {Fact[]} */
function costFacts({ bucket, row }) {
  const { value, currency } = child(row, "amount");
  const amount = number(value);
  const others = [amountOf(row, value, currency)];
  const key = nameOf(bucket, row, ["object", "line_item", "api_source"], currency.toUpperCase());
  const size = amount && amount.above < 0n ? ZERO.minus(amount) : amount;
  return [{ key, size, columns: { ...periodOf(bucket), ...ownersOf(row) }, leaves: [], others }];
}

/** @type {Source} */
export const costs = { split: results, facts: costFacts };

const TIMES = new Set(["start_time", "end_time", "start_time_iso", "end_time_iso"]);

/** @type {Source} */
export const dashboard = {
  tables: [["amount_value"], ["input_tokens", "output_tokens"], ["start_time"]],
  // One of nothing but times is the export of an account without usage.
  named: (header) => (header.every((name) => TIMES.has(name)) ? header : header.filter((name) => !TIMES.has(name))),
  facts(row, { session }) {
    const stated = Object.keys(row).filter((name) => COUNTED.test(name) || name === "compute_units");
    if (row.amount_value === undefined && stated.length === 0) {
      if (row.quantity !== undefined || row.line_item !== undefined) throw new Refused("A cost has an amount.");
      return [];
    }
    // A row of an export has no identifier: two that state the same are two.
    const key = numberedRow(session, row);
    const columns = { ...period(timeOf(row, "start_time"), timeOf(row, "end_time")), ...ownersOf(row) };
    if (row.amount_value !== undefined)
      return [{ key, columns, leaves: [], others: [amountOf(row, row.amount_value, row.amount_currency)] }];
    for (const name of stated) count(row[name]);
    if (!/^(true|false)?$/i.test(row.batch ?? "")) throw new Refused("Whether it was a batch is true or false.");
    const found = completions(row, /^true$/i.test(row.batch ?? ""));
    return [{ ...found, key, columns: { ...columns, ...found.columns, source_counters: countersOf(row, stated) } }];
  },
};

/**
 * What a usage object is of, as far as its shape tells it; the name of a model is never interpreted.
 *
 * @param {Json} body
 * @param {Json} stated
 */
function serviceOf(body, stated) {
  const [data] = Array.isArray(body.data) ? body.data : [];
  const [into, out] = [child(stated, ...INPUT_DETAILS), child(stated, ...OUTPUT_DETAILS)];
  const has = (/** @type {Json} */ holder, /** @type {string} */ name) =>
    holder?.[name] !== undefined && holder[name] !== null;
  if (stated.type === "tokens") return "speech_to_text";
  if (body.type === "speech.audio.done") return "text_to_speech";
  if (data?.object === "embedding" || data?.embedding !== undefined) return "embedding";
  const isPicture = has(into, "image_tokens") && !has(into, "cached_tokens") && has(stated, "input_tokens");
  if (data?.b64_json !== undefined || isPicture) return "image_generation";
  const isPlain = has(stated, "prompt_tokens") && Object.keys(into).length + Object.keys(out).length === 0;
  if (!isPlain || has(body, "choices") || "completion_tokens" in stated) return "inference";
  const [total, given] = [whole(stated.total_tokens), whole(stated.prompt_tokens)];
  return total === undefined || (given && total.minus(given).isZero) ? "embedding" : "inference";
}

const NAMES_OF_USAGE = [
  "prompt_tokens",
  "completion_tokens",
  "total_tokens",
  "input_tokens",
  "output_tokens",
  "seconds",
];

/** @param {Json} body @param {Told} told @returns {Fact} */
function responseFact(body, { options }) {
  refuseEvents(body);
  if (body.object === "batch") throw new Refused("A batch is no call; the lines of its output are.");
  const stated = usageOf(body, NAMES_OF_USAGE);
  const key = responseIdOf(body) ?? "";
  const columns = {
    ...moment(startOf(body, options)),
    source_record_id: identifier(key),
    service_provider_name: PROVIDER,
    model_id: modelOf(body),
    ...tierOf(body.service_tier, { on_demand: "standard" }),
    source_counters: counters(stated),
  };
  if (stated.type === "duration") {
    if (typeof stated.seconds === "string") throw new Refused("Seconds are a number.");
    const quantity = number(stated.seconds);
    if (quantity === undefined || quantity.above < 0n) throw new Refused("A duration has seconds.");
    const others = [{ meter: "audio_seconds", quantity }];
    return { key, columns: { ...columns, ai_service: "speech_to_text" }, leaves: [], others };
  }
  const service = serviceOf(body, stated);
  refuseDisjoint(stated);
  const found = responseLeaves(stated, service === "embedding");
  return { key, columns: { ...columns, ai_service: service }, others: [], ...found };
}

/** @type {Source} */
export const response = { areCalls: true, facts: (body, told) => [responseFact(body, told)] };

const OK = new Fraction(200n);

/** @type {Source} */
export const batch = {
  areCalls: true,
  facts(line, told) {
    if (line.custom_id === undefined) throw new Refused("This is no line of a batch.");
    const answer = child(line, "response");
    const status = whole(answer.status_code);
    if (Object.keys(answer).length === 0 || (status && !status.minus(OK).isZero)) return [];
    const fact = responseFact(child(answer, "body"), told);
    return [{ ...fact, columns: { ...fact.columns, processing_tier: "batch" } }];
  },
};
