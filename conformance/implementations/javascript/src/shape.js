/** What the validators of shapes call, which `npm run build` makes from the schemas. */

/**
 * @param {string} text
 * @returns {number} of its code points
 */
export function length(text) {
  let count = text.length;
  for (let at = 1; at < text.length; at++) {
    if (isLow(text.charCodeAt(at)) && isHigh(text.charCodeAt(at - 1))) count--;
  }
  return count;
}

/** @param {number} unit */
function isHigh(unit) {
  return (unit & 0xfc00) === 0xd800;
}

/** @param {number} unit */
function isLow(unit) {
  return (unit & 0xfc00) === 0xdc00;
}

/**
 * Whether two JSON values are the same.
 *
 * @param {any} one
 * @param {any} other
 * @returns {boolean}
 */
export function equal(one, other) {
  if (one === other) return true;
  if (one === null || other === null || typeof one !== "object" || typeof other !== "object") return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && equal(one[name], other[name]))
  );
}
