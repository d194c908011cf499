/** The columns of a dataset: which names there are, what shape a value has, and what predicates make of it. */

import { units, whole } from "./decimal.js";
import { instant } from "./instant.js";
import { ownText } from "./texts.js";
import { Nested, NumberText, readValue } from "./json.js";
import { projected } from "./decimal.js";

/** @typedef {import("./json.js").Value} Value */
/** @typedef {import("./ownership.js").Ownership} Ownership */
/** @typedef {import("./row.js").Row} Row */
/** @typedef {import("./ownership.js").Validator} Validator */

/** The one column whose list of values is about the input, not about the value. */
export const VERSION_COLUMN = "spec_version";

const CSV_INTEGER = /^-?(?:0|[1-9][0-9]*)$/;

/**
 * Values of good shape that were met before, with what predicates read: most columns have few values, and records that
 * belong together repeat the others.
 */
class Known {
  /** @type {Map<string, any> | null} */
  values = new Map();
  last = "";
  /** @type {any} */
  lastValue = undefined;
  found = 0;
  missed = 0;

  /** @param {string} text */
  get(text) {
    if (text === this.last) return this.lastValue;
    if (this.values === null) return undefined;
    const value = this.values.get(text);
    if (value === undefined) this.missed++;
    else this.found++;
    return value;
  }

  /**
   * @param {string} text
   * @param {any} value
   */
  add(text, value) {
    this.last = text;
    this.lastValue = value;
    if (this.values === null) return;
    if (this.values.size < MOST_KNOWN)
      this.values.set(ownText(text), typeof value === "string" ? ownText(value) : value);
    else if (this.missed > this.found) this.values = null;
  }
}

/** Of a column; beyond, it is not one of few values. */
const MOST_KNOWN = 500;

export class Column {
  /**
   * @param {string} name
   * @param {number} at its place among the columns
   * @param {Validator} validate
   * @param {{owners: Set<string>, notes: Record<string, any>}} judging
   * @param {boolean} read whether a check looks at its values
   */
  constructor(name, at, validate, judging, read) {
    this.name = name;
    this.at = at;
    this.validate = validate;
    /** What a member of a list looks like, where it is an object with names of its own. @type {Dataset | undefined} */
    this.entry = undefined;
    /** The requirements that each of its values is evaluated on. */
    this.owners = judging.owners;
    /** @type {string} */
    this.kind = judging.notes["x-kind"];
    /** @type {number} */
    this.scale = judging.notes["x-scale"] ?? 0;
    this.read = read;
    this.known = new Known();
    this.convert = read ? (CONVERSIONS[this.kind] ?? ((/** @type {any} */ value) => value)) : () => true;
  }

  /**
   * What can be remembered of a value: its text, where texts of this column are of one type.
   *
   * @param {Value} stated
   * @returns {string | undefined}
   */
  textOf(stated) {
    if (this.kind === "integer") return stated instanceof NumberText ? stated.text : undefined;
    return typeof stated === "string" ? stated : undefined;
  }

  /**
   * A cell of CSV as the value that it stands for.
   *
   * @param {string} cell
   * @returns {Value}
   */
  fromCell(cell) {
    switch (this.kind) {
      case "integer":
        return CSV_INTEGER.test(cell) ? new NumberText(cell) : cell;
      case "boolean":
        return cell === "true" ? true : cell === "false" ? false : cell;
      case "map":
      case "list": {
        // The text `null` is no map and no list; a cell without a value is empty.
        const value = readValue(cell);
        return value instanceof Nested ? value : cell;
      }
      default:
        return cell;
    }
  }
}

/** What predicates read, from a value of good shape. @type {Record<string, (value: any, column: Column) => any>} */
const CONVERSIONS = {
  decimal: (value, column) => units(value, column.scale),
  integer: (value) => whole(value.text),
  timestamp: (value) => instant(value),
  // Members in any order are the same list.
  list: (value) => JSON.stringify(value.value.map((/** @type {any} */ each) => JSON.stringify(each)).sort()),
  map: (value) => value.text,
};

export class Dataset {
  /**
   * @param {string} name
   * @param {{file: string, path: string[]}} where its schema is
   * @param {Ownership} ownership
   * @param {ReadonlySet<string>} read names of columns that checks look at
   */
  constructor(name, where, ownership, read) {
    const schema = ownership.part(where);
    const owner = (/** @type {string} */ keyword) =>
      /** @type {string} */ (ownership.owner({ file: where.file, path: [...where.path, keyword] }));
    this.name = name;
    this.ownership = ownership;
    this.requiredOwner = owner("required");
    this.unknownOwner = owner("additionalProperties");
    this.custom = Object.keys(schema.patternProperties ?? {}).map((pattern) => new RegExp(pattern, "u"));
    this.columns = Object.keys(schema.properties).map((column, at) => {
      const place = { file: where.file, path: [...where.path, "properties", column] };
      return new Column(column, at, ownership.validator(place), ownership.judging(place), read.has(column));
    });
    for (const column of this.columns) {
      const entry = ownership.entryOf({ file: where.file, path: [...where.path, "properties", column.name] });
      if (entry) column.entry = new Dataset(name, entry, ownership, read);
    }
    /** @type {Map<string, Column>} */
    this.byName = new Map(this.columns.map((column) => [column.name, column]));
    this.required = /** @type {string[]} */ (schema.required ?? []).map((column) => this.at(column));
    this.width = this.columns.length;
    this.hasEntries = this.columns.some((column) => column.entry);
    /** The column that identifies a record: the one that all records need and no other may have. */
    this.identifier = this.byName.get("record_id") ?? this.byName.get(`${name}_id`);
  }

  /**
   * @param {string} name
   * @returns {number}
   */
  at(name) {
    const column = this.byName.get(name);
    if (!column) throw new Error(`The dataset ${this.name} has no column ${name}.`);
    return column.at;
  }

  /**
   * Whether a name may stand in a record.
   *
   * @param {string} name
   */
  isCustom(name) {
    return this.custom.some((pattern) => pattern.test(name));
  }

  /**
   * Judge the values of a row, and put them into the form that predicates read.
   *
   * @param {Row} row
   * @param {(requirement: string, column: Column) => void} report
   */
  judge(row, report) {
    for (const at of row.present) {
      const column = this.columns[at];
      const stated = /** @type {Value} */ (row.stated[at]);
      const text = column.textOf(stated);
      const known = text === undefined ? undefined : column.known.get(text);
      if (known !== undefined) {
        row.values[at] = known;
      } else if (column.validate(judged(stated))) {
        const value = column.convert(stated, column);
        row.values[at] = value;
        if (text !== undefined) column.known.add(text, value);
      } else {
        this.refuse(row, column, report);
      }
    }
  }

  /**
   * @param {Row} row
   * @param {Column} column
   * @param {(requirement: string, column: Column) => void} report
   */
  refuse(row, column, report) {
    let errors = column.validate.errors ?? [];
    if (column.name === VERSION_COLUMN) {
      // What is malformed is no version, and is looked up in no list of them.
      errors = errors.filter((error) => error.keyword !== "enum");
      if (errors.length === 0) {
        // A version like any other; whether it should stand here depends on what the other records state.
        row.values[column.at] = row.stated[column.at];
        return;
      }
    }
    const owners = new Set();
    for (const error of errors) {
      if (column.entry && isWithinEntry(error)) continue;
      const owner = this.ownership.ownerOfError(error);
      if (owner) owners.add(owner);
    }
    row.malformed.push(column.at);
    for (const owner of owners) report(owner, column);
  }
}

/**
 * Whether an error is about a member of an object in a list, which is judged by itself.
 *
 * @param {import("./ownership.js").ShapeError} error
 */
function isWithinEntry({ instancePath, keyword }) {
  const depth = instancePath.split("/").length - 1;
  return depth > 1 || (depth === 1 && keyword !== "type");
}

/**
 * @param {Value} value
 * @returns {unknown} the value as a schema sees it
 */
function judged(value) {
  if (typeof value === "string") return value;
  if (value instanceof NumberText) return projected(value.text);
  return value instanceof Nested ? value.value : value;
}
