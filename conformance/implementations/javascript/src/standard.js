/**
 * The published files of one version: schemas and the catalogue. All that this program knows of a version is in them, or
 * made of them.
 */

import { Ownership } from "./ownership.js";
import { Dataset } from "./dataset.js";

/** @typedef {Record<string, any>} Schema A JSON Schema. */
/** @typedef {"metering" | "cost" | "attribution" | "intelligence"} Profile */
/**
 * @typedef {object} Requirement A requirement as the catalogue states it.
 * @property {string} id
 * @property {string | null} dataset
 * @property {Profile} profile
 * @property {"MUST" | "SHOULD"} keyword
 * @property {string} statement
 * @property {string[]} columns
 * @property {Record<string, any> & {kind: string}} check
 * @property {string} fix
 */
/**
 * @typedef {object} Files What is in the folder of a version.
 * @property {{version: string, requirements: Requirement[]}} catalogue
 * @property {Record<string, Schema>} schemas by file name
 */
/** @typedef {Record<string, import("./ownership.js").Validator>} Validators What the build made of the schemas. */

/** From the least to the most demanding. @type {readonly Profile[]} */
export const PROFILES = ["metering", "cost", "attribution", "intelligence"];

/** How the identifiers begin of requirements that bind programs, and no input. */
const OF_PROGRAMS = ["OTS-VAL-", "OTS-MET-"];

/**
 * @param {Requirement[]} requirements
 * @returns {Requirement[]} those that bind inputs
 */
export function bindingInputs(requirements) {
  return requirements.filter((each) => !OF_PROGRAMS.some((area) => each.id.startsWith(area)));
}

export class Standard {
  /**
   * @param {Files} files
   * @param {Validators} validators of the same version, from `generated/validators.js`
   */
  constructor(files, validators) {
    this.version = files.catalogue.version;
    /** Those that bind inputs, in the order of the catalogue. */
    this.requirements = bindingInputs(files.catalogue.requirements);
    const [{ enum: codes }] = files.schemas["common.schema.json"].$defs.currency.anyOf.filter(
      (/** @type {Schema} */ each) => each.enum,
    );
    /** The codes of ISO 4217. @type {ReadonlySet<string>} */
    this.currencies = new Set(codes);
    const ownership = new Ownership(files.schemas, this.requirements, validators);
    const read = columnsRead(this.requirements);
    /** @type {Map<string, Dataset>} */
    this.datasets = new Map();
    for (const [file, schema] of Object.entries(files.schemas)) {
      const name = schema["x-dataset"];
      if (name !== undefined) this.datasets.set(name, new Dataset(name, { file, path: [] }, ownership, read));
    }
  }

  /**
   * The requirements that an input of these datasets is held to.
   *
   * @param {ReadonlySet<string>} datasets
   * @returns {Requirement[]}
   */
  binding(datasets) {
    return this.requirements.filter((each) => each.dataset === null || datasets.has(each.dataset));
  }

  /** The profiles that have requirements of their own, from the least demanding. */
  get ladder() {
    return PROFILES.filter((profile) => this.requirements.some((each) => each.profile === profile));
  }

  /**
   * @param {string} name
   * @returns {Dataset}
   */
  dataset(name) {
    const dataset = this.datasets.get(name);
    if (!dataset) throw new Error(`Version ${this.version} has no dataset ${name}.`);
    return dataset;
  }
}

/**
 * Every column that a check other than that of its shape looks at.
 *
 * @param {Requirement[]} requirements
 * @returns {Set<string>}
 */
function columnsRead(requirements) {
  const found = new Set();
  /** @param {unknown} part */
  const gather = (part) => {
    if (typeof part === "string") found.add(part.replace(/^named__/, ""));
    else if (part !== null && typeof part === "object") Object.values(part).forEach(gather);
  };
  for (const each of requirements) {
    if (each.check.kind === "schema") continue;
    gather(each.columns);
    gather(each.check);
  }
  return found;
}

/**
 * @param {Profile} profile
 * @returns {number} its place among the profiles
 */
export function rank(profile) {
  return PROFILES.indexOf(profile);
}
