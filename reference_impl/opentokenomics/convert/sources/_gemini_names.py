"""What Google's interfaces call the same counters: in a response, as its client library writes it, in an interaction.

Facts: the client libraries' types, and recorded bodies of interactions. The client library for Python writes the names
of a response with underscores. The counters of an interaction mean what those of a response do: thoughts stand beside
the output, cached tokens are part of the input, and the total holds all of them. Thoughts were called reasoning first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from opentokenomics.convert._errors import Refused

if TYPE_CHECKING:
    from opentokenomics.convert._fields import Fields

_CAPITAL = re.compile(r"[A-Z]")


class Names(NamedTuple):
    """The names of one interface.

    Attributes:
        counters: of prompt, candidates, thoughts and tool results.
        cached: of cached tokens, which are part of the prompt.
        total: of all of them.
        prompt_lists: of the prompt's tokens by modality; the second one is that of embeddings.
        candidates_list: of the candidates' tokens by modality.
        cached_list: of the cached tokens by modality.
        tools_list: of the tool results' tokens by modality.
        counted: the member of a list that counts, beside ``modality``.
    """

    counters: tuple[str, str, str, str]
    cached: str
    total: str
    prompt_lists: tuple[str, ...]
    candidates_list: str
    cached_list: str
    tools_list: str
    counted: str

    @property
    def lists(self) -> tuple[str, ...]:
        """Those of lists by modality."""
        return *self.prompt_lists, self.candidates_list, self.cached_list, self.tools_list

    @property
    def members(self) -> frozenset[str]:
        """Those of a usage object's own members."""
        return frozenset({*self.counters, self.cached, self.total, *self.lists})

    @property
    def known(self) -> frozenset[str]:
        """All of them, as dotted paths."""
        inside = (f"{name}.{member}" for name in self.lists for member in ("modality", self.counted))
        return frozenset({*self.counters, self.cached, self.total, *inside})


def _spelled(name: str) -> str:
    """The name as the client library for Python writes it."""
    return _CAPITAL.sub(lambda match: f"_{match[0].lower()}", name)


def _in_client(names: Names) -> Names:
    prompt, candidates, thoughts, tools = map(_spelled, names.counters)
    return Names(
        counters=(prompt, candidates, thoughts, tools),
        cached=_spelled(names.cached),
        total=_spelled(names.total),
        prompt_lists=tuple(map(_spelled, names.prompt_lists)),
        candidates_list=_spelled(names.candidates_list),
        cached_list=_spelled(names.cached_list),
        tools_list=_spelled(names.tools_list),
        counted=_spelled(names.counted),
    )


_RESPONSE = Names(
    counters=("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount", "toolUsePromptTokenCount"),
    cached="cachedContentTokenCount",
    total="totalTokenCount",
    prompt_lists=("promptTokensDetails", "promptTokenDetails"),
    candidates_list="candidatesTokensDetails",
    cached_list="cacheTokensDetails",
    tools_list="toolUsePromptTokensDetails",
    counted="tokenCount",
)
_INTERACTION = Names(
    counters=("total_input_tokens", "total_output_tokens", "total_thought_tokens", "total_tool_use_tokens"),
    cached="total_cached_tokens",
    total="total_tokens",
    prompt_lists=("input_tokens_by_modality",),
    candidates_list="output_tokens_by_modality",
    cached_list="cached_tokens_by_modality",
    tools_list="tool_use_tokens_by_modality",
    counted="tokens",
)
_FIRST_INTERACTION = _INTERACTION._replace(
    counters=("total_input_tokens", "total_output_tokens", "total_reasoning_tokens", "total_tool_use_tokens")
)
_INTERFACES = (_RESPONSE, _in_client(_RESPONSE), _INTERACTION, _FIRST_INTERACTION)
_EVERY = tuple((names, names.members) for names in _INTERFACES)
_ALL_MEMBERS = frozenset().union(*(members for _, members in _EVERY))

COUNTERS = frozenset(name for names in _INTERFACES for name in (*names.counters, names.total))
KNOWN = frozenset().union(*(names.known for names in _INTERFACES))


def names_of(usage: Fields) -> Names:
    """The names that a usage object has.

    Raises:
        Refused: It has names of several interfaces.
    """
    found = usage.values.keys() & _ALL_MEMBERS
    for names, members in _EVERY:
        if found <= members:
            return names
    raise Refused(f"{usage.path or 'the record'} mixes the names that several interfaces have for counters")
