/** Sessions of Codex CLI, whose events state what the session has counted so far. */

import { ONE, ZERO } from "../metrics/exact.js";
import { copies, forkOf, isHistory, turn } from "./forks.js";
import { logged, moment } from "./instants.js";
import { child, counters, Refused, whole, words } from "./payload.js";
import { responseLeaves } from "./usage.js";

/** @typedef {import("./index.js").Source} Source */
/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./tokens.js").Counts} Counts */

const CODEX_LINES = new Set(["session_meta", "turn_context", "response_item", "event_msg", "compacted"]);
const CODEX = ["input", "cached_input", "cache_write_input", "output", "reasoning_output", "total"];

/** @param {Json} stated @returns {Counts | undefined} */
function codexCounts(stated) {
  const found = CODEX.map((name) => [name, whole(stated?.[`${name}_tokens`])]).filter(([, each]) => each !== undefined);
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** @param {Counts} one @param {Counts} other */
const isSame = (one, other) =>
  CODEX.every((name) => one[name] === other[name] || (one[name] && other[name] && one[name].minus(other[name]).isZero));

/** @param {import("../metrics/exact.js").Fraction | undefined} count */
const isZero = (count) => count === undefined || count.isZero;

/** Whether it counts anything but a total. @param {Counts | undefined} counts */
const isCounted = (counts) => CODEX.some((name) => name !== "total" && !isZero(counts?.[name]));

/**
 * What an event adds: the growth of the session's running figures, and what it says of itself where they tell nothing.
 *
 * @param {Counts | undefined} running
 * @param {Counts | undefined} last
 * @param {Counts | undefined} before
 * @returns {Counts | undefined}
 */
function added(running, last, before) {
  if (running === undefined && last === undefined) throw new Refused("An event states what it counts.");
  if (running === undefined) return last;
  // A total without tokens marks a context window that is full.
  if (!isZero(running.total) && running.input !== undefined && !isCounted(running) && !isCounted(last))
    return undefined;
  // The first event that is given may not be the session's first, and its running figures hold what was before it.
  if (before === undefined) return last ?? running;
  if (isSame(running, before)) return undefined;
  /** @type {Counts} */
  const growth = {};
  for (const [name, each] of Object.entries(running)) growth[name] = each?.minus(before[name] ?? ZERO);
  return Object.values(growth).some((each) => each && each.above < 0n) ? (last ?? running) : growth;
}

/** @type {Source} */
export const codex = {
  areCalls: true,
  facts(line, { session }) {
    const { timestamp } = line;
    const type = words(line.type) ?? "";
    const payload = CODEX_LINES.has(type) ? child(line, "payload") : {};
    if (type === "session_meta") {
      const id = words(payload.id) ?? words(payload.session_id);
      if (session.fork && isHistory(session.fork, payload)) return [];
      // It may be written once more in the middle of the session.
      if (session.id !== undefined && session.id === id && session.began !== String(timestamp)) return [];
      Object.assign(session, {
        id,
        version: words(payload.cli_version),
        running: undefined,
        events: 0,
        model: undefined,
        began: String(timestamp),
        fork: forkOf(id, payload, timestamp),
      });
    }
    if (session.fork && turn(session.fork, payload.turn_id)) session.fork = undefined;
    if (type === "turn_context") session.model = words(payload.model) ?? session.model;
    if (type !== "event_msg" || words(payload.type) !== "token_count" || payload.info == null) return [];
    const info = child(payload, "info");
    const last = child(info, "last_token_usage");
    const running = codexCounts(child(info, "total_token_usage"));
    const own = codexCounts(last);
    if (session.fork && copies(session.fork, timestamp)) {
      session.running = running ?? session.running;
      return [];
    }
    const found = added(running, own, session.running);
    session.running = running ?? session.running;
    if (found === undefined) return [];
    session.events = (session.events ?? 0) + 1;
    const id = session.id && `${session.id}:${session.events}`;
    const counted = responseLeaves({
      input_tokens: found.input,
      output_tokens: found.output,
      total_tokens: found.total,
      input_tokens_details: { cached_tokens: found.cached_input, cache_write_tokens: found.cache_write_input },
      output_tokens_details: { reasoning_tokens: found.reasoning_output },
    });
    const columns = {
      ...moment(logged(timestamp)),
      service_provider_name: "OpenAI",
      model_id: session.model,
      source_record_id: id,
      application: "codex-cli",
      run_id: session.id,
      tags: { client_version: session.version },
      source_counters: counters({ last_token_usage: last }),
    };
    return [{ key: id, columns, others: [{ meter: "requests", quantity: ONE }], ...counted }];
  },
};
