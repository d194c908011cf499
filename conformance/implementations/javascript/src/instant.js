/**
 * Instants in UTC, as texts that have the order of time: `2026-08-31T08:00:00.5`, without `Z` and without zeros at the
 * end of the fraction. The text before a fraction has a fixed width, so texts compare as instants do.
 */

const SECONDS_WIDTH = 19;

/**
 * @param {string} timestamp whose shape a schema has found good
 * @returns {string}
 */
export function instant(timestamp) {
  if (timestamp.length === SECONDS_WIDTH + 1) return timestamp.slice(0, SECONDS_WIDTH);
  const text = timestamp.slice(0, -1).replace(/0+$/, "");
  return text.length === SECONDS_WIDTH + 1 ? text.slice(0, SECONDS_WIDTH) : text;
}

/**
 * Microseconds since 1970.
 *
 * @param {string} text an instant
 * @returns {bigint}
 */
export function microseconds(text) {
  const milliseconds = Date.parse(`${text.slice(0, SECONDS_WIDTH)}Z`);
  const fraction = text.slice(SECONDS_WIDTH + 1).padEnd(6, "0");
  return BigInt(milliseconds) * 1000n + BigInt(fraction);
}

const KEPT = { hour: [13, ":00:00"], day: [10, "T00:00:00"], month: [7, "-01T00:00:00"] };

/**
 * The start of the hour, day or month in which an instant lies.
 *
 * @param {string} text an instant
 * @param {"hour" | "day" | "month"} unit
 * @returns {string}
 */
export function truncated(text, unit) {
  const [width, rest] = KEPT[unit];
  return text.slice(0, /** @type {number} */ (width)) + rest;
}
