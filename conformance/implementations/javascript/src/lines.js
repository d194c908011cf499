/** Bytes to lines: split at line feeds, bounded in memory. */

/** Of a line, in bytes, its line break not counted. */
export const LONGEST_LINE = 16 * 1024 * 1024;

const LINE_FEED = 10;
const RETURN = 13;
const MARK = [0xef, 0xbb, 0xbf];

/** @typedef {(line: Uint8Array | null, number: number, ended: boolean) => void} OnLine null is a line that is too long; `ended` says whether a line feed follows */

export class Lines {
  /**
   * @param {OnLine} onLine
   * @param {() => void} onMark called where the bytes begin with a byte order mark
   */
  constructor(onLine, onMark) {
    this.onLine = onLine;
    this.onMark = onMark;
    this.number = 0;
    /** What is known of the line that goes on. @type {Uint8Array[]} */
    this.held = [];
    this.heldLength = 0;
    /** The first bytes, until there are enough to tell a byte order mark. @type {Uint8Array | null} */
    this.head = new Uint8Array(0);
  }

  /** @param {Uint8Array} chunk */
  push(chunk) {
    if (this.head) {
      this.head = joined([this.head, chunk]);
      if (this.head.length >= MARK.length) this.begin();
    } else {
      this.split(chunk);
    }
  }

  /** The first bytes are there, or all of them. */
  begin() {
    const head = /** @type {Uint8Array} */ (this.head);
    this.head = null;
    const marked = MARK.every((byte, at) => head[at] === byte);
    if (marked) this.onMark();
    this.split(marked ? head.subarray(MARK.length) : head);
  }

  /** @param {Uint8Array} chunk */
  split(chunk) {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end < 0) break;
      this.finish(chunk.subarray(start, end), true);
      start = end + 1;
    }
    this.hold(chunk.subarray(start));
  }

  /** @param {Uint8Array} part */
  hold(part) {
    this.heldLength += part.length;
    // One byte more may be the carriage return of the line break.
    if (this.heldLength > LONGEST_LINE + 1) this.held = [];
    else if (part.length > 0) this.held.push(part);
  }

  /**
   * @param {Uint8Array} part
   * @param {boolean} ended
   */
  finish(part, ended) {
    this.number++;
    const length = this.heldLength + part.length;
    let line = null;
    if (length <= LONGEST_LINE + 1) {
      line = this.held.length > 0 ? joined([...this.held, part]) : part;
      if (length > LONGEST_LINE && !(ended && line[length - 1] === RETURN)) line = null;
    }
    this.held = [];
    this.heldLength = 0;
    this.onLine(line, this.number, ended);
  }

  end() {
    if (this.head) this.begin();
    if (this.heldLength > 0) this.finish(new Uint8Array(0), false);
  }
}

/**
 * @param {Uint8Array[]} parts
 * @returns {Uint8Array}
 */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LENIENT = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * @param {Uint8Array} bytes
 * @returns {{text: string, wellFormed: boolean}}
 */
export function decoded(bytes) {
  try {
    return { text: STRICT.decode(bytes), wellFormed: true };
  } catch {
    return { text: LENIENT.decode(bytes), wellFormed: false };
  }
}

/**
 * Whether bytes begin with the byte order mark of UTF-16.
 *
 * @param {Uint8Array} bytes
 */
export function isForeign(bytes) {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}
