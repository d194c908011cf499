/** Checks of kind `references`: a record and the one that it names. */

import { placeOf } from "../tally.js";
import { apart, columnsOf, compile } from "../tree.js";
import { keyOf, Scope } from "./scope.js";

/** @typedef {import("../dataset.js").Dataset} Dataset */
/** @typedef {import("../index-of.js").IndexOf} IndexOf */
/** @typedef {import("../judge.js").Judge} Judge */
/** @typedef {import("../row.js").Row} Row */
/** @typedef {import("../tally.js").Tally} Tally */
/** @typedef {(row: Row, named: Row) => boolean | undefined} Rule */

export class ReferencesCheck {
  /**
   * @param {Tally} tally
   * @param {Judge} judge
   */
  constructor(tally, judge) {
    this.tally = tally;
    this.judge = judge;
    const { check, columns } = tally.requirement;
    this.referring = columns[0];
    /** @type {{dataset: string, column: string}} */
    this.to = check.to;
    this.within = this.to.dataset === tally.requirement.dataset;
    /** Pairs of columns that a name has besides: of the record, and of the one that it names. @type {[string, string][]} */
    this.match = check.match ?? [];
    /** Records that name another of their own dataset: ordinal and key. @type {[number, string][]} */
    this.pending = [];
    this.isGiven = judge.datasets.has(this.to.dataset);
    if (!this.isGiven) tally.reason = `No input holds the dataset ${this.to.dataset}.`;
    else this.look(judge.standard.dataset(this.to.dataset));
  }

  /**
   * Say what is needed of the records that are named.
   *
   * @param {Dataset} target
   */
  look(target) {
    const { check } = this.tally.requirement;
    const columns = check.compare ?? apart(columnsOf(check.predicate?.tree)).named;
    this.target = target;
    this.targetReads = new Set(/** @type {string[]} */ (columns).map((name) => target.at(name)));
    this.index = this.judge.index(
      this.to.dataset,
      [this.to.column, ...this.match.map(([, named]) => named)],
      this.within,
    );
    if (!this.within) this.index.keep(this.targetReads);
  }

  /**
   * @param {Dataset} dataset
   * @returns {(row: Row) => void}
   */
  bind(dataset) {
    if (!this.isGiven) return () => {};
    const { tally, referring, pending, within } = this;
    const names = [referring, ...this.match.map(([own]) => own)];
    const scope = new Scope(tally.requirement, dataset, names);
    const places = scope.places(names);
    this.dataset = dataset;
    this.reads = scope.reads;
    const index = /** @type {IndexOf} */ (this.index);
    return (row) => {
      if (places.some((at) => row.values[at] === undefined) || !scope.holds(row)) return;
      const key = keyOf(row, places);
      if (within) pending.push([row.ordinal, key]);
      else this.settle(row, index.get(key)?.row, index.has(key));
    };
  }

  /**
   * @param {Row} row
   * @param {Row | undefined} named
   * @param {boolean} exists
   */
  settle(row, named, exists) {
    const { tally } = this;
    let kept;
    if (tally.requirement.check.rule === "exists") kept = exists;
    else if (named && !named.spoils(/** @type {Set<number>} */ (this.targetReads))) kept = this.rule(row, named);
    if (kept === undefined) return;
    tally.evaluated++;
    if (!kept) tally.add(placeOf(/** @type {Dataset} */ (this.dataset), row, this.referring));
  }

  /** @returns {Rule} */
  get rule() {
    const [dataset, target] = [/** @type {Dataset} */ (this.dataset), /** @type {Dataset} */ (this.target)];
    const { check } = this.tally.requirement;
    /** @type {Rule} */
    const rule =
      check.rule === "satisfies"
        ? /** @type {Rule} */ (
            compile(
              check.predicate.tree,
              (name) => dataset.at(name),
              (name) => target.at(name),
            )
          )
        : compares(check, dataset, target);
    Object.defineProperty(this, "rule", { value: rule });
    return rule;
  }

  finish() {
    if (!this.pending.length) return;
    const index = /** @type {IndexOf} */ (this.index);
    const { tally, judge } = this;
    if (tally.requirement.check.rule === "exists") {
      const lost = this.pending.filter(([, key]) => !index.has(key)).map(([ordinal]) => ordinal);
      tally.evaluated += this.pending.length;
      tally.violations += lost.length;
      judge.recallFirst(tally, lost, this.referring);
    } else {
      this.recallBoth(index);
    }
    this.pending = [];
  }

  /**
   * Read both records again, and compare them once all are there.
   *
   * @param {IndexOf} index
   */
  recallBoth(index) {
    const dataset = /** @type {Dataset} */ (this.dataset);
    const columns = new Set([...(this.reads ?? []), ...(this.targetReads ?? [])]);
    if (dataset.identifier) columns.add(dataset.identifier.at);
    /** @type {Map<number, Row>} */
    const rows = new Map();
    /** @type {[number, number][]} */
    const pairs = [];
    const wanted = new Set();
    for (const [ordinal, key] of this.pending) {
      const found = index.get(key);
      if (!found) continue;
      pairs.push([ordinal, found.ordinal]);
      wanted.add(ordinal).add(found.ordinal);
    }
    for (const ordinal of wanted) this.judge.recall(ordinal, (_, row) => rows.set(ordinal, row.kept(columns)));
    this.judge.afterRecall(() => {
      for (const [one, two] of pairs) this.settle(/** @type {Row} */ (rows.get(one)), rows.get(two), true);
    });
  }
}

/**
 * @param {Record<string, any>} check
 * @param {Dataset} dataset
 * @param {Dataset} target
 * @returns {Rule}
 */
function compares(check, dataset, target) {
  const negates = check.rule === "negates";
  const pairs = check.compare.map((/** @type {string} */ name) => [dataset.at(name), target.at(name)]);
  return (row, named) =>
    pairs.every((/** @type {[number, number]} */ [one, two]) => {
      const [value, other] = [row.values[one], named.values[two]];
      return negates && other !== undefined ? value === -other : value === other;
    });
}
