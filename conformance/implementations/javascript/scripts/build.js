/**
 * Writes generated/validators.js: what Ajv makes of the published schemas, as plain functions. So nothing is compiled where
 * they run, and a page needs no `unsafe-eval`.
 */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Ajv2020 from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";

/** @typedef {Record<string, any>} Schema */

const OF_SCHEMAS = ["properties", "patternProperties", "$defs"];
const ONE_SCHEMA = ["additionalProperties", "else", "if", "items", "not", "then"];
const SEVERAL_SCHEMAS = ["allOf", "anyOf", "oneOf"];
const WORDS = ["title", "description", "$comment", "examples"];
const RUNTIME = {
  'require("ajv/dist/runtime/ucs2length").default': "length",
  'require("ajv/dist/runtime/equal").default': "equal",
};

const own = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const PLACES = [own("../schemas"), own("../../../../schemas")];

/**
 * A schema without what judges nothing, and with the place of each of its parts, which errors are to tell.
 *
 * @param {any} schema
 * @param {string} at
 * @returns {any}
 */
function marked(schema, at) {
  if (schema === null || typeof schema !== "object") return schema;
  /** @type {Schema} */
  const result = { "x-at": at };
  for (const [keyword, content] of Object.entries(schema)) {
    const here = `${at}/${keyword}`;
    if (WORDS.includes(keyword) || keyword.startsWith("x-")) continue;
    if (OF_SCHEMAS.includes(keyword)) {
      const parts = Object.entries(content).map(([name, part]) => [name, marked(part, `${here}/${name}`)]);
      result[keyword] = Object.fromEntries(parts);
    } else if (ONE_SCHEMA.includes(keyword)) result[keyword] = marked(content, here);
    else if (SEVERAL_SCHEMAS.includes(keyword))
      result[keyword] = content.map((/** @type {any} */ part, /** @type {number} */ at) =>
        marked(part, `${here}/${at}`),
      );
    else result[keyword] = content;
  }
  return result;
}

/**
 * The columns of a dataset, and the members of objects in its lists.
 *
 * @param {Schema} schema
 * @returns {string[]} pointers
 */
function columns(schema) {
  const inner = Object.entries(schema.$defs ?? {}).map(([name, part]) => [`/$defs/${name}`, part]);
  return [["", schema], ...inner].flatMap(([at, part]) =>
    Object.keys(part.properties ?? {}).map((column) => `${at}/properties/${column}`),
  );
}

/**
 * @param {string} folder of one version
 * @param {number} number that sets its names apart from those of other versions
 * @returns {string} the code of its validators, in an object
 */
function codeOf(folder, number) {
  const names = readdirSync(folder).filter((name) => name.endsWith(".schema.json"));
  /** @type {Record<string, Schema>} */
  const schemas = Object.fromEntries(names.map((name) => [name, JSON.parse(readFileSync(join(folder, name), "utf8"))]));
  const ajv = new Ajv2020.default({
    allErrors: true,
    code: { source: true, lines: true },
    messages: false,
    strict: false,
    validateFormats: false,
    verbose: true,
  });
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(marked(schema, `${name}#`), schema.$id);
  const datasets = Object.entries(schemas).filter(([, schema]) => schema["x-dataset"] !== undefined);
  const wanted = datasets.flatMap(([name, schema]) => columns(schema).map((at) => ({ name, at, id: schema.$id })));
  const references = Object.fromEntries(wanted.map(({ at, id }, n) => [`v${n}`, `${id}#${at}`]));
  let code = standalone.default(ajv, references);
  for (const [required, replacement] of Object.entries(RUNTIME)) code = code.replaceAll(required, replacement);
  if (/\brequire\(/.test(code)) throw new Error("The validators need a part of Ajv that has no replacement here.");
  const listed = wanted.map(({ name, at }, n) => `"${name}#${at}": exports.v${n}`).join(",\n");
  return `function version${number}() {\nconst exports = {};\n${code}\nreturn {\n${listed}\n};\n}\n`;
}

/**
 * @param {string} folder
 * @returns {string} what tells these schemas from others
 */
export function digestOf(folder) {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".schema.json"))
    .sort();
  const digest = createHash("sha256");
  for (const name of names) digest.update(name).update(readFileSync(join(folder, name)));
  return digest.digest("hex");
}

const place = PLACES.find((each) => existsSync(each));
if (!place) throw new Error("The schemas are not there; run this in a checkout.");
const folders = readdirSync(place)
  .map((name) => join(place, name))
  .filter((folder) => existsSync(join(folder, "catalogue.json")));
const versions = folders.map((folder, number) => {
  const { version } = JSON.parse(readFileSync(join(folder, "catalogue.json"), "utf8"));
  return `${JSON.stringify(version)}: { digest: "${digestOf(folder)}", make: version${number} }`;
});
mkdirSync(own("../generated"), { recursive: true });
writeFileSync(
  own("../generated/validators.js"),
  `// @ts-nocheck
// Generated from the schemas by \`npm run build\`.
import { equal, length } from "../src/shape.js";

${folders.map(codeOf).join("\n")}
export const VALIDATORS = {
${versions.join(",\n")}
};
`,
);
