/** Metrics from the records of datasets, as the chapter on metrics defines them. */

import { OF_EVALUATIONS } from "./evaluations.js";
import { Fraction } from "./exact.js";
import { OF_OUTCOMES } from "./outcomes.js";
import { OF_USAGE } from "./usage.js";

/** @typedef {Record<string, any>} Json A record, or a part of a message. */
/** @typedef {{value?: Fraction | null, numerator: Fraction, denominator: Fraction}} Ratio */
/**
 * @typedef {object} Found The result of a group in one currency.
 * @property {Fraction} numerator
 * @property {Fraction} denominator
 * @property {Fraction | null} [lower]
 * @property {Fraction | null} [upper]
 * @property {string} [method]
 * @property {Json} [facts] what else is stated
 */
/**
 * @typedef {object} Request
 * @property {Record<string, Json[]>} all records of each dataset
 * @property {(dataset: string) => Json[]} selected those in scope and in the period
 * @property {(dataset: string) => Json[]} compared those in the scope of the comparison
 * @property {boolean} isGroup whether the records are one of several groups
 * @property {string} cost the column
 * @property {Fraction} blockSize
 * @property {Json} said the parameters
 * @property {import("./interval.js").Sampling} sampling
 */

/** @type {Record<string, {counts: string, also?: string[], compute: (request: Request) => Found[]}>} */
const METRICS = { ...OF_EVALUATIONS, ...OF_OUTCOMES, ...OF_USAGE };

/** The columns of instants that can make groups or scopes. */
const TIMES = /^((charge|billing)_period_(start|end)|(started|completed)_at|priced_as_of)$/;

/** @param {string} instant @returns {string} the one notation of it */
function oneNotation(instant) {
  return `${comparable(instant).replace(/[.]0+$/, "")}Z`;
}

/**
 * The value of a column, or of a member of a map, as text.
 *
 * @param {Json} record
 * @param {string} column such as `team` or `tags.tier`
 * @returns {string | null}
 */
export function at(record, column) {
  const [name, ...member] = column.split(".");
  const value = (member.length === 0 ? record[column] : record[name]?.[member.join(".")]) ?? null;
  if (value === null) return null;
  return TIMES.test(column) ? oneNotation(value) : String(value);
}

/** @param {string} column @param {string | null} value @returns {string | null} as `at` gives it */
const asked = (column, value) => (value !== null && TIMES.test(column) ? oneNotation(value) : value);

/** @type {Record<string, (record: Json) => string | null | undefined>} */
const INSTANTS = {
  usage: (record) => record.charge_period_start,
  outcome: (record) => record.completed_at ?? record.started_at,
  evaluation: (record) => record.completed_at,
};

/** @param {string} instant @returns {string} a text in the order of time */
function comparable(instant) {
  const [seconds, fraction = ""] = instant.slice(0, -1).split(".");
  return `${seconds}.${fraction.padEnd(6, "0")}`;
}

/**
 * @param {Json} given the input of a case
 * @param {string} dataset
 * @param {Json | undefined} scope
 */
function selection(given, dataset, scope) {
  const [start, end] = [given.period_start, given.period_end].map((each) => each && comparable(each));
  return (given.records[dataset] ?? []).filter((/** @type {Json} */ record) => {
    if (!Object.entries(scope ?? {}).every(([column, value]) => at(record, column) === asked(column, value)))
      return false;
    if (start === undefined) return true;
    const instant = INSTANTS[dataset]?.(record) ?? null;
    return instant !== null && comparable(instant) >= start && comparable(instant) < end;
  });
}

/**
 * How many evaluations in scope are in no period, where one is asked for; usage and outcomes are always in one.
 *
 * @param {Json} given the input of a case
 * @param {string} dataset
 * @returns {Json}
 */
function withoutInstant(given, dataset) {
  if (dataset !== "evaluation" || given.period_start === undefined) return {};
  const everywhen = selection({ ...given, period_start: undefined, period_end: undefined }, dataset, given.scope);
  return { records_without_instant: everywhen.filter((/** @type {Json} */ each) => !INSTANTS[dataset](each)).length };
}

/**
 * @param {Json} given the input of a case
 * @returns {Json[]} a result for each group and currency
 */
export function calculate(given) {
  const metric = METRICS[given.metric];
  if (metric === undefined) throw new RangeError(`There is no metric ${given.metric} here.`);
  const said = given.parameters ?? {};
  const missing = (metric.also ?? []).filter((dataset) => !given.records[dataset]);
  if (missing.length > 0) throw new RangeError(`What ${missing.join(" and ")} would state is not known.`);
  const resamples = Number(said.resamples ?? "1000");
  if (resamples < 100 || resamples > 100_000) throw new RangeError("There are from 100 to 100,000 resamples.");
  const columns = given.by ?? [];
  /** @type {Map<string, Json>} */
  const groups = new Map();
  for (const record of selection(given, metric.counts, given.scope)) {
    const group = Object.fromEntries(columns.map((/** @type {string} */ column) => [column, at(record, column)]));
    groups.set(JSON.stringify(group), group);
  }
  if (groups.size === 0) groups.set("", {});
  return [...groups.values()].flatMap((group) => {
    const within = (/** @type {Json | undefined} */ scope) => (/** @type {string} */ dataset) =>
      selection(given, dataset, dataset === metric.counts ? { ...scope, ...group } : {});
    const found = metric.compute({
      all: given.records,
      selected: within(given.scope),
      compared: within(given.comparison_scope),
      isGroup: columns.length > 0,
      cost: said.cost_column ?? "effective_cost",
      blockSize: Fraction.of(said.block_size ?? "1"),
      said,
      sampling: {
        seed: BigInt(said.seed ?? "0"),
        resamples,
        level: Fraction.of(said.confidence_level ?? "0.95"),
      },
    });
    const unplaced = withoutInstant(given, metric.counts);
    return found.map((/** @type {Found} */ each) => ({
      ...stated(each, columns.length > 0 ? group : undefined),
      ...unplaced,
    }));
  });
}

/**
 * @param {Found} found
 * @param {Json | undefined} group
 * @returns {Json}
 */
function stated({ numerator, denominator, lower, upper, method, facts }, group) {
  const value = numerator.over(denominator);
  /** @type {Json} */
  const result = { numerator: String(numerator), denominator: String(denominator), value: value && String(value) };
  if (group) result.by = group;
  if (lower !== undefined) result.lower_bound = lower && String(lower);
  if (upper !== undefined) result.upper_bound = upper && String(upper);
  if (method !== undefined) result.interval_method = method;
  return { ...result, ...facts };
}
