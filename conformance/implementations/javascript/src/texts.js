/**
 * Texts that are kept.
 *
 * What an engine cuts out of a line, or puts together from such parts, holds the whole line in memory as long as it lives.
 */

/**
 * A text that was put together, as one of its own.
 *
 * @param {string} text
 * @returns {string}
 */
export function settled(text) {
  // To look at a character, an engine puts all of them in a row.
  text.charCodeAt(0);
  return text;
}

/**
 * A copy of a text that was cut out of another one.
 *
 * @param {string} text
 * @returns {string}
 */
export function ownText(text) {
  return settled(` ${text}`).slice(1);
}
