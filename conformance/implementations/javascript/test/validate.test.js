import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import Ajv2020 from "ajv/dist/2020.js";
import { input, validate, validateFiles, validateRecords } from "../src/node/index.js";
import { RECORD, standard } from "./record.js";

const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);

/** @param {Record<string, unknown>[]} records */
const lines = (...records) => records.map((record) => `${JSON.stringify({ ...RECORD, ...record })}\n`).join("");

test("the report is as its schema says, whatever is found", async () => {
  const schema = JSON.parse(
    readFileSync(new URL("../../../../schemas/1.0/report.schema.json", import.meta.url), "utf8"),
  );
  const isReport = new Ajv2020.default({ strict: false }).compile(schema);
  for (const text of [lines({}), "", "{", lines({}, {}), lines({ nothing: 1 }), "\ufeff"]) {
    const report = await validate(standard, [input("usage", "usage.jsonl", "jsonl", [bytes(text)])], {
      profile: "cost",
    });
    assert.ok(isReport(report), `${text}: ${JSON.stringify(isReport.errors)}`);
    assert.equal(report.conformant, text === lines({}) && report.summary.failed === 0, text);
  }
});

test("it does not matter how the bytes come", async () => {
  const content = bytes(
    `\ufeff${lines({ record_id: "é\u{1d54f}" }, { record_id: "é" }, { record_id: "é" }, { team: 5 })}`,
  );
  const whole = await validate(standard, [input("usage", "a", "jsonl", [content])]);
  for (const size of [1, 2, 3, 7, 1000]) {
    const chunks = Array.from({ length: Math.ceil(content.length / size) }, (_, at) =>
      content.subarray(at * size, (at + 1) * size),
    );
    assert.deepEqual(await validate(standard, [input("usage", "a", "jsonl", chunks)]), whole);
  }
});

test("a file that begins with the mark of UTF-8 is read, whatever stands behind it", async () => {
  const [mark, foreign] = [bytes("\ufeff"), Uint8Array.of(0xff, 0xfe)];
  for (const head of [[mark, foreign], [foreign], [mark]]) {
    const chunks = [...head, bytes(`\n${lines({})}`)];
    const report = await validate(standard, [input("usage", "a", "jsonl", chunks)]);
    assert.equal(report.datasets[0].rows, head[0] === foreign ? 0 : head.length);
  }
});

test("a record that names another one is judged wherever that stands", async () => {
  const [one, other] = [{ record_id: "a" }, { record_id: "b", record_type: "retraction", corrects_record_id: "a" }];
  for (const records of [
    [one, other],
    [other, one],
  ]) {
    const texts = records.map((record) => JSON.stringify({ ...RECORD, ...record }));
    const { violations } = await validateRecords(standard, { usage: texts });
    assert.deepEqual(violations, [{ requirement: "OTS-USG-019", column: "corrects_record_id" }]);
  }
});

test("amounts are exact", async () => {
  const priced = (/** @type {string} */ cost) =>
    JSON.stringify({ ...RECORD, list_cost: cost, list_unit_price: "0.999999999999", pricing_quantity: "99999.999999" });
  const within = await validateRecords(standard, { usage: [priced("99999.994998900000000001")] }, { profile: "cost" });
  const beyond = await validateRecords(standard, { usage: [priced("99999.994998900000000000")] }, { profile: "cost" });
  const found = (/** @type {typeof within} */ verdict) =>
    verdict.violations.some(({ requirement }) => requirement === "OTS-CST-003");
  assert.deepEqual([found(within), found(beyond)], [false, true]);
});

test("a redacted report repeats nothing", async () => {
  const secret = "s3cr3t";
  const text = lines({ record_id: secret, [secret]: secret, team: 5, charge_category: secret }, { record_id: secret });
  const report = await validate(standard, [input("usage", "a", "jsonl", [bytes(text)])], { redact: true });
  assert.ok(report.violations.length > 2);
  assert.ok(!JSON.stringify(report).includes(secret));
});

test("a manifest is judged against files in memory", async () => {
  const report = await validateFiles(standard, [
    { path: "manifest.json", content: bytes("{}") },
    { path: "usage.jsonl", content: bytes(lines({})) },
  ]);
  assert.equal(report.datasets[0].dataset, "manifest");
  assert.equal(report.conformant, false);
});

test("the core imports nothing of Node", () => {
  for (const folder of ["../src/", "../src/checks/"]) {
    for (const name of readdirSync(new URL(folder, import.meta.url)).filter((each) => each.endsWith(".js"))) {
      const text = readFileSync(new URL(folder + name, import.meta.url), "utf8");
      assert.doesNotMatch(text, /from "node:|\bBuffer\b|\bprocess\b\./, name);
    }
  }
});

test("nothing is compiled from text where it runs", () => {
  const command = fileURLToPath(new URL("../bin/opentokenomics-js.js", import.meta.url));
  const bundle = fileURLToPath(new URL("../../../../spec/examples/august", import.meta.url));
  const words = ["--disallow-code-generation-from-strings", command, "validate", bundle];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^CONFORMANT/);
});
