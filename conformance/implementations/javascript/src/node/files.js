/** Files, folders' files and standard input as inputs. */

import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { createGunzip } from "node:zlib";
import { input } from "../validate.js";

/** @typedef {import("../reading.js").Format} Format */
/** @typedef {import("../validate.js").Input} Input */

const GZIP = [0x1f, 0x8b];
const CHUNK = 1 << 20;

/**
 * Whether bytes are those of gzip.
 *
 * @param {Uint8Array} bytes
 */
export function isPacked(bytes) {
  return GZIP.every((byte, at) => bytes[at] === byte);
}

/**
 * @param {string} path
 * @returns {Promise<boolean>}
 */
async function isGzip(path) {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(GZIP.length), 0, GZIP.length, 0);
    return isPacked(buffer);
  } finally {
    await file.close();
  }
}

/**
 * What a file holds, unpacked.
 *
 * @param {string} path
 * @returns {AsyncIterable<Uint8Array>}
 */
export async function* chunksOf(path) {
  const unpack = await isGzip(path);
  const stream = createReadStream(path, { highWaterMark: CHUNK });
  if (!unpack) {
    yield* stream;
    return;
  }
  const unpacked = createGunzip({ chunkSize: CHUNK });
  stream.on("error", (error) => unpacked.destroy(error));
  yield* stream.pipe(unpacked);
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
 * @param {string} path
 * @returns {Promise<Uint8Array>} how a file begins, unpacked
 */
async function startOf(path) {
  for await (const chunk of chunksOf(path)) return chunk.subarray(0, 1000);
  return new Uint8Array(0);
}

/**
 * The dataset that a file name tells: the name up to its first dot, where that is one.
 *
 * @param {string} path
 * @param {ReadonlyMap<string, unknown>} datasets
 * @returns {string}
 */
export function datasetOf(path, datasets) {
  const [stem] = basename(path).split(".");
  return datasets.has(stem) && stem !== "manifest" ? stem : "usage";
}

/**
 * @param {string} path
 * @param {ReadonlyMap<string, unknown>} datasets
 * @param {{dataset?: string, format?: Format}} [told]
 * @returns {Promise<Input>}
 */
export async function fileInput(path, datasets, told = {}) {
  const format = told.format ?? formatOf(path, await startOf(path));
  return input(told.dataset ?? datasetOf(path, datasets), path, format, () => chunksOf(path));
}
