/** What the responses of all model interfaces have in common. */

import { instant, isTime, stamp } from "./instants.js";
import { child, Refused } from "./payload.js";

/** @typedef {import("./payload.js").Json} Json */

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
  const said = [body.created, body.created_at, body.createTime].find(isTime);
  if (said === undefined && options.at === undefined) throw new Refused("When it was is not known.");
  return said === undefined ? instant(options.at) : stamp(said);
}

const AROUND = ["model", "modelVersion", "modelId", "id", "responseId", "created", "created_at", "createTime"];

/**
 * The usage object of a response, which may stand by itself.
 *
 * @param {Json} body
 * @param {string[]} names of which one that stands by itself has at least one
 * @returns {Json}
 */
export function usageOf(body, names) {
  const isGiven = (/** @type {string} */ name) => body[name] !== undefined && body[name] !== null;
  if (isGiven("usage") && isGiven("usageMetadata")) throw new Refused("There are two usage objects.");
  if (isGiven("usage") || isGiven("usageMetadata")) return child(body, "usage", "usageMetadata");
  if (!names.some((name) => name in body)) throw new Refused("A response without usage is not converted.");
  return Object.fromEntries(Object.entries(body).filter(([name]) => !AROUND.includes(name)));
}
