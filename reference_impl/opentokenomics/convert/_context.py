"""What the records of a conversion share: options, notices, identities, and the columns that every row has."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import msgspec

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._held import Held
from opentokenomics.convert._model import (
    EMAIL_ADDRESS,
    MAXIMUM_TEXT,
    Notice,
    NoticeKind,
    Options,
    Row,
    is_identifier,
    is_text,
    nameless,
    shown,
)
from opentokenomics.convert._nest import Nest
from opentokenomics.convert._store import Entry, Store

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from decimal import Decimal

_MAXIMUM_NOTICES = 1000
_MOST_HELD = 20_000
"""Facts whose rows are kept in memory; a fact has several rows, and takes some kilobytes."""

_STATED_AGAIN = "what is stated more than once counts once"
_DIGEST_BYTES = 16
_DELETE = b"\x7f"
_RANKS_PER_UNIT = 1_000_000
_HIGHEST_RANK = 2**63 - 1
_encode = msgspec.json.Encoder().encode
_encode_sorted = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder(tuple[dict[str, Any], ...]).decode


@dataclass(slots=True)
class Ledger:
    """Counts notices and hands out identities; shared by every input of a conversion.

    It remembers a digest and a place for each record: identical records need different identifiers, and a response that
    was logged twice must not count twice. Where that becomes much, it is kept in a temporary file.
    """

    _first: dict[tuple[NoticeKind, str], Notice] = field(default_factory=dict)
    _counts: Counter[tuple[NoticeKind, str]] = field(default_factory=Counter)
    _responses: Store = field(default_factory=Store)
    _occurrences: Store = field(default_factory=Store)
    _held: Store = field(default_factory=lambda: Store(_MOST_HELD))
    _texts: Store = field(default_factory=Store)
    _nest: Nest = field(default_factory=Nest)
    signals: dict[str, set[str]] = field(default_factory=dict)
    """What kinds of things have stated usage, by source, for those that may state the same in several ways."""

    def add(self, notice: Notice) -> None:
        """Counts a notice; beyond a thousand different ones, those of a kind are counted together."""
        key = notice.kind, notice.message
        if key not in self._first:
            if len(self._first) >= _MAXIMUM_NOTICES:
                key = notice.kind, "further notices of this kind"
            self._first.setdefault(key, replace(notice, message=key[1]))
        self._counts[key] += notice.count

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Each notice once, with its number of occurrences."""
        return tuple(replace(notice, count=self._counts[key]) for key, notice in self._first.items())

    def claim(self, source: str, response: str, start: object, place: tuple[str, int]) -> str:
        """Takes the identifier of a response for a record, and returns it.

        Some servers draw identifiers from so few that they come again. Two times of creation prove two responses, and
        the identifier of the later one gets its time.

        Raises:
            Refused: An earlier record has the same identifier and time.
        """
        for name in (response, f"{response}#{start}"):
            key = _short_digest(source, name)
            known = self._responses.get(key)
            if known is None:
                self._responses.put(key, Entry(place[1], f"{start}\n{place[0]}"))
                return name
            begun, _, where = known.body.partition("\n")
            if begun == str(start):
                raise Refused(f"the response {shown(response, 80)!r} was already converted from {where}:{known.rank}")
        return response

    def identity(self, facts: Mapping[str, object], name: str | None = None) -> str:
        """An identity for a record that has none: a digest of what it states, and its number among equal ones.

        Args:
            facts: what it states.
            name: what tells the fact from others and may not show; facts of one name have one number.
        """
        digest = _digest(facts)
        known = None if name is None else self._occurrences.get(_digest([digest.hex(), name]))
        if known is None:
            before = self._occurrences.get(digest)
            known = Entry(1 if before is None else before.rank + 1, "")
            self._occurrences.put(digest, known)
            if name is not None:
                self._occurrences.put(_digest([digest.hex(), name]), known)
        return f"sha256-{digest.hex()}-{known.rank}"

    def row_identity(self, facts: Mapping[str, object], place: str) -> tuple[str, bool]:
        """Like :meth:`identity`; and whether another input than this one begins with a row that states the same."""
        digest = _digest(facts)
        before = self._occurrences.get(digest)
        known = Entry(1, place) if before is None else Entry(before.rank + 1, before.body)
        self._occurrences.put(digest, known)
        return f"sha256-{digest.hex()}-{known.rank}", known.body != place

    def is_otherwise(self, name: str, text: str) -> bool:
        """Whether what goes under a name was something else the first time."""
        key = _short_digest("", name)
        known = self._texts.get(key)
        if known is None:
            self._texts.put(key, Entry(0, text))
        return known is not None and known.body != text

    def hold(self, source: str, held: Held, where: tuple[str, int]) -> str | None:
        """Keeps the rows of a fact if no better ones are kept; what to say where the fact was known."""
        if held.span is None:
            return self._keep(source, held)
        return _STATED_AGAIN if self._nest.put(source, held, held.span, where) else None

    def _keep(self, source: str, held: Held) -> str | None:
        key, entry = _short_digest(source, held.key), Entry(held.rank, _encode(held.rows).decode())
        known = self._held.get(key)
        # Texts are compared only to choose the same rows in any order of the input.
        if known is None or (entry.rank, known.body) > (known.rank, entry.body):
            self._held.put(key, entry)
        if known is None:
            return None
        if known.body == entry.body:
            return _STATED_AGAIN
        return "what is stated again with other figures counts once, with the larger ones"

    def release(self) -> Iterator[Row]:
        """The rows that are kept."""
        for fact, rank, counts in self._nest.facts():
            said: str | None = "what others inside or around it state already is not counted again"
            if counts:
                said = self._keep(fact.source, Held(fact.key, rank, fact.rows))
            if said is not None:
                self.add(Notice(NoticeKind.DUPLICATE, said, 1, *fact.where))
        for entry in self._held.entries():
            yield from _decode(entry.body)


def _short_digest(source: str, name: str) -> bytes:
    """A digest that stays inside of a conversion."""
    return hashlib.blake2b(f"{source}\0{name}".encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest()


def _digest(facts: object) -> bytes:
    return hashlib.sha256(_sorted_text(facts)).digest()[:_DIGEST_BYTES]


def _sorted_text(facts: object) -> bytes:
    """The facts as JSON in ASCII, whatever the order of their names; identities are made of it."""
    try:
        text = _encode_sorted(facts)
    except UnicodeEncodeError:
        return _escaped_text(facts)
    return text if text.isascii() and _DELETE not in text else _escaped_text(facts)


def _escaped_text(facts: object) -> bytes:
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), default=str).encode()


@dataclass(slots=True)
class Context:
    """One input on its way through one source; ``line`` is the record that is being converted."""

    source_name: str
    provider: str
    spec_version: str
    options: Options
    ledger: Ledger
    input: str
    line: int = 0
    _pending: list[Notice] = field(default_factory=list)

    def warn(self, kind: NoticeKind, message: str, example: str = "") -> None:
        """Reports something about the record that is being converted; a record that is refused reports nothing else."""
        self._pending.append(Notice(kind, nameless(message), 1, self.input, self.line, nameless(example)[:200]))

    def unknown(self, what: str, name: str) -> None:
        """Reports a field, a column or an attribute that the source does not know."""
        self.warn(NoticeKind.UNKNOWN_FIELD, f"the {what} {shown(name, 120)!r} is not known to {self.source_name}")

    def settle(self, *, converted: bool) -> None:
        """Ends a record: its notices count if it was converted."""
        if self._pending:
            if converted:
                for notice in self._pending:
                    self.ledger.add(notice)
            self._pending.clear()

    def text(self, value: str | None, name: str) -> str | None:
        """A value for a column of text; raises Refused where no such column can hold it."""
        if value is not None and not is_text(value):
            raise Refused(f"{name} is empty, longer than {MAXIMUM_TEXT} characters, or not Unicode")
        return value

    def identifier(self, value: str | None, name: str) -> str | None:
        """A value for a column of identifiers, in which an e-mail address becomes a pseudonym.

        Without a key for pseudonyms such a value is left out, with a notice.
        """
        if self.text(value, name) is None or is_identifier(value or ""):
            return value
        if self.options.pseudonym_key is None:
            self.warn(NoticeKind.PERSONAL_DATA, f"{name} holds an e-mail address and is left out")
            return None
        return self.text(EMAIL_ADDRESS.sub(lambda match: self._pseudonym(match[0]), value or ""), name)

    def person(self, value: str | None, name: str) -> str | None:
        """A value that names a person, or is given by one to a thing: its pseudonym; without a key it is left out."""
        if value is None:
            return None
        if self.options.pseudonym_key is None:
            self.warn(NoticeKind.PERSONAL_DATA, f"{name} is left out")
            return None
        return self._pseudonym(value)

    def without_people(self, rows: Sequence[Row]) -> None:
        """Masks whatever text a vendor wrote, so that it names nobody: the last gate that every row passes."""
        try:
            if b"@" not in _encode(rows):
                return
        except UnicodeEncodeError:
            raise Refused("the record holds a text that is not Unicode") from None
        for row in rows:
            for name, value in row.items():
                if isinstance(value, str):
                    row[name] = self._masked(value, name)
                elif isinstance(value, dict):
                    row[name] = {self._masked(each, name): self._masked(text, name) for each, text in value.items()}

    def _masked(self, text: str, name: str) -> str:
        if "@" not in text or EMAIL_ADDRESS.search(text) is None:
            return text
        if self.options.pseudonym_key is None:
            self.warn(NoticeKind.PERSONAL_DATA, f"an e-mail address in {name} is left out")
            return nameless(text)
        return EMAIL_ADDRESS.sub(lambda match: self._pseudonym(match[0]), text)[:MAXIMUM_TEXT]

    def _pseudonym(self, value: str) -> str:
        """The keyed hash that the standard recommends (OTS-GEN-016)."""
        key = (self.options.pseudonym_key or "").encode("utf-8", "surrogatepass")
        return hmac.new(key, value.lower().encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def before(self, signal: str) -> frozenset[str]:
        """Which other kinds of things of the source stated usage before the first of this kind, which is remembered."""
        known = self.ledger.signals.setdefault(self.source_name, set())
        if signal in known:
            return frozenset()
        others = frozenset(known)
        known.add(signal)
        return others

    def note_export(self, kind: str) -> None:
        """Warns where exports of several kinds are given, each of which states all of the same usage."""
        if self.before(kind):
            self.warn(
                NoticeKind.INTERPRETED,
                f"the inputs hold several kinds of exports of {self.source_name}, which may state the same usage, and"
                " all of them count: give one kind for each time",
            )

    def claim(self, response: str | None, facts: Mapping[str, object]) -> str:
        """The identity of a record: that of its response, else one made from the facts that it states.

        Raises:
            Refused: An earlier record has the same response.
        """
        if response is None:
            return f"{self.source_name}:{self.ledger.identity({'source': self.source_name, **facts})}"
        name = self.ledger.claim(self.source_name, response, facts.get("start"), (self.input, self.line))
        return f"{self.source_name}:{name}"

    def fact(
        self, names: Mapping[str, object], content: Mapping[str, str], people: Container[str] = ()
    ) -> tuple[str, str]:
        """What tells a fact from others: a key that stays inside, and the identity that its rows show.

        The identity is a digest of what names the fact (a bucket's period and dimensions), so that it stays when the
        vendor restates the figures. People are part of it as pseudonyms only. Where they are left out, what the fact
        states takes their place, with a number among equal ones.

        Args:
            names: what names the fact, as the vendor states it; a null says no more than a name that is absent.
            content: what the fact states.
            people: which of the names are those of people.
        """
        facts, lost = self._cleaned(names, people)
        name = _sorted_text({each: value for each, value in names.items() if value is not None}).decode()
        identity = f"sha256-{_digest(facts).hex()}"
        if lost:
            identity = self.ledger.identity({**facts, "content": content}, name)
        return name, f"{self.source_name}:{identity}"

    def row_identity(self, cells: Mapping[str, object], people: Container[str] = ()) -> str:
        """The identity of a row of an export, which nothing names: a digest of it, and its number among equal ones."""
        facts, _ = self._cleaned(cells, people)
        return self.numbered(facts)

    def numbered(self, facts: Mapping[str, object]) -> str:
        """The identity of a row that states these facts, of which several may state the same."""
        identity, is_elsewhere = self.ledger.row_identity(facts, self.input)
        if is_elsewhere:
            self.warn(
                NoticeKind.INTERPRETED,
                "a row of one input stands in another, too, and both count: where exports overlap, give each time once",
            )
        return f"{self.source_name}:{identity}"

    def _cleaned(self, names: Mapping[str, object], people: Container[str]) -> tuple[dict[str, object], bool]:
        """Facts that an identity may be made of, people as pseudonyms, and whether any had to be left out."""
        facts: dict[str, object] = {
            "source": self.source_name,
            "account": self.options.account,
            "provider": self.options.provider,
        }
        lost = False
        for name, value in names.items():
            if isinstance(value, str) and (name in people or ("@" in value and EMAIL_ADDRESS.search(value))):
                if self.options.pseudonym_key is None:
                    lost = True
                else:
                    facts[f"a {name}"] = self._pseudonym(value)
            elif value is not None:
                facts[f"a {name}"] = value
        return facts, lost

    @staticmethod
    def rank(size: Decimal | int) -> int:
        """A figure as a rank of :class:`Held`."""
        return min(int(size * _RANKS_PER_UNIT), _HIGHEST_RANK)

    def start_row(self, start: str, end: str, source_record_id: str | None = None) -> Row:
        """The columns that every row of the record has, but for its identifier."""
        return {
            "spec_version": self.spec_version,
            "record_id": "",
            "record_type": "original",
            "source_name": self.source_name,
            "source_record_id": source_record_id,
            "charge_period_start": start,
            "charge_period_end": end,
            "service_provider_name": self.options.provider or self.provider,
            "billing_account_id": self.options.account,
        }
