/** Gateways: OpenRouter and LiteLLM. */

import { ONE } from "../metrics/exact.js";
import { day, instant, moment, sinceEpoch } from "./instants.js";
import { count, counters, countersOf, number, plain, Refused, tree } from "./payload.js";
import { responseLeaves } from "./openai.js";
import { opaque } from "./rows.js";
import { inclusive, output } from "./tokens.js";

/** @typedef {import("./index.js").Source} Source */
/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Columns} Columns */
/** @typedef {import("./rows.js").Fact} Fact */
/** @typedef {import("./rows.js").Other} Other */
/** @typedef {import("../metrics/exact.js").Fraction} Fraction */

/**
 * The cost of a call, on the record of its requests.
 *
 * @param {Fraction | undefined} cost
 * @param {string} source
 * @param {Fraction} [requests]
 * @returns {Other}
 */
export function charged(cost, source, requests = ONE) {
  if (cost === undefined) return { meter: "requests", quantity: requests };
  const columns = {
    cost_carrier: "this_row",
    billed_cost: source === "invoiced" ? plain(cost) : "0",
    effective_cost: plain(cost),
    billing_currency: "USD",
    cost_source: source,
  };
  return { meter: "requests", quantity: requests, columns };
}

/** @type {Source} */
export const openrouter = {
  facts(body, { options }) {
    const { usage } = body;
    if (!usage) throw new Refused("A response without usage is not converted.");
    const cost = number(usage.cost);
    const searches = count(usage.server_tool_use?.web_search_requests);
    const columns = {
      ...moment(body.created === undefined ? instant(options.at) : sinceEpoch(body.created)),
      source_record_id: body.id,
      service_provider_name: "OpenRouter",
      model_id: body.model,
      cost_carrier: cost ? "other_row" : "unknown",
      source_counters: counters(usage),
    };
    const others = cost ? [charged(cost, "vendor_estimate")] : [];
    if (searches && !searches.isZero)
      others.push({ meter: "searches", quantity: searches, columns: { ai_service: "tool" } });
    return [{ key: body.id, columns, others, ...responseLeaves(usage) }];
  },
};

/** What the export of days calls what the interface names otherwise. @type {Record<string, string>} */
const DAYS = {
  Date: "date",
  Slug: "model_permaslug",
  Usage: "usage",
  "BYOK Usage": "byok_usage_inference",
  Requests: "requests",
  "Prompt Tokens": "prompt_tokens",
  "Completion Tokens": "completion_tokens",
  "Reasoning Tokens": "reasoning_tokens",
};

/** A generation of the export in CSV, whose counters are those of the model's own tokenizer where it states them. @param {Json} row @returns {Fact} */
function generation(row) {
  const of = (/** @type {string} */ kind) => count(row[`native_tokens_${kind}`] ?? row[`tokens_${kind}`]);
  const counted = Object.keys(row).filter((name) =>
    /^(native_)?tokens_(prompt|completion|reasoning|cached)$/.test(name),
  );
  return {
    key: row.generation_id,
    columns: {
      ...moment(instant(row.created_at)),
      source_record_id: row.generation_id,
      service_provider_name: "OpenRouter",
      host_provider_name: row.provider_name,
      model_id: row.model_permaslug,
      application: row.app_name,
      principal_id: row.user,
      cost_carrier: "other_row",
      source_counters: countersOf(row, counted),
    },
    leaves: [...inclusive(of("prompt"), of("cached")), ...output(of("completion"), of("reasoning"))],
    others: [charged(number(row.cost_total ?? row.total_cost), "invoiced")],
  };
}

/** @type {Source} */
export const activity = {
  split: (document) => document.data ?? [document],
  facts(document, { session }) {
    if (document.generation_id !== undefined) return [generation(document)];
    const row = Object.fromEntries(Object.entries(document).map(([name, value]) => [DAYS[name] ?? name, value]));
    if (row.date === undefined) throw new Refused("A day has a date.");
    const [given, taken] = [count(row.prompt_tokens), count(row.completion_tokens)];
    // Two days that state the same are two: nothing says that they are one.
    const stated = opaque(Object.values(row));
    session[stated] = (session[stated] ?? 0) + 1;
    const columns = {
      ...day(row.date),
      service_provider_name: "OpenRouter",
      host_provider_name: row.provider_name,
      model_id: row.model_permaslug ?? row.model,
      cost_carrier: "other_row",
      source_counters: document.Date === undefined ? counters(row) : countersOf(row, Object.values(DAYS).slice(2)),
    };
    return [
      {
        key: `${stated}-${session[stated]}`,
        columns,
        leaves: [...inclusive(given, undefined), ...output(taken, count(row.reasoning_tokens))],
        others: [charged(number(row.usage), "invoiced", count(row.requests))],
      },
    ];
  },
};

/** @type {Record<string, string>} */
export const PROVIDERS = {
  anthropic: "Anthropic",
  openai: "OpenAI",
  azure: "Microsoft",
  bedrock: "AWS",
  gemini: "Google",
  vertex_ai: "Google",
  cohere: "Cohere",
  mistral: "Mistral AI",
};

/** @type {Record<string, string>} */
const SERVICES = { completion: "inference", responses: "inference", embedding: "embedding" };

/** @param {Json} log @returns {Columns} */
function tagsOf(log) {
  const list = typeof log.request_tags === "string" ? tree(log.request_tags) : (log.request_tags ?? []);
  return Object.fromEntries(
    list.map((/** @type {string} */ tag) => {
      const at = tag.indexOf(":");
      return at < 0 ? [tag, "true"] : [tag.slice(0, at), tag.slice(at + 1)];
    }),
  );
}

/** @param {Json} log */
function litellmLeaves(log) {
  const metadata = typeof log.metadata === "string" ? tree(log.metadata) : (log.metadata ?? {});
  const usage = metadata.usage_object;
  if (usage) {
    const details = { ...usage.prompt_tokens_details };
    details.cached_tokens ??= usage.cache_read_input_tokens;
    details.cache_creation_tokens ??= usage.cache_creation_input_tokens;
    const { leaves, total } = responseLeaves({ ...usage, prompt_tokens_details: details });
    // Its counter of text leaves out the reasoning, so it divides no direction by modality.
    return { usage, leaves: leaves.map((leaf) => ({ ...leaf, modality: undefined })), total };
  }
  const leaves = [...inclusive(count(log.prompt_tokens), undefined), ...output(count(log.completion_tokens))];
  return { usage: undefined, leaves, total: count(log.total_tokens) };
}

/** @type {Source} */
export const litellm = {
  facts(log) {
    if (log.request_id === undefined) throw new Refused("Only spend logs are converted.");
    if (log.status === "failure") return [];
    const service = SERVICES[/** @type {string} */ (log.call_type)?.replace(/^a/, "")];
    if (service === undefined) throw new Refused(`Calls of type ${log.call_type} are not converted.`);
    const start = instant(log.startTime);
    const isCached = log.cache_hit === "True" || log.cache_hit === true;
    const { usage, ...tokens } = litellmLeaves(log);
    const { prompt_tokens, completion_tokens, total_tokens } = log;
    const own = { prompt_tokens, completion_tokens, total_tokens };
    const columns = {
      ...moment(start),
      source_record_id: log.request_id,
      service_provider_name: PROVIDERS[log.custom_llm_provider] ?? log.custom_llm_provider ?? "LiteLLM",
      ai_service: service,
      resource_id: log.model_id,
      model_id: log.model,
      billing_account_id: log.organization_id,
      credential_id: log.api_key,
      principal_id: log.user,
      team: log.team_id,
      run_id: log.session_id,
      tags: { ...tagsOf(log), end_user: log.end_user },
      cost_carrier: "other_row",
      source_counters: counters(usage ?? own),
    };
    const request = charged(number(log.spend), "list_estimate");
    if (isCached) {
      const others = [{ ...request, columns: { ...request.columns, meter_variant: "gateway_cache" } }];
      return [{ key: log.request_id, columns, leaves: [], others }];
    }
    const others = [request];
    return [{ key: log.request_id, columns, others, ...tokens }];
  },
};
