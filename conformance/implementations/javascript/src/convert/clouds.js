/** Responses and logs of other vendors: Google, Amazon Bedrock, Cohere. */

import { ONE, sum, ZERO } from "../metrics/exact.js";
import { instant, moment } from "./instants.js";
import { count, counters, Refused } from "./payload.js";
import { disjoint, encoded, output } from "./tokens.js";

/** @typedef {import("./index.js").Source} Source */
/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Columns} Columns */
/** @typedef {import("./rows.js").Leaf} Leaf */
/** @typedef {import("./tokens.js").Count} Count */

/** @type {Record<string, string>} */
const TIERS = {
  default: "standard",
  standard: "standard",
  flex: "flex",
  priority: "priority",
  reserved: "provisioned",
  on_demand: "standard",
  on_demand_flex: "flex",
  on_demand_priority: "priority",
  provisioned_throughput: "provisioned",
};

/** @param {Json} reported @returns {Columns} */
function tierOf(reported) {
  if (reported === undefined || reported === null) return {};
  return { processing_tier: TIERS[reported.toLowerCase()] ?? "other", processing_tier_reported: reported };
}

/** @param {Json} list @returns {Record<string, Count>} */
const byModality = (list) =>
  Object.fromEntries(
    (list ?? []).map((/** @type {Json} */ { modality, tokenCount }) => [modality.toLowerCase(), count(tokenCount)]),
  );

/** @param {Json} usage @returns {Leaf[]} */
function geminiPrompt(usage) {
  const given = count(usage.promptTokenCount) ?? ZERO;
  const read = count(usage.cachedContentTokenCount) ?? ZERO;
  const [all, cached] = [byModality(usage.promptTokensDetails), byModality(usage.cacheTokensDetails)];
  if (read.isZero || !usage.cacheTokensDetails) return encoded(disjoint({ uncached: given.minus(read), read }), all);
  const fresh = Object.fromEntries(
    Object.entries(all).map(([name, quantity]) => [name, quantity?.minus(cached[name] ?? ZERO)]),
  );
  const leaves = disjoint({ uncached: given.minus(read), read });
  return leaves.flatMap((leaf) => encoded([leaf], leaf.action === "read" ? cached : fresh));
}

/**
 * A dimension stands on every leaf of a direction or on none.
 *
 * @param {Leaf[]} leaves
 * @returns {Leaf[]}
 */
function even(leaves) {
  const filled = leaves.filter(({ quantity }) => !quantity.isZero);
  const isDivided = filled.some(({ modality }) => modality !== undefined);
  return isDivided ? filled.map((leaf) => ({ modality: "unspecified", ...leaf })) : filled;
}

/** @type {Source} */
export const gemini = {
  facts(body, { options }) {
    const usage = body.usageMetadata;
    if (!usage) throw new Refused("A response without usage is not converted.");
    const tools = count(usage.toolUsePromptTokenCount);
    const thoughts = count(usage.thoughtsTokenCount);
    const prompt = geminiPrompt(usage).map((leaf) => ({ ...leaf, role: "prompt" }));
    const used = encoded(disjoint({ uncached: tools, read: ZERO }), byModality(usage.toolUsePromptTokensDetails));
    const answered = encoded(
      output(count(usage.candidatesTokenCount) ?? ZERO),
      byModality(usage.candidatesTokensDetails),
    );
    // Counters that are zero are left out, so every body tells roles and the cache apart.
    const out = [
      ...answered.map((leaf) => ({ ...leaf, role: "answer" })),
      { direction: "output", role: "reasoning", quantity: thoughts ?? ZERO },
    ];
    const leaves = [...even([...prompt, ...used.map((leaf) => ({ ...leaf, role: "tool_result" }))]), ...even(out)];
    const total = count(usage.totalTokenCount);
    const rest = total?.minus(sum(leaves.map(({ quantity }) => quantity)));
    if (rest && !rest.isZero) throw new Refused("The total holds more than its parts.");
    const start = body.createTime ? instant(body.createTime) : instant(options.at);
    const columns = {
      ...moment(start),
      source_record_id: body.responseId,
      service_provider_name: "Google",
      model_id: body.modelVersion ?? options.model,
      ...tierOf(usage.serviceTier ?? usage.trafficType),
      source_counters: counters(usage),
    };
    return [{ key: body.responseId ?? start, columns, leaves, others: [], total }];
  },
};

/** @type {Source} */
export const bedrock = {
  facts(body, { options }) {
    const { usage } = body;
    if (!usage?.inputTokens) throw new Refused("Only responses of Converse are converted.");
    const writes = usage.cacheDetails ?? [];
    const written = (/** @type {string} */ life) =>
      count(writes.find((/** @type {Json} */ { ttl }) => ttl === life)?.inputTokens);
    const start = instant(options.at);
    const id = body.ResponseMetadata?.RequestId;
    return [
      {
        key: id ?? start,
        columns: {
          ...moment(start),
          source_record_id: id,
          service_provider_name: "Amazon Web Services",
          model_id: options.model,
          ...tierOf(body.serviceTier?.type),
          source_counters: counters(usage),
        },
        leaves: [
          ...disjoint({
            uncached: count(usage.inputTokens),
            read: count(usage.cacheReadInputTokens ?? usage.cacheReadInputTokenCount),
            write: count(usage.cacheWriteInputTokens ?? usage.cacheWriteInputTokenCount),
            short: written("5m"),
            long: written("1h"),
          }),
          ...output(count(usage.outputTokens)),
        ],
        others: [],
        total: count(usage.totalTokens),
      },
    ];
  },
};

/** @type {Source} */
export const bedrockLog = {
  facts(log) {
    if (log.schemaType !== "ModelInvocationLog") throw new Refused("This is no model invocation log.");
    const { input, output: out } = log;
    if (log.errorCode || input?.inputTokenCount === undefined) return [];
    const columns = {
      ...moment(instant(log.timestamp)),
      source_record_id: log.requestId,
      service_provider_name: "Amazon Web Services",
      service_name: log.operation,
      sub_account_id: log.accountId,
      region_id: log.region,
      region_scope: "region",
      model_id: log.modelId,
      principal_id: log.identity?.arn,
      tags: { ...log.requestMetadata, inference_region: log.inferenceRegion },
      source_counters: counters({ input, output: out }),
    };
    return [
      {
        key: log.requestId,
        columns,
        leaves: [
          ...disjoint({
            uncached: count(input.inputTokenCount),
            read: count(input.cacheReadInputTokenCount),
            write: count(input.cacheWriteInputTokenCount),
          }),
          ...output(count(out.outputTokenCount)),
        ],
        others: [{ meter: "requests", quantity: ONE }],
      },
    ];
  },
};

/** @type {Record<string, string>} */
const UNITS = { search_units: "searches", images: "images", classifications: "other" };

/** @type {Source} */
export const cohere = {
  facts(body, { options }) {
    const usage = body.usage ?? body.meta;
    if (!usage?.billed_units) throw new Refused("A response without billed units is not converted.");
    const billed = usage.billed_units;
    const service = body.embeddings ? "embedding" : body.results ? "reranking" : "inference";
    const start = instant(options.at);
    const others = Object.keys(UNITS).flatMap((name) => {
      const quantity = count(billed[name]);
      if (quantity === undefined || quantity.isZero) return [];
      return [{ meter: UNITS[name], unit: UNITS[name] === "other" ? name : undefined, quantity }];
    });
    const columns = {
      ...moment(start),
      source_record_id: body.id,
      service_provider_name: "Cohere",
      model_id: body.model ?? options.model,
      ai_service: service,
      source_counters: counters({ billed_units: billed, tokens: usage.tokens }),
    };
    const leaves = [
      ...(billed.input_tokens === undefined
        ? []
        : [{ direction: "input", quantity: count(billed.input_tokens) ?? ZERO }]),
      ...output(count(billed.output_tokens)),
    ];
    return [{ key: body.id, columns, leaves, others }];
  },
};
