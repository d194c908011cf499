/** The page that checks an export. */

import { byId, count, download, element, figure, offer, said, size } from "./dom.js";
import { Cancelled, Engine, UNLOADED } from "./engine.js";
import { keep } from "./offline.js";
import { outcome, reportView, verdictWords } from "./report.js";
import { formatOf } from "./validator/src/names.js";
import { bindingInputs, PROFILES } from "./validator/src/standard.js";

/** @typedef {import("./validator/src/web/index.js").Progress} Progress */
/** @typedef {import("./validator/src/web/index.js").WebFile} WebFile */
/** @typedef {{path: string, text?: string, base64?: string}} Content */
/** @typedef {{requirement: string | null, title: string, profile: string, files: Content[]}} Example */

const PASSES = { collect: "Reading what other files name", judge: "Checking", recall: "Looking up examples in" };
const DEFAULT_PROFILE = "metering";

const form = byId("pg-form");
const [datasets, profiles] = [byId("pg-dataset"), byId("pg-profile")];
const [text, stories, chosen] = [byId("pg-text"), byId("pg-example"), byId("pg-files")];
const [progress, bar, doing] = [byId("pg-progress"), byId("pg-bar"), byId("pg-doing")];
const [result, status, drop] = [byId("pg-result"), byId("pg-status"), byId("pg-drop")];

const engine = new Engine();
/** What was checked last. @type {WebFile[]} */
let current = [];
/** Which check the page waits for; an older one is of no interest. */
let turn = 0;
/** @type {Map<string, any>} */
const catalogue = new Map();
/** @type {Example[]} */
let examples = [];

/** @param {string} path */
async function data(path) {
  return (await fetch(new URL(`data/${path}`, import.meta.url))).json();
}

/** @param {string} name of a way in */
function show(name) {
  for (const panel of form.querySelectorAll(".pg-panel")) panel.hidden = panel.dataset.way !== name;
  form.querySelector(`input[value=${name}]`).checked = true;
}

/**
 * @param {WebFile[]} files
 * @param {boolean} [stays] whether the focus stays where it is, since the user is about to choose again
 */
async function check(files, stays = false) {
  if (files.length === 0) return;
  current = files;
  const own = ++turn;
  begin(files);
  try {
    const options = { profile: profiles.value || undefined, dataset: datasets.value || undefined };
    const examination = await engine.check(files, options, (each) => own === turn && tell(each));
    if (own === turn) present(examination, stays);
  } catch (error) {
    if (own !== turn) return;
    const message = error instanceof Error ? error.message : String(error);
    say(message, error instanceof Cancelled ? "cancelled" : "refused", stays);
  }
}

/** @param {WebFile[]} files */
function begin(files) {
  const bytes = files.reduce((sum, { blob }) => sum + blob.size, 0);
  const what = files.length === 1 ? "file" : `${files.length} files`;
  status.textContent = `Checking ${files.length === 1 ? "one" : ""} ${what}, ${size(bytes)}.`.replace("  ", " ");
  result.replaceChildren();
  result.hidden = true;
  bar.removeAttribute("value");
  doing.textContent = `Checking ${size(bytes)}`;
  progress.hidden = false;
}

/** @param {Progress} step */
function tell({ pass, path, done, total }) {
  if (total === 0) return;
  bar.value = done / total;
  if (progress.getBoundingClientRect().bottom > innerHeight) progress.scrollIntoView({ block: "nearest" });
  doing.replaceChildren(PASSES[pass], " ", said(path, 60), `: ${size(done)} of ${size(total)}`);
}

/**
 * @param {import("./validator/src/report.js").Examination} examination
 * @param {boolean} stays
 */
function present(examination, stays) {
  const { report } = examination;
  const actions = element("div", { class: "pg-row pg-actions" });
  const save = element("button", { class: "pg-button", type: "button" }, "Download the JSON report");
  save.addEventListener("click", () =>
    download("report.json", `${JSON.stringify(report, null, 2)}\n`, "application/json"),
  );
  actions.append(save);
  const [verdict, ...rest] = reportView(examination, catalogue, PROFILES);
  end([verdict, actions, ...rest], stays);
  status.textContent = `${verdictWords(report)} to profile ${report.profile}. ${outcome(report)}.`;
}

/**
 * Say in one sentence why there is no report.
 *
 * @param {string} sentence
 * @param {string} kind
 * @param {boolean} [stays]
 */
function say(sentence, kind, stays = false) {
  end([element("p", { class: `pg-message pg-${kind}` }, said(sentence, 600))], stays);
  status.textContent = sentence;
}

/**
 * @param {Node[]} content
 * @param {boolean} stays
 */
function end(content, stays) {
  progress.hidden = true;
  result.replaceChildren(...content);
  result.hidden = false;
  if (stays) return;
  result.focus({ preventScroll: true });
  if (result.getBoundingClientRect().top > innerHeight / 2) result.scrollIntoView({ block: "start" });
}

/** @param {Iterable<File>} files */
function take(files) {
  check([...files].map((file) => ({ path: file.webkitRelativePath || file.name, blob: file })));
}

/** @param {Content} content */
function fileOf({ path, text: own, base64 }) {
  const bytes = own ?? Uint8Array.from(atob(base64 ?? ""), (letter) => letter.charCodeAt(0));
  return { path, blob: new Blob([bytes]) };
}

/** @returns {WebFile[]} */
function pasted() {
  const content = text.value;
  if (content.trim() === "") {
    say("There is nothing to check yet: paste records, or choose an example.", "refused");
    return [];
  }
  const start = new TextEncoder().encode(content.slice(0, 1000));
  return [{ path: `pasted.${formatOf("pasted", start)}`, blob: new Blob([content]) }];
}

function offerExamples() {
  const groups = new Map();
  for (const [at, { requirement, title }] of examples.entries()) {
    const area = requirement === null ? "Right" : requirement.slice(4, 7);
    const name = AREAS[area] ?? area;
    if (!groups.has(name)) groups.set(name, element("optgroup", { label: name }));
    groups
      .get(name)
      .append(element("option", { value: String(at) }, requirement === null ? title : `${requirement}: ${title}`));
  }
  stories.append(...groups.values());
  stories.value = String(
    Math.max(
      0,
      examples.findIndex(({ requirement }) => requirement === "OTS-TOK-010"),
    ),
  );
  tellStory();
}

/** @type {Record<string, string>} */
const AREAS = {
  Right: "No defect",
  GEN: "Encoding and values",
  USG: "Usage",
  TOK: "Tokens",
  CST: "Cost",
  PRC: "Prices",
  PLN: "Plans",
  ATT: "Attribution",
  OUT: "Outcomes",
  EVL: "Evaluations",
  STM: "Statements",
  MAN: "Bundles",
};

function tellStory() {
  const { requirement, files, profile } = examples[Number(stories.value)];
  const statement = requirement === null ? "Each token is counted once." : catalogue.get(requirement).statement;
  byId("pg-story").textContent = `${statement.replaceAll("`", "")} ${count(files.length, "file")}, profile ${profile}.`;
  byId("pg-edit").disabled = files.length !== 1 || files[0].text === undefined;
}

function checkExample() {
  const { profile, files } = examples[Number(stories.value)];
  profiles.value = profile;
  datasets.value = "";
  check(files.map(fileOf));
}

function editExample() {
  const { profile, files } = examples[Number(stories.value)];
  const [{ path, text: content = "" }] = files;
  const [stem] = path.split(".");
  profiles.value = profile;
  datasets.value = [...datasets.options].some(({ value }) => value === stem) ? stem : "";
  text.value = content;
  show("text");
  text.focus();
}

function listen() {
  form.addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const way = form.querySelector("input[name=way]:checked").value;
    if (way === "text") check(pasted());
    else if (way === "example") checkExample();
  });
  for (const each of form.querySelectorAll("input[name=way]")) each.addEventListener("change", () => show(each.value));
  for (const each of [datasets, profiles]) each.addEventListener("change", () => check(current, true));
  chosen.addEventListener("change", () => {
    take(chosen.files);
    // The same file can be chosen again after it was mended.
    chosen.value = "";
  });
  stories.addEventListener("change", tellStory);
  byId("pg-edit").addEventListener("click", editExample);
  byId("pg-cancel").addEventListener("click", () => engine.cancel());
}

/** Files can be dropped anywhere on the page, lest the browser open them instead. */
function listenToDrops() {
  addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("pg-over");
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) drop.classList.remove("pg-over");
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("pg-over");
    const items = [...(event.dataTransfer?.items ?? [])];
    if (items.some((item) => item.webkitGetAsEntry?.()?.isDirectory)) {
      say("A folder was dropped. Drop the files in it instead.", "refused");
      return;
    }
    const files = event.dataTransfer?.files ?? [];
    if (files.length > 0) show("files");
    take(files);
  });
}

async function open() {
  const [{ catalogue: published, schemas }, { right, broken }] = await Promise.all([
    data("standard.json"),
    data("examples.json"),
  ]);
  for (const each of bindingInputs(published.requirements)) catalogue.set(each.id, each);
  examples = [right, ...broken];
  const names = Object.values(schemas).map((schema) => schema["x-dataset"]);
  offer(
    datasets,
    names.filter((name) => name && name !== "manifest"),
  );
  profiles.append(element("option", { value: "" }, `${DEFAULT_PROFILE}, or what a manifest claims`));
  offer(profiles, [...PROFILES]);
  offerExamples();
  const loaded = await engine.ready;
  const ready = byId("pg-ready");
  ready.textContent = `Ready. ${figure(catalogue.size)} requirements of version ${published.version}.`;
  byId("playground").dataset.state = "ready";
  if (await keep(loaded)) ready.textContent += " This page now works without a network.";
  byId("playground").dataset.state = "kept";
}

listen();
listenToDrops();
open().catch(() => say(UNLOADED, "refused"));
