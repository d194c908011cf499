#!/bin/sh
# The main job, end to end: convert exports that are shaped like the real ones, hold them to the standard, and catch
# an export that counts its cached tokens twice. Then the worked story of examples/story/: what tokens bought, as
# statements that are computed again. Everything it writes is in demo/.
set -eu
cd "$(dirname "$0")/.."
rm -rf demo
mkdir demo

step() {
  printf '\n\n==> %s\n' "$*"
}

show() {
  line='$'
  for word in "$@"; do
    case $word in
      *' '*) line="$line '$word'" ;;
      *) line="$line $word" ;;
    esac
  done
  printf '%s\n' "$line"
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

step "Two days of three vendors become one dataset, priced at published prices"
month=examples/exports/month
for source in openai-usage openai-costs anthropic-usage anthropic-cost; do
  show opentokenomics convert --from "$source" "$month/$source.json" --account org-example -o "demo/month-$source.jsonl"
done
show opentokenomics convert --from aws-cur "$month/aws-cur.csv" -o demo/month-aws.jsonl
cat demo/month-openai-usage.jsonl demo/month-anthropic-usage.jsonl demo/month-aws.jsonl > demo/month-usage.jsonl
cat demo/month-openai-costs.jsonl demo/month-anthropic-cost.jsonl > demo/month-costs.jsonl
show opentokenomics price demo/month-usage.jsonl -o demo/month-priced.jsonl

step "It is reconciled with what was billed: one day of one vendor is 0.75 dollars too dear (exit code 1)"
status=0
show opentokenomics reconcile demo/month-priced.jsonl demo/month-costs.jsonl --by service_provider_name,charge_day || status=$?
[ "$status" -eq 1 ] || { echo "expected exit code 1, got $status" >&2; exit 1; }

step "What it would have cost in batches"
show opentokenomics compare-rates demo/month-priced.jsonl --rates published --rates published --change processing_tier=batch --by service_provider_name

step "Usage and costs go into one bundle, whose manifest anyone can hold them to"
show opentokenomics bundle usage=demo/month-priced.jsonl usage=demo/month-costs.jsonl --provider "Example Company" --profile cost -o demo/month.zip
show opentokenomics validate demo/month.zip

step "A claims workflow beats its outsourced baseline, except for policies with an exception document"
set -- --input usage=examples/story/claims/usage.csv --input outcome=examples/story/claims/outcome.jsonl --input outcome_definition=examples/story/claims/outcome_definition.jsonl
show opentokenomics metrics baseline_ratio "$@" --by tags.document
show opentokenomics verify examples/story/claims/statement.jsonl "$@"

step "A flattering copy of that claim is refuted (exit code 1)"
status=0
show opentokenomics verify examples/story/tampered/statement.jsonl "$@" || status=$?
[ "$status" -eq 1 ] || { echo "expected exit code 1, got $status" >&2; exit 1; }

step "Heavy users of a coding assistant: ten times the tokens for twice the output"
show opentokenomics verify examples/story/seats/statement.jsonl --input usage=examples/story/seats/usage.csv --input outcome=examples/story/seats/outcome.jsonl --input outcome_definition=examples/story/seats/outcome_definition.jsonl

step "Three agents with the same score, at 14 to 66 dollars for a solved task"
show opentokenomics metrics cost_of_pass --input evaluation=examples/story/agents/evaluation.csv
show opentokenomics verify examples/story/agents/statement.jsonl --input evaluation=examples/story/agents/evaluation.csv

printf '\nThe converted exports and the reports are in demo/; open demo/cached-tokens-twice.report.html in a browser.\nexamples/story/README.md tells the stories.\n'
