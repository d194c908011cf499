/** Anthropic: responses, the reports of the administration interface, the Console's exports, and Claude Code. */

import { Fraction, ONE, ZERO } from "../metrics/exact.js";
import { day, instant, moment } from "./instants.js";
import { count, counters, countersOf, number, plain, Refused } from "./payload.js";
import { greatest, opaque } from "./rows.js";
import { disjoint, output } from "./tokens.js";

/** @typedef {import("./index.js").Source} Source */
/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Columns} Columns */
/** @typedef {import("./rows.js").Fact} Fact */
/** @typedef {import("./rows.js").Other} Other */

const PROVIDER = "Anthropic";
/** @type {Record<string, string>} */
const TIERS = {
  standard: "standard",
  batch: "batch",
  priority: "priority",
  priority_on_demand: "priority",
  flex: "flex",
  flex_discount: "flex",
};
const HUNDREDTH = new Fraction(1n, 100n);

/** @param {Json} tier @param {Json} [speed] @returns {Columns} */
function tierOf(tier, speed) {
  if (speed === "fast") return { processing_tier: "fast", processing_tier_reported: tier };
  if (tier === undefined || tier === null) return {};
  return { processing_tier: TIERS[tier] ?? "other", processing_tier_reported: tier };
}

/** @param {Json} geo @returns {Columns} */
function geography(geo) {
  if (geo === undefined || geo === null || geo === "not_available") return {};
  return { region_id: geo, region_scope: geo === "global" ? "global" : "geography" };
}

/** @param {Json} text @returns {Columns} */
function band(text) {
  if (text === undefined || text === null) return {};
  if (/^(0-200k|(≤|<=) ?200k)$/.test(text)) return { minimum_context_tokens: 0, maximum_context_tokens: 200_001 };
  if (text === "200k-1M") return { minimum_context_tokens: 200_001, maximum_context_tokens: 1_000_001 };
  if (/^> ?200k$/.test(text)) return { minimum_context_tokens: 200_001 };
  throw new Refused(`The context window ${text} is not known.`);
}

/** @param {Json} value @returns {Other[]} */
function searches(value) {
  const quantity = count(value);
  return quantity === undefined || quantity.isZero
    ? []
    : [{ meter: "searches", quantity, columns: { ai_service: "tool" } }];
}

/** @param {Json} usage */
function leavesOf(usage) {
  const made = usage.cache_creation ?? {};
  const short = count(made.ephemeral_5m_input_tokens);
  const long = count(made.ephemeral_1h_input_tokens);
  const stated = usage.cache_creation_input_tokens ?? undefined;
  const write = stated === undefined ? (short ?? ZERO).plus(long ?? ZERO) : count(stated);
  const thinking = count(usage.output_tokens_details?.thinking_tokens);
  return [
    ...disjoint({
      uncached: count(usage.input_tokens),
      read: count(usage.cache_read_input_tokens),
      write,
      short,
      long,
    }),
    ...output(count(usage.output_tokens), thinking),
  ];
}

/** @param {Json} usage @returns {Other[]} */
function toolCalls(usage) {
  return Object.entries(usage.server_tool_use ?? {}).flatMap(([name, value]) => {
    const quantity = count(value);
    if (quantity === undefined || quantity.isZero) return [];
    if (name === "web_search_requests") return searches(value);
    return [{ meter: "tool_calls", quantity, columns: { ai_service: "tool", meter_variant: name } }];
  });
}

/** @param {Json} message @param {string} start @returns {Fact} */
function messageFact(message, start) {
  const { usage } = message;
  const outside = ["compaction", "advisor_message", "fallback_message"];
  if ((usage.iterations ?? []).some((/** @type {Json} */ { type }) => outside.includes(type)))
    throw new Refused("Iterations outside of the counters at the top are not converted.");
  return {
    key: message.id,
    columns: {
      ...moment(start),
      source_record_id: message.id,
      service_provider_name: PROVIDER,
      model_id: message.model,
      ...tierOf(usage.service_tier, usage.speed),
      ...geography(usage.inference_geo),
      source_counters: counters(usage),
    },
    leaves: leavesOf(usage),
    others: toolCalls(usage),
  };
}

/** @type {Source} */
export const response = {
  facts(message, { options }) {
    if (message.usage === undefined) throw new Refused("A response without usage is not converted.");
    return [messageFact({ ...message, model: message.model ?? options.model }, instant(options.at))];
  },
};

/** @type {Source} */
export const claudeCode = {
  facts(line) {
    const usage = line.message?.usage;
    if (line.type !== "assistant" || !usage || line.message.model === "<synthetic>") return [];
    const fact = messageFact(line.message, instant(line.timestamp));
    const cost = number(line.costUSD);
    const value = cost && { list_cost: plain(cost), billing_currency: "USD" };
    return [
      {
        ...fact,
        columns: {
          ...fact.columns,
          application: "claude-code",
          run_id: line.sessionId,
          invocation_id: line.requestId,
          tags: { client_version: line.version, side_chain: line.isSidechain ? "true" : undefined },
        },
        others: [...fact.others, { meter: "requests", quantity: ONE, columns: value }],
      },
    ];
  },
};

/** @param {Json} page @returns {Json[]} */
function buckets(page) {
  if (!Array.isArray(page.data)) throw new Refused("A page has data.");
  return page.data.flatMap((/** @type {Json} */ { starting_at, ending_at, results }) =>
    results.map((/** @type {Json} */ result) => ({ ...result, starting_at, ending_at })),
  );
}

/** What a bucket is grouped by are its texts. @param {Json} row */
const keyOf = (row) =>
  opaque(Object.entries(row).filter(([name, value]) => typeof value === "string" && !name.endsWith("amount")));

/** @param {Json} row @returns {Columns} */
function dimensions(row) {
  return {
    charge_period_start: instant(row.starting_at),
    charge_period_end: instant(row.ending_at),
    service_provider_name: PROVIDER,
    sub_account_id: row.workspace_id,
    credential_id: row.api_key_id,
    principal_id: row.account_id ?? row.service_account_id,
    principal_type: row.account_id ? "human" : row.service_account_id && "service_account",
    application: row.product,
    team: row.rbac_group_id,
    tags: row.slack_channel_id == null ? undefined : { slack_channel: row.slack_channel_id },
    model_id: row.model,
    ...tierOf(row.service_tier, row.speed),
    ...band(row.context_window),
    ...geography(row.inference_geo),
  };
}

/** What one user or key did in a day with Claude Code, by model. @param {Json} day @returns {Json[]} */
const modelsOf = (day) =>
  (day.model_breakdown ?? []).map((/** @type {Json} */ { model, tokens, estimated_cost }) => ({
    ...day,
    model,
    tokens,
    estimated_cost,
  }));

/** @type {Record<string, string>} */
const CARRIERS = { subscription: "plan", api: "other_row" };

/** @param {Json} row @returns {Fact} */
function claudeCodeFact(row) {
  const { tokens, estimated_cost: estimate } = row;
  const amount = number(estimate?.amount)?.times(HUNDREDTH);
  const cost_carrier = CARRIERS[row.customer_type] ?? "unknown";
  const value = amount && { list_cost: plain(amount), billing_currency: estimate.currency.toUpperCase() };
  return {
    key: opaque([
      row.date,
      row.organization_id,
      row.customer_type,
      row.terminal_type,
      row.model,
      ...Object.values(row.actor ?? {}),
    ]),
    columns: {
      ...day(row.date),
      service_provider_name: PROVIDER,
      billing_account_id: row.organization_id,
      application: "claude-code",
      model_id: row.model,
      tags: { terminal: row.terminal_type },
      cost_carrier,
      source_counters: counters(tokens),
    },
    leaves: [
      ...disjoint({
        uncached: count(tokens.input),
        read: count(tokens.cache_read),
        write: count(tokens.cache_creation),
      }),
      ...output(count(tokens.output)),
    ],
    others: [
      { meter: "other", unit: "usage_reports", quantity: ONE, columns: { meter_variant: "usage_report", ...value } },
    ],
  };
}

/** @param {Json} page @returns {boolean} */
const isOfClaudeCode = (page) => page.data?.some((/** @type {Json} */ day) => day.model_breakdown !== undefined);

/** @type {Source} */
export const usage = {
  split: (page) => (isOfClaudeCode(page) ? page.data.flatMap(modelsOf) : buckets(page)),
  facts: (row) => [row.tokens === undefined ? bucketFact(row) : claudeCodeFact(row)],
};

/** @param {Json} row @returns {Fact} */
function bucketFact(row) {
  return {
    key: keyOf(row),
    columns: { ...dimensions(row), cost_carrier: "other_row", source_counters: counters(row) },
    leaves: [
      ...disjoint({
        uncached: count(row.uncached_input_tokens),
        read: count(row.cache_read_input_tokens),
        write: (count(row.cache_creation?.ephemeral_5m_input_tokens) ?? ZERO).plus(
          count(row.cache_creation?.ephemeral_1h_input_tokens) ?? ZERO,
        ),
        short: count(row.cache_creation?.ephemeral_5m_input_tokens),
        long: count(row.cache_creation?.ephemeral_1h_input_tokens),
      }),
      ...output(count(row.output_tokens)),
    ],
    others: searches(row.server_tool_use?.web_search_requests),
  };
}

/** @param {Fraction} amount @param {Json} currency @returns {Columns} */
const carried = (amount, currency) => ({
  charge_category: amount.above < 0n ? "credit" : "usage",
  cost_carrier: "this_row",
  billed_cost: plain(amount),
  effective_cost: plain(amount),
  billing_currency: currency.toUpperCase(),
  cost_source: "invoiced",
});

/** @type {Source} */
export const cost = {
  split: buckets,
  facts(row) {
    const amount = number(row.amount)?.times(HUNDREDTH);
    if (amount === undefined) throw new Refused("A cost has an amount.");
    const list = number(row.list_amount)?.times(HUNDREDTH);
    const columns = {
      ...dimensions(row),
      ...carried(amount, row.currency),
      list_cost: list && plain(list),
      charge_description: row.description,
      sku_meter: row.token_type ?? row.cost_type,
      source_counters: countersOf(row, ["requests"]),
    };
    return [{ key: keyOf(row), columns, leaves: [], others: [{ name: "cost" }] }];
  },
  unite: (facts) => greatest(facts, ({ columns }) => number(columns.billed_cost) ?? ZERO),
};

/** @param {Json} row @returns {Columns} */
function consoleColumns(row) {
  return {
    ...day(row.usage_date_utc),
    service_provider_name: PROVIDER,
    team: row.workspace,
    model_id: row.model_version ?? row.model,
    ...tierOf(row.usage_type, row.speed),
    ...band(row.context_window),
    ...geography(row.inference_geo),
  };
}

const COUNTED = /^usage_(in|out)put_tokens|^web_search_count$/;

/** @type {Source} */
export const console = {
  facts(row) {
    const key = opaque(Object.values(row));
    if (row.cost_usd !== undefined) {
      const amount = /** @type {Fraction} */ (number(row.cost_usd));
      const columns = {
        ...consoleColumns(row),
        ...carried(amount, "USD"),
        sku_meter: row.token_type ?? row.cost_type,
        source_counters: countersOf(row, ["cost_usd", "list_price_usd"]),
      };
      return [{ key, columns, leaves: [], others: [{ name: "cost" }] }];
    }
    const [short, long] = ["5m", "1h"].map((life) => count(row[`usage_input_tokens_cache_write_${life}`]));
    return [
      {
        key,
        columns: {
          ...consoleColumns(row),
          cost_carrier: "other_row",
          source_counters: countersOf(
            row,
            Object.keys(row).filter((name) => COUNTED.test(name)),
          ),
        },
        leaves: [
          ...disjoint({
            uncached: count(row.usage_input_tokens_no_cache),
            read: count(row.usage_input_tokens_cache_read),
            write: (short ?? ZERO).plus(long ?? ZERO),
            short,
            long,
          }),
          ...output(count(row.usage_output_tokens)),
        ],
        others: searches(row.web_search_count),
      },
    ];
  },
};
