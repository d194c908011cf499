/** Measures records a second: `npm run benchmark -- FILE... [--profile cost]`, each file three times, the best counts. */

import { parseArgs } from "node:util";
import { loadStandard, validatePaths } from "../src/node/index.js";

const TIMES = 3;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { profile: { type: "string", default: "cost" } },
});
const standard = loadStandard();
for (const path of positionals) {
  let best = Infinity;
  let records = 0;
  for (let time = 0; time < TIMES; time++) {
    const before = process.cpuUsage();
    const report = await validatePaths(standard, [path], { profile: /** @type {any} */ (values.profile) });
    const used = process.cpuUsage(before);
    best = Math.min(best, (used.user + used.system) / 1_000_000);
    records = report.datasets.reduce((sum, each) => sum + each.rows, 0);
  }
  console.log(`${path}: ${records} records, ${Math.round(records / best)} a second of one core`);
}
