"""Laws of converters, on payloads of a source that every vendor's clients know: OpenAI chat responses."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from opentokenomics_conformance.cases import Role
from opentokenomics_conformance.laws._law import Ask, Breach, Json, Law

_SOURCE = "openai-response"
_MOST_TOKENS = 200_000


@st.composite
def _responses(draw: st.DrawFn) -> Sequence[Mapping[str, Any]]:
    """Response bodies whose counters are inclusive, as the vendor's are: cached and reasoning tokens are counted in."""
    number = draw(st.integers(1, 4))
    return [_response(draw, place) for place in range(1, number + 1)]


def _response(draw: st.DrawFn, place: int) -> Mapping[str, Any]:
    prompt, completion = draw(st.integers(1, _MOST_TOKENS)), draw(st.integers(1, _MOST_TOKENS))
    return {
        "id": f"chatcmpl-{place}",
        "object": "chat.completion",
        "created": 1788134400 + place,
        "model": "gpt-5-2025-08-07",
        "service_tier": "default",
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "prompt_tokens_details": {"cached_tokens": draw(st.integers(0, prompt))},
            "completion_tokens_details": {"reasoning_tokens": draw(st.integers(0, completion))},
        },
    }


def _input(responses: Sequence[Mapping[str, Any]]) -> Json:
    text = "".join(json.dumps(each) + "\n" for each in responses)
    return {"source": _SOURCE, "payload": {"path": "responses.jsonl", "text": text}, "options": {}}


def _names(result: Json) -> list[str]:
    return sorted(str(row.get("record_id")) for row in result["rows"])


def _imported_again(responses: Sequence[Mapping[str, Any]], ask: Ask) -> Breach | None:
    given = _input(responses)
    first, second = ask(given), ask(given)
    if _names(first) == _names(second):
        return None
    news = sorted(set(_names(second)) - set(_names(first)))
    detail = f"The second import of the same payload makes records of other names: {', '.join(news[:3])}."
    return Breach(detail, given, first)


def _conserved(responses: Sequence[Mapping[str, Any]], ask: Ask) -> Breach | None:
    """The tool's own rows, where each response's input and output add up to what the vendor counted."""
    given = _input(responses)
    result = ask(given)
    for response in responses:
        for direction, counter in (("input", "prompt_tokens"), ("output", "completion_tokens")):
            said = response["usage"][counter]
            found = sum((_tokens(row) for row in result["rows"] if _is_of(row, response["id"], direction)), Decimal())
            if found != said:
                detail = f"{said} {direction} tokens of {response['id']} became {found}."
                return Breach(detail, given, {"rows": _leaves(responses), "rejected": 0})
    return None


def _is_of(row: Mapping[str, Any], response: str, direction: str) -> bool:
    return (
        row.get("meter") == "tokens"
        and row.get("source_record_id") == response
        and row.get("token_direction") == direction
    )


def _tokens(row: Mapping[str, Any]) -> Decimal:
    text = row.get("consumed_quantity")
    return Decimal(text) if isinstance(text, str) else Decimal()


def _leaves(responses: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the responses, as the reference implementation has them."""
    import tempfile
    from pathlib import Path

    from opentokenomics.convert import convert, encode_rows

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "responses.jsonl")
        file.write_text(_input(responses)["payload"]["text"], encoding="utf-8")
        return [json.loads(line) for line in encode_rows(convert(file, _SOURCE), "jsonl")]


CONVERTER_LAWS = (
    Law(
        "import-idempotence",
        "Converting a payload twice gives records of the same names.",
        Role.CONVERTER,
        _responses,
        _imported_again,
    ),
    Law(
        "token-conservation",
        "The token records of a response add up to what the vendor counted, in each direction.",
        Role.CONVERTER,
        _responses,
        _conserved,
    ),
)
