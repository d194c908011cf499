/** Facts to rows: what one call or bucket states, as records that share a usage group. */

import { sum } from "../metrics/exact.js";
import { plain, Refused } from "./payload.js";

/** @typedef {import("../metrics/exact.js").Fraction} Fraction */
/** @typedef {Record<string, any>} Columns absent where the value is null or undefined */
/** @typedef {{direction: string, action?: string, ttl?: number, modality?: string, role?: string, quantity: Fraction, columns?: Columns}} Leaf */
/** @typedef {{meter?: string, unit?: string, quantity?: Fraction, name?: string, columns?: Columns}} Other a record of another meter, or of none */
/** @typedef {{key: string, columns: Columns, leaves: Leaf[], others: Other[], total?: Fraction}} Fact */

/** @type {Record<string, string>} */
const UNITS = { audio_seconds: "seconds", video_seconds: "seconds" };
const ADDRESS = /[^\s@"'<>/:=,;]+@[^\s@"'<>/:=,;]+\.[A-Za-z]{2,}/;

/** Texts that name a person by an address are left out. @param {any} value */
const isPersonal = (value) => typeof value === "string" && ADDRESS.test(value);

const PRIME = 0x1000000000000000000013bn;
const OFFSET = 0x6c62272e07bb014262b821756295c58dn;

/**
 * A name for what has none: that of what it states (FNV-1a, 128 bits), which says nothing of it.
 *
 * @param {any[]} values
 */
export function opaque(values) {
  let hash = OFFSET;
  for (const byte of new TextEncoder().encode(JSON.stringify(values.map((value) => value?.text ?? value ?? null))))
    hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * PRIME);
  return hash.toString(16).padStart(32, "0");
}

/** @param {Columns} columns @returns {Columns} */
function stated(columns) {
  return Object.fromEntries(
    Object.entries(columns).flatMap(([name, value]) => {
      if (value === undefined || value === null || value === "" || isPersonal(value)) return [];
      if (typeof value !== "object") return [[name, value]];
      const inner = Object.entries(stated(value));
      return inner.length ? [[name, Object.fromEntries(inner)]] : [];
    }),
  );
}

/**
 * A fact whose parts are its whole.
 *
 * @param {Fact} fact
 */
export function sound(fact) {
  if (fact.leaves.some(({ quantity }) => quantity.above < 0n)) throw new Refused("A part is greater than its whole.");
  if (fact.total !== undefined && !fact.total.minus(tokensOf(fact)).isZero)
    throw new Refused("The parts are not the total.");
  return fact;
}

/**
 * @param {string} version
 * @param {string} source
 * @param {Fact} fact
 * @returns {Columns[]}
 */
export function rowsOf(version, source, { key, columns, leaves, others, total }) {
  const group = `${source}:${key}`;
  // No tokens are no record, unless there is money on it.
  const tokens = leaves.filter(({ quantity }) => !quantity.isZero || columns.billed_cost !== undefined);
  const first = {
    spec_version: version,
    record_type: "original",
    source_name: source,
    charge_category: "usage",
    cost_carrier: "unknown",
    ...columns,
  };
  const rows = tokens.map((leaf) => {
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
      consumed_quantity: plain(leaf.quantity, 6),
      consumed_unit: "tokens",
      usage_group_total: total && plain(total, 6),
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
      consumed_quantity: plain(/** @type {Fraction} */ (other.quantity), 6),
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
 * @param {(fact: Fact) => Fraction} size
 */
export function greatest(facts, size) {
  /** @type {Map<string, Fact>} */
  const kept = new Map();
  for (const fact of facts) {
    const known = kept.get(fact.key);
    if (known === undefined || size(fact).minus(size(known)).above > 0n) kept.set(fact.key, fact);
  }
  return [...kept.values()];
}

/** @param {Fact} fact */
export const tokensOf = ({ leaves }) => sum(leaves.map(({ quantity }) => quantity));
