/** Checks of kind `no_overlap`: records that exclude each other. */

import { microseconds } from "../instant.js";
import { settled } from "../texts.js";
import { keyer, keyPart, Scope } from "./scope.js";

/** @typedef {import("../dataset.js").Column} Column */
/** @typedef {import("../dataset.js").Dataset} Dataset */
/** @typedef {import("../judge.js").Judge} Judge */
/** @typedef {import("../row.js").Row} Row */
/** @typedef {import("../tally.js").Tally} Tally */
/** @typedef {bigint | undefined} Bound open where undefined */
/**
 * @typedef {object} Entry A record that may overlap another.
 * @property {number} ordinal
 * @property {Bound[]} bounds start and end of each range, one after the other
 * @property {string} apart
 */

export class NoOverlapCheck {
  /**
   * @param {Tally} tally
   * @param {Judge} judge
   */
  constructor(tally, judge) {
    this.tally = tally;
    this.judge = judge;
    /** @type {Map<string, Entry[]>} */
    this.entries = new Map();
  }

  /**
   * @param {Dataset} dataset
   * @returns {(row: Row) => void}
   */
  bind(dataset) {
    const { tally, entries } = this;
    const { check } = tally.requirement;
    const scope = new Scope(tally.requirement, dataset);
    const keyOfRow = keyer(dataset, scope.places(check.by));
    const bounds = check.ranges.flat().map((/** @type {string} */ name) => boundOf(dataset.columns[dataset.at(name)]));
    const apart = check.apart === undefined ? undefined : dataset.at(check.apart);
    return (row) => {
      if (!scope.holds(row)) return;
      tally.evaluated++;
      const key = keyOfRow(row);
      const entry = {
        ordinal: row.ordinal,
        bounds: bounds.map((/** @type {(row: Row) => Bound} */ bound) => bound(row)),
        apart: apart === undefined ? "" : this.known(keyPart(row.values[apart])),
      };
      const others = entries.get(key);
      if (others) others.push(entry);
      else entries.set(key, [entry]);
    };
  }

  /** Texts that many records have in common are kept once. @type {Map<string, string>} */
  texts = new Map();

  /** @param {string} text */
  known(text) {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    this.texts.set(settled(text), text);
    return text;
  }

  finish() {
    const { check, columns } = this.tally.requirement;
    const overlapping = check.ranges.length === 1 ? inOneRange : inEveryRange;
    /** @type {number[]} */
    const blamed = [];
    for (const entries of this.entries.values()) {
      if (entries.length > 1) blamed.push(...overlapping(entries.filter(isNotEmpty).sort(inOrder), "apart" in check));
    }
    this.tally.violations += blamed.length;
    this.judge.recallFirst(this.tally, blamed, columns[0] ?? null);
    this.entries.clear();
  }
}

/**
 * @param {Column} column
 * @returns {(row: Row) => Bound}
 */
function boundOf(column) {
  const { at } = column;
  if (column.kind !== "timestamp") return (row) => row.values[at];
  // Records that belong together have the same period.
  let [last, bound] = ["", 0n];
  return (row) => {
    const value = row.values[at];
    if (value === undefined) return undefined;
    if (value !== last) [last, bound] = [value, microseconds(value)];
    return bound;
  };
}

/** @param {Entry} entry */
function isNotEmpty({ bounds }) {
  for (let at = 0; at < bounds.length; at += 2) if (!isBefore(bounds[at], bounds[at + 1])) return false;
  return true;
}

/**
 * Whether a start lies before an end.
 *
 * @param {Bound} start
 * @param {Bound} end
 */
function isBefore(start, end) {
  return start === undefined || end === undefined || start < end;
}

/**
 * @param {Entry} one
 * @param {Entry} two
 */
function inOrder(one, two) {
  const [first, second] = [one.bounds[0], two.bounds[0]];
  if (first === second) return one.ordinal - two.ordinal;
  if (first === undefined || second === undefined) return first === undefined ? -1 : 1;
  return first < second ? -1 : 1;
}

/**
 * With a single range it is enough to know how far the earlier records reach: those of one side, and those of all others.
 *
 * @param {Entry[]} entries in order
 * @param {boolean} apart
 * @returns {number[]} ordinals
 */
function inOneRange(entries, apart) {
  const blamed = [];
  /** @type {{reach: Bound, side: string} | undefined} */
  let furthest;
  /** The furthest of another side than that one. @type {{reach: Bound, side: string} | undefined} */
  let second;
  for (const { ordinal, bounds, apart: side } of entries) {
    const other = apart && furthest?.side === side ? second : furthest;
    if (other && isBefore(bounds[0], other.reach)) blamed.push(ordinal);
    const mine = { reach: bounds[1], side };
    if (!furthest || reachesFurther(mine.reach, furthest.reach)) {
      if (furthest && furthest.side !== side) second = furthest;
      furthest = mine;
    } else if (furthest.side !== side && (!second || reachesFurther(mine.reach, second.reach))) {
      second = mine;
    }
  }
  return blamed;
}

/**
 * @param {Bound} one
 * @param {Bound} two
 */
function reachesFurther(one, two) {
  return two !== undefined && (one === undefined || one > two);
}

/**
 * @param {Entry[]} entries in order
 * @param {boolean} apart
 * @returns {number[]} ordinals
 */
function inEveryRange(entries, apart) {
  const blamed = [];
  /** @type {Entry[]} */
  let open = [];
  for (const entry of entries) {
    open = open.filter((each) => isBefore(entry.bounds[0], each.bounds[1]));
    if (open.some((each) => (!apart || each.apart !== entry.apart) && overlap(each, entry))) blamed.push(entry.ordinal);
    open.push(entry);
  }
  return blamed;
}

/**
 * @param {Entry} one
 * @param {Entry} two
 */
function overlap(one, two) {
  for (let at = 0; at < one.bounds.length; at += 2) {
    if (!isBefore(one.bounds[at], two.bounds[at + 1]) || !isBefore(two.bounds[at], one.bounds[at + 1])) return false;
  }
  return true;
}
