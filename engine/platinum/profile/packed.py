"""Packed rows of a batch on their way to the store: keys and rows each in one text, single ones made only for who asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from platinum.pieces import cut_up, laid_out
from platinum.profile.codec import pack_rows_behind

_NO_HEAD = -1


class PackedBatch:
    """Keys and packed rows, in the order of their slots.

    Attributes
    ----------
    keys : list of bytes
    key_text, key_ends : uint8[*], int64[N]
    row_text, row_ends : uint8[*], int64[N]
    """

    def __init__(self, keys: list[bytes], rows: NDArray[np.void], slots: NDArray[np.int64]) -> None:
        self.keys = keys
        self.key_text, self.key_ends = laid_out(keys)
        self._whole, self.row_ends = pack_rows_behind(np.empty((len(slots), 0), np.uint8), _NO_HEAD, rows, slots)
        self.row_text: NDArray[np.uint8] = np.frombuffer(self._whole, np.uint8)
        self._pairs: list[tuple[bytes, bytes]] | None = None

    @property
    def pairs(self) -> list[tuple[bytes, bytes]]:
        """(key, row) each."""
        if self._pairs is None:
            self._pairs = list(zip(self.keys, cut_up(self._whole, self.row_ends), strict=True))
        return self._pairs


class PackedRows(Sequence[tuple[bytes, bytes]]):
    """Those of one bucket: positions ``first`` to ``stop`` of a batch."""

    __slots__ = ("batch", "first", "stop")

    def __init__(self, batch: PackedBatch, first: int, stop: int) -> None:
        self.batch, self.first, self.stop = batch, first, stop

    def __len__(self) -> int:
        return self.stop - self.first

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        return iter(self.batch.pairs[self.first : self.stop])

    @overload
    def __getitem__(self, index: int) -> tuple[bytes, bytes]: ...
    @overload
    def __getitem__(self, index: slice) -> list[tuple[bytes, bytes]]: ...
    def __getitem__(self, index: int | slice) -> tuple[bytes, bytes] | list[tuple[bytes, bytes]]:
        return self.batch.pairs[self.first : self.stop][index]
