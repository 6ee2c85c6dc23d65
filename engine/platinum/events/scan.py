"""One compiled look over the raw bytes of a batch, before anything parses them.

msgspec is strict about everything in JSON but two: text that it skips may be broken UTF-8, and nesting is bounded by the C
stack alone. Both are settled here: a batch costs one call, and only values that could break a limit are looked at again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from platinum.errors import EventRejected
from platinum.jit import kernel
from platinum.vocabulary.limits import MAX_DEPTH, MAX_EVENT_BYTES

_TOO_LARGE, _MAYBE_DEEP, _NOT_ASCII = 1, 2, 4


def spans(texts: Sequence[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """All ``texts`` as uint8[*] and where each ends, int64[B]."""
    joined = b"".join(texts)
    return np.frombuffer(joined or b"\0", np.uint8), np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))


def text_spans(texts: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """``spans`` of the UTF-8 forms of ``texts``."""
    joined = "".join(texts)
    if not joined.isascii():
        return spans([text.encode() for text in texts])
    return np.frombuffer(joined.encode() or b"\0", np.uint8), np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))


@kernel
def _openers(words: NDArray[np.uint64], start: int, end: int) -> int:
    """How many bytes of ``words[start:end]`` are ``{`` or ``[``, eight bytes at a time."""
    # Setting bit 5 makes "[" a "{" (and nothing else); XOR makes that a zero byte; adding 0x7f carries into bit 7 of every
    # byte that is not zero. A plain loop over bytes took 1 ns per byte, this takes a tenth.
    bit5, brace = np.uint64(0x2020202020202020), np.uint64(0x7B7B7B7B7B7B7B7B)
    low7, ones = np.uint64(0x7F7F7F7F7F7F7F7F), np.uint64(0x0101010101010101)
    count = 0
    for block in range(start, end, 255):  # each byte of ``sums`` counts to 255 at most
        sums = np.uint64(0)
        for at in range(block, min(block + 255, end)):
            x = (words[at] | bit5) ^ brace
            sums += ~((((x & low7) + low7) | x) >> np.uint64(7)) & ones
        for _ in range(8):
            count += int(np.int64(sums & np.uint64(255)))
            sums >>= np.uint64(8)
    return count


@kernel
def _look(words: NDArray[np.uint64], ends: NDArray[np.int64], out: NDArray[np.uint8]) -> None:
    start = 0
    for i in range(ends.shape[0]):
        end = int(ends[i])
        found = _TOO_LARGE if end - start > MAX_EVENT_BYTES else 0
        # Words at the edges belong to two values: counted for both, which makes one suspicion more, never one less.
        found |= _MAYBE_DEEP if _openers(words, start >> 3, (end + 7) >> 3) > MAX_DEPTH else 0
        out[i] = found
        start = end


@kernel
def depth(text: NDArray[np.uint8]) -> int:
    """Deepest nesting of objects and arrays in one JSON text; exact for valid JSON, never too small for a valid prefix."""
    deepest = 0
    now = 0
    inside = False
    escaped = False
    for at in range(text.shape[0]):
        byte = text[at]
        if inside:
            if escaped:
                escaped = False
            elif byte == 92:
                escaped = True
            elif byte == 34:
                inside = False
        elif byte == 34:
            inside = True
        elif byte == 123 or byte == 91:
            now += 1
            deepest = max(deepest, now)
        elif byte == 125 or byte == 93:
            now -= 1
    return deepest


def suspicions(values: Sequence[bytes]) -> list[int]:
    """Per value 0, or what ``refuse_broken`` must look at."""
    joined = b"".join([*values, bytes(8)])
    ends = np.cumsum(np.fromiter(map(len, values), np.int64, len(values)))
    out = np.empty(len(values), np.uint8)
    _look(np.frombuffer(joined, np.uint64, len(joined) >> 3), ends, out)
    found: list[int] = out.tolist()
    if not joined.isascii():
        return [one if value.isascii() else one | _NOT_ASCII for one, value in zip(found, values, strict=True)]
    return found


def refuse_broken(value: bytes, suspicion: int) -> None:
    """Settle what ``suspicions`` found in one value.

    Raises
    ------
    EventRejected
        ``too_large``, ``not_utf8`` or ``too_deep``.
    """
    if suspicion & _TOO_LARGE:
        raise EventRejected("too_large", "", f"at most {MAX_EVENT_BYTES} bytes")
    if suspicion & _NOT_ASCII:
        try:
            value.decode()
        except UnicodeDecodeError:
            raise EventRejected("not_utf8", "", "UTF-8 text") from None
    if suspicion & _MAYBE_DEEP and depth(np.frombuffer(value, np.uint8)) > MAX_DEPTH:
        raise EventRejected("too_deep", "", f"nested at most {MAX_DEPTH} deep")
