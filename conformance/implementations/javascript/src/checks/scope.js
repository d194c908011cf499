/** The records of a dataset that a check is about, and what it reads of them. */

import { settled } from "../texts.js";
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
    this.where = check.where && remembered(dataset, check.where);
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

/** @type {WeakMap<Dataset, Map<string, any>>} */
const MEMORIES = new WeakMap();

/**
 * What several checks ask of the same row is found out once.
 *
 * @template Answer
 * @param {Dataset} dataset
 * @param {string} question
 * @param {(row: Row) => Answer} ask
 * @returns {(row: Row) => Answer}
 */
function once(dataset, question, ask) {
  let memory = MEMORIES.get(dataset);
  if (!memory) MEMORIES.set(dataset, (memory = new Map()));
  const known = memory.get(question);
  if (known) return known;
  let asked = -1;
  /** @type {Answer} */
  let answer;
  const answered = (/** @type {Row} */ row) => {
    if (row.turn !== asked) {
      asked = row.turn;
      answer = ask(row);
    }
    return answer;
  };
  memory.set(question, answered);
  return answered;
}

/**
 * @param {Dataset} dataset
 * @param {{sql: string, tree: import("../tree.js").Node_}} condition
 * @returns {Predicate}
 */
function remembered(dataset, condition) {
  return once(
    dataset,
    condition.sql,
    compile(condition.tree, (name) => dataset.at(name)),
  );
}

/**
 * The values of some columns as one text, as `keyOf` gives it.
 *
 * @param {Dataset} dataset
 * @param {readonly number[]} places
 * @returns {(row: Row) => string}
 */
export function keyer(dataset, places) {
  return once(dataset, String(places), (row) => keyOf(row, places));
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
