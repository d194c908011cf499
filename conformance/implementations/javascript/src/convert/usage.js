/** Usage objects in the shape that OpenAI gave them, and that many others copied. */

import { sum, ZERO } from "../metrics/exact.js";
import { child, Refused, whole } from "./payload.js";
import { byModality, crossed, divided, output, remainderOf } from "./tokens.js";

/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Leaf} Leaf */
/** @typedef {import("./tokens.js").Count} Count */
/** @typedef {import("./tokens.js").Counts} Counts */

const MODALITIES = ["text", "audio", "image", "video"];
export const INPUT_DETAILS = ["prompt_tokens_details", "input_tokens_details", "input_token_details"];
export const OUTPUT_DETAILS = ["completion_tokens_details", "output_tokens_details", "output_token_details"];
const READ = ["num_cached_tokens", "prompt_cache_hit_tokens", "cached_tokens", "cache_read_input_tokens"];
const OF_ANTHROPIC = ["cache_read_input_tokens", "cache_creation_input_tokens", "cache_creation"];

/** The count under the first of its names that is stated. @param {Json} usage @param {string[]} names @returns {Count} */
export const first = (usage, ...names) => names.map((name) => whole(usage[name])).find((found) => found !== undefined);

/** @param {Json} details @returns {Counts} */
const modalities = (details) => Object.fromEntries(MODALITIES.map((name) => [name, whole(details[`${name}_tokens`])]));

/**
 * Tokens of the cache, of which the counters among the details go before those beside them.
 *
 * @param {Json} usage
 * @returns {{read: Count, write: Count}}
 */
export function cacheOf(usage) {
  const into = child(usage, ...INPUT_DETAILS);
  const [read, write] = [first(usage, ...READ), whole(usage.cache_creation_input_tokens)];
  return {
    read: whole(into.cached_tokens) ?? read,
    write: first(into, "cache_write_tokens", "cache_creation_tokens") ?? write,
  };
}

/**
 * Anthropic's own object has the same names, and its input leaves out the cache.
 *
 * @param {Json} usage
 */
export function refuseDisjoint(usage) {
  const isGiven = (/** @type {string} */ name) => usage[name] !== undefined && usage[name] !== null;
  if (isGiven("input_tokens") && !isGiven("total_tokens") && OF_ANTHROPIC.some(isGiven))
    throw new Refused("This usage is in Anthropic's own shape.");
}

/**
 * What the total proves to stand beside the input and the output, and not inside of them.
 *
 * @param {Count} left what the total has beyond both
 * @param {import("../metrics/exact.js").Fraction} cached
 * @param {import("../metrics/exact.js").Fraction} reasoning
 */
function beside(left, cached, reasoning) {
  const ways = [
    [ZERO, reasoning],
    [cached, ZERO],
    [cached, reasoning],
  ];
  const found = left && left.above > 0n && ways.find((way) => left.minus(sum(way)).isZero);
  return found || [ZERO, ZERO];
}

/**
 * Input and output; where both pairs of names are stated, the pair that the total proves, else the first.
 *
 * @param {Json} usage
 * @param {Count} total
 * @returns {Count[]}
 */
function sidesOf(usage, total) {
  const found = [first(usage, "prompt_tokens", "input_tokens"), first(usage, "completion_tokens", "output_tokens")];
  const other = [whole(usage.input_tokens), whole(usage.output_tokens)];
  const isProved = (/** @type {Count[]} */ sides) => total?.minus(sum(sides.map((side) => side ?? ZERO))).isZero;
  return !isProved(found) && other.every((side) => side !== undefined) && isProved(other) ? other : found;
}

/**
 * Leaves of the usage object of a response, in the names of either interface.
 *
 * @param {Json} usage
 * @param {boolean} [isOnlyInput] whether the service has no output, so that its total is its input
 * @returns {{leaves: Leaf[], total: Count, remainder: string}}
 */
export function responseLeaves(usage, isOnlyInput = false) {
  const total = whole(usage.total_tokens);
  const [stated, taken] = sidesOf(usage, total);
  const given = isOnlyInput && taken === undefined ? (stated ?? total) : stated;
  if ([given, taken, total].every((each) => each === undefined)) throw new Refused("No tokens are stated.");
  const [into, out] = [child(usage, ...INPUT_DETAILS), child(usage, ...OUTPUT_DETAILS)];
  const cache = cacheOf(usage);
  const cached = (cache.read ?? ZERO).plus(cache.write ?? ZERO);
  const reasoning = whole(out.reasoning_tokens);
  const left = total?.minus(given ?? ZERO).minus(taken ?? ZERO);
  const [more, further] = beside(left, cached, reasoning ?? ZERO);
  const input = (given ?? ZERO).plus(more);
  const byKind = modalities(into);
  const both =
    cache.read && (!cache.write || cache.write.isZero)
      ? crossed(input, cache.read, byKind, modalities(child(into, "cached_tokens_details")))
      : undefined;
  return {
    leaves: [
      ...(both ??
        divided("input", input, { dimension: "action", counts: { ...cache }, rest: "uncached" }, byModality(byKind))),
      ...output((taken ?? ZERO).plus(further), reasoning, whole(out.rejected_prediction_tokens), modalities(out)),
    ],
    total,
    remainder: remainderOf(given, taken),
  };
}
