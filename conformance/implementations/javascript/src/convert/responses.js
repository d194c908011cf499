/** What the responses of all model interfaces have in common. */

import { instant, isTime, stamp } from "./instants.js";
import { child, Refused, words } from "./payload.js";

/** @typedef {import("./payload.js").Json} Json */

const MODELS = ["model", "modelVersion", "modelId", "model_version"];
const IDENTIFIERS = ["id", "responseId", "response_id"];
const TIMES = ["created", "created_at", "createTime", "create_time"];
const AROUND = [...MODELS, ...IDENTIFIERS, ...TIMES];
const USAGES = ["usage", "usageMetadata"];

/** The text under the first of these names that has one. @param {Json} body @param {string[]} names */
function text(body, names) {
  for (const name of names) {
    const found = words(body[name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The identifier of a response. @param {Json} body */
export const responseIdOf = (body) => text(body, IDENTIFIERS);

/** The model of a response. @param {Json} body */
export const modelOf = (body) => text(body, MODELS);

/** A running counter of a stream is no response. @param {Json} body */
export function refuseEvents(body) {
  const isEvent = ["message_start", "message_delta"].includes(body.type);
  const isChunk = body.object === "chat.completion.chunk" && Array.isArray(body.choices) && body.choices.length > 0;
  if (isEvent || (isChunk && !body.choices.some((/** @type {Json} */ each) => each?.finish_reason)))
    throw new Refused("An event of a stream is not converted.");
}

/**
 * When a response was made: in its own words, else in those of the caller.
 *
 * @param {Json} body
 * @param {Record<string, string>} options
 */
export function startOf(body, options) {
  const said = TIMES.map((name) => body[name]).find(isTime);
  if (said === undefined && options.at === undefined) throw new Refused("When it was is not known.");
  return said === undefined ? instant(options.at) : stamp(said);
}

/**
 * The usage object of a response, which may stand by itself.
 *
 * @param {Json} body
 * @param {string[]} names of which one that stands by itself has at least one
 * @param {string[]} [places] where it may stand
 * @returns {Json}
 */
export function usageOf(body, names, places = USAGES) {
  const given = places.filter((name) => body[name] !== undefined && body[name] !== null);
  if (given.length > 1) throw new Refused("There are two usage objects.");
  if (given.length === 1) return child(body, given[0]);
  if (!names.some((name) => name in body)) throw new Refused("A response without usage is not converted.");
  return Object.fromEntries(Object.entries(body).filter(([name]) => !AROUND.includes(name)));
}
