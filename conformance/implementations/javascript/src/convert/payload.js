/** Payloads to records, without a number in them becoming a binary float. */

import { Nested, NumberText, parts, readValue } from "../json.js";
import { Fraction } from "../metrics/exact.js";

/** Why a record, or a whole payload, is not converted. */
export class Refused extends Error {}

/** @typedef {any} Json what a text of JSON holds; its numbers are `NumberText`, its objects have no prototype */

const LITERAL = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,3}))?$/;

/**
 * @param {string} text of JSON
 * @returns {Json}
 */
export function tree(text) {
  const value = readValue(text);
  if (value === undefined) throw new Refused("This is no strict JSON.");
  return value instanceof Nested ? nested(value.text) : value;
}

/** @param {string} text @returns {Json} */
function nested(text) {
  const list = parts(text).map(([name, part]) => [name, tree(part.trim())]);
  if (text.trimStart().startsWith("[")) return list.map(([, value]) => value);
  const found = Object.create(null);
  for (const [name, value] of list) found[name] = value;
  return found;
}

/**
 * @param {string} text as RFC 4180 has it
 * @returns {Json[]} a record for each line; an empty cell is absent
 */
export function table(text) {
  const [header, ...lines] = cells(text.replace(/^\uFEFF/, ""));
  if (header === undefined || new Set(header).size !== header.length) throw new Refused("The header is not readable.");
  return lines.map((line) => {
    if (line.length !== header.length) return new Refused("A line has other cells than the header.");
    const found = Object.create(null);
    header.forEach((name, at) => {
      if (line[at].trim() !== "") found[name.trim()] = line[at].trim();
    });
    return found;
  });
}

/** @param {string} text @returns {string[][]} */
function cells(text) {
  const lines = [];
  let line = /** @type {string[]} */ ([]);
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (found === null) throw new Refused("This is no CSV.");
    line.push(found[1] === undefined ? found[2] : found[1].replaceAll('""', '"'));
    if (found[3] === ",") {
      if (cell.lastIndex === text.length) line.push("");
      else continue;
    }
    if (line.length > 1 || line[0] !== "") lines.push(line);
    line = [];
  }
  return lines;
}

/**
 * @param {string} path which tells the format
 * @param {string} text
 * @returns {Json[]} records, or why one cannot be read
 */
export function recordsOf(path, text) {
  if (path.endsWith(".csv")) return table(text);
  if (path.endsWith(".json")) return [tree(text)];
  if (!path.endsWith(".jsonl")) throw new Refused(`The format of ${path} is not read.`);
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => {
    try {
      return tree(line);
    } catch (error) {
      if (error instanceof Refused) return error;
      throw error;
    }
  });
}

/** @param {Json} value @returns {boolean} */
export const isObject = (value) => typeof value === "object" && value !== null && !(value instanceof NumberText);

/**
 * An exact number; null and what is absent are none.
 *
 * @param {Json} value a number, or the text of one
 * @returns {Fraction | undefined}
 */
export function number(value) {
  if (value === undefined || value === null || value === "") return undefined;
  const found = LITERAL.exec(value instanceof NumberText ? value.text : String(value));
  if (found === null) throw new Refused("A number is expected, and something else is there.");
  const [, sign, whole, behind = "", exponent = "0"] = found;
  const power = Number(exponent) - behind.length;
  const digits = BigInt(`${sign}${whole}${behind}`);
  return power < 0 ? new Fraction(digits, 10n ** BigInt(-power)) : new Fraction(digits * 10n ** BigInt(power));
}

/**
 * A number of things that are counted.
 *
 * @param {Json} value
 * @returns {Fraction | undefined}
 */
export function count(value) {
  const found = number(value);
  if (found !== undefined && (found.below !== 1n || found.above < 0n)) throw new Refused("A count is not whole.");
  return found;
}

/**
 * Decimal text of an exact number.
 *
 * @param {Fraction} value
 * @param {number} [digits] after the point, at most
 */
export function plain(value, digits = 18) {
  const unit = 10n ** BigInt(digits);
  if ((value.above * unit) % value.below !== 0n) throw new Refused("A number has more digits than its column.");
  return value.toString();
}

/**
 * The counters of a source as they are written, whatever object they stand in; a list is told apart by a member.
 *
 * @param {Json} value
 * @param {string} [path]
 * @param {Record<string, string>} [found]
 */
export function counters(value, path = "", found = {}) {
  if (value instanceof NumberText) found[path] = value.text;
  else if (Array.isArray(value)) {
    for (const each of value) {
      const name = Object.values(each).find((member) => typeof member === "string");
      counters(each, `${path}.${name}`, found);
    }
  } else if (isObject(value))
    for (const name of Object.keys(value)) counters(value[name], path ? `${path}.${name}` : name, found);
  return found;
}

/** Of a table, whose cells are texts, verbatim. @param {Json} row @param {string[]} names */
export function countersOf(row, names) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const name of names) {
    const value = row[name];
    if (value === undefined || value === null) continue;
    if (number(value) !== undefined) found[name] = value instanceof NumberText ? value.text : value;
  }
  return found;
}
