/** The folder of a bundle. */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { MANIFEST } from "../manifest.js";
import { chunksOf } from "./files.js";

/** @typedef {import("../manifest.js").BundleFile} BundleFile */
/** @typedef {import("../manifest.js").Folder} Folder */

/**
 * @param {string} path
 * @returns {Promise<string>} SHA-256 in hexadecimal
 */
async function digestOf(path) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

/**
 * Whether a path leads to a regular file within the folder; a link out of it does not.
 *
 * @param {string} root without links
 * @param {string} path
 */
async function isRegularWithin(root, path) {
  try {
    const real = await realpath(path);
    return real.startsWith(root + sep) && (await stat(real)).isFile();
  } catch {
    return false;
  }
}

/**
 * The files below a folder that are not hidden. Links to folders are files of no use, and are not followed.
 *
 * @param {string} folder
 * @returns {AsyncGenerator<string>}
 */
async function* filesBelow(folder) {
  for (const each of await readdir(folder, { withFileTypes: true })) {
    if (each.name.startsWith(".")) continue;
    const path = join(folder, each.name);
    if (each.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

/**
 * @param {string} path of a folder with a manifest
 * @returns {Promise<Folder>}
 */
export async function readFolder(path) {
  const root = await realpath(path);
  /** @type {BundleFile[]} */
  const files = [];
  for await (const file of filesBelow(path)) {
    const name = relative(path, file).split(sep).join("/");
    if (name === MANIFEST) continue;
    const isRegular = await isRegularWithin(root, file);
    if (!isRegular && (await isFolder(file))) continue;
    const size = isRegular ? (await stat(file)).size : 0;
    files.push({ path: name, isRegular, size, digest: () => digestOf(file), chunks: () => chunksOf(file) });
  }
  const manifest = join(path, MANIFEST);
  const isThere = await isRegularWithin(root, manifest);
  return { path, manifest: isThere ? await readFile(manifest) : null, files };
}

/** @param {string} path */
async function isFolder(path) {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Whether a path is a folder with a manifest.
 *
 * @param {string} path
 */
export async function isBundle(path) {
  try {
    return (await lstat(join(path, MANIFEST))) !== undefined;
  } catch {
    return false;
  }
}
