/** The page that checks an export. */

import { byId, count, download, element, figure, offer, said, size } from "./dom.js";
import { Cancelled, data, Engine, told } from "./engine.js";
import { keep } from "./offline.js";
import { outcome, reportView, verdictWords } from "./report.js";
import { formatOf } from "./validator/src/names.js";
import { bindingInputs, PROFILES } from "./validator/src/standard.js";
import { visibleJson } from "./validator/src/text.js";

/** @typedef {import("./validator/src/web/index.js").Progress} Progress */
/** @typedef {import("./validator/src/web/index.js").WebFile} WebFile */
/** @typedef {{profile?: string, dataset?: string}} Options What a check has of its own, instead of what is chosen. */
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
/** What was checked last, as it is now. @type {{files: () => WebFile[], options: Options} | null} */
let current = null;
/** Which check the page waits for; an older one is of no interest. */
let turn = 0;
/** @type {Map<string, any>} */
const catalogue = new Map();
/** @type {Example[]} */
let examples = [];
/** What had been chosen before an example asked for something else. @type {[string, string] | null} */
let lent = null;

/** @param {string} name of a way in */
function show(name) {
  for (const panel of form.querySelectorAll(".pg-panel")) panel.hidden = panel.dataset.way !== name;
  form.querySelector(`input[value=${name}]`).checked = true;
}

/**
 * @param {() => WebFile[]} source of the files, which is asked again when something else is chosen
 * @param {boolean} [stays] whether the focus stays where it is, since the user is about to choose again
 * @param {Options} [options]
 */
async function check(source, stays = false, options = {}) {
  const files = source();
  if (files.length === 0) return;
  current = { files: source, options };
  const own = ++turn;
  begin(files);
  try {
    const chosenOptions = { profile: profiles.value || undefined, dataset: datasets.value || undefined };
    const asked = { ...chosenOptions, ...options };
    const ended = engine.check(files, /** @type {any} */ (asked), (each) => own === turn && tell(each));
    const [examination] = await Promise.all([ended, opened]);
    if (own === turn) present(examination, stays);
  } catch (error) {
    if (own === turn) say(told(error), error instanceof Cancelled ? "cancelled" : "refused", stays);
  }
}

/** Something else was chosen by hand, and holds for what is shown. */
function choose() {
  lent = null;
  if (current) check(current.files, true);
}

function giveBack() {
  if (lent) [datasets.value, profiles.value] = lent;
  lent = null;
}

/** What is shown is not about the text any more. */
function stale() {
  if (text.value === "") giveBack();
  if (current?.files !== pasted) return;
  current = null;
  stop();
  say("The text has changed since it was checked. Check it again.", "stale", true);
}

/** Nobody waits for the check that runs. */
function stop() {
  turn++;
  engine.cancel();
}

/** @param {WebFile[]} files */
function begin(files) {
  const bytes = files.reduce((sum, { blob }) => sum + blob.size, 0);
  const what = files.length === 1 ? "file" : `${files.length} files`;
  status.textContent = `Checking ${files.length === 1 ? "one" : ""} ${what}, ${size(bytes)}.`.replace("  ", " ");
  result.replaceChildren();
  result.hidden = true;
  bar.removeAttribute("value");
  doing.textContent = engine.isReady ? `Checking ${size(bytes)}` : "Loading the validator";
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
  save.addEventListener("click", () => download("report.json", visibleJson(report), "application/json"));
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
  if (kind === "refused") current = null;
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
  const own = [...files].map((file) => ({ path: file.webkitRelativePath || file.name, blob: file }));
  if (own.length > 0) giveBack();
  check(() => own);
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
    stop();
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
  const own = files.map(fileOf);
  check(() => own, false, { profile, dataset: undefined });
}

function editExample() {
  const { profile, files } = examples[Number(stories.value)];
  const [{ path, text: content = "" }] = files;
  const [stem] = path.split(".");
  lent ??= [datasets.value, profiles.value];
  profiles.value = profile;
  datasets.value = [...datasets.options].some(({ value }) => value === stem) ? stem : "";
  text.value = content;
  stale();
  show("text");
  text.focus();
}

function listen() {
  form.addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const way = form.querySelector("input[name=way]:checked").value;
    if (way === "text") check(pasted);
    else if (way === "example" && examples.length > 0) checkExample();
  });
  for (const each of form.querySelectorAll("input[name=way]")) each.addEventListener("change", () => show(each.value));
  for (const each of [datasets, profiles]) each.addEventListener("change", choose);
  text.addEventListener("input", stale);
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
  // Text can be dragged to where it can be written.
  const holdsFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    drop.classList.add("pg-over");
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) drop.classList.remove("pg-over");
  });
  addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    drop.classList.remove("pg-over");
    const items = [...(event.dataTransfer?.items ?? [])];
    if (items.some((item) => item.webkitGetAsEntry?.()?.isDirectory)) {
      stop();
      say("A folder was dropped. Drop the files in it instead.", "refused");
      return;
    }
    const files = event.dataTransfer?.files ?? [];
    if (files.length > 0) show("files");
    take(files);
  });
}

async function open() {
  const { catalogue: published, schemas } = await data("standard.json");
  for (const each of bindingInputs(published.requirements)) catalogue.set(each.id, each);
  const names = Object.values(schemas).map((schema) => schema["x-dataset"]);
  offer(
    datasets,
    names.filter((name) => name && name !== "manifest"),
  );
  profiles.append(element("option", { value: "" }, `${DEFAULT_PROFILE}, or what a manifest claims`));
  offer(profiles, [...PROFILES]);
  for (const each of [datasets, profiles]) each.disabled = false;
  return published.version;
}

/** Examples are not needed for anything else, and may be missing. */
async function openExamples() {
  try {
    const { right, broken } = await data("examples.json");
    await opened;
    examples = [right, ...broken];
    offerExamples();
    for (const each of [stories, form.querySelector("button[value=example]")]) each.disabled = false;
  } catch (error) {
    console.info(error);
    byId("pg-story").textContent = "The examples cannot be loaded. Reload the page when there is a network.";
  }
}

async function main() {
  const ready = byId("pg-ready");
  try {
    const [version, loaded] = await Promise.all([opened, engine.ready, openExamples()]);
    ready.textContent = `Ready. ${figure(catalogue.size)} requirements of version ${version}.`;
    byId("playground").dataset.state = "ready";
    if (await keep(loaded)) ready.textContent += " This page now works without a network.";
    byId("playground").dataset.state = "kept";
  } catch (error) {
    ready.textContent = "";
    if (progress.hidden) say(told(error), "refused", true);
  }
}

listen();
listenToDrops();
/** The version of the standard, once it is known. */
const opened = open();
main();
