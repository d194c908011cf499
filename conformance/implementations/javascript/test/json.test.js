import assert from "node:assert/strict";
import { test } from "node:test";
import { Names, NumberText, readRecord, readValue } from "../src/json.js";

/** @param {string} text */
function read(text) {
  const members = new Map();
  const names = new Names(() => null);
  const fault = readRecord(
    text,
    names,
    ({ text: name }, value) => !members.has(name) && Boolean(members.set(name, value)),
  );
  return { fault, members };
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
