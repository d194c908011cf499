/** Checks files away from the page, so that this stays responsive. */

import { VALIDATORS } from "./validator/generated/validators.js";
import { Standard } from "./validator/src/index.js";
import { examineFiles, Refused } from "./validator/src/web/index.js";

/** @typedef {import("./validator/src/web/index.js").Progress} Progress */

/** Between two words on progress, in milliseconds. */
const PAUSE = 60;
const UNEXPECTED = "The validator stopped at something that nobody thought of. Use the command line for this export.";

/** @returns {Promise<Standard>} */
async function load() {
  const answer = await fetch(new URL("data/standard.json", import.meta.url));
  const files = await answer.json();
  /** @type {Record<string, {make: () => import("./validator/src/standard.js").Validators}>} */
  const built = VALIDATORS;
  return new Standard(files, built[files.catalogue.version].make());
}

const standard = load();
standard.then(
  () => postMessage({ loaded: performance.getEntriesByType("resource").map(({ name }) => name) }),
  () => postMessage({ unloaded: true }),
);

/** @returns {(progress: Progress) => void} what tells the page, but not too often */
function teller() {
  let last = -Infinity;
  return (progress) => {
    if (performance.now() - last < PAUSE) return;
    last = performance.now();
    postMessage({ progress });
  };
}

self.onmessage = async ({ data: { files, options } }) => {
  try {
    postMessage({ examination: await examineFiles(await standard, files, { ...options, progress: teller() }) });
  } catch (error) {
    if (!(error instanceof Refused)) console.info(error);
    postMessage({ refused: error instanceof Refused ? error.message : UNEXPECTED });
  }
};
