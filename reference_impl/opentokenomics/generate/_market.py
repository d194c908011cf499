"""The made-up company's contracts: real names of models, plausible prices, invented accounts."""

from __future__ import annotations

from opentokenomics.generate import _splits as splits
from opentokenomics.generate._offer import Billing, Model, Offer, Seller

_EUROPE = {"region_id": "eu-central-1", "region_scope": "region"}

OPENAI = Seller(
    "OpenAI", "openai-billing", "org-7hq2k1", "openai:resp_", discount=8, columns={"sub_account_id": "proj-41x"}
)
ANTHROPIC = Seller(
    "Anthropic", "anthropic-console", "org-a81f", "anthropic:msg_", columns={"sub_account_id": "wrkspc-02"}
)
GOOGLE = Seller("Google", "gemini-billing", "billing-0c5d", "google:", discount=5)
BEDROCK = Seller("Amazon Web Services", "bedrock-invocations", "acct-3391", "bedrock:", discount=12, columns=_EUROPE)
AZURE = Seller(
    "Microsoft",
    "azure-foundry",
    "enrollment-77",
    "azure:",
    discount=10,
    columns={"region_id": "westeurope", "region_scope": "region", "resource_id": "deployment-eu-4"},
)
OPENROUTER = Seller("OpenRouter", "openrouter-generations", "or-5512", "openrouter:gen_")
MISTRAL = Seller("Mistral AI", "mistral-usage", "mst-204", "mistral:", currency="EUR")
PERPLEXITY = Seller("Perplexity", "perplexity-usage", "pplx-90", "perplexity:")
COHERE = Seller("Cohere", "cohere-billing", "co-118", "cohere:")
GATEWAY = Seller("Acme Gateway", "acme-gateway-log", "gw-1", "gateway:")
ASSISTANT = Seller("Cursor", "assistant-events", "team-31", "assistant:")
TERMINAL_AGENT = Seller("Anthropic", "coding-agent-telemetry", "org-a82a", "agent:")
SPEECH = Seller("ElevenLabs", "speech-usage", "el-640", "speech:", currency="EUR")
CLOUD_GPU = Seller("Replicate", "prediction-log", "rep-72", "gpu:")
HELP_DESK = Seller("Intercom", "resolution-export", "ic-300", "helpdesk:")
AGENT_STUDIO = Seller("Microsoft", "agent-studio", "tenant-9", "studio:")

_GPT_5 = {"input": "1.25", "read": "0.125", "output": "10"}
_SONNET = {"input": "3", "read": "0.3", "write": "3.75", "write_3600": "6", "output": "15"}

GPT_5 = Model("gpt-5-2025-08-07", "openai/gpt-5", "OpenAI", "gpt-5", _GPT_5)
GPT_5_MINI = Model(
    "gpt-5-mini-2025-08-07", "openai/gpt-5-mini", "OpenAI", "gpt-5", {"input": "0.25", "read": "0.025", "output": "2"}
)
GPT_4_1 = Model(
    "gpt-4.1-2025-04-14", "openai/gpt-4.1", "OpenAI", "gpt-4.1", {"input": "2", "read": "0.5", "output": "8"}
)
GPT_4_1_TRAINING = Model("gpt-4.1-2025-04-14", "openai/gpt-4.1", "OpenAI", "gpt-4.1", {"input": "25"})
EMBEDDING = Model("text-embedding-3-small", "openai/text-embedding-3-small", "OpenAI", "embedding-3", {"input": "0.02"})
MODERATION = Model("omni-moderation-latest", "openai/omni-moderation", "OpenAI", "moderation", {})
SONNET = Model("claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4.5", "Anthropic", "claude-sonnet", _SONNET)
HAIKU = Model(
    "claude-haiku-4-5-20251001",
    "anthropic/claude-haiku-4.5",
    "Anthropic",
    "claude-haiku",
    {"input": "1", "read": "0.1", "write": "1.25", "write_3600": "2", "output": "5"},
)
SONNET_BEDROCK = Model(
    "anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic/claude-sonnet-4.5", "Anthropic", "claude-sonnet", _SONNET
)
NOVA = Model(
    "amazon.nova-pro-v1:0",
    "amazon/nova-pro",
    "Amazon",
    "nova",
    {"input": "0.8", "read": "0.2", "write": "0.8", "output": "3.2"},
)
GEMINI_PRO = Model(
    "gemini-2.5-pro",
    "google/gemini-2.5-pro",
    "Google",
    "gemini-2.5",
    {"input": "1.25", "read": "0.125", "audio": "1.25", "output": "10"},
)
GEMINI_PRO_LONG = Model(
    "gemini-2.5-pro",
    "google/gemini-2.5-pro",
    "Google",
    "gemini-2.5",
    {"input": "2.5", "read": "0.25", "audio": "2.5", "output": "15"},
)
GEMINI_FLASH = Model(
    "gemini-2.5-flash",
    "google/gemini-2.5-flash",
    "Google",
    "gemini-2.5",
    {"input": "0.3", "read": "0.03", "audio": "1", "output": "2.5"},
)
LLAMA = Model(
    "meta-llama/llama-4-maverick", "meta/llama-4-maverick", "Meta", "llama-4", {"input": "0.15", "output": "0.6"}
)
MEDIUM = Model(
    "mistral-medium-2508", "mistral/mistral-medium-3.1", "Mistral AI", "mistral-medium", {"input": "0.4", "output": "2"}
)
SONAR = Model(
    "sonar-reasoning-pro",
    "perplexity/sonar-reasoning-pro",
    "Perplexity",
    "sonar",
    {"input": "2", "output": "8", "citation": "2"},
)
QWEN = Model("qwen3-32b-local", "qwen/qwen3-32b", "Alibaba", "qwen3", {"input": "0.1", "output": "0.3"})

_SHORT_CONTEXT = {"minimum_context_tokens": 0, "maximum_context_tokens": 200_001}
_LONG_CONTEXT = {"minimum_context_tokens": 200_001, "maximum_context_tokens": 1_048_577}
_ESTIMATED = {"measurement_method": "estimated", "tokenizer_id": "o200k_base"}
_BATCH = ("batch", 50)

OFFERS = (
    Offer(OPENAI, GPT_5, "Responses API", splits.automatic_cache, 14, columns={"processing_tier_reported": "default"}),
    Offer(OPENAI, GPT_5_MINI, "Responses API", splits.automatic_cache, 10),
    Offer(OPENAI, GPT_5, "Responses API", splits.automatic_cache, 3, tier=("priority", 200)),
    Offer(OPENAI, GPT_5_MINI, "Responses API", splits.automatic_cache, 3, tier=("flex", 50)),
    Offer(OPENAI, GPT_4_1, "Batch API", splits.automatic_cache, 5, tier=_BATCH),
    Offer(OPENAI, EMBEDDING, "Embeddings API", splits.input_only, 8, "embedding"),
    Offer(OPENAI, MODERATION, "Moderation API", splits.input_only, 4, "moderation", billing=Billing.FREE),
    Offer(OPENAI, GPT_4_1_TRAINING, "Fine-tuning API", splits.training, 1, "fine_tuning"),
    Offer(ANTHROPIC, SONNET, "Messages API", splits.explicit_cache, 14),
    Offer(ANTHROPIC, HAIKU, "Messages API", splits.explicit_cache, 8),
    Offer(ANTHROPIC, SONNET, "Message Batches API", splits.explicit_cache, 3, tier=_BATCH),
    Offer(GOOGLE, GEMINI_PRO, "Gemini API", splits.by_modality, 6, columns=_SHORT_CONTEXT),
    Offer(GOOGLE, GEMINI_PRO_LONG, "Gemini API", splits.long_context, 2, columns=_LONG_CONTEXT),
    Offer(GOOGLE, GEMINI_FLASH, "Gemini API", splits.by_modality, 8),
    Offer(GOOGLE, GEMINI_FLASH, "Gemini API", splits.by_cache_of_mixed_modality, 3),
    Offer(BEDROCK, SONNET_BEDROCK, "Amazon Bedrock", splits.disjoint_cache, 6),
    Offer(BEDROCK, NOVA, "Amazon Bedrock", splits.disjoint_cache, 4),
    Offer(
        AZURE,
        GPT_5,
        "Azure AI Foundry",
        splits.automatic_cache,
        5,
        tier=("provisioned", 100),
        billing=Billing.ELSEWHERE,
    ),
    Offer(
        OPENROUTER,
        LLAMA,
        "Chat Completions",
        splits.total_only,
        6,
        billing=Billing.ELSEWHERE,
        request_billing=Billing.INVOICED,
        columns={"host_provider_name": "Groq"},
    ),
    Offer(MISTRAL, MEDIUM, "La Plateforme", splits.total_only, 5),
    Offer(PERPLEXITY, SONAR, "Sonar API", splits.with_citations, 4, search_price="5"),
    Offer(
        GATEWAY, QWEN, "Self-hosted inference", splits.total_only, 4, billing=Billing.UNKNOWN, token_columns=_ESTIMATED
    ),
    Offer(GATEWAY, QWEN, "Shared cluster", splits.total_only, 2, billing=Billing.LIST_ESTIMATE),
    Offer(
        ASSISTANT,
        SONNET,
        "Editor",
        splits.disjoint_cache,
        6,
        billing=Billing.PLAN,
        cost_columns={"plan_id": "assistant-business-2026"},
    ),
    Offer(TERMINAL_AGENT, SONNET, "Terminal agent", splits.disjoint_cache, 6, billing=Billing.VENDOR_ESTIMATE),
)
