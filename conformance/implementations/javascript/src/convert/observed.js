/** What tools of observability record: Langfuse. */

import { sum, ZERO } from "../metrics/exact.js";
import { logged, moment } from "./instants.js";
import { count, figures, inner, number, Refused, words } from "./payload.js";
import { charged } from "./providers.js";
import { identifier } from "./rows.js";

/** @typedef {import("./index.js").Source} Source */
/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Leaf} Leaf */
/** @typedef {import("../metrics/exact.js").Fraction} Fraction */

/** @type {Record<string, string>} */
const COUNTED = { GENERATION: "inference", EMBEDDING: "embedding" };
const TOTALS = ["total", "total_tokens", "totalTokens"];
const INPUT = /^(input|prompt)$/;
const MODALITY = /^(text|audio|image|video)$/;
const KNOWN =
  /^(input|output|prompt|completion|tokens?|cached?|read|write|creation|reasoning|text|audio|image|video|5m|1h)$/;
/** @type {Record<string, number>} */
const LIVES = { "5m": 300, "1h": 3600 };

/**
 * What the words of a type of usage mean.
 *
 * @param {string} type `input_cached_tokens`, `cacheReadInputTokens`
 * @returns {Omit<Leaf, "quantity"> | undefined}
 */
function meaning(type) {
  const parts = [
    ...type
      .replace(/([a-z0-9])(?=[A-Z])/g, "$1_")
      .toLowerCase()
      .matchAll(/[a-z0-9]+/g),
  ].map(([word]) => word);
  const direction = parts.find((word) => /^(input|output|prompt|completion)$/.test(word));
  if (direction === undefined || !parts.every((word) => KNOWN.test(word))) return undefined;
  const modality = parts.find((word) => MODALITY.test(word));
  if (!INPUT.test(direction))
    return { direction: "output", modality, role: parts.includes("reasoning") ? "reasoning" : undefined };
  const life = parts.find((word) => word in LIVES);
  if (parts.includes("write") || parts.includes("creation"))
    return { direction: "input", action: "write", ttl: LIVES[life ?? ""], modality };
  const isRead = parts.includes("cached") || parts.includes("read");
  return { direction: "input", action: isRead ? "read" : undefined, modality };
}

/**
 * Types whose words mean the same are the same tokens, unless the total proves that they stand beside each other.
 *
 * @param {Json} usage
 * @param {Fraction | undefined} total
 * @returns {Leaf[]}
 */
function leavesOf(usage, total) {
  /** @type {Map<string, {leaf: Omit<Leaf, "quantity">, counts: Fraction[]}>} */
  const found = new Map();
  for (const name of Object.keys(usage)) {
    const leaf = TOTALS.includes(name) || name === "unit" || name.endsWith("Cost") ? undefined : meaning(name);
    if (leaf === undefined) continue;
    const key = JSON.stringify([leaf.direction, leaf.action, leaf.ttl, leaf.modality, leaf.role]);
    found.set(key, { leaf, counts: [...(found.get(key)?.counts ?? []), count(usage[name]) ?? ZERO] });
  }
  const types = [...found.values()];
  const areDisjoint = total?.minus(sum(types.flatMap(({ counts }) => counts))).isZero ?? false;
  const most = (/** @type {Fraction[]} */ counts) =>
    counts.reduce((one, other) => (one.minus(other).above < 0n ? other : one));
  const leaves = types.map(({ leaf, counts }) => ({ ...leaf, quantity: areDisjoint ? sum(counts) : most(counts) }));
  const byLife = sum(leaves.filter(({ ttl }) => ttl).map(({ quantity }) => quantity));
  const isRepeated = (/** @type {Leaf} */ { action, ttl, modality, quantity }) =>
    action === "write" && ttl === undefined && modality === undefined && quantity.minus(byLife).isZero;
  return areDisjoint || byLife.isZero ? leaves : leaves.filter((leaf) => !isRepeated(leaf));
}

/** @param {Leaf[]} leaves @returns {Leaf[]} */
function divided(leaves) {
  const filled = leaves.filter(({ quantity }) => !quantity.isZero);
  const [isCached, isReasoned] = [filled.some(({ action }) => action), filled.some(({ role }) => role)];
  return leaves.map((leaf) =>
    leaf.direction === "input"
      ? { ...leaf, action: leaf.action ?? (isCached ? "uncached" : undefined) }
      : { ...leaf, role: leaf.role ?? (isReasoned ? "answer" : undefined) },
  );
}

/** @param {Leaf} leaf */
const isRest = ({ modality, action = "uncached", role = "answer" }) =>
  modality === undefined && action === "uncached" && role === "answer";

/**
 * Types stand beside each other, unless the total proves that those of a direction are part of the rest of it.
 *
 * @param {Leaf[]} leaves
 * @param {Fraction | undefined} total
 * @returns {Leaf[]}
 */
function outermost(leaves, total) {
  const details = Object.fromEntries(
    ["input", "output"].map((direction) => {
      const own = leaves.filter((leaf) => leaf.direction === direction);
      const inside = sum(own.filter((leaf) => !isRest(leaf)).map(({ quantity }) => quantity));
      const rest = sum(own.filter(isRest).map(({ quantity }) => quantity));
      return [direction, rest.minus(inside).above < 0n ? ZERO : inside];
    }),
  );
  const over = total && sum(leaves.map(({ quantity }) => quantity)).minus(total);
  const ways = [["input", "output"], ["input"], ["output"]].filter(
    (way) =>
      way.every((direction) => !details[direction].isZero) &&
      over?.minus(sum(way.map((direction) => details[direction]))).isZero,
  );
  if (ways.length !== 1) return leaves;
  return leaves.map((leaf) =>
    isRest(leaf) && ways[0].includes(leaf.direction)
      ? { ...leaf, quantity: leaf.quantity.minus(details[leaf.direction]) }
      : leaf,
  );
}

/** The cost of a call, which is what its types add up to where no total is stated. @param {Json} seen */
function costOf(seen) {
  const { total, ...types } = inner(seen.costDetails);
  const stated = [seen.totalCost, seen.calculatedTotalCost, total].map(number).find((each) => each !== undefined);
  const costs = Object.values(types)
    .map(number)
    .filter((each) => each !== undefined);
  return stated ?? (costs.length > 0 ? sum(costs) : undefined);
}

/** @type {Source} */
export const langfuse = {
  split: (document) => (Array.isArray(document.data) ? document.data : [document]),
  facts(seen) {
    const service = COUNTED[(words(seen.type) ?? "GENERATION").toUpperCase()];
    const [details, older] = [inner(seen.usageDetails), inner(seen.usage)];
    if (service === undefined) return [];
    const usage = Object.keys(details).length > 0 ? details : older;
    const total = TOTALS.map((name) => count(usage[name])).find((each) => each !== undefined);
    const leaves = outermost(divided(leavesOf(usage, total)), total);
    const cost = costOf(seen);
    const isCounted = total !== undefined || leaves.some(({ quantity }) => !quantity.isZero);
    if (!isCounted && cost === undefined) return [];
    if (cost && cost.above < 0n) throw new Refused("No call has a negative cost.");
    const name = identifier(words(seen.id));
    if (name === undefined) throw new Refused("An observation has an identifier.");
    const columns = {
      ...moment(logged(seen.startTime, seen.timestamp)),
      source_record_id: name,
      service_provider_name: "Langfuse",
      model_id: words(seen.model) ?? words(seen.providedModelName),
      ai_service: service,
      sub_account_id: identifier(seen.projectId),
      environment: identifier(seen.environment),
      principal_id: identifier(seen.userId),
      run_id: identifier(seen.traceId),
      cost_carrier: cost ? "other_row" : "unknown",
      source_counters: figures(usage),
    };
    const others = [charged(cost, "list_estimate")];
    return [{ key: seen.id, columns, leaves: isCounted ? leaves : [], others, total }];
  },
};
