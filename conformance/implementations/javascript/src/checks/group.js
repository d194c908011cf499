/** Checks of kind `group`: what holds within records that belong together. */

import { compile } from "../tree.js";
import { settled } from "../texts.js";
import { keyer, keyPart, Scope } from "./scope.js";

/** @typedef {import("../dataset.js").Dataset} Dataset */
/** @typedef {import("../judge.js").Judge} Judge */
/** @typedef {import("../row.js").Row} Row */
/** @typedef {import("../standard.js").Requirement} Requirement */
/** @typedef {import("../tally.js").Tally} Tally */

/**
 * @typedef {object} Member What a rule learns of one record.
 * @property {number} ordinal
 * @property {any} value of `column`
 * @property {any} other of `total` or `upper`
 * @property {boolean | undefined} truth of `predicate`
 */
/**
 * @typedef {object} Group What is known of a group so far.
 * @property {boolean} spoiled some member has a malformed value
 * @property {(member: Member) => void} take
 * @property {() => boolean | undefined} kept undefined where the rule is not evaluated
 * @property {number | null} blamed the ordinal of the record to blame, once the rule is broken
 */

/** @implements {Group} */
class Sum {
  spoiled = false;
  /** @type {number | null} */
  blamed = null;
  sum = 0n;
  /** @type {bigint | undefined} */
  total = undefined;
  complete = true;

  /** @param {Member} member */
  take({ ordinal, value, other }) {
    if (this.blamed === null) {
      this.blamed = ordinal;
      this.total = other;
    }
    if (value === undefined || other === undefined || other !== this.total) this.complete = false;
    else this.sum += value;
  }

  kept() {
    return this.spoiled || !this.complete ? undefined : this.sum === this.total;
  }
}

/** @implements {Group} */
class AllOrNone {
  spoiled = false;
  /** The first record without a value. @type {number | null} */
  blamed = null;
  some = false;

  /** @param {Member} member */
  take({ ordinal, value }) {
    if (value !== undefined) this.some = true;
    else this.blamed ??= ordinal;
  }

  kept() {
    return this.spoiled ? undefined : !this.some || this.blamed === null;
  }
}

/** @implements {Group} */
class Uniform {
  spoiled = false;
  /** The first record that differs from the first one. @type {number | null} */
  blamed = null;
  /** @type {string | undefined} */
  first = undefined;

  /** @param {Member} member */
  take({ ordinal, value }) {
    const key = keyPart(value);
    if (this.first === undefined) this.first = settled(key);
    else if (key !== this.first) this.blamed ??= ordinal;
  }

  kept() {
    return this.spoiled ? undefined : this.blamed === null;
  }
}

/** @implements {Group} */
class AtMostOne {
  spoiled = false;
  /** The second record. @type {number | null} */
  blamed = null;
  any = false;

  /** @param {Member} member */
  take({ ordinal }) {
    if (this.any) this.blamed ??= ordinal;
    this.any = true;
  }

  kept() {
    return this.spoiled ? undefined : this.blamed === null;
  }
}

/** @implements {Group} */
class Any {
  spoiled = false;
  /** The first record. @type {number | null} */
  blamed = null;
  yes = false;
  no = false;

  /** @param {Member} member */
  take({ ordinal, truth }) {
    this.blamed ??= ordinal;
    if (truth === true) this.yes = true;
    if (truth === false) this.no = true;
  }

  kept() {
    if (this.yes) return true;
    return this.no && !this.spoiled ? false : undefined;
  }
}

/** @implements {Group} */
class Contiguous {
  spoiled = false;
  /** The first record, in the order of the ranges, that leaves a gap before it. @type {number | null} */
  blamed = null;
  /** @type {{lower: bigint, upper: bigint | undefined, ordinal: number}[]} */
  ranges = [];

  /** @param {Member} member */
  take({ ordinal, value, other }) {
    this.ranges.push({ lower: value ?? 0n, upper: other, ordinal });
  }

  kept() {
    if (this.spoiled) return undefined;
    this.ranges.sort((one, two) =>
      one.lower < two.lower ? -1 : one.lower > two.lower ? 1 : one.ordinal - two.ordinal,
    );
    let reached = 0n;
    for (const { lower, upper, ordinal } of this.ranges) {
      if (lower > reached) {
        this.blamed = ordinal;
        return false;
      }
      if (upper === undefined) return true;
      if (upper > reached) reached = upper;
    }
    return true;
  }
}

/** @implements {Group} */
class Consecutive {
  spoiled = false;
  /** The first record. @type {number | null} */
  blamed = null;
  /** @type {Set<bigint>} */
  values = new Set();

  /** @param {Record<string, any>} check */
  constructor(check) {
    this.least = check.first === undefined ? undefined : BigInt(check.first);
  }

  /** @param {Member} member */
  take({ ordinal, value }) {
    this.blamed ??= ordinal;
    if (value !== undefined) this.values.add(value);
  }

  kept() {
    if (this.spoiled || this.values.size === 0) return undefined;
    const values = [...this.values].sort((one, two) => (one < two ? -1 : 1));
    const least = this.least ?? values[0];
    return values.every((value, at) => value === least + BigInt(at));
  }
}

/** @type {Record<string, new (check: Record<string, any>) => Group>} */
const RULES = {
  sums_to: Sum,
  all_or_none: AllOrNone,
  uniform: Uniform,
  at_most_one: AtMostOne,
  any: Any,
  contiguous: Contiguous,
  consecutive: Consecutive,
};

export class GroupCheck {
  /**
   * @param {Tally} tally
   * @param {Judge} judge
   */
  constructor(tally, judge) {
    this.tally = tally;
    this.judge = judge;
    this.rule = RULES[tally.requirement.check.rule];
    if (!this.rule) throw new Error(`${tally.requirement.id} has a rule on groups that this program does not know.`);
    /** @type {Map<string, Group>} */
    this.groups = new Map();
  }

  /**
   * @param {Dataset} dataset
   * @returns {(row: Row) => void}
   */
  bind(dataset) {
    const { groups, rule } = this;
    const { check } = this.tally.requirement;
    const scope = new Scope(this.tally.requirement, dataset);
    const by = scope.places(check.by);
    const keyed = new Set(by);
    const key = keyer(dataset, by);
    const member = memberOf(check, dataset);
    return (row) => {
      const spoiled = row.malformed.length > 0 && row.spoils(scope.reads);
      if (spoiled ? row.spoils(keyed) : !scope.holds(row)) return;
      const name = key(row);
      let group = groups.get(name);
      if (!group) groups.set(name, (group = new rule(check)));
      if (spoiled) group.spoiled = true;
      else group.take(member(row));
    };
  }

  finish() {
    const { tally, judge } = this;
    const { check, columns } = tally.requirement;
    /** @type {number[]} */
    const blamed = [];
    for (const group of this.groups.values()) {
      const kept = group.kept();
      if (kept === undefined) continue;
      tally.evaluated++;
      if (kept) continue;
      tally.violations++;
      // Of the input as a whole, no record is to blame for what none of them has.
      if (check.by.length === 0 && check.rule === "any") tally.examples.push(judge.nowhere(columns[0] ?? null));
      else blamed.push(/** @type {number} */ (group.blamed));
    }
    judge.recallFirst(tally, blamed, columns[0] ?? null);
    this.groups.clear();
  }
}

/**
 * @param {Record<string, any>} check
 * @param {Dataset} dataset
 * @returns {(row: Row) => Member}
 */
function memberOf(check, dataset) {
  const column = check.column === undefined ? undefined : dataset.columns[dataset.at(check.column)];
  const second = check.total ?? check.upper;
  const other = second === undefined ? undefined : dataset.columns[dataset.at(second)];
  const scale = column && other ? Math.max(column.scale, other.scale) : undefined;
  const value = inScale(column, scale);
  const beside = inScale(other, scale);
  const truth = check.predicate ? compile(check.predicate.tree, (name) => dataset.at(name)) : () => undefined;
  return (row) => ({ ordinal: row.ordinal, value: value(row), other: beside(row), truth: truth(row) });
}

/**
 * @param {import("../dataset.js").Column | undefined} column
 * @param {number | undefined} scale in which numbers are compared, where they are
 * @returns {(row: Row) => any}
 */
function inScale(column, scale) {
  if (!column) return () => undefined;
  const { at } = column;
  if (scale === undefined || scale === column.scale) return (row) => row.values[at];
  const factor = 10n ** BigInt(scale - column.scale);
  return (row) => (row.values[at] === undefined ? undefined : row.values[at] * factor);
}
