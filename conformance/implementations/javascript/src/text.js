/** A report to read in a terminal. */

import { partsOf } from "./report.js";

/** @typedef {import("./report.js").Report} Report */

/** What would move the cursor, turn the direction of writing or not be seen, and every space but the plain one. */
const INVISIBLE = /(?! )[\p{C}\p{Z}]/gu;

/** @param {string} text of an input */
export function visible(text) {
  return text.replace(INVISIBLE, (character) => escaped(/** @type {number} */ (character.codePointAt(0))));
}

/** @param {number} code */
function escaped(code) {
  const digits = code.toString(16);
  return code <= 0xffff ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}

/**
 * Indented JSON in which what is invisible is an escape, which readers of JSON undo.
 *
 * @param {unknown} value
 */
export function visibleJson(value) {
  const lines = JSON.stringify(value, null, 2).split("\n");
  return `${lines.map((line) => line.replace(INVISIBLE, inJson)).join("\n")}\n`;
}

/** @param {string} character of one or two code units */
function inJson(character) {
  return [...Array(character.length).keys()].map((at) => escaped(character.charCodeAt(at))).join("");
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
    if (examples.length > 0) lines.push(`  ${visible(partsOf(examples[0].message).statement)}`);
    for (const each of examples) lines.push(`  - ${visible(placeOf(each))}`);
    if (examples.length > 0) lines.push(`  ${visible(examples[0].fix)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** @param {import("./report.js").Violation} violation */
function placeOf({ path, row, line, record_id, column, value, message }) {
  const parts = [
    path,
    row && `row ${row}`,
    line && `line ${line}`,
    record_id,
    column && `${column}: ${value ?? "no value"}`,
    partsOf(message).detail,
  ];
  return parts.filter(Boolean).join(", ");
}
