#!/usr/bin/env node
/**
 * The validator, the converters and the calculator under the protocol of the conformance suite: a JSON line for each message on standard
 * input, and one for each answer on standard output.
 */

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { convert, Refused } from "../src/convert/index.js";
import { parts } from "../src/json.js";
import { calculate } from "../src/metrics/calculate.js";
import { loadStandard, validateFiles, validateRecords, verdictOf } from "../src/node/index.js";

const standard = loadStandard();
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const STARTED = {
  protocol: 1,
  tool: { name: "opentokenomics-js", version, language: "JavaScript" },
  roles: ["validator", "converter", "calculator"],
  spec_versions: [standard.version],
};
/** Enough to see every column that a requirement blames. */
const MOST = 100_000;

/**
 * Numbers stand in a record as they are written, so records are taken out of the message as texts.
 *
 * @param {string} given the text of the input of a case
 */
async function verdict(given) {
  const input = new Map(parts(given));
  const profile = JSON.parse(/** @type {string} */ (input.get("profile")));
  const wanted = JSON.parse(input.get("messages") ?? "null");
  const options = { profile, redact: wanted === "redacted" };
  const records = input.get("records");
  if (records !== undefined) {
    const texts = parts(records).map(([dataset, list]) => [dataset, parts(list).map(([, text]) => text)]);
    return validateRecords(standard, Object.fromEntries(texts), { ...options, messages: wanted !== null });
  }
  const files = JSON.parse(/** @type {string} */ (input.get("files"))).map((/** @type {any} */ file) => ({
    path: file.path,
    dataset: file.dataset,
    content: file.text === undefined ? Buffer.from(file.base64, "base64") : Buffer.from(file.text),
  }));
  return verdictOf(await validateFiles(standard, files, { ...options, maxExamples: MOST }), wanted !== null);
}

/** @param {{source: string, payload: {path: string, text?: string, base64?: string}, options?: Record<string, string>}} given */
function conversion({ source, payload, options }) {
  const text = payload.text ?? Buffer.from(payload.base64 ?? "", "base64").toString();
  return convert(standard, source, payload.path, text, options);
}

/**
 * @param {string | undefined} given the text of the input of a case
 * @returns {string[]} the paths of its files
 */
function files(given) {
  const text = new Map(parts(given ?? "{}")).get("files");
  return text === undefined ? [] : JSON.parse(text).map((/** @type {{path: string}} */ { path }) => path);
}

/** @param {string} line */
async function answer(line) {
  const message = new Map(parts(line));
  const say = (/** @type {string} */ name) => JSON.parse(message.get(name) ?? "null");
  if (say("cmd") === "start") return STARTED;
  const seq = say("seq");
  if (!STARTED.roles.includes(say("role"))) return { seq, skipped: `There is no role ${say("role")}.` };
  if (say("spec_version") !== standard.version)
    return { seq, skipped: `Version ${say("spec_version")} is not supported.` };
  if (files(message.get("input")).some((path) => path.endsWith(".parquet")))
    return { seq, skipped: "Parquet is not read." };
  try {
    if (say("role") === "calculator") return { seq, result: { results: calculate(say("input")) } };
    if (say("role") === "converter") return { seq, result: conversion(say("input")) };
    return { seq, result: await verdict(/** @type {string} */ (message.get("input"))) };
  } catch (error) {
    if (error instanceof Refused) return { seq, skipped: error.message };
    return { seq, error: String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  if (JSON.parse(line).cmd === "stop") process.exit(0);
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
}
