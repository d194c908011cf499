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
 * @param {string} path
 * @returns {Promise<boolean>}
 */
async function isGzip(path) {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(GZIP.length), 0, GZIP.length, 0);
    return bytesRead === GZIP.length && GZIP.every((byte, at) => buffer[at] === byte);
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
 * The format that a file name tells.
 *
 * @param {string} name
 * @returns {Format}
 */
export function formatOf(name) {
  return /\.csv(?:\.gz)?$/i.test(name) ? "csv" : "jsonl";
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
 * @returns {Input}
 */
export function fileInput(path, datasets, told = {}) {
  return input(told.dataset ?? datasetOf(path, datasets), path, told.format ?? formatOf(path), () => chunksOf(path));
}
