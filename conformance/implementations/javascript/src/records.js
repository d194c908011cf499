/** Judge records that are in memory, and say no more of them than a conformance suite asks. */

import { input, validate } from "./validate.js";

/** @typedef {import("./standard.js").Profile} Profile */
/** @typedef {import("./standard.js").Standard} Standard */
/** @typedef {{requirement: string, column: string | null, message?: string}} Blame */
/** @typedef {{valid: boolean, violations: Blame[]}} Verdict */

/** Enough to see every column that a requirement blames. */
const MOST = 100_000;

/**
 * @param {Standard} standard
 * @param {Record<string, string[]>} records for each dataset the JSON text of each of its records
 * @param {{profile?: Profile, redact?: boolean, messages?: boolean}} [options]
 * @returns {Promise<Verdict>}
 */
export async function validateRecords(standard, records, options = {}) {
  const encoder = new TextEncoder();
  const inputs = Object.entries(records).map(([dataset, texts]) =>
    input(dataset, dataset, "jsonl", [encoder.encode(texts.map((text) => `${text}\n`).join(""))]),
  );
  return verdictOf(await validate(standard, inputs, { ...options, maxExamples: MOST }), options.messages);
}

/**
 * @param {import("./report.js").Report} report with every violation
 * @param {boolean} [messages] whether to say what is wrong, too
 * @returns {Verdict}
 */
export function verdictOf({ conformant, violations }, messages = false) {
  const blamed = new Map(
    violations.map(({ requirement, column, message, value }) => [
      `${requirement} ${column}`,
      {
        requirement,
        column,
        ...(messages ? { message: value === null ? message : `${message} Found: ${value}` } : {}),
      },
    ]),
  );
  return { valid: conformant, violations: [...blamed.values()] };
}
