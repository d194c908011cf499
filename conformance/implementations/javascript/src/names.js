/** What a file's name and its first bytes tell. */

/** @typedef {import("./reading.js").Format} Format */

const GZIP = [0x1f, 0x8b];

/**
 * Whether bytes are those of gzip.
 *
 * @param {Uint8Array} bytes
 */
export function isPacked(bytes) {
  return GZIP.every((byte, at) => bytes[at] === byte);
}

/**
 * The format that a file name tells, or else the first byte: a record of JSON Lines begins with a brace.
 *
 * @param {string} name
 * @param {Uint8Array} [start] how the file begins, unpacked
 * @returns {Format}
 */
export function formatOf(name, start) {
  const [suffix] =
    name
      .toLowerCase()
      .replace(/\.gz$/, "")
      .match(/\.[^./]+$/) ?? [];
  if (suffix === ".csv") return "csv";
  if (suffix === ".jsonl" || suffix === ".ndjson" || !start?.length) return "jsonl";
  return /^\s*\{/.test(new TextDecoder().decode(start)) ? "jsonl" : "csv";
}

/**
 * The dataset that a file name tells: the name up to its first dot, where that is one.
 *
 * @param {string} name without folders
 * @param {ReadonlyMap<string, unknown>} datasets
 * @returns {string}
 */
export function datasetOf(name, datasets) {
  const [stem] = name.split(".");
  return datasets.has(stem) && stem !== "manifest" ? stem : "usage";
}
