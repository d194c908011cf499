/** Checks files away from the page, so that this stays responsive. */

import { VALIDATORS } from "./validator/generated/validators.js";
import { Standard } from "./validator/src/index.js";
import { examineFiles, Refused } from "./validator/src/web/index.js";

/** @typedef {import("./validator/src/web/index.js").Progress} Progress */

/** Between two words on progress, in milliseconds. */
const PAUSE = 60;
const UNEXPECTED = "The validator stopped at something that nobody thought of. Use the command line for this export.";

const UNLOADED = "The validator cannot be loaded. Reload the page when there is a network.";
const MIXED = "The site has just changed, and the parts of the validator do not fit together. Reload the page.";

/** Addresses of what was loaded. */
const loaded = () => performance.getEntriesByType("resource").map(({ name }) => name);

/** @returns {Promise<Standard>} */
async function load() {
  const answer = await fetch(new URL("data/standard.json", import.meta.url), { cache: "no-cache" });
  const { digest, ...files } = await answer.json();
  /** @type {Record<string, {digest: string, make: () => import("./validator/src/standard.js").Validators}>} */
  const built = VALIDATORS;
  const own = built[files.catalogue.version];
  // Shapes of one build and rules of another would give a verdict that is neither's.
  if (own?.digest !== digest) {
    await Promise.allSettled(loaded().map((each) => fetch(each, { cache: "reload" })));
    throw new Refused(MIXED);
  }
  return new Standard(files, own.make());
}

const standard = load();
standard.then(
  () => postMessage({ loaded: loaded() }),
  (error) => postMessage({ unloaded: error instanceof Refused ? error.message : UNLOADED }),
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
