/** When something was: texts of instants in UTC, as the standard writes them. */

import { NumberText } from "../json.js";
import { Refused } from "./payload.js";

const WRITTEN =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]+))?)? ?(Z|UTC|[+-]00:?00)?$/;

/**
 * @param {any} text in UTC; what states no offset is taken to be
 * @returns {string}
 */
export function instant(text) {
  const found = WRITTEN.exec(String(text));
  if (found === null || Number.isNaN(Date.parse(`${found[1]}T${found[2] ?? "00:00:00"}Z`)))
    throw new Refused("A time is not readable, or not in UTC.");
  const fraction = (found[3] ?? "").slice(0, 6).replace(/0+$/, "");
  return `${found[1]}T${found[2] ?? "00:00:00"}${fraction && `.${fraction}`}Z`;
}

/**
 * @param {any} value whole seconds, milliseconds or nanoseconds since 1970
 * @param {bigint} [perSecond]
 */
export function sinceEpoch(value, perSecond = 1n) {
  const text = value instanceof NumberText ? value.text : String(value);
  if (!/^[0-9]{1,19}(\.0+)?$/.test(text)) throw new Refused("A time is not readable.");
  const units = BigInt(text.replace(/\..*/, ""));
  const start = new Date(Number(units / perSecond) * 1000).toISOString().slice(0, 19);
  const digits = perSecond.toString().length - 1;
  return instant(`${start}.${digits ? (units % perSecond).toString().padStart(digits, "0") : "0"}Z`);
}

/**
 * @param {string} start
 * @param {number} seconds
 */
export function later(start, seconds) {
  const [whole, fraction] = start.slice(0, -1).split(".");
  const end = new Date(Date.parse(`${whole}Z`) + seconds * 1000).toISOString().slice(0, 19);
  return `${end}${fraction ? `.${fraction}` : ""}Z`;
}

/** The period of what is known to have been at one moment only. @param {string} start */
export const moment = (start) => ({ charge_period_start: start, charge_period_end: later(start, 1) });

/** @param {any} date */
export const day = (date) => ({ charge_period_start: instant(date), charge_period_end: later(instant(date), 86_400) });
