/** The validator for Node: it reads files and folders. */

import { stat } from "node:fs/promises";
import { Bundle } from "../manifest.js";
import { validate } from "../validate.js";
import { fileInput } from "./files.js";
import { isBundle, readFolder } from "./folder.js";

export * from "../index.js";
export { validateFiles } from "./memory.js";
export { loadStandard } from "./standard.js";

/** @typedef {import("../reading.js").Format} Format */
/** @typedef {import("../report.js").Report} Report */
/** @typedef {import("../standard.js").Standard} Standard */

/** An input cannot be read, or an option makes no sense. */
export class InputError extends Error {}

/**
 * Validate files as one export, or a folder with a manifest as a bundle.
 *
 * @param {Standard} standard
 * @param {string[]} paths
 * @param {import("../validate.js").Options & {dataset?: string, format?: Format}} [options]
 * @returns {Promise<Report>}
 */
export async function validatePaths(standard, paths, options = {}) {
  const { dataset, format, ...rest } = options;
  for (const path of paths) {
    if (!(await stat(path)).isDirectory()) continue;
    if (!(await isBundle(path)))
      throw new InputError(`${path} is a folder without a manifest.json. Name the files in it.`);
    if (paths.length > 1) throw new InputError("A bundle is judged by itself. Validate one at a time.");
    const bundle = new Bundle(standard, await readFolder(path));
    return validate(standard, bundle.inputs(), { ...rest, bundle });
  }
  const inputs = await Promise.all(paths.map((path) => fileInput(path, standard.datasets, { dataset, format })));
  return validate(standard, inputs, rest);
}
