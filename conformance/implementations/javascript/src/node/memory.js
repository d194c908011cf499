/** Files that are in memory. */

import { createHash } from "node:crypto";
import { posix } from "node:path";
import { gunzipSync } from "node:zlib";
import { Bundle, MANIFEST } from "../manifest.js";
import { datasetOf, formatOf, isPacked } from "../names.js";
import { input, validate } from "../validate.js";

/** @typedef {import("../standard.js").Standard} Standard */
/** @typedef {{path: string, content: Uint8Array, dataset?: string}} MemoryFile */

/**
 * Validate files as one export, or as a bundle where one of them is a manifest.
 *
 * @param {Standard} standard
 * @param {MemoryFile[]} files
 * @param {import("../validate.js").Options} [options]
 * @returns {Promise<import("../report.js").Report>}
 */
export function validateFiles(standard, files, options = {}) {
  const manifest = files.find((file) => file.path === MANIFEST);
  if (!manifest) {
    const inputs = files.map(({ path, content, dataset }) =>
      input(dataset ?? datasetOf(posix.basename(path), standard.datasets), path, formatOf(path), [unpacked(content)]),
    );
    return validate(standard, inputs, options);
  }
  const others = files.filter(
    (file) => file !== manifest && !file.path.split("/").some((name) => name.startsWith(".")),
  );
  const bundle = new Bundle(standard, {
    path: ".",
    manifest: manifest.content,
    files: others.map(({ path, content }) => ({
      path,
      isRegular: true,
      size: content.length,
      digest: async () => createHash("sha256").update(content).digest("hex"),
      async *chunks() {
        yield unpacked(content);
      },
    })),
  });
  return validate(standard, bundle.inputs(), { ...options, bundle });
}

/**
 * @param {Uint8Array} content
 * @returns {Uint8Array}
 */
function unpacked(content) {
  return isPacked(content) ? gunzipSync(content) : content;
}
