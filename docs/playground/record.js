/** The page with a form that builds a record. */

import { asText, columnsOf, levelOf, written } from "./columns.js";
import { byId, count, download, element, offer, prose } from "./dom.js";
import { Cancelled, data, Engine, told } from "./engine.js";
import { keep } from "./offline.js";
import { requirementLink } from "./report.js";
import { bindingInputs, PROFILES } from "./validator/src/standard.js";

/** @typedef {import("./columns.js").Column} Column */
/** @typedef {import("./validator/src/report.js").Report} Report */
/** @typedef {import("./validator/src/report.js").Violation} Violation */

const LEVELS = [
  ["required", "Required"],
  ["conditional", "Needed in some cases"],
  ["recommended", "Recommended"],
];
const PAUSE = 150;
const LONG = ["map", "list"];
/** Keyboards of phones. @type {Record<string, string>} */
const KEYBOARDS = { integer: "numeric", decimal: "decimal" };

const [datasets, profiles, fields] = [byId("pg-dataset"), byId("pg-profile"), byId("pg-fields")];
const [verdict, elsewhere, output] = [byId("pg-verdict"), byId("pg-elsewhere"), byId("pg-record")];
const engine = new Engine();

/** @type {Record<string, any>} */
let schemas = {};
/** @type {Record<string, Record<string, unknown>>} */
let records = {};
/** @type {Column[]} */
let columns = [];
/** What stands in the fields, by column. @type {Map<string, string>} */
let values = new Map();
/** What stood in the fields of other datasets. @type {Map<string, Map<string, string>>} */
const left = new Map();
/** The dataset whose fields are shown. */
let shown = "";
/** Requirements that only a whole export can keep, as one that asks for another dataset. @type {ReadonlySet<string>} */
let ofExports = new Set();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let turn = 0;

/** @returns {string} the record, as JSON */
function record() {
  const members = columns
    .filter(({ name }) => (values.get(name) ?? "") !== "")
    .map(
      (column) => `${JSON.stringify(column.name)}: ${written(column, /** @type {string} */ (values.get(column.name)))}`,
    );
  return `{${members.join(", ")}}`;
}

/** @param {Column} column */
function control(column) {
  const { name, kind, choices, example } = column;
  const id = `pg-${name}`;
  const common = { id, class: "pg-input", "aria-describedby": `${id}-says ${id}-about`, "data-column": name };
  const options = choices ?? (kind === "boolean" ? ["true", "false"] : null);
  /** @type {any} */
  let made;
  if (options) {
    made = element("select", common, element("option", { value: "" }, "not stated"));
    offer(made, options);
  } else if (LONG.includes(kind)) {
    made = element("textarea", { ...common, rows: "2", spellcheck: "false", placeholder: asText(example) });
  } else {
    const keyboard = KEYBOARDS[kind];
    made = element("input", {
      ...common,
      type: "text",
      spellcheck: "false",
      placeholder: asText(example),
      ...(keyboard ? { inputmode: keyboard } : {}),
    });
  }
  made.value = values.get(name) ?? "";
  return made;
}

/** @param {Column} column */
function field(column) {
  const id = `pg-${column.name}`;
  return element(
    "div",
    { class: "pg-field" },
    element("label", { class: "pg-label", for: id }, element("code", {}, column.name)),
    control(column),
    element("p", { class: "pg-says", id: `${id}-says` }),
    element("p", { class: "pg-quiet", id: `${id}-about` }, prose(column.description)),
  );
}

/**
 * @param {string} title
 * @param {Column[]} own
 * @param {boolean} isOpen
 */
function group(title, own, isOpen) {
  const summary = element("summary", {}, element("h2", {}, title), element("span", {}, count(own.length, "column")));
  const made = element("details", { class: "pg-card pg-group", ...(isOpen ? { open: "" } : {}) }, summary);
  made.append(element("div", { class: "pg-grid" }, ...own.map(field)));
  return made;
}

/** Show the columns in the order in which the profile asks for them. */
function draw() {
  columns = columnsOf(schemas[`${datasets.value}.schema.json`], schemas["common.schema.json"]);
  const isFilled = (/** @type {Column} */ { name }) => values.has(name);
  const of = (/** @type {string} */ level) =>
    columns.filter((each) => levelOf(each, profiles.value, PROFILES) === level);
  const asked = LEVELS.map(([level, title]) => ({ title, own: of(level), isFirst: level === "required" }));
  const rest = of("optional");
  const themes = [...new Set(rest.map(({ group: theme }) => theme))];
  const others = themes.map((theme) => ({
    title: theme === "" ? "Optional" : `Optional: ${theme}`,
    own: rest.filter((each) => each.group === theme),
    isFirst: false,
  }));
  const groups = [...asked, ...others].filter(({ own }) => own.length > 0);
  fields.replaceChildren(...groups.map(({ title, own, isFirst }) => group(title, own, isFirst || own.some(isFilled))));
  change();
}

/** The record has changed. */
function change() {
  output.value = record();
  byId("pg-copied").textContent = "";
  clearTimeout(timer);
  timer = setTimeout(judge, PAUSE);
}

async function judge() {
  const own = ++turn;
  const dataset = datasets.value;
  const file = { path: `${dataset}.jsonl`, blob: new Blob([`${record()}\n`]) };
  try {
    const { report } = await engine.check([file], { profile: profiles.value, dataset, maxExamples: 100 });
    if (own === turn) present(report);
  } catch (error) {
    if (own === turn && !(error instanceof Cancelled)) fail(error);
  }
}

/** @param {Report} report */
function present(report) {
  const ends = (/** @type {string} */ end) =>
    report.checks.filter(({ status, requirement }) => status === end && !ofExports.has(requirement));
  const warnings = new Set(ends("warn").map(({ requirement }) => requirement));
  const [must, should] = [ends("fail").length, warnings.size];
  const fine = should > 0 ? `Valid, with ${count(should, "warning")}` : "Valid";
  const state = must > 0 ? `${count(must, "requirement")} not kept` : `${fine} for profile ${report.profile}`;
  if (verdict.textContent !== state) verdict.textContent = state;
  verdict.className = `pg-verdict-line pg-${must > 0 ? "fail" : "pass"}`;
  for (const each of fields.querySelectorAll("[data-column]")) {
    const found = report.violations.filter(({ column }) => column === each.dataset.column);
    tell(each, found, warnings);
  }
  const others = report.violations.filter(({ column }) => !columns.some(({ name }) => name === column));
  const isOwn = (/** @type {Violation} */ { requirement }) => !ofExports.has(requirement);
  elsewhere.replaceChildren(
    ...others.filter(isOwn).map((each) => element("li", {}, ...sentence(each))),
    ...others
      .filter((each) => !isOwn(each))
      .map((each) => element("li", { class: "pg-quiet" }, "Of a whole export: ", ...sentence(each))),
  );
}

/**
 * @param {any} input
 * @param {Violation[]} found
 * @param {ReadonlySet<string>} warnings
 */
function tell(input, found, warnings) {
  const says = byId(`${input.id}-says`);
  const isWrong = found.some(({ requirement }) => !warnings.has(requirement));
  if (isWrong) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  says.className = `pg-says pg-${isWrong ? "fail" : "warn"}`;
  const shown = found.map(({ requirement }) => requirement).join();
  if (says.dataset.shown === shown) return;
  says.dataset.shown = shown;
  says.replaceChildren(...found.flatMap((each) => [...sentence(each), " "]));
  if (isWrong) input.closest("details").open = true;
}

/** @param {Violation} violation */
function sentence({ requirement, fix }) {
  return [prose(fix), " ", requirementLink(requirement)];
}

/** Show the fields of the dataset that is chosen, as they were left. */
function turnTo() {
  left.set(shown, values);
  shown = datasets.value;
  const before = left.get(shown);
  if (!before) return fill(records[shown] ?? {});
  values = before;
  draw();
}

/** @param {Record<string, unknown>} example */
function fill(example) {
  values = new Map(Object.entries(example).map(([name, value]) => [name, asText(value)]));
  draw();
}

async function copy() {
  output.select();
  let done = false;
  try {
    await navigator.clipboard.writeText(`${output.value}\n`);
    done = true;
  } catch {
    done = document.execCommand("copy");
  }
  byId("pg-copied").textContent = done ? "Copied." : "Press Ctrl+C to copy what is marked.";
}

function listen() {
  fields.addEventListener("submit", (/** @type {Event} */ event) => event.preventDefault());
  byId("pg-kind").addEventListener("submit", (/** @type {Event} */ event) => event.preventDefault());
  fields.addEventListener("input", (/** @type {any} */ { target }) => {
    if (target.value === "") values.delete(target.dataset.column);
    else values.set(target.dataset.column, target.value);
    change();
  });
  datasets.addEventListener("change", turnTo);
  profiles.addEventListener("change", draw);
  byId("pg-example").addEventListener("click", () => fill(records[datasets.value] ?? {}));
  byId("pg-clear").addEventListener("click", () => fill({}));
  byId("pg-copy").addEventListener("click", copy);
  byId("pg-download").addEventListener("click", () =>
    download(`${datasets.value}.jsonl`, `${output.value}\n`, "application/jsonl"),
  );
}

async function open() {
  const [standard, examples] = await Promise.all([data("standard.json"), data("records.json")]);
  ({ schemas } = standard);
  const given = bindingInputs(standard.catalogue.requirements).filter(({ check }) => check.kind === "given");
  ofExports = new Set(given.map(({ id }) => id));
  records = examples;
  const names = Object.values(schemas).map((schema) => schema["x-dataset"]);
  offer(
    datasets,
    names.filter((name) => name && name !== "manifest"),
  );
  offer(profiles, [...PROFILES]);
  datasets.value = "usage";
  listen();
  turnTo();
  const loaded = await engine.ready;
  byId("playground").dataset.state = "ready";
  await keep(loaded);
  byId("playground").dataset.state = "kept";
}

/** @param {unknown} error */
function fail(error) {
  verdict.textContent = told(error);
  verdict.className = "pg-verdict-line";
}

open().catch(fail);
