/** What solved tasks cost. */

import { at } from "./calculate.js";
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

/** What evaluations have in common that can be compared. */
const BENCHMARK = ["benchmark_id", "benchmark_version", "dataset_digest", "split", "harness", "harness_version"];
BENCHMARK.push("grader_id", "price_basis", "priced_as_of", "currency");

/** What tells apart what is compared: a model with everything that is set up around it. */
const SETTINGS = [
  "model_id",
  "model_version",
  "reasoning_effort",
  "scaffold",
  "sampling",
  "retry_policy",
  "cache_policy",
];

/** @param {string[]} columns @returns {(record: Json) => string} */
const identity = (columns) => (record) => JSON.stringify(columns.map((column) => at(record, column)));

const benchmarkOf = identity(BENCHMARK);
const contestantOf = identity([...SETTINGS, "canonical_model_id"]);

/** @param {Json} record @returns {string} */
const labelOf = (record) =>
  SETTINGS.map((column) => at(record, column))
    .filter((value) => value !== null)
    .join(", ");

/** A model has one canonical name, or none. @param {Json[][]} all records of each contestant */
function refuseSeveralNames(all) {
  if (new Set(all.map(([first]) => labelOf(first))).size < all.length)
    throw new RangeError("A model goes under several canonical names.");
}

/**
 * @param {Json[]} records
 * @param {(record: Json) => string} key what makes a group, within a benchmark
 * @param {(records: Json[]) => Found[]} compute
 */
function byBenchmark(records, key, compute) {
  return [...grouped(records, (each) => benchmarkOf(each) + key(each)).values()].flatMap((own) =>
    compute(own).map((found) => ({ ...found, facts: { ...found.facts, currency: own[0].currency } })),
  );
}

/** @param {Json[]} records @returns {Map<string, Json[]>} the one contestant on each benchmark */
function contestants(records) {
  const found = grouped(records, benchmarkOf);
  for (const own of found.values())
    if (new Set(own.map(contestantOf)).size > 1) throw new RangeError("Two are compared, and no more.");
  return found;
}

/**
 * @param {Request} request
 * @returns {Found[]}
 */
function costOfPass({ selected, sampling, said }) {
  return byBenchmark(selected("evaluation"), contestantOf, (records) => {
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
  const [ours, theirs] = [selected, compared].map((each) => contestants(byTask(each("evaluation"))));
  const both = [...ours].flatMap(([benchmark, own]) => {
    const other = theirs.get(benchmark);
    return other ? [ratioOf(own, other, sampling)] : [];
  });
  if (both.length === 0) throw new RangeError("What is compared has no benchmark in common.");
  return both;
}

/**
 * @param {Json[]} own
 * @param {Json[]} others
 * @param {import("./interval.js").Sampling} sampling
 * @returns {Found}
 */
function ratioOf(own, others, sampling) {
  const [ours, theirs] = [own, others].map((each) => new Map(tasks(each).map((task) => [task.name, task])));
  const units = [...ours.values()].flatMap(({ name, sums }) => {
    const other = theirs.get(name);
    return other ? [{ name, sums: [sums[0], sums[2], other.sums[0], other.sums[2]] }] : [];
  });
  const value = (/** @type {Fraction[]} */ [cost, successes, otherCost, otherSuccesses]) =>
    cost.times(otherSuccesses).over(otherCost.times(successes));
  const totals = [0, 1, 2, 3].map((at) => sum(units.map((unit) => unit.sums[at])));
  const bounds = widened([bootstrap(units, sampling, value)], value(totals));
  return {
    numerator: totals[0].times(totals[3]),
    denominator: totals[2].times(totals[1]),
    ...bounds,
    method: "paired_cluster_bootstrap",
    facts: { currency: own[0].currency, sample_size: units.length },
  };
}

/**
 * @param {Request} request
 * @returns {Found[]}
 */
function frontierOfTasks({ selected, sampling, said }) {
  return byBenchmark(
    selected("evaluation"),
    () => "",
    (records) => {
      refuseSeveralNames([...grouped(records, contestantOf).values()]);
      const units = [...grouped(byTask(records), (each) => each.task_id)].map(([name, attempts]) => {
        const models = [...grouped(attempts, contestantOf).values()];
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
    },
  );
}

/**
 * @param {Request} request
 * @returns {Found[]}
 */
function frontierOfModels({ selected, sampling }) {
  return byBenchmark(
    selected("evaluation"),
    () => "",
    (records) => {
      const all = [...grouped(records, contestantOf).values()];
      refuseSeveralNames(all);
      const isStated = all.every((own) => own.some(hasScore));
      const points = all.map((own) => point(own, isStated, sampling));
      return points.map((each) => {
        const beaten = points
          .filter((other) => beats(other, each))
          .sort((one, other) => order(one.cost, other.cost) || byCodePoint(one.label, other.label));
        const facts = { by: { model_id: each.model }, model_id: each.model, score: String(each.score) };
        return { ...each.found, facts: { ...facts, sample_size: each.tasks, dominated_by: beaten[0]?.label ?? null } };
      });
    },
  );
}

/**
 * @param {{cost: Fraction, score: Fraction}} one
 * @param {{cost: Fraction, score: Fraction}} other
 */
function beats(one, other) {
  const [cost, score] = [order(one.cost, other.cost), order(one.score, other.score)];
  return cost <= 0 && score >= 0 && (cost !== 0 || score !== 0);
}

const hasScore = (/** @type {Json} */ record) => isRun(record) && (record.score ?? null) !== null;

/**
 * @param {Json[]} records of one contestant
 * @param {boolean} isStated whether the benchmark states the scores of all of them
 * @param {import("./interval.js").Sampling} sampling
 */
function point(records, isStated, sampling) {
  const [run] = records.filter(isRun);
  const units = run ? [] : tasks(records);
  const numerator = spent(records);
  const denominator = count(run ? run.task_count : units.length);
  const [successes, attempts] = run
    ? [count(run.solved_count), count(run.attempt_count)]
    : [solved(records), count(records.length)];
  const cost = /** @type {Fraction} */ (numerator.over(denominator));
  const score = isStated
    ? Fraction.of(records.find(hasScore)?.score)
    : /** @type {Fraction} */ (successes.over(attempts));
  /** @type {Found} */
  const found = { numerator, denominator };
  if (!run) {
    const perTask = units.map(({ name, sums }) => ({ name, sums: [sums[0], ONE] }));
    const value = (/** @type {Fraction[]} */ [total, number]) => total.over(number);
    Object.assign(found, widened([bootstrap(perTask, sampling, value)], cost), { method: "cluster_bootstrap" });
  }
  const [{ model_id: model }] = records;
  const label = labelOf(records[0]);
  return { model, label, cost, score, found, tasks: run ? Number(run.task_count) : units.length };
}

export const OF_EVALUATIONS = {
  cost_of_pass: { counts: "evaluation", compute: costOfPass },
  cost_of_pass_ratio: { counts: "evaluation", compute: ratio },
  frontier_cost_of_pass: { counts: "evaluation", compute: frontierOfTasks },
  cost_quality_frontier: { counts: "evaluation", compute: frontierOfModels },
};
