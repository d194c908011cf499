/** The columns of a dataset as a form needs them, read from its schema. */

/** @typedef {Record<string, any>} Schema */
/**
 * @typedef {object} Column
 * @property {string} name
 * @property {string} description
 * @property {string} kind as the schema names it: string, integer, decimal, enum, map, ...
 * @property {string[] | null} choices of an enumeration
 * @property {unknown} example
 * @property {Record<string, string>} levels by profile
 * @property {string} group
 */

const COMMON = "common.schema.json";

/**
 * @param {Schema} schema of a dataset
 * @param {Schema} common definitions
 * @returns {Column[]}
 */
export function columnsOf(schema, common) {
  return Object.entries(schema.properties).map(([name, property]) => {
    const { description } = property;
    const whole = resolved(property, schema, common);
    const choices = /** @type {(string | null)[] | undefined} */ (whole.enum)?.filter((each) => each !== null);
    return {
      name,
      description,
      kind: whole["x-kind"] ?? "string",
      choices: /** @type {string[] | null} */ (choices ?? null),
      example: whole.examples?.[0],
      levels: whole["x-level"] ?? {},
      group: whole["x-group"] ?? "",
    };
  });
}

/**
 * A property with what the definitions that it refers to say.
 *
 * @param {Schema} property
 * @param {Schema} schema
 * @param {Schema} common
 * @returns {Schema}
 */
function resolved(property, schema, common) {
  const { $ref: reference, ...own } = property;
  if (reference === undefined) return own;
  const [file, pointer] = reference.split("#");
  const home = file === COMMON ? common : schema;
  const target = pointer
    .split("/")
    .slice(1)
    .reduce((/** @type {Schema} */ part, /** @type {string} */ name) => part[name], home);
  return { ...resolved(target, home, common), ...own };
}

/**
 * How much a profile asks for a column.
 *
 * @param {Column} column
 * @param {string} profile
 * @param {readonly string[]} profiles from the least demanding
 * @returns {string}
 */
export function levelOf({ levels }, profile, profiles) {
  const upTo = profiles.slice(0, profiles.indexOf(profile) + 1);
  return upTo.map((each) => levels[each]).findLast((level) => level !== undefined) ?? "optional";
}

const INTEGER = /^-?(?:0|[1-9][0-9]*)$/;
const STRUCTURE = /^\s*[[{]/;

/**
 * A value as a record writes it. What is not of the column's kind stands as text, for the validator to say so.
 *
 * @param {Column} column
 * @param {string} text
 * @returns {string} JSON
 */
export function written({ kind }, text) {
  if (kind === "integer" && INTEGER.test(text)) return text;
  if (kind === "boolean" && (text === "true" || text === "false")) return text;
  if ((kind === "map" || kind === "list") && STRUCTURE.test(text)) {
    try {
      JSON.parse(text);
      // As it was written, since a name that stands twice and all digits of a number are the validator's to judge.
      return text.trim().replace(/[\t\r\n]+/g, " ");
    } catch {
      return JSON.stringify(text);
    }
  }
  return JSON.stringify(text);
}

/**
 * A value of a record as a field shows it.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function asText(value) {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
