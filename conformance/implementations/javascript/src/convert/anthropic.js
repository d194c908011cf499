/** Anthropic: responses, the reports of the administration interface, the Console's exports, and Claude Code. */

import { Fraction, ONE, sum, ZERO } from "../metrics/exact.js";
import { keyOf, results } from "./buckets.js";
import { day, exact, instant, moment, period } from "./instants.js";
import { cellCount, cellNumber, child, counters, countersOf, number, plain, Refused, whole, words } from "./payload.js";
import { greatest, identifier, numbered } from "./rows.js";
import { refuseEvents, startOf, usageOf } from "./responses.js";
import { disjoint, output, settled } from "./tokens.js";

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
  fast: "fast",
};
const HUNDREDTH = new Fraction(1n, 100n);

/**
 * A speed other than the standard one is part of the tier.
 *
 * @param {Json} tier
 * @param {Json} [speed]
 * @param {Record<string, string | undefined>} [others] what gateways call the tiers of other providers
 * @returns {Columns}
 */
export function tierOf(tier, speed, others = {}) {
  const [named, quick] = [words(tier), words(speed)];
  if (quick !== undefined && quick !== "standard")
    return {
      processing_tier: quick.toLowerCase() === "fast" ? "fast" : "other",
      processing_tier_reported: named === undefined ? quick : `${named}/${quick}`,
    };
  if (named === undefined) return {};
  const tiers = { ...others, ...TIERS };
  const name = named.toLowerCase();
  return { processing_tier: name in tiers ? tiers[name] : "other", processing_tier_reported: named };
}

/** @param {Json} geo @returns {Columns} */
export function geography(geo) {
  if (words(geo) === undefined || geo === "not_available") return {};
  return { region_id: geo, region_scope: geo === "global" ? "global" : "geography" };
}

/** @param {Json} text @returns {Columns} */
function band(text) {
  if (text === undefined || text === null) return {};
  if (/^(0-200k|(≤|<=) ?200k)$/.test(text)) return { minimum_context_tokens: 0, maximum_context_tokens: 200_001 };
  if (text === "200k-1M") return { minimum_context_tokens: 200_001, maximum_context_tokens: 1_000_001 };
  if (/^> ?200k$/.test(text)) return { minimum_context_tokens: 200_001 };
  return {};
}

/** @param {Json} value @returns {Other[]} */
function searches(value) {
  const quantity = whole(value);
  return quantity === undefined || quantity.isZero
    ? []
    : [{ meter: "searches", quantity, columns: { ai_service: "tool" } }];
}

/** @param {Json} usage */
function leavesOf(usage) {
  const [given, taken] = [whole(usage.input_tokens), whole(usage.output_tokens)];
  if (given === undefined && taken === undefined) throw new Refused("Neither input nor output is stated.");
  const made = child(usage, "cache_creation");
  const short = whole(made.ephemeral_5m_input_tokens);
  const long = whole(made.ephemeral_1h_input_tokens);
  const parts = short || long ? (short ?? ZERO).plus(long ?? ZERO) : undefined;
  return [
    ...disjoint({
      uncached: given ?? ZERO,
      read: whole(usage.cache_read_input_tokens),
      write: whole(usage.cache_creation_input_tokens) ?? parts,
      short,
      long,
    }),
    ...output(taken ?? ZERO, whole(child(usage, "output_tokens_details").thinking_tokens)),
  ];
}

const PLAIN = /^[A-Za-z0-9_.-]{1,100}$/;

/** @type {Record<string, string>} */
const TOOLS = { web_search_requests: "searches" };

/** @param {Json} tools counters by name @param {Record<string, string>} [meters] which are not counters of calls @returns {Other[]} */
export function toolCalls(tools, meters = TOOLS) {
  return Object.entries(tools).flatMap(([name, value]) => {
    if (!PLAIN.test(name)) return [];
    if (meters[name] === "searches") return searches(value);
    const quantity = whole(value);
    if (quantity === undefined || quantity.isZero) return [];
    return [{ meter: "tool_calls", quantity, columns: { ai_service: "tool", meter_variant: name } }];
  });
}

const COUNTERS = ["input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens"];

/** @param {Json[]} list */
const countsOf = (list) => COUNTERS.map((name) => sum(list.map((each) => whole(each[name]) ?? ZERO)).toString()).join();

/**
 * Iterations that the counters at the top leave out: those of compaction and of the advisor, and whatever stands beside
 * messages that are as many as the top says.
 *
 * @param {Json} usage
 * @returns {{number: number, iteration: Json}[]}
 */
function outside(usage) {
  const list = usage.iterations ?? [];
  if (!Array.isArray(list)) throw new Refused("Iterations are a list.");
  const of = (/** @type {string} */ type) => list.filter((each) => each.type === type);
  const all = list.map((iteration, at) => ({ number: at + 1, iteration }));
  const every = countsOf(list);
  const isFallback = of("fallback_message").length > 0;
  if (!isFallback && countsOf(of("message")) === countsOf([usage]))
    return all.filter(({ iteration }) => iteration.type !== "message");
  if (!isFallback && every === countsOf([usage])) return [];
  return all.filter(({ iteration }) => ["compaction", "advisor_message"].includes(iteration.type));
}

/**
 * The call at the top, and each iteration that it leaves out.
 *
 * @param {Json} usage
 * @param {string | undefined} key
 * @param {Columns} columns
 * @returns {Fact[]}
 */
function messageFacts(usage, key, columns) {
  /** @type {Columns} */
  const shared = {
    service_provider_name: PROVIDER,
    ...columns,
    ...tierOf(usage.service_tier, usage.speed),
    ...geography(usage.inference_geo),
    source_counters: counters(usage),
  };
  const top = {
    key: key ?? "",
    columns: shared,
    leaves: leavesOf(usage),
    others: toolCalls(child(usage, "server_tool_use")),
  };
  const others = outside(usage).map(({ number: place, iteration }) => ({
    key: `${key ?? ""}#iteration-${place}`,
    // The advisor is another model than the one that it advises.
    columns: {
      ...shared,
      model_id: words(iteration.model) ?? (iteration.type === "advisor_message" ? null : shared.model_id),
    },
    leaves: leavesOf(iteration),
    others: [],
  }));
  return [top, ...others];
}

/** @type {Source} */
export const response = {
  areCalls: true,
  facts(message, { options }) {
    refuseEvents(message);
    const usage = usageOf(message, ["input_tokens", "output_tokens"]);
    if (usage.total_tokens !== undefined && usage.input_tokens_details !== undefined)
      throw new Refused("This usage is in OpenAI's shape.");
    const columns = {
      ...moment(startOf(message, options)),
      source_record_id: message.id,
      model_id: words(message.model) ?? options.model,
    };
    return messageFacts(usage, message.id, columns);
  },
};

/** @type {Source} */
export const claudeCode = {
  facts(line, { options }) {
    const { message } = line;
    if (!message?.usage) return [];
    const usage = child(message, "usage");
    const key = [message.id, line.requestId, line.uuid].find((name) => words(name));
    const facts = messageFacts(usage, key, {
      source_record_id: identifier(key),
      model_id: words(message.model) ?? options.model,
      application: "claude-code",
      run_id: identifier(line.sessionId),
      invocation_id: identifier(line.requestId),
      tags: { client_version: line.version, side_chain: line.isSidechain === true ? "true" : undefined },
    });
    const size = sum(facts.flatMap(({ leaves }) => leaves.map(({ quantity }) => quantity)));
    if (message.model === "<synthetic>" && size.isZero) return [];
    if (identifier(key) === undefined) throw new Refused("A line names its message.");
    const cost = number(line.costUSD);
    const value = cost && cost.above >= 0n ? { list_cost: plain(cost), billing_currency: "USD" } : {};
    const times = moment(instant(line.timestamp));
    const [top, ...further] = facts.map((fact) => ({ ...fact, columns: { ...times, ...fact.columns } }));
    const request = { meter: "requests", quantity: ONE, columns: value };
    return [{ ...top, others: [...top.others, request], size, further: further.map(settled) }];
  },
  // A message counts as one of its lines states it, with all of its iterations.
  unite: (facts) => greatest(facts).flatMap(({ further = [], ...top }) => [top, ...further]),
};

const OWNERS = ["workspace_id", "api_key_id", "account_id", "rbac_group_id", "slack_channel_id", "product"];
const DIMENSIONS = [...OWNERS, "model", "service_tier", "speed", "context_window", "inference_geo"];
const OF_COSTS = [...DIMENSIONS, "description", "cost_type", "token_type"];

/** @param {import("./buckets.js").Result} result @returns {Columns} */
const periodOf = ({ bucket }) => period(exact(bucket.starting_at), exact(bucket.ending_at));

/** @param {Json} row @returns {Columns} */
function dimensions(row) {
  const [person, program] = [identifier(row.account_id), identifier(row.service_account_id)];
  return {
    service_provider_name: PROVIDER,
    sub_account_id: identifier(row.workspace_id),
    credential_id: identifier(row.api_key_id),
    principal_id: program ?? person,
    principal_type: program === undefined ? person && "human" : "service_account",
    application: row.product,
    team: identifier(row.rbac_group_id),
    tags: row.slack_channel_id == null ? undefined : { slack_channel: row.slack_channel_id },
    model_id: words(row.model),
    ...tierOf(row.service_tier, row.speed),
    ...band(row.context_window),
    ...geography(row.inference_geo),
  };
}

/** What one user or key did in a day with Claude Code, by model. @param {Json} day @returns {Json[]} */
const modelsOf = (day) => {
  if (!isReport(day)) return [new Refused("A day of a report has models.")];
  const { model_breakdown: models, ...around } = day;
  return (models ?? []).map((/** @type {Json} */ model) => ({ day: around, model }));
};

/** @type {Record<string, string>} */
const CARRIERS = { subscription: "plan", api: "other_row" };

/** @param {{day: Json, model: Json}} given @returns {Fact} */
function claudeCodeFact({ day: given, model: row }) {
  const [tokens, estimate] = [child(row, "tokens"), child(row, "estimated_cost")];
  if (Object.keys(tokens).length === 0) throw new Refused("A model states its tokens.");
  const amount = number(estimate.amount)?.times(HUNDREDTH);
  if (amount && amount.above < 0n) throw new Refused("No usage has a negative cost.");
  const cost_carrier = CARRIERS[given.customer_type] ?? "unknown";
  const value = amount && { list_cost: plain(amount), billing_currency: estimate.currency.toUpperCase() };
  const actor = Object.entries(given.actor ?? {}).filter(([, name]) => name !== null);
  const said = keyOf(actor.sort().flat(), given, [], ["core_metrics", "tool_actions"]);
  return {
    key: keyOf([said], row, ["model"], []),
    columns: {
      ...day(given.date),
      service_provider_name: PROVIDER,
      billing_account_id: identifier(given.organization_id),
      application: "claude-code",
      model_id: words(row.model),
      tags: { terminal: given.terminal_type },
      cost_carrier,
      source_counters: counters(tokens),
    },
    leaves: [
      ...disjoint({
        uncached: whole(tokens.input) ?? ZERO,
        read: whole(tokens.cache_read) ?? ZERO,
        write: whole(tokens.cache_creation) ?? ZERO,
      }),
      ...output(whole(tokens.output)),
    ],
    others: [
      { meter: "other", unit: "usage_reports", quantity: ONE, columns: { meter_variant: "usage_report", ...value } },
    ],
  };
}

/** @param {Json} each @returns {boolean} */
const isReport = (each) => each?.model_breakdown !== undefined;

/** @type {Source} */
export const usage = {
  split(page) {
    if (isReport(page)) return modelsOf(page);
    return Array.isArray(page.data) && page.data.some(isReport) ? page.data.flatMap(modelsOf) : results(page);
  },
  facts: (record) => [record.day === undefined ? bucketFact(record) : claudeCodeFact(record)],
};

/** @param {import("./buckets.js").Result} result @returns {Fact} */
function bucketFact(result) {
  const { row } = result;
  if (row.uncached_input_tokens == null && row.output_tokens == null) throw new Refused("A result states its tokens.");
  const made = child(row, "cache_creation");
  const [short, long] = ["5m", "1h"].map((life) => whole(made[`ephemeral_${life}_input_tokens`]) ?? ZERO);
  const requests = whole(row.requests);
  const given = periodOf(result);
  return {
    key: keyOf(Object.values(given), row, [...DIMENSIONS, "service_account_id"], []),
    columns: { ...given, ...dimensions(row), cost_carrier: "other_row", source_counters: counters(row) },
    leaves: [
      ...disjoint({
        uncached: whole(row.uncached_input_tokens) ?? ZERO,
        read: whole(row.cache_read_input_tokens) ?? ZERO,
        write: short.plus(long),
        short,
        long,
      }),
      ...output(whole(row.output_tokens)),
    ],
    others: [
      ...searches(child(row, "server_tool_use").web_search_requests),
      ...(requests && !requests.isZero ? [{ meter: "requests", quantity: requests }] : []),
    ],
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
  split: results,
  facts(result) {
    const { row } = result;
    const amount = number(row.amount)?.times(HUNDREDTH);
    if (amount === undefined) throw new Refused("A cost has an amount.");
    whole(row.requests); // a counter, which stays one
    const list = number(row.list_amount)?.times(HUNDREDTH);
    const kind = words(row.token_type) ?? words(row.cost_type);
    const given = periodOf(result);
    const columns = {
      ...given,
      ...dimensions({ ...row, service_account_id: undefined }),
      ...carried(amount, row.currency),
      list_cost: list && plain(list),
      charge_description: words(row.description) ?? kind,
      sku_meter: kind,
      source_counters: countersOf(row, ["requests"]),
    };
    const key = keyOf([...Object.values(given), row.currency.toUpperCase()], row, OF_COSTS, [
      "amount",
      "list_amount",
      "currency",
    ]);
    const size = amount.above < 0n ? ZERO.minus(amount) : amount;
    return [{ key, columns, leaves: [], others: [{ name: "cost" }], size }];
  },
};

/** @param {Json} row @returns {Columns} */
function consoleColumns(row) {
  return {
    ...day(row.usage_date_utc),
    service_provider_name: PROVIDER,
    team: identifier(row.workspace),
    credential_id: identifier(row.api_key_id),
    model_id: row.model_version ?? row.model,
    ...tierOf(row.usage_type, row.speed),
    ...band(row.context_window),
    ...geography(row.inference_geo),
  };
}

const COUNTED = /^usage_(in|out)put_tokens|^web_search_count$/;

/** @type {Source} */
export const console = {
  facts(row, { session }) {
    const key = numbered(session, Object.entries(row));
    const amount = cellNumber(row.cost_usd);
    if (amount !== undefined) {
      const kind = row.token_type ?? row.cost_type;
      const columns = {
        ...consoleColumns(row),
        ...carried(amount, "USD"),
        charge_description: [row.model, kind].filter(Boolean).join(" "),
        sku_meter: kind,
        source_counters: countersOf(row, ["cost_usd", "list_price_usd"]),
      };
      return [{ key, columns, leaves: [], others: [{ name: "cost" }] }];
    }
    const names = Object.keys(row).filter((name) => COUNTED.test(name));
    if (names.length === 0) throw new Refused("A row states tokens or a cost.");
    const [fresh, read, short, long] = ["no_cache", "cache_read", "cache_write_5m", "cache_write_1h"].map(
      (name) => cellCount(row[`usage_input_tokens_${name}`]) ?? ZERO,
    );
    return [
      {
        key,
        columns: { ...consoleColumns(row), cost_carrier: "other_row", source_counters: countersOf(row, names) },
        leaves: [
          ...disjoint({ uncached: fresh, read, write: short.plus(long), short, long }),
          ...output(cellCount(row.usage_output_tokens)),
        ],
        others: searches(cellCount(row.web_search_count)),
      },
    ];
  },
};
