"""A batch through the kernel: texts joined once, nothing done per record in Python but collecting what is already there."""

from __future__ import annotations

from collections.abc import Sequence
from struct import pack
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from platinum.events.columns import EVENT, FLAG_HISTORY, Columns
from platinum.events.envelope import Headers
from platinum.events.fast.grammar import Grammar, new_room
from platinum.events.fast.kernel import Read, read_batch
from platinum.events.fast.plans import Plans
from platinum.events.fast.raw import PADDING, Raw

#: One record as ``ports.Fetched`` gives it: offset, key, value, record time in ms, headers.
RecordTuple = tuple[int, bytes | None, bytes, int, Headers]

_PADDING = bytes(PADDING)
#: An item takes at least so many bytes of JSON; where it takes less, the record is left.
_BYTES_PER_ITEM = 16


class Plain(NamedTuple):
    """Records that were read, and the positions of those that were left.

    Attributes
    ----------
    columns : Columns
        As long as the batch: at the positions in ``left`` it means nothing.
    left : list of int
    """

    columns: Columns
    left: list[int]


def read_plain(records: Sequence[RecordTuple], tables: tuple[Grammar, Plans]) -> Plain:
    """Read those of ``records`` (at least one) that are plain."""
    offsets, keys, values, times, headers = zip(*records, strict=True)
    count = len(values)
    joined = b"".join((*values, _PADDING))
    flags = np.array(list(map(_flags, headers)), np.int64) if any(headers) else np.zeros(count, np.int64)
    if not joined.isascii() and not _is_utf8(joined):
        flags[[not value.isascii() for value in values]] = -1
    key_text, key_lengths = _join_keys(keys)
    raw = Raw(
        np.frombuffer(joined, np.uint8),
        _integers(tuple(map(len, values))),
        _integers(offsets),
        _integers(times),
        flags,
        np.frombuffer(key_text, np.uint8),
        key_lengths,
    )
    grammar, plans = tables
    room = new_room(grammar.children.shape[1], len(joined) // _BYTES_PER_ITEM)
    read = Read(np.empty(count, EVENT), np.empty((count, 2), np.int64), np.empty(count, np.bool_))
    n_items = read_batch(raw, grammar, plans, room, read)
    columns = Columns(read.events, room.items[:n_items], _customers(keys, joined, read.keys, key_lengths))
    return Plain(columns, [] if read.was_read.all() else np.flatnonzero(~read.was_read).tolist())


def _integers(numbers: Sequence[int]) -> NDArray[np.int64]:
    # numpy.array and numpy.fromiter take four times as long.
    return np.frombuffer(pack(f"={len(numbers)}q", *numbers), np.int64)


def _is_utf8(joined: bytes) -> bool:
    """True if all values are UTF-8 that begin and end with ASCII, as objects do, or with what the kernel leaves anyway."""
    try:
        joined.decode()
    except UnicodeDecodeError:
        return False
    return True


def _flags(headers: Headers) -> int:
    """EVENT's flags of a bare record, -1 if its headers may make it anything else."""
    if not headers:
        return 0
    return FLAG_HISTORY if len(headers) == 1 and headers[0][0] == "history" else -1


def _join_keys(keys: Sequence[bytes | None]) -> tuple[bytes, NDArray[np.int64]]:
    given = cast(Sequence[bytes], keys)
    try:
        return b"".join(given) or b"\0", _integers(tuple(map(len, given)))
    except TypeError:  # some are None; asking each took longer than joining them
        lengths = np.array([-1 if key is None else len(key) for key in keys], np.int64)
        return b"".join([key or b"" for key in keys]) or b"\0", lengths


def _customers(keys: Sequence[bytes | None], joined: bytes, found: NDArray[np.int64], lengths: NDArray[np.int64]) -> list[bytes]:
    """The records' own keys, which the kernel has compared; where there is none, the id in the text."""
    if lengths.min() >= 0:
        return list(cast(Sequence[bytes], keys))
    return [
        key if key is not None else joined[start:end] if end > 0 else b"anon:" + joined[start:-end]
        for key, (start, end) in zip(keys, found.tolist(), strict=True)
    ]
