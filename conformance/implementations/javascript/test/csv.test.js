import assert from "node:assert/strict";
import { test } from "node:test";
import { CsvReader } from "../src/csv.js";
import { loadStandard } from "../src/node/index.js";

const dataset = loadStandard().dataset("usage");

/**
 * What a reader makes of a text: line, fault and the first two columns of each record.
 *
 * @param {string} text
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
  reader.push(new TextEncoder().encode(text));
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

test("of a name that is there twice the first column counts", () => {
  assert.deepEqual(read("record_id,team,record_id,other\na,b,c,\nd,e,f,g\n"), [
    ["duplicate_name", "record_id", 1],
    [2, null, "a", "b"],
    [3, null, "d", "e"],
    ["other", 1, 1],
  ]);
});
