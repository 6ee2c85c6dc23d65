"""Texts that lie one behind the other, and the single ones."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray


def split_at(text: bytes | NDArray[np.uint8], ends: NDArray[np.integer[Any]]) -> list[bytes]:
    """The pieces of ``text`` that end at ``ends`` (int64[N], ascending; what lies behind the last is left out).

    A reader is told lengths one after the other and makes nothing but the pieces: slicing 1,500 pieces of 550 bytes took
    460 µs, because of a slice object each, this takes 220.
    """
    lengths: Sequence[int] = np.diff(ends, prepend=0).tolist()
    if not lengths:
        return []
    reader = BytesIO(cast(bytes, text[: int(ends[-1])]))  # an array is read as the bytes that it lies in
    return list(map(reader.read, lengths))
