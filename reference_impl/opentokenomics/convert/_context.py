"""What the records of a conversion share: options, notices, identities, and the columns that every row has."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from opentokenomics.convert._digests import digest, folded, sorted_text
from opentokenomics.convert._errors import Refused
from opentokenomics.convert._held import Claim
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

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence
    from decimal import Decimal

    from opentokenomics.convert._ledger import Ledger

_RANKS_PER_UNIT = 1_000_000
_HIGHEST_RANK = 2**63 - 1
_encode = msgspec.json.Encoder().encode


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

    def without_people(self, rows: Sequence[Row], encode: Callable[[object], bytes] = _encode) -> bytes:
        """Masks whatever text a vendor wrote, so that it names nobody: the last gate that every row passes.

        Returns:
            What the rows stated before.
        """
        try:
            text = encode(rows)
        except UnicodeEncodeError:
            raise Refused("the record holds a text that is not Unicode") from None
        if b"@" not in text:
            return text
        for row in rows:
            for name, value in row.items():
                if isinstance(value, str):
                    row[name] = self._masked(value, name)
                elif isinstance(value, dict):
                    row[name] = {self._masked(each, name): self._masked(said, name) for each, said in value.items()}
        return text

    def _masked(self, text: str, name: str) -> str:
        if "@" not in text or EMAIL_ADDRESS.search(text) is None:
            return text
        if self.options.pseudonym_key is None:
            self.warn(NoticeKind.PERSONAL_DATA, f"an e-mail address in {name} is left out")
            return nameless(text)
        return EMAIL_ADDRESS.sub(lambda match: self._pseudonym(match[0]), text)[:MAXIMUM_TEXT]

    def _pseudonym(self, value: str) -> str:
        """The keyed hash that the standard recommends (OTS-GEN-016)."""
        return self._keyed(value.lower())

    def _keyed(self, value: str) -> str:
        key = (self.options.pseudonym_key or "").encode("utf-8", "surrogatepass")
        return hmac.new(key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def _disguised(self, value: str, *, whole: bool) -> str:
        """What an identity may be made of in place of a text that names people: as a whole, or by its addresses."""
        if self.options.pseudonym_key is None:
            return "" if whole else EMAIL_ADDRESS.sub("", value)
        if whole:
            return self._keyed(str(folded(value)))
        return EMAIL_ADDRESS.sub(lambda match: self._pseudonym(match[0]), value)

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

    def claim(
        self,
        name: str | None,
        start: str | None,
        rows: Callable[[str], list[Row]],
        facts: Callable[[], Mapping[str, object]],
    ) -> Claim | list[Row]:
        """The rows of a call.

        Some servers draw identifiers from so few that they come again. Two times prove two calls, so that the time is
        part of the identity.

        Args:
            name: the vendor's identifier of the call, if there is one.
            start: when it began, if the record says so.
            rows: makes the rows, given their identity.
            facts: what the identity of a call without identifier is made of.
        """
        if name is None:
            return rows(self.numbered({"source": self.source_name, **facts()}))
        identity = f"{self.source_name}:{name}#{start}" if start else f"{self.source_name}:{name}"
        return Claim(identity, rows(identity))

    def fact(self, names: Mapping[str, object], people: Container[str] = ()) -> tuple[str, str]:
        """What tells a fact from others: a key that stays inside, and the identity that its rows show.

        The identity is a digest of what names the fact (a bucket's period and dimensions), so that it stays when the
        vendor restates the figures. People are part of it as pseudonyms only. Where they are left out, it ends in -1,
        and what the rows state takes their place in the end, with a number among equal ones.

        Args:
            names: what names the fact, as the vendor states it; a null or an empty text says as little as no name.
            people: which of the names are those of people.
        """
        stated = {each: value for each, value in names.items() if value not in (None, "")}
        facts, lost = self._cleaned(stated, people)
        name = sorted_text({each: folded(value) for each, value in stated.items()}).decode()
        identity = f"{self.source_name}:sha256-{digest(facts).hex()}"
        return name, f"{identity}-1" if lost else identity

    def row_identity(self, cells: Mapping[str, object], people: Container[str] = ()) -> str:
        """The identity of a row of an export, which nothing names: a digest of it, and its number among equal ones."""
        facts, _ = self._cleaned(cells, people)
        return self.numbered(facts)

    def numbered(self, facts: Mapping[str, object]) -> str:
        """The identity of a record without one that states these facts, of which several may state the same."""
        identity, is_elsewhere = self.ledger.row_identity(facts, self.input)
        if is_elsewhere:
            self.warn(
                NoticeKind.INTERPRETED,
                "a record without an identifier stands in another input, too, and both count: where inputs overlap,"
                " give each time once",
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
                lost = lost or self.options.pseudonym_key is None
                if cleaned := self._disguised(value, whole=name in people):
                    facts[f"a {name}"] = cleaned
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
