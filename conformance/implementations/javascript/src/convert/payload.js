/** Payloads to records, without a number in them becoming a binary float. */

import { Nested, NumberText, parts, readValue } from "../json.js";
import { Fraction } from "../metrics/exact.js";

/** @typedef {{tables?: string[][], named?: (header: string[]) => string[]}} Tables lists of columns of which a table has one, and what its own columns are called there */

/** Why a record, or a whole payload, is not converted. */
export class Refused extends Error {}

/** @typedef {any} Json what a text of JSON holds; its numbers are `NumberText`, its objects have no prototype */

const LITERAL = /^([+-]?)(?=[.]?[0-9])([0-9]*)(?:[.]([0-9]*))?(?:[eE]([+-]?[0-9]{1,4}))?$/;
/** Of a count, in digits. */
const LONGEST_COUNT = 17;

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
 * @param {Tables} [source]
 * @returns {Json[]} a record for each line; an empty cell is absent
 */
export function table(text, { tables = [[]], named = (header) => header } = {}) {
  const [header, ...lines] = cells(text.replace(/^\uFEFF/, ""));
  if (header === undefined || new Set(header).size !== header.length) throw new Refused("The header is not readable.");
  const names = new Set(named(header.map((name) => name.trim())));
  if (!tables.some((columns) => columns.every((name) => names.has(name))))
    throw new Refused("The table lacks columns of its source.");
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
export function cells(text) {
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
    if (line.length > 1 || line[0].trim() !== "") lines.push(line);
    line = [];
  }
  return lines;
}

/**
 * @param {string} path which tells the format
 * @param {string} text
 * @param {Tables} [source]
 * @returns {Json[]} records, or why one cannot be read
 */
export function recordsOf(path, text, source) {
  if (path.endsWith(".csv")) return table(text, source);
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

/** The power of ten beyond which, and the inverse below which, no number is reckoned with. */
const FARTHEST = 1000;

/**
 * An exact number; null and what is absent are none.
 *
 * @param {Json} value a number, or the text of one
 * @returns {Fraction | undefined}
 */
export function number(value) {
  if (value instanceof Fraction) return value;
  if (value === undefined || value === null || value === "") return undefined;
  const found = LITERAL.exec(value instanceof NumberText ? value.text : typeof value === "string" ? value.trim() : "");
  if (found === null) throw new Refused("A number is expected, and something else is there.");
  const [, sign, whole, behind = "", exponent = "0"] = found;
  const power = Number(exponent) - behind.length;
  const digits = BigInt(whole + behind) * (sign === "-" ? -1n : 1n);
  if (digits === 0n) return new Fraction(0n);
  const magnitude = (whole + behind).replace(/^0+/, "").length - 1 + power;
  if (Math.abs(magnitude) > FARTHEST) throw new Refused("A number is beyond any range.");
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
  if (found !== undefined && found.above >= 10n ** BigInt(LONGEST_COUNT)) throw new Refused("A count is too long.");
  return found;
}

/** A count that is a number, and no text of one. @param {Json} value @returns {Fraction | undefined} */
export function whole(value) {
  if (typeof value === "string") throw new Refused("A count is a text.");
  return count(value);
}

/**
 * Decimal text of an exact number; what has more digits after the point than its column is rounded half-even.
 *
 * @param {Fraction} value
 * @param {number} [digits] after the point, at most
 * @param {number} [before] digits before it, at most
 */
export function plain(value, digits = 18, before = 14) {
  const unit = 10n ** BigInt(digits);
  const [size, sign] = value.above < 0n ? [-value.above, -1n] : [value.above, 1n];
  const [kept, rest] = [(size * unit) / value.below, 2n * ((size * unit) % value.below)];
  const up = rest > value.below || (rest === value.below && kept % 2n === 1n);
  const rounded = up ? kept + 1n : kept;
  if (rounded >= unit * 10n ** BigInt(before)) throw new Refused("A number has more digits than its column.");
  return new Fraction(sign * rounded, unit).toString();
}

const THOUSANDS = /^-?[1-9][0-9]{0,2}(,[0-9]{3})+([.][0-9]*)?$/;

/**
 * A number of a table, perhaps with a dollar sign and commas between thousands; any other comma may be one of decimals.
 *
 * @param {Json} cell
 */
export function cellNumber(cell) {
  if (typeof cell !== "string") return number(cell);
  const text = cell.trim().replace(/^[$]/, "");
  if (text.includes(",") && !THOUSANDS.test(text)) throw new Refused("A comma does not stand between thousands.");
  return number(text.replaceAll(",", ""));
}

/** @param {Json} cell */
export const cellCount = (cell) => count(cellNumber(cell));

/** The quantity that an amount is for. @param {Fraction} value */
export const pricingQuantity = (value) => plain(value, 6, 12);

/**
 * An object inside of another one, under the first of its names that is stated; an empty one where none is.
 *
 * @param {Json} value
 * @param {string[]} names
 * @returns {Json}
 */
export function child(value, ...names) {
  const found = names.map((name) => value[name]).find((each) => each !== undefined && each !== null);
  if (found === undefined) return {};
  if (!isObject(found) || Array.isArray(found))
    throw new Refused("An object is expected, and something else is there.");
  return found;
}

/** A list of objects; an empty one where none is. @param {Json} value @returns {Json[]} */
export function objects(value) {
  const list = value ?? [];
  if (!Array.isArray(list) || !list.every((each) => isObject(each) && !Array.isArray(each)))
    throw new Refused("A list of objects is expected.");
  return list;
}

/**
 * A text that is not empty.
 *
 * @param {Json} value
 * @returns {string | undefined}
 */
export function words(value) {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") throw new Refused("A text is expected, and something else is there.");
  return value;
}

/** An object, or the text of one. @param {Json} value @returns {Json} */
export function inner(value) {
  const found = typeof value === "string" && value.trim() !== "" ? tree(value) : value;
  return child({ found: found === "" ? undefined : found }, "found");
}

/** What tells the places of a list apart, where every place has its own. */
const LABELS = ["modality", "ttl", "type"];
const LONGEST_EXPONENT = 60;

/** A vendor's number in plain notation, unless that is very long. @param {string} text */
export function plainly(text) {
  const [, exponent = "0"] = /[eE](.+)$/.exec(text) ?? [];
  if (!/[.eE]/.test(text)) return text === "-0" ? "0" : text;
  if (Math.abs(Number(exponent)) > LONGEST_EXPONENT) return text;
  const { above, below } = /** @type {Fraction} */ (number(text));
  const decimals = Math.max((/[.]([0-9]*)/.exec(text)?.[1].length ?? 0) - Number(exponent), 0);
  const digits = (((above < 0n ? -above : above) * 10n ** BigInt(decimals)) / below).toString();
  const [whole, behind] = [
    digits.padStart(decimals + 1, "0").slice(0, -decimals || undefined),
    digits.padStart(decimals, "0").slice(-decimals || Infinity),
  ];
  return `${above < 0n ? "-" : ""}${whole}.${behind}`.replace(/[.]?0*$/, "");
}

/** @param {Json[]} list @returns {string[]} */
function labels(list) {
  for (const label of LABELS) {
    const names = list.map((each) => (isObject(each) ? each[label] : undefined));
    if (names.every((name) => typeof name === "string" && name) && new Set(names).size === list.length) return names;
  }
  return list.map((_, at) => String(at));
}

/**
 * The counters of a source, whatever object they stand in; a place in a list is told by its modality or number.
 *
 * @param {Json} value
 * @param {string} [path]
 * @param {Record<string, string>} [found]
 */
export function counters(value, path = "", found = {}) {
  if (value instanceof NumberText) found[path] = plainly(value.text);
  else if (Array.isArray(value)) {
    const names = labels(value);
    value.forEach((each, at) => counters(each, `${path}.${names[at]}`, found));
  } else if (isObject(value))
    for (const name of Object.keys(value)) counters(value[name], path ? `${path}.${name}` : name, found);
  return found;
}

/** The numbers and texts of a flat object, verbatim. @param {Json} values @returns {Record<string, string>} */
export const figures = (values) =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value instanceof NumberText || (typeof value === "string" && value !== ""))
      .map(([name, value]) => [name, value instanceof NumberText ? plainly(value.text) : value]),
  );

/** Of a table, whose cells are texts, verbatim. @param {Json} row @param {string[]} names */
export function countersOf(row, names) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const name of names) {
    const value = row[name];
    const text = value instanceof NumberText ? plainly(value.text) : words(value);
    if (text !== undefined) found[name] = text;
  }
  return found;
}
