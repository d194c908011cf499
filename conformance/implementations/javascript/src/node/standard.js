/** Where the published files are: in the checkout, or in the copy that `npm run copy-schemas` makes. */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { VALIDATORS } from "../../generated/validators.js";
import { Standard } from "../standard.js";

const HERE = dirname(fileURLToPath(import.meta.url));
const PLACES = [join(HERE, "..", "..", "schemas"), join(HERE, "..", "..", "..", "..", "..", "schemas")];

/** @typedef {import("../standard.js").Validators} Validators */
/** @type {Record<string, {digest: string, make: () => Validators}>} */
const BUILT = VALIDATORS;

/**
 * @param {string} folder of one version
 * @returns {import("../standard.js").Files & {digest: string}} with what tells its schemas from others
 */
export function readFiles(folder) {
  const digest = createHash("sha256");
  /** @type {Record<string, any>} */
  const schemas = {};
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith(".schema.json")) continue;
    const content = readFileSync(join(folder, name));
    digest.update(name).update(content);
    schemas[name] = JSON.parse(content.toString("utf8"));
  }
  const catalogue = JSON.parse(readFileSync(join(folder, "catalogue.json"), "utf8"));
  return { catalogue, schemas, digest: digest.digest("hex") };
}

/** @returns {string} the folder that has a folder for each version */
export function place() {
  const found = PLACES.find((each) => existsSync(each));
  if (!found)
    throw new Error("The schemas are not there; run this from a checkout, or run `npm run copy-schemas` in one.");
  return found;
}

/** @returns {string[]} the folders of the versions */
export function folders() {
  const names = readdirSync(place()).map((name) => join(place(), name));
  return names.filter((folder) => existsSync(join(folder, "catalogue.json")));
}

/**
 * @param {string} [version]
 * @returns {Standard}
 */
export function loadStandard(version) {
  const found = folders().map(readFiles);
  const files = version === undefined ? found.at(-1) : found.find((each) => each.catalogue.version === version);
  if (!files) throw new RangeError(`Version ${version} of the standard is not supported.`);
  const built = BUILT[files.catalogue.version];
  if (built?.digest !== files.digest)
    throw new Error("The schemas have changed since the validators were built from them; run `npm run build`.");
  return new Standard(files, built.make());
}
