import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { datasetOf, formatOf, validateFiles } from "../src/node/index.js";
import { examineFiles, Refused } from "../src/web/index.js";
import { RECORD, standard } from "./record.js";

const LINE = `${JSON.stringify(RECORD)}\n`;

const packed = (/** @type {Uint8Array | string} */ content) => new Uint8Array(gzipSync(content));
/** @param {string} path @param {BlobPart[]} parts */
const file = (path, ...parts) => ({ path, blob: new Blob(parts) });

test("files of a browser get the report that files of a disk get", async () => {
  const table = `${Object.keys(RECORD)}\n${Object.values(RECORD)}\n`;
  const retraction = LINE.replace("original", "retraction");
  for (const [path, text] of [
    ["usage.jsonl", LINE],
    ["usage.jsonl", LINE + retraction + "{"],
    ["export", table],
    ["price.jsonl", LINE],
    ["usage.csv", `${table}"`],
    ["usage.csv", ""],
  ]) {
    const content = new TextEncoder().encode(text);
    const options = { profile: /** @type {const} */ ("cost") };
    const name = path === "export" ? "export.csv" : path;
    const expected = await validateFiles(standard, [{ path: name, content }], options);
    const rename = (/** @type {any} */ report) =>
      JSON.parse(JSON.stringify(report).replaceAll(`"${name}"`, `"${path}"`));
    assert.deepEqual((await examineFiles(standard, [file(path, content)], options)).report, rename(expected), path);
    const unpacked = await examineFiles(standard, [file(path, packed(content))], options);
    assert.deepEqual(unpacked.report, rename(expected), `${path}, packed`);
  }
});

test("what stands in the way of a profile is told beside the report", async () => {
  const [good, bad] = [LINE, LINE.replace(`"1"`, `"-1"`)];
  const none = await examineFiles(standard, [file("usage.jsonl", good)]);
  assert.equal(none.report.achieved_profile, "metering");
  assert.equal(none.blocking.metering, undefined);
  assert.ok(none.blocking.cost?.every((id) => !none.report.checks.some(({ requirement }) => requirement === id)));
  const some = await examineFiles(standard, [file("usage.jsonl", bad)]);
  const failed = some.report.checks.filter(({ status }) => status === "fail").map(({ requirement }) => requirement);
  assert.deepEqual(some.blocking.metering, failed);
});

test("a manifest makes a bundle of the files", async () => {
  const sha256 = createHash("sha256").update(LINE).digest("hex");
  const entry = { path: "usage.jsonl", dataset: "usage", format: "jsonl", rows: 1, sha256, size_bytes: LINE.length };
  const manifest = (/** @type {object} */ changes) =>
    file("manifest.json", JSON.stringify({ files: [{ ...entry, ...changes }] }));
  const digests = async (/** @type {object} */ changes) => {
    const files = [manifest(changes), file("usage.jsonl", LINE)];
    const { report } = await examineFiles(standard, files);
    assert.deepEqual(report, await validateFiles(standard, await Promise.all(files.map(held))));
    return report.datasets.map(({ path }) => path);
  };
  assert.deepEqual(await digests({}), ["./manifest.json", "./usage.jsonl"]);
  await digests({ sha256: "0".repeat(64) });
  const columns = [manifest({ format: "parquet" }), file("usage.jsonl", LINE)];
  await assert.rejects(examineFiles(standard, columns), Refused);
});

/** @param {{path: string, blob: Blob}} file */
async function held({ path, blob }) {
  return { path, content: new Uint8Array(await blob.arrayBuffer()) };
}

test("progress counts the bytes of all files, in each pass", async () => {
  const half = new Blob([LINE.repeat(5000)]);
  /** @type {import("../src/web/index.js").Progress[]} */
  const seen = [];
  const files = ["a.jsonl", "b.jsonl"].map((path) => ({ path, blob: half }));
  await examineFiles(standard, files, { progress: (each) => seen.push(each) });
  for (const pass of ["judge", "recall"]) {
    const judged = seen.filter((each) => each.pass === pass);
    if (pass === "judge") assert.equal(judged.at(-1)?.done, 2 * half.size);
    assert.ok(judged.every(({ done }, at) => at === 0 || done >= judged[at - 1].done));
    assert.ok(judged.every(({ done, total }) => done <= total));
  }
  assert.ok(seen.filter(({ pass }) => pass === "judge").length > 4);
});

test("what cannot be read is refused in one sentence that says what to do", async () => {
  const bytes = (/** @type {number[]} */ ...values) => new Uint8Array(values);
  const refused = [
    file("usage.parquet", "PAR1", bytes(1, 2, 3)),
    file("bundle.zip", bytes(0x50, 0x4b, 3, 4, 5)),
    file("usage.jsonl.zst", bytes(0x28, 0xb5, 0x2f, 0xfd, 1)),
    file("usage.jsonl.gz", packed(LINE).subarray(0, 20)),
    file("usage.jsonl.gz", bytes(0x1f, 0x8b)),
  ];
  for (const each of refused) {
    await assert.rejects(examineFiles(standard, [each]), (error) => {
      assert.ok(error instanceof Refused);
      assert.match(error.message, /^[^.]+(\.[a-z]+)*[^.]*\. [A-Z][^.]+\.$/);
      return true;
    });
  }
  const bomb = file("usage.jsonl.gz", packed(LINE.repeat(10_000)));
  await assert.rejects(examineFiles(standard, [bomb], { most: 1_000_000 }), /larger than 1 MB/);
  await assert.rejects(examineFiles(standard, [file("a", "x".repeat(11))], { most: 10 }), Refused);
});

test("what all files hold together is limited, and each counts once however often it is read", async () => {
  const most = 2 * LINE.length;
  const files = (/** @type {(path: string) => import("../src/web/index.js").WebFile} */ make) =>
    ["a.jsonl", "b.jsonl", "c.jsonl"].map(make);
  const plain = files((path) => file(path, LINE));
  const small = files((path) => file(path, packed(`${" ".repeat(LINE.length - 1)}\n`)));
  assert.ok(small.reduce((sum, { blob }) => sum + blob.size, 0) < most);
  for (const each of [plain, small]) {
    await assert.rejects(examineFiles(standard, each, { most }), /The files are together larger than/);
    assert.equal((await examineFiles(standard, each.slice(1), { most })).report.datasets.length, 2);
  }
});

test("names tell what is in a file", () => {
  const start = (/** @type {string} */ text) => new TextEncoder().encode(text);
  assert.equal(datasetOf("price.of.2026.jsonl", standard.datasets), "price");
  assert.equal(datasetOf("manifest.json", standard.datasets), "usage");
  assert.equal(formatOf("a.CSV.gz"), "csv");
  assert.equal(formatOf("pasted", start("  {")), "jsonl");
  assert.equal(formatOf("pasted", start("record_id,meter")), "csv");
});
