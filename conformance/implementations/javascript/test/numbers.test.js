import assert from "node:assert/strict";
import { test } from "node:test";
import { projected, units, whole } from "../src/decimal.js";
import { instant, microseconds, truncated } from "../src/instant.js";

test("decimals are counted in units of their last digit", () => {
  assert.equal(units("-0.5", 2), -50n);
  assert.equal(units("99999999999999.999999999999999999", 18), 99999999999999999999999999999999n);
  assert.equal(units("1.50", 1), 15n);
});

test("a JSON number is whole by its value", () => {
  for (const [literal, value] of /** @type {[string, bigint | undefined][]} */ ([
    ["1.0", 1n],
    ["1e2", 100n],
    ["10e-1", 1n],
    ["-0.0", 0n],
    ["1.0000000000000000000000000001", undefined],
    ["5E-1", undefined],
    ["1e999999999", undefined],
    ["9007199254740993", 9007199254740993n],
  ]))
    assert.equal(whole(literal), value, literal);
});

test("a schema sees a number that is whole where the literal is, and on its side of every bound", () => {
  assert.equal(Number.isInteger(projected("1.0000000000000000000000000001")), false);
  assert.equal(Number.isInteger(projected("1e-400")), false);
  assert.equal(Number.isInteger(projected("1E+400")), true);
  assert.ok(projected("-1E+400") < -1e300);
  assert.ok(projected("1000000000000000.1") !== 1000000000000000);
});

test("instants have the order of their texts", () => {
  const timestamps = [
    "2026-08-31T08:00:00Z",
    "2026-08-31T08:00:00.05Z",
    "2026-08-31T08:00:00.5Z",
    "2026-08-31T08:00:01Z",
  ];
  assert.deepEqual(timestamps.map(instant).sort(), timestamps.map(instant));
  assert.equal(instant("2026-08-31T08:00:00.000Z"), instant("2026-08-31T08:00:00Z"));
  assert.equal(microseconds(instant("9999-12-31T23:59:59.999999Z")), 253402300799999999n);
  assert.equal(truncated(instant("2026-08-31T08:07:06.5Z"), "hour"), "2026-08-31T08:00:00");
  assert.equal(truncated(instant("2026-08-31T08:07:06.5Z"), "month"), "2026-08-01T00:00:00");
});
