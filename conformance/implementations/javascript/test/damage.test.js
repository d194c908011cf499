/** Damaged inputs end in a report, whatever the damage, and it does not matter where the bytes were cut on their way. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { input, loadStandard, validate } from "../src/node/index.js";

const standard = loadStandard();
const TIMES = 300;
const example = (/** @type {string} */ name) =>
  readFileSync(new URL(`../../../../spec/examples/${name}`, import.meta.url));
const PIECES = [
  '"',
  '\\"',
  "\\u0000",
  "\n",
  "\r\n",
  ",",
  "{",
  "}",
  "[",
  "null",
  "1e999",
  "\ufeff",
  "é",
  "\\ud800",
  "x_a",
].map((text) => Buffer.from(text));
PIECES.push(Buffer.from([0]), Buffer.from([0xff]), Buffer.from([0xc3]), Buffer.from([0xed, 0xa0, 0x80]));

/**
 * The same numbers in every run.
 *
 * @param {number} seed
 */
function dice(seed) {
  let state = seed;
  return (/** @type {number} */ below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * @param {Buffer} content
 * @param {(below: number) => number} roll
 */
function damaged(content, roll) {
  for (let times = roll(4); times >= 0; times--) {
    const [from, to] = [roll(content.length + 1), roll(content.length + 1)].sort((one, other) => one - other);
    const piece = PIECES[roll(PIECES.length)];
    const end = roll(2) ? from : Math.min(to, from + roll(40));
    content = Buffer.concat([content.subarray(0, from), piece, content.subarray(end)]);
  }
  return content;
}

/**
 * @param {Buffer} content
 * @param {(below: number) => number} roll
 */
function cut(content, roll) {
  const chunks = [];
  for (let at = 0; at < content.length;) {
    const size = 1 + roll(roll(2) ? 3 : 200);
    chunks.push(content.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

/** @type {["csv" | "jsonl", string][]} */
const FILES = [
  ["jsonl", "meters.jsonl"],
  ["jsonl", "cached-twice.jsonl"],
  ["csv", "quoted-cells.csv"],
];

for (const [format, name] of FILES) {
  test(`a damaged ${name} ends in the same report, however it comes`, async () => {
    const roll = dice(name.length);
    const whole = example(name);
    for (let time = 0; time < TIMES; time++) {
      const content = damaged(whole, roll);
      const [first, second] = await Promise.all(
        [[content], cut(content, roll)].map((chunks) =>
          validate(standard, [input("usage", name, format, chunks)], { profile: "cost" }),
        ),
      );
      assert.deepEqual(second, first, JSON.stringify(content.toString("latin1")));
    }
  });
}
