/** What solved tasks cost. */

import { Fraction, ONE, ZERO, order, sum } from "./exact.js";
import { bootstrap, byCodePoint, perSuccess, widened, wilson } from "./interval.js";

/** @typedef {import("./calculate.js").Found} Found */
/** @typedef {import("./calculate.js").Json} Json */
/** @typedef {import("./calculate.js").Request} Request */

/**
 * @template Item
 * @param {Item[]} items
 * @param {(item: Item) => string} key
 * @returns {Map<string, Item[]>} in the order in which keys come first
 */
export function grouped(items, key) {
  const groups = new Map();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

const count = (/** @type {unknown} */ value) => Fraction.of(/** @type {any} */ (value));
const spent = (/** @type {Json[]} */ records) => sum(records.map((each) => Fraction.of(each.cost)));
const solved = (/** @type {Json[]} */ records) => count(records.filter((each) => each.solved === true).length);
/** @param {Json[]} records @returns {Json[]} of tasks, which a run that is added up does not tell apart */
function byTask(records) {
  if (records.some(isRun)) throw new RangeError("A run that is added up has no tasks.");
  return records;
}
const isRun = (/** @type {Json} */ record) => record.task_count !== undefined && record.task_count !== null;

/**
 * Each task with the cost, the number and the successes of its attempts.
 *
 * @param {Json[]} attempts
 */
function tasks(attempts) {
  return [...grouped(attempts, (each) => each.task_id)].map(([name, own]) => {
    /** @type {[Fraction, Fraction, Fraction]} */
    const sums = [spent(own), count(own.length), solved(own)];
    return { name, sums };
  });
}

/**
 * @param {Json[]} records
 * @param {(records: Json[], currency: string) => Found[]} compute
 */
function byCurrency(records, compute) {
  return [...grouped(records, (each) => each.currency)].flatMap(([currency, own]) =>
    compute(own, currency).map((found) => ({ ...found, facts: { ...found.facts, currency } })),
  );
}

/**
 * @param {Request} request
 * @returns {Found[]}
 */
function costOfPass({ selected, sampling, said }) {
  return byCurrency(selected("evaluation"), (records) => {
    const runs = records.filter(isRun);
    if (runs.length === 0) {
      const units = tasks(records);
      const [cost, , successes] = [0, 1, 2].map((at) => sum(units.map((unit) => unit.sums[at])));
      return [
        {
          numerator: cost,
          denominator: successes,
          ...perSuccess(units, sampling, said.interval_method),
          facts: { sample_size: units.length },
        },
      ];
    }
    if (runs.length > 1 || records.length > 1) throw new RangeError("Runs that are added up are not joined here.");
    const [run] = runs;
    const found = {
      cost: Fraction.of(run.cost),
      trials: count(run.attempt_count),
      successes: count(run.solved_count),
      units: Number(run.task_count),
    };
    const bounds = widened([wilson(found, sampling.level)], found.cost.over(found.successes));
    return [
      {
        numerator: found.cost,
        denominator: found.successes,
        ...bounds,
        method: "wilson",
        facts: { sample_size: found.units },
      },
    ];
  });
}

/**
 * @param {Request} request
 * @returns {Found[]}
 */
function ratio({ selected, compared, sampling }) {
  const [ours, theirs] = [selected, compared].map(
    (each) => new Map(tasks(byTask(each("evaluation"))).map((task) => [task.name, task])),
  );
  const units = [...ours.values()].flatMap(({ name, sums }) => {
    const other = theirs.get(name);
    return other ? [{ name, sums: [sums[0], sums[2], other.sums[0], other.sums[2]] }] : [];
  });
  const value = (/** @type {Fraction[]} */ [cost, successes, otherCost, otherSuccesses]) =>
    cost.times(otherSuccesses).over(otherCost.times(successes));
  const totals = [0, 1, 2, 3].map((at) => sum(units.map((unit) => unit.sums[at])));
  const bounds = widened([bootstrap(units, sampling, value)], value(totals));
  return [
    {
      numerator: totals[0].times(totals[3]),
      denominator: totals[2].times(totals[1]),
      ...bounds,
      method: "paired_cluster_bootstrap",
      facts: { currency: selected("evaluation")[0].currency, sample_size: units.length },
    },
  ];
}

/**
 * @param {Request} request
 * @returns {Found[]}
 */
function frontierOfTasks({ selected, sampling, said }) {
  return byCurrency(selected("evaluation"), (records) => {
    const units = [...grouped(byTask(records), (each) => each.task_id)].map(([name, attempts]) => {
      const models = [...grouped(attempts, (each) => each.model_id).values()];
      const costs = models.map((own) => spent(own).over(solved(own)));
      if (said.baseline !== undefined) costs.push(Fraction.of(said.baseline));
      const least = costs.sort(order)[0]?.rounded() ?? null;
      return { name, sums: [least ?? ZERO, ONE, least === null ? ONE : ZERO] };
    });
    const [numerator, all, unsolved] = [0, 1, 2].map((at) => sum(units.map((unit) => unit.sums[at])));
    const value = (/** @type {Fraction[]} */ [cost, number, open]) => (open.isZero ? cost.over(number) : null);
    const stated = { numerator, method: "cluster_bootstrap", facts: { sample_size: units.length } };
    if (!unsolved.isZero) return [{ ...stated, denominator: ZERO, lower: numerator.over(all), upper: null }];
    const bounds = widened([bootstrap(units, sampling, value)], numerator.over(all));
    return [{ ...stated, denominator: all, ...bounds }];
  });
}

/**
 * @param {Request} request
 * @returns {Found[]}
 */
function frontierOfModels({ selected, sampling }) {
  return byCurrency(selected("evaluation"), (records) => {
    const points = [...grouped(records, (each) => each.model_id)].map(([model, own]) => point(model, own, sampling));
    return points.map((each) => {
      const beaten = points
        .filter((other) => beats(other, each))
        .sort((one, other) => order(one.cost, other.cost) || byCodePoint(one.model, other.model));
      const facts = { by: { model_id: each.model }, model_id: each.model, score: String(each.score) };
      return { ...each.found, facts: { ...facts, sample_size: each.tasks, dominated_by: beaten[0]?.model ?? null } };
    });
  });
}

/**
 * @param {{cost: Fraction, score: Fraction}} one
 * @param {{cost: Fraction, score: Fraction}} other
 */
function beats(one, other) {
  const [cost, score] = [order(one.cost, other.cost), order(one.score, other.score)];
  return cost <= 0 && score >= 0 && (cost !== 0 || score !== 0);
}

/**
 * @param {string} model
 * @param {Json[]} records
 * @param {import("./interval.js").Sampling} sampling
 */
function point(model, records, sampling) {
  const [run] = records.filter(isRun);
  const units = run ? [] : tasks(records);
  const numerator = spent(records);
  const denominator = count(run ? run.task_count : units.length);
  const [successes, attempts] = run
    ? [count(run.solved_count), count(run.attempt_count)]
    : [solved(records), count(records.length)];
  const cost = /** @type {Fraction} */ (numerator.over(denominator));
  const stated = records.find((each) => (each.score ?? null) !== null)?.score;
  const score = stated === undefined ? /** @type {Fraction} */ (successes.over(attempts)) : Fraction.of(stated);
  /** @type {Found} */
  const found = { numerator, denominator };
  if (!run) {
    const perTask = units.map(({ name, sums }) => ({ name, sums: [sums[0], ONE] }));
    const value = (/** @type {Fraction[]} */ [total, number]) => total.over(number);
    Object.assign(found, widened([bootstrap(perTask, sampling, value)], cost), { method: "cluster_bootstrap" });
  }
  return { model, cost, score, found, tasks: run ? Number(run.task_count) : units.length };
}

export const OF_EVALUATIONS = {
  cost_of_pass: { counts: "evaluation", compute: costOfPass },
  cost_of_pass_ratio: { counts: "evaluation", compute: ratio },
  frontier_cost_of_pass: { counts: "evaluation", compute: frontierOfTasks },
  cost_quality_frontier: { counts: "evaluation", compute: frontierOfModels },
};
