/** Validate inputs: read them, judge what they hold, and make a report of it. */

import { Judge } from "./judge.js";
import { readerOf } from "./reading.js";
import { examinationOf } from "./report.js";

/** @typedef {import("./dataset.js").Dataset} Dataset */
/** @typedef {import("./manifest.js").Bundle} Bundle */
/** @typedef {import("./reading.js").Format} Format */
/** @typedef {import("./reading.js").Handler} Handler */
/** @typedef {import("./report.js").Examination} Examination */
/** @typedef {import("./report.js").Report} Report */
/** @typedef {import("./standard.js").Profile} Profile */
/** @typedef {import("./standard.js").Standard} Standard */

/**
 * @typedef {object} Input One file, or what stands for one.
 * @property {string} dataset
 * @property {string} path as its user names it
 * @property {(dataset: Dataset, handler: Handler) => Promise<void> | void} read may be called several times
 */
/** @typedef {"collect" | "judge" | "recall"} Pass What others name is known first; then all is judged; then examples are shown. */
/**
 * @typedef {object} Options
 * @property {Profile} [profile]
 * @property {number} [maxExamples] of each requirement
 * @property {boolean} [redact] leave out what the input says
 * @property {Bundle} [bundle] whose files the inputs are
 * @property {(pass: Pass, input: number) => void} [watch] told which input is read next, and what for
 */

const MOST_EXAMPLES = 5;

/**
 * @param {Standard} standard
 * @param {Input[]} inputs judged as one export
 * @param {Options} [options]
 * @returns {Promise<Report>}
 */
export async function validate(standard, inputs, options = {}) {
  return (await examine(standard, inputs, options)).report;
}

/**
 * Validate, and say besides what stands in the way of each profile.
 *
 * @param {Standard} standard
 * @param {Input[]} inputs judged as one export
 * @param {Options} [options]
 * @returns {Promise<Examination>}
 */
export async function examine(standard, inputs, options = {}) {
  const datasets = new Set(inputs.map((input) => input.dataset));
  const judge = new Judge(standard, datasets, options.maxExamples ?? MOST_EXAMPLES, options.bundle);
  for (const [at, input] of inputs.entries()) await collect(judge, input, () => options.watch?.("collect", at));
  /** @type {number[]} */
  const rows = [];
  let before = 0;
  for (const [at, input] of inputs.entries()) {
    options.watch?.("judge", at);
    rows.push(await judgeInput(judge, input, at, before));
    before += rows[at];
  }
  judge.bundle?.judgeVersion();
  judge.close();
  await judge.bundle?.finish();
  if (judge.recalls.size > 0) await recall(judge, inputs, rows, (at) => options.watch?.("recall", at));
  return examinationOf(judge, inputs, rows, options);
}

/**
 * Records that other datasets name have to be known before those are read.
 *
 * @param {Judge} judge
 * @param {Input} input
 * @param {() => void} begin called where it is read
 */
async function collect(judge, input, begin) {
  const indices = judge.indicesOf(input.dataset, false);
  if (indices.length === 0) return;
  begin();
  const dataset = judge.standard.dataset(input.dataset);
  await input.read(dataset, {
    row(row) {
      if (row.fault !== null) return;
      dataset.judge(row, () => {});
      for (const index of indices) index.take(row);
    },
  });
}

/**
 * @param {Judge} judge
 * @param {Input} input
 * @param {number} at
 * @param {number} before how many records the inputs before it have
 * @returns {Promise<number>} how many records it has
 */
async function judgeInput(judge, input, at, before) {
  const desk = judge.desk(input.dataset);
  const { dataset } = desk;
  let rows = 0;
  if (desk.records === 0) desk.input ||= at;
  judge.files++;
  const seen = judge.bundle?.watch(at, dataset);
  await input.read(dataset, {
    row(row) {
      row.input = at;
      row.ordinal = before + rows++;
      desk.take(row);
      seen?.take(row);
    },
    mark: () => judge.ofFault("byte_order_mark").add({ ...place(dataset, at), line: 1 }),
    header: (fault, column, line) => judge.ofFault(fault).add({ ...place(dataset, at), line, column }),
    unknown(name, line, times) {
      const tally = judge.tally(dataset.unknownOwner);
      tally.add({ ...place(dataset, at), line, column: name });
      tally.violations += times - 1;
    },
  });
  if (seen) seen.rows = rows;
  return rows;
}

/**
 * @param {Dataset} dataset
 * @param {number} input
 */
function place(dataset, input) {
  return { dataset: dataset.name, input, row: null, line: null, recordId: null, column: null, value: null };
}

/**
 * Read again, for the sake of a few records.
 *
 * @param {Judge} judge
 * @param {Input[]} inputs
 * @param {number[]} rows of each input
 * @param {(at: number) => void} begin called with the place of an input that is read
 */
async function recall(judge, inputs, rows, begin) {
  let before = 0;
  const wanted = [...judge.recalls.keys()];
  for (const [at, input] of inputs.entries()) {
    const [first, end] = [before, before + rows[at]];
    before = end;
    if (!wanted.some((ordinal) => ordinal >= first && ordinal < end)) continue;
    begin(at);
    const dataset = judge.standard.dataset(input.dataset);
    await input.read(dataset, {
      wants: (number) => judge.recalls.has(first + number - 1),
      row(row) {
        row.input = at;
        row.ordinal = first + row.number - 1;
        dataset.judge(row, () => {});
        for (const each of judge.recalls.get(row.ordinal) ?? []) each(dataset, row);
      },
    });
  }
  for (const action of judge.afterwards) action();
}

/**
 * An input that is in memory, in one piece or in several.
 *
 * @param {string} dataset
 * @param {string} path
 * @param {Format} format
 * @param {Iterable<Uint8Array> | (() => AsyncIterable<Uint8Array>)} chunks or what opens them anew
 * @returns {Input}
 */
export function input(dataset, path, format, chunks) {
  return {
    dataset,
    path,
    async read(columns, handler) {
      const reader = readerOf(format, columns, handler);
      const parts = typeof chunks === "function" ? chunks() : chunks;
      for await (const chunk of parts) reader.push(chunk);
      reader.end();
    },
  };
}
