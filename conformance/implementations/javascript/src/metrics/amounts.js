/** Which amounts of usage count, and which quantities without one. */

import { Fraction, ZERO, sum } from "./exact.js";

/** @typedef {import("./calculate.js").Json} Json */

/** Amounts that are paid; others value what was consumed, which is in the purchases too that cover it. */
const INVOICED = ["billed_cost", "effective_cost"];
/** Where the amount of a quantity is known without being on its record. */
const ELSEWHERE = ["other_row", "none"];

/** @param {any} value */
export const given = (value) => value !== undefined && value !== null;

/** @param {any} value @returns {Fraction} that is 0 where there is no value */
export const orZero = (value) => (given(value) ? Fraction.of(/** @type {string} */ (value)) : ZERO);

/** @param {Json} record @param {string} cost the column */
export const isPaid = (record, cost) =>
  given(record[cost]) && (INVOICED.includes(cost) || record.charge_category === "usage");

/** @param {Json} record @param {string} cost the column */
export const isElsewhere = (record, cost) => INVOICED.includes(cost) && ELSEWHERE.includes(record.cost_carrier);

/** Whether nothing here states what a quantity cost. @param {Json} record @param {string} cost the column */
export const isUnknown = (record, cost) =>
  !isPaid(record, cost) && record.charge_category === "usage" && !isElsewhere(record, cost);

/** @param {Json[]} records @param {string} cost the column */
export const spent = (records, cost) =>
  sum(records.filter((each) => isPaid(each, cost)).map((each) => Fraction.of(each[cost])));
