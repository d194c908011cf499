/** What readers have in common: bytes go in, rows come out. */

/** @typedef {import("./dataset.js").Dataset} Dataset */
/** @typedef {import("./row.js").Row} Row */
/** @typedef {import("./row.js").Fault} Fault */
/** @typedef {"jsonl" | "csv"} Format */
/**
 * @typedef {object} Handler Who is told what a reader finds.
 * @property {(row: Row) => void} row a record; the row is used again for the next one
 * @property {() => void} [mark] the file begins with a byte order mark
 * @property {(fault: Fault, column: string | null, line: number) => void} [header] a header is faulty
 * @property {(name: string, line: number, times: number) => void} [unknown] a header has a name that the dataset does not define; how many records fill it, and 1 where none does
 * @property {(number: number) => boolean} [wants] whether a record is of interest; the others are counted only
 */
/**
 * @typedef {object} Reader
 * @property {(chunk: Uint8Array) => void} push
 * @property {() => void} end
 */

import { CsvReader } from "./csv.js";
import { JsonLinesReader } from "./jsonl.js";

/**
 * @param {Format} format
 * @param {Dataset} dataset
 * @param {Handler} handler
 * @returns {Reader}
 */
export function readerOf(format, dataset, handler) {
  return format === "csv" ? new CsvReader(dataset, handler) : new JsonLinesReader(dataset, handler);
}
