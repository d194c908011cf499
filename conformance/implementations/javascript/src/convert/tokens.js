/** Totals and their parts, to disjoint leaves. Nothing is apportioned: what no part explains is `unspecified`. */

import { sum, ZERO } from "../metrics/exact.js";

/** @typedef {import("../metrics/exact.js").Fraction} Fraction */
/** @typedef {import("./rows.js").Leaf} Leaf */
/** @typedef {Fraction | undefined} Count undefined where the source does not state it */
/** @typedef {Record<string, Count>} Counts by what they count */
/**
 * @typedef {object} Breakdown
 * @property {"action" | "modality" | "role"} dimension
 * @property {Counts} counts parts of a total
 * @property {string} rest what the other tokens of it are
 */

export const UNSPECIFIED = "unspecified";

/** @param {Counts} counts @returns {Breakdown} */
export const byModality = (counts) => ({ dimension: "modality", counts, rest: UNSPECIFIED });

/** @type {Breakdown} */
const NO_ROLES = { dimension: "role", counts: {}, rest: UNSPECIFIED };

/** @param {Counts} counts @returns {Fraction} */
const sumOf = (counts) => sum(Object.values(counts).filter((count) => count !== undefined));

/**
 * @param {Fraction} total
 * @param {Breakdown} breakdown
 * @returns {[string | undefined, Fraction][]} the tokens of each value; of none where the source does not divide them
 */
function parts(total, { counts, rest }) {
  const stated = /** @type {[string, Fraction][]} */ (
    Object.entries(counts).filter(([, count]) => count !== undefined)
  );
  const [explained, left] = [sumOf(counts), total.minus(sumOf(counts))];
  if (stated.length === 0 || (rest === UNSPECIFIED && explained.isZero)) return [[undefined, total]];
  if (left.above < 0n) return [[UNSPECIFIED, total]];
  const found = new Map([[rest, left], ...stated]);
  found.set(rest, left.plus(counts[rest] ?? ZERO));
  return [...found].filter(([, count]) => !count.isZero);
}

/**
 * Leaves of a total by two breakdowns, which go together where one of them has a single value.
 *
 * @param {string} direction
 * @param {Fraction} total
 * @param {Breakdown} first which is kept where they do not
 * @param {Breakdown} [second]
 * @returns {Leaf[]}
 */
export function divided(direction, total, first, second = NO_ROLES) {
  if (total.isZero) return [{ direction, quantity: total }];
  const [ones, others] = [parts(total, first), parts(total, second)];
  const leaf = (
    /** @type {string | undefined} */ one,
    /** @type {string | undefined} */ other,
    /** @type {Fraction} */ quantity,
  ) => ({
    direction,
    [first.dimension]: one,
    [second.dimension]: other,
    quantity,
  });
  if (ones.length === 1) return others.map(([other, quantity]) => leaf(ones[0][0], other, quantity));
  const other = others.length === 1 ? others[0][0] : UNSPECIFIED;
  return ones.map(([one, quantity]) => leaf(one, other, quantity));
}

/**
 * Input by cache action and modality together, where the figures leave one solution.
 *
 * @param {Fraction} total
 * @param {Fraction} cached
 * @param {Counts} all tokens by modality
 * @param {Counts} read of them, from the cache
 * @returns {Leaf[] | undefined}
 */
export function crossed(total, cached, all, read) {
  const left = total.minus(sumOf(all));
  if (cached.isZero || !sumOf(read).minus(cached).isZero || left.above < 0n) return undefined;
  const leaves = Object.entries(all).flatMap(([modality, quantity = ZERO]) => {
    const hit = read[modality] ?? ZERO;
    return [
      { direction: "input", action: "read", modality, quantity: hit },
      { direction: "input", action: "uncached", modality, quantity: quantity.minus(hit) },
    ];
  });
  const isOdd = Object.entries(read).some(([name, count = ZERO]) => count.minus(all[name] ?? ZERO).above > 0n);
  return isOdd
    ? undefined
    : [...leaves, { direction: "input", action: "uncached", modality: UNSPECIFIED, quantity: left }];
}

/**
 * Input whose total holds what was read from the cache and what was written to it.
 *
 * @param {Count} total
 * @param {Count} read
 * @param {Count} [write]
 * @param {Counts} [modalities]
 * @returns {Leaf[]}
 */
export function inclusive(total, read, write, modalities = {}) {
  if (total === undefined) return [];
  const cache = /** @type {Breakdown} */ ({ dimension: "action", counts: { read, write }, rest: "uncached" });
  return divided("input", total, cache, byModality(modalities));
}

/**
 * Input whose parts stand side by side.
 *
 * @param {{uncached?: Count, read?: Count, write?: Count, short?: Count, long?: Count}} parts `short` and `long` are
 *   writes that live for 5 minutes and for 1 hour, and part of `write`
 * @returns {Leaf[]}
 */
export function disjoint({ uncached, read, write, short, long }) {
  const untold = write?.minus(short ?? ZERO).minus(long ?? ZERO);
  const isOdd = untold !== undefined && untold.above < 0n;
  const kinds = /** @type {[string, number | undefined, Count][]} */ ([
    ["uncached", undefined, uncached],
    ["read", undefined, read],
    ["write", 300, isOdd ? undefined : short],
    ["write", 3600, isOdd ? undefined : long],
    ["write", undefined, isOdd ? write : untold],
  ]);
  const stated = kinds.filter(([, , quantity]) => quantity !== undefined);
  // A source that says nothing of a cache does not tell uncached tokens from others.
  const isDivided = stated.some(([action]) => action !== "uncached");
  return stated.map(([action, ttl, quantity]) => ({
    direction: "input",
    action: isDivided ? action : undefined,
    ttl,
    quantity: /** @type {Fraction} */ (quantity),
  }));
}

/**
 * Output whose total holds its reasoning and rejected predictions.
 *
 * @param {Count} total
 * @param {Count} [reasoning]
 * @param {Count} [rejected]
 * @param {Counts} [modalities]
 * @returns {Leaf[]}
 */
export function output(total, reasoning, rejected, modalities = {}) {
  if (total === undefined) return [];
  const counts = { reasoning, rejected_prediction: rejected };
  return divided("output", total, { dimension: "role", counts, rest: "answer" }, byModality(modalities));
}

/**
 * The leaves of a direction, with each dimension on all of them or on none.
 *
 * @param {Leaf[]} leaves
 * @returns {Leaf[]}
 */
function even(leaves) {
  const filled = leaves.filter(({ quantity }) => !quantity.isZero);
  const given = /** @type {const} */ (["action", "modality", "role"]).filter(
    (name) => filled.some((leaf) => leaf[name] !== undefined) && filled.some((leaf) => leaf[name] === undefined),
  );
  const rest = Object.fromEntries(given.map((name) => [name, UNSPECIFIED]));
  /** @type {Map<string, Leaf>} */
  const merged = new Map();
  for (const { direction, action, ttl, modality, role, ...leaf } of filled) {
    const own = Object.entries({ direction, action, ttl, modality, role }).filter(([, value]) => value !== undefined);
    const whole = { ...leaf, .../** @type {any} */ ({ ...rest, ...Object.fromEntries(own) }) };
    const name = JSON.stringify([direction, whole.action, ttl, whole.modality, whole.role]);
    const known = merged.get(name)?.quantity ?? ZERO;
    merged.set(name, { ...whole, quantity: known.plus(leaf.quantity) });
  }
  return [...merged.values()];
}

/**
 * The direction of what only the total holds: the output, or the input where that alone is not stated.
 *
 * @param {Count} given
 * @param {Count} taken
 */
export const remainderOf = (given, taken) => (given === undefined && taken !== undefined ? "input" : "output");

const WHOLE = /** @type {Record<string, string>} */ ({ input: "prompt", output: "answer" });

/**
 * Leaves that are even and add up to the total that the vendor states, if it can be: what it holds beyond them has no
 * known role; a total that is smaller proves nothing.
 *
 * @template {{leaves: Leaf[], total?: Fraction, remainder?: string, isLine?: boolean}} T
 * @param {T} whole `remainder` is the direction of what no part explains
 * @returns {T}
 */
export function settled(whole) {
  if (whole.isLine) return whole;
  const { leaves, total, remainder = "output", ...fact } = whole;
  const left = total?.minus(sum(leaves.map(({ quantity }) => quantity)));
  const named = leaves.map((leaf) =>
    left && left.above > 0n && leaf.direction === remainder ? { ...leaf, role: leaf.role ?? WHOLE[remainder] } : leaf,
  );
  if (left && left.above > 0n) named.push({ direction: remainder, role: UNSPECIFIED, quantity: left });
  const found = ["input", "output"].flatMap((direction) => even(named.filter((leaf) => leaf.direction === direction)));
  // A call of no tokens stays a call.
  const isCounted = named.length > 0 || total !== undefined;
  const kept = found.length || !isCounted ? found : [{ direction: "input", quantity: ZERO }];
  return /** @type {any} */ ({ ...fact, leaves: kept, total: left && left.above < 0n ? undefined : total });
}
