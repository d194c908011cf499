/** OpenAI: organization usage and costs, the dashboard's exports, responses, batches, and Codex CLI. */

import { sum, ZERO } from "../metrics/exact.js";
import { instant, moment, sinceEpoch } from "./instants.js";
import { count, counters, countersOf, number, plain, Refused } from "./payload.js";
import { greatest, opaque, tokensOf } from "./rows.js";
import { encoded, inclusive, output } from "./tokens.js";

/** @typedef {import("./index.js").Source} Source */
/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Columns} Columns */
/** @typedef {import("./rows.js").Fact} Fact */
/** @typedef {import("./tokens.js").Count} Count */

const PROVIDER = "OpenAI";
/** @type {Record<string, string>} */
const TIERS = {
  default: "standard",
  standard: "standard",
  flex: "flex",
  priority: "priority",
  fast: "fast",
  batch: "batch",
};

/** @param {Json} reported @returns {Columns} */
export function tierOf(reported) {
  if (reported === undefined || reported === null || reported === "auto") return {};
  return { processing_tier: TIERS[reported] ?? "other", processing_tier_reported: reported };
}

/** @param {Json} page @returns {Json[]} */
function buckets(page) {
  if (!Array.isArray(page.data)) throw new Refused("A page has data.");
  return page.data.flatMap((/** @type {Json} */ { start_time, end_time, results }) =>
    results.map((/** @type {Json} */ result) => ({ ...result, start_time, end_time })),
  );
}

/** @param {Json} row @returns {Columns} */
function dimensions(row) {
  return {
    charge_period_start: sinceEpoch(row.start_time),
    charge_period_end: sinceEpoch(row.end_time),
    service_provider_name: PROVIDER,
    billing_account_id: row.organization_id,
    sub_account_id: row.project_id,
    credential_id: row.api_key_id,
    principal_id: row.user_id,
    model_id: row.model,
  };
}

const DIMENSIONS = ["start_time", "end_time", "project_id", "user_id", "api_key_id", "model", "batch", "service_tier"];

/** @param {Json} row @param {string[]} names */
const keyOf = (row, names) => opaque(names.map((name) => row[name]));

/** @param {Json} row @param {string} prefix @param {string} suffix @returns {Record<string, Count>} */
function modalities(row, prefix, suffix = "_tokens") {
  return Object.fromEntries(["text", "audio", "image"].map((name) => [name, count(row[`${prefix}${name}${suffix}`])]));
}

const COUNTED = /_tokens$|^num_model_requests$/;

/** @param {Json} row @returns {Fact[]} */
function completions(row) {
  const [given, taken] = [count(row.input_tokens), count(row.output_tokens)];
  const requests = count(row.num_model_requests);
  if (given === undefined && taken === undefined && requests === undefined) return [];
  const leaves = inclusive(given, count(row.input_cached_tokens), count(row.input_cache_write_tokens));
  const split = leaves.map((leaf) => {
    // The counters by modality divide the uncached tokens only; cached ones have counters of their own.
    if (leaf.action === "write") return encoded([leaf], {});
    return encoded([leaf], modalities(row, leaf.action === "read" ? "input_cached_" : "input_"));
  });
  const isDivided = split.flat().some(({ modality }) => modality);
  const input = split.flat().map((leaf) => (isDivided ? { modality: "unspecified", ...leaf } : leaf));
  const batch = String(row.batch).toLowerCase() === "true";
  return [
    {
      key: `completions:${keyOf(row, DIMENSIONS)}`,
      columns: {
        ...dimensions(row),
        service_name: row.object && "completions",
        ...tierOf(row.service_tier),
        ...(batch && { processing_tier: "batch" }),
        cost_carrier: "other_row",
        source_counters: countersOf(
          row,
          Object.keys(row).filter((name) => COUNTED.test(name)),
        ),
      },
      leaves: [...input, ...encoded(output(taken), modalities(row, "output_"))],
      others: requests && !requests.isZero ? [{ meter: "requests", quantity: requests }] : [],
      total: given && taken && given.plus(taken),
    },
  ];
}

/** What the other endpoints count, by the kind of their results. @type {Record<string, {service: string, meters: [string, string][], variant?: string}>} */
const ENDPOINTS = {
  embeddings: { service: "embedding", meters: [["input_tokens", "tokens"]] },
  moderations: { service: "moderation", meters: [["input_tokens", "tokens"]] },
  images: { service: "image_generation", meters: [["images", "images"]], variant: "size" },
  audio_speeches: { service: "text_to_speech", meters: [["characters", "characters"]] },
  audio_transcriptions: { service: "speech_to_text", meters: [["seconds", "audio_seconds"]] },
  code_interpreter_sessions: { service: "tool", meters: [["num_sessions", "sessions"]] },
  web_searches: { service: "tool", meters: [["num_requests", "searches"]], variant: "context_level" },
};

/** @param {Json} row @returns {Fact[]} */
function usageFacts(row) {
  const kind = /^organization\.usage\.(\w+)\.result$/.exec(row.object)?.[1];
  if (kind === "completions") return completions(row);
  const endpoint = ENDPOINTS[kind ?? ""];
  if (endpoint === undefined) throw new Refused(`Results of the kind ${row.object} are not converted.`);
  const columns = {
    ...dimensions(row),
    service_name: row.source ?? kind,
    ai_service: endpoint.service,
    cost_carrier: "other_row",
    source_counters: counters(Object.fromEntries(Object.entries(row).filter(([name]) => !name.endsWith("_time")))),
  };
  const variant = endpoint.variant && row[endpoint.variant];
  const meters = /** @type {[string, string][]} */ ([...endpoint.meters, ["num_model_requests", "requests"]]);
  const counted = meters.flatMap(([name, meter]) => {
    const quantity = count(row[name]);
    return quantity === undefined || quantity.isZero ? [] : [{ meter, quantity }];
  });
  return [
    {
      key: `${kind}:${keyOf(row, [...DIMENSIONS, "size", "source", "context_level", "vector_store_id"])}`,
      columns,
      leaves: counted
        .filter(({ meter }) => meter === "tokens")
        .map(({ quantity }) => ({ direction: "input", quantity })),
      others: counted
        .filter(({ meter }) => meter !== "tokens")
        .map((other) => ({ ...other, columns: other.meter === "requests" ? {} : { meter_variant: variant } })),
      total: count(row.input_tokens),
    },
  ];
}

/** @param {Fact} fact */
const sizeOf = (fact) => tokensOf(fact).plus(sum(fact.others.map(({ quantity }) => quantity ?? ZERO)));

/** @type {Source} */
export const usage = { split: buckets, facts: usageFacts, unite: (facts) => greatest(facts, sizeOf) };

/**
 * An amount of a bucket, on a record of its own.
 *
 * @param {Json} row
 * @param {Json} value
 * @param {Json} currency
 * @returns {Fact[]}
 */
function costFact(row, value, currency) {
  const amount = number(value);
  if (amount === undefined) return [];
  const quantity = number(row.quantity);
  const cost = plain(amount);
  return [
    {
      key: `cost:${keyOf(row, [...DIMENSIONS, "line_item"])}`,
      columns: dimensions(row),
      leaves: [],
      others: [
        {
          name: "cost",
          columns: {
            charge_category: amount.above < 0n ? "credit" : "usage",
            charge_description: row.line_item,
            pricing_quantity: quantity && plain(quantity, 6),
            pricing_unit: row.quantity_unit,
            cost_carrier: "this_row",
            billed_cost: cost,
            effective_cost: cost,
            billing_currency: currency.toUpperCase(),
            cost_source: "invoiced",
          },
        },
      ],
    },
  ];
}

/** @param {Fact} fact */
const amountOf = ({ others }) => number(others[0].columns?.billed_cost) ?? ZERO;

/** @type {Source} */
export const costs = {
  split: buckets,
  facts: (row) => costFact(row, row.amount.value, row.amount.currency),
  unite: (facts) => greatest(facts, amountOf),
};

/** @type {Source} */
export const dashboard = {
  facts(row) {
    if (row.amount_value !== undefined) return costFact(row, row.amount_value, row.amount_currency);
    return completions(row);
  },
};

/**
 * Leaves of the usage object of a response, in the names of either interface.
 *
 * @param {Json} usage
 */
export function responseLeaves(usage) {
  const first = (/** @type {Json[]} */ ...values) =>
    count(values.find((value) => value !== undefined && value !== null));
  const given = first(usage.prompt_tokens, usage.input_tokens);
  const taken = first(usage.completion_tokens, usage.output_tokens);
  const into = usage.prompt_tokens_details ?? usage.input_tokens_details ?? {};
  const out = usage.completion_tokens_details ?? usage.output_tokens_details ?? {};
  const read = count(into.cached_tokens);
  const write = first(into.cache_write_tokens, into.cache_creation_tokens);
  const answer = output(taken, count(out.reasoning_tokens), count(out.rejected_prediction_tokens));
  return {
    leaves: [...encoded(inclusive(given, read, write), modalities(into, "")), ...encoded(answer, modalities(out, ""))],
    total: count(usage.total_tokens),
  };
}

const KINDS = [undefined, "chat.completion", "text_completion", "response"];

/** @param {Json} body @param {import("./index.js").Told} told @returns {Fact} */
export function responseFact(body, { options }) {
  const { usage } = body;
  if (usage === undefined || usage === null) throw new Refused("A response without usage is not converted.");
  if (usage.type !== "duration" && (body.id === undefined || !KINDS.includes(body.object)))
    throw new Refused("Only answers of models and seconds of transcriptions are converted.");
  if (usage.type === "duration") {
    const quantity = number(usage.seconds);
    if (quantity === undefined) throw new Refused("A duration has seconds.");
    const columns = bodyColumns(body, options);
    return {
      key: body.id ?? opaque([JSON.stringify(body)]),
      columns: { ...columns, ai_service: "speech_to_text" },
      leaves: [],
      others: [{ meter: "audio_seconds", quantity }],
    };
  }
  return { key: body.id, columns: bodyColumns(body, options), others: [], ...responseLeaves(usage) };
}

/** @param {Json} body @param {Record<string, string>} options @returns {Columns} */
function bodyColumns(body, options) {
  const time = body.created ?? body.created_at;
  const start = time === undefined ? instant(options.at) : sinceEpoch(time);
  return {
    ...moment(start),
    source_record_id: body.id,
    service_provider_name: options.provider ?? PROVIDER,
    model_id: body.model ?? options.model,
    ...tierOf(body.service_tier),
    source_counters: counters(body.usage),
  };
}

/** @type {Source} */
export const response = { facts: (body, told) => [responseFact(body, told)] };

/** @type {Source} */
export const batch = {
  facts(line, told) {
    const body = line.response?.body;
    if (body?.usage === undefined) return [];
    const fact = responseFact(body, told);
    return [{ ...fact, key: line.id, columns: { ...fact.columns, processing_tier: "batch" } }];
  },
};

/** @type {Source} */
export const codex = {
  facts({ timestamp, type, payload }, { session }) {
    if (type === "session_meta")
      Object.assign(session, { id: payload.id, version: payload.cli_version, total: undefined, events: 0 });
    if (type === "turn_context") session.model = payload.model;
    if (type !== "event_msg" || payload.type !== "token_count" || !payload.info) return [];
    const { total_token_usage: running, last_token_usage: last } = payload.info;
    const before = session.total;
    const added = (/** @type {string} */ name) =>
      running[name] === undefined ? undefined : number(running[name])?.minus(count(before?.[name]) ?? ZERO);
    const total = added("total_tokens");
    session.total = running;
    if (total === undefined || total.isZero) return [];
    // The running total says how many there are. What the event says of itself divides them, where it is as many.
    const isWhole = count(last?.total_tokens)?.minus(total).isZero;
    const of = (/** @type {string} */ name) => (isWhole ? count(last[name]) : added(name));
    session.events = (session.events ?? 0) + 1;
    const start = instant(timestamp);
    return [
      {
        key: `${session.id}:${running.total_tokens.text}`,
        columns: {
          ...moment(start),
          service_provider_name: PROVIDER,
          model_id: session.model,
          source_record_id: `${session.id}:${session.events}`,
          application: "codex-cli",
          run_id: session.id,
          tags: { client_version: session.version },
          source_counters: counters({ last_token_usage: last }),
        },
        leaves: [
          ...inclusive(of("input_tokens"), of("cached_input_tokens"), of("cache_write_input_tokens")),
          ...output(of("output_tokens"), of("reasoning_output_tokens")),
        ],
        others: [{ meter: "requests", quantity: number("1") }],
        total,
      },
    ];
  },
};
