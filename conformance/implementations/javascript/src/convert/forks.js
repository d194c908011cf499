/** Forks of sessions of Codex CLI, whose logs begin with a copy of the history of the session before them. */

import { logged } from "./instants.js";
import { isObject } from "./payload.js";

/** @typedef {import("./payload.js").Json} Json */
/**
 * @typedef {object} Fork
 * @property {string} [made] the milliseconds in its identifier
 * @property {number} [began] the milliseconds of its first line
 * @property {Set<string>} ancestors
 * @property {boolean} isCopy whether what is read now is copied
 * @property {boolean} isTimed whether the identifiers of turns say so
 */

const TIMED = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const [MINUTE, SECONDS] = [60_000, 5_000];

/** @param {any} identifier @returns {string | undefined} */
function minted(identifier) {
  const found = typeof identifier === "string" ? TIMED.exec(identifier) : null;
  return found === null ? undefined : (found[1] + found[2]).toLowerCase();
}

/** @param {any} timestamp @returns {number | undefined} */
function milliseconds(timestamp) {
  if (typeof timestamp !== "string") return undefined;
  try {
    return Date.parse(logged(timestamp));
  } catch {
    return undefined;
  }
}

/** @param {Json} meta @returns {string[]} */
function ancestorsOf(meta) {
  const { subagent } = isObject(meta.source) ? meta.source : {};
  const { thread_spawn: spawned } = isObject(subagent) ? subagent : {};
  const parent = isObject(spawned) ? spawned.parent_thread_id : undefined;
  return [meta.forked_from_id, meta.parent_thread_id, meta.session_id, parent].filter(
    (each) => typeof each === "string" && each !== "",
  );
}

/** @param {string | undefined} id @param {Json} meta @param {any} timestamp @returns {Fork | undefined} */
export function forkOf(id, meta, timestamp) {
  const ancestors = new Set(ancestorsOf(meta).filter((each) => each !== id));
  if (id === undefined || ancestors.size === 0) return undefined;
  const isCopy = ancestors.has(meta.forked_from_id);
  return { made: minted(id), began: milliseconds(timestamp), ancestors, isCopy, isTimed: false };
}

/** Whether it begins the log of an ancestor inside of that of the fork. @param {Fork} fork @param {Json} meta */
export function isHistory(fork, meta) {
  if (!fork.ancestors.has(meta.id || meta.session_id)) return false;
  for (const each of ancestorsOf(meta)) fork.ancestors.add(each);
  fork.isCopy = true;
  return true;
}

/** Whether a turn is the first one of the fork's own. @param {Fork} fork @param {any} identifier */
export function turn(fork, identifier) {
  const at = minted(identifier);
  if (fork.made === undefined || at === undefined) return false;
  fork.isTimed = true;
  fork.isCopy = at < fork.made;
  return !fork.isCopy;
}

/** Whether an event of this time was copied. @param {Fork} fork @param {any} timestamp */
export function copies({ isCopy, isTimed, began }, timestamp) {
  const now = milliseconds(timestamp);
  if (!isCopy || now === undefined || began === undefined) return isCopy && isTimed;
  return now - began <= (isTimed ? MINUTE : SECONDS);
}
