"""Value objects that go into a conversion and come out of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from opentokenomics.convert._errors import ConvertError

Row = dict[str, object]
"""A usage record, JSON-ready: decimals and timestamps as text, integers, maps of text; columns without value absent."""

MAXIMUM_TEXT = 4096
"""Code points that a column of text may hold (OTS-GEN-013)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LETTER = r"\w\u0300-\u036f"  # of any script, or a mark on one
_LOCAL = rf"[{_LETTER}.%+-]"
EMAIL_ADDRESS = re.compile(
    rf"(?<!{_LOCAL})(?<!{_LOCAL}')"  # begins once in a run of such characters, so that time grows with the text alone
    rf"{_LOCAL}++(?:'{_LOCAL}++)*+@[{_LETTER}-]+(?:[.][{_LETTER}-]+)*[.][^\W\d_]{{2,}}"
)
"""An e-mail address: what the standard finds inside an identifier, and those with an apostrophe or of other scripts."""

_NAMING = re.compile(r"[^\s@]*+@[^\s]*+")
_LOOKED_AT = 4096


def is_text(value: str) -> bool:
    """Whether a column of text can hold the value: length, and no unpaired surrogate."""
    if not 1 <= len(value) <= MAXIMUM_TEXT:
        return False
    return value.isascii() or is_unicode(value)


def is_unicode(value: str) -> bool:
    """Whether the text has no unpaired surrogate."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def nameless(text: str) -> str:
    """The text without e-mail addresses, for messages."""
    return EMAIL_ADDRESS.sub("(left out)", text) if "@" in text else text


def shown(text: str, length: int = 40) -> str:
    """The beginning of a text for a message: without words that hold an at sign, before it is cut in one of them."""
    if "@" in text:
        text = _NAMING.sub("(left out)", text[:_LOOKED_AT])
    return text[:length]


def is_identifier(value: str) -> bool:
    """Whether a column of identifiers can hold the value, which must not hold an e-mail address (OTS-GEN-016)."""
    return is_text(value) and ("@" not in value or not EMAIL_ADDRESS.search(value))


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller knows and the input may not say.

    Attributes:
        at: when the calls were made, for records that carry no time of their own; aware.
        model: the model of records that name none.
        provider: replaces the service provider's name of every record.
        account: the billing account of records that name none.
        pseudonym_key: the secret under which people become pseudonyms; without one they are left out.

    Raises:
        ConvertError: ``option_invalid``: a value that no record may hold.
    """

    at: datetime | None = None
    model: str | None = None
    provider: str | None = None
    account: str | None = None
    pseudonym_key: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.at is not None:
            if self.at.tzinfo is None:
                raise ConvertError("option_invalid", "The time has no offset from UTC.", "Write it with Z.")
            if self.at < _EPOCH:
                raise ConvertError("option_invalid", "The time is before 1970.", "Correct it.")
        for name in ("model", "provider", "account"):
            value = getattr(self, name)
            if value is not None and not is_text(value):
                raise ConvertError(
                    "option_invalid", f"The {name} is empty or longer than {MAXIMUM_TEXT} characters.", "Correct it."
                )
        if self.pseudonym_key is not None and not self.pseudonym_key:
            raise ConvertError(
                "option_invalid",
                "The key for pseudonyms is empty.",
                "Give a long random one, and the same for every export that is to join.",
            )
        if self.account is not None and not is_identifier(self.account):
            raise ConvertError(
                "option_invalid",
                "The account holds an e-mail address, which no identifier may do.",
                "Give the vendor's own identifier of the account.",
            )


class NoticeKind(StrEnum):
    """What a notice is about."""

    UNKNOWN_FIELD = "unknown_field"
    """A field that the source's field list does not have; its numbers are kept in ``source_counters``."""
    NOT_CONVERTED = "not_converted"
    """A known field for which no row is made."""
    MODEL_MISSING = "model_missing"
    """No model is named, neither by the record nor by the options."""
    CONTRADICTION = "contradiction"
    """Two figures of one record exclude each other."""
    UNEXPLAINED = "unexplained"
    """A total holds more than its parts; the rest became ``unspecified`` tokens."""
    INTERPRETED = "interpreted"
    """A record follows another convention than its source documents, and its own figures prove which."""
    PERSONAL_DATA = "personal_data"
    """A value that identifies a person was left out."""
    ROUNDED = "rounded"
    """A number had more decimals than its column, and was rounded half to even."""
    DUPLICATE = "duplicate"
    """A fact that is stated more than once, of which one record counts."""
    UNREAD_FILE = "unread_file"
    """A file of a folder that is not read: its name tells no format, or it is a link or no file at all."""
    EMPTY_BUCKET = "empty_bucket"
    """A bucket without usage; no row is made, since empty is not zero."""
    INCOMPLETE = "incomplete"
    """A page of an export says that another follows it, and none does."""
    NO_RECORDS = "no_records"
    """An input holds nothing to convert."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a reader of the rows should know; it changes no exit code.

    Attributes:
        kind: what it is about.
        message: one sentence, the same for each occurrence.
        count: how often it occurred.
        input: name of the input of the first occurrence.
        line: where in that input (see :class:`Reject`).
        example: the figures of the first occurrence, or the empty string.
    """

    kind: NoticeKind
    message: str
    count: int
    input: str
    line: int
    example: str = ""

    def __str__(self) -> str:
        example = f" ({self.example})" if self.example else ""
        times = f", {self.count} times" if self.count > 1 else ""
        return f"{self.message}{example}: {self.input}:{self.line}{times}"


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that could not be converted. It never holds the record's content.

    Attributes:
        input: name of the input.
        line: the physical line on which the record begins.
        reason: one sentence.
    """

    input: str
    line: int
    reason: str

    def as_dict(self) -> dict[str, object]:
        """The reject as a JSON object, for a file of rejects."""
        return {"input": self.input, "line": self.line, "reason": self.reason}

    def __str__(self) -> str:
        return f"{self.input}:{self.line}: {self.reason}"


class Readable(Protocol):
    """What of a binary stream is used."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes, and none only at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Input:
    """An opened, uncompressed binary stream and the name that messages use for it."""

    name: str
    stream: Readable
