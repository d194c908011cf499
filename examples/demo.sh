#!/bin/sh
# The main job, end to end: convert exports that are shaped like the real ones, hold them to the standard, and catch
# an export that counts its cached tokens twice. Everything it writes is in demo/.
set -eu
cd "$(dirname "$0")/.."
rm -rf demo
mkdir demo

step() {
  printf '\n\n==> %s\n' "$*"
}

show() {
  printf '$ %s\n' "$*"
  "$@"
}

step "The usage export of the OpenAI dashboard becomes a metering export"
show opentokenomics convert --from openai-dashboard examples/exports/openai-dashboard/completions_usage_2026-08-01_2026-08-08.csv -o demo/openai-usage.jsonl
show opentokenomics validate demo/openai-usage.jsonl

step "Its cost export becomes a cost export of amounts without quantities"
show opentokenomics convert --from openai-dashboard examples/exports/openai-dashboard/cost_2026-08-01_2026-08-08.csv --account org-example -o demo/openai-cost.csv
show opentokenomics validate demo/openai-cost.csv --profile cost

step "The usage objects of five vendors' responses become one dataset"
for vendor in openai anthropic gemini bedrock openrouter; do
  show opentokenomics convert --from "$vendor-response" "examples/exports/responses/$vendor.jsonl" --at 2026-08-31T12:00:00Z -o "demo/$vendor.jsonl"
done
show opentokenomics validate demo/openai.jsonl demo/anthropic.jsonl demo/gemini.jsonl demo/bedrock.jsonl demo/openrouter.jsonl

step "An export that counts cached tokens twice is caught (exit code 1)"
status=0
show opentokenomics validate examples/cached-tokens-twice.jsonl --profile cost || status=$?
[ "$status" -eq 1 ] || { echo "expected exit code 1, got $status" >&2; exit 1; }
opentokenomics validate examples/cached-tokens-twice.jsonl --profile cost --report json --output demo/cached-tokens-twice.report.json || [ $? -eq 1 ]
for form in html markdown junit sarif; do
  opentokenomics validate examples/cached-tokens-twice.jsonl --profile cost --report "$form" --output "demo/cached-tokens-twice.report.$form" || [ $? -eq 1 ]
done
opentokenomics validate demo/openai-cost.csv --profile cost --report json --output demo/openai-cost.report.json

step "What the requirement says"
show opentokenomics explain OTS-TOK-010

printf '\nThe converted exports and the reports are in demo/; open demo/cached-tokens-twice.report.html in a browser.\n'
