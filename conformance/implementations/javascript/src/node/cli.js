/** The command line. */

import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { PROFILES } from "../standard.js";
import { textOf, visible, visibleJson } from "../text.js";
import { InputError, loadStandard, validatePaths } from "./index.js";

const USAGE = `Usage: opentokenomics-js validate PATH... [OPTIONS]

  Check exports against the Open Tokenomics Standard. A path is a CSV or JSON
  Lines file, plain or compressed with gzip, \`-\` for standard input, or the
  folder of a bundle. Several files are judged as one export.

Options:
  --profile PROFILE        metering, cost, attribution or intelligence; else a
                           manifest tells, else metering
  --dataset NAME           what the files hold; else their names tell
  --format csv|jsonl       else the names and the first bytes tell
  --report text|json       the form of the report [default: text]
  --max-examples N         violations to list of each requirement [default: 5]
  --spec-version VERSION   the version of the standard
  --redact                 repeat nothing of what the input says

Exit code 0 is conformant, 1 is not, 2 is a command that could not do its work.`;

/** @satisfies {import("node:util").ParseArgsConfig["options"]} */
const OPTIONS = {
  profile: { type: "string" },
  dataset: { type: "string" },
  format: { type: "string" },
  report: { type: "string", default: "text" },
  "max-examples": { type: "string", default: "5" },
  "spec-version": { type: "string" },
  redact: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
};

/**
 * @template {string} Choice
 * @param {string} name
 * @param {string | undefined} value
 * @param {readonly Choice[]} choices
 * @returns {Choice | undefined}
 */
function choice(name, value, choices) {
  if (value === undefined) return undefined;
  const found = choices.find((each) => each === value);
  if (!found) throw new InputError(`--${name} cannot be ${value}. Choose one of: ${choices.join(", ")}.`);
  return found;
}

/**
 * Keep standard input in a file, since what it holds may have to be read twice.
 *
 * @param {(path: string) => Promise<number>} use
 */
async function withStandardInput(use) {
  const folder = await mkdtemp(join(tmpdir(), "opentokenomics-"));
  try {
    const path = join(folder, "input");
    await pipeline(process.stdin, createWriteStream(path));
    return await use(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * @param {string[]} paths
 * @param {Record<string, any>} values
 * @returns {Promise<number>} the exit code
 */
async function validateCommand(paths, values) {
  const form = choice("report", values.report, ["text", "json"]);
  const maxExamples = Number(values["max-examples"]);
  if (!Number.isSafeInteger(maxExamples) || maxExamples < 0)
    throw new InputError("--max-examples has to be a whole number.");
  const standard = loadStandard(values["spec-version"]);
  const names = [...standard.datasets.keys()].filter((name) => name !== "manifest");
  const options = {
    profile: choice("profile", values.profile, PROFILES),
    dataset: choice("dataset", values.dataset, names),
    format: choice("format", values.format, /** @type {const} */ (["csv", "jsonl"])),
    maxExamples,
    redact: values.redact,
  };
  const judge = async (/** @type {string | undefined} */ spooled) => {
    const report = await validatePaths(
      standard,
      paths.map((path) => (path === "-" && spooled) || path),
      options,
    );
    if (spooled) nameStandardInput(report, spooled);
    process.stdout.write(form === "json" ? visibleJson(report) : textOf(report));
    return report.conformant ? 0 : 1;
  };
  return paths.includes("-") ? withStandardInput(judge) : judge(undefined);
}

/**
 * @param {import("../report.js").Report} report
 * @param {string} spooled
 */
function nameStandardInput(report, spooled) {
  for (const each of [...report.datasets, ...report.violations]) if (each.path === spooled) each.path = "-";
}

/**
 * @param {string[]} words behind the command
 * @returns {Promise<number>} the exit code
 */
export async function main(words) {
  try {
    const { values, positionals } = parseArgs({ args: words, options: OPTIONS, allowPositionals: true });
    const [command, ...paths] = positionals;
    if (values.help) {
      process.stdout.write(`${USAGE}\n`);
      return 0;
    }
    if (command !== "validate" || paths.length === 0) throw new InputError(`Say what to validate.\n\n${USAGE}`);
    return await validateCommand(paths, values);
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    process.stderr.write(`Error: ${told.split("\n").map(visible).join("\n")}\n`);
    return 2;
  }
}
