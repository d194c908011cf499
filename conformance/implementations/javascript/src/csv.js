/**
 * CSV to rows, strictly as RFC 4180 and the specification have it.
 *
 * Parsers that are widely used forgive too much for a validator (a quotation mark in the middle of a cell, a lone
 * carriage return, a cell that goes on behind its closing quotation mark) or do not say on which line a record begins.
 */

import { decoded, Lines, LONGEST_LINE } from "./lines.js";
import { Row } from "./row.js";

/** @typedef {import("./dataset.js").Column} Column */
/** @typedef {import("./dataset.js").Dataset} Dataset */
/** @typedef {import("./reading.js").Handler} Handler */
/** @typedef {import("./reading.js").Reader} Reader */
/** @typedef {import("./row.js").Fault} Fault */

const QUOTE = 34;

/** Puts the cells of one record together, line by line. */
const LONE_RETURN = "a carriage return stands where no line ends";

class Cells {
  constructor() {
    /** @type {string[]} */
    this.cells = [];
    /** What a quoted cell holds that goes on in the next line. @type {string[] | null} */
    this.open = null;
    /** Of its lines so far, in bytes, their line breaks counted. */
    this.length = 0;
    /** @type {Fault | null} */
    this.fault = null;
    /** @type {string | null} */
    this.detail = null;
    this.begins = 0;
  }

  /**
   * @param {string} line without its line break
   * @param {string} ending the carriage return of the line break, if it has one
   */
  add(line, ending) {
    let at = 0;
    if (this.open === null) {
      if (!line.includes('"')) {
        this.cells = line.split(",");
        if (line.includes("\r")) this.give(LONE_RETURN);
        return;
      }
    } else {
      at = this.quoted(line, 0, ending);
    }
    while (at >= 0) at = line.charCodeAt(at) === QUOTE ? this.begin(line, at + 1, ending) : this.plain(line, at);
  }

  /**
   * @param {string} line
   * @param {number} at
   * @returns {number} where the next cell begins, or -1
   */
  plain(line, at) {
    const comma = line.indexOf(",", at);
    const cell = line.slice(at, comma < 0 ? undefined : comma);
    this.cells.push(cell);
    if (!cell.includes("\r")) return comma < 0 ? -1 : comma + 1;
    return this.give(LONE_RETURN);
  }

  /**
   * @param {string} line
   * @param {number} at behind the quotation mark
   * @param {string} ending
   */
  begin(line, at, ending) {
    this.open = [];
    return this.quoted(line, at, ending);
  }

  /**
   * @param {string} line
   * @param {number} at within a quoted cell
   * @param {string} ending
   * @returns {number} where the next cell begins, or -1
   */
  quoted(line, at, ending) {
    const open = /** @type {string[]} */ (this.open);
    for (;;) {
      const quote = line.indexOf('"', at);
      const part = line.slice(at, quote < 0 ? undefined : quote);
      if (quote < 0) return this.goesOn(part + ending);
      open.push(part);
      if (line.charCodeAt(quote + 1) !== QUOTE) return this.close(line, quote + 1);
      open.push('"');
      at = quote + 2;
    }
  }

  /** @param {string} part of a cell that has a line break behind it */
  goesOn(part) {
    this.open?.push(part, "\n");
    return -1;
  }

  /**
   * @param {string} line
   * @param {number} at behind the closing quotation mark
   */
  close(line, at) {
    this.cells.push(/** @type {string[]} */ (this.open).join(""));
    this.open = null;
    if (at === line.length) return -1;
    if (line[at] === ",") return at + 1;
    return this.give(line[at] === "\r" ? LONE_RETURN : "a quoted cell is followed by other text");
  }

  /**
   * Give the record up; it ends with the line.
   *
   * @param {string} detail why it is no record
   */
  give(detail) {
    if (this.fault === null) [this.fault, this.detail] = ["record", detail];
    this.open = null;
    return -1;
  }
}

/** @implements {Reader} */
export class CsvReader {
  /**
   * @param {Dataset} dataset
   * @param {Handler} handler
   */
  constructor(dataset, handler) {
    this.dataset = dataset;
    this.handler = handler;
    this.row = new Row(dataset.width);
    this.rows = 0;
    /** The column of each cell; undefined where a cell says nothing that is judged. @type {(Column | undefined)[] | null} */
    this.columns = null;
    this.unreadable = false;
    /** Names that the dataset does not define, by the place of their cell, with how many records fill it. @type {Map<number, {name: string, filled: number}>} */
    this.unknown = new Map();
    this.headerLine = 0;
    /** @type {Cells | null} */
    this.cells = null;
    this.lines = new Lines(
      (line, number, ended) => this.line(line, number, ended),
      () => handler.mark?.(),
    );
  }

  /** @param {Uint8Array} chunk */
  push(chunk) {
    if (!this.unreadable) this.lines.push(chunk);
  }

  end() {
    if (!this.unreadable) this.lines.end();
    if (this.cells) {
      this.cells.give("a quote is not closed before the end");
      this.finish(this.cells);
    }
    for (const { name, filled } of this.unknown.values())
      this.handler.unknown?.(name, this.headerLine, Math.max(1, filled));
  }

  /**
   * @param {Uint8Array | null} line
   * @param {number} number
   * @param {boolean} ended
   */
  line(line, number, ended) {
    if (this.unreadable) return;
    const content = line && decoded(line);
    const isCut = ended && content?.text.endsWith("\r");
    const text = content && (isCut ? content.text.slice(0, -1) : content.text);
    if (text === "" && !this.cells) return;
    if (!this.cells) {
      this.cells = new Cells();
      this.cells.begins = number;
    }
    const { cells } = this;
    // Bytes that are no text stay a fault of the record, whatever else is wrong with it but for a line that is too long.
    if (line === null) cells.fault = "line_length";
    else if (!content?.wellFormed) cells.fault = "text";
    if (line === null || cells.length + line.length - (isCut ? 1 : 0) > LONGEST_LINE)
      cells.give("a row of several lines is longer than 16 MiB, or a quote is not closed");
    else cells.add(/** @type {string} */ (text), isCut ? "\r" : "");
    cells.length += (line?.length ?? 0) + 1;
    if (cells.open === null) this.finish(cells);
  }

  /** @param {Cells} cells */
  finish(cells) {
    this.cells = null;
    if (this.columns === null) {
      this.header(cells);
      return;
    }
    this.rows++;
    if (this.handler.wants && !this.handler.wants(this.rows)) return;
    const { row, columns } = this;
    row.clear();
    [row.fault, row.detail] = [cells.fault, cells.detail];
    if (row.fault === null && cells.cells.length !== columns.length) {
      row.fault = "record";
      const held = cells.cells.length;
      row.detail = `the row has ${held} ${held === 1 ? "cell" : "cells"} and the header ${columns.length}`;
    }
    for (let at = 0; at < columns.length && at < cells.cells.length; at++) {
      const column = columns[at];
      const cell = cells.cells[at];
      if (column !== undefined && cell !== "") row.state(column.at, column.fromCell(cell));
    }
    if (row.fault === null) for (const [at, each] of this.unknown) if (cells.cells[at] !== "") each.filled++;
    row.number = this.rows;
    row.line = cells.begins;
    this.handler.row(row);
  }

  /** @param {Cells} header */
  header({ cells, fault, begins }) {
    if (fault) {
      this.unreadable = true;
      this.handler.header?.(fault, null, begins);
      return;
    }
    const met = new Set();
    const repeated = new Set();
    this.headerLine = begins;
    this.columns = cells.map((name, at) => {
      if (met.has(name)) {
        repeated.add(name);
        return undefined;
      }
      met.add(name);
      const column = this.dataset.byName.get(name);
      if (!column && !this.dataset.isCustom(name)) this.unknown.set(at, { name, filled: 0 });
      return column;
    });
    for (const name of repeated) this.handler.header?.("duplicate_name", name, begins);
  }
}
