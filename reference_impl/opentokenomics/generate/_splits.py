"""How many tokens of which kind an invocation takes: one function for each way in which vendors count.

Each returns the names of leaves (see ``_offer.LEAVES``) with their quantities; leaves are disjoint.
"""

from __future__ import annotations

from collections.abc import Callable

from opentokenomics.generate._dice import Dice

Leaves = list[tuple[str, int]]
Split = Callable[[Dice], Leaves]

_CACHE_BLOCK = 128
_REASONING_BLOCK = 64
_SMALLEST_CACHED_PROMPT = 1_024
_CACHE_FOUND, _CACHE_UP_TO_DATE = 0.6, 0.35
_LONG_CONTEXT = 200_000


def _output(dice: Dice, reasoning: float, longest: int = 2_500) -> Leaves:
    answer = ("answer", dice.skewed(8, longest))
    if dice.chance(reasoning):
        return [answer, ("reasoning", _REASONING_BLOCK * (1 + dice.below(60)))]
    return [answer]


def automatic_cache(dice: Dice) -> Leaves:
    """Prompt caching that the vendor does by itself, in blocks; reasoning; now and then a rejected prediction."""
    prompt = dice.skewed(60, 40_000)
    cached = _CACHE_BLOCK * dice.below(prompt // _CACHE_BLOCK) if prompt > _SMALLEST_CACHED_PROMPT else 0
    leaves = [("uncached", prompt - cached)]
    if cached:
        leaves.append(("read", cached))
    leaves += _output(dice, 0.5)
    if dice.chance(0.03):
        leaves.append(("rejected_prediction", 1 + dice.below(300)))
    leaves.append(("requests", 1))
    return leaves


def explicit_cache(dice: Dice) -> Leaves:
    """Prompt caching that the caller asks for, with times-to-live; server tools; output without a split."""
    leaves = [("uncached", dice.skewed(3, 9_000))]
    draw = dice.random()
    if draw < _CACHE_FOUND:
        leaves.append(("read", dice.skewed(1_024, 90_000)))
    if draw > _CACHE_UP_TO_DATE:
        leaves.append(("write_300" if dice.chance(0.8) else "write_3600", dice.skewed(1_024, 30_000)))
    leaves.append(("output", dice.skewed(10, 4_000)))
    if dice.chance(0.08):
        leaves.append(("searches", 1 + dice.below(4)))
    return leaves


def disjoint_cache(dice: Dice) -> Leaves:
    """Reads, writes and the rest as separate counters, without times-to-live."""
    leaves = [("uncached", dice.skewed(20, 20_000))]
    if dice.chance(0.4):
        leaves.append(("read", dice.skewed(1_024, 50_000)))
    if dice.chance(0.2):
        leaves.append(("write", dice.skewed(1_024, 12_000)))
    leaves.append(("output", dice.skewed(10, 3_000)))
    return leaves


def by_modality(dice: Dice) -> Leaves:
    """Input by modality and by role of the text; thoughts beside the answer."""
    leaves = [("prompt_text", dice.skewed(40, 30_000))]
    if dice.chance(0.3):
        leaves.append(("prompt_image", 258 * (1 + dice.below(8))))
    if dice.chance(0.15):
        leaves.append(("prompt_audio", 32 * (5 + dice.below(600))))
    if dice.chance(0.08):
        leaves.append(("prompt_video", 263 * (5 + dice.below(120))))
    if dice.chance(0.08):
        leaves.append(("prompt_document", 258 * (1 + dice.below(40))))
    if dice.chance(0.1):
        leaves.append(("tool_result_text", dice.skewed(30, 6_000)))
    return leaves + _output(dice, 0.7)


def by_cache_of_mixed_modality(dice: Dice) -> Leaves:
    """Cached input of several modalities, of which the source gives only marginals: modality stays unspecified."""
    cached = dice.skewed(2_048, 60_000)
    return [("uncached_mixed", dice.skewed(40, 8_000)), ("read_mixed", cached), *_output(dice, 0.7)]


def long_context(dice: Dice) -> Leaves:
    """A request beyond the bound from which the whole request costs more."""
    return [("prompt_text", dice.skewed(_LONG_CONTEXT + 1, 900_000)), *_output(dice, 0.9, 8_000)]


def total_only(dice: Dice) -> Leaves:
    """Input and output without any split, and one amount for the whole request."""
    return [("input", dice.skewed(20, 20_000)), ("output", dice.skewed(10, 3_000)), ("requests", 1)]


def with_citations(dice: Dice) -> Leaves:
    """A search model: tokens that it reads in what it found, and the searches themselves."""
    leaves = [("input", dice.skewed(10, 400)), *_output(dice, 0.3), ("citation", dice.skewed(200, 20_000))]
    leaves.append(("searches", 1 + dice.below(5)))
    return leaves


def input_only(dice: Dice) -> Leaves:
    """Embeddings, moderation."""
    return [("input", dice.skewed(8, 8_000))]


def training(dice: Dice) -> Leaves:
    """A fine-tuning job: trained tokens."""
    return [("input", 50_000 + dice.below(3_000_000))]
