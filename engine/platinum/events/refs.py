"""References of orders, cases and decisions: a batch of ids in one compiled call each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from platinum.events.scan import text_spans
from platinum.hashing_kernels import hash64_spans, mix64_u
from platinum.jit import inner, int64, kernel


def hashes(texts: Sequence[str]) -> NDArray[np.uint64]:
    """``hash64`` of each text, uint64[B]; ``""`` gives 0."""
    text, ends = text_spans(texts)
    out = np.empty(len(texts), np.uint64)
    hash64_spans(text, ends, out)
    return out


def decision_refs(texts: Sequence[str]) -> NDArray[np.uint64]:
    """``ids.decision_ref`` of each text, uint64[B]; what is no decision id gives 0."""
    text, ends = text_spans(texts)
    out = np.empty(len(texts), np.uint64)
    _decision_refs(text, ends, out)
    return out


def id_refs(texts: Sequence[str]) -> NDArray[np.uint64]:
    """``ids.decision_ref`` where a text is a decision's id, which a promise and an offer of ours bear, else its ``hash64``; uint64[B]."""
    made = decision_refs(texts)
    return np.where(made != 0, made, hashes(texts))


@inner
def _stream_ref(text: NDArray[np.uint8], start: int, end: int) -> np.uint64:
    """Of ``d.<generation>.<partition>.<offset>.<slot>``, 0 when the form is another one."""
    ref = np.uint64(0)
    at = start + 2
    for limit in (9, 5, 18, 4):
        first = at
        number = np.uint64(0)
        while at < end and text[at] >= 48 and text[at] <= 57 and at - first < limit:
            number = number * np.uint64(10) + np.uint64(text[at] - 48)
            at += 1
        if at == first or (at < end) == (limit == 4) or (at < end and text[at] != 46):
            return np.uint64(0)
        at += 1
        ref = mix64_u(ref, number)
    return max(ref, np.uint64(1))


@inner
def _http_ref(text: NDArray[np.uint8], start: int, end: int) -> np.uint64:
    """Of ``h.<4 digits>.<32 hex digits>``, 0 when the form is another one."""
    if end - start != 39 or text[start + 6] != 46:
        return np.uint64(0)
    for at in range(start + 2, start + 6):
        if text[at] < 48 or text[at] > 57:
            return np.uint64(0)
    ref = np.uint64(0)
    for at in range(start + 7, end):
        is_digit = text[at] >= 48 and text[at] <= 57
        if not is_digit and (text[at] < 97 or text[at] > 102):
            return np.uint64(0)
        if at < start + 23:
            ref = ref << np.uint64(4) | np.uint64(text[at] - (48 if is_digit else 87))
    return max(ref, np.uint64(1))


@inner
def decision_ref_of(text: NDArray[np.uint8], start: int, end: int) -> np.uint64:
    """``ids.decision_ref`` of ``text[start:end]``."""
    if end - start > 2 and text[start + 1] == 46:
        if text[start] == 100:
            return _stream_ref(text, start, end)
        if text[start] == 104:
            return _http_ref(text, start, end)
    return np.uint64(0)


@kernel
def _decision_refs(text: NDArray[np.uint8], ends: NDArray[np.int64], out: NDArray[np.uint64]) -> None:
    start = int64(0)
    for i in range(ends.shape[0]):
        out[i] = decision_ref_of(text, start, ends[i])
        start = ends[i]
