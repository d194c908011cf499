/**
 * Columns without which a check has nothing to say of a record, so that columns that are absent cost nothing.
 *
 * What a predicate yields where a column is NULL follows from its tree: a comparison with NULL is NULL, and a condition
 * in AND that is not TRUE makes the whole not TRUE.
 */

/** @typedef {import("../standard.js").Requirement} Requirement */
/** @typedef {import("../tree.js").Node_} Node_ */

/** @type {ReadonlySet<string>} */
const NONE = new Set();

/**
 * @param {ReadonlySet<string>[]} sets
 * @returns {ReadonlySet<string>} what is in any of them
 */
function union(sets) {
  return new Set(sets.flatMap((set) => [...set]));
}

/**
 * @param {ReadonlySet<string>[]} sets
 * @returns {ReadonlySet<string>} what is in all of them
 */
function common(sets) {
  const [first = NONE, ...others] = sets;
  return new Set([...first].filter((name) => others.every((set) => set.has(name))));
}

/** The members of a node that make it NULL where they are. @type {Record<string, string[]>} */
const STRICT = {
  compare: ["left", "right"],
  add: ["left", "right"],
  subtract: ["left", "right"],
  multiply: ["left", "right"],
  microseconds_between: ["from", "to"],
  in: ["of"],
  starts_with: ["of"],
  matches: ["of"],
  not: ["of"],
  negate: ["of"],
  absolute: ["of"],
  modulo: ["of"],
  length: ["of"],
  truncate: ["of"],
};

/**
 * The columns that make a node NULL where they are.
 *
 * @param {Node_} node
 * @returns {ReadonlySet<string>}
 */
function nulling(node) {
  if (node.node === "column") return new Set([node.name]);
  if (node.node === "and" || node.node === "or" || node.node === "coalesce") return common(node.of.map(nulling));
  return union((STRICT[node.node] ?? []).map((member) => nulling(node[member])));
}

/**
 * The columns that keep a condition from being TRUE where they are NULL.
 *
 * @param {Node_} node
 * @returns {ReadonlySet<string>}
 */
function preventing(node) {
  if (node.node === "and") return union(node.of.map(preventing));
  if (node.node === "or") return common(node.of.map(preventing));
  if (node.node === "not" && node.of.node === "is_null") return nulling(node.of.of);
  return nulling(node);
}

/**
 * The columns all of which a record has to fill for a check to look at it, as long as none of its values is malformed.
 *
 * @param {Requirement} requirement
 * @returns {ReadonlySet<string>}
 */
export function needsOf({ check, columns }) {
  const where = check.where ? preventing(check.where.tree) : NONE;
  switch (check.kind) {
    case "row":
      return union([where, nulling(check.predicate.tree)]);
    case "unique":
      return union([where, new Set(check.columns ?? columns)]);
    case "references":
      return union([where, new Set([columns[0], ...(check.match ?? []).map((/** @type {string[]} */ [own]) => own)])]);
    case "quotient":
      return new Set([check.numerator, check.denominator, check.value]);
    case "acyclic":
      return new Set([check.from]);
    default:
      return where;
  }
}
