/** Checks of kind `acyclic`: chains of records that name each other lead nowhere back. */

import { keyOf, Scope } from "./scope.js";

/** @typedef {import("../dataset.js").Dataset} Dataset */
/** @typedef {import("../judge.js").Judge} Judge */
/** @typedef {import("../row.js").Row} Row */
/** @typedef {import("../tally.js").Tally} Tally */
/** @typedef {{ordinal: number, next: string | undefined, mark: number}} Link the first record of its identifier; `mark` is the walk that met it, and 0 before */

export class AcyclicCheck {
  /**
   * @param {Tally} tally
   * @param {Judge} judge
   */
  constructor(tally, judge) {
    this.tally = tally;
    this.judge = judge;
    /** @type {Map<string, Link>} */
    this.links = new Map();
  }

  /**
   * @param {Dataset} dataset
   * @returns {(row: Row) => void}
   */
  bind(dataset) {
    const { tally, links } = this;
    const { check } = tally.requirement;
    const scope = new Scope(tally.requirement, dataset, [check.from, check.to]);
    const [from, to] = scope.places([check.from, check.to]);
    return (row) => {
      if (row.values[from] === undefined) return;
      const leads = row.values[to] !== undefined && scope.holds(row);
      if (leads) tally.evaluated++;
      const key = keyOf(row, [from]);
      if (!links.has(key))
        links.set(key, { ordinal: row.ordinal, next: leads ? keyOf(row, [to]) : undefined, mark: 0 });
    };
  }

  finish() {
    /** @type {number[]} */
    const blamed = [];
    let walk = 0;
    for (const start of this.links.values()) {
      if (start.mark === 0) blamed.push(...this.circle(start, ++walk));
    }
    this.tally.violations += blamed.length;
    this.judge.recallFirst(this.tally, blamed, this.tally.requirement.columns[0]);
    this.links.clear();
  }

  /**
   * Follow a chain over records that no walk has met, and give those of the circle in which it ends, if it does.
   *
   * @param {Link} start
   * @param {number} walk
   * @returns {number[]} ordinals
   */
  circle(start, walk) {
    /** @type {Link | undefined} */
    let link = start;
    while (link?.mark === 0) {
      link.mark = walk;
      link = this.next(link);
    }
    /** @type {number[]} */
    const ordinals = [];
    if (link?.mark !== walk) return ordinals;
    const first = link;
    do {
      ordinals.push(/** @type {Link} */ (link).ordinal);
      link = this.next(/** @type {Link} */ (link));
    } while (link !== first);
    return ordinals;
  }

  /** @param {Link} link */
  next(link) {
    return link.next === undefined ? undefined : this.links.get(link.next);
  }
}
