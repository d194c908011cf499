/** The report, as its schema describes it. */

import { PROFILES, rank } from "./standard.js";

/** @typedef {import("./judge.js").Judge} Judge */
/** @typedef {import("./standard.js").Profile} Profile */
/** @typedef {import("./standard.js").Requirement} Requirement */
/** @typedef {import("./tally.js").Example} Example */
/** @typedef {import("./tally.js").Tally} Tally */
/** Stands between what a requirement states and how a record breaks it. */
const HERE = " Here ";

/** @typedef {"pass" | "fail" | "warn" | "not_applicable" | "not_machine_checkable"} Status */
/** @typedef {{requirement: string, keyword: string, status: Status, evaluated: number, violations: number, reason: string | null}} CheckEnd */
/**
 * @typedef {object} Violation
 * @property {string} requirement
 * @property {string} dataset
 * @property {string | null} path
 * @property {number | null} row
 * @property {number | null} line
 * @property {string | null} record_id
 * @property {string | null} column
 * @property {string | null} value
 * @property {string} message
 * @property {string} fix
 */
/**
 * @typedef {object} Report
 * @property {string} spec_version
 * @property {Profile} profile
 * @property {boolean} conformant
 * @property {Profile | null} achieved_profile
 * @property {{dataset: string, path: string, rows: number}[]} datasets
 * @property {Record<string, number>} summary
 * @property {CheckEnd[]} checks
 * @property {Violation[]} violations
 */

/**
 * @typedef {object} Examination
 * @property {Report} report
 * @property {Partial<Record<Profile, string[]>>} blocking for each profile that is not met, the requirements in its way
 */

/**
 * @param {Judge} judge
 * @param {{dataset: string, path: string}[]} inputs
 * @param {number[]} rows of each input
 * @param {import("./validate.js").Options} options
 * @returns {Examination}
 */
export function examinationOf(judge, inputs, rows, options) {
  const tallies = judge.addUp();
  // Which profile is met does not depend on which one is claimed.
  const blocking = inTheWay(tallies, judge.standard.ladder);
  const report = reportOf(judge, tallies, inputs, rows, options);
  return { report, blocking };
}

/**
 * @param {Judge} judge
 * @param {Tally[]} tallies of all profiles
 * @param {{dataset: string, path: string}[]} inputs
 * @param {number[]} rows of each input
 * @param {import("./validate.js").Options} options
 * @returns {Report}
 */
function reportOf(judge, tallies, inputs, rows, options) {
  const { standard } = judge;
  const profile = options.profile ?? judge.bundle?.bundle.profile ?? "metering";
  const met = achieved(tallies, standard.ladder);
  judge.bundle?.judgeClaim(profile, tallies);
  const held = tallies.filter(({ requirement }) => rank(requirement.profile) <= rank(profile));
  const checks = held.map(ended);
  const paths = inputs.map((each) => each.path);
  return {
    spec_version: standard.version,
    profile,
    conformant: checks.every((check) => check.status !== "fail"),
    achieved_profile: met,
    datasets: inputs.map(({ dataset, path }, at) => ({ dataset, path, rows: rows[at] })),
    summary: summary(checks),
    checks,
    violations: held.flatMap((tally) => violationsOf(tally, paths, standard, options.redact ?? false)),
  };
}

/**
 * @param {Tally} tally
 * @returns {CheckEnd}
 */
export function ended(tally) {
  const { requirement, evaluated, violations } = tally;
  const end = (/** @type {Status} */ status, /** @type {string | null} */ reason = null) => ({
    requirement: requirement.id,
    keyword: requirement.keyword,
    status,
    evaluated,
    violations,
    reason,
  });
  if (requirement.check.kind === "excluded") return end("not_machine_checkable", requirement.check.reason);
  if (violations > 0) return end(requirement.keyword === "MUST" ? "fail" : "warn");
  if (evaluated > 0) return end("pass");
  return end("not_applicable", tally.reason ?? "The inputs hold nothing that it judges.");
}

/**
 * The highest profile whose every MUST is kept.
 *
 * @param {Tally[]} tallies of all profiles
 * @param {readonly Profile[]} ladder the profiles that have requirements
 * @returns {Profile | null}
 */
export function achieved(tallies, ladder) {
  const failed = tallies.filter(({ requirement, violations }) => requirement.keyword === "MUST" && violations > 0);
  const lowest = Math.min(PROFILES.length, ...failed.map(({ requirement }) => rank(requirement.profile)));
  return ladder.filter((profile) => rank(profile) < lowest).at(-1) ?? null;
}

/**
 * @param {Tally[]} tallies of all profiles
 * @param {readonly Profile[]} ladder the profiles that have requirements
 * @returns {Partial<Record<Profile, string[]>>}
 */
function inTheWay(tallies, ladder) {
  const failed = tallies.filter(({ requirement, violations }) => requirement.keyword === "MUST" && violations > 0);
  const below = (/** @type {Profile} */ profile) =>
    failed
      .filter(({ requirement }) => rank(requirement.profile) <= rank(profile))
      .map(({ requirement }) => requirement.id);
  return Object.fromEntries(ladder.map((profile) => [profile, below(profile)]).filter(([, ids]) => ids.length > 0));
}

/**
 * @param {CheckEnd[]} checks
 * @returns {Record<string, number>}
 */
function summary(checks) {
  const count = (/** @type {Status} */ status) => checks.filter((check) => check.status === status).length;
  const [passed, failed, warned] = [count("pass"), count("fail"), count("warn")];
  return {
    executed: passed + failed + warned,
    passed,
    failed,
    warned,
    not_applicable: count("not_applicable"),
    not_machine_checkable: count("not_machine_checkable"),
  };
}

/**
 * @param {Tally} tally
 * @param {string[]} paths of the inputs
 * @param {import("./standard.js").Standard} standard
 * @param {boolean} redact
 * @returns {Violation[]}
 */
function violationsOf(tally, paths, standard, redact) {
  const { requirement } = tally;
  return [...tally.examples].sort(inOrder).map((example) => ({
    requirement: requirement.id,
    dataset: example.dataset,
    path: example.path ?? (example.input === null ? null : paths[example.input]),
    row: example.row,
    line: example.line,
    record_id: redact ? null : example.recordId,
    column: redact ? knownColumn(standard, example) : example.column,
    value: redact ? null : example.value,
    message: requirement.statement + (example.detail ? `${HERE}${example.detail}.` : ""),
    fix: requirement.fix,
  }));
}

/**
 * What a requirement states, and how a record breaks it where there is more to say.
 *
 * @param {string} message of a violation
 * @returns {{statement: string, detail: string}}
 */
export function partsOf(message) {
  const [statement, ...rest] = message.split(HERE);
  return { statement, detail: rest.length > 0 ? `Here ${rest.join(HERE)}` : "" };
}

/**
 * @param {import("./standard.js").Standard} standard
 * @param {Example} example
 * @returns {string | null} the column, unless the input made up its name
 */
function knownColumn(standard, { dataset, column }) {
  return column !== null && standard.dataset(dataset).byName.has(column) ? column : null;
}

/**
 * @param {Example} one
 * @param {Example} two
 */
function inOrder(one, two) {
  return (one.input ?? 0) - (two.input ?? 0) || (one.row ?? 0) - (two.row ?? 0) || (one.line ?? 0) - (two.line ?? 0);
}
