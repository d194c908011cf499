/**
 * Predicates: a published tree becomes a function of a record.
 *
 * NULL is `undefined` throughout. Numbers are BigInts in units of the scale that their node states, instants are texts
 * that have the order of time; both come from the record in that form.
 */

import { units } from "./decimal.js";
import { microseconds, truncated } from "./instant.js";

/** @typedef {import("./row.js").Row} Row */
/** @typedef {string | bigint | boolean | undefined} Term */
/** @typedef {(row: Row, named?: Row) => any} Function_ A compiled node. */
/** @typedef {(row: Row, named?: Row) => boolean | undefined} Predicate */
/** @typedef {Record<string, any> & {node: string}} Node_ A node of a tree, as the schema of trees describes it. */
/** @typedef {(name: string) => number} Locate The place of a column among the values of a row. */

/** The columns of the record that another one names begin so. */
const NAMED = "named__";

/**
 * @param {Node_} tree
 * @param {Locate} own
 * @param {Locate} [ofNamed] of the record that another one names
 * @returns {Predicate}
 */
export function compile(tree, own, ofNamed) {
  return new Compiler(own, ofNamed).compiled(tree);
}

/**
 * The columns that a tree reads, those of a named record with their prefix.
 *
 * @param {unknown} tree
 * @param {Set<string>} [found]
 * @returns {Set<string>}
 */
export function columnsOf(tree, found = new Set()) {
  if (Array.isArray(tree)) {
    for (const each of tree) columnsOf(each, found);
  } else if (tree !== null && typeof tree === "object") {
    const node = /** @type {Record<string, unknown>} */ (tree);
    if (node.node === "column") found.add(String(node.name));
    for (const each of Object.values(node)) columnsOf(each, found);
  }
  return found;
}

/**
 * Columns, apart by the record that has them.
 *
 * @param {Iterable<string>} names
 * @returns {{own: string[], named: string[]}}
 */
export function apart(names) {
  const all = [...names];
  return {
    own: all.filter((name) => !name.startsWith(NAMED)),
    named: all.filter((name) => name.startsWith(NAMED)).map((name) => name.slice(NAMED.length)),
  };
}

class Compiler {
  /**
   * @param {Locate} own
   * @param {Locate} [ofNamed]
   */
  constructor(own, ofNamed) {
    this.own = own;
    this.ofNamed = ofNamed;
  }

  /**
   * @param {Node_} node
   * @returns {Function_}
   */
  compiled(node) {
    const make = NODES[node.node];
    if (!make) throw new Error(`A tree has a node of kind ${node.node}, which this version does not know.`);
    return make(node, this);
  }

  /**
   * @param {Node_[]} nodes
   * @returns {Function_[]}
   */
  all(nodes) {
    return nodes.map((node) => this.compiled(node));
  }

  /**
   * A number in units of another scale than that of its node.
   *
   * @param {Node_} node
   * @param {number} scale not smaller than that of the node
   * @returns {Function_}
   */
  scaled(node, scale) {
    const number = this.compiled(node);
    if (node.scale === scale) return number;
    const factor = 10n ** BigInt(scale - node.scale);
    return (row, named) => {
      const value = number(row, named);
      return value === undefined ? undefined : value * factor;
    };
  }

  /**
   * Two values in one form, so that `===` and `<` mean what they say.
   *
   * @param {Node_} left
   * @param {Node_} right
   * @returns {[Function_, Function_]}
   */
  pair(left, right) {
    if (left.scale === undefined || right.scale === undefined) return [this.compiled(left), this.compiled(right)];
    const scale = Math.max(left.scale, right.scale);
    return [this.scaled(left, scale), this.scaled(right, scale)];
  }
}

/** @type {Record<string, (left: any, right: any) => boolean>} */
const COMPARISONS = {
  "=": (left, right) => left === right,
  "<>": (left, right) => left !== right,
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
};

/**
 * @param {Node_} node
 * @param {Compiler} compiler
 * @returns {Function_}
 */
function compare(node, compiler) {
  const [left, right] = compiler.pair(node.left, node.right);
  const holds = COMPARISONS[node.operator];
  if (!holds) throw new Error(`A tree compares by ${node.operator}, which this version does not know.`);
  return (row, named) => {
    const first = left(row, named);
    if (first === undefined) return undefined;
    const second = right(row, named);
    return second === undefined ? undefined : holds(first, second);
  };
}

/**
 * AND and OR: `decisive` decides alone, and NULL does before its opposite.
 *
 * @param {boolean} decisive
 * @returns {(node: Node_, compiler: Compiler) => Function_}
 */
function junction(decisive) {
  return (node, compiler) => {
    const conditions = compiler.all(node.of);
    return (row, named) => {
      /** @type {boolean | undefined} */
      let result = !decisive;
      for (let at = 0; at < conditions.length; at++) {
        const each = conditions[at](row, named);
        if (each === decisive) return decisive;
        if (each === undefined) result = undefined;
      }
      return result;
    };
  };
}

/**
 * @param {Node_} node
 * @param {Compiler} compiler
 * @returns {Function_}
 */
function cases(node, compiler) {
  const when = compiler.all(node.branches.map((/** @type {any} */ branch) => branch.when));
  const then = compiler.all(node.branches.map((/** @type {any} */ branch) => branch.then));
  const otherwise = node.else ? compiler.compiled(node.else) : () => undefined;
  return (row, named) => {
    for (let at = 0; at < when.length; at++) if (when[at](row, named) === true) return then[at](row, named);
    return otherwise(row, named);
  };
}

/**
 * @param {Node_} node
 * @param {Compiler} compiler
 * @returns {Function_}
 */
function coalesce(node, compiler) {
  const values = node.of.map((/** @type {Node_} */ each) =>
    node.scale === undefined ? compiler.compiled(each) : compiler.scaled(each, node.scale),
  );
  return (row, named) => {
    for (const each of values) {
      const value = each(row, named);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

/**
 * @param {Node_} node
 * @param {Compiler} compiler
 * @returns {Function_}
 */
function column(node, compiler) {
  if (node.name.startsWith(NAMED) && compiler.ofNamed) {
    const at = compiler.ofNamed(node.name.slice(NAMED.length));
    return (_, named) => /** @type {Row} */ (named).values[at];
  }
  const at = compiler.own(node.name);
  return (row) => row.values[at];
}

/**
 * The operand in units of the result.
 *
 * @param {Node_} node
 * @param {Compiler} compiler
 * @returns {Function_}
 */
function inItsScale(node, compiler) {
  return compiler.scaled(node.of, node.scale);
}

/**
 * @param {(value: any) => any} result of a value that is not NULL
 * @param {(node: Node_, compiler: Compiler) => Function_} operand
 * @returns {(node: Node_, compiler: Compiler) => Function_}
 */
function unary(result, operand = (node, compiler) => compiler.compiled(node.of)) {
  return (node, compiler) => {
    const of = operand(node, compiler);
    return (row, named) => {
      const value = of(row, named);
      return value === undefined ? undefined : result(value);
    };
  };
}

/**
 * @param {(left: any, right: any) => any} result of two values that are not NULL
 * @param {(node: Node_, compiler: Compiler) => [Function_, Function_]} operands
 * @returns {(node: Node_, compiler: Compiler) => Function_}
 */
function binary(result, operands) {
  return (node, compiler) => {
    const [left, right] = operands(node, compiler);
    return (row, named) => {
      const first = left(row, named);
      if (first === undefined) return undefined;
      const second = right(row, named);
      return second === undefined ? undefined : result(first, second);
    };
  };
}

/**
 * Both operands in units of the result.
 *
 * @param {Node_} node
 * @param {Compiler} compiler
 * @returns {[Function_, Function_]}
 */
function inOneScale(node, compiler) {
  return [compiler.scaled(node.left, node.scale), compiler.scaled(node.right, node.scale)];
}

/** @type {Record<string, (node: Node_, compiler: Compiler) => Function_>} */
const NODES = {
  and: junction(false),
  or: junction(true),
  not: unary((value) => !value),
  compare,
  distinct(node, compiler) {
    const [left, right] = compiler.pair(node.left, node.right);
    return (row, named) => left(row, named) !== right(row, named);
  },
  is_null(node, compiler) {
    const of = compiler.compiled(node.of);
    return (row, named) => of(row, named) === undefined;
  },
  in(node, compiler) {
    const values = new Set(node.values);
    return unary((value) => values.has(value))(node, compiler);
  },
  case: cases,
  starts_with: (node, compiler) => unary((value) => value.startsWith(node.prefix))(node, compiler),
  matches(node, compiler) {
    // Without the flag m, `^` and `$` are the ends of the text, also where it ends in a line break.
    const pattern = new RegExp(`^(?:${node.pattern})$`);
    return unary((value) => pattern.test(value))(node, compiler);
  },
  column,
  constant(node) {
    const value = node.scale === undefined ? node.value : units(node.value, node.scale);
    return () => value;
  },
  coalesce,
  add: binary((left, right) => left + right, inOneScale),
  subtract: binary((left, right) => left - right, inOneScale),
  multiply(node, compiler) {
    const excess = node.left.scale + node.right.scale - node.scale;
    if (excess > 0) throw new Error("A product in a tree has fewer digits after the point than its factors together.");
    const factor = 10n ** BigInt(-excess);
    return binary(
      (/** @type {bigint} */ left, /** @type {bigint} */ right) => left * right * factor,
      () => [compiler.compiled(node.left), compiler.compiled(node.right)],
    )(node, compiler);
  },
  negate: unary((value) => -value, inItsScale),
  absolute: unary((value) => (value < 0n ? -value : value), inItsScale),
  modulo(node, compiler) {
    const divisor = BigInt(node.divisor) * 10n ** BigInt(node.scale);
    return unary((value) => value % divisor, inItsScale)(node, compiler);
  },
  length: unary((value) => BigInt([...value].length)),
  microseconds_between: binary(
    (from, to) => microseconds(to) - microseconds(from),
    (node, compiler) => [compiler.compiled(node.from), compiler.compiled(node.to)],
  ),
  truncate: (node, compiler) => unary((value) => truncated(value, node.unit))(node, compiler),
};
