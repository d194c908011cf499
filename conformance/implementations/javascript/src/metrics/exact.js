/** Exact fractions, and how they are stated. */

const DIGITS = 18;

/** @param {bigint} one @param {bigint} other @returns {bigint} */
function gcd(one, other) {
  while (other !== 0n) [one, other] = [other, one % other];
  return one < 0n ? -one : one;
}

/** A fraction with a denominator above 0, in lowest terms. */
export class Fraction {
  /**
   * @param {bigint} above
   * @param {bigint} [below]
   */
  constructor(above, below = 1n) {
    if (below === 0n) throw new RangeError("A fraction has a denominator other than 0.");
    const common = gcd(above, below) * (below < 0n ? -1n : 1n);
    this.above = above / common;
    this.below = below / common;
  }

  /**
   * @param {string | number | bigint} value a decimal in plain notation
   * @returns {Fraction}
   */
  static of(value) {
    const [whole, behind = ""] = String(value).split(".");
    return new Fraction(BigInt(whole + behind), 10n ** BigInt(behind.length));
  }

  /** @param {Fraction} other */
  plus(other) {
    return new Fraction(this.above * other.below + other.above * this.below, this.below * other.below);
  }

  /** @param {Fraction} other */
  minus(other) {
    return this.plus(new Fraction(-other.above, other.below));
  }

  /** @param {Fraction} other */
  times(other) {
    return new Fraction(this.above * other.above, this.below * other.below);
  }

  /**
   * @param {Fraction} other
   * @returns {Fraction | null} null where the other one is 0
   */
  over(other) {
    return other.above === 0n ? null : new Fraction(this.above * other.below, this.below * other.above);
  }

  get isZero() {
    return this.above === 0n;
  }

  /**
   * The nearest fraction with 18 digits after the point, of two the one whose last digit is even.
   *
   * @returns {Fraction}
   */
  rounded() {
    const unit = 10n ** BigInt(DIGITS);
    const [size, sign] = this.above < 0n ? [-this.above, -1n] : [this.above, 1n];
    const [whole, rest] = [(size * unit) / this.below, (size * unit) % this.below];
    const up = 2n * rest > this.below || (2n * rest === this.below && whole % 2n === 1n);
    return new Fraction(sign * (up ? whole + 1n : whole), unit);
  }

  /** Decimal text without trailing zeros. */
  toString() {
    const { above, below } = this.rounded();
    const digits = ((above < 0n ? -above : above) * (10n ** BigInt(DIGITS) / below))
      .toString()
      .padStart(DIGITS + 1, "0");
    const text = `${digits.slice(0, -DIGITS)}.${digits.slice(-DIGITS)}`.replace(/[.]?0+$/, "");
    return above < 0n ? `-${text}` : text;
  }
}

export const ZERO = new Fraction(0n);
export const ONE = new Fraction(1n);

/**
 * Which of two values is the greater; null is greater than any.
 *
 * @param {Fraction | null} one
 * @param {Fraction | null} other
 * @returns {number}
 */
export function order(one, other) {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  const [left, right] = [one.above * other.below, other.above * one.below];
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * @param {Iterable<Fraction>} values
 * @returns {Fraction}
 */
export function sum(values) {
  let total = ZERO;
  for (const value of values) total = total.plus(value);
  return total;
}

/**
 * @param {bigint} square
 * @returns {bigint} its root, cut off
 */
export function root(square) {
  if (square < 2n) return square;
  let found = 1n << BigInt((square.toString(2).length / 2 + 1) | 0);
  for (;;) {
    const next = (found + square / found) >> 1n;
    if (next >= found) return found;
    found = next;
  }
}
