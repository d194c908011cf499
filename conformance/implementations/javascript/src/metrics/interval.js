/** Intervals: resampling with stated random numbers, and Wilson's. */

import { Fraction, ONE, ZERO, order, root, sum } from "./exact.js";

/** @typedef {{name: string, sums: Fraction[]}} Unit What is drawn together, and what it adds to each sum. */
/** @typedef {{lower: Fraction | null, upper: Fraction | null}} Bounds Null is above every number. */
/** @typedef {{seed: bigint, resamples: number, level: Fraction}} Sampling */

const WORD = (1n << 64n) - 1n;
const QUANTILES = new Map([
  ["0.9", "1.644853626951472715"],
  ["0.95", "1.959963984540054236"],
  ["0.99", "2.575829303548900761"],
]);
const ROOT_DIGITS = 40n;

/**
 * The random word at a position.
 *
 * @param {bigint} seed
 * @param {bigint} at
 * @returns {bigint}
 */
export function word(seed, at) {
  let value = (seed + (at + 1n) * 0x9e3779b97f4a7c15n) & WORD;
  value = ((value ^ (value >> 30n)) * 0xbf58476d1ce4e5b9n) & WORD;
  value = ((value ^ (value >> 27n)) * 0x94d049bb133111ebn) & WORD;
  return value ^ (value >> 31n);
}

/** @param {string} one @param {string} other */
export function byCodePoint(one, other) {
  const [left, right] = [[...one], [...other]];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference =
      /** @type {number} */ (left[at].codePointAt(0)) - /** @type {number} */ (right[at].codePointAt(0));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/**
 * @param {Unit[]} units
 * @param {Sampling} sampling
 * @param {(sums: Fraction[]) => Fraction | null} value of the sums of a resample
 * @returns {Bounds}
 */
export function bootstrap(units, { seed, resamples, level }, value) {
  const ordered = [...units].sort((one, other) => byCodePoint(one.name, other.name));
  const count = BigInt(ordered.length);
  // Sums of whole numbers, of one common denominator each, are much faster than those of fractions.
  const width = ordered[0].sums.length;
  const scales = Array.from({ length: width }, (_, at) =>
    ordered.reduce((scale, unit) => scale * (unit.sums[at].below / common(scale, unit.sums[at].below)), 1n),
  );
  const whole = ordered.map((unit) => unit.sums.map((each, at) => each.above * (scales[at] / each.below)));
  const values = [];
  for (let resample = 0n; resample < BigInt(resamples); resample++) {
    const totals = scales.map(() => 0n);
    for (let draw = 0n; draw < count; draw++) {
      const drawn = whole[Number((word(seed, resample * count + draw) * count) >> 64n)];
      for (let at = 0; at < width; at++) totals[at] += drawn[at];
    }
    values.push(value(totals.map((total, at) => new Fraction(total, scales[at]))));
  }
  values.sort(order);
  const tail = ONE.minus(level).times(new Fraction(BigInt(resamples), 2n));
  return { lower: values[rank(tail)], upper: values[rank(new Fraction(BigInt(resamples)).minus(tail))] };
}

/** @param {bigint} one @param {bigint} other @returns {bigint} */
function common(one, other) {
  return other === 0n ? one : common(other, one % other);
}

/**
 * @param {Fraction} place
 * @returns {number} the rank that is not below it, from 0
 */
function rank({ above, below }) {
  return Math.max(0, Number((above + below - 1n) / below) - 1);
}

/**
 * Bounds of what a success costs, where the cost of a trial is taken for known.
 *
 * @param {{cost: Fraction, trials: Fraction, successes: Fraction, units: number}} found
 * @param {Fraction} level
 * @returns {Bounds}
 */
export function wilson({ cost, trials, successes, units }, level) {
  const quantile = QUANTILES.get(level.toString());
  if (quantile === undefined) throw new RangeError(`There is no quantile for the level ${level}.`);
  const [z, n] = [Fraction.of(quantile), new Fraction(BigInt(units))];
  const p = /** @type {Fraction} */ (successes.over(trials));
  const [two, four] = [Fraction.of(2), Fraction.of(4)];
  const square = z.times(z).plus(four.times(n).times(p).times(ONE.minus(p)));
  const unit = 10n ** ROOT_DIGITS;
  const spread = z.times(new Fraction(root((square.above * unit * unit) / square.below), unit));
  const middle = two.times(n).times(p).plus(z.times(z));
  const below = two.times(n.plus(z.times(z)));
  const mean = /** @type {Fraction} */ (cost.over(trials));
  const rate = (/** @type {Fraction} */ above) => /** @type {Fraction} */ (above.over(below));
  return { lower: mean.over(rate(middle.plus(spread))), upper: mean.over(rate(middle.minus(spread))) };
}

/**
 * The interval of a cost per success; no rate of success bounds one where credits exceed the costs.
 *
 * @param {(Unit & {sums: [Fraction, Fraction, Fraction]})[]} units with cost, trials and successes
 * @param {Sampling} sampling
 * @param {string} [method] where another one than by default is asked for
 * @returns {Bounds & {method?: string}}
 */
export function perSuccess(units, sampling, method) {
  const [cost, trials, successes] = [0, 1, 2].map((at) => sum(units.map((unit) => unit.sums[at])));
  if (order(cost, ZERO) < 0) return { lower: null, upper: null };
  const chosen = method ?? byDefault(units, trials, successes);
  const value = cost.over(successes);
  const found = [];
  if (chosen !== "cluster_bootstrap")
    found.push(wilson({ cost, trials, successes, units: units.length }, sampling.level));
  if (chosen !== "wilson") found.push(bootstrap(units, sampling, ([spent, , solved]) => spent.over(solved)));
  return { ...widened(found, value), method: chosen };
}

/**
 * @param {Unit[]} units
 * @param {Fraction} trials
 * @param {Fraction} successes
 */
function byDefault(units, trials, successes) {
  const alike = units.every(({ sums }) => order(sums[1], ONE) === 0 && order(sums[0], units[0].sums[0]) === 0);
  if (successes.isZero || alike) return "wilson";
  return order(successes, trials) === 0 || units.length < 20 ? "envelope" : "cluster_bootstrap";
}

/**
 * From the least to the greatest bound, and around the value.
 *
 * @param {Bounds[]} bounds
 * @param {Fraction | null} value
 * @returns {Bounds}
 */
export function widened(bounds, value) {
  const lower = [...bounds.map((each) => each.lower), value].sort(order)[0];
  const upper = [...bounds.map((each) => each.upper), value].sort(order).at(-1) ?? null;
  return { lower, upper };
}
