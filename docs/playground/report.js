/** A report on the page, in the order of the text report. */

import { expected, findings, judged, reasons, worstColumns, worstInputs } from "./digest.js";
import { count, element, figure, plural, prose, said } from "./dom.js";

/** @typedef {import("./digest.js").Catalogue} Catalogue */
/** @typedef {import("./digest.js").Finding} Finding */
/** @typedef {import("./digest.js").Offender} Offender */
/** @typedef {import("./validator/src/report.js").Examination} Examination */
/** @typedef {import("./validator/src/report.js").Report} Report */
/** @typedef {import("./validator/src/report.js").Violation} Violation */

const FULL = 10;
const LISTED = 20;
const LISTED_INPUTS = 10;
const LISTED_OFFENDERS = 5;
const LISTED_COLUMNS = 6;
const LONGEST_NAME = 80;
const LONGEST_PATH = 300;
const LONGEST_VALUE = 60;
const LISTED_IDS = 12;
/** The commonest reason, in a form for people. */
const NOTHING_TO_JUDGE = "The inputs hold nothing that it judges.";

/**
 * The page of a requirement.
 *
 * @param {string} id
 */
export function requirementLink(id) {
  const page = new URL(`../requirements/${encodeURIComponent(id)}/`, import.meta.url);
  return element("a", { class: "pg-id", href: page.href }, id);
}

/**
 * @param {Examination} examination
 * @param {Catalogue} catalogue requirements that bind inputs
 * @param {readonly string[]} profiles
 * @returns {Node[]}
 */
export function reportView({ report, blocking }, catalogue, profiles) {
  const failed = findings(report, "fail", catalogue);
  const warned = findings(report, "warn", catalogue);
  const parts = [verdict(report), inputs(report)];
  if (failed.length > 0) parts.push(section("What to fix first", list(failed, "fail")));
  if (warned.length > 0) parts.push(section("Warnings", list(warned, "warn")));
  const offenders = failed.length > 1 ? worst(report, failed) : null;
  if (offenders) parts.push(section("Worst offenders", offenders));
  parts.push(section("Coverage", coverage(report, expected(report, catalogue.values(), profiles))));
  parts.push(section("Profiles", ladder(report, blocking, profiles)));
  return parts;
}

/**
 * The verdict in words.
 *
 * @param {Report} report
 */
export function verdictWords({ conformant }) {
  return conformant ? "CONFORMANT" : "NOT CONFORMANT";
}

/** @param {Report} report */
export function outcome({ summary }) {
  const ends = [`${summary.passed} passed`];
  for (const end of ["failed", "warned"]) if (summary[end] > 0) ends.push(`${summary[end]} ${end}`);
  return `${count(summary.executed, "requirement")} executed: ${ends.join(", ")}`;
}

/**
 * @param {string} title
 * @param {...Node} content
 */
function section(title, ...content) {
  const made = element("section", { class: "pg-section" }, element("h2", {}, title), ...content);
  made.setAttribute("aria-label", title);
  return made;
}

/** @param {Report} report */
function verdict(report) {
  const end = report.conformant ? "pass" : "fail";
  return element(
    "header",
    { class: `pg-verdict pg-${end}` },
    element("span", { class: "pg-mark", "aria-hidden": "true" }, report.conformant ? "✓" : "✗"),
    element(
      "div",
      {},
      element("h2", { id: "pg-heading" }, verdictWords(report)),
      element("p", {}, `to profile ${report.profile} of standard ${report.spec_version}`),
      element("p", { class: "pg-quiet" }, outcome(report)),
    ),
  );
}

/** @param {Report} report */
function inputs({ datasets }) {
  const shown = datasets.slice(0, LISTED_INPUTS);
  const rows = shown.map((each) =>
    element(
      "li",
      {},
      element("b", {}, figure(each.rows)),
      ` ${each.dataset} ${plural("row", each.rows)} in `,
      said(each.path, LONGEST_PATH),
    ),
  );
  const sum = (/** @type {Report["datasets"]} */ of) => of.reduce((total, each) => total + each.rows, 0);
  if (datasets.length > shown.length) {
    const rest = datasets.slice(shown.length);
    rows.push(element("li", {}, `${figure(sum(rest))} rows in ${count(rest.length, "more input")}`));
  }
  if (datasets.length > 1) rows.push(element("li", {}, element("b", {}, `${figure(sum(datasets))} rows in all`)));
  return element("ul", { class: "pg-inputs" }, ...rows);
}

/**
 * @param {Finding[]} found
 * @param {"fail" | "warn"} end
 */
function list(found, end) {
  const cards = found.slice(0, FULL).map((each) => element("li", { class: `pg-finding pg-${end}` }, ...card(each)));
  const rest = found
    .slice(FULL, FULL + LISTED)
    .map((each) => element("li", { class: `pg-finding pg-${end}` }, head(each)));
  const left = found.length - FULL - LISTED;
  if (left > 0) rest.push(element("li", { class: "pg-quiet" }, `and ${left} more; the JSON report lists them all`));
  return element("ol", { class: "pg-findings" }, ...cards, ...rest);
}

/**
 * @param {Finding} finding
 * @returns {Node[]}
 */
function card(finding) {
  const { requirement, examples, check } = finding;
  const places = examples.map((each) => element("li", {}, ...example(finding, each)));
  const left = check.violations - examples.length;
  if (left > 0 && examples.length > 0) places.push(element("li", { class: "pg-quiet" }, `and ${figure(left)} more`));
  return [
    head(finding),
    element("p", { class: "pg-statement" }, prose(requirement.statement)),
    ...(places.length > 0 ? [element("ul", { class: "pg-places" }, ...places)] : []),
    element("p", { class: "pg-fix" }, element("b", {}, "Fix "), prose(examples[0]?.fix ?? requirement.fix)),
  ];
}

/** @param {Finding} finding */
function head({ check, requirement, columns }) {
  const names = columns.slice(0, LISTED_COLUMNS).flatMap((name) => [columnName(name), " "]);
  return element(
    "div",
    { class: "pg-head" },
    requirementLink(check.requirement),
    element(
      "span",
      { class: "pg-tally" },
      `${figure(check.violations)} of ${figure(check.evaluated)} ${plural(judged(requirement), check.evaluated)}`,
    ),
    element("span", { class: "pg-columns" }, ...names, columns.length > LISTED_COLUMNS ? "…" : null),
  );
}

/** @param {string} name */
function columnName(name) {
  return element("code", {}, name === "" ? "(empty)" : said(name, LONGEST_NAME));
}

/**
 * @param {Finding} finding
 * @param {Violation} violation
 * @returns {(Node | string)[]}
 */
function example({ namesDataset, requirement }, violation) {
  const { dataset, column, value, message } = violation;
  const parts = [element("span", { class: "pg-place" }, namesDataset ? `${dataset} ` : null, ...place(violation))];
  if (column !== null) {
    parts.push(columnName(column));
    if (value !== null) parts.push(element("span", { class: "pg-value" }, "= ", element("b", {}, shown(value))));
  }
  if (message !== requirement.statement)
    parts.push(element("div", { class: "pg-detail" }, prose(message.slice(requirement.statement.length).trim())));
  return parts.flatMap((part) => [part, " "]);
}

/**
 * @param {Violation} violation
 * @returns {(Node | string)[]}
 */
function place({ path, line, row, record_id }) {
  const where = path === null ? "the inputs as a whole" : said(path, LONGEST_PATH);
  if (line !== null) return [where, ` line ${figure(line)}`];
  if (row !== null) return [where, ` row ${figure(row)}`];
  if (record_id !== null) return [where, " record ", said(record_id, LONGEST_NAME)];
  return [where];
}

/**
 * A value; spaces at its edges are shown, and so is that it is empty.
 *
 * @param {string} value
 */
function shown(value) {
  if (value === "") return "(empty)";
  const edges = value.replace(/^ +| +$/g, (spaces) => "\\x20".repeat(Math.min(spaces.length, LONGEST_VALUE / 4)));
  return said(edges, LONGEST_VALUE);
}

/**
 * @param {Report} report
 * @param {Finding[]} failed
 */
function worst(report, failed) {
  const columns = worstColumns(failed).slice(0, LISTED_OFFENDERS);
  const files = report.datasets.length > 1 ? worstInputs(failed).slice(0, LISTED_OFFENDERS) : [];
  if (columns.length + files.length === 0) return null;
  const most = Math.max(...[...columns, ...files].map(({ violations }) => violations));
  const rows = [...columns, ...files].map((each) => offender(each, most));
  const heads = ["Column or input", "Violations", "Requirements"].map((name) => element("th", { scope: "col" }, name));
  const table = element("table", { class: "pg-table" }, element("thead", {}, element("tr", {}, ...heads)));
  table.append(element("tbody", {}, ...rows));
  return table;
}

/**
 * @param {Offender} offender
 * @param {number} most
 */
function offender({ name, violations, exact, requirements }, most) {
  const bar = element("span", { class: "pg-share", "aria-hidden": "true" });
  bar.style.width = `${Math.max(2, (100 * violations) / most)}%`;
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, said(name, LONGEST_PATH)),
    element("td", {}, `${exact ? "" : "at least "}${figure(violations)}`, bar),
    element("td", {}, figure(requirements)),
  );
}

/**
 * @param {Report} report
 * @param {number} whole
 */
function coverage(report, whole) {
  const { summary, checks } = report;
  const body = element("div", {});
  body.append(
    element("p", { id: "pg-coverage" }, `${checks.length} of ${count(whole, "requirement")} accounted for`),
    bar(report),
    element(
      "p",
      { class: "pg-quiet" },
      `${summary.executed} executed: ${summary.passed} passed, ${summary.failed} failed, ${summary.warned} warned`,
    ),
  );
  body.append(...unjudged(report, "not_applicable", "not applicable"));
  body.append(...unjudged(report, "not_machine_checkable", "not machine-checkable"));
  return body;
}

/** @param {Report} report */
function bar({ summary, checks }) {
  const made = element("div", { class: "pg-ends", "aria-hidden": "true" });
  for (const end of ["passed", "failed", "warned", "not_applicable", "not_machine_checkable"]) {
    if (summary[end] === 0) continue;
    const part = element("span", { class: `pg-end-${end}` });
    part.style.width = `${(100 * summary[end]) / checks.length}%`;
    made.append(part);
  }
  return made;
}

/**
 * @param {Report} report
 * @param {"not_applicable" | "not_machine_checkable"} status
 * @param {string} name
 * @returns {Node[]}
 */
function unjudged(report, status, name) {
  const number = report.summary[status];
  if (number === 0) return [];
  const items = reasons(report, status).map(([reason, ids]) => {
    const words = reason === NOTHING_TO_JUDGE ? "No row has the values that it judges." : reason;
    return element("li", {}, prose(words), " (", ...links(ids), ")");
  });
  return [
    element(
      "details",
      {},
      element("summary", {}, `${number} ${name}`),
      element("ul", { class: "pg-reasons" }, ...items),
    ),
  ];
}

/**
 * @param {string[]} ids
 * @returns {(Node | string)[]}
 */
function links(ids) {
  const shownIds = ids.slice(0, LISTED_IDS).flatMap((id, at) => [at > 0 ? ", " : "", requirementLink(id)]);
  const left = ids.length - LISTED_IDS;
  return [...shownIds, left > 0 ? ` and ${left} more` : ""];
}

/**
 * @param {Report} report
 * @param {Examination["blocking"]} blocking
 * @param {readonly string[]} profiles
 */
function ladder(report, blocking, profiles) {
  const achieved = profiles.indexOf(report.achieved_profile ?? "");
  const steps = profiles.map((name, at) => {
    const met = at <= achieved;
    const step = element(
      "li",
      { class: met ? "pg-met" : "pg-unmet" },
      element("b", {}, name),
      met ? " met" : " not met",
    );
    return step;
  });
  const said = element("p", { id: "pg-achieved" }, "Achieved: ", element("b", {}, report.achieved_profile ?? "none"));
  const body = element("div", {}, said, element("ol", { class: "pg-ladder" }, ...steps));
  const next = profiles.find((name) => blocking[/** @type {"cost"} */ (name)]);
  if (next !== undefined) {
    const ids = blocking[/** @type {"cost"} */ (next)] ?? [];
    body.append(
      element("p", {}, "Next: ", element("b", {}, next), ids.length > 0 ? ", in the way: " : null, ...links(ids)),
    );
  }
  return body;
}
