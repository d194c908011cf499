/** Judge records that are in memory, and say no more of them than a conformance suite asks. */

import { input, validate } from "./validate.js";

/** @typedef {import("./standard.js").Profile} Profile */
/** @typedef {import("./standard.js").Standard} Standard */
/** @typedef {{requirement: string, column: string | null}} Blame */
/** @typedef {{valid: boolean, violations: Blame[]}} Verdict */

/** Enough to see every column that a requirement blames. */
const MOST = 100_000;

/**
 * @param {Standard} standard
 * @param {Record<string, string[]>} records for each dataset the JSON text of each of its records
 * @param {{profile?: Profile}} [options]
 * @returns {Promise<Verdict>}
 */
export async function validateRecords(standard, records, options = {}) {
  const encoder = new TextEncoder();
  const inputs = Object.entries(records).map(([dataset, texts]) =>
    input(dataset, dataset, "jsonl", [encoder.encode(texts.map((text) => `${text}\n`).join(""))]),
  );
  return verdictOf(await validate(standard, inputs, { ...options, maxExamples: MOST }));
}

/**
 * @param {import("./report.js").Report} report with every violation
 * @returns {Verdict}
 */
export function verdictOf({ conformant, violations }) {
  const blamed = new Map(
    violations.map(({ requirement, column }) => [`${requirement} ${column}`, { requirement, column }]),
  );
  return { valid: conformant, violations: [...blamed.values()] };
}
