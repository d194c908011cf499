import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { visible, visibleJson } from "../src/text.js";

const HIDDEN = "\u0000\u001b\u007f\u009b\u00a0\u061c\u200b\u200f\u2028\u202e\u2066\ufeff\u{e0041}";
const SHOWN = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u;

test("what is invisible is shown, and everything else stays", () => {
  assert.match(visible(HIDDEN), SHOWN);
  assert.equal(visible("a\u200b\u{e0041}"), "a\\u200b\\U000e0041");
  assert.equal(visible("é 記 \u{1d54f}"), "é 記 \u{1d54f}");
});

test("JSON shows what is invisible, and is read back unchanged", () => {
  const value = { [HIDDEN]: [`é${HIDDEN}\n\ud800`, null] };
  const text = visibleJson(value);
  for (const line of text.split("\n")) assert.match(line, SHOWN);
  assert.deepEqual(JSON.parse(text), value);
});

test("no message of the command moves the cursor", () => {
  const command = fileURLToPath(new URL("../bin/opentokenomics-js.js", import.meta.url));
  const { stderr, status } = spawnSync(process.execPath, [command, "validate", "absent\u009b31m.csv"], {
    encoding: "utf8",
  });
  assert.equal(status, 2);
  assert.match(stderr, /absent\\u009b31m/);
  for (const line of stderr.split("\n")) assert.match(line, SHOWN);
});
