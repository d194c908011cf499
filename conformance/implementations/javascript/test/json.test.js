import assert from "node:assert/strict";
import { test } from "node:test";
import { Names, NumberText, readRecord, readValue } from "../src/json.js";

/** @param {string} text */
function read(text) {
  const members = new Map();
  const names = new Names(() => null);
  const broken = readRecord(
    text,
    names,
    ({ text: name }, value) => !members.has(name) && Boolean(members.set(name, value)),
  );
  return { fault: broken?.fault ?? null, detail: broken?.detail ?? null, members };
}

test("a number keeps the digits that it is written with", () => {
  const { members } = read('{"a": 0.1000000000000000055511151231257827, "b": 1e400}');
  assert.deepEqual(members.get("a"), new NumberText("0.1000000000000000055511151231257827"));
  assert.deepEqual(members.get("b"), new NumberText("1e400"));
});

test("what only a lenient parser accepts is incomplete", () => {
  const texts = [
    "",
    "{",
    "[]",
    "{}x",
    '{"a":NaN}',
    '{"a":1,}',
    '{"a":01}',
    '{"a":1.}',
    '{"a":+1}',
    '{"a":"\t"}',
    "{'a':1}",
  ];
  for (const text of texts) assert.equal(read(text).fault, "record", text);
});

test("the first fault of a record counts: syntax, then names, then surrogates", () => {
  assert.equal(read('{"a":1,"a":"\\ud800"').fault, "record");
  assert.equal(read('{"a":1,"a":"\\ud800"}').fault, "duplicate_name");
  assert.equal(read('{"x_a":{"b":1,"b":2}}').fault, "duplicate_name");
  assert.equal(read('{"\\ud800":1}').fault, "text");
  assert.equal(read('[{"a":1,"a":1}]').fault, "duplicate_name");
});

test("what is wrong with a text is told, and nothing of it repeated", () => {
  for (const [text, detail] of [
    ['{"a": -Infinity}', "it holds NaN or Infinity, which are not JSON"],
    ['{"a": 1', "the line ends before its object does"],
    ['{"a": 1 "b": 2}', "it is no JSON from character 9 on"],
    ['{"a": "secret\\q"}', "it is no JSON from character 7 on"],
    ["[1]", "the line holds no JSON object"],
    [`{"a": ${"[".repeat(1000)}`, "it is nested too deeply"],
    ['{"a": 1, "a": 2}', null],
  ])
    assert.equal(read(/** @type {string} */ (text)).detail, detail);
});

test("names that objects of JavaScript have are names like any other", () => {
  const { fault, members } = read('{"__proto__": {"__proto__": "a", "constructor": "b"}}');
  assert.equal(fault, null);
  assert.deepEqual(Object.keys(members.get("__proto__").value), ["__proto__", "constructor"]);
});

test("nesting has a limit, and breaks nothing", () => {
  assert.equal(read(`{"x_a":${"[".repeat(499)}${"]".repeat(499)}}`).fault, null);
  assert.equal(read(`{"x_a":${"[".repeat(500)}${"]".repeat(500)}}`).fault, "record");
  assert.equal(read(`{"x_a":${"[".repeat(1_000_000)}`).fault, "record");
});

test("a text with an escape is read as JSON has it", () => {
  assert.equal(readValue('"\\u00e9\\n\\"\\\\"'), 'é\n"\\');
  assert.equal(readValue('"\\x"'), undefined);
});
