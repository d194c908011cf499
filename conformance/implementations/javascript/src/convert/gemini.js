/** Responses of Google's Gemini interfaces, and interactions. */

import { sum, ZERO } from "../metrics/exact.js";
import { toolCalls } from "./anthropic.js";
import { tierAmong } from "./clouds.js";
import { moment } from "./instants.js";
import { counters, objects, Refused, whole, words } from "./payload.js";
import { modelOf, responseIdOf, startOf, usageOf } from "./responses.js";
import { identifier } from "./rows.js";
import { byModality, crossed, divided, inclusive, output, remainderOf, UNSPECIFIED } from "./tokens.js";

/** @typedef {import("./index.js").Source} Source */
/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Leaf} Leaf */
/** @typedef {import("./tokens.js").Counts} Counts */
/** @typedef {import("../metrics/exact.js").Fraction} Fraction */

/** @type {Record<string, string | undefined>} */
const GOOGLE = {
  standard: "standard",
  default: "standard",
  flex: "flex",
  priority: "priority",
  batch: "batch",
  on_demand: "standard",
  on_demand_flex: "flex",
  on_demand_priority: "priority",
  provisioned_throughput: "provisioned",
  unspecified: undefined,
  service_tier_unspecified: undefined,
  traffic_type_unspecified: undefined,
};
const PROMPT = ["promptTokensDetails", "promptTokenDetails"];
const LISTS = [...PROMPT, "candidatesTokensDetails", "cacheTokensDetails", "toolUsePromptTokensDetails"];
const GEMINI = ["promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount", "toolUsePromptTokenCount"];
const NAMES = [...GEMINI, "cachedContentTokenCount", "totalTokenCount", ...LISTS];

/** A name as the client library for Python writes it. @param {string} name */
const withUnderscores = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What an interaction calls the same, and called it first. @type {Record<string, string>} */
const INTERACTION = {
  total_input_tokens: "promptTokenCount",
  total_output_tokens: "candidatesTokenCount",
  total_thought_tokens: "thoughtsTokenCount",
  total_tool_use_tokens: "toolUsePromptTokenCount",
  total_cached_tokens: "cachedContentTokenCount",
  total_tokens: "totalTokenCount",
  input_tokens_by_modality: "promptTokensDetails",
  output_tokens_by_modality: "candidatesTokensDetails",
  cached_tokens_by_modality: "cacheTokensDetails",
  tool_use_tokens_by_modality: "toolUsePromptTokensDetails",
};
const { total_thought_tokens: thoughts, ...others } = INTERACTION;

/** Names of the interfaces, and the names of a response for them. @type {Record<string, string>[]} */
const SPELLINGS = [
  Object.fromEntries(NAMES.map((name) => [name, name])),
  Object.fromEntries(NAMES.map((name) => [withUnderscores(name), name])),
  INTERACTION,
  { ...others, total_reasoning_tokens: thoughts },
];
const MEMBERS = ["tokenCount", "token_count", "tokens", "tokens"];
const EVERY = new Set(SPELLINGS.flatMap(Object.keys));
const COUNTERS = [...GEMINI, "totalTokenCount"];
const BARE = SPELLINGS.flatMap((names) => Object.keys(names).filter((name) => COUNTERS.includes(names[name])));

/** The usage object in the names of a response, whatever its own are. @param {Json} usage @returns {Json} */
function inResponse(usage) {
  const found = Object.keys(usage).filter((name) => EVERY.has(name));
  const sizes = SPELLINGS.map((names) => found.filter((name) => name in names).length);
  const most = Math.max(...sizes);
  if (most < found.length) throw new Refused("Names of several interfaces are mixed.");
  const at = sizes.indexOf(most);
  const member = MEMBERS[at];
  const entries = Object.entries(SPELLINGS[at]).map(([name, own]) => {
    const value = usage[name] ?? undefined;
    const list = () => objects(value).map((each) => ({ modality: each.modality, tokenCount: each[member] }));
    return [own, value === undefined || !LISTS.includes(own) ? value : list()];
  });
  return Object.fromEntries(entries);
}
const MODALITIES = ["text", "image", "audio", "video", "document"];

/** Tokens of a list by modality; one that is not known is unspecified. @param {Json} usage @param {string[]} names @returns {Counts} */
function counted(usage, ...names) {
  const list = names.map((name) => objects(usage[name])).find((each) => each.length > 0) ?? [];
  /** @type {Counts} */
  const found = {};
  for (const { modality, tokenCount } of list) {
    const said = (words(modality) ?? "").toLowerCase();
    const name = MODALITIES.includes(said) ? said : UNSPECIFIED;
    found[name] = (found[name] ?? ZERO).plus(whole(tokenCount) ?? ZERO);
  }
  return found;
}

/** Counts of two lists added up. @param {Counts} one @param {Counts} other @returns {Counts} */
function together(one, other) {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(names.map((name) => [name, (one[name] ?? ZERO).plus(other[name] ?? ZERO)]));
}

/**
 * Cached tokens are part of the prompt, unless the total holds exactly them beyond all others.
 *
 * @param {Json} usage
 * @param {Fraction} stated
 * @param {Counts} all
 * @returns {Leaf[]}
 */
function geminiPrompt(usage, stated, all) {
  const read = whole(usage.cachedContentTokenCount) ?? ZERO;
  const cached = counted(usage, "cacheTokensDetails");
  const others = sum(GEMINI.slice(1).map((name) => whole(usage[name]) ?? ZERO));
  const beyond = whole(usage.totalTokenCount)?.minus(others).minus(stated);
  const isBeside = !read.isZero && (beyond?.minus(read).isZero ?? false);
  const given = isBeside ? stated.plus(read) : stated;
  const isListed = isBeside && adds(all, stated) && adds(cached, read);
  const details = isListed ? together(all, cached) : all;
  return crossed(given, read, details, cached) ?? inclusive(given, read, undefined, details);
}

/** Whether a list adds up to a counter. @param {Counts} list @param {Fraction} count */
const adds = (list, count) => sum(/** @type {any} */ (Object.values(list))).minus(count).isZero;

/**
 * Thoughts stand beside the candidates, unless the total has no room for them there.
 *
 * @param {Json} usage
 * @param {import("../metrics/exact.js").Fraction} others tokens of the prompt and of tools
 * @returns {Leaf[]}
 */
function geminiOutput(usage, others) {
  const candidates = whole(usage.candidatesTokenCount) ?? ZERO;
  const thoughts = whole(usage.thoughtsTokenCount) ?? ZERO;
  const modalities = counted(usage, "candidatesTokensDetails");
  const left = whole(usage.totalTokenCount)?.minus(others).minus(candidates);
  if (!thoughts.isZero && left?.isZero && candidates.minus(thoughts).above >= 0n)
    return output(candidates, thoughts, undefined, modalities);
  const answer = divided("output", candidates, byModality(modalities)).map((leaf) => ({ ...leaf, role: "answer" }));
  return [...answer, { direction: "output", role: "reasoning", quantity: thoughts }];
}

/** @param {Json} body @param {Json} usage */
function geminiTokens(body, usage) {
  const isEmbedding = usage.promptTokenDetails !== undefined || (body.embeddings ?? body.embedding) !== undefined;
  const [stated, candidates, thoughts, tools] = GEMINI.map((name) => whole(usage[name]));
  const all = counted(usage, ...PROMPT);
  const listed = Object.values(all);
  const prompt = stated ?? (listed.length > 0 ? sum(/** @type {any} */ (listed)) : undefined);
  const total = whole(usage.totalTokenCount);
  if (prompt === undefined && [...GEMINI, "totalTokenCount"].every((name) => whole(usage[name]) === undefined))
    throw new Refused("A response states its tokens.");
  const isUncached = isEmbedding && whole(usage.cachedContentTokenCount) === undefined;
  const role = isEmbedding ? undefined : "prompt";
  const given = geminiPrompt(usage, prompt ?? ZERO, all).map((leaf) => ({
    ...leaf,
    role,
    action: isUncached ? undefined : leaf.action,
  }));
  const used = divided("input", tools ?? ZERO, byModality(counted(usage, "toolUsePromptTokensDetails"))).map(
    (leaf) => ({
      ...leaf,
      action: "uncached",
      role: "tool_result",
    }),
  );
  return {
    service: isEmbedding ? "embedding" : "inference",
    leaves: [...given, ...used, ...geminiOutput(usage, (prompt ?? ZERO).plus(tools ?? ZERO))],
    total,
    remainder: isEmbedding ? "input" : remainderOf(prompt ?? tools, candidates ?? thoughts),
  };
}

/** Searches, and calls of other tools, that an interaction counts. @param {Json} usage */
function groundingOf(usage) {
  /** @type {Record<string, import("../metrics/exact.js").Fraction>} */
  const found = {};
  for (const { type, count } of objects(usage.grounding_tool_count)) {
    const kind = words(type) ?? "";
    found[kind] = (found[kind] ?? ZERO).plus(whole(count) ?? ZERO);
  }
  return toolCalls(found, { google_search: "searches" });
}

/** What is not finished has running counters. @param {Json} body */
function refuseUnfinished({ candidates, status }) {
  const isFinished = (/** @type {Json} */ each) => each?.finishReason || each?.finish_reason;
  if (Array.isArray(candidates) && candidates.length > 0 && !candidates.some(isFinished))
    throw new Refused("A part of a stream is not converted.");
  if (status === "in_progress") throw new Refused("An interaction in progress is not converted.");
}

/** @type {Source} */
export const gemini = {
  areCalls: true,
  facts(body, { options }) {
    refuseUnfinished(body);
    const stated = usageOf(body, BARE, ["usage", "usageMetadata", "usage_metadata"]);
    const { service, ...tokens } = geminiTokens(body, inResponse(stated));
    const tier = words(stated.serviceTier) ?? words(stated.service_tier) ?? words(body.service_tier);
    const traffic = words(stated.trafficType) ?? words(stated.traffic_type);
    const columns = {
      ...moment(startOf(body, options)),
      source_record_id: identifier(responseIdOf(body)),
      service_provider_name: "Google",
      model_id: modelOf(body),
      ai_service: service,
      processing_tier: tierAmong(GOOGLE, tier) ?? tierAmong(GOOGLE, traffic),
      processing_tier_reported: tier ?? traffic,
      source_counters: counters(stated),
    };
    return [{ key: responseIdOf(body) ?? "", columns, others: groundingOf(stated), ...tokens }];
  },
};
