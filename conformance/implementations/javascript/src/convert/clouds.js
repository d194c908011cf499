/** Responses and logs of other vendors: Amazon Bedrock, Cohere. */

import { ONE, sum, ZERO } from "../metrics/exact.js";
import { toolCalls } from "./anthropic.js";
import { logged, moment } from "./instants.js";
import { child, counters, isObject, objects, Refused, whole, words } from "./payload.js";
import { modelOf, responseIdOf, startOf, usageOf } from "./responses.js";
import { caller, identifier, tagsOf } from "./rows.js";
import { disjoint, output, remainderOf } from "./tokens.js";
import { first } from "./usage.js";

/** @typedef {import("./index.js").Source} Source */
/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Columns} Columns */
/** @typedef {import("./rows.js").Leaf} Leaf */
/** @typedef {import("./tokens.js").Count} Count */
/** @typedef {import("./tokens.js").Counts} Counts */

/** @type {Record<string, string | undefined>} */
const AMAZON = {
  default: "standard",
  standard: "standard",
  flex: "flex",
  priority: "priority",
  reserved: "provisioned",
};

/** @param {Record<string, string | undefined>} tiers @param {string | undefined} reported */
export const tierAmong = (tiers, reported) => {
  const name = reported?.toLowerCase();
  return name === undefined || name in tiers ? tiers[name ?? ""] : "other";
};

const SECONDS = /** @type {Record<string, number>} */ ({ s: 1, m: 60, h: 3600 });

/** Written tokens by how long they live; of those that no detail explains it is not known. @param {Json} usage @param {Count} written @returns {Leaf[]} */
function writesOf(usage, written) {
  const leaves = objects(usage.cacheDetails).map(({ ttl, inputTokens }) => {
    const life = /^([1-9][0-9]{0,5})([smh])$/.exec(words(ttl) ?? "");
    const quantity = whole(inputTokens) ?? ZERO;
    return {
      direction: "input",
      action: "write",
      ttl: life ? Number(life[1]) * SECONDS[life[2]] : undefined,
      quantity,
    };
  });
  const left = written?.minus(sum(leaves.map(({ quantity }) => quantity))) ?? ZERO;
  if (left.above < 0n) return [{ direction: "input", action: "write", quantity: written ?? ZERO }];
  return [...leaves, { direction: "input", action: "write", quantity: left }];
}

const [IN, OUT] = [
  ["inputTokens", "inputTokenCount"],
  ["outputTokens", "outputTokenCount"],
];

/** A text inside of an object, if it is one. @param {Json} body @param {string} name @param {string} member */
const within = (body, name, member) =>
  isObject(body[name]) && !Array.isArray(body[name]) ? words(body[name][member]) : undefined;

/** @type {Source} */
export const bedrock = {
  areCalls: true,
  facts(body, { options }) {
    const metrics = "amazon-bedrock-invocationMetrics";
    const usage = body[metrics] === undefined ? usageOf(body, [...IN, ...OUT, "totalTokens"]) : child(body, metrics);
    if ((usage.input_tokens ?? usage.prompt_tokens) !== undefined)
      throw new Refused("This is the model developer's shape.");
    const [given, taken] = [first(usage, ...IN), first(usage, ...OUT)];
    const total = whole(usage.totalTokens);
    if ([given, taken, total].every((each) => each === undefined)) throw new Refused("No tokens are stated.");
    const read = first(usage, "cacheReadInputTokens", "cacheReadInputTokenCount");
    const write = first(usage, "cacheWriteInputTokens", "cacheWriteInputTokenCount");
    const isDivided = read !== undefined || write !== undefined || usage.cacheDetails?.length > 0;
    const id = responseIdOf(body) ?? within(body, "ResponseMetadata", "RequestId");
    const tier = within(body, "serviceTier", "type");
    const columns = {
      ...moment(startOf(body, options)),
      source_record_id: identifier(id),
      service_provider_name: "Amazon Web Services",
      model_id: modelOf(body),
      processing_tier: tierAmong(AMAZON, tier),
      processing_tier_reported: tier,
      source_counters: counters(usage),
    };
    const leaves = [
      { direction: "input", action: isDivided ? "uncached" : undefined, quantity: given ?? ZERO },
      { direction: "input", action: "read", quantity: read ?? ZERO },
      ...writesOf(usage, write),
      ...output(taken),
    ];
    const remainder = remainderOf(given, taken);
    const others = toolCalls(child(usage, "serverToolUsage"), {});
    return [{ key: id ?? "", columns, leaves, others, total, remainder }];
  },
};

/** @type {Source} */
export const bedrockLog = {
  areCalls: true,
  facts(log) {
    if (log.schemaType !== "ModelInvocationLog") throw new Refused("This is no model invocation log.");
    const [input, made] = [child(log, "input"), child(log, "output")];
    const [given, taken] = [whole(input.inputTokenCount), whole(made.outputTokenCount)];
    const [read, write] = [whole(input.cacheReadInputTokenCount), whole(input.cacheWriteInputTokenCount)];
    if (given === undefined && taken === undefined && [read, write].every((each) => !each || each.isZero)) return [];
    const name = identifier(words(log.requestId));
    const columns = {
      ...moment(logged(log.timestamp)),
      source_record_id: name,
      service_provider_name: "Amazon Web Services",
      service_name: words(log.operation),
      sub_account_id: identifier(log.accountId),
      region_id: words(log.region),
      region_scope: words(log.region) && "region",
      model_id: words(log.modelId),
      principal_id: caller(words(child(log, "identity").arn)),
      tags: tagsOf({ ...child(log, "requestMetadata"), inference_region: words(log.inferenceRegion) }),
      source_counters: counters({ input: withoutBodies(input), output: withoutBodies(made) }),
    };
    const leaves = [...disjoint({ uncached: given ?? ZERO, read, write }), ...output(taken)];
    return [{ key: name ?? "", columns, leaves, others: [{ meter: "requests", quantity: ONE }] }];
  },
};

/** Bodies of requests and responses are never read. @param {Json} side */
const withoutBodies = (side) =>
  Object.fromEntries(Object.entries(side).filter(([name]) => !/(Body|Content)/.test(name)));

/** What a response bills beside tokens, and the service that its meter does not measure. */
const BILLED = [
  { name: "search_units", meter: "searches", notOf: "embedding" },
  { name: "images", meter: "images", notOf: "reranking" },
  { name: "classifications", meter: "other", unit: "classifications" },
];

/** @type {Source} */
export const cohere = {
  areCalls: true,
  facts(body, { options }) {
    const usage = body.meta === undefined ? usageOf(body, ["billed_units"]) : child(body, "meta");
    const [billed, seen] = [child(usage, "billed_units"), child(usage, "tokens")];
    const sides = (/** @type {Json} */ units) => [whole(units.input_tokens), whole(units.output_tokens)];
    const units = BILLED.map(({ name }) => whole(billed[name]));
    whole(billed.image_tokens); // which may be part of the input, and is kept as it is
    const isBilled = [...sides(billed), ...units].some((each) => each !== undefined);
    if (!isBilled && Object.keys(seen).length === 0) throw new Refused("A response states what is billed.");
    const [ofBilled, ofSeen] = [billed, seen].map(sides);
    const [given, taken] = isBilled ? ofBilled : ofSeen;
    const isCounted = given !== undefined || taken !== undefined;
    const [searches] = units;
    const isRanked = body.results != null && searches !== undefined && !searches.isZero;
    const service = body.embeddings == null ? (isRanked ? "reranking" : "inference") : "embedding";
    const others = BILLED.flatMap(({ meter, unit, notOf }, at) => {
      const quantity = units[at];
      const columns = notOf === service ? { ai_service: "inference" } : {};
      return quantity === undefined || (quantity.isZero && isCounted) ? [] : [{ meter, unit, quantity, columns }];
    });
    const columns = {
      ...moment(startOf(body, options)),
      source_record_id: identifier(responseIdOf(body)),
      service_provider_name: "Cohere",
      model_id: modelOf(body),
      ai_service: service,
      source_counters: counters(usage),
    };
    const leaves = isCounted ? [{ direction: "input", quantity: given ?? ZERO }, ...output(taken)] : [];
    return [{ key: responseIdOf(body) ?? "", columns, leaves, others }];
  },
};
