#!/usr/bin/env node
/**
 * Ajv under the protocol: `node conformance/adapters/with_ajv.js`. It judges one record after the other by the published
 * schema of its dataset; of the catalogue it is told which requirement owns which keyword, and nothing else.
 *
 * Ajv is the one that the implementation in JavaScript is built with.
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(new URL("../implementations/javascript/package.json", import.meta.url));
const { Ajv2020 } = require("ajv/dist/2020.js");
const SCHEMAS = new URL("../../schemas/", import.meta.url);
const MANIFEST = "manifest.json";

/** The published files of one version, as far as shape goes. */
class Edition {
  /** @param {URL} folder */
  constructor(folder) {
    const read = (name) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
    const catalogue = read("catalogue.json");
    this.version = catalogue.version;
    this.claims = catalogue.requirements.flatMap(({ id, check }) =>
      (check.at ?? []).map((/** @type {string} */ at) => ({ id, at })),
    );
    this.ajv = new Ajv2020({ allErrors: true, verbose: true, strict: false, validateFormats: false });
    this.datasets = new Map();
    // Where each part of a schema stands: an error comes with the part, and its path leaves out where references led.
    this.places = new Map();
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".schema.json"))) {
      const schema = read(file);
      this.ajv.addSchema(schema, file);
      if (schema["x-dataset"] !== undefined) this.datasets.set(schema["x-dataset"], file);
      this.place(schema, file, []);
    }
  }

  place(part, file, path) {
    this.places.set(part, { file, path });
    for (const [key, inner] of Object.entries(part))
      if (inner !== null && typeof inner === "object") this.place(inner, file, [...path, key]);
  }

  /** The violations in a record. */
  *violations(dataset, record) {
    const validate = this.ajv.getSchema(this.datasets.get(dataset));
    if (validate(record)) return;
    for (const { keyword, parentSchema, instancePath, params } of validate.errors) {
      // `if` only tells that there is an error in `then`.
      if (keyword === "if") continue;
      const inside = instancePath.split("/")[1];
      yield {
        requirement: this.owner(this.places.get(parentSchema), keyword),
        column: inside ?? params.missingProperty ?? params.additionalProperty ?? null,
      };
    }
  }

  /** The requirement with the longest pointer that leads to a keyword. */
  owner({ file, path }, keyword) {
    const full = [...path, keyword];
    const fitting = this.claims
      .map(({ id, at }) => ({ id, pointer: this.fits(at, file, full) }))
      .filter(({ pointer }) => pointer);
    const wild = (/** @type {string[]} */ pointer) => pointer.filter((segment) => segment === "*").length;
    fitting.sort((one, other) => other.pointer.length - one.pointer.length || wild(one.pointer) - wild(other.pointer));
    if (fitting.length === 0) throw new Error(`no requirement owns ${file}#/${full.join("/")}`);
    return fitting[0].id;
  }

  fits(at, file, path) {
    const [ofFile, pointer] = at.startsWith("/") ? [null, at] : at.split("#");
    const wanted = pointer.split("/").slice(1);
    const isThere = ofFile === null ? [...this.datasets.values()].includes(file) : file === ofFile;
    return isThere && wanted.every((segment, n) => segment === "*" || segment === path[n]) ? wanted : null;
  }
}

/** Every record of a case, with the name of its dataset; files that are not JSON are noted and left out. */
function* recordsOf(input, edition, unread) {
  for (const [dataset, records] of Object.entries(input.records ?? {}))
    for (const record of records) yield [dataset, record];
  const listed = new Map();
  const files = [...(input.files ?? [])];
  files.sort((one, other) => Number(other.path === MANIFEST) - Number(one.path === MANIFEST));
  for (const { path, text, dataset } of files) {
    if (text === undefined || !(path.endsWith(".jsonl") || path === MANIFEST)) {
      unread.push(path);
    } else if (path === MANIFEST) {
      const manifest = parsed(text, path);
      for (const entry of Array.isArray(manifest?.files) ? manifest.files : []) listed.set(entry?.path, entry?.dataset);
      yield ["manifest", manifest];
    } else {
      const named = path.split("/").at(-1).split(".")[0];
      const found = dataset ?? listed.get(path) ?? (edition.datasets.has(named) ? named : "usage");
      for (const [at, line] of text.split("\n").entries())
        if (line.trim() !== "") yield [found, parsed(line, `line ${at + 1}`)];
    }
  }
}

function parsed(text, what) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${what} is no JSON`);
  }
}

/** What there is to say of a case: a verdict, or that there is none. */
function judged({ input, spec_version }) {
  const edition = editions.get(spec_version);
  const found = new Map();
  const unread = [];
  for (const [dataset, record] of recordsOf(input, edition, unread))
    for (const each of edition.violations(dataset, record)) found.set(JSON.stringify(each), each);
  if (unread.length > 0 && found.size === 0) return { skipped: `${unread.join(", ")}: not JSON Lines` };
  // Every requirement on shape is a MUST.
  return { result: { valid: found.size === 0, violations: [...found.values()] } };
}

function answer(message) {
  if (message.cmd === "start") return STARTED;
  const { seq } = message;
  try {
    return { seq, ...judged(message) };
  } catch (error) {
    return { seq, error: error.message };
  }
}

const editions = new Map(
  readdirSync(SCHEMAS)
    .map((name) => new URL(`${name}/`, SCHEMAS))
    .filter((folder) => existsSync(new URL("catalogue.json", folder)))
    .map((folder) => new Edition(folder))
    .map((edition) => [edition.version, edition]),
);
const STARTED = {
  protocol: 1,
  tool: { name: "Ajv", version: require("ajv/package.json").version, language: "JavaScript" },
  roles: ["validator"],
  spec_versions: [...editions.keys()],
};

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.cmd === "stop") break;
  process.stdout.write(`${JSON.stringify(answer(message))}\n`);
}
process.exit(0);
