/** Totals and their subsets, to disjoint leaves. */

import { sum, ZERO } from "../metrics/exact.js";

/** @typedef {import("../metrics/exact.js").Fraction} Fraction */
/** @typedef {import("./rows.js").Leaf} Leaf */
/** @typedef {Fraction | undefined} Count undefined where the source does not state it */

const MODALITIES = ["text", "image", "audio", "video", "document"];

/**
 * Input whose total holds what was read from the cache and what was written to it.
 *
 * @param {Count} total
 * @param {Count} read
 * @param {Count} [write]
 * @returns {Leaf[]}
 */
export function inclusive(total, read, write) {
  if (total === undefined) return [];
  if (read === undefined && write === undefined) return [{ direction: "input", quantity: total }];
  const rest = total.minus(read ?? ZERO).minus(write ?? ZERO);
  return disjoint({ uncached: rest, read, write });
}

/**
 * Input whose parts stand side by side.
 *
 * @param {{uncached?: Count, read?: Count, write?: Count, short?: Count, long?: Count}} parts `short` and `long` are
 *   writes that live for 5 minutes and for 1 hour, and part of `write`
 * @returns {Leaf[]}
 */
export function disjoint({ uncached, read, write, short, long }) {
  const kinds = /** @type {[string, number | undefined, Count][]} */ ([
    ["uncached", undefined, uncached],
    ["read", undefined, read],
    ["write", 300, short],
    ["write", 3600, long],
    ["write", undefined, write?.minus(short ?? ZERO).minus(long ?? ZERO)],
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
 * @returns {Leaf[]}
 */
export function output(total, reasoning, rejected) {
  if (total === undefined) return [];
  if (reasoning === undefined && rejected === undefined) return [{ direction: "output", quantity: total }];
  const answer = total.minus(reasoning ?? ZERO).minus(rejected ?? ZERO);
  return [
    { direction: "output", role: "answer", quantity: answer },
    { direction: "output", role: "reasoning", quantity: reasoning ?? ZERO },
    { direction: "output", role: "rejected_prediction", quantity: rejected ?? ZERO },
  ];
}

/**
 * The same leaves, divided by what they encode: two breakdowns go together where one of them has a single value.
 *
 * @param {Leaf[]} leaves of one direction
 * @param {Record<string, Count>} modalities of all of them together, by name
 * @returns {Leaf[]}
 */
export function encoded(leaves, modalities) {
  const parts = MODALITIES.flatMap((modality) => {
    const quantity = modalities[modality];
    return quantity === undefined || quantity.isZero ? [] : [{ modality, quantity }];
  });
  if (parts.length === 0) return leaves;
  const filled = leaves.filter(({ quantity }) => !quantity.isZero);
  const rest = sum(filled.map(({ quantity }) => quantity)).minus(sum(parts.map(({ quantity }) => quantity)));
  if (!rest.isZero) parts.push({ modality: "unspecified", quantity: rest });
  if (filled.length === 1) return parts.map((part) => ({ ...filled[0], ...part }));
  return filled.map((leaf) => ({ ...leaf, modality: parts.length === 1 ? parts[0].modality : "unspecified" }));
}
