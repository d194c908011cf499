/**
 * Strict JSON (RFC 8259) within the limits of I-JSON (RFC 7493).
 *
 * `JSON.parse` is strict about syntax, but keeps the last of two equal names and turns numbers into binary floats.
 */

import { projected } from "./decimal.js";
import { ownText } from "./texts.js";

/** @typedef {"record" | "duplicate_name" | "text"} JsonFault What is wrong with a text, as `fault` of a check names it. */
/** @typedef {{fault: JsonFault, detail: string | null}} Broken The same, and how it is wrong, which repeats nothing of the text. */
/** @typedef {string | boolean | null | NumberText | Nested} Value A member of a record. */

/** A number as it is written; no arithmetic has touched it. */
export class NumberText {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

/** An object or an array, as it is written and as a tree that a schema can judge. */
export class Nested {
  /**
   * @param {string} text
   * @param {object} value
   */
  constructor(text, value) {
    this.text = text;
    this.value = value;
  }
}

/**
 * A name that was met in a record, and the name that came behind it when it was met last. Records look alike, so the next
 * name is mostly known before it is read.
 *
 * @template Meaning
 */
export class Name {
  /**
   * @param {string} text
   * @param {Meaning} meaning what its reader makes of it
   */
  constructor(text, meaning) {
    this.text = text;
    this.meaning = meaning;
    /** @type {Name<Meaning> | undefined} */
    this.next = undefined;
  }
}

/** Of names that are remembered; an input can make up as many as it likes. */
const MOST_NAMES = 1000;

/** @template Meaning */
export class Names {
  /** @param {(text: string) => Meaning} meaning */
  constructor(meaning) {
    this.meaning = meaning;
    /** @type {Map<string, Name<Meaning>>} */
    this.known = new Map();
    /** Before the first name of a record. */
    this.start = new Name("", meaning(""));
  }

  /**
   * @param {string} text
   * @returns {Name<Meaning>}
   */
  find(text) {
    let name = this.known.get(text);
    if (!name) {
      name = new Name(ownText(text), this.meaning(text));
      if (this.known.size < MOST_NAMES) this.known.set(name.text, name);
    }
    return name;
  }
}

/** Deeper than anything that a record has to say; a limit keeps hostile texts from exhausting the stack. */
export const DEEPEST = 500;

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const NO_NUMBER = /^-?(?:NaN|Infinity)/;
const [TAB, LINE_FEED, RETURN, SPACE, QUOTE, COMMA, MINUS, COLON] = [9, 10, 13, 32, 34, 44, 45, 58];
const [LEFT_BRACKET, BACKSLASH, RIGHT_BRACKET, LEFT_BRACE, RIGHT_BRACE] = [91, 92, 93, 123, 125];

/** Thrown and caught in this module alone: the text is not JSON. */
const NOT_JSON = Symbol("not JSON");

class Reader {
  /**
   * @param {string} text
   * @param {number} [deepest]
   */
  constructor(text, deepest = DEEPEST) {
    this.text = text;
    this.deepest = deepest;
    this.at = 0;
    this.duplicate = false;
    this.tooDeep = false;
    this.unpaired = false;
  }

  space() {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== SPACE && code !== TAB && code !== LINE_FEED && code !== RETURN) return code;
      this.at++;
    }
  }

  /** @param {number} code */
  expect(code) {
    if (this.space() !== code) throw NOT_JSON;
    this.at++;
  }

  string() {
    const { text } = this;
    const start = this.at + 1;
    let escaped = false;
    for (let at = start; ; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        const value = escaped ? this.unescaped(text.slice(start - 1, at + 1)) : text.slice(start, at);
        this.at = at + 1;
        return value;
      }
      if (code === BACKSLASH) {
        escaped = true;
        at++;
      } else if (!(code >= SPACE)) {
        throw NOT_JSON;
      }
    }
  }

  /** @param {string} literal */
  unescaped(literal) {
    try {
      const value = JSON.parse(literal);
      if (!value.isWellFormed()) this.unpaired = true;
      return value;
    } catch {
      throw NOT_JSON;
    }
  }

  number() {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (!found) throw NOT_JSON;
    this.at = NUMBER.lastIndex;
    return found[0];
  }

  word() {
    for (const [word, value] of /** @type {const} */ ([
      ["true", true],
      ["false", false],
      ["null", null],
    ])) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    throw NOT_JSON;
  }

  /**
   * A member of a record.
   *
   * @returns {Value}
   */
  value() {
    const code = this.space();
    if (code === QUOTE) return this.string();
    if (code === MINUS || (code >= 48 && code <= 57)) return new NumberText(this.number());
    if (code !== LEFT_BRACE && code !== LEFT_BRACKET) return this.word();
    const start = this.at;
    const value = this.nested(2);
    return new Nested(this.text.slice(start, this.at), value);
  }

  /**
   * What stands in an object or an array.
   *
   * @param {number} depth
   * @returns {any}
   */
  inner(depth) {
    const code = this.space();
    if (code === QUOTE) return this.string();
    if (code === LEFT_BRACE || code === LEFT_BRACKET) return this.nested(depth);
    if (code === MINUS || (code >= 48 && code <= 57)) return projected(this.number());
    return this.word();
  }

  /** @param {number} depth */
  nested(depth) {
    if (depth > this.deepest) {
      this.tooDeep = true;
      throw NOT_JSON;
    }
    return this.text.charCodeAt(this.at) === LEFT_BRACE ? this.object(depth) : this.array(depth);
  }

  /** @param {number} depth */
  array(depth) {
    /** @type {unknown[]} */
    const members = [];
    this.at++;
    if (this.space() === RIGHT_BRACKET) {
      this.at++;
      return members;
    }
    for (;;) {
      members.push(this.inner(depth + 1));
      if (!this.another(RIGHT_BRACKET)) return members;
    }
  }

  /** @param {number} depth */
  object(depth) {
    /** @type {Record<string, unknown>} */
    const members = Object.create(null);
    this.members((name) => {
      if (name in members) this.duplicate = true;
      members[name] = this.inner(depth + 1);
    });
    return members;
  }

  /**
   * A name, which is most probably the one behind the last.
   *
   * @template Meaning
   * @param {Names<Meaning>} names
   * @param {Name<Meaning>} last
   * @returns {Name<Meaning>}
   */
  name(names, last) {
    const { text, at } = this;
    const guess = last.next;
    if (guess) {
      const end = at + 1 + guess.text.length;
      if (text.charCodeAt(end) === QUOTE && text.startsWith(guess.text, at + 1)) {
        this.at = end + 1;
        return guess;
      }
    }
    const name = names.find(this.string());
    last.next = name;
    return name;
  }

  /**
   * The members of a record.
   *
   * @template Meaning
   * @param {Names<Meaning>} names
   * @param {(name: Name<Meaning>, value: Value) => boolean} put
   */
  record(names, put) {
    this.at++;
    if (this.space() === RIGHT_BRACE) {
      this.at++;
      return;
    }
    let name = names.start;
    do {
      if (this.space() !== QUOTE) throw NOT_JSON;
      name = this.name(names, name);
      this.expect(COLON);
      if (!put(name, this.value())) this.duplicate = true;
    } while (this.another(RIGHT_BRACE));
  }

  /** @param {(name: string) => void} member called at each value, which it reads */
  members(member) {
    this.at++;
    if (this.space() === RIGHT_BRACE) {
      this.at++;
      return;
    }
    do {
      if (this.space() !== QUOTE) throw NOT_JSON;
      const name = this.string();
      this.expect(COLON);
      member(name);
    } while (this.another(RIGHT_BRACE));
  }

  /** @param {number} end */
  another(end) {
    const code = this.space();
    if (code !== COMMA && code !== end) throw NOT_JSON;
    this.at++;
    return code === COMMA;
  }

  /** @returns {JsonFault | null} */
  end() {
    if (!Number.isNaN(this.space())) throw NOT_JSON;
    return this.duplicate ? "duplicate_name" : this.unpaired ? "text" : null;
  }

  /** Why the text is no JSON, once that was thrown. */
  why() {
    if (this.tooDeep) return "it is nested too deeply";
    if (NO_NUMBER.test(this.text.slice(this.at, this.at + 9))) return "it holds NaN or Infinity, which are not JSON";
    if (this.at >= this.text.length) return "the line ends before its object does";
    return `it is no JSON from character ${this.at + 1} on`;
  }
}

/**
 * Read a text that holds one record.
 *
 * @template Meaning
 * @param {string} text
 * @param {Names<Meaning>} names
 * @param {(name: Name<Meaning>, value: Value) => boolean} put called with each member; false says that the name is there
 *   twice
 * @returns {Broken | null}
 */
export function readRecord(text, names, put) {
  const reader = new Reader(text);
  const isObject = reader.space() === LEFT_BRACE;
  try {
    if (isObject) reader.record(names, put);
    else reader.value();
    const fault = reader.end();
    if (fault !== null) return { fault, detail: null };
    return isObject ? null : { fault: "record", detail: "the line holds no JSON object" };
  } catch (error) {
    if (error === NOT_JSON) return { fault: "record", detail: reader.why() };
    throw error;
  }
}

/**
 * The value of a text that holds one JSON value.
 *
 * @param {string} text
 * @returns {Value | undefined} undefined where the text is no strict JSON
 */
export function readValue(text) {
  const reader = new Reader(text);
  try {
    const value = reader.value();
    return reader.end() === null ? value : undefined;
  } catch (error) {
    if (error === NOT_JSON) return undefined;
    throw error;
  }
}

/**
 * The members of an object or of an array that a text holds, as they are written.
 *
 * @param {string} text of strict JSON; what stands in it is not judged
 * @returns {[string, string][]} names, or places in an array, and texts
 */
export function parts(text) {
  const reader = new Reader(text, 2 * DEEPEST);
  /** @type {[string, string][]} */
  const found = [];
  const take = (/** @type {string} */ name) => {
    reader.space();
    const start = reader.at;
    reader.value();
    found.push([name, text.slice(start, reader.at)]);
  };
  if (reader.space() === LEFT_BRACE) {
    reader.members(take);
  } else {
    reader.expect(LEFT_BRACKET);
    if (reader.space() === RIGHT_BRACKET) return found;
    do take(String(found.length));
    while (reader.another(RIGHT_BRACKET));
  }
  return found;
}
