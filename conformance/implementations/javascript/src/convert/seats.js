/** Tools that are paid for by seats and credits: GitHub Copilot and Cursor. */

import { Fraction, ONE, sum, ZERO } from "../metrics/exact.js";
import { day, instant, moment, sinceEpoch } from "./instants.js";
import { count, counters, countersOf, number, plain, Refused } from "./payload.js";
import { opaque } from "./rows.js";
import { disjoint, output } from "./tokens.js";

/** @typedef {import("./index.js").Source} Source */
/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Other} Other */

const HUNDREDTH = new Fraction(1n, 100n);

const COUNTED = /^(aic_)?(quantity|gross_amount)$|^(discount|net)_amount$|^(input|output|cache_\w+)$|quota$/;

/** @type {Source} */
export const copilot = {
  facts(row, { session }) {
    const [quantity, gross, net] = [number(row.quantity), number(row.gross_amount), number(row.net_amount)];
    if (row.unit_type !== "ai-credits" || !quantity || !gross || !net)
      throw new Refused("Only reports of AI credits are converted.");
    const stated = opaque(Object.values(row));
    session[stated] = (session[stated] ?? 0) + 1;
    const isCovered = net.isZero && !gross.isZero;
    const names = Object.keys(row).filter((name) => COUNTED.test(name));
    const columns = {
      ...day(row.date),
      service_provider_name: "GitHub",
      service_name: row.product,
      sub_account_id: row.organization,
      resource_id: row.repository,
      model_id: row.model,
      sku_meter: row.sku,
      team: row.cost_center_name,
      cost_carrier: isCovered ? "plan" : "other_row",
      source_counters: countersOf(row, names),
    };
    const price = number(row.applied_cost_per_quantity);
    const paid = {
      pricing_quantity: plain(quantity, 6),
      pricing_unit: row.unit_type,
      pricing_block_size: 1,
      list_unit_price: price && plain(price),
      list_cost: plain(gross),
      billing_currency: "USD",
      ...(!isCovered && {
        cost_carrier: "this_row",
        billed_cost: plain(net),
        effective_cost: plain(net),
        cost_source: "invoiced",
      }),
    };
    return [
      {
        key: `${stated}-${session[stated]}`,
        columns,
        leaves: [
          ...disjoint({ uncached: count(row.input), read: count(row.cache_read), write: count(row.cache_write) }),
          ...output(count(row.output)),
        ],
        others: [{ meter: "credits", unit: "x_ai_credit", quantity, columns: paid }],
      },
    ];
  },
};

const [WITH, WITHOUT] = ["Input (w/ Cache Write)", "Input (w/o Cache Write)"];

/** A row of the dashboard's CSV, in which thousands are separated. @param {Json} row @returns {import("./rows.js").Fact} */
function cursorRow(row) {
  const plainly = (/** @type {Json} */ cell) => cell?.replace(/[$,]/g, "");
  const [written, uncached, read, taken, total] = [WITH, WITHOUT, "Cache Read", "Output Tokens", "Total Tokens"].map(
    (name) => count(plainly(row[name])),
  );
  // Whether the first counter holds the second one is told by the total, where it can.
  const sums = sum([written, read, taken].map((part) => part ?? ZERO));
  const holds = written && uncached && total?.minus(sums).isZero;
  const cost = /[0-9]/.test(row.Cost ?? "") ? number(plainly(row.Cost)) : undefined;
  const kind = (row.Kind ?? "").toLowerCase().replace(/[-_]/g, " ");
  const isBilled = /on demand|usage based/.test(kind);
  const carrier = /included/.test(kind)
    ? "plan"
    : /error|free|not charged/.test(kind)
      ? "none"
      : isBilled
        ? "this_row"
        : "unknown";
  if (carrier === "unknown") throw new Refused(`Events of the kind ${row.Kind} are not converted.`);
  const amounts =
    carrier === "this_row" && cost
      ? { billed_cost: plain(cost), effective_cost: plain(cost), cost_source: "invoiced", billing_currency: "USD" }
      : carrier === "plan" && cost && { list_cost: plain(cost), billing_currency: "USD" };
  const named = [WITH, WITHOUT, "Cache Read", "Output Tokens", "Total Tokens"].filter(
    (name) => row[name] !== undefined,
  );
  return {
    key: opaque(Object.values(row)),
    columns: {
      ...moment(instant(row.Date)),
      service_provider_name: "Cursor",
      application: "cursor",
      model_id: row.Model,
      run_id: row["Cloud Agent ID"],
      charge_description: row.Kind,
      cost_carrier: carrier === "this_row" ? "other_row" : carrier,
      source_counters: Object.fromEntries(named.map((name) => [name, row[name]])),
    },
    leaves: [...disjoint({ uncached, read, write: holds ? written.minus(uncached) : written }), ...output(taken)],
    others: [
      {
        meter: "other",
        unit: "usage_events",
        quantity: ONE,
        columns: { cost_carrier: carrier, meter_variant: "usage_event", ...amounts },
      },
    ],
    total,
  };
}

/** @type {Source} */
export const cursor = {
  split: (document) => document.usageEvents ?? [document],
  facts(event) {
    if (event.Date !== undefined) return [cursorRow(event)];
    if (event.timestamp === undefined) throw new Refused("An event has a time.");
    const usage = event.tokenUsage ?? {};
    const cost = number(event.chargedCents)?.times(HUNDREDTH);
    const isIncluded = /^Included/.test(event.kind ?? "");
    const carrier = event.isChargeable ? "this_row" : isIncluded ? "plan" : "none";
    const amounts =
      carrier === "this_row" && cost
        ? { billed_cost: plain(cost), effective_cost: plain(cost), cost_source: "invoiced", billing_currency: "USD" }
        : carrier === "plan" && cost && { list_cost: plain(cost), billing_currency: "USD" };
    const columns = {
      ...moment(sinceEpoch(event.timestamp, 1000n)),
      service_provider_name: "Cursor",
      application: "cursor",
      model_id: event.model,
      run_id: event.conversationId,
      charge_description: event.kind,
      cost_carrier: carrier === "this_row" ? "other_row" : carrier,
      source_counters: counters(usage),
    };
    const units = number(event.requestsCosts);
    // Events may be summed by the hour, so an event is no request.
    const paid = { cost_carrier: carrier, meter_variant: "usage_event", ...amounts };
    /** @type {Other[]} */
    const others = [{ meter: "other", unit: "usage_events", quantity: ONE, columns: paid }];
    if (units && !units.isZero) others.push({ meter: "credits", unit: "x_cursor_request", quantity: units });
    return [
      {
        key: opaque([JSON.stringify(event)]),
        columns,
        leaves: [
          ...disjoint({
            uncached: count(usage.inputTokens),
            read: count(usage.cacheReadTokens),
            write: count(usage.cacheWriteTokens),
          }),
          ...output(count(usage.outputTokens)),
        ],
        others,
      },
    ];
  },
};
