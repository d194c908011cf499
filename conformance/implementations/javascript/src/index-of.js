/** Where the values of a column stand for the first time, so that a reference finds its record. */

import { keyOf } from "./checks/scope.js";

/** @typedef {import("./dataset.js").Dataset} Dataset */
/** @typedef {import("./row.js").Row} Row */

export class IndexOf {
  /**
   * @param {Dataset} dataset
   * @param {number} place of the column
   * @param {boolean} keeps whether records are kept, and not read again; so it is for another dataset
   */
  constructor(dataset, place, keeps) {
    this.dataset = dataset;
    this.place = [place];
    this.keeps = keeps;
    /** @type {Map<string, {ordinal: number, row: Row | undefined}>} */
    this.first = new Map();
    /** What is kept of each record. @type {Set<number>} */
    this.columns = new Set();
  }

  /** @param {ReadonlySet<number>} columns that another dataset needs of the record */
  keep(columns) {
    for (const at of columns) this.columns.add(at);
  }

  /** @param {Row} row */
  take(row) {
    if (row.values[this.place[0]] === undefined) return;
    const key = keyOf(row, this.place);
    if (!this.first.has(key)) this.first.set(key, { ordinal: row.ordinal, row: this.keeps ? row.kept(this.columns) : undefined });
  }

  /** @param {string} key */
  get(key) {
    return this.first.get(key);
  }

  /** @param {string} key */
  has(key) {
    return this.first.has(key);
  }
}
