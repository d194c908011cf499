/** Files in a browser: read piece by piece where they are, and sent nowhere. */

import { Bundle, MANIFEST } from "../manifest.js";
import { datasetOf, formatOf, isPacked } from "../names.js";
import { examine, input } from "../validate.js";

/** @typedef {import("../manifest.js").BundleFile} BundleFile */
/** @typedef {import("../report.js").Examination} Examination */
/** @typedef {import("../standard.js").Profile} Profile */
/** @typedef {import("../standard.js").Standard} Standard */
/** @typedef {import("../validate.js").Input} Input */
/** @typedef {import("../validate.js").Pass} Pass */
/** @typedef {{path: string, blob: Blob}} WebFile A file, and what its user calls it. */
/** @typedef {{pass: Pass, path: string, done: number, total: number}} Progress How many bytes of all were read in this pass. */
/**
 * @typedef {object} Options
 * @property {Profile} [profile]
 * @property {string} [dataset] of all files; else their names tell
 * @property {number} [maxExamples] of each requirement
 * @property {(progress: Progress) => void} [progress]
 * @property {number} [most] bytes of all files, unpacked
 */

const PIECE = 1 << 18;
/** What a tab can hold beside everything else that it does, in bytes: some hundred thousand records. */
export const MOST_BYTES = 256 * 1024 * 1024;

/** First bytes of what is neither text nor gzip. @type {[string, number[]][]} */
const FOREIGN = [
  ["a Parquet file", [0x50, 0x41, 0x52, 0x31]],
  ["a zip archive", [0x50, 0x4b, 0x03, 0x04]],
  ["compressed with Zstandard", [0x28, 0xb5, 0x2f, 0xfd]],
  ["a PDF document", [0x25, 0x50, 0x44, 0x46]],
];

/** A file cannot be read here; the message says what to do. */
export class Refused extends Error {}

/** Reads files, and keeps account of how much was read. */
class Desk {
  /** @param {Options} options */
  constructor({ progress, most = MOST_BYTES }) {
    this.progress = progress ?? (() => {});
    this.most = most;
    /** @type {Pass} */
    this.pass = "collect";
    this.before = 0;
    this.total = 0;
    /** How much of each file was read at most, since files are read more than once. @type {Map<Blob, number>} */
    this.lengths = new Map();
    this.length = 0;
  }

  /**
   * @param {WebFile} file
   * @param {number} length that was read of it
   */
  count({ path, blob }, length) {
    const before = this.lengths.get(blob) ?? 0;
    if (length <= before) return;
    this.lengths.set(blob, length);
    this.length += length - before;
    if (this.length > this.most) throw tooLarge(this.lengths.size > 1 ? null : path, this.most);
  }

  /**
   * @param {WebFile} file
   * @returns {AsyncGenerator<Uint8Array<ArrayBuffer>>} what it holds, unpacked
   */
  async *chunks(file) {
    const { path, blob } = file;
    const tell = (/** @type {number} */ read) =>
      this.progress({ pass: this.pass, path, done: this.before + read, total: this.total });
    const packed = isPacked(await piece(path, blob, 0, 2));
    let length = 0;
    for await (const chunk of packed ? unpacked(path, blob, tell) : pieces(path, blob, tell)) {
      length += chunk.length;
      this.count(file, length);
      yield chunk;
    }
  }
}

/**
 * @param {string} path
 * @param {Blob} blob
 * @param {number} start
 * @param {number} end
 */
async function piece(path, blob, start, end) {
  try {
    return new Uint8Array(await blob.slice(start, end).arrayBuffer());
  } catch {
    throw new Refused(`${path} cannot be read, or has changed since it was chosen. Choose it again.`);
  }
}

/**
 * @param {string} path
 * @param {Blob} blob
 * @param {(read: number) => void} tell
 */
async function* pieces(path, blob, tell) {
  for (let at = 0; at < blob.size; at += PIECE) {
    yield await piece(path, blob, at, at + PIECE);
    tell(Math.min(at + PIECE, blob.size));
  }
}

/**
 * @param {string} path
 * @param {Blob} blob
 * @param {(read: number) => void} tell
 */
async function* unpacked(path, blob, tell) {
  let read = 0;
  const counted = new TransformStream({
    transform(chunk, controller) {
      read += chunk.length;
      controller.enqueue(chunk);
    },
  });
  const reader = blob.stream().pipeThrough(counted).pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (;;) {
      const { done, value } = await next(path, reader);
      if (done) return;
      yield value;
      tell(read);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/**
 * @param {string} path
 * @param {ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>} reader
 */
async function next(path, reader) {
  try {
    return await reader.read();
  } catch {
    throw new Refused(`${path} cannot be unpacked: it is damaged, or has more than one part. Unpack it first.`);
  }
}

/**
 * @param {string | null} path if it is one file
 * @param {number} most
 */
function tooLarge(path, most) {
  const limit = `${Math.round(most / 1024 / 1024)} MB`;
  const what = path === null ? "The files are together" : `${path} is`;
  return new Refused(`${what} larger than ${limit}, unpacked. Use the command line, which reads files of any size.`);
}

/**
 * How a file begins, if it can be read here.
 *
 * @param {Desk} desk
 * @param {WebFile} file
 * @returns {Promise<Uint8Array>}
 */
async function startOf(desk, file) {
  const { path, blob } = file;
  const head = await piece(path, blob, 0, 4);
  for (const [what, bytes] of FOREIGN) {
    if (bytes.every((byte, at) => head[at] === byte))
      throw new Refused(`${path} is ${what}, which is not read here. Use CSV or JSON Lines, or the command line.`);
  }
  for await (const chunk of desk.chunks(file)) return chunk.subarray(0, 1000);
  return head;
}

/** @param {string} path */
function nameOf(path) {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * @param {Standard} standard
 * @param {WebFile[]} files
 * @param {Desk} desk
 * @returns {Promise<Bundle | null>} where one of the files is a manifest
 */
async function bundleOf(standard, files, desk) {
  const manifest = files.find((file) => file.path === MANIFEST);
  if (!manifest) return null;
  const others = files.filter(
    (file) => file !== manifest && !file.path.split("/").some((each) => each.startsWith(".")),
  );
  return new Bundle(standard, {
    path: ".",
    manifest: await piece(MANIFEST, manifest.blob, 0, manifest.blob.size),
    files: others.map((file) => ({
      path: file.path,
      isRegular: true,
      size: file.blob.size,
      digest: () => digestOf(file),
      chunks: () => desk.chunks(file),
    })),
  });
}

/** @param {WebFile} file */
async function digestOf({ path, blob }) {
  const digest = await crypto.subtle.digest("SHA-256", await piece(path, blob, 0, blob.size));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Validate files as one export, or as a bundle where one of them is a manifest.
 *
 * @param {Standard} standard
 * @param {WebFile[]} files
 * @param {Options} [options]
 * @returns {Promise<Examination>}
 * @throws {Refused} where a file cannot be read here
 */
export async function examineFiles(standard, files, options = {}) {
  const desk = new Desk(options);
  const whole = files.reduce((sum, { blob }) => sum + blob.size, 0);
  if (whole > desk.most) throw tooLarge(files.length > 1 ? null : files[0].path, desk.most);
  const bundle = await bundleOf(standard, files, desk);
  const inputs = bundle ? bundleInputs(bundle) : await fileInputs(standard, files, desk, options.dataset);
  const sizes = inputs.map(({ path }) => files.find((file) => [file.path, `./${file.path}`].includes(path))?.blob.size);
  /** @param {number} [end] */
  const upTo = (end) => sizes.slice(0, end).reduce((/** @type {number} */ sum, size) => sum + (size ?? 0), 0);
  desk.total = upTo();
  const { profile, maxExamples } = options;
  const watch = (/** @type {Pass} */ pass, /** @type {number} */ at) => {
    desk.pass = pass;
    desk.before = upTo(at);
  };
  return examine(standard, inputs, { profile, maxExamples, watch, ...(bundle ? { bundle } : {}) });
}

/** @param {Bundle} bundle */
function bundleInputs(bundle) {
  try {
    return bundle.inputs();
  } catch (error) {
    throw error instanceof RangeError ? new Refused(`${error.message} Use the command line.`) : error;
  }
}

/**
 * @param {Standard} standard
 * @param {WebFile[]} files
 * @param {Desk} desk
 * @param {string} [dataset]
 * @returns {Promise<Input[]>}
 */
async function fileInputs(standard, files, desk, dataset) {
  /** @type {Input[]} */
  const inputs = [];
  for (const file of files) {
    const name = nameOf(file.path);
    const format = formatOf(name, await startOf(desk, file));
    inputs.push(input(dataset ?? datasetOf(name, standard.datasets), file.path, format, () => desk.chunks(file)));
  }
  return inputs;
}
