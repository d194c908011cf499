import assert from "node:assert/strict";
import { test } from "node:test";
import { convert, Refused } from "../src/convert/index.js";
import { number, plain, table, tree } from "../src/convert/payload.js";
import { loadStandard } from "../src/node/index.js";

const STANDARD = loadStandard();

/** @param {Record<string, any>} usage @param {string} [id] */
const chat = (usage, id = "c-1") => JSON.stringify({ id, created: 1788134400, model: "gpt-5", usage });

/** @param {string} text */
const responses = (text) => convert(STANDARD, "openai-response", "responses.jsonl", text);

test("numbers keep every digit, and a number that no column holds is refused", () => {
  const { amount } = tree('{"amount": 12345678901234.123456789012345678}');
  assert.equal(plain(/** @type {any} */ (number(amount))), "12345678901234.123456789012345678");
  assert.equal(plain(/** @type {any} */ (number("4.092e-05"))), "0.00004092");
  assert.equal(plain(/** @type {any} */ (number("1.5e-18"))), "0.000000000000000002");
  assert.equal(plain(/** @type {any} */ (number("-2.5e-18"))), "-0.000000000000000002");
  assert.throws(() => plain(/** @type {any} */ (number("1e14"))), Refused);
  assert.throws(() => number("1,000"), Refused);
  assert.throws(() => tree('{"a": 1, "a": 2}'), Refused);
});

test("a table has cells with commas, quotation marks and line breaks, and empty ones are absent", () => {
  const [first, second] = table('\uFEFFa,b,c\r\n"x, ""y""\nz",,1\r\n,2\r\n');
  assert.deepEqual({ ...first }, { a: 'x, "y"\nz', c: "1" });
  assert.ok(second instanceof Refused);
});

/** @param {Record<string, any>[]} rows */
const leaves = (rows) =>
  rows.map((row) => [row.token_cache_action, row.token_role, row.consumed_quantity, row.usage_group_total]);

test("of figures that exclude each other no token is lost, and what is no count is rejected", () => {
  const cached = { prompt_tokens: 10, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 11 } };
  const more = { prompt_tokens: 10, completion_tokens: 1, total_tokens: 12 };
  const less = { prompt_tokens: 10, completion_tokens: 1, total_tokens: 9 };
  const given = [chat(cached), chat(more, "c-2"), "no JSON", chat({ prompt_tokens: 1.5 }, "c-3"), chat(less, "c-4")];
  const { rows, rejected } = responses(given.join("\n"));
  assert.equal(rejected, 2);
  assert.deepEqual(leaves(rows), [
    ["unspecified", undefined, "10", undefined],
    [undefined, undefined, "1", undefined],
    [undefined, undefined, "10", "12"],
    [undefined, "answer", "1", "12"],
    [undefined, "unspecified", "1", "12"],
    [undefined, undefined, "10", undefined],
    [undefined, undefined, "1", undefined],
  ]);
});

test("a call that comes again counts once, and an observation counts with the most tokens, in whatever order", () => {
  const [call, other] = [11, 12].map((total_tokens) => chat({ prompt_tokens: 10, completion_tokens: 1, total_tokens }));
  const { rows, rejected } = responses([call, call].join("\n"));
  assert.deepEqual([rows.length, rejected], [2, 0]);
  assert.equal(responses([call, other].join("\n")).rejected, 1);
  const seen = [1, 5].map((output) =>
    JSON.stringify({ id: "o", startTime: "2026-08-03T11:00:00Z", usageDetails: { input: 10, output } }),
  );
  const one = convert(STANDARD, "langfuse", "seen.jsonl", seen.join("\n"));
  assert.deepEqual(one, convert(STANDARD, "langfuse", "seen.jsonl", seen.reverse().join("\n")));
  assert.deepEqual(
    one.rows.map((row) => row.consumed_quantity),
    ["10", "5", "1"],
  );
});

test("addresses of people are in no row", () => {
  const event = {
    timestamp: "1785753001000",
    userEmail: "dana@example.com",
    model: "gpt-5",
    kind: "Included in Business",
  };
  const { rows } = convert(STANDARD, "cursor", "events.json", JSON.stringify({ usageEvents: [event] }));
  assert.equal(rows.length, 1);
  assert.ok(!JSON.stringify(rows).includes("dana"));
  const log = {
    schemaType: "ModelInvocationLog",
    timestamp: "2026-08-03T10:20:01Z",
    requestId: "r-1",
    modelId: "m-1",
    identity: { arn: "arn:aws:sts::1:assumed-role/analyst/dana@example.com" },
    requestMetadata: { owner: "dana@example.com", team: "claims" },
    input: { inputTokenCount: 5 },
    output: { outputTokenCount: 1 },
  };
  const logged = convert(STANDARD, "bedrock-invocation-log", "log.jsonl", JSON.stringify(log)).rows;
  assert.deepEqual(logged[0].tags, { team: "claims" });
  assert.ok(!JSON.stringify(logged).includes("dana"));
  const callerOf = (/** @type {string} */ arn) =>
    convert(STANDARD, "bedrock-invocation-log", "log.jsonl", JSON.stringify({ ...log, identity: { arn } })).rows[0]
      .principal_id;
  const role = "arn:aws:sts::1:assumed-role/analyst";
  assert.equal(callerOf(`${role}/dana`), role);
  assert.equal(callerOf(`${role}/i-0a1`), `${role}/i-0a1`);
  assert.equal(callerOf("arn:aws:iam::1:user/staff/dana"), undefined);
});

test("a source, an option and a format that are not known are refused as a whole", () => {
  assert.throws(() => convert(STANDARD, "nobody", "a.json", "{}"), Refused);
  assert.throws(() => convert(STANDARD, "otel", "a.json", "{}", { "pseudonym-key": "k" }), Refused);
  assert.throws(() => convert(STANDARD, "otel", "a.parquet", ""), Refused);
});

test("money without tokens stays", () => {
  const line = {
    identity_line_item_id: "a1",
    line_item_line_item_type: "Usage",
    line_item_usage_start_date: "2026-08-03T00:00:00.000Z",
    line_item_usage_end_date: "2026-08-04T00:00:00.000Z",
    line_item_product_code: "AmazonBedrock",
    line_item_usage_type: "USE1-Claude4.6Sonnet-input-tokens",
    line_item_usage_amount: "0.000",
    line_item_currency_code: "USD",
    line_item_unblended_cost: "0.00001",
    pricing_unit: "1K tokens",
  };
  const text = `${Object.keys(line).join(",")}\n${Object.values(line).join(",")}\n`;
  const { rows } = convert(STANDARD, "aws-cur", "cur.csv", text);
  assert.deepEqual(
    rows.map((row) => [row.billed_cost, row.consumed_quantity]),
    [["0.00001", "0"]],
  );
});

test("the running total of a session says how many tokens there are, and an event divides its own", () => {
  const event = (/** @type {any} */ total, /** @type {any} */ last) => ({
    timestamp: "2026-08-03T11:00:01Z",
    type: "event_msg",
    payload: { type: "token_count", info: { total_token_usage: total, last_token_usage: last } },
  });
  const counts = (/** @type {number[]} */ [given, cached, taken]) => ({
    input_tokens: given,
    cached_input_tokens: cached,
    output_tokens: taken,
    total_tokens: given + taken,
  });
  const lines = [
    { timestamp: "2026-08-03T11:00:00Z", type: "session_meta", payload: { id: "s-1" } },
    event(counts([1000, 1, 10]), counts([1000, 1, 10])),
    event(counts([1000, 1, 10]), counts([1000, 1, 10])),
    event(counts([2000, 0, 20]), counts([1000, 0, 10])),
  ];
  const { rows } = convert(STANDARD, "codex-cli", "s.jsonl", lines.map((line) => JSON.stringify(line)).join("\n"));
  const tokens = rows.filter(({ meter }) => meter === "tokens");
  assert.deepEqual(
    tokens.map((row) => [row.token_cache_action, row.consumed_quantity]),
    [
      ["uncached", "999"],
      ["read", "1"],
      [undefined, "10"],
      ["uncached", "1000"],
      [undefined, "10"],
    ],
  );
});

/** @param {Record<string, any>[]} results */
const costPage = (...results) =>
  JSON.stringify({ data: [{ start_time: 1788134400, end_time: 1788220800, results }], has_more: false });

test("an amount is in a currency of ISO 4217, and a record with any other word is rejected", () => {
  const given = ["usd", "EUR", "zzz", "$", ""].map((currency, at) => ({
    object: "organization.costs.result",
    line_item: `a${at}`,
    amount: { value: 1.5, currency },
  }));
  const { rows, rejected } = convert(STANDARD, "openai-costs", "costs.json", costPage(...given));
  assert.equal(rejected, 3);
  assert.deepEqual(
    rows.map((row) => row.billing_currency),
    ["USD", "EUR"],
  );
});

test("a person is one in any spelling of an address, and of equal figures the statement counts that says more", () => {
  const paid = { object: "organization.costs.result", line_item: "a", amount: { value: 1.5, currency: "usd" } };
  const spelled = ["dana@example.com", "Dana@Example.com"].map((user_email) => ({ ...paid, user_email }));
  const { rows } = convert(STANDARD, "openai-costs", "costs.json", costPage(...spelled));
  assert.equal(rows.length, 1);
  const seen = { id: "o", startTime: "2026-08-03T11:00:00Z", usageDetails: { input: 10 } };
  const lines = [seen, { ...seen, totalCost: 0.25 }].map((each) => JSON.stringify(each));
  for (const text of [lines, lines.toReversed()].map((each) => each.join("\n"))) {
    const found = convert(STANDARD, "langfuse", "seen.jsonl", text).rows;
    assert.deepEqual(
      found.map((row) => row.effective_cost),
      [undefined, "0.25"],
    );
  }
});

test("a time that is empty is none, and a message of the client needs none", () => {
  const log = { request_id: "l", call_type: "acompletion", startTime: "", endTime: "2026-08-03 10:16:00" };
  const { rows } = convert(STANDARD, "litellm", "log.jsonl", JSON.stringify({ ...log, prompt_tokens: 3 }));
  assert.equal(rows[0].charge_period_start, "2026-08-03T10:16:00Z");
  const usage = { input_tokens: 0, output_tokens: 0 };
  const line = { sessionId: "s", timestamp: null, message: { id: "m", model: "<synthetic>", usage } };
  const found = convert(STANDARD, "claude-code", "session.jsonl", JSON.stringify(line));
  assert.deepEqual(found, { rows: [], rejected: 0 });
});

test("a line item has one name, in the names of either report and in any order of its columns", () => {
  const cells = Object.entries({
    "lineItem/ProductCode": "AmazonBedrock",
    "lineItem/UsageStartDate": "2026-08-03T10:00:00Z",
    "lineItem/UsageEndDate": "2026-08-03T11:00:00Z",
    "lineItem/UsageType": "USE1-Nova-output-tokens",
    "lineItem/UnblendedCost": "0.5",
  });
  const newer = cells.map(([name, cell]) => [
    name.replace("lineItem/", "line_item").replace(/[A-Z]/g, (found) => `_${found.toLowerCase()}`),
    cell,
  ]);
  const names = [cells, [...cells].reverse(), newer].map((columns) => {
    const lines = [0, 1].map((side) => columns.map((column) => column[side]).join(","));
    return convert(STANDARD, "aws-cur", "report.csv", `${lines.join("\n")}\n`).rows.map((row) => row.record_id);
  });
  assert.equal(names[0].length, 1);
  assert.deepEqual(names, [names[0], names[0], names[0]]);
});
