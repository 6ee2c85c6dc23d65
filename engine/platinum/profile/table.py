"""The write-through cache of rows: customer key → slot of one ROW array, within a limit of bytes.

Legal because the stream is the only writer of its buckets. What is evicted is written already, so it is forgotten
without ado.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress, repeat

import numpy as np
from numpy.typing import NDArray

from platinum.hashing_kernels import hash64_spans
from platinum.profile.codec import unpack_rows
from platinum.profile.entries import MORE
from platinum.profile.members import Members, unpack_members
from platinum.profile.row import ROW
from platinum.profile.second_row import unpack_more

#: Key, dictionary entry and clock of one cached row, besides the row itself (measured: 150-200 bytes).
_OVERHEAD_BYTES = 200
_FIRST_SLOTS = 64


def persons_of(keys: Sequence[bytes]) -> NDArray[np.uint64]:
    """``hash64`` of each customer key."""
    out = np.zeros(len(keys), np.uint64)
    if keys:
        hash64_spans(np.frombuffer(b"".join(keys), np.uint8), np.cumsum([len(key) for key in keys]), out)
    return out


class RowTable:
    """Rows of the customers seen last.

    Attributes
    ----------
    rows : ROW[N]
        Slots are indices into it. The array is replaced when the table grows: fetch it anew after ``slots_for``.
    more : MORE[*]
        Second rows, by ``rows["more"]``. Replaced when it grows: fetch it anew after ``provide``.
    members : dict of account's key to members
        Of the accounts among them. Each is replaced when somebody joins or leaves.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._most = max(1, limit_bytes // (ROW.itemsize + _OVERHEAD_BYTES))
        self.clear()

    def clear(self) -> None:
        """Forget everything: after a claim, or when the store has turned out to hold something else."""
        self.rows: NDArray[np.void] = np.zeros(min(self._most, _FIRST_SLOTS), ROW)
        self._slot: dict[bytes, int] = {}
        self._key = [b""] * len(self.rows)
        self._used = np.zeros(len(self.rows), np.int64)  # batch in which a slot was last asked for
        self._free = list(range(len(self.rows) - 1, -1, -1))
        self._batch = 0
        self.more: NDArray[np.void] = np.zeros(1, MORE)
        self.more[0]["n"] = 1
        self.members: dict[bytes, Members] = {}

    def __len__(self) -> int:
        return len(self._slot)

    def slots_for(self, keys: Sequence[bytes], same_batch: bool = False) -> tuple[NDArray[np.int64], list[bytes]]:
        """Slot of each key (int64[B]) and the keys that were not cached, each once.

        Their rows are zero, that is, of a customer nobody has heard of. Until they are filled they must not be used:
        ``fill`` them, or ``drop`` them if that fails. Rows of the batch in hand are never evicted,
        nor those of calls before if this one continues their batch (``same_batch``).
        """
        if not same_batch:
            self._batch += 1
        slots = np.fromiter(map(self._slot.get, keys, repeat(-1)), np.int64, len(keys))
        is_new = slots < 0
        missing: list[bytes] = []
        if is_new.any():
            others = list(compress(keys, is_new.tolist()))
            missing = list(dict.fromkeys(others))
            self._used[slots[~is_new]] = self._batch
            self._make_room(len(missing))
            self._add(missing)
            slots[is_new] = self.slots_of(others)
        self._used[slots] = self._batch
        return slots, missing

    def fill(self, keys: Sequence[bytes], blobs: Sequence[bytes | None]) -> None:
        """Put stored rows into the slots of ``keys``; ``None`` leaves the row of an unknown customer.

        Raises
        ------
        Inconsistent
            See ``codec.unpack_rows``.
        """
        stored = [(key, blob) for key, blob in zip(keys, blobs, strict=True) if blob is not None]
        if stored:
            slots, known = self.slots_of([key for key, _ in stored]), [key for key, _ in stored]
            unpack_rows([blob for _, blob in stored], self.rows, slots)
            self.rows["person"][slots] = persons_of(known)

    def provide(self, pages: int) -> None:
        """Make room for so many new second rows: a batch opens at most one per event. Memory that is not used is never touched."""
        fresh = int(self.more[0]["n"])
        if len(self.more) - fresh >= pages:
            return
        more = np.zeros(max(2 * len(self.more), fresh + pages), MORE)
        more[:fresh] = self.more[:fresh]
        self.more = more

    def fill_more(self, keys: Sequence[bytes], blobs: Sequence[bytes | None]) -> None:
        """Put stored second rows beside the rows of ``keys``.

        Raises
        ------
        Inconsistent
            One is missing, or is none.
        """
        self.provide(len(keys))
        for slot, blob in zip(self.slots_of(keys).tolist(), blobs, strict=True):
            number = int(self.more[0]["n"])
            self.more[0]["n"] = number + 1
            unpack_more(blob, self.more[number])
            self.rows[slot]["more"] = number

    def fill_members(self, keys: Sequence[bytes], blobs: Sequence[bytes | None]) -> None:
        """Put what is stored of who belongs to accounts beside their rows; raises as ``members.unpack_members``."""
        self.members.update(zip(keys, map(unpack_members, blobs), strict=True))

    def slots_of(self, keys: Sequence[bytes]) -> NDArray[np.int64]:
        """Slots of keys that are cached."""
        return np.fromiter(map(self._slot.__getitem__, keys), np.int64, len(keys))

    def keys_of(self, slots: NDArray[np.int64]) -> list[bytes]:
        """Keys of slots in use."""
        return list(map(self._key.__getitem__, slots.tolist()))

    def drop(self, keys: Iterable[bytes]) -> None:
        """Forget these customers; those that are not cached are passed over."""
        for key in keys:
            slot = self._slot.pop(key, -1)
            if slot >= 0:
                self.members.pop(key, None)
                self._key[slot] = b""
                self._free.append(slot)
                if self.more[0]["n"] > 1 and (number := int(self.rows[slot]["more"])):
                    self.more[number]["next"], self.more[0]["next"] = self.more[0]["next"], number
                    self.rows[slot]["more"] = 0

    def _add(self, keys: Sequence[bytes]) -> None:
        slots = [self._free.pop() for _ in keys]
        self.rows[slots] = np.zeros(1, ROW)
        self.rows["person"][slots] = persons_of(keys)
        for key, slot in zip(keys, slots, strict=True):
            self._slot[key] = slot
            self._key[slot] = key

    def _make_room(self, wanted: int) -> None:
        """Grow by doubling up to the limit, then evict; beyond it only for a batch that is larger than the limit."""
        while len(self._free) < wanted and len(self.rows) < self._most:
            self._grow(min(2 * len(self.rows), self._most))
        if len(self._free) < wanted:
            self._evict(wanted - len(self._free))
        if len(self._free) < wanted:
            self._grow(len(self.rows) + wanted - len(self._free))

    def _grow(self, size: int) -> None:
        old = len(self.rows)
        rows = np.zeros(size, ROW)
        rows[:old] = self.rows
        self.rows = rows
        self._key.extend([b""] * (size - old))
        self._used = np.concatenate([self._used, np.zeros(size - old, np.int64)])
        self._free = [*range(size - 1, old - 1, -1), *self._free]

    def _evict(self, wanted: int) -> None:
        """Forget the least recently used: an eighth of the table at once, so that the search is paid rarely."""
        in_use = np.fromiter(self._slot.values(), np.int64, len(self._slot))
        idle = in_use[self._used[in_use] < self._batch]
        n = min(len(idle), max(wanted, len(self.rows) // 8))
        if n == 0:
            return
        oldest = idle[np.argpartition(self._used[idle], n - 1)[:n]] if n < len(idle) else idle
        self.drop(self.keys_of(oldest))
