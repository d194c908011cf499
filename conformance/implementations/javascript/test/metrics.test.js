import assert from "node:assert/strict";
import { test } from "node:test";

import { calculate } from "../src/metrics/calculate.js";

test("outcomes that rework each other end in an error", () => {
  const definition = { outcome_definition_id: "done", outcome_definition_version: "1" };
  for (const pairs of [
    [
      ["a", "b"],
      ["b", "a"],
    ],
    [[null, null]],
  ]) {
    const outcome = pairs.map(([id, other]) => ({
      ...definition,
      outcome_id: id,
      rework_of_outcome_id: other,
      status: "accepted",
    }));
    const records = { usage: [], outcome, outcome_definition: [definition] };
    assert.throws(() => calculate({ metric: "cost_per_outcome", records }), /in a circle/);
  }
});
