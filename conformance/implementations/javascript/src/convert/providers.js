/** What gateways and tools of observability say of providers and of costs. */

import { ONE } from "../metrics/exact.js";
import { plain } from "./payload.js";

/** @typedef {import("./rows.js").Other} Other */
/** @typedef {import("../metrics/exact.js").Fraction} Fraction */

/** @type {Record<string, string[]>} */
const NAMES = {
  OpenAI: ["openai", "text-completion-openai"],
  Anthropic: ["anthropic"],
  Microsoft: ["azure", "azure_ai", "azure.ai.openai", "azure.ai.inference", "az.ai.openai"],
  "Amazon Web Services": ["bedrock", "aws.bedrock", "aws_bedrock", "sagemaker"],
  Google: ["gemini", "google", "vertex_ai", "gcp.gemini", "gcp.vertex_ai", "gcp.gen_ai"],
  "Mistral AI": ["mistral", "mistral_ai"],
  Cohere: ["cohere"],
  Groq: ["groq"],
  xAI: ["xai", "x_ai"],
  DeepSeek: ["deepseek"],
  OpenRouter: ["openrouter"],
  Perplexity: ["perplexity"],
  "Together AI": ["together_ai"],
  "Fireworks AI": ["fireworks_ai"],
};
const PROVIDERS = new Map(Object.entries(NAMES).flatMap(([provider, names]) => names.map((name) => [name, provider])));

/** The provider that a gateway has a word for; a word that is not known stays. @param {string | undefined} name */
export const providerOf = (name) => name && (PROVIDERS.get(name.toLowerCase()) ?? name);

/**
 * The cost of a call, on the record of its requests.
 *
 * @param {Fraction | undefined} cost
 * @param {string} source
 * @param {Fraction} [requests]
 * @returns {Other}
 */
export function charged(cost, source, requests = ONE) {
  if (cost === undefined) return { meter: "requests", quantity: requests };
  const columns = {
    cost_carrier: "this_row",
    billed_cost: source === "invoiced" ? plain(cost) : "0",
    effective_cost: plain(cost),
    billing_currency: "USD",
    cost_source: source,
  };
  return { meter: "requests", quantity: requests, columns };
}
