/** When something was: texts of instants in UTC, as the standard writes them. */

import { NumberText } from "../json.js";
import { number, Refused } from "./payload.js";

const WRITTEN =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ](([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])(?:[.]([0-9]{1,9}))?)? ?(?:(Z|z|UTC)|([+-])([0-9]{2}):?([0-9]{2}))?$/;
const [FIRST, LAST] = [0, Date.parse("9999-12-31T23:59:59Z")];
const MILLION = 1_000_000n;

/**
 * @param {number} milliseconds since 1970
 * @param {string} fraction digits of a second
 */
function written(milliseconds, fraction) {
  if (!(milliseconds >= FIRST && milliseconds <= LAST)) throw new Refused("A time is before 1970 or after 9999.");
  const kept = fraction.slice(0, 6).replace(/0+$/, "");
  return `${new Date(milliseconds).toISOString().slice(0, 19)}${kept && `.${kept}`}Z`;
}

/**
 * @param {any} text what states no offset is taken to be in UTC
 * @returns {string}
 */
export function instant(text) {
  const found = WRITTEN.exec(String(text).trim());
  if (found === null) throw new Refused("A time is not readable.");
  const [, date, time = "00:00:00", , fraction = "", , sign, hours = "0", minutes = "0"] = found;
  const local = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(local) || !new Date(local).toISOString().startsWith(date))
    throw new Refused("There is no such day.");
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return written(sign === "-" ? local + offset : local - offset, fraction);
}

/**
 * @param {any} value seconds, milliseconds or nanoseconds since 1970
 * @param {bigint} [perSecond]
 */
export function sinceEpoch(value, perSecond = 1n) {
  const found = number(value);
  if (found === undefined || found.above < 0n) throw new Refused("A time is not readable.");
  const micros = (found.above * MILLION) / (found.below * perSecond);
  return written(Number(micros / MILLION) * 1000, (micros % MILLION).toString().padStart(6, "0"));
}

const EXACT = /[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$/;

/** What states its offset. @param {any} text */
export function exact(text) {
  if (!EXACT.test(text)) throw new Refused("A time has an offset.");
  return instant(text);
}

/** A time as it comes: seconds since 1970 as a number or as its text, or words. @param {any} value */
export const stamp = (value) =>
  value instanceof NumberText || /^[0-9]+$/.test(value) ? sinceEpoch(value) : exact(value);

const ZERO = /^-?0+(?:[.]0*)?(?:[eE].*)?$/;
/** Whether a time is stated: programs that keep none write nothing, or 0. @param {any} value */
export const isTime = (value) =>
  value !== undefined && value !== null && value !== "" && !ZERO.test(value.text ?? value);

const SECONDS = /^[0-9-]{10}[Tt ][0-9:]{8}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})?$/;

/** A time in words that state the second, in UTC where they state no offset. @param {any} value */
export function said(value) {
  if (!SECONDS.test(String(value).trim())) throw new Refused("A time states its second.");
  return instant(value);
}

/** What a log says first: seconds since 1970 as a number, or words. @param {any[]} values */
export function logged(...values) {
  const stated = values.find(isTime);
  if (stated === undefined) throw new Refused("When it was is not known.");
  return stated instanceof NumberText ? sinceEpoch(stated) : said(stated);
}

/**
 * @param {string} start
 * @param {number} seconds
 */
export function later(start, seconds) {
  const [whole, fraction = ""] = start.slice(0, -1).split(".");
  return written(Date.parse(`${whole}Z`) + seconds * 1000, fraction);
}

/** The period of what is known to have been at one moment only. @param {string} start */
export const moment = (start) => ({ charge_period_start: start, charge_period_end: later(start, 1) });

/** @param {any} date */
export const day = (date) => ({ charge_period_start: instant(date), charge_period_end: later(instant(date), 86_400) });

/** The period of a bucket. @param {string} start @param {string} end */
export function period(start, end) {
  // Without their last letter instants have the order of time.
  if (start.slice(0, -1) >= end.slice(0, -1)) throw new Refused("A period ends before it begins.");
  return { charge_period_start: start, charge_period_end: end };
}
