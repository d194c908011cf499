/** Files, folders' files and standard input as inputs. */

import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { createGunzip } from "node:zlib";
import { datasetOf, formatOf, isPacked } from "../names.js";
import { input } from "../validate.js";

/** @typedef {import("../reading.js").Format} Format */
/** @typedef {import("../validate.js").Input} Input */

const CHUNK = 1 << 20;
const HEAD = 2;

/**
 * @param {string} path
 * @returns {Promise<boolean>}
 */
async function isGzip(path) {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
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
 * @param {string} path
 * @returns {Promise<Uint8Array>} how a file begins, unpacked
 */
async function startOf(path) {
  for await (const chunk of chunksOf(path)) return chunk.subarray(0, 1000);
  return new Uint8Array(0);
}

/**
 * @param {string} path
 * @param {ReadonlyMap<string, unknown>} datasets
 * @param {{dataset?: string, format?: Format}} [told]
 * @returns {Promise<Input>}
 */
export async function fileInput(path, datasets, told = {}) {
  const format = told.format ?? formatOf(path, await startOf(path));
  return input(told.dataset ?? datasetOf(basename(path), datasets), path, format, () => chunksOf(path));
}
