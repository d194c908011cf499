/** The records of a dataset that a check is about, and what it reads of them. */

import { apart, columnsOf, compile } from "../tree.js";

/** @typedef {import("../dataset.js").Dataset} Dataset */
/** @typedef {import("../row.js").Row} Row */
/** @typedef {import("../standard.js").Requirement} Requirement */
/** @typedef {import("../tree.js").Predicate} Predicate */

/** The members of a check that name columns. */
const NAMING = ["columns", "by", "column", "total", "upper", "ranges", "apart", "compare"];

export class Scope {
  /**
   * @param {Requirement} requirement
   * @param {Dataset} dataset
   * @param {string[]} [more] columns that the check reads besides those that it names
   */
  constructor(requirement, dataset, more = []) {
    const { check } = requirement;
    const trees = [check.where?.tree, check.predicate?.tree];
    const named = NAMING.flatMap((member) => [check[member] ?? []].flat(2));
    const columns = [...apart(columnsOf(trees)).own, ...named, ...more];
    this.dataset = dataset;
    /** Places of the columns that the check reads. @type {ReadonlySet<number>} */
    this.reads = new Set(columns.map((column) => dataset.at(column)));
    /** @type {Predicate | undefined} */
    this.where = check.where && compile(check.where.tree, (name) => dataset.at(name));
  }

  /**
   * Whether the check is about a row of which it knows every value that it reads.
   *
   * @param {Row} row
   */
  holds(row) {
    if (row.malformed.length > 0 && row.spoils(this.reads)) return false;
    return this.where === undefined || this.where(row) === true;
  }

  /**
   * @param {string[]} columns
   * @returns {number[]}
   */
  places(columns) {
    return columns.map((column) => this.dataset.at(column));
  }
}

/**
 * The values of some columns as one text, which differs where one of them does; null is a value.
 *
 * @param {Row} row
 * @param {readonly number[]} places
 * @returns {string}
 */
export function keyOf(row, places) {
  let key = "";
  for (let each = 0; each < places.length; each++) key += keyPart(row.values[places[each]]);
  return settled(key);
}

/**
 * @param {string | bigint | boolean | undefined} value
 * @returns {string}
 */
export function keyPart(value) {
  if (typeof value === "string") return `${value.length}:${value}`;
  return value === undefined ? "-" : `${value};`;
}

/**
 * A text of its own. What is cut out of a line, or put together from such parts, would keep the whole line in memory.
 *
 * @param {string} text
 * @returns {string}
 */
export function settled(text) {
  Number(text);
  return text;
}
