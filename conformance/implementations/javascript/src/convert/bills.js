/** Line items of clouds: cost and usage reports of AWS, and FOCUS. */

import { Fraction, ONE } from "../metrics/exact.js";
import { instant } from "./instants.js";
import { number, plain, Refused, tree } from "./payload.js";
import { opaque } from "./rows.js";

/** @typedef {import("./index.js").Source} Source */
/** @typedef {import("./payload.js").Json} Json */
/** @typedef {import("./rows.js").Columns} Columns */
/** @typedef {import("./rows.js").Leaf} Leaf */

const THOUSAND = new Fraction(1000n);
const MILLION = new Fraction(1_000_000n);

/** How many tokens a unit holds. @type {Record<string, Fraction>} */
const BLOCKS = { tokens: ONE, "1k tokens": THOUSAND, "1m tokens": MILLION };

/** @param {Json} unit @returns {Fraction | undefined} */
const blockOf = (unit) => BLOCKS[String(unit ?? "").toLowerCase()];

/** @param {Json} value */
const amount = (value) => {
  const found = number(value);
  return found && plain(found);
};

/** @param {Json} text @returns {Columns | undefined} */
const mapOf = (text) => (text === undefined ? undefined : tree(text));

/** @type {Record<string, number>} */
const LIVES = { "5m": 300, "30m": 1800, "1h": 3600 };

/**
 * What the words of a usage type say: `USE1-Claude4.6Sonnet-input-tokens-batch`.
 *
 * @param {string} type
 */
function meaning(type) {
  const old =
    /^([A-Z]{2,4}[0-9]+)-(.+?)-(input|output|cache-read-input|cache-write-input)-token(?:s|-count)(-1-hour)?((?:-[a-z-]+)?)$/;
  const now =
    /^([A-Z]{2,4}[0-9]+)-(.+?)-mantle-(input|output|cache-read|cache-write)-tokens((?:-(?:5m|30m|1h))?)((?:-[a-z-]+)?)$/;
  const found = old.exec(type) ?? now.exec(type);
  if (found === null) return undefined;
  const [, , model, what, life, words] = found;
  const tier = /-(batch|flex|priority)\b/.exec(words)?.[1];
  const ttl = life === "-1-hour" ? 3600 : LIVES[life?.slice(1) ?? ""];
  const action = what.startsWith("cache-read") ? "read" : what.startsWith("cache-write") ? "write" : "uncached";
  return {
    model,
    tier,
    isGlobal: /-global\b/.test(words),
    direction: what === "output" ? "output" : "input",
    action: what === "output" ? undefined : action,
    ttl,
  };
}

/** The name of a column in CUR 2.0: `lineItem/UsageType` is `line_item_usage_type`. @param {string} name */
function renamed(name) {
  const [group, rest] = name.split("/");
  if (rest === undefined || group === "resourceTags") return name;
  return `${group}_${rest}`.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}

/** @param {Json} row @returns {Columns | undefined} */
function tagsOf(row) {
  if (row.resource_tags !== undefined) return tree(row.resource_tags);
  const own = Object.keys(row).filter((name) => name.startsWith("resourceTags/"));
  return Object.fromEntries(own.map((name) => [name.replace(/^resourceTags\/(user:)?/, ""), row[name]]));
}

/** @type {Source} */
export const cur = {
  facts(given) {
    const row = Object.fromEntries(Object.entries(given).map(([name, cell]) => [renamed(name), cell]));
    const item = (/** @type {string} */ name) => row[`line_item_${name}`];
    if (item("line_item_type") === undefined) throw new Refused("A line item has a type.");
    if (!/^AmazonBedrock/.test(item("product_code") ?? "")) return [];
    const kind = item("line_item_type");
    const cost = number(item("unblended_cost"));
    if (cost === undefined) throw new Refused("A line item has a cost.");
    const said = meaning(item("usage_type") ?? "");
    const unit = row.pricing_unit;
    const block = blockOf(unit);
    const used = number(item("usage_amount"));
    const category = categoryOf(kind, cost);
    const isUsage = category === "usage";
    const rate = isUsage ? amount(row.pricing_public_on_demand_rate) : undefined;
    const columns = {
      charge_period_start: instant(item("usage_start_date")),
      charge_period_end: instant(item("usage_end_date")),
      service_provider_name: "Amazon Web Services",
      host_provider_name: "Amazon Web Services",
      billing_account_id: row.bill_payer_account_id,
      sub_account_id: item("usage_account_id"),
      region_id: row.product_region_code ?? row.product_region,
      region_scope: said && (said.isGlobal ? "global" : "region"),
      service_name: item("operation"),
      model_id: isUsage ? said?.model : undefined,
      processing_tier: isUsage ? said && (said.tier ?? "standard") : undefined,
      processing_tier_reported: isUsage ? said?.tier : undefined,
      principal_id: item("iam_principal"),
      tags: tagsOf(row),
      charge_category: category,
      charge_description: item("line_item_description"),
      sku_meter: item("usage_type"),
      pricing_quantity: isUsage && used ? plain(used, 6) : undefined,
      pricing_unit: isUsage ? unit : undefined,
      pricing_block_size: isUsage && said && block ? Number(block.toString()) : undefined,
      list_unit_price: rate,
      list_cost: isUsage ? amount(row.pricing_public_on_demand_cost) : undefined,
      cost_carrier: "this_row",
      billed_cost: plain(cost),
      effective_cost: plain(cost),
      billing_currency: item("currency_code"),
      cost_source: "invoiced",
    };
    const key = row.identity_line_item_id;
    if (!isUsage || !said || !block || !used) return [{ key, columns, leaves: [], others: [{ name: "cost" }] }];
    const leaf = { direction: said.direction, action: said.action, ttl: said.ttl, quantity: used.times(block) };
    return [{ key, columns, leaves: [leaf], others: [] }];
  },
};

/** @param {string} kind @param {Fraction} cost */
function categoryOf(kind, cost) {
  if (kind === "Tax") return "tax";
  if (kind === "Credit" || kind === "Refund") return cost.above > 0n ? "adjustment" : "credit";
  if (/Discount$/.test(kind)) return "adjustment";
  if (kind === "Usage" || kind === "DiscountedUsage") return cost.above < 0n ? "adjustment" : "usage";
  throw new Refused(`Line items of type ${kind} are not converted.`);
}

/** @type {Record<string, string>} */
const CATEGORIES = { Usage: "usage", Purchase: "purchase", Credit: "credit", Tax: "tax", Adjustment: "adjustment" };
/** @type {Record<string, string>} */
const FREQUENCIES = { "Usage-Based": "usage_based", "One-Time": "one_time", Recurring: "recurring" };

/** @param {Json} row @returns {Omit<Leaf, "quantity"> | undefined} */
function focusLeaf(row) {
  const details = mapOf(row.SkuPriceDetails) ?? {};
  const direction = row.TokenDirection ?? details.TokenDirection ?? /\b(input|output)\b/i.exec(row.SkuMeter ?? "")?.[1];
  if (direction === undefined) return undefined;
  const action = row.TokenCacheAction ?? details.TokenCacheAction;
  return { direction: direction.toLowerCase(), action: action?.toLowerCase() };
}

/** @type {Source} */
export const focus = {
  facts(row) {
    const unit = row.ConsumedUnit ?? row.PricingUnit;
    if (row.ServiceCategory !== "AI and Machine Learning" && !row.ModelId && !blockOf(unit)) return [];
    const category = CATEGORIES[row.ChargeCategory];
    if (category === undefined) throw new Refused(`Charges of category ${row.ChargeCategory} are not known.`);
    const pricing = blockOf(row.PricingUnit);
    const columns = {
      charge_period_start: instant(row.ChargePeriodStart),
      charge_period_end: instant(row.ChargePeriodEnd),
      billing_period_start: instant(row.BillingPeriodStart),
      billing_period_end: instant(row.BillingPeriodEnd),
      service_provider_name: row.ServiceProviderName ?? row.ProviderName,
      host_provider_name: row.HostProviderName,
      invoice_issuer_name: row.InvoiceIssuerName,
      invoice_id: row.InvoiceId,
      billing_account_id: row.BillingAccountId,
      sub_account_id: row.SubAccountId,
      resource_id: row.ResourceId,
      region_id: row.RegionId,
      service_name: row.ServiceName,
      model_id: row.ModelId,
      charge_category: category,
      charge_class: row.ChargeClass?.toLowerCase(),
      charge_frequency: FREQUENCIES[row.ChargeFrequency],
      charge_description: row.ChargeDescription,
      pricing_category: row.PricingCategory?.toLowerCase(),
      pricing_quantity: amount(row.PricingQuantity),
      pricing_unit: row.PricingUnit,
      pricing_block_size: pricing && Number(pricing.toString()),
      list_unit_price: amount(row.ListUnitPrice),
      contracted_unit_price: amount(row.ContractedUnitPrice),
      list_cost: amount(row.ListCost),
      contracted_cost: amount(row.ContractedCost),
      billed_cost: amount(row.BilledCost),
      effective_cost: amount(row.EffectiveCost),
      billing_currency: row.BillingCurrency,
      cost_carrier: "this_row",
      cost_source: "invoiced",
      sku_id: row.SkuId,
      sku_meter: row.SkuMeter,
      sku_price_id: row.SkuPriceId,
      tags: mapOf(row.Tags),
    };
    const key = opaque(Object.values(row));
    const leaf = focusLeaf(row);
    const [quantity, block] = [number(row.ConsumedQuantity), blockOf(unit)];
    if (category !== "usage") return [{ key, columns, leaves: [], others: [{ name: "cost" }] }];
    if (!leaf || !quantity || !block) throw new Refused("Whether these are tokens, and which, is not told.");
    return [{ key, columns, leaves: [{ ...leaf, quantity: quantity.times(block) }], others: [] }];
  },
};
