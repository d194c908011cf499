/** What a ledger of usage says of itself. */

import { grouped } from "./evaluations.js";
import { Fraction, ZERO, sum } from "./exact.js";

/** @typedef {import("./calculate.js").Found} Found */
/** @typedef {import("./calculate.js").Json} Json */
/** @typedef {import("./calculate.js").Request} Request */

const given = (/** @type {any} */ value) => value !== undefined && value !== null;
const amount = (/** @type {any} */ value) => (given(value) ? Fraction.of(/** @type {string} */ (value)) : ZERO);
const CACHED = ["read", "write", "uncached"];
/** Amounts that are paid; others value what was consumed, which is in the purchases too that cover it. */
const INVOICED = ["billed_cost", "effective_cost"];
/** Where the amount of a quantity is not among the records, or unknown. */
const LEFT_OUT = ["plan", "unknown"];

/** @param {Json[]} records */
const quantity = (records) => sum(records.map((each) => amount(each.consumed_quantity)));

/**
 * @param {Request} request
 * @returns {Found[]}
 */
function unitCost({ selected, cost, blockSize }) {
  const isPaid = (/** @type {Json} */ each) =>
    given(each[cost]) && (INVOICED.includes(cost) || each.charge_category === "usage");
  const all = selected("usage");
  const usage = all.filter((each) => given(each.meter));
  const meters = grouped(usage, (each) => JSON.stringify([each.meter, each.consumed_unit ?? null]));
  if (meters.size > 1) throw new RangeError("The records are of several meters. Select one.");
  const [amounts, charges] = [usage, all.filter((each) => !given(each.meter))].map((records) =>
    grouped(records.filter(isPaid), (each) => each.billing_currency),
  );
  return [...new Set([...amounts.keys(), ...charges.keys()])].map((currency) => {
    const [own, rest] = [amounts, charges].map((each) => each.get(currency) ?? []);
    const counted =
      amounts.size > 1 || own.length === 0 ? own : usage.filter((each) => !LEFT_OUT.includes(each.cost_carrier));
    return {
      numerator: sum(own.map((each) => amount(each[cost]))),
      denominator: /** @type {Fraction} */ (quantity(counted).over(blockSize)),
      facts: {
        currency,
        records_without_meter: rest.length,
        cost_without_meter: String(sum(rest.map((each) => amount(each[cost])))),
      },
    };
  });
}

/**
 * @param {Request} request
 * @returns {Found[]}
 */
function retryOverhead({ selected, cost }) {
  const attempts = selected("usage").filter((each) => given(each.attempt) && given(each[cost]));
  return [...grouped(attempts, (each) => each.billing_currency)].map(([currency, own]) => {
    const later = own.filter((each) => Number(each.attempt) > 1);
    const [numerator, denominator] = [later, own].map((each) => sum(each.map((record) => amount(record[cost]))));
    return { numerator, denominator, facts: { currency } };
  });
}

/** @param {Request} request */
function input({ selected }) {
  return selected("usage").filter(
    (each) => each.meter === "tokens" && each.token_direction === "input" && CACHED.includes(each.token_cache_action),
  );
}

/**
 * @param {Request} request
 * @returns {Found[]}
 */
function cacheHitRatio(request) {
  const tokens = input(request);
  const read = tokens.filter((each) => each.token_cache_action === "read");
  return [{ numerator: quantity(read), denominator: quantity(tokens) }];
}

/**
 * @param {Request} request
 * @returns {Found[]}
 */
function cacheCostEfficiency(request) {
  const { said, blockSize, cost } = request;
  if (!given(said.base_price)) throw new RangeError("The base price is a parameter, and was not given.");
  return [...grouped(input(request), (each) => each.billing_currency)].map(([currency, own]) => {
    const price = /** @type {Fraction} */ (Fraction.of(said.base_price).over(blockSize));
    const denominator = quantity(own).times(price);
    const paid = sum(own.map((each) => amount(each[cost])));
    return { numerator: denominator.minus(paid), denominator, facts: { currency } };
  });
}

export const OF_USAGE = {
  unit_cost: { counts: "usage", compute: unitCost },
  retry_overhead: { counts: "usage", compute: retryOverhead },
  cache_hit_ratio: { counts: "usage", compute: cacheHitRatio },
  cache_cost_efficiency: { counts: "usage", compute: cacheCostEfficiency },
};
