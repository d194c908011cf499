/** The records of one dataset, as they come in: counted, judged by themselves, and shown to every check. */

import { needsOf } from "./checks/needs.js";
import { VERSION_COLUMN } from "./dataset.js";
import { Nested, NumberText } from "./json.js";
import { Row } from "./row.js";
import { placeOf } from "./tally.js";

/** @typedef {import("./dataset.js").Column} Column */
/** @typedef {import("./dataset.js").Dataset} Dataset */
/** @typedef {import("./judge.js").Judge} Judge */
/** @typedef {import("./json.js").Value} Value */
/** @typedef {import("./tally.js").Example} Example */
/** @typedef {(row: Row) => void} Looking */

let turns = 0;

export class Desk {
  /**
   * @param {Judge} judge
   * @param {Dataset} dataset
   */
  constructor(judge, dataset) {
    this.judge = judge;
    this.dataset = dataset;
    this.agenda = new Agenda(judge, dataset);
    this.indices = judge.indicesOf(dataset.name, true);
    /** Where values are counted: those of its records, and those of objects in their lists. */
    this.counts = new Counts(dataset);
    this.records = 0;
    /** The first of its inputs. */
    this.input = 0;
    // The version of a manifest is held against those of its records, once these are known.
    this.version = dataset.name === "manifest" ? undefined : dataset.byName.get(VERSION_COLUMN)?.at;
    /** @type {Row | null} */
    this.row = null;
    this.report = (/** @type {string} */ requirement, /** @type {Column} */ column) => {
      this.judge.tally(requirement).add(placeOf(this.dataset, /** @type {Row} */ (this.row), column.name));
    };
  }

  /** @returns {Example} the records as a whole */
  nowhere() {
    const { dataset, input } = this;
    return { dataset: dataset.name, input, row: null, line: null, recordId: null, column: null, value: null };
  }

  /** @param {Row} row */
  take(row) {
    this.records++;
    if (row.fault !== null) {
      this.judge.ofFault(row.fault).add({ ...placeOf(this.dataset, row, null), detail: row.detail });
      return;
    }
    this.row = row;
    row.turn = ++turns;
    for (const [name, value] of row.unknown) {
      this.judge.tally(this.dataset.unknownOwner).add(placeOf(this.dataset, row, name, value));
    }
    this.counts.take(row, this.report);
    this.dataset.judge(row, this.report);
    if (this.dataset.hasEntries) this.takeEntries(row);
    if (this.version !== undefined) this.judge.stated(this.dataset, row, row.values[this.version]);
    for (const index of this.indices) index.take(row);
    this.agenda.judge(row);
  }

  /**
   * Judge the objects that stand in lists of a record, each value by itself; the list is blamed.
   *
   * @param {Row} row
   */
  takeEntries(row) {
    for (const at of row.present) {
      const column = this.dataset.columns[at];
      const list = row.stated[at];
      if (!column.entry || !(list instanceof Nested)) continue;
      for (const entry of entriesOf(column.entry, list)) {
        const report = (/** @type {string} */ requirement) => this.report(requirement, column);
        for (const _ of entry.unknown) report(column.entry.unknownOwner);
        this.counts.within(column).take(entry, report);
        column.entry.judge(entry, report);
      }
    }
  }
}

/** Which checks look at a row: those on a column that it fills, and those that do not depend on one. */
class Agenda {
  /**
   * @param {Judge} judge
   * @param {Dataset} dataset
   */
  constructor(judge, dataset) {
    /** @type {Looking[]} */
    this.all = [];
    /** @type {Looking[]} */
    this.always = [];
    /** @type {Looking[][]} */
    this.on = dataset.columns.map(() => []);
    const needs = judge
      .checksOn(dataset.name)
      .map((check) => ({ check, columns: [...needsOf(check.tally.requirement)] }));
    const popular = new Map();
    for (const name of needs.flatMap(({ columns }) => columns)) popular.set(name, (popular.get(name) ?? 0) + 1);
    for (const { check, columns } of needs) {
      const look = check.bind(dataset);
      this.all.push(look);
      // What few checks need is probably what few records have.
      const [rarest] = columns.sort((one, two) => popular.get(one) - popular.get(two));
      if (rarest === undefined) this.always.push(look);
      else this.on[dataset.at(rarest)].push(look);
    }
  }

  /** @param {Row} row */
  judge(row) {
    // A malformed value can make a record one of a group that it is otherwise none of.
    if (row.malformed.length > 0) each(this.all, row);
    else {
      each(this.always, row);
      for (let at = 0; at < row.present.length; at++) each(this.on[row.present[at]], row);
    }
  }
}

/**
 * @param {Looking[]} checks
 * @param {Row} row
 */
function each(checks, row) {
  for (let at = 0; at < checks.length; at++) checks[at](row);
}

/** How many values there were of each column. */
export class Counts {
  /** @param {Dataset} dataset */
  constructor(dataset) {
    this.dataset = dataset;
    this.records = 0;
    /** @type {number[]} */
    this.values = new Array(dataset.width).fill(0);
    /** @type {Map<Column, Counts>} */
    this.entries = new Map();
  }

  /**
   * @param {Row} row
   * @param {(requirement: string, column: Column) => void} report
   */
  take(row, report) {
    const { dataset, values } = this;
    this.records++;
    for (const at of row.present) values[at]++;
    for (const at of dataset.required) {
      if (row.stated[at] === undefined) report(dataset.requiredOwner, dataset.columns[at]);
    }
  }

  /**
   * @param {Column} column
   * @returns {Counts} of the objects in its lists
   */
  within(column) {
    let counts = this.entries.get(column);
    if (!counts) this.entries.set(column, (counts = new Counts(/** @type {Dataset} */ (column.entry))));
    return counts;
  }

  /** @param {(requirement: string, times: number) => void} add */
  addUp(add) {
    add(this.dataset.requiredOwner, this.records * this.dataset.required.length);
    for (const column of this.dataset.columns) {
      for (const owner of column.owners) add(owner, this.values[column.at]);
    }
    for (const counts of this.entries.values()) counts.addUp(add);
  }
}

/**
 * The objects in a list, as rows.
 *
 * @param {Dataset} entry
 * @param {Nested} list
 * @returns {Generator<Row>}
 */
export function* entriesOf(entry, list) {
  if (!Array.isArray(list.value)) return;
  for (const member of list.value) {
    if (member === null || typeof member !== "object" || Array.isArray(member)) continue;
    const row = new Row(entry.width);
    for (const [name, value] of Object.entries(member)) {
      const column = entry.byName.get(name);
      if (column) row.state(column.at, asValue(value));
      else if (!entry.isCustom(name)) row.unknown.push([name, asValue(value)]);
    }
    yield row;
  }
}

/**
 * @param {any} value of a tree
 * @returns {Value}
 */
function asValue(value) {
  if (typeof value === "number") return new NumberText(String(value));
  return value !== null && typeof value === "object" ? new Nested(JSON.stringify(value), value) : value;
}
