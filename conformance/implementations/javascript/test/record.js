import { loadStandard } from "../src/node/index.js";

export const standard = loadStandard();

/** A record of usage that keeps every requirement. */
export const RECORD = {
  spec_version: standard.version,
  record_id: "call-1",
  record_type: "original",
  source_name: "gateway-log",
  measurement_method: "metered",
  charge_period_start: "2026-08-31T08:00:00Z",
  charge_period_end: "2026-08-31T08:00:01Z",
  service_provider_name: "OpenAI",
  ai_service: "inference",
  meter: "requests",
  consumed_quantity: "1",
  consumed_unit: "requests",
  charge_category: "usage",
};
