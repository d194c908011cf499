/** Where the published files are: in the checkout, or in the copy that `npm run copy-schemas` makes. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Standard } from "../standard.js";

const HERE = dirname(fileURLToPath(import.meta.url));
const PLACES = [join(HERE, "..", "..", "schemas"), join(HERE, "..", "..", "..", "..", "..", "schemas")];

/**
 * @param {string} folder of one version
 * @returns {import("../standard.js").Files}
 */
export function readFiles(folder) {
  const read = (/** @type {string} */ name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
  /** @type {Record<string, any>} */
  const schemas = {};
  for (const name of readdirSync(folder)) if (name.endsWith(".schema.json")) schemas[name] = read(name);
  return { catalogue: read("catalogue.json"), schemas };
}

/** @returns {string} the folder that has a folder for each version */
function place() {
  const found = PLACES.find((each) => existsSync(each));
  if (!found)
    throw new Error("The schemas are not there; run this from a checkout, or run `npm run copy-schemas` in one.");
  return found;
}

/**
 * @param {string} [version]
 * @returns {Standard}
 */
export function loadStandard(version) {
  const folders = readdirSync(place()).filter((name) => existsSync(join(place(), name, "catalogue.json")));
  const standards = folders.map((name) => readFiles(join(place(), name)));
  const files = version === undefined ? standards.at(-1) : standards.find((each) => each.catalogue.version === version);
  if (!files) throw new RangeError(`Version ${version} of the standard is not supported.`);
  return new Standard(files);
}
