/** Anthropic: responses, and the sessions of Claude Code that hold them. */

import { ONE, sum, ZERO } from "../metrics/exact.js";
import { logged, moment } from "./instants.js";
import { child, counters, number, objects, plain, Refused, whole, words } from "./payload.js";
import { greatest, identifier } from "./rows.js";
import { modelOf, responseIdOf, refuseEvents, startOf, usageOf } from "./responses.js";
import { disjoint, output, settled } from "./tokens.js";

/** @typedef {import("./index.js").Source} Source */
/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Columns} Columns */
/** @typedef {import("./rows.js").Fact} Fact */
/** @typedef {import("./rows.js").Other} Other */

export const PROVIDER = "Anthropic";
/** @type {Record<string, string>} */
const TIERS = {
  standard: "standard",
  batch: "batch",
  priority: "priority",
  priority_on_demand: "priority",
  flex: "flex",
  flex_discount: "flex",
  fast: "fast",
};

/**
 * A speed other than the standard one is part of the tier.
 *
 * @param {Json} tier
 * @param {Json} [speed]
 * @param {Record<string, string | undefined>} [others] what gateways call the tiers of other providers
 * @returns {Columns}
 */
export function tierOf(tier, speed, others = {}) {
  const [named, quick] = [words(tier), words(speed)];
  if (quick !== undefined && quick !== "standard")
    return {
      processing_tier: quick.toLowerCase() === "fast" ? "fast" : "other",
      processing_tier_reported: named === undefined ? quick : `${named}/${quick}`,
    };
  if (named === undefined) return {};
  const tiers = { ...others, ...TIERS };
  const name = named.toLowerCase();
  return { processing_tier: name in tiers ? tiers[name] : "other", processing_tier_reported: named };
}

/** @param {Json} geo @returns {Columns} */
export function geography(geo) {
  if (words(geo) === undefined || geo === "not_available") return {};
  return { region_id: geo, region_scope: geo === "global" ? "global" : "geography" };
}

/** @param {Json} value @returns {Other[]} */
export function searches(value) {
  const quantity = whole(value);
  return quantity === undefined || quantity.isZero
    ? []
    : [{ meter: "searches", quantity, columns: { ai_service: "tool" } }];
}

/** @param {Json} usage */
function leavesOf(usage) {
  const [given, taken] = [whole(usage.input_tokens), whole(usage.output_tokens)];
  const made = child(usage, "cache_creation");
  const short = whole(made.ephemeral_5m_input_tokens);
  const long = whole(made.ephemeral_1h_input_tokens);
  const parts = short || long ? (short ?? ZERO).plus(long ?? ZERO) : undefined;
  const input = disjoint({
    uncached: given ?? ZERO,
    read: whole(usage.cache_read_input_tokens),
    write: whole(usage.cache_creation_input_tokens) ?? parts,
    short,
    long,
  });
  if (given === undefined && taken === undefined && input.every(({ quantity }) => quantity.isZero))
    throw new Refused("Neither input nor output nor tokens of the cache are stated.");
  return [...input, ...output(taken ?? ZERO, whole(child(usage, "output_tokens_details").thinking_tokens))];
}

const PLAIN = /^[A-Za-z0-9_.-]{1,100}$/;

/** @type {Record<string, string>} */
const TOOLS = { web_search_requests: "searches" };

/** @param {Json} tools counters by name @param {Record<string, string>} [meters] which are not counters of calls @returns {Other[]} */
export function toolCalls(tools, meters = TOOLS) {
  return Object.entries(tools).flatMap(([name, value]) => {
    if (!PLAIN.test(name)) return [];
    if (meters[name] === "searches") return searches(value);
    const quantity = whole(value);
    if (quantity === undefined || quantity.isZero) return [];
    return [{ meter: "tool_calls", quantity, columns: { ai_service: "tool", meter_variant: name } }];
  });
}

const COUNTERS = ["input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens"];

/** @param {Json[]} list */
const countsOf = (list) => COUNTERS.map((name) => sum(list.map((each) => whole(each[name]) ?? ZERO)).toString()).join();

/**
 * Iterations that the counters at the top leave out: those of compaction and of the advisor, and whatever stands beside
 * messages that are as many as the top says.
 *
 * @param {Json} usage
 * @returns {{number: number, iteration: Json}[]}
 */
function outside(usage) {
  const list = objects(usage.iterations);
  const of = (/** @type {string} */ type) => list.filter((each) => words(each.type) === type);
  const all = list.map((iteration, at) => ({ number: at + 1, iteration }));
  const every = countsOf(list);
  const isFallback = of("fallback_message").length > 0;
  if (!isFallback && countsOf(of("message")) === countsOf([usage]))
    return all.filter(({ iteration }) => iteration.type !== "message");
  if (!isFallback && every === countsOf([usage])) return [];
  return all.filter(({ iteration }) => ["compaction", "advisor_message"].includes(iteration.type));
}

/**
 * The call at the top, and each iteration that it leaves out.
 *
 * @param {Json} usage
 * @param {string | undefined} key
 * @param {Columns} columns
 * @returns {Fact[]}
 */
function messageFacts(usage, key, columns) {
  /** @type {Columns} */
  const shared = {
    service_provider_name: PROVIDER,
    ...columns,
    ...tierOf(usage.service_tier, usage.speed),
    ...geography(usage.inference_geo),
    source_counters: counters(usage),
  };
  const top = {
    key: key ?? "",
    columns: shared,
    leaves: leavesOf(usage),
    others: toolCalls(child(usage, "server_tool_use")),
  };
  const others = outside(usage).map(({ number: place, iteration }) => ({
    key: `${key ?? ""}#iteration-${place}`,
    // The advisor is another model than the one that it advises.
    columns: {
      ...shared,
      model_id: words(iteration.model) ?? (iteration.type === "advisor_message" ? null : shared.model_id),
    },
    leaves: leavesOf(iteration),
    others: [],
  }));
  return [top, ...others];
}

/** @type {Source} */
export const response = {
  areCalls: true,
  facts(message, { options }) {
    refuseEvents(message);
    const usage = usageOf(message, ["input_tokens", "output_tokens"]);
    if (usage.total_tokens !== undefined && usage.input_tokens_details !== undefined)
      throw new Refused("This usage is in OpenAI's shape.");
    const columns = {
      ...moment(startOf(message, options)),
      source_record_id: identifier(responseIdOf(message)),
      model_id: modelOf(message) ?? options.model,
    };
    return messageFacts(usage, responseIdOf(message), columns);
  },
};

const DRAWN = /^(?=.*[0-9]).{16,}$/su;
const ENTERING = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"];

/**
 * What names a call: gateways may give all messages one identifier, so that only what entered tells calls apart.
 *
 * @param {Json} line
 * @param {Json} usage
 * @param {string | undefined} key
 */
function toldApart(line, usage, key) {
  if (key === undefined || words(line.requestId) || key !== words(line.message.id) || DRAWN.test(key)) return key;
  const entered = ENTERING.map((each) => `${whole(usage[each])?.above ?? 0}`);
  return JSON.stringify([words(line.sessionId), key, ...entered]);
}

/** @type {Source} */
export const claudeCode = {
  facts(line, { options }) {
    const { message } = line;
    if (!message?.usage) return [];
    const usage = child(message, "usage");
    const size = sum(messageFacts(usage, "", {}).flatMap(({ leaves }) => leaves.map(({ quantity }) => quantity)));
    if (message.model === "<synthetic>" && size.isZero) return [];
    words(line.cwd); // which names a person, and is left out
    const key = [message.id, line.requestId, line.uuid].map(words).find((name) => name !== undefined);
    const name = identifier(key) && toldApart(line, usage, key);
    const facts = messageFacts(usage, name, {
      source_record_id: identifier(key),
      model_id: words(message.model) ?? options.model,
      application: "claude-code",
      run_id: identifier(line.sessionId),
      invocation_id: identifier(line.requestId),
      tags: { client_version: words(line.version), side_chain: line.isSidechain === true ? "true" : undefined },
    });
    if (identifier(key) === undefined) throw new Refused("A line names its message.");
    const cost = number(line.costUSD);
    const value = cost && cost.above >= 0n ? { list_cost: plain(cost), billing_currency: "USD" } : {};
    const times = moment(logged(line.timestamp));
    const [top, ...further] = facts.map((fact) => ({ ...fact, columns: { ...times, ...fact.columns } }));
    const request = { meter: "requests", quantity: ONE, columns: value };
    return [{ ...top, others: [...top.others, request], size, further: further.map(settled) }];
  },
  // A message counts as one of its lines states it, with all of its iterations.
  unite: (facts) => greatest(facts).flatMap(({ further = [], ...top }) => [top, ...further]),
};
