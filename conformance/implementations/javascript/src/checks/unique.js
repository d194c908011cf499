/** Checks of kind `unique`: values that occur once. */

import { placeOf } from "../tally.js";
import { keyOf, Scope } from "./scope.js";

/** @typedef {import("../dataset.js").Dataset} Dataset */
/** @typedef {import("../row.js").Row} Row */
/** @typedef {import("../tally.js").Tally} Tally */

export class UniqueCheck {
  /** @param {Tally} tally */
  constructor(tally) {
    this.tally = tally;
    /** @type {Set<string>} */
    this.seen = new Set();
  }

  /**
   * @param {Dataset} dataset
   * @returns {(row: Row) => void}
   */
  bind(dataset) {
    const { tally, seen } = this;
    const { check, columns } = tally.requirement;
    const names = check.columns ?? columns;
    const scope = new Scope(tally.requirement, dataset, names);
    const places = scope.places(names);
    return (row) => {
      if (places.some((at) => row.values[at] === undefined) || !scope.holds(row)) return;
      tally.evaluated++;
      const key = keyOf(row, places);
      if (seen.has(key)) tally.add(placeOf(dataset, row, columns[0]));
      else seen.add(key);
    };
  }

  finish() {}
}
