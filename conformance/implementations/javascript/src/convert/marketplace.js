/** Tokens that the Marketplace of AWS bills: what a usage type says of them, and how many a unit is. */

/** @typedef {import("./payload.js").Json} Json */

const TYPE = /^(?:[A-Z0-9]+-)?(?:MP:)?[A-Z]{2,4}[0-9]?_([A-Za-z0-9_]+)-Units$/;
const WORD = /[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+[a-z]*/g;
const LIFETIME = /^([0-9]{1,4})([hm])$/;
const PLAIN =
  /^(input|cache|output|response|read|write|text|image|audio|video|million|thousand|tokens?|count|global|regional)$/;
const TIER = /^(standard|batch|flex|priority)$/;
const VARIANT = /^(long|context|latency|optimized|custom|model)$/;

/** What `USE1-MP:USE1_CacheWrite1hInputTokenCount_Global-Units` says. @param {string} type */
export function marketplaceMeaning(type) {
  const words = [...(TYPE.exec(type)?.[1] ?? "").matchAll(WORD)].map(([word]) => word.toLowerCase());
  const has = (/** @type {string[]} */ ...some) => some.some((word) => words.includes(word));
  const [isOutput, isCached] = [has("output", "response"), has("cache")];
  if (!has("token", "tokens") || isOutput === has("input", "cache")) return undefined;
  if (isCached ? has("read") === has("write") : has("read", "write")) return undefined;
  const lives = has("write") ? words.flatMap((word) => LIFETIME.exec(word) ?? []) : [];
  const [life, number, unit] = lives.length === 3 ? lives : [];
  const isKnown = (/** @type {string} */ word) => PLAIN.test(word) || TIER.test(word) || VARIANT.test(word);
  const unknown = words.filter((word) => word !== life && !isKnown(word));
  return {
    model: "",
    tier: words.find((word) => TIER.test(word)),
    variant: [...words.filter((word) => VARIANT.test(word)), ...unknown].join("."),
    isGlobal: has("global"),
    leaf: {
      direction: isOutput ? "output" : "input",
      action: isCached ? (has("read") ? "read" : "write") : isOutput ? undefined : "uncached",
      ttl: life ? Number(number) * (unit === "m" ? 60 : 3600) : undefined,
      modality: words.find((word) => /^(text|image|audio|video)$/.test(word)),
    },
  };
}

/** How many tokens a unit is, as the description of a line says. @param {Json} description @returns {number | undefined} */
export function unitOf(description) {
  const size = /\b(million|thousand)\b[^|]{0,80}\btokens\b/i.exec(description ?? "")?.[1];
  if (size === undefined) return undefined;
  return size.toLowerCase() === "million" ? 1_000_000 : 1000;
}
