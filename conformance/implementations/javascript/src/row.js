/** One record while it is judged; a reader fills one row after the other into the same object. */

/** @typedef {import("./json.js").Value} Value */
/** @typedef {import("./json.js").JsonFault | "line_length"} Fault What is wrong with the bytes or the form of a record. */

export class Row {
  /** @param {number} width how many columns the dataset has */
  constructor(width) {
    /** What the record says, by column; undefined where it has no value. @type {(Value | undefined)[]} */
    this.stated = new Array(width).fill(undefined);
    /** The same in the form that predicates read; undefined where there is no value or a malformed one. @type {any[]} */
    this.values = new Array(width).fill(undefined);
    /** The columns that have a value, in the order of the record. @type {number[]} */
    this.present = [];
    /** The columns whose value is malformed. @type {number[]} */
    this.malformed = [];
    /** Names that the dataset does not define and that are not custom, with what stands there. @type {[string, Value][]} */
    this.unknown = [];
    /** A record with a fault is judged by nothing else. @type {Fault | null} */
    this.fault = null;
    /** How it is wrong, where there is more to say than the requirement does. @type {string | null} */
    this.detail = null;
    /** The place of its input among the inputs. */
    this.input = 0;
    /** Its number within the input, from 1. */
    this.number = 0;
    /** The line on which it begins, from 1. */
    this.line = 0;
    /** Which of all rows that were ever judged it is; what was found out of another one is of no use. */
    this.turn = 0;
    /** Its place among all records of its dataset, in the order of the inputs. */
    this.ordinal = 0;
  }

  clear() {
    for (const at of this.present) {
      this.stated[at] = undefined;
      this.values[at] = undefined;
    }
    this.present.length = 0;
    this.malformed.length = 0;
    this.unknown.length = 0;
    this.fault = null;
    this.detail = null;
  }

  /**
   * Take what a record says of a column.
   *
   * @param {number} at
   * @param {Value} value
   */
  state(at, value) {
    if (value === null) return;
    this.stated[at] = value;
    this.present.push(at);
  }

  /**
   * Whether one of these columns has a malformed value.
   *
   * @param {ReadonlySet<number>} columns
   */
  spoils(columns) {
    for (const at of this.malformed) if (columns.has(at)) return true;
    return false;
  }

  /**
   * A copy that outlives the row, with some of its values.
   *
   * @param {Iterable<number>} columns
   * @returns {Row}
   */
  kept(columns) {
    const copy = new Row(0);
    for (const at of columns) {
      copy.stated[at] = this.stated[at];
      copy.values[at] = this.values[at];
    }
    copy.malformed = [...this.malformed];
    copy.input = this.input;
    copy.number = this.number;
    copy.line = this.line;
    copy.ordinal = this.ordinal;
    return copy;
  }
}
