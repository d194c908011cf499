/** What was found for one requirement. */

import { NumberText, Nested } from "./json.js";

/** @typedef {import("./row.js").Row} Row */
/** @typedef {import("./json.js").Value} Value */
/** @typedef {import("./standard.js").Requirement} Requirement */
/**
 * @typedef {object} Example A place that breaks the requirement.
 * @property {string} dataset
 * @property {number | null} input its place among the inputs; null where it is none of them
 * @property {string} [path] of what is no input
 * @property {number | null} row
 * @property {number | null} line
 * @property {string | null} recordId
 * @property {string | null} column
 * @property {string | null} value
 * @property {string | null} [detail] how it breaks it, where the requirement does not say
 */

const LONGEST_VALUE = 200;

export class Tally {
  /**
   * @param {Requirement} requirement
   * @param {number} most examples to keep
   */
  constructor(requirement, most) {
    this.requirement = requirement;
    this.most = most;
    this.evaluated = 0;
    this.violations = 0;
    /** @type {Example[]} */
    this.examples = [];
    /** Why nothing was evaluated, where there is a special reason. @type {string | null} */
    this.reason = null;
  }

  /** Count a violation, and say whether its place is to be kept as an example. */
  count() {
    return this.violations++ < this.most;
  }

  /** @param {Example} example */
  add(example) {
    if (this.count()) this.examples.push(example);
  }
}

/**
 * A value as a report shows it.
 *
 * @param {Value | undefined} value
 * @returns {string | null}
 */
export function shown(value) {
  if (value === undefined) return null;
  const text = value instanceof NumberText || value instanceof Nested ? value.text : String(value);
  return text.length <= LONGEST_VALUE ? text : [...text.slice(0, 2 * LONGEST_VALUE)].slice(0, LONGEST_VALUE).join("");
}

/**
 * A place in a record.
 *
 * @param {import("./dataset.js").Dataset} dataset
 * @param {Row} row
 * @param {string | null} column to blame
 * @param {Value} [value] of a name that is no column
 * @returns {Example}
 */
export function placeOf(dataset, row, column, value) {
  const blamed = column === null ? undefined : dataset.byName.get(column);
  const id = dataset.identifier && row.stated[dataset.identifier.at];
  return {
    dataset: dataset.name,
    input: row.input,
    row: row.number || null,
    line: row.line || null,
    recordId: typeof id === "string" ? id : null,
    column,
    value: shown(blamed ? row.stated[blamed.at] : value),
  };
}
