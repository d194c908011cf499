/** JSON Lines to rows. */

import { Names, readRecord } from "./json.js";
import { decoded, isForeign, Lines } from "./lines.js";
import { Row } from "./row.js";

/** @typedef {import("./dataset.js").Column} Column */
/** @typedef {import("./dataset.js").Dataset} Dataset */
/** @typedef {import("./json.js").Value} Value */
/**
 * @template Meaning
 * @typedef {import("./json.js").Name<Meaning>} Name
 */
/** @typedef {import("./reading.js").Handler} Handler */
/** @typedef {import("./reading.js").Reader} Reader */

const LEFT_BRACE = 123;
const BLANK = /^[ \t\r]*$/;

/** Fills a row from the text of one object. */
export class RecordFiller {
  /** @param {Dataset} dataset */
  constructor(dataset) {
    this.dataset = dataset;
    this.row = new Row(dataset.width);
    /** The number of the text in which each column was last met. */
    this.met = new Float64Array(dataset.width);
    this.texts = 0;
    /** @type {Names<Column | undefined>} */
    this.names = new Names((name) => dataset.byName.get(name));
    /** @type {Set<string>} */
    this.others = new Set();
    this.put = (/** @type {Name<Column | undefined>} */ name, /** @type {Value} */ value) => this.take(name, value);
  }

  /**
   * @param {Name<Column | undefined>} name
   * @param {Value} value
   * @returns {boolean} whether the name is new
   */
  take({ text, meaning: column }, value) {
    if (column === undefined) return this.other(text, value);
    const isNew = this.met[column.at] !== this.texts;
    this.met[column.at] = this.texts;
    if (isNew) this.row.state(column.at, value);
    return isNew;
  }

  /**
   * @param {string} name
   * @param {Value} value
   */
  other(name, value) {
    const isNew = !this.others.has(name);
    this.others.add(name);
    if (isNew && !this.dataset.isCustom(name)) this.row.unknown.push([name, value]);
    return isNew;
  }

  /** Forget the record before. */
  next() {
    this.row.clear();
    this.texts++;
    if (this.others.size > 0) this.others.clear();
    return this.row;
  }

  /**
   * @param {string} text
   * @returns {Row}
   */
  fill(text) {
    const row = this.next();
    const broken = readRecord(text, this.names, this.put);
    if (broken !== null) [row.fault, row.detail] = [broken.fault, broken.detail];
    return row;
  }
}

/** @implements {Reader} */
export class JsonLinesReader {
  /**
   * @param {Dataset} dataset
   * @param {Handler} handler
   */
  constructor(dataset, handler) {
    this.handler = handler;
    this.filler = new RecordFiller(dataset);
    this.rows = 0;
    this.unreadable = false;
    this.marked = false;
    this.lines = new Lines(
      (line, number) => this.line(line, number),
      () => {
        this.marked = true;
        handler.mark?.();
      },
    );
  }

  /** @param {Uint8Array} chunk */
  push(chunk) {
    this.lines.push(chunk);
  }

  end() {
    this.lines.end();
  }

  /**
   * @param {Uint8Array | null} line
   * @param {number} number
   */
  line(line, number) {
    if (this.handler.wants && line?.[0] === LEFT_BRACE && !this.handler.wants(this.rows + 1)) {
      this.rows++;
      return;
    }
    // Behind the mark of UTF-8, the file does not begin with that of UTF-16.
    if (number === 1 && line && !this.marked && isForeign(line)) {
      this.unreadable = true;
      this.handler.header?.("text", null, number);
    }
    if (this.unreadable) return;
    const content = line && decoded(line);
    if (content?.wellFormed && BLANK.test(content.text)) return;
    this.rows++;
    if (this.handler.wants && !this.handler.wants(this.rows)) return;
    let row;
    if (content?.wellFormed) {
      row = this.filler.fill(content.text);
    } else {
      row = this.filler.next();
      row.fault = content ? "text" : "line_length";
    }
    row.number = this.rows;
    row.line = number;
    this.handler.row(row);
  }
}
