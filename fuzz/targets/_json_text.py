"""Strict JSON, against the two parsers of other people."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import msgspec
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from fuzz._mutations import damaged
from fuzz._target import Target
from opentokenomics.exact_json import JsonError, decode, shown
from opentokenomics.standard import Fault

_WORDS = [
    *(b'"', b"{", b"}", b"[", b"]", b":", b",", b"\\", b"\\u", b"\\ud800", b"\\udc00", b"\\u0041", b"null", b"true"),
    *(b"NaN", b"-Infinity", b"1e999999999999", b"-0", b"01", b"1.", b".5", b"1e5", b"+1", b"\x0b", b"\xc2\xa0", b"//"),
    *(b"9" * 5000, b"[" * 3000, b'{"a":' * 3000, b'"a":1,', b"\x7f", b"\xed\xa0\x80", b"\xe2\x80\xa8"),
]
_FEW = 10
_LONGEST_INT = 600
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def _texts(draw: DrawFn) -> bytes:
    value = draw(_values)
    text = json.dumps(value, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 1])))
    return draw(damaged([text.encode()], _WORDS))


def _inputs() -> SearchStrategy[bytes]:
    return _texts()


def _judge(content: bytes) -> None:
    try:
        value = decode(content)
    except JsonError as error:
        assert not _is_sound(content), error
        assert error.problem.isprintable(), error.problem
        return
    assert _plain(content) == value
    assert len(shown(value, _FEW)) <= _FEW


def _is_sound(content: bytes) -> bool:
    """Whether both parsers take the text, and it repeats no name and holds no number that has no place in a program."""
    try:
        msgspec.json.decode(content)
        _plain(content)
    except (ValueError, ArithmeticError, RecursionError):
        return False
    return True


def _plain(content: bytes) -> Any:  # noqa: ANN401 - a JSON value
    return json.loads(
        content.decode("utf-8"),
        parse_float=_number,
        parse_int=lambda text: int(text) if len(text) < _LONGEST_INT else Decimal(text),
        parse_constant=_refuse,
        object_pairs_hook=_once,
    )


def _number(text: str) -> Decimal | msgspec.Raw:
    """The number, or its text where its exponent is beyond what decimals hold."""
    try:
        return Decimal(text)
    except InvalidOperation:
        digits = text.lower().partition("e")[0]
        return msgspec.Raw(text) if digits.strip("-0.") else Decimal(0)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError(Fault.DUPLICATE_NAME)
    return dict(pairs)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


TARGET = Target(_inputs, _judge, rate=10)
