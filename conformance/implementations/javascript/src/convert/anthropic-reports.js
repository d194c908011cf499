/** Anthropic: the reports of the administration interface, and the Console's exports. */

import { Fraction, ONE, sum, ZERO } from "../metrics/exact.js";
import { geography, PROVIDER, searches, tierOf } from "./anthropic.js";
import { keyOf, results } from "./buckets.js";
import { day, exact, period } from "./instants.js";
import {
  cellCount,
  cellNumber,
  child,
  counters,
  countersOf,
  isObject,
  number,
  plain,
  Refused,
  whole,
  words,
} from "./payload.js";
import { identifier, numberedRow } from "./rows.js";
import { disjoint, output } from "./tokens.js";

/** @typedef {import("./index.js").Source} Source */
/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Columns} Columns */
/** @typedef {import("./rows.js").Fact} Fact */

const HUNDREDTH = new Fraction(1n, 100n);
const OWNERS = ["workspace_id", "api_key_id", "account_id", "service_account_id", "claude_tag_user_id"];
/** Dimensions that become tags. @type {Record<string, string>} */
const TAGS = {
  slack_channel_id: "slack_channel",
  claude_tag_category: "claude_tag_category",
  agent_id: "agent",
  actor_type: "actor_type",
};
const GROUPS = ["rbac_group_id", "product", ...Object.keys(TAGS)];
const DIMENSIONS = [...OWNERS, ...GROUPS, "model", "service_tier", "speed", "context_window", "inference_geo"];
/** What tells nothing that the identifier of a user does not. */
const OF_USERS = ["actor.email_address", "actor.name"];
const OF_COSTS = [...DIMENSIONS, "description", "cost_type", "token_type"];

/** @param {import("./buckets.js").Result} result @returns {Columns} */
const periodOf = ({ bucket }) => period(exact(bucket.starting_at), exact(bucket.ending_at));

/** @param {Json} text @returns {Columns} */
function band(text) {
  const said = words(text) ?? "";
  if (/^(0-200k|(≤|<=) ?200k)$/.test(said)) return { minimum_context_tokens: 0, maximum_context_tokens: 200_001 };
  if (said === "200k-1M") return { minimum_context_tokens: 200_001, maximum_context_tokens: 1_000_001 };
  if (/^> ?200k$/.test(said)) return { minimum_context_tokens: 200_001 };
  return {};
}

/** @param {Json} row @returns {Columns} */
function dimensions(row) {
  const person = identifier(row.account_id) ?? identifier(row.claude_tag_user_id);
  const program = identifier(row.service_account_id);
  return {
    service_provider_name: PROVIDER,
    sub_account_id: identifier(row.workspace_id),
    credential_id: identifier(row.api_key_id),
    principal_id: program ?? person,
    principal_type: program === undefined ? person && "human" : "service_account",
    application: words(row.product),
    team: identifier(row.rbac_group_id),
    tags: Object.fromEntries(Object.entries(TAGS).map(([name, tag]) => [tag, words(row[name])])),
    model_id: words(row.model),
    ...tierOf(row.service_tier, row.speed),
    ...band(row.context_window),
    ...geography(row.inference_geo),
  };
}

/** What an actor of analytics is known by. @type {Record<string, string>} */
const ACTOR = { user_id: "account_id", service_account_id: "service_account_id", api_key_id: "api_key_id" };

/** @param {Json} each @returns {boolean} */
const isPlain = (each) => isObject(each) && !Array.isArray(each);

/** A row of analytics, which states its own period. @param {Json} each @returns {boolean} */
const isRow = (each) =>
  isPlain(each) && "starting_at" in each && !("results" in each) && (isPlain(each.group) || isPlain(each.actor));

/** Its dimensions and figures side by side. @param {Json} row */
function flat(row) {
  if (!isRow(row)) return new Refused("A row of analytics has a period.");
  const { starting_at, ending_at, group, usage: used, cost: charged, ...rest } = row;
  const parts = [group, used, charged].filter((each) => each !== undefined && each !== null);
  if (!parts.every(isPlain)) return new Refused("The figures of a row are an object.");
  const { actor, ...stated } = Object.assign({}, rest, ...parts);
  if (actor !== undefined && actor !== null && !isPlain(actor)) return new Refused("An actor is an object.");
  for (const [name, value] of Object.entries(actor ?? {}))
    if (!["type", "deleted"].includes(name) && value !== null) stated[ACTOR[name] ?? `actor.${name}`] = value;
  return { bucket: { starting_at, ending_at }, row: stated };
}

/** Results of buckets, or rows of analytics. @param {Json} page @returns {Json[]} */
function resultsOf(page) {
  if (isRow(page)) return [flat(page)];
  return Array.isArray(page.data) && page.data.some(isRow) ? page.data.map(flat) : results(page);
}

/** What one user or key did in a day with Claude Code, by model. @param {Json} day @returns {Json[]} */
const modelsOf = (day) => {
  if (!isReport(day)) return [new Refused("A day of a report has models.")];
  const { model_breakdown: models, ...around } = day;
  if (!Array.isArray(models ?? [])) return [new Refused("The models of a day are a list.")];
  return (models ?? []).map((/** @type {Json} */ model) => ({ day: around, model }));
};

/** @type {Record<string, string>} */
const CARRIERS = { subscription: "plan", api: "other_row" };

/** @param {{day: Json, model: Json}} given @returns {Fact} */
function claudeCodeFact({ day: given, model: row }) {
  const [tokens, estimate] = [child(row, "tokens"), child(row, "estimated_cost")];
  if (["input", "cache_read", "cache_creation", "output"].every((name) => whole(tokens[name]) === undefined))
    throw new Refused("A model states its tokens.");
  const amount = number(estimate.amount)?.times(HUNDREDTH);
  if (amount && amount.above < 0n) throw new Refused("No usage has a negative cost.");
  const cost_carrier = CARRIERS[words(given.customer_type) ?? ""] ?? "unknown";
  const value = amount && { list_cost: plain(amount), billing_currency: estimate.currency.toUpperCase() };
  const actor = Object.entries(child(given, "actor")).filter(([, name]) => name !== null && name !== "");
  const said = keyOf(actor.sort().flat(), given, [], ["core_metrics", "tool_actions"]);
  return {
    key: keyOf([said], row, ["model"], []),
    columns: {
      ...day(given.date),
      service_provider_name: PROVIDER,
      billing_account_id: identifier(given.organization_id),
      application: "claude-code",
      model_id: words(row.model),
      tags: { terminal: words(given.terminal_type) },
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
    return Array.isArray(page.data) && page.data.some(isReport) ? page.data.flatMap(modelsOf) : resultsOf(page);
  },
  facts: (record) => [record.day === undefined ? bucketFact(record) : claudeCodeFact(record)],
};

/** @param {import("./buckets.js").Result} result @returns {Fact} */
function bucketFact(result) {
  const { row } = result;
  const made = child(row, "cache_creation");
  const [short, long] = ["5m", "1h"].map((life) => whole(made[`ephemeral_${life}_input_tokens`]) ?? ZERO);
  const [requests, total] = [whole(row.requests), whole(row.total_tokens)];
  const given = periodOf(result);
  const [uncached, read, taken] = ["uncached_input_tokens", "cache_read_input_tokens", "output_tokens"].map((name) =>
    whole(row[name]),
  );
  const cached = sum([short, long, read ?? ZERO]);
  const isCounted = uncached !== undefined || taken !== undefined || !cached.isZero || (total && !total.isZero);
  const others = [
    ...searches(child(row, "server_tool_use").web_search_requests),
    ...(requests && !requests.isZero ? [{ meter: "requests", quantity: requests }] : []),
  ];
  if (!isCounted && others.length === 0) throw new Refused("A result states what was used.");
  return {
    key: keyOf(Object.values(given), row, DIMENSIONS, OF_USERS),
    columns: { ...given, ...dimensions(row), cost_carrier: "other_row", source_counters: counters(row) },
    leaves: isCounted
      ? [
          ...disjoint({ uncached: uncached ?? ZERO, read: read ?? ZERO, write: short.plus(long), short, long }),
          ...output(taken),
        ]
      : [],
    total,
    remainder: "output",
    others,
  };
}

/** Amounts of both signs stand on adjustments alone. @param {Fraction[]} amounts @returns {string} */
function categoryOf(amounts) {
  if (!amounts.some((each) => each.above < 0n)) return "usage";
  return amounts.some((each) => each.above > 0n) ? "adjustment" : "credit";
}

/** @param {Fraction} amount @param {Json} currency @returns {Columns} */
const carried = (amount, currency) => ({
  charge_category: categoryOf([amount]),
  cost_carrier: "this_row",
  billed_cost: plain(amount),
  effective_cost: plain(amount),
  billing_currency: currency.toUpperCase(),
  cost_source: "invoiced",
});

/** @type {Source} */
export const cost = {
  split: resultsOf,
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
      ...dimensions(row),
      ...carried(amount, row.currency),
      charge_category: categoryOf([amount, ...(list ? [list] : [])]),
      list_cost: list && plain(list),
      charge_description: words(row.description) ?? kind,
      sku_meter: kind,
      source_counters: countersOf(row, ["requests"]),
    };
    const key = keyOf([...Object.values(given), row.currency.toUpperCase()], row, OF_COSTS, [
      "amount",
      "list_amount",
      "currency",
      ...OF_USERS,
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

const COUNTED =
  /^(usage_(input_tokens_(no_cache|cache_read|cache_write_5m|cache_write_1h)|output_tokens)|web_search_count)$/;

/** @type {Source} */
export const console = {
  tables: ["cost_usd", "usage_output_tokens"].map((name) => ["usage_date_utc", name]),
  facts(row, { session }) {
    const key = numberedRow(session, row);
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
        leaves: names.every((name) => name === "web_search_count")
          ? []
          : [
              ...disjoint({ uncached: fresh, read, write: short.plus(long), short, long }),
              ...output(cellCount(row.usage_output_tokens)),
            ],
        others: searches(cellCount(row.web_search_count)),
      },
    ];
  },
};
