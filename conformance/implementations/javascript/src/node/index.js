/** The validator for Node: it reads files. */

import { validate } from "../validate.js";
import { fileInput } from "./files.js";

export { loadStandard } from "./standard.js";
export * from "../index.js";

/** @typedef {import("../standard.js").Standard} Standard */
/** @typedef {import("../reading.js").Format} Format */

/**
 * Validate files as one export, or one bundle.
 *
 * @param {Standard} standard
 * @param {string[]} paths
 * @param {import("../validate.js").Options & {dataset?: string, format?: Format}} [options]
 * @returns {Promise<import("../report.js").Report>}
 */
export async function validatePaths(standard, paths, options = {}) {
  const { dataset, format, ...rest } = options;
  const inputs = paths.map((path) => fileInput(path, standard.datasets, { dataset, format }));
  return validate(standard, inputs, rest);
}
