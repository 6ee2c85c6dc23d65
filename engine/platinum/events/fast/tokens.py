"""Where the tokens of strict JSON end (RFC 8259); the bytes are known to be UTF-8.

A text must be followed by ``PADDING`` zero bytes. Only ``string_end`` looks for the end of the record: what else reads on into
the next one stops at its first byte, and the caller sees that it came too far.
"""

from __future__ import annotations

from platinum.events.fast.raw import Raw, byte_at, first_byte, word_at
from platinum.jit import inner, uint64

NONE = -1

_ONES = 0x0101010101010101
_TRUE, _NULL, _FALSE = (int.from_bytes(word, "little") for word in (b"true", b"null", b"false"))


@inner
def space_end(raw: Raw, at: int) -> int:
    """First byte from ``at`` on that is no white space."""
    c = byte_at(raw.text, at)
    while c == 32 or c == 10 or c == 13 or c == 9:
        at += 1
        c = byte_at(raw.text, at)
    return at


@inner
def _marks(word: uint64) -> uint64:
    """Bit 7 of every byte that is a quote, a backslash or a control character."""
    # Adding 0x7f carries into bit 7 of every 7-bit number but 0, adding 0x60 into that of every one from 0x20 on.
    low = uint64(_ONES * 0x7F)
    quote, backslash = word ^ uint64(_ONES * 0x22), word ^ uint64(_ONES * 0x5C)
    others = (((quote & low) + low) | quote) & (((backslash & low) + low) | backslash) & (((word & low) + uint64(_ONES * 0x60)) | word)
    return ~others & uint64(_ONES * 0x80)


@inner
def string_end(raw: Raw, at: int, end: int, plain: bool) -> int:
    r"""Index after the closing quote of the string whose first character is at ``at``; ``NONE`` if it is not to be read here.

    That is: it does not end, holds a control character, a ``\u``, or, where ``plain``, any escape at all.
    """
    while at < end:
        marks = _marks(word_at(raw.text, at))
        if marks == uint64(0):
            at += 8
            continue
        at += first_byte(marks)
        if byte_at(raw.text, at) == 34:
            return at + 1
        if plain or byte_at(raw.text, at) != 92:
            return NONE
        c = byte_at(raw.text, at + 1)
        if c != 34 and c != 92 and c != 47 and c != 98 and c != 102 and c != 110 and c != 114 and c != 116:
            return NONE
        at += 2
    return NONE


@inner
def _digits_end(raw: Raw, at: int) -> int:
    while byte_at(raw.text, at) >= 48 and byte_at(raw.text, at) <= 57:
        at += 1
    return at


@inner
def number_end(raw: Raw, at: int) -> int:
    """Index after the number that begins at ``at``, ``NONE`` if it is none."""
    if byte_at(raw.text, at) == 45:
        at += 1
    stop = at + 1 if byte_at(raw.text, at) == 48 else _digits_end(raw, at)
    if stop == at:
        return NONE
    at = stop
    if byte_at(raw.text, at) == 46:
        stop = _digits_end(raw, at + 1)
        if stop == at + 1:
            return NONE
        at = stop
    if byte_at(raw.text, at) == 101 or byte_at(raw.text, at) == 69:
        first = at + 2 if byte_at(raw.text, at + 1) == 43 or byte_at(raw.text, at + 1) == 45 else at + 1
        at = _digits_end(raw, first)
        if at == first:
            return NONE
    return at


@inner
def scalar_end(raw: Raw, at: int, end: int, plain: bool) -> int:
    """Index after the string, number, flag or null that begins at ``at``, ``NONE`` if there is none to be read here."""
    first = byte_at(raw.text, at)
    if first == 34:
        return string_end(raw, at + 1, end, plain)
    if first == 45 or (first >= 48 and first <= 57):
        return number_end(raw, at)
    four = word_at(raw.text, at) & uint64(0xFFFFFFFF)
    if four == uint64(_TRUE) or four == uint64(_NULL):
        return at + 4
    return at + 5 if word_at(raw.text, at) & uint64(0xFFFFFFFFFF) == uint64(_FALSE) else NONE
