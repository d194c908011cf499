/**
 * Exact numbers.
 *
 * A decimal column has a fixed number of digits after the point, and so has every node of a tree. A number is therefore
 * a BigInt that counts units of its last digit, and sums, differences and products are exact without any library.
 */

const LITERAL = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/;
const PLAIN_INTEGER = /^-?[0-9]{1,15}$/;

/** Of a JSON number; more digits than any column has room for, so that no text makes a number of unbounded size. */
const MOST_DIGITS = 400;

/**
 * A decimal in plain notation, counted in units of 10^-scale.
 *
 * @param {string} text without more than `scale` digits after the point, zeros aside
 * @param {number} scale
 * @returns {bigint}
 */
export function units(text, scale) {
  const point = text.indexOf(".");
  if (point < 0) return scale === 0 ? BigInt(text) : BigInt(text + "0".repeat(scale));
  const fraction = text.slice(point + 1, point + 1 + scale);
  return BigInt(text.slice(0, point) + fraction.padEnd(scale, "0"));
}

/**
 * The digits of a JSON number without trailing zeros, and the power of ten of the last of them.
 *
 * @param {string} literal
 */
function parts(literal) {
  const [, sign, whole, fraction = "", exponent = "0"] = /** @type {RegExpExecArray} */ (LITERAL.exec(literal));
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return { sign, significant, power: significant === "" ? 0 : power };
}

/**
 * A JSON number that is whole.
 *
 * @param {string} literal
 * @returns {bigint | undefined} undefined where it is not whole, or longer than any column allows
 */
export function whole(literal) {
  if (PLAIN_INTEGER.test(literal)) return BigInt(literal);
  const { sign, significant, power } = parts(literal);
  if (power < 0 || significant.length + power > MOST_DIGITS) return undefined;
  return BigInt(`${sign}${significant || "0"}${"0".repeat(power)}`);
}

/**
 * A binary number that a schema judges as it would the JSON number itself.
 *
 * It is whole exactly where the number is, and on the same side of every bound that is a whole number up to 2^53, which
 * all bounds of the schemas are. It is for judging shapes and for nothing else.
 *
 * @param {string} literal
 * @returns {number}
 */
export function projected(literal) {
  const nearest = Number(literal);
  if (PLAIN_INTEGER.test(literal)) return nearest;
  if (parts(literal).power >= 0) return Number.isFinite(nearest) ? nearest : Math.sign(nearest) * Number.MAX_VALUE;
  return Number.isInteger(nearest) ? 0.5 : nearest;
}

/**
 * A quotient, rounded half to even.
 *
 * @param {bigint} numerator in units of 10^-numeratorScale
 * @param {number} numeratorScale
 * @param {bigint} denominator in units of 10^-denominatorScale; not 0
 * @param {number} denominatorScale
 * @param {number} digits after the point
 * @returns {bigint} in units of 10^-digits
 */
export function quotient(numerator, numeratorScale, denominator, denominatorScale, digits) {
  const power = digits + denominatorScale - numeratorScale;
  const above = power > 0 ? numerator * 10n ** BigInt(power) : numerator;
  const below = power < 0 ? denominator * 10n ** BigInt(-power) : denominator;
  const sign = above < 0n !== below < 0n ? -1n : 1n;
  const [dividend, divisor] = [above < 0n ? -above : above, below < 0n ? -below : below];
  const whole = dividend / divisor;
  const twice = 2n * (dividend % divisor);
  const up = twice > divisor || (twice === divisor && whole % 2n === 1n);
  return sign * (up ? whole + 1n : whole);
}
