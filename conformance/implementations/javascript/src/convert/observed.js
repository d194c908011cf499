/** What tools of observability record: Langfuse, and OpenTelemetry. */

import { Nested } from "../json.js";
import { ONE } from "../metrics/exact.js";
import { charged, PROVIDERS } from "./gateways.js";
import { instant, moment, sinceEpoch } from "./instants.js";
import { count, counters, number, Refused } from "./payload.js";
import { inclusive, output } from "./tokens.js";

/** @typedef {import("./index.js").Source} Source */
/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Columns} Columns */
/** @typedef {import("./rows.js").Leaf} Leaf */

/** Types of usage are disjoint. @type {Record<string, Omit<Leaf, "quantity">>} */
const TYPES = {
  input: { direction: "input", action: "uncached" },
  input_cached_tokens: { direction: "input", action: "read" },
  input_cache_read: { direction: "input", action: "read" },
  input_cache_creation: { direction: "input", action: "write" },
  input_cache_write: { direction: "input", action: "write" },
  input_cache_creation_5m: { direction: "input", action: "write", ttl: 300 },
  input_cache_creation_1h: { direction: "input", action: "write", ttl: 3600 },
  output: { direction: "output", role: "answer" },
  output_reasoning_tokens: { direction: "output", role: "reasoning" },
};

/** @param {Json} details @returns {Leaf[]} */
function typedLeaves(details) {
  const names = Object.keys(details).filter((name) => name !== "total");
  const unknown = names.find((name) => !(name in TYPES));
  if (unknown !== undefined) throw new Refused("A type of usage is not known.");
  const leaves = names.map((name) => ({ ...TYPES[name], quantity: /** @type {any} */ (count(details[name])) }));
  const [isCached, isReasoned] = [names.some((name) => /cache/.test(name)), names.some((name) => /reason/.test(name))];
  return leaves.map(({ action, role, ...leaf }) => ({
    ...leaf,
    ...(isCached && { action }),
    ...(isReasoned && { role }),
  }));
}

/** @type {Source} */
export const langfuse = {
  split: (document) => document.data ?? [document],
  facts(observation, { options }) {
    if (!/^(GENERATION|EMBEDDING)$/.test(observation.type)) return [];
    const details = observation.usageDetails ?? {};
    const cost = number(observation.totalCost ?? observation.costDetails?.total);
    const columns = {
      ...moment(instant(observation.startTime)),
      source_record_id: observation.id,
      service_provider_name: options.provider ?? "Langfuse",
      model_id: observation.model,
      ai_service: observation.type === "EMBEDDING" ? "embedding" : "inference",
      environment: observation.environment,
      principal_id: observation.userId,
      run_id: observation.traceId,
      cost_carrier: cost ? "other_row" : "unknown",
      source_counters: counters(details),
    };
    const others = [charged(cost, "list_estimate")];
    return [{ key: observation.id, columns, leaves: typedLeaves(details), others, total: count(details.total) }];
  },
};

/** @param {Json} list of attributes @returns {Record<string, any>} */
function attributesOf(list) {
  return Object.fromEntries(
    (list ?? []).map((/** @type {Json} */ { key, value }) => {
      const told = Object.values(value)[0];
      return [key, told instanceof Nested ? undefined : told];
    }),
  );
}

/** @param {Json} request @returns {Json[]} */
function spans(request) {
  if (!Array.isArray(request.resourceSpans)) throw new Refused("Only spans are converted.");
  return request.resourceSpans.flatMap((/** @type {Json} */ { resource, scopeSpans }) =>
    scopeSpans.flatMap((/** @type {Json} */ scope) =>
      scope.spans.map((/** @type {Json} */ span) => ({
        ...span,
        said: attributesOf(span.attributes),
        resource: attributesOf(resource?.attributes),
      })),
    ),
  );
}

const CALLS = ["chat", "text_completion", "generate_content", "embeddings", undefined];

/** @type {Source} */
export const otel = {
  split: spans,
  facts({ said, resource, ...span }) {
    const any = (/** @type {string[]} */ ...names) =>
      names.map((name) => said[name]).find((value) => value !== undefined);
    const usage = Object.fromEntries(Object.entries(said).filter(([name]) => /^(gen_ai|llm)\.usage\./.test(name)));
    if (Object.keys(usage).length === 0 || !CALLS.includes(said["gen_ai.operation.name"])) return [];
    const system = any("gen_ai.provider.name", "gen_ai.system");
    const own = (/** @type {string} */ name) => `gen_ai.usage.${name}`;
    const read = count(any(own("cache_read.input_tokens"), own("cache_read_input_tokens")));
    const names = ["cache_creation.input_tokens", "cache_write.input_tokens", "cache_creation_input_tokens"].map(own);
    const given = count(any(own("input_tokens"), own("prompt_tokens")));
    const taken = count(any(own("output_tokens"), own("completion_tokens")));
    const reasoning = count(any(own("reasoning.output_tokens"), own("reasoning_tokens")));
    const id = any("gen_ai.response.id") ?? `${span.traceId}:${span.spanId}`;
    const columns = {
      ...moment(sinceEpoch(span.startTimeUnixNano, 1_000_000_000n)),
      source_record_id: id,
      invocation_id: id,
      service_provider_name: PROVIDERS[system] ?? system,
      model_id: any("gen_ai.response.model", "gen_ai.request.model"),
      application: resource["service.name"],
      environment: resource["deployment.environment.name"],
      run_id: any("gen_ai.conversation.id", "session.id"),
      source_counters: usage,
    };
    return [
      {
        key: id,
        columns,
        leaves: [...inclusive(given, read, count(any(...names))), ...output(taken, reasoning)],
        others: [{ meter: "requests", quantity: ONE }],
        total: count(any("gen_ai.usage.total_tokens", "llm.usage.total_tokens")),
      },
    ];
  },
};
