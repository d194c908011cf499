/** Line items of clouds: cost and usage reports of AWS, and FOCUS. */

import { Fraction, ZERO } from "../metrics/exact.js";
import { instant, period } from "./instants.js";
import { marketplaceMeaning, unitOf } from "./marketplace.js";
import { cellNumber, inner, plain, pricingQuantity, Refused } from "./payload.js";
import { caller, identifier, numberedRow, tagsOf } from "./rows.js";

/** @typedef {import("./index.js").Source} Source */
/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Columns} Columns */
/** @typedef {import("./rows.js").Fact} Fact */
/** @typedef {import("./rows.js").Leaf} Leaf */
/** @typedef {import("./tokens.js").Count} Count */

/** How many tokens a unit holds. @type {Record<string, number>} */
const BLOCKS = {
  token: 1,
  tokens: 1,
  "1k token": 1000,
  "1k tokens": 1000,
  "1000 tokens": 1000,
  "thousand tokens": 1000,
  "1m tokens": 1_000_000,
  "1000000 tokens": 1_000_000,
  "million tokens": 1_000_000,
};
const HALF_CENT = new Fraction(1n, 200n);
const ROUNDED = new Fraction(5n, 1_000_000n);

/** @param {Json} unit @returns {number | undefined} */
const blockOf = (unit) => BLOCKS[(unit ?? "").toLowerCase().replaceAll(",", "").trim().replace(/\s+/g, " ")];

/** @param {Count} value */
const isNegative = (value) => value !== undefined && value.above < 0n;

/** Whether a price is that of a cost. @param {Fraction} price @param {Count} quantity @param {Count} cost @param {Fraction} within */
function agrees(price, quantity, cost, within) {
  if (quantity === undefined || cost === undefined) return true;
  const apart = price.times(quantity).minus(cost);
  return (isNegative(apart) ? ZERO.minus(apart) : apart).minus(within).above <= 0n;
}

/** @param {Fraction} amount @param {Json} currency @returns {Columns} */
function billed(amount, currency) {
  const cost = plain(amount);
  return {
    cost_carrier: "this_row",
    billed_cost: cost,
    effective_cost: cost,
    billing_currency: currency.toUpperCase(),
    cost_source: "invoiced",
  };
}

/** @type {Record<string, number>} */
const SECONDS = { m: 60, h: 3600 };
const KIND =
  /-(?:(text|image|audio|video)-)?(?:(cache-?read)|(cache-?write)|(input)|(output))(?:-([0-9]+(?:-hour|h|-?m)))?(?:-(?:input|output))?-(?:tokens|token-count)(?:-([0-9]+(?:-hour|h|-?m)))?(?=-|$)/;
const TIER = /^(standard|batch|flex|priority)$/;
const GLOBAL = /^(cross-region-global|global)$/;
const VARIANT = /^(custom-model|long-ctx|latency-optimized)$/;

/**
 * What the words of a usage type say: `USE1-Claude4.6Sonnet-input-tokens-batch`.
 *
 * @param {string} type
 */
function meaning(type) {
  const rest = type.replace(/^[A-Z]{2,4}[0-9]?[A-Z]?[0-9]?-(?=.)/, "");
  const found = KIND.exec(rest);
  if (found === null) return undefined;
  const [whole, modality, read, write, , out, before, after] = found;
  const tail = rest.slice(found.index + whole.length);
  const words = [...tail.matchAll(/-(cross-region-global|custom-model|long-ctx|latency-optimized|[a-z0-9.]+)/g)].map(
    ([, word]) => word,
  );
  const others = words.filter((word) => !TIER.test(word) && !GLOBAL.test(word) && !VARIANT.test(word));
  const life = write && (before ?? after);
  return {
    model: rest.slice(0, found.index).replace(/-mantle$/, ""),
    tier: words.find((word) => TIER.test(word)),
    variant: [...words.filter((word) => VARIANT.test(word)), ...others].join("."),
    isGlobal: words.some((word) => GLOBAL.test(word)),
    leaf: {
      direction: out ? "output" : "input",
      action: read ? "read" : write ? "write" : out ? undefined : "uncached",
      ttl: life ? Number.parseInt(life, 10) * SECONDS[life.endsWith("m") ? "m" : "h"] : undefined,
      modality,
    },
  };
}

/** `lineItem/UsageType` is `line_item_usage_type`. @param {string} name */
function renamed(name) {
  const at = name.indexOf("/");
  if (at < 0) return name;
  const words = (/** @type {string} */ part) => part.replace(/([a-z0-9])(?=[A-Z])/g, "$1_");
  const [group, rest] = [name.slice(0, at), name.slice(at + 1)];
  const isTag = group === "resourceTags" || group === "iamPrincipal";
  return isTag ? `${words(group).toLowerCase()}_${rest}` : `${words(group)}_${words(rest)}`.toLowerCase();
}

/** @param {Json} row @returns {Columns} */
function curTags(row) {
  const own = Object.entries(row).filter(([name]) => /^(resource_tags|iam_principal)_/.test(name));
  const named = own.map(([name, value]) => [
    name.replace(/^(resource_tags|iam_principal)_(user:)?(user_)?/, ""),
    value,
  ]);
  return tagsOf({ ...inner(row.resource_tags), ...Object.fromEntries(named) });
}

const EDITION = /\s*\(amazon bedrock edition\)$/i;

/** @param {Json} row */
const isService = (row) => (row.line_item_product_code ?? "").startsWith("AmazonBedrock");

/** A line that the Marketplace may bill, of which the newer generation keeps columns of the product in a map. @param {Json} row @returns {Json} */
function opened(row) {
  if (isService(row) || !/bedrock/i.test(row.product ?? "")) return row;
  const own = Object.entries(inner(row.product)).filter(([, value]) => typeof value === "string");
  return { ...Object.fromEntries(own.map(([name, value]) => [`product_${name}`, value])), ...row };
}

/** @param {string} kind @param {Fraction} amount @param {Count} quantity */
function categoryOf(kind, amount, quantity) {
  const isCredit = isNegative(amount);
  if (!isCredit && kind === "Tax") return "tax";
  if (!isCredit && /^(Fee|RIFee|SavingsPlanRecurringFee)$/.test(kind)) return "purchase";
  if (!isCredit && !isNegative(quantity) && /^(Usage|DiscountedUsage|SavingsPlanCoveredUsage)$/.test(kind))
    return "usage";
  const corrects = /^(Credit|Refund|(Edp|PrivateRate|Bundled)?Discount)$/.test(kind);
  return isCredit && corrects ? "credit" : "adjustment";
}

/** Tokens and their price, where the usage type and the unit say so. @param {Json} row @param {Fraction} used */
function curUsage(row, used) {
  const unit = row.pricing_unit;
  const type = row.line_item_usage_type ?? "";
  const own = meaning(type);
  const said = own ?? marketplaceMeaning(type);
  const isDescribed = own === undefined && said !== undefined && /^(units)?$/i.test(unit ?? "");
  const block = isDescribed ? unitOf(row.line_item_line_item_description) : blockOf(unit);
  const count = said && block ? used.times(new Fraction(BigInt(block))) : undefined;
  const isCounted = said !== undefined && count?.below === 1n;
  const [cost, rate] = [row.pricing_public_on_demand_cost, row.pricing_public_on_demand_rate].map(cellNumber);
  const isListed = cost !== undefined && !isNegative(cost);
  const isPriced = isListed && isCounted && rate && !isNegative(rate) && agrees(rate, used, cost, ROUNDED);
  /** @type {Columns} */
  const columns = {
    pricing_quantity: pricingQuantity(used),
    pricing_unit: unit,
    ...(said && {
      ...(said.model && { model_id: said.model }),
      meter_variant: said.variant,
      processing_tier: said.tier ?? "standard",
      processing_tier_reported: said.tier,
      ...(said.isGlobal && { region_scope: "global" }),
    }),
    pricing_block_size: isCounted ? block : undefined,
    list_cost: isListed ? plain(cost) : undefined,
    list_unit_price: isPriced ? plain(rate, 12, 7) : undefined,
  };
  return { columns, leaves: isCounted && count ? [{ ...said.leaf, quantity: count }] : [] };
}

/** @type {Source} */
export const cur = {
  tables: [["line_item_usage_type", "line_item_unblended_cost", "line_item_usage_start_date"]],
  named: (header) => header.map(renamed),
  facts(given, { session }) {
    const row = opened(Object.fromEntries(Object.entries(given).map(([name, cell]) => [renamed(name), cell])));
    const item = (/** @type {string} */ name) => row[`line_item_${name}`];
    const titles = [row.product_product_name, row.product_servicename, row.product_service_name];
    const edition = titles.find((title) => EDITION.test(title ?? ""));
    if (!isService(row) && edition === undefined) return [];
    const cost = cellNumber(item("unblended_cost"));
    if (cost === undefined) throw new Refused("A line item has a cost.");
    const used = cellNumber(item("usage_amount"));
    const category = categoryOf(item("line_item_type") ?? "Usage", cost, used);
    const found = category === "usage" && used ? curUsage(row, used) : { columns: {}, leaves: [] };
    const region = row.product_region_code ?? row.product_region;
    const columns = {
      ...period(instant(item("usage_start_date")), instant(item("usage_end_date"))),
      service_provider_name: "Amazon Web Services",
      host_provider_name: "Amazon Web Services",
      billing_account_id: identifier(row.bill_payer_account_id),
      sub_account_id: identifier(item("usage_account_id")),
      invoice_id: identifier(row.bill_invoice_id),
      resource_id: identifier(item("resource_id")),
      principal_id: caller(item("iam_principal")),
      region_id: region,
      region_scope: region && "region",
      service_name: item("operation"),
      model_id: row.product_model ?? row.product_model_name ?? (edition?.replace(EDITION, "") || null),
      charge_description: item("line_item_description"),
      sku_meter: item("usage_type"),
      sku_id: identifier(row.product_sku),
      sku_price_id: identifier(row.pricing_rate_id ?? row.pricing_rate_code),
      tags: curTags(row),
      charge_category: category,
      ...billed(cost, item("currency_code") ?? "USD"),
      ...found.columns,
    };
    return [lineFact(numberedRow(session, row), columns, found.leaves)];
  },
};

/** A line is one record: of tokens with their amount, or of an amount alone. @param {string} key @param {Columns} columns @param {Leaf[]} leaves @returns {Fact} */
const lineFact = (key, columns, leaves) => ({
  key,
  columns,
  leaves,
  others: leaves.length > 0 ? [] : [{ name: "cost" }],
  isLine: true,
});

/** @type {Record<string, string>} */
const FREQUENCIES = { "usage-based": "usage_based", "one-time": "one_time", recurring: "recurring" };
/** @type {Record<string, string>} */
const ACTIONS = { uncached: "uncached", read: "read", write: "write", other: "other", none: "uncached" };

/** The name of the meter; AWS keeps the usage type of its own reports. @param {Json} row @returns {string | undefined} */
const meterOf = (row) => row.SkuMeter ?? row.x_SkuMeterName ?? row.x_UsageType;

/** What the words of a meter say of a cache; a cache alone is neither read nor written. @param {string[]} words */
function actionIn(words) {
  const has = (/** @type {RegExp} */ pattern) => words.some((word) => pattern.test(word));
  const isCache = has(/^(cache|cached|caching)$/);
  if (has(/^uncached$/)) return "uncached";
  if (isCache && has(/^(writes?|creation)$/)) return "write";
  return has(/^cached$/) || (isCache && has(/^(reads?|hits?)$/)) ? "read" : undefined;
}

/** @param {Json} row @param {Json} details @returns {Omit<Leaf, "quantity"> | undefined} */
function focusLeaf(row, details) {
  const stated = Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name.toLowerCase().replace(/^x_/, ""),
      value.text ?? String(value),
    ]),
  );
  const words = [...(meterOf(row) ?? "").toLowerCase().matchAll(/[a-z]+/g)].map(([word]) => word);
  const found = ["input", "output"].filter((name) => words.includes(name));
  const said = (row.TokenDirection ?? stated.tokendirection ?? "").toLowerCase();
  const direction = /^(input|output)$/.test(said) ? said : found.length === 1 ? found[0] : undefined;
  if (direction === undefined) return undefined;
  const action = ACTIONS[(row.TokenCacheAction ?? stated.tokencacheaction ?? "").toLowerCase()] ?? actionIn(words);
  return { direction, action: direction === "input" ? action : undefined };
}

/** @param {Json} row @param {Fraction} cost @param {Count} effective */
function focusCategory(row, cost, effective) {
  const category = (row.ChargeCategory ?? "").toLowerCase();
  if (!/^(usage|purchase|tax|credit|adjustment)$/.test(category)) throw new Refused("A category is not known.");
  const used = cellNumber(row.ConsumedQuantity);
  const listed = [row.ListCost, row.ContractedCost].map((cell) => cellNumber(cell) ?? ZERO);
  const amounts = [cost, effective === undefined || effective.isZero ? cost : effective, ...listed];
  const isWrong = category === "credit" ? amounts.some((each) => each.above > 0n) : [...amounts, used].some(isNegative);
  return isWrong ? "adjustment" : category;
}

/** Frequency, class, commitment and billing period, as far as they fit together. @param {Json} row @param {string} category @param {Columns} charged @returns {Columns} */
function focusTerms(row, category, charged) {
  const lower = (/** @type {string} */ name) => (row[name] ?? "").toLowerCase();
  const frequency = FREQUENCIES[lower("ChargeFrequency")];
  const isCorrection = lower("ChargeClass") === "correction";
  const status = /^(un)?used$/.test(lower("CommitmentDiscountStatus")) ? lower("CommitmentDiscountStatus") : undefined;
  const isUsage = category === "usage";
  const columns = {
    charge_frequency: category === "purchase" && frequency === "usage_based" ? undefined : frequency,
    charge_class: isCorrection ? "correction" : undefined,
    pricing_category: /^(standard|committed|dynamic|other)$/.test(lower("PricingCategory"))
      ? lower("PricingCategory")
      : undefined,
    commitment_discount_id: isUsage && status === undefined ? undefined : identifier(row.CommitmentDiscountId),
    commitment_discount_status: isUsage && identifier(row.CommitmentDiscountId) ? status : undefined,
  };
  if (row.BillingPeriodStart === undefined || row.BillingPeriodEnd === undefined) return columns;
  const around = period(instant(row.BillingPeriodStart), instant(row.BillingPeriodEnd));
  const { charge_period_start: start, charge_period_end: end } = around;
  const isInside = start <= charged.charge_period_start && charged.charge_period_end <= end;
  return isInside || isCorrection ? { ...columns, billing_period_start: start, billing_period_end: end } : columns;
}

/** List and contracted cost, and the prices behind them. @param {Json} row @param {string} category @param {boolean} isOwed @returns {Columns} */
function focusPrices(row, category, isOwed) {
  const [quantity, unit] = [cellNumber(row.PricingQuantity), row.PricingUnit];
  const mayBeNegative = category === "credit" || category === "adjustment";
  /** @type {Columns} */
  const columns = { pricing_unit: unit };
  if (quantity && (!isNegative(quantity) || mayBeNegative)) columns.pricing_quantity = pricingQuantity(quantity);
  for (const kind of ["List", "Contracted"]) {
    const [cost, price] = [cellNumber(row[`${kind}Cost`]), cellNumber(row[`${kind}UnitPrice`])];
    if (cost?.isZero && isOwed) continue; // as where it is not known
    if (cost !== undefined) columns[`${kind.toLowerCase()}_cost`] = plain(cost);
    if (price === undefined || isNegative(price) || unit === undefined || !agrees(price, quantity, cost, HALF_CENT))
      continue;
    columns[`${kind.toLowerCase()}_unit_price`] = plain(price, 12, 7);
    columns.pricing_block_size = blockOf(unit) ?? 1;
  }
  return columns;
}

/** Tokens where direction and unit are told, else the meter `other`. @param {Json} row @param {Json} details @returns {{leaves: Leaf[], columns: Columns}} */
function focusMeasured(row, details) {
  const [quantity, unit] = [cellNumber(row.ConsumedQuantity), row.ConsumedUnit];
  if (quantity === undefined || unit === undefined) return { leaves: [], columns: {} };
  const [leaf, block] = [focusLeaf(row, details), blockOf(unit)];
  const count = block ? quantity.times(new Fraction(BigInt(block))) : undefined;
  if (leaf && count?.below === 1n) return { leaves: [{ ...leaf, quantity: count }], columns: {} };
  const columns = {
    measurement_method: "metered",
    ai_service: "other",
    meter: "other",
    meter_variant: meterOf(row),
    consumed_quantity: plain(quantity, 6, 18),
    consumed_unit: unit,
  };
  return { leaves: [], columns };
}

/** @param {Json} row @param {Json} details */
function isOfAi(row, details) {
  if (row.ServiceCategory === "AI and Machine Learning" || row.ModelId !== undefined || row.x_ModelId !== undefined)
    return true;
  if (/^(Identity|Security)$/.test(row.ServiceCategory ?? "")) return false; // of tokens that let somebody in
  const words = [row.ConsumedUnit, row.PricingUnit, row.SkuMeter, row.x_SkuMeterName, row.x_UsageType];
  words.push(...Object.keys(details));
  return words.some((word) => /token/i.test(word ?? ""));
}

/** @type {Source} */
export const focus = {
  tables: [["BilledCost", "ChargePeriodStart", "ChargePeriodEnd", "ChargeCategory"]],
  facts(row, { session }) {
    const details = inner(row.SkuPriceDetails);
    if (!isOfAi(row, details)) return [];
    const cost = cellNumber(row.BilledCost);
    if (cost === undefined) throw new Refused("A charge has a billed cost.");
    const effective = cellNumber(row.EffectiveCost);
    const category = focusCategory(row, cost, effective);
    const isOwed =
      /^(usage|purchase)$/.test(category) && (cost.above > 0n || (effective !== undefined && effective.above > 0n));
    const charged = period(instant(row.ChargePeriodStart), instant(row.ChargePeriodEnd));
    const found = category === "usage" ? focusMeasured(row, details) : { leaves: [], columns: {} };
    const columns = {
      ...charged,
      service_provider_name: row.ServiceProviderName ?? row.ProviderName ?? row.PublisherName ?? "unknown",
      host_provider_name: row.HostProviderName,
      invoice_issuer_name: row.InvoiceIssuerName ?? row.InvoiceIssuer,
      invoice_id: identifier(row.InvoiceId),
      billing_account_id: identifier(row.BillingAccountId),
      sub_account_id: identifier(row.SubAccountId),
      resource_id: identifier(row.ResourceId),
      principal_id: identifier(row.PrincipalId),
      region_id: row.RegionId,
      service_name: row.ServiceName,
      model_id: row.ModelId ?? row.x_ModelId ?? row.ModelName ?? null,
      charge_category: category,
      charge_description: row.ChargeDescription,
      ...focusTerms(row, category, charged),
      ...focusPrices(row, category, isOwed),
      ...billed(cost, row.BillingCurrency),
      effective_cost: plain(effective ?? cost),
      sku_id: identifier(row.SkuId),
      sku_meter: meterOf(row),
      sku_price_id: identifier(row.SkuPriceId),
      tags: tagsOf(inner(row.Tags)),
      ...found.columns,
    };
    return [lineFact(numberedRow(session, row), columns, found.leaves)];
  },
};
