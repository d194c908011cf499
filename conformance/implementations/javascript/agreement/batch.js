/**
 * Answers many validations in one process: a JSON line for each on standard input, its report on standard output.
 *
 * A line is `{"paths": [...], "profile": ..., "dataset": ..., "maxExamples": ...}`; a validation that cannot be done is
 * answered by `{"error": ...}`.
 */

import { createInterface } from "node:readline";
import { loadStandard, validatePaths } from "../src/node/index.js";

const standard = loadStandard();
for await (const line of createInterface({ input: process.stdin })) {
  const { paths, ...options } = JSON.parse(line);
  let answer;
  try {
    answer = await validatePaths(standard, paths, options);
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
