// What an editor shows of a record: asked of the language service that VS Code has for JSON, with the entries that
// SchemaStore is to list. Schemas come from this checkout by their addresses; another address is refused.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import service from "vscode-json-languageservice";

const ROOT = new URL("../../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, ROOT), "utf8");
const { schemas } = JSON.parse(read("integrations/editors/catalog.json"));
const BASE = schemas[0].url.replace(/[^/]*$/, "");
const FOLDER = new URL(BASE).pathname.split("/")[2].split("-")[0];

// A record of each dataset from the examples of the specification.
const SAMPLES = {
  usage: "minimal.jsonl",
  price: "price.minimal.jsonl",
  plan: "plan.commitments.jsonl",
  outcome_definition: "outcome_definition.claims.jsonl",
  outcome: "outcome.claims.jsonl",
  evaluation: "evaluation.small.jsonl",
  statement: "statement.cost-of-pass.jsonl",
  manifest: "august/manifest.json",
};

const datasetOf = (entry) => entry.url.slice(BASE.length).replace(".schema.json", "");

function editor(entries = schemas, base = BASE) {
  const asked = new Set();
  const language = service.getLanguageService({
    workspaceContext: { resolveRelativePath: (path, base) => new URL(path, base).toString() },
    schemaRequestService: async (address) => {
      asked.add(address);
      assert.ok(address.startsWith(base), address);
      return read(`schemas/${FOLDER}/${address.slice(base.length)}`);
    },
  });
  language.configure({ validate: true, schemas: entries.map(({ url, fileMatch }) => ({ uri: url, fileMatch })) });
  const open = (path, text) => {
    const document = service.TextDocument.create(`file:///project/${path}`, "json", 1, text);
    return [document, language.parseJSONDocument(document)];
  };
  return {
    asked,
    // What is offered at the mark.
    async offers(path, text) {
      const place = text.indexOf("¦");
      const [document, tree] = open(path, text.replace("¦", ""));
      const { items } = await language.doComplete(document, document.positionAt(place), tree);
      return items;
    },
    // What is shown of the word at the mark.
    async hover(path, text) {
      const place = text.indexOf("¦");
      const [document, tree] = open(path, text.replace("¦", ""));
      const { contents } = await language.doHover(document, document.positionAt(place), tree);
      return contents.map((each) => each.value ?? each).join("\n\n");
    },
    async problems(path, text) {
      const [document, tree] = open(path, text);
      return (await language.doValidation(document, tree)).map((each) => each.message);
    },
  };
}

const USAGE = schemas.find((entry) => datasetOf(entry) === "usage");
const fileOf = (entry) => entry.fileMatch[0].replace("*", "exports/august");
const sampleOf = (entry) => {
  const text = read(`spec/examples/${SAMPLES[datasetOf(entry)]}`);
  return JSON.parse(text.trimStart().startsWith("{\n") ? text : text.split("\n", 1)[0]);
};

for (const entry of schemas) {
  const name = datasetOf(entry);
  const path = fileOf(entry);
  const { properties, required } = JSON.parse(read(`schemas/${FOLDER}/${name}.schema.json`));

  test(`${name}: every column is offered with its description`, async () => {
    const offered = await editor().offers(path, '{"¦"}');
    const described = Object.fromEntries(offered.map((each) => [each.label, each.documentation]));
    const expected = Object.entries(properties).map(([column, { description }]) => [column, description]);
    assert.deepEqual(described, Object.fromEntries(expected));
  });

  test(`${name}: a record is without problem until something is wrong with it`, async () => {
    const record = sampleOf(entry);
    const said = (changed) => editor().problems(path, JSON.stringify(changed, null, 2));
    assert.deepEqual(await said(record), []);
    assert.match((await said({ ...record, colour: "red" })).join(), /colour is not allowed/);
    for (const column of required) {
      const { [column]: _, ...rest } = record;
      assert.match((await said(rest)).join(), new RegExp(`Missing property "${column}"`));
    }
  });

  test(`${name}: nothing but schemas of this version is loaded`, async () => {
    const shown = editor();
    await shown.problems(path, "{}");
    assert.deepEqual([...shown.asked].toSorted(), [`${BASE}common.schema.json`, entry.url].toSorted());
  });

  test(`${name}: each pattern is for this dataset alone`, async () => {
    for (const pattern of entry.fileMatch) {
      const named = pattern.replace("*", "exports/a");
      assert.ok((await editor().problems(named, "{}")).length > 0, named);
      const others = schemas.filter((each) => each !== entry);
      assert.deepEqual(await editor(others).problems(named, "{}"), []);
    }
  });
}

test("the files that the page tells to print are all that is loaded, and judge alike", async () => {
  const page = read("docs/workflows/editors.md");
  const [, names] = page.match(/^for name in (.*); do$/m);
  const [, folder] = page.match(/> (.*\/)\$name\.schema\.json$/m);
  const [, settings] = page.match(/```json[^\n]*\n(.*?)```/s);
  assert.ok(page.includes(`\`./${folder}\` in place of \`${BASE}\``));
  const base = `file:///project/${folder}`;
  const printed = names.split(" ").map((name) => `${base}${name}.schema.json`);
  const entries = JSON.parse(settings)["json.schemas"];
  const shown = editor(
    entries.map((entry) => ({ ...entry, url: entry.url.replace(BASE, base) })),
    base,
  );
  for (const { url } of entries) {
    const path = fileOf(schemas.find((each) => each.url === url));
    const problems = await shown.problems(path, "{}");
    assert.ok(problems.length > 0, path);
    assert.deepEqual(problems, await editor().problems(path, "{}"));
  }
  assert.deepEqual([...shown.asked].toSorted(), printed.toSorted());
});

test("a column says what it is, and of which kind", async () => {
  const { properties } = JSON.parse(read(`schemas/${FOLDER}/usage.schema.json`));
  const shown = await editor().hover("usage.tokenomics.json", '{"charge_per¦iod_start": null}');
  assert.deepEqual(shown.replaceAll("\\", "").split("\n\n"), ["Timestamp", properties.charge_period_start.description]);
});

test("values of enumerations are offered", async () => {
  const offered = await editor().offers("usage.tokenomics.json", '{"charge_category": ¦}');
  const labels = offered.map((each) => each.label);
  for (const value of ["usage", "purchase", "credit", "tax", "adjustment"]) {
    assert.ok(labels.includes(`"${value}"`), value);
  }
});

test("a number where a decimal is a text, and a time in no universal time, are problems", async () => {
  const record = { ...sampleOf(USAGE), billed_cost: 1.5, charge_period_start: "2026-08-01T00:00:00+02:00" };
  assert.equal((await editor().problems("a.usage.tokenomics.json", JSON.stringify(record))).length, 2);
});

test("of JSON Lines, an editor sees the first record only", async () => {
  const line = JSON.stringify(sampleOf(USAGE));
  const second = line.replace("1.0-draft", "none");
  assert.deepEqual(await editor().problems("a.usage.tokenomics.json", `${line}\n`), []);
  assert.deepEqual(await editor().problems("a.usage.tokenomics.json", `${line}\n${second}\n`), [
    "End of file expected.",
  ]);
});

test("files of others are left alone", async () => {
  for (const path of ["manifest.json", "usage.json", "web/manifest.json", "tokenomics.json"]) {
    assert.deepEqual(await editor().problems(path, '{"a": 1}'), [], path);
  }
});
