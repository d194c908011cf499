/** Checks of kind `row`: a predicate on one record. */

import { placeOf } from "../tally.js";
import { compile } from "../tree.js";
import { Scope } from "./scope.js";

/** @typedef {import("../dataset.js").Dataset} Dataset */
/** @typedef {import("../row.js").Row} Row */
/** @typedef {import("../tally.js").Tally} Tally */

export class RowCheck {
  /** @param {Tally} tally */
  constructor(tally) {
    this.tally = tally;
  }

  /**
   * @param {Dataset} dataset
   * @returns {(row: Row) => void}
   */
  bind(dataset) {
    const { tally } = this;
    const { check, columns } = tally.requirement;
    const scope = new Scope(tally.requirement, dataset);
    const predicate = compile(check.predicate.tree, (name) => dataset.at(name));
    return (row) => {
      if (!scope.holds(row)) return;
      const kept = predicate(row);
      if (kept === undefined) return;
      tally.evaluated++;
      if (!kept) tally.add(placeOf(dataset, row, columns[0] ?? null));
    };
  }

  finish() {}
}
