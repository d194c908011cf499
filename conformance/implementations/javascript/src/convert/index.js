/** Vendors' payloads to usage records: an independent reading of what `docs/convert.md` says of each source. */

import * as anthropic from "./anthropic.js";
import * as bills from "./bills.js";
import * as clouds from "./clouds.js";
import * as gateways from "./gateways.js";
import * as observed from "./observed.js";
import * as openai from "./openai.js";
import * as seats from "./seats.js";
import { recordsOf, Refused } from "./payload.js";
import { greatest, rowsOf, sound, tokensOf } from "./rows.js";

export { Refused } from "./payload.js";

/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Fact} Fact */
/** @typedef {{options: Record<string, string>, session: Record<string, any>}} Told what a caller said, and what earlier records of the payload did */
/**
 * @typedef {object} Source
 * @property {(document: Json) => Json[]} [split] what is converted by itself, and refused by itself
 * @property {(record: Json, told: Told) => Fact[]} facts
 * @property {(facts: Fact[]) => Fact[]} [unite] which of two that are called the same counts, where it is not the one with more tokens
 */

/** @type {Record<string, Source>} */
export const SOURCES = {
  "openai-dashboard": openai.dashboard,
  "openai-usage": openai.usage,
  "openai-costs": openai.costs,
  "openai-batch": openai.batch,
  "openai-response": openai.response,
  "codex-cli": openai.codex,
  "anthropic-usage": anthropic.usage,
  "anthropic-cost": anthropic.cost,
  "anthropic-console": anthropic.console,
  "anthropic-response": anthropic.response,
  "claude-code": anthropic.claudeCode,
  "gemini-response": clouds.gemini,
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
  otel: observed.otel,
  focus: bills.focus,
};

const OPTIONS = ["at", "model", "provider"];

/**
 * @param {string} version of the standard that the rows state
 * @param {string} name of the source
 * @param {string} path of the payload, which tells its format
 * @param {string} text
 * @param {Record<string, string>} [options]
 * @returns {{rows: Record<string, any>[], rejected: number}}
 */
export function convert(version, name, path, text, options = {}) {
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
  const told = { options, session: {} };
  const records = recordsOf(path, text).flatMap((document) =>
    tried(() => {
      if (document instanceof Refused) throw document;
      return source.split?.(document) ?? [document];
    }),
  );
  const facts = records.flatMap((record) => tried(() => source.facts(record, told).map(sound)));
  const kept = source.unite?.(facts) ?? greatest(facts, tokensOf);
  return { rows: kept.flatMap((fact) => tried(() => rowsOf(version, name, fact))), rejected };
}
