/** Pages of time buckets, as the administration interfaces of vendors return them. */

import { isObject, Refused } from "./payload.js";
import { opaque } from "./rows.js";

/** @typedef {import("./payload.js").Json} Json */
/** @typedef {{bucket: Json, row: Json}} Result a result, and the bucket that it is of */

/**
 * Each result of a page, or of a bucket by itself.
 *
 * @param {Json} page
 * @returns {(Result | Refused)[]}
 */
export function results(page) {
  const list = Array.isArray(page.results) ? [page] : page.data;
  if (!Array.isArray(list)) throw new Refused("A page has data, and a bucket results.");
  return list.flatMap((bucket) => {
    if (!Array.isArray(bucket?.results)) return [new Refused("A bucket has results.")];
    return bucket.results.map((/** @type {Json} */ row) =>
      isObject(row) && !Array.isArray(row) ? { bucket, row } : new Refused("A result is an object."),
    );
  });
}

/**
 * What tells a result from others: its period, what it is grouped by, and whatever it says in words that are not known,
 * for it may be grouped by that, too.
 *
 * @param {Json[]} around
 * @param {Json} row
 * @param {string[]} dimensions
 * @param {string[]} others that are known and tell nothing apart
 */
export function keyOf(around, row, dimensions, others) {
  const said = Object.keys(row)
    .filter((name) => ["string", "boolean"].includes(typeof row[name]) && row[name] !== "")
    .filter((name) => dimensions.includes(name) || !others.includes(name))
    .sort();
  return opaque([...around, ...said.flatMap((name) => [name, String(row[name])])]);
}
