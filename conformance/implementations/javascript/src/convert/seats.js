/** Tools that are paid for by seats and credits: GitHub Copilot and Cursor. */

import { Fraction, ONE, sum, ZERO } from "../metrics/exact.js";
import { instant, later, moment, period, sinceEpoch } from "./instants.js";
import {
  cellCount,
  cellNumber,
  cells,
  child,
  count,
  countersOf,
  figures,
  number,
  plain,
  pricingQuantity,
  Refused,
  table,
  words,
} from "./payload.js";
import { identifier, numberedRow, opaque } from "./rows.js";
import { disjoint, output } from "./tokens.js";

/** @typedef {import("./index.js").Source} Source */
/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Columns} Columns */
/** @typedef {import("./rows.js").Fact} Fact */
/** @typedef {import("./rows.js").Other} Other */

const HUNDREDTH = new Fraction(1n, 100n);
/** Amounts of an invoice are rounded. */
const HALF_CENT = new Fraction(1n, 200n);

/** @param {Fraction} value */
const sizeOf = (value) => (value.above < 0n ? ZERO.minus(value) : value);

/** What older reports and the interface call the columns of the newest one. @type {Record<string, string>} */
const RENAMED = {
  Timestamp: "date",
  Date: "date",
  User: "username",
  Model: "model",
  "Requests Used": "quantity",
  "Exceeds Monthly Quota": "exceeds_quota",
  "Total Monthly Quota": "total_monthly_quota",
  unitType: "unit_type",
  pricePerUnit: "applied_cost_per_quantity",
  grossQuantity: "quantity",
  grossAmount: "gross_amount",
  discountAmount: "discount_amount",
  netAmount: "net_amount",
  organizationName: "organization",
  repositoryName: "repository",
};
const TOKENS = ["input", "cache_read", "cache_write", "output"];
const COUNTED = [
  ...["quantity", "gross_amount", "discount_amount", "net_amount", "aic_quantity", "aic_gross_amount", ...TOKENS],
  ...["total_monthly_quota", "discountQuantity", "netQuantity"],
];
const UNITS = [
  { words: /^(requests?|premium-requests)$/, unit: "x_premium_request" },
  { words: /^(ai-credits?|credits|aicredits)$/, unit: "x_ai_credit" },
  { words: /^(user-months?|usermonths)$/, unit: "seat_months" },
];
const SEATS = /^copilot_(for_business|business|enterprise|standalone)$/;

/** What a row counts, by its unit, else by its SKU. @param {Json} row */
function unitOf(row) {
  const stated = words(row.unit_type)?.toLowerCase().replace(/[ _]/g, "-");
  if (stated !== undefined) return UNITS.find(({ words: known }) => known.test(stated))?.unit;
  const sku = (words(row.sku) ?? "").toLowerCase().replaceAll(" ", "_");
  if (SEATS.test(sku)) return "seat_months";
  return sku.includes("ai_credit") ? "x_ai_credit" : "x_premium_request";
}

/** @param {Json} row @returns {Columns} */
function copilotPeriod(row) {
  const [, month, date, year] = /^([0-9]{1,2})[/]([0-9]{1,2})[/]([0-9]{4})$/.exec(row.date) ?? [];
  const start = instant(year ? `${year}-${month.padStart(2, "0")}-${date.padStart(2, "0")}` : row.date);
  if (row.end !== undefined) return period(start, instant(row.end));
  return start.endsWith("T00:00:00Z") ? period(start, later(start, 86_400)) : moment(start);
}

/** What is billed, and what would be without a plan. @param {Json} row @param {Fraction} quantity @returns {Columns} */
function copilotAmounts(row, quantity) {
  const [gross, net] = ["gross", "net", "discount"].map((name) => cellNumber(row[`${name}_amount`]));
  if ([gross, net].some((each) => each && each.above < 0n)) throw new Refused("No usage has a negative amount.");
  if (net === undefined) return { cost_carrier: "unknown" };
  const price = cellNumber(row.applied_cost_per_quantity);
  const isPrice =
    gross && price && price.above >= 0n && sizeOf(price.times(quantity).minus(gross)).minus(HALF_CENT).above <= 0n;
  const listed = gross && {
    list_cost: plain(gross),
    billing_currency: "USD",
    pricing_quantity: pricingQuantity(quantity),
    pricing_unit: words(row.unit_type) ?? "requests",
    ...(isPrice && { list_unit_price: plain(price, 12, 7), pricing_block_size: 1 }),
  };
  if (net.isZero && gross && !gross.isZero) return { ...listed, cost_carrier: "plan" };
  const cost = plain(net);
  const paid = { cost_carrier: "this_row", billed_cost: cost, effective_cost: cost, cost_source: "invoiced" };
  return { ...listed, ...paid, billing_currency: "USD" };
}

/** The items of an answer of the interface are of the period that it names, or each of its own day. @param {Json} answer @returns {Json[]} */
function itemsOf(answer) {
  const whose = { organization: answer.organization, username: answer.user };
  const areDated = answer.usageItems.some((/** @type {Json} */ each) => each?.date !== undefined && "sku" in each);
  if (answer.timePeriod == null && areDated)
    return answer.usageItems.map((/** @type {Json} */ item) => ({ ...whose, ...item }));
  const { year, month, day } = child(answer, "timePeriod");
  const [first, second, third] = [year, month, day].map((part) => count(part) && Number(count(part)));
  const isDay = (third ?? 1) >= 1 && (third ?? 1) <= new Date(Date.UTC(first ?? 0, second ?? 1, 0)).getUTCDate();
  if (!first || (second ?? 1) < 1 || (second ?? 1) > 12 || !isDay) throw new Refused("An answer names its period.");
  const begin = Date.UTC(first, (second ?? 1) - 1, third ?? 1);
  const next = third
    ? Date.UTC(first, (second ?? 1) - 1, third + 1)
    : second
      ? Date.UTC(first, second)
      : Date.UTC(first + 1, 0);
  const [date, end] = [begin, next].map((time) => new Date(time).toISOString());
  return answer.usageItems.map((/** @type {Json} */ item) => ({
    ...whose,
    ...item,
    date,
    end,
  }));
}

/** A report may have each of its lines in one quoted cell. @param {Json} row @returns {Json} */
function unquoted(row) {
  const [[header, line] = ["", ""], ...others] = Object.entries(row);
  if (others.length > 0 || !header.includes(",")) return row;
  const [found] = table(`${header}\n${line}\n`);
  if (found instanceof Refused) throw found;
  return found;
}

/** @type {Source} */
export const copilot = {
  tables: [["date", "quantity"]],
  // Each line may be one quoted cell.
  named: (header) => (header.length === 1 ? cells(header[0])[0] : header).map((name) => RENAMED[name] ?? name),
  split: (document) => (Array.isArray(document.usageItems) ? itemsOf(document) : [document]),
  facts(given, { session }) {
    const row = Object.fromEntries(
      Object.entries(unquoted(given))
        .filter(([, value]) => value !== undefined && value !== null && value !== "")
        .map(([name, value]) => [RENAMED[name] ?? name, value]),
    );
    const quantity = cellNumber(row.quantity);
    const unit = unitOf(row);
    // Reports on metered usage hold other products, too.
    if (unit === undefined && row.product && !/copilot|spark|models/i.test(words(row.product) ?? "")) return [];
    if (unit === undefined || quantity === undefined || quantity.above < 0n)
      throw new Refused("A report counts requests or credits.");
    const amounts = copilotAmounts(row, quantity);
    const [uncached, read, write, taken] = TOKENS.map((name) => cellCount(row[name]));
    const isCounted = TOKENS.some((name) => row[name] !== undefined);
    const columns = {
      ...copilotPeriod(row),
      service_provider_name: "GitHub",
      service_name: words(row.product),
      sub_account_id: identifier(row.organization),
      resource_id: identifier(row.repository),
      model_id: words(row.model) ?? null,
      sku_meter: words(row.sku),
      team: identifier(row.cost_center_name),
      cost_carrier: amounts.cost_carrier === "this_row" ? "other_row" : amounts.cost_carrier,
      source_counters: countersOf(row, COUNTED),
    };
    const leaves = [
      ...disjoint({ uncached: uncached ?? ZERO, read: read ?? ZERO, write: write ?? ZERO }),
      ...output(taken),
    ];
    const isSeat = unit === "seat_months";
    const columnsOfUnit = isSeat ? { ai_service: "seat", ...amounts } : amounts;
    const others = [{ meter: isSeat ? unit : "credits", unit, quantity, columns: columnsOfUnit }];
    return [{ key: numberedRow(session, row), columns, leaves: isCounted ? leaves : [], others }];
  },
};

/** @typedef {{kind: string | undefined, amount: Fraction | undefined, isChargeable?: boolean}} Charge what an event says of its cost */

/**
 * Where the cost of an event is: billed, in the plan, nowhere, or unknown.
 *
 * @param {Charge} charge
 * @returns {Columns}
 */
function carried({ kind, amount, isChargeable }) {
  if (amount && amount.above < 0n) throw new Refused("No usage has a negative amount.");
  const said = (kind ?? "").toLowerCase().replace(/[-_]/g, " ");
  const value = amount && { list_cost: plain(amount), billing_currency: "USD" };
  if (said.includes("included")) return { cost_carrier: "plan", ...value };
  if (/not charged|no charge|errored|aborted|free/.test(said)) return { cost_carrier: "none" };
  const isBased = /usage based|on demand/.test(said);
  if (!amount || (isBased ? isChargeable === false : !isChargeable)) return { cost_carrier: "unknown", ...value };
  const cost = plain(amount);
  return {
    cost_carrier: "this_row",
    billed_cost: cost,
    effective_cost: cost,
    billing_currency: "USD",
    cost_source: "invoiced",
  };
}

/**
 * @param {Columns} columns
 * @param {Charge} charge
 * @param {Fraction | undefined} units
 */
function eventOf(columns, charge, units) {
  if (units && units.above < 0n) throw new Refused("No usage is negative.");
  const paid = carried(charge);
  /** @type {Other[]} */
  // Events may be summed by the hour, so an event is no request.
  const others = [
    { meter: "other", unit: "usage_events", quantity: ONE, columns: { meter_variant: "usage_event", ...paid } },
  ];
  if (units && !units.isZero) others.push({ meter: "credits", unit: "x_cursor_request", quantity: units });
  return {
    columns: {
      ...columns,
      service_provider_name: "Cursor",
      application: "cursor",
      cost_carrier: paid.cost_carrier === "this_row" ? "other_row" : paid.cost_carrier,
    },
    others,
  };
}

const [WITH, WITHOUT] = ["Input (w/ Cache Write)", "Input (w/o Cache Write)"];
const COLUMNS = [WITH, WITHOUT, "Cache Read", "Output Tokens", "Total Tokens"];

/** A row of the dashboard's CSV, in which thousands are separated. @param {Json} row @returns {Fact} */
function cursorRow(row) {
  const [written, uncached, read, taken, total] = COLUMNS.map((name) => cellCount(row[name]));
  const sums = sum([written, read, taken].map((part) => part ?? ZERO));
  const fresh = uncached ?? ZERO;
  // Whether the first counter holds the second one is told by the total, where it can.
  const holds = written && !fresh.isZero && written.minus(fresh).above >= 0n && total?.minus(sums).isZero;
  const isAmount = /[0-9]/.test(row.Cost ?? "");
  const word = isAmount || row.Cost === "-" ? undefined : row.Cost;
  const kind = [row.Kind, word].filter(Boolean).join(" ");
  const names = COLUMNS.filter((name) => row[name] !== undefined);
  const write = (written ?? ZERO).minus(holds ? fresh : ZERO);
  const event = eventOf(
    {
      ...moment(instant(row.Date)),
      model_id: row.Model,
      run_id: identifier(row["Cloud Agent ID"]),
      charge_description: row.Kind ?? word,
      source_counters: Object.fromEntries(names.map((name) => [name, row[name]])),
    },
    { kind, amount: isAmount ? cellNumber(row.Cost) : undefined },
    cellNumber(row.Requests),
  );
  const leaves = [...disjoint({ uncached: fresh, read: read ?? ZERO, write }), ...output(taken)];
  const isCounted = names.length > 0;
  return {
    ...event,
    key: opaque(Object.entries(row).sort().flat()),
    leaves: isCounted ? leaves : [],
    total,
    remainder: "input",
  };
}

/** What an event costs: its charged cents, else its words, else what both cents add up to. @param {Json} event @param {Json} usage */
function chargeOf(event, usage) {
  const cents = number(event.chargedCents);
  if (cents !== undefined) return cents.times(HUNDREDTH);
  if (/[0-9]/.test(words(event.usageBasedCosts) ?? "")) return cellNumber(event.usageBasedCosts);
  const total = number(usage.totalCents);
  return total?.plus(number(event.cursorTokenFee) ?? ZERO).times(HUNDREDTH);
}

/**
 * Two events that state the same are one, in whichever order and as texts or numbers; what is empty states nothing.
 *
 * @param {Json} event
 * @param {Record<string, string>} counters
 */
function sameness(event, counters) {
  const values = Object.entries(event)
    .filter(
      ([name, value]) => name !== "serviceAccountName" && value !== "" && (typeof value !== "object" || value?.text),
    )
    .map(([name, value]) => [name, value.text ?? value]);
  return opaque([JSON.stringify([values.sort(), Object.entries(counters).sort()])]);
}

/** @param {Json} event @returns {Fact} */
function cursorEvent(event) {
  if (event.timestamp === undefined) throw new Refused("An event has a time.");
  const usage = child(event, "tokenUsage");
  const counts = ["input", "cacheRead", "cacheWrite", "output"].map((name) => count(usage[`${name}Tokens`]));
  const [uncached, read, write, taken] = counts.map((each) => each ?? ZERO);
  const isCounted = counts.some((each) => each !== undefined);
  const kind = words(event.kind);
  words(event.userEmail); // which names a person, and is left out
  const program = identifier(words(event.serviceAccountId));
  const team = [event.teamId, event.owningTeam].map((each) => each?.text ?? each);
  const isChargeable = typeof event.isChargeable === "boolean" ? event.isChargeable : undefined;
  const stated = figures(usage);
  const found = eventOf(
    {
      ...moment(sinceEpoch(event.timestamp, 1000n)),
      model_id: words(event.model),
      sub_account_id: identifier(team.find((each) => typeof each === "string" && each !== "")),
      principal_id: program,
      principal_type: program && "service_account",
      run_id: identifier(event.conversationId),
      charge_description: kind,
      source_counters: stated,
    },
    { kind, amount: chargeOf(event, usage), isChargeable },
    number(event.requestsCosts),
  );
  const leaves = [...disjoint({ uncached, read, write }), ...output(taken)];
  return { ...found, key: sameness(event, stated), leaves: isCounted ? leaves : [] };
}

/** @type {Source} */
export const cursor = {
  split: (document) => document.usageEvents ?? document.usageEventsDisplay ?? [document],
  facts: (event) => [event.Date === undefined ? cursorEvent(event) : cursorRow(event)],
};
