/** Facts to rows: what one call or bucket states, as records that share a usage group. */

import { sum, ZERO } from "../metrics/exact.js";
import { isObject, number, plain, words } from "./payload.js";

/** @typedef {import("../metrics/exact.js").Fraction} Fraction */
/** @typedef {Record<string, any>} Columns absent where the value is null or undefined */
/** @typedef {{direction: string, action?: string, ttl?: number, modality?: string, role?: string, quantity: Fraction, columns?: Columns}} Leaf */
/** @typedef {{meter?: string, unit?: string, quantity?: Fraction, name?: string, columns?: Columns}} Other a record of another meter, or of none */
/**
 * @typedef {object} Fact
 * @property {string} key what names it; of a call its identifier, if it has one
 * @property {Columns} columns
 * @property {Leaf[]} leaves none where tokens are not counted at all
 * @property {Other[]} others
 * @property {Fraction} [total] of all tokens, as the vendor states it
 * @property {string} [remainder] the direction of tokens that the total alone holds
 * @property {boolean} [isLine] whether it is a line of a bill, which stays what it is even if it counts nothing
 * @property {Fact[]} [further] what was measured beside it, which counts where it does
 * @property {Fraction} [size] of two facts with one key the larger counts; by default its tokens
 */

/** @type {Record<string, string>} */
const UNITS = { audio_seconds: "seconds", video_seconds: "seconds" };
const LETTER = String.raw`\p{L}\p{N}_\u0300-\u036f`;
const LOCAL = `[${LETTER}.%+\\-]`;
// It begins once in a run of such characters, so that time grows with the text alone.
const ADDRESS = new RegExp(
  `(?<!${LOCAL})(?<!${LOCAL}')${LOCAL}+(?:'${LOCAL}+)*@[${LETTER}\\-]+(?:[.][${LETTER}\\-]+)*[.]\\p{L}{2,}`,
  "u",
);
const EVERY_ADDRESS = new RegExp(ADDRESS, "gu");
/** Columns that name things and people, which are left out where an address is in them; of other words only the address is. */
const NAMING = /_id$|^(team|application|environment|workflow|tags)$/;
const WORDS = /^(model_id|canonical_model_id|region_id)$/;

/** Whether a text names a person by an address. @param {any} value */
const isPersonal = (value) => typeof value === "string" && value.includes("@") && ADDRESS.test(value);

/** What names a thing or a person, unless it is an address; a number or an object names nothing. @param {any} value */
export const identifier = (value) => (isPersonal(value) ? undefined : words(value));

const NAMED = /^(arn:[^:]*:(?:iam|sts)::[^:]*:(?:user|federated-user|assumed-role\/[^/]+))\/([^]+)$/;
const INSTANCE = /^i-[0-9a-f]{1,17}$/;

/**
 * A caller of AWS, without the name of a user or of a session, which people choose; sessions of instances are named by
 * these.
 *
 * @param {any} arn
 */
export function caller(arn) {
  const [, held, name] = NAMED.exec(arn ?? "") ?? [];
  if (held === undefined || INSTANCE.test(name)) return identifier(arn);
  return held.includes("assumed-role/") ? identifier(held) : undefined;
}

/** The texts, numbers and truth values of a map. @param {any} map @returns {Columns} */
export const tagsOf = (map) =>
  Object.fromEntries(
    Object.entries(map)
      .filter(([, value]) => value != null && (!isObject(value) || "text" in value))
      .map(([name, value]) => [name, value.text ?? String(value)]),
  );

/** A text in which an address has one spelling: capitals in it make nobody another person. @param {any} value */
const folded = (value) =>
  isPersonal(value) ? value.replace(EVERY_ADDRESS, (/** @type {string} */ found) => found.toLowerCase()) : value;

const PRIME = 0x1000000000000000000013bn;
const OFFSET = 0x6c62272e07bb014262b821756295c58dn;

/**
 * A name for what has none: that of what it states (FNV-1a, 128 bits), which says nothing of it.
 *
 * @param {any[]} values
 */
export function opaque(values) {
  let hash = OFFSET;
  const texts = values.map((value) => folded(value?.text ?? value ?? null));
  for (const byte of new TextEncoder().encode(JSON.stringify(texts)))
    hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * PRIME);
  return hash.toString(16).padStart(32, "0");
}

/**
 * A name for a row of a table: two rows that state the same are two.
 *
 * @param {Record<string, any>} session
 * @param {any[]} values
 */
export function numbered(session, values) {
  const name = opaque(values);
  session[name] = (session[name] ?? 0) + 1;
  return `${name}-${session[name]}`;
}

/** A name for a row of a table, whatever the order of its columns. @param {Record<string, any>} session @param {Record<string, any>} row */
export const numberedRow = (session, row) =>
  numbered(
    session,
    Object.entries(row)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .flat(),
  );

/** @param {any} text */
const masked = (text) => (isPersonal(text) ? text.replace(EVERY_ADDRESS, "(left out)") : text);

/** @param {Columns} columns @param {boolean} [areNames] whether these are members of a column that names @returns {Columns} */
function stated(columns, areNames = false) {
  return Object.fromEntries(
    Object.entries(columns).flatMap(([name, value]) => {
      const isNaming = areNames || (NAMING.test(name) && !WORDS.test(name));
      if (value === undefined || value === null || value === "") return [];
      if (isNaming && (isPersonal(value) || isPersonal(name))) return [];
      if (typeof value !== "object") return [[masked(name), masked(value)]];
      const inner = Object.entries(stated(value, isNaming));
      return inner.length ? [[name, Object.fromEntries(inner)]] : [];
    }),
  );
}

/**
 * @param {string} version
 * @param {string} source
 * @param {Fact} fact
 * @returns {Columns[]}
 */
export function rowsOf(version, source, { key, columns, leaves, others, total }) {
  const group = `${source}:${isPersonal(key) ? opaque([key]) : key}`;
  const first = {
    spec_version: version,
    record_type: "original",
    source_name: source,
    charge_category: "usage",
    cost_carrier: "unknown",
    ...columns,
  };
  const rows = leaves.map((leaf) => {
    const name = [leaf.direction, leaf.action, leaf.ttl, leaf.modality, leaf.role].filter((part) => part !== undefined);
    return stated({
      ...first,
      record_id: `${group}:${name.join(".")}`,
      usage_group_id: group,
      measurement_method: "metered",
      ai_service: columns.ai_service ?? "inference",
      meter: "tokens",
      token_direction: leaf.direction,
      token_cache_action: leaf.action,
      token_cache_ttl_seconds: leaf.ttl,
      token_modality: leaf.modality,
      token_role: leaf.role,
      consumed_quantity: plain(leaf.quantity, 6, 18),
      consumed_unit: "tokens",
      usage_group_total: total && plain(total, 6, 18),
      ...leaf.columns,
    });
  });
  for (const other of others) {
    const name = other.name ?? [other.meter, other.columns?.meter_variant].filter(Boolean).join(".");
    const measured = other.meter && {
      usage_group_id: group,
      measurement_method: "metered",
      ai_service: columns.ai_service ?? "inference",
      meter: other.meter,
      consumed_quantity: plain(/** @type {Fraction} */ (other.quantity), 6, 18),
      consumed_unit: other.unit ?? UNITS[other.meter] ?? other.meter,
    };
    rows.push(stated({ ...first, record_id: `${group}:${name}`, ...measured, ...other.columns }));
  }
  return rows;
}

/**
 * A source may state a thing more than once; the greatest statement of it counts.
 *
 * @param {Fact[]} facts
 */
export function greatest(facts) {
  /** @type {Map<string, Fact>} */
  const kept = new Map();
  for (const fact of facts) {
    const known = kept.get(fact.key);
    if (known === undefined || isGreater(fact, known)) kept.set(fact.key, fact);
  }
  return [...kept.values()];
}

/**
 * The statement with more tokens counts.
 *
 * @param {Fact} fact
 * @param {Fact} other
 */
function isGreater(fact, other) {
  const apart = sizeOf(fact).minus(sizeOf(other));
  if (!apart.isZero) return apart.above > 0n;
  const [mine, theirs] = [fact, other].map(({ key, further = [], ...own }) =>
    [{ key, ...own }, ...further.map((each) => ({ ...each, key }))].flatMap((each) => rowsOf("", "", each)),
  );
  return saysMore(mine, theirs);
}

/**
 * Of two statements the one counts with the larger amounts, then with the larger quantities, then the one that says more;
 * texts only choose the same one in any order.
 *
 * @param {Columns[]} one
 * @param {Columns[]} other
 */
export function saysMore(one, other) {
  const [mine, theirs] = [one, other].map((rows) => rows.map(({ record_id, usage_group_id, ...said }) => said));
  for (const figures of [amountsOf, quantitiesOf]) {
    const larger = figures(mine).minus(figures(theirs));
    if (!larger.isZero) return larger.above > 0n;
  }
  const more = size(mine) - size(theirs);
  if (more !== 0) return more > 0;
  const [texts, others] = [mine, theirs].map((rows) => rows.map(ordered).sort());
  const at = texts.findIndex((text, place) => text !== others[place]);
  return at >= 0 && (others[at] === undefined || texts[at] > others[at]);
}

/** What all amounts of rows add up to, whatever their signs. @param {Columns[]} rows */
const amountsOf = (rows) =>
  sum(
    rows.flatMap((row) =>
      Object.keys(row)
        .filter((name) => name.endsWith("_cost"))
        .map((name) => number(row[name].replace("-", "")) ?? ZERO),
    ),
  );

/** What all quantities of rows add up to. @param {Columns[]} rows */
const quantitiesOf = (rows) => sum(rows.map((row) => number(row.consumed_quantity) ?? ZERO));

/** How much is said in a value. @param {any} value @returns {number} */
const size = (value) =>
  value !== null && typeof value === "object" ? Object.values(value).reduce((all, each) => all + size(each), 0) : 1;

const BEYOND_ASCII = /[\u007f-\uffff]/g;

/** The text of a row in ASCII, whatever the order of its members. @param {any} row @returns {string} */
const ordered = (row) =>
  JSON.stringify(row, (_, each) =>
    each !== null && typeof each === "object"
      ? Object.fromEntries(Object.entries(each).sort(([one], [two]) => (one < two ? -1 : 1)))
      : each,
  ).replace(BEYOND_ASCII, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** @param {Fact} fact */
const sizeOf = ({ size, leaves }) => size ?? sum(leaves.map(({ quantity }) => quantity));
