/** What a ledger of usage says of itself. */

import { given, isElsewhere, isPaid, isUnknown, orZero, spent } from "./amounts.js";
import { grouped } from "./evaluations.js";
import { Fraction, ONE, ZERO, order, sum } from "./exact.js";

/** @typedef {import("./calculate.js").Found} Found */
/** @typedef {import("./calculate.js").Json} Json */
/** @typedef {import("./calculate.js").Request} Request */

const CACHED = ["read", "write", "uncached"];

/** @param {Json[]} records */
const quantity = (records) => sum(records.map((each) => orZero(each.consumed_quantity)));

/** @param {Json[]} records @param {string} cost */
const byCurrency = (records, cost) =>
  grouped(
    records.filter((each) => isPaid(each, cost)),
    (each) => each.billing_currency,
  );

/**
 * @param {Request} request
 * @returns {Found[]}
 */
function unitCost({ selected, cost, blockSize }) {
  const all = selected("usage");
  const usage = all.filter((each) => given(each.meter));
  const meters = grouped(usage, (each) => JSON.stringify([each.meter, each.consumed_unit ?? null]));
  if (meters.size > 1) throw new RangeError("The records are of several meters. Select one.");
  const amounts = byCurrency(usage, cost);
  const charges = byCurrency(
    all.filter((each) => !given(each.meter)),
    cost,
  );
  const unpaid = usage.filter((each) => !isPaid(each, cost));
  const elsewhere = amounts.size > 1 ? [] : unpaid.filter((each) => isElsewhere(each, cost));
  return [...new Set([...amounts.keys(), ...charges.keys()])].map((currency) => {
    const [own, rest] = [amounts, charges].map((each) => each.get(currency) ?? []);
    const counted = own.length === 0 ? [] : [...own, ...elsewhere];
    return {
      numerator: spent(own, cost),
      denominator: /** @type {Fraction} */ (quantity(counted).over(blockSize)),
      facts: {
        currency,
        sample_size: counted.length,
        records_left_out: own.length === 0 ? 0 : unpaid.length - elsewhere.length,
        records_without_meter: rest.length,
        cost_without_meter: String(spent(rest, cost)),
      },
    };
  });
}

/**
 * @param {Request} request
 * @returns {Found[]}
 */
function retryOverhead({ selected, cost }) {
  const all = selected("usage");
  const unknown = all.filter((each) => given(each.attempt) && isUnknown(each, cost));
  return [...byCurrency(all, cost)].map(([currency, own]) => {
    const attempts = own.filter((each) => given(each.attempt));
    const rest = own.filter((each) => !given(each.attempt));
    const denominator = spent(attempts, cost);
    if (order(denominator, ZERO) < 0) throw new RangeError("Credits exceed what all attempts cost.");
    return {
      numerator: spent(
        attempts.filter((each) => Number(each.attempt) > 1),
        cost,
      ),
      denominator,
      facts: {
        currency,
        sample_size: new Set(attempts.map((each) => each.run_id).filter(given)).size,
        records_left_out: unknown.length,
        records_without_attempt: rest.length,
        without_attempt: String(spent(rest, cost)),
      },
    };
  });
}

/**
 * The input tokens of which it is known what a cache did with them, and the others.
 *
 * @param {Request} request
 */
function input({ selected }) {
  const all = selected("usage").filter((each) => each.meter === "tokens" && each.token_direction === "input");
  const known = all.filter((each) => CACHED.includes(each.token_cache_action));
  return { known, rest: all.filter((each) => !known.includes(each)) };
}

/** @param {Json[]} rest @returns {Json} */
const leftOut = (rest) => ({ left_out: rest.length, tokens_left_out: String(quantity(rest)) });

/**
 * @param {Request} request
 * @returns {Found[]}
 */
function cacheHitRatio(request) {
  const { known, rest } = input(request);
  if (request.isGroup && known.length + rest.length === 0) return [];
  const read = known.filter((each) => each.token_cache_action === "read");
  return [
    { numerator: quantity(read), denominator: quantity(known), facts: { sample_size: known.length, ...leftOut(rest) } },
  ];
}

/**
 * @param {Request} request
 * @returns {Found[]}
 */
function cacheCostEfficiency(request) {
  const { said, blockSize, cost } = request;
  if (!given(said.base_price)) throw new RangeError("The base price is a parameter, and was not given.");
  const price = /** @type {Fraction} */ (Fraction.of(said.base_price).over(blockSize));
  const { known, rest } = input(request);
  const unpaid = [...known, ...rest].filter((each) => !isPaid(each, cost));
  return [...byCurrency([...known, ...rest], cost)].map(([currency, all]) => {
    const [own, others] = [true, false].map((is) => all.filter((each) => known.includes(each) === is));
    const denominator = quantity(own).times(price);
    const facts = { currency, sample_size: own.length, ...leftOut([...others, ...unpaid]) };
    return { numerator: denominator.minus(spent(own, cost)), denominator, facts };
  });
}

/**
 * What a policy of retries is going to cost, from assumptions.
 *
 * @param {Request} request
 * @returns {Found[]}
 */
function expectedRetries({ said }) {
  const [costs, rates] = [said.cost, said.success_rate].map((each) => String(each).split(",").map(Fraction.of));
  if (costs.length !== rates.length) throw new RangeError("There are as many costs as success rates.");
  if (costs.length === 1 && !given(said.cap)) {
    const [attempts, cost] = [ONE.over(rates[0]), costs[0].over(rates[0])];
    if (attempts === null || cost === null) throw new RangeError("Attempts that never succeed have no end.");
    return [{ numerator: cost, denominator: ONE, facts: { sample_size: 0, expected_attempts: String(attempts) } }];
  }
  const number = given(said.cap) ? Number(said.cap) : costs.length;
  let [attempts, cost, left] = [ZERO, ZERO, ONE];
  for (let made = 0; made < number; made++) {
    attempts = attempts.plus(left);
    cost = cost.plus(left.times(costs[made % costs.length]));
    left = left.times(ONE.minus(rates[made % rates.length]));
  }
  const falls = given(said.fallback_cost);
  return [
    {
      numerator: falls ? cost.plus(left.times(Fraction.of(said.fallback_cost))) : cost,
      denominator: falls ? ONE : ONE.minus(left),
      facts: { sample_size: 0, expected_attempts: String(attempts) },
    },
  ];
}

export const OF_USAGE = {
  unit_cost: { counts: "usage", compute: unitCost },
  retry_overhead: { counts: "usage", compute: retryOverhead },
  cache_hit_ratio: { counts: "usage", compute: cacheHitRatio },
  expected_retries: { counts: "usage", compute: expectedRetries },
  cache_cost_efficiency: { counts: "usage", compute: cacheCostEfficiency },
};
