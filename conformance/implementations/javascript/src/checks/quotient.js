/** Checks of kind `quotient`: a value against what it is the quotient of. */

import { quotient } from "../decimal.js";
import { placeOf } from "../tally.js";
import { Scope } from "./scope.js";

/** @typedef {import("../dataset.js").Dataset} Dataset */
/** @typedef {import("../row.js").Row} Row */
/** @typedef {import("../tally.js").Tally} Tally */

/** Digits after the point to which a quotient is rounded. */
const DIGITS = 18;

export class QuotientCheck {
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
    const names = [check.numerator, check.denominator, check.value];
    const scope = new Scope(tally.requirement, dataset, names);
    const [above, below, result] = names.map((name) => dataset.columns[dataset.at(name)]);
    const unit = 10n ** BigInt(Math.abs(DIGITS - result.scale));
    return (row) => {
      const [numerator, denominator, value] = [above, below, result].map(({ at }) => row.values[at]);
      if (numerator === undefined || !denominator || value === undefined || !scope.holds(row)) return;
      tally.evaluated++;
      const exact = quotient(numerator, above.scale, denominator, below.scale, DIGITS);
      const kept = result.scale > DIGITS ? exact * unit === value : exact === value * unit;
      if (!kept) tally.add(placeOf(dataset, row, columns[0]));
    };
  }

  finish() {}
}
