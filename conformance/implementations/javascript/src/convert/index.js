/** Vendors' payloads to usage records: an independent reading of what `docs/convert.md` says of each source. */

import * as anthropic from "./anthropic.js";
import * as reports from "./anthropic-reports.js";
import * as bills from "./bills.js";
import * as clouds from "./clouds.js";
import { codex } from "./codex.js";
import { gemini } from "./gemini.js";
import * as gateways from "./gateways.js";
import * as observed from "./observed.js";
import * as openai from "./openai.js";
import { otel } from "./otel.js";
import * as seats from "./seats.js";
import { isObject, recordsOf, Refused } from "./payload.js";
import { greatest, identifier, numbered, rowsOf, saysMore } from "./rows.js";
import { settled } from "./tokens.js";

export { Refused } from "./payload.js";

/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Fact} Fact */
/** @typedef {{version: string, currencies: ReadonlySet<string>}} Terms the version of the standard, and the codes of ISO 4217 in it */
/** @typedef {{options: Record<string, string>, session: Record<string, any>}} Told what a caller said, and what earlier records of the payload did */
/**
 * @typedef {object} Source
 * @property {(document: Json) => Json[]} [split] what is converted by itself, and refused by itself
 * @property {(record: Json, told: Told) => Fact[]} facts
 * @property {boolean} [areCalls] whether a name is that of a call, which counts once where it comes again
 * @property {string[][]} [tables] lists of columns of which a table has one; without it is refused as a whole
 * @property {(header: string[]) => string[]} [named] what the columns of a table are called in these
 * @property {(facts: Fact[]) => Fact[]} [unite] which facts count, where it is not the largest of those with one key
 */

/** @type {Record<string, Source>} */
export const SOURCES = {
  "openai-dashboard": openai.dashboard,
  "openai-usage": openai.usage,
  "openai-costs": openai.costs,
  "openai-batch": openai.batch,
  "openai-response": openai.response,
  "codex-cli": codex,
  "anthropic-usage": reports.usage,
  "anthropic-cost": reports.cost,
  "anthropic-console": reports.console,
  "anthropic-response": anthropic.response,
  "claude-code": anthropic.claudeCode,
  "gemini-response": gemini,
  "bedrock-response": clouds.bedrock,
  "bedrock-invocation-log": clouds.bedrockLog,
  "aws-cur": bills.cur,
  "cohere-response": clouds.cohere,
  "openrouter-response": gateways.openrouter,
  "openrouter-activity": gateways.activity,
  "github-copilot": seats.copilot,
  cursor: seats.cursor,
  litellm: gateways.litellm,
  langfuse: observed.langfuse,
  otel,
  focus: bills.focus,
};

const OPTIONS = ["at", "model", "provider"];

/**
 * @param {Terms} standard that the rows are of
 * @param {string} name of the source
 * @param {string} path of the payload, which tells its format
 * @param {string} text
 * @param {Record<string, string>} [options]
 * @returns {{rows: Record<string, any>[], rejected: number}}
 */
export function convert({ version, currencies }, name, path, text, options = {}) {
  const source = SOURCES[name];
  if (source === undefined) throw new Refused(`There is no source ${name}.`);
  const unknown = Object.keys(options).find((option) => !OPTIONS.includes(option));
  if (unknown !== undefined) throw new Refused(`There is no option ${unknown}.`);
  let rejected = 0;
  /** @template T @param {() => T[]} work @returns {T[]} */
  const tried = (work) => {
    try {
      return work();
    } catch (error) {
      // A member that is missing or of another type than it should be is a fault of the record, too.
      if (!(error instanceof Refused || error instanceof TypeError)) throw error;
      rejected++;
      return [];
    }
  };
  /** @type {Told} */
  const told = { options, session: {} };
  const records = recordsOf(path, text, source).flatMap((document) =>
    tried(() => {
      if (document instanceof Refused) throw document;
      return source.split?.(document) ?? [document];
    }),
  );
  const facts = records.flatMap((record) =>
    tried(() => {
      if (record instanceof Refused) throw record;
      if (!isObject(record) || Array.isArray(record)) throw new Refused("A record is an object.");
      const made = source.facts(record, told).map((fact) => settled(completed(fact, options)));
      if (made.flatMap(currenciesOf).some((each) => !currencies.has(each))) throw new Refused("No such currency.");
      if (!source.areCalls || made.length === 0) return made;
      return claimed(named(made, record, told.session), told.session, (each) => rowsOf(version, name, each));
    }),
  );
  const calls = [...(told.session.calls?.values() ?? [])].flatMap((call) => call.facts);
  const kept = (source.unite ?? greatest)([...facts, ...calls]);
  return { rows: kept.flatMap((fact) => tried(() => rowsOf(version, name, fact))), rejected };
}

/** What the amounts of a fact are in. @param {Fact} fact @returns {string[]} */
const currenciesOf = ({ columns, others }) =>
  [columns, ...others.map((other) => other.columns)].flatMap((each) => each?.billing_currency ?? []);

/** What a caller says goes before the provider of a source, and where no model is named. @param {Fact} fact @param {Record<string, string>} options @returns {Fact} */
function completed({ columns, ...fact }, { provider, model }) {
  const isCounted = fact.leaves.length > 0 || fact.others.some(({ meter }) => meter);
  const named = isCounted && columns.model_id === undefined ? { model_id: model } : {};
  return { ...fact, columns: { ...columns, ...(provider && { service_provider_name: provider }), ...named } };
}

/**
 * A server may give two calls one identifier, which then differ in their time.
 *
 * @param {Fact[]} facts of one call
 * @param {Json} record
 * @param {Record<string, any>} session
 * @returns {Fact[]}
 */
function named(facts, record, session) {
  const [{ key: name, columns }] = facts;
  if (identifier(name) !== undefined)
    return facts.map((fact) => ({
      ...fact,
      key: `${name}#${columns.charge_period_start}${fact.key.slice(name.length)}`,
    }));
  const key = numbered(session, [JSON.stringify(record)]);
  return facts.map((fact, at) => ({ ...fact, key: at ? `${key}#${at}` : key }));
}

/** @typedef {{facts: Fact[], rows: Record<string, any>[], said: string}} Call what a record states of a call */

/**
 * What has one name is one call, which counts once. Of two records that state different things of it the larger one is
 * kept, and the other is refused; it is kept apart from facts until all records are read.
 *
 * @param {Fact[]} facts of one call
 * @param {Record<string, any>} session
 * @param {(fact: Fact) => Record<string, any>[]} rowsOfFact
 * @returns {Fact[]}
 */
function claimed(facts, session, rowsOfFact) {
  session.calls ??= new Map();
  session.lost ??= new Set();
  const [{ key }] = facts;
  const rows = facts.flatMap(rowsOfFact).sort((one, other) => (one.record_id < other.record_id ? -1 : 1));
  /** @type {Call} */
  const mine = { facts, rows, said: JSON.stringify(sorted(rows)) };
  /** @type {Call | undefined} */
  const known = session.calls.get(key);
  if (known === undefined) {
    session.calls.set(key, mine);
  } else if (known.said !== mine.said && !session.lost.has(key + mine.said)) {
    const isMore = saysMore(mine.rows, known.rows);
    if (isMore) session.calls.set(key, mine);
    session.lost.add(key + (isMore ? known : mine).said);
    throw new Refused("This call is stated otherwise, too, and the larger of both counts.");
  }
  return [];
}

/** @param {any} value @returns {any} */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]));
}
