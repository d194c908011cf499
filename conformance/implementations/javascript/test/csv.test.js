import assert from "node:assert/strict";
import { test } from "node:test";
import { CsvReader } from "../src/csv.js";
import { LONGEST_LINE } from "../src/lines.js";
import { loadStandard } from "../src/node/index.js";

const dataset = loadStandard().dataset("usage");

/**
 * What a reader makes of a text or of bytes: line, fault and the first two columns of each record.
 *
 * @param {string | Uint8Array} text
 */
function read(text) {
  /** @type {unknown[]} */
  const found = [];
  const reader = new CsvReader(dataset, {
    row: (row) =>
      found.push([row.line, row.fault, row.stated[dataset.at("record_id")], row.stated[dataset.at("team")]]),
    header: (fault, column, line) => found.push([fault, column, line]),
    unknown: (name, line, times) => found.push([name, line, times]),
  });
  reader.push(typeof text === "string" ? new TextEncoder().encode(text) : text);
  reader.end();
  return found;
}

test("cells are quoted as RFC 4180 says", () => {
  assert.deepEqual(read('record_id,team\n"a ""b""\r\nc",d\r\ne,""\n\nf,g"h\n'), [
    [2, null, 'a "b"\r\nc', "d"],
    [4, null, "e", undefined],
    [6, null, "f", 'g"h'],
  ]);
});

test("what is wrong with a record is told", () => {
  /** @type {(string | null)[]} */
  const told = [];
  const reader = new CsvReader(dataset, { row: ({ detail }) => told.push(detail) });
  reader.push(new TextEncoder().encode('record_id,team\na,b\na\n"a"b,c\na\rb,c\n"a,b\n'));
  reader.end();
  assert.deepEqual(told, [
    null,
    "the row has 1 cell and the header 2",
    "a quoted cell is followed by other text",
    "a carriage return stands where no line ends",
    "a quote is not closed before the end",
  ]);
});

test("a record that is not complete ends with its line", () => {
  for (const broken of ['"a"b,"c', "a\rb,c", "a", "a,b,c", '"a" ,b']) {
    assert.deepEqual(
      read(`record_id,team\n${broken}\nd,e\n`).map((row) => /** @type {any} */ (row)[1]),
      ["record", null],
      broken,
    );
  }
});

test("a cell that is never closed ends with the file", () => {
  assert.deepEqual(
    read('record_id,team\na,"b\nc,d\n').map((row) => /** @type {any} */ (row)[1]),
    ["record"],
  );
});

test("a row of several lines may be as long as a line, and ends with the line that makes it longer", () => {
  const half = "x".repeat(LONGEST_LINE / 2);
  const rest = half.slice('a,""\r\n'.length);
  /** @type {[string, string | null][]} */
  const cases = [
    [`"${half}\r\n${rest}"`, null],
    [`"${half}\r\n${rest}x"`, "record"],
    [`"${half}\n${rest}x"`, null],
    [`"${half}\n${rest}xx"`, "record"],
    [`"${half}\n${half}`, "record"],
    [`"${half}\n${half}\xff`, "text"],
    [`"\xff\n${half}${half}x`, "line_length"],
    [`"\n${half}${half}x",e`, "line_length"],
  ];
  for (const [cell, fault] of cases) {
    const rows = read(Buffer.from(`record_id,x_a\na,${cell}\nc,d\n`, "latin1"));
    const ends = rows.map((row) => /** @type {any} */ (row).slice(0, 2));
    assert.deepEqual(ends, [[2, fault], [4, null]]); // prettier-ignore
  }
});

test("of a name that is there twice the first column counts", () => {
  assert.deepEqual(read("record_id,team,record_id,other\na,b,c,\nd,e,f,g\n"), [
    ["duplicate_name", "record_id", 1],
    [2, null, "a", "b"],
    [3, null, "d", "e"],
    ["other", 1, 1],
  ]);
});
