/** Where the values of some columns stand for the first time, so that a reference finds its record. */

import { keyOf } from "./checks/scope.js";

/** @typedef {import("./dataset.js").Dataset} Dataset */
/** @typedef {import("./row.js").Row} Row */

export class IndexOf {
  /**
   * @param {Dataset} dataset
   * @param {number[]} places of the columns
   * @param {boolean} keeps whether records are kept, and not read again; so it is for another dataset
   */
  constructor(dataset, places, keeps) {
    this.dataset = dataset;
    this.places = places;
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
    if (this.places.some((at) => row.values[at] === undefined)) return;
    const key = keyOf(row, this.places);
    if (!this.first.has(key))
      this.first.set(key, { ordinal: row.ordinal, row: this.keeps ? row.kept(this.columns) : undefined });
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
