/** A report to read in a terminal. */

/** @typedef {import("./report.js").Report} Report */

/** What would move the cursor, or turn the direction of writing. */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** @param {string} text of an input */
export function visible(text) {
  return text.replace(INVISIBLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * @param {Report} report
 * @returns {string}
 */
export function textOf(report) {
  const { summary } = report;
  const lines = [
    `${report.conformant ? "CONFORMANT" : "NOT CONFORMANT"} with the profile ${report.profile} of version ${report.spec_version}`,
    `  ${report.datasets.map(({ path, rows }) => `${visible(path)}: ${rows} records`).join(", ")}`,
    `  ${summary.passed} passed, ${summary.failed} failed, ${summary.warned} warned, ${summary.not_applicable} not applicable, ` +
      `${summary.not_machine_checkable} not machine-checkable; highest profile met: ${report.achieved_profile ?? "none"}`,
  ];
  for (const check of report.checks.filter(({ violations }) => violations > 0)) {
    const examples = report.violations.filter(({ requirement }) => requirement === check.requirement);
    lines.push("", `${check.requirement} (${check.keyword}): ${check.violations} of ${check.evaluated}`);
    if (examples.length > 0) lines.push(`  ${examples[0].message}`);
    for (const each of examples) lines.push(`  - ${visible(placeOf(each))}`);
    if (examples.length > 0) lines.push(`  ${examples[0].fix}`);
  }
  return `${lines.join("\n")}\n`;
}

/** @param {import("./report.js").Violation} violation */
function placeOf({ path, row, line, record_id, column, value }) {
  const parts = [
    path,
    row && `row ${row}`,
    line && `line ${line}`,
    record_id,
    column && `${column}: ${value ?? "no value"}`,
  ];
  return parts.filter(Boolean).join(", ");
}
