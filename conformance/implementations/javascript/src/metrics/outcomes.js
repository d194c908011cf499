/** What accepted outcomes cost, and what they are worth. */

import { given, isPaid, isUnknown, orZero as amount, spent as paid } from "./amounts.js";
import { grouped } from "./evaluations.js";
import { Fraction, ZERO, sum } from "./exact.js";
import { perSuccess } from "./interval.js";

/** @typedef {import("./calculate.js").Found} Found */
/** @typedef {import("./calculate.js").Json} Json */
/** @typedef {import("./calculate.js").Request} Request */

const NOT_REVIEWED = ["abandoned", "pending"];

/**
 * What all usage that names an outcome cost, for each outcome.
 *
 * @param {Request} request
 */
function costs({ all, cost }) {
  const named = (all.usage ?? []).filter((each) => given(each.outcome_id));
  const groups = [...grouped(named, (each) => each.outcome_id)];
  return new Map(groups.map(([name, own]) => [name, paid(own, cost)]));
}

/**
 * The one definition that the outcomes are of.
 *
 * @param {Request} request
 * @returns {Json}
 */
function definition({ all, selected }) {
  const names = new Set(
    selected("outcome").map((each) => JSON.stringify([each.outcome_definition_id, each.outcome_definition_version])),
  );
  if (names.size !== 1) throw new RangeError("The outcomes are not of one version of one definition.");
  const [id, version] = JSON.parse([...names][0]);
  return all.outcome_definition.find((each) => each.outcome_definition_id === id && each.version === version) ?? {};
}

/**
 * The one currency of what the outcomes cost and of what they are compared with, or else that of their definition.
 *
 * @param {Request} request
 * @param {string[]} compared amounts of the definition besides that of a review
 * @returns {string | undefined}
 */
function currency(request, compared = []) {
  const { all, selected, cost } = request;
  const names = new Set(selected("outcome").map((each) => each.outcome_id));
  const usage = (all.usage ?? []).filter((each) => names.has(each.outcome_id) && isPaid(each, cost));
  const corrected = selected("outcome").filter((each) => given(each.human_cost));
  const defined = definition(request);
  const own = defined.baseline_currency;
  const counts = !amount(defined.review_unit_cost).isZero || compared.some((name) => given(defined[name]));
  const records = [
    ...usage.map((each) => each.billing_currency),
    ...corrected.map((each) => each.currency),
    counts ? own : undefined,
  ];
  const found = new Set(records.filter(given));
  if (found.size > 1) throw new RangeError("Amounts of several currencies are not added up.");
  return [...found][0] ?? own;
}

/**
 * What was spent on none of the outcomes that are given, in a currency, and how much usage of outcomes has no amount.
 *
 * @param {Request} request
 * @param {string | undefined} money
 * @returns {Json}
 */
function outside({ all, cost }, money) {
  const names = new Set((all.outcome ?? []).map((each) => each.outcome_id));
  const usage = all.usage ?? [];
  const own = usage.filter((each) => each.billing_currency === money);
  const unknown = usage.filter((each) => given(each.outcome_id) && isUnknown(each, cost));
  return {
    usage_without_outcome: String(
      paid(
        own.filter((each) => !given(each.outcome_id)),
        cost,
      ),
    ),
    usage_of_other_outcomes: String(
      paid(
        own.filter((each) => given(each.outcome_id) && !names.has(each.outcome_id)),
        cost,
      ),
    ),
    usage_records_without_amount: unknown.length,
  };
}

/**
 * Outcomes with everything that reworks them: cost, number and accepted ones.
 *
 * @param {Request} request
 */
function clusters(request) {
  const outcomes = request.selected("outcome");
  const { review_unit_cost: review } = definition(request);
  const spent = costs(request);
  const parents = new Map(outcomes.map((each) => [each.outcome_id, each.rework_of_outcome_id]));
  const reworked = new Set((request.all.outcome ?? []).map((each) => each.rework_of_outcome_id));
  const origin = (/** @type {string} */ name) => {
    for (let steps = 0; parents.has(parents.get(name)); steps++) {
      if (steps > parents.size) throw new RangeError("Outcomes rework each other in a circle.");
      name = parents.get(name);
    }
    return name;
  };
  return [...grouped(outcomes, (each) => origin(each.outcome_id))].map(([name, own]) => {
    const each = own.map((outcome) => {
      const reviewed = NOT_REVIEWED.includes(outcome.status) ? ZERO : amount(review);
      return (spent.get(outcome.outcome_id) ?? ZERO).plus(amount(outcome.human_cost)).plus(reviewed);
    });
    const accepted = own.filter(({ status, outcome_id: id }) => status === "accepted" && !reworked.has(id));
    /** @type {[Fraction, Fraction, Fraction]} */
    const sums = [sum(each), Fraction.of(own.length), Fraction.of(accepted.length)];
    return { name, sums };
  });
}

/**
 * @param {Request} request
 * @param {string[]} [compared] as for the currency
 * @returns {Found[]}
 */
function costPerOutcome(request, compared) {
  const units = clusters(request);
  const [numerator, , denominator] = [0, 1, 2].map((at) => sum(units.map((unit) => unit.sums[at])));
  const interval = perSuccess(units, request.sampling, request.said.interval_method);
  const money = currency(request, compared);
  return [
    {
      numerator,
      denominator,
      ...interval,
      facts: { currency: money, sample_size: units.length, ...outside(request, money) },
    },
  ];
}

/**
 * @param {Request} request
 * @returns {Found[]}
 */
function baselineRatio(request) {
  const [found] = costPerOutcome(request, ["baseline_unit_cost"]);
  const baseline = amount(definition(request).baseline_unit_cost);
  if (baseline.isZero) return [{ ...found, denominator: baseline, lower: null, upper: null, method: undefined }];
  const divided = (/** @type {Fraction | null | undefined} */ bound) => (bound ? bound.over(baseline) : null);
  return [
    {
      ...found,
      denominator: found.denominator.times(baseline),
      lower: divided(found.lower),
      upper: divided(found.upper),
    },
  ];
}

/**
 * @param {Request} request
 * @returns {Found[]}
 */
function breakEven(request) {
  const outcomes = request.selected("outcome");
  const { review_unit_cost: review, failure_loss: loss, baseline_unit_cost: baseline } = definition(request);
  const spent = costs(request);
  const count = Fraction.of(outcomes.length);
  const own = sum(outcomes.map((each) => spent.get(each.outcome_id) ?? ZERO));
  const money = currency(request, ["baseline_unit_cost", "failure_loss"]);
  return [
    {
      numerator: own.plus(count.times(amount(review).plus(amount(loss)))),
      denominator: given(baseline) ? count.times(amount(baseline).plus(amount(loss))) : ZERO,
      facts: { currency: money, sample_size: outcomes.length, ...outside(request, money) },
    },
  ];
}

/**
 * @param {Request} request
 * @returns {Found[]}
 */
function marginalUtility(request) {
  const { all, said, cost } = request;
  const [second, first] = [request.selected, request.compared].map((tier) => {
    const outcomes = tier("outcome");
    const names = new Set(outcomes.map((each) => each.outcome_id));
    const usage = (all.usage ?? []).filter((each) => names.has(each.outcome_id));
    const tokens = usage.filter((each) => each.meter === "tokens").map((each) => amount(each.consumed_quantity));
    const accepted = outcomes.filter((each) => each.status === "accepted");
    return {
      number: outcomes.length,
      value: sum(accepted.map((each) => amount(each.value_amount))),
      spent: said.axis === "tokens" ? sum(tokens) : paid(usage, cost),
      currencies: [
        ...(said.axis === "tokens"
          ? []
          : usage.filter((each) => isPaid(each, cost)).map((each) => each.billing_currency)),
        ...outcomes.filter((each) => given(each.value_amount)).map((each) => each.currency),
      ],
    };
  });
  const currencies = new Set([...first.currencies, ...second.currencies].filter(given));
  if (currencies.size > 1) throw new RangeError("Amounts of several currencies are not added up.");
  const facts = { currency: [...currencies][0], sample_size: first.number + second.number };
  return [{ numerator: second.value.minus(first.value), denominator: second.spent.minus(first.spent), facts }];
}

const OF_AN_OUTCOME = ["usage", "outcome_definition"];

export const OF_OUTCOMES = {
  cost_per_outcome: { counts: "outcome", also: OF_AN_OUTCOME, compute: costPerOutcome },
  baseline_ratio: { counts: "outcome", also: OF_AN_OUTCOME, compute: baselineRatio },
  break_even_success_rate: { counts: "outcome", also: OF_AN_OUTCOME, compute: breakEven },
  marginal_token_utility: { counts: "outcome", also: ["usage"], compute: marginalUtility },
};
