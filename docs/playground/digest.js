/** What a reader of a report wants to know first, as the text report has it. */

/** @typedef {import("./validator/src/report.js").CheckEnd} CheckEnd */
/** @typedef {import("./validator/src/report.js").Report} Report */
/** @typedef {import("./validator/src/report.js").Status} Status */
/** @typedef {import("./validator/src/report.js").Violation} Violation */
/** @typedef {import("./validator/src/standard.js").Requirement} Requirement */
/**
 * @typedef {object} Finding A requirement that some record breaks.
 * @property {CheckEnd} check
 * @property {Requirement} requirement
 * @property {string[]} columns that its examples blame
 * @property {Violation[]} examples
 * @property {boolean} namesDataset whether a place needs its dataset, because the report is about several
 */
/** @typedef {{name: string, violations: number, exact: boolean, requirements: number}} Offender */

/** @typedef {Map<string, Requirement>} Catalogue */

/**
 * The requirements that ended with a status, the most violated first.
 *
 * @param {Report} report
 * @param {Status} status
 * @param {Catalogue} catalogue
 * @returns {Finding[]}
 */
export function findings(report, status, catalogue) {
  const namesDataset = new Set(report.datasets.map(({ dataset }) => dataset)).size > 1;
  return report.checks
    .filter((check) => check.status === status)
    .map((check) => {
      const requirement = /** @type {Requirement} */ (catalogue.get(check.requirement));
      const examples = report.violations.filter((each) => each.requirement === check.requirement);
      const blamed = new Set(examples.map(({ column }) => column).filter((column) => column !== null));
      const columns = blamed.size > 0 ? [...blamed] : requirement.columns.slice(0, 1);
      return { check, requirement, columns, examples, namesDataset };
    })
    .sort((one, two) => two.check.violations - one.check.violations);
}

/**
 * What the numbers of a requirement count, in the singular.
 *
 * @param {Requirement} requirement
 */
export function judged({ check }) {
  if (check.kind === "bundle" || check.fault === "byte_order_mark") return "file";
  if (check.kind === "given" || check.fault === "no_records") return "input";
  if (check.kind === "group") return check.by?.length > 0 ? "group" : "input";
  return check.kind === "schema" ? "value" : "row";
}

/** Adds up violations under names. */
class Tally {
  /** @type {Map<string, Offender>} */
  found = new Map();

  /**
   * @param {string} name
   * @param {number} violations
   * @param {boolean} exact
   */
  add(name, violations, exact) {
    const before = this.found.get(name) ?? { name, violations: 0, exact: true, requirements: 0 };
    this.found.set(name, {
      name,
      violations: before.violations + violations,
      exact: before.exact && exact,
      requirements: before.requirements + 1,
    });
  }

  get worst() {
    return [...this.found.values()].sort((one, two) => two.violations - one.violations);
  }
}

/**
 * @param {Violation[]} examples
 * @param {(example: Violation) => string | null} nameOf
 * @returns {Map<string, number>}
 */
function counted(examples, nameOf) {
  const counts = new Map();
  for (const example of examples) {
    const name = nameOf(example);
    if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/**
 * The columns that failed requirements blame.
 *
 * @param {Finding[]} failed
 * @returns {Offender[]}
 */
export function worstColumns(failed) {
  const tally = new Tally();
  for (const { check, requirement, columns, examples, namesDataset } of failed) {
    const { dataset } = requirement;
    const named = (/** @type {string | null} */ of, /** @type {string} */ column) =>
      namesDataset ? `${of}.${column}` : column;
    const blamesOne = requirement.columns.length === 1 || !["schema", "encoding"].includes(requirement.check.kind);
    if ((dataset !== null || !namesDataset) && columns.length === 1 && blamesOne) {
      tally.add(named(dataset, columns[0]), check.violations, true);
      continue;
    }
    const exact = examples.length === check.violations;
    const counts = counted(examples, (each) => (each.column === null ? null : named(each.dataset, each.column)));
    for (const [name, times] of counts) tally.add(name, times, exact);
  }
  return tally.worst;
}

/**
 * The inputs in which examples of failed requirements lie.
 *
 * @param {Finding[]} failed
 * @returns {Offender[]}
 */
export function worstInputs(failed) {
  const tally = new Tally();
  for (const { check, examples } of failed) {
    const exact = examples.length === check.violations;
    for (const [name, times] of counted(examples, ({ path }) => path)) tally.add(name, times, exact);
  }
  return tally.worst;
}

/**
 * Why requirements with this status were not judged, commonest first.
 *
 * @param {Report} report
 * @param {Status} status
 * @returns {[string, string[]][]}
 */
export function reasons(report, status) {
  /** @type {Map<string, string[]>} */
  const grouped = new Map();
  for (const check of report.checks) {
    if (check.status !== status) continue;
    const [reason] = (check.reason ?? "No reason is stated.").split(" (");
    grouped.set(reason, [...(grouped.get(reason) ?? []), check.requirement]);
  }
  return [...grouped].sort(([, one], [, two]) => two.length - one.length);
}

/**
 * How many requirements the profile has for the datasets of a report.
 *
 * @param {Report} report
 * @param {Iterable<Requirement>} binding those that bind inputs
 * @param {readonly string[]} profiles from the least demanding
 */
export function expected(report, binding, profiles) {
  const datasets = new Set([null, ...report.datasets.map(({ dataset }) => dataset)]);
  const most = profiles.indexOf(report.profile);
  return [...binding].filter(({ profile, dataset }) => profiles.indexOf(profile) <= most && datasets.has(dataset))
    .length;
}
