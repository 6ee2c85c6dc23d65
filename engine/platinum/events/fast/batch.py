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
from platinum.events.fast.utf8 import leave_broken_texts
from platinum.events.record_columns import KEY_LENGTH, KEY_START, OFFSET, RECORD_MS, VALUE_LENGTH, VALUE_START, RecordColumns, read_headers

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
    given = _of_columns(records) if isinstance(records, RecordColumns) else _of_objects(records)
    raw, count = given.raw, len(records)
    grammar, plans = tables
    room = new_room(grammar.children.shape[1], given.value_bytes // _BYTES_PER_ITEM)
    read = Read(np.empty(count, EVENT), np.empty((count, 2), np.int64), np.empty(count, np.bool_))
    n_items = read_batch(raw, grammar, plans, room, read)
    columns = Columns(read.events, room.items[:n_items], _customers(given.keys, given.text, read.keys, raw.key_lengths))
    return Plain(columns, [] if read.was_read.all() else np.flatnonzero(~read.was_read).tolist())


class _Given(NamedTuple):
    """What the kernel is given, and what of it is needed afterwards."""

    raw: Raw
    text: bytes
    keys: Sequence[bytes | None]
    value_bytes: int


def _of_columns(records: RecordColumns[RecordTuple]) -> _Given:
    """The bytes of a fetch as they are."""
    spans = records.spans
    flags, headers = np.zeros(len(records), np.int64), records.with_headers()
    if headers:
        flags[headers] = [_flags(read_headers(records.text, *span)) for span in records.header_spans(headers)]
    text = np.frombuffer(records.text, np.uint8)
    leave_broken_texts(text, spans[VALUE_START], spans[VALUE_LENGTH], flags)
    raw = Raw(
        text,
        spans[VALUE_START],
        spans[VALUE_LENGTH],
        spans[OFFSET],
        spans[RECORD_MS],
        flags,
        text,
        spans[KEY_START],
        spans[KEY_LENGTH],
    )
    return _Given(raw, records.text, records.keys(), int(spans[VALUE_LENGTH].sum()))


def _of_objects(records: Sequence[RecordTuple]) -> _Given:
    """All values joined, and all keys."""
    offsets, keys, values, times, headers = zip(*records, strict=True)
    count = len(values)
    joined = b"".join((*values, _PADDING))
    flags = np.array(list(map(_flags, headers)), np.int64) if any(headers) else np.zeros(count, np.int64)
    if not joined.isascii() and not _is_utf8(joined):
        flags[[not value.isascii() for value in values]] = -1
    key_text, key_lengths = _join_keys(keys)
    lengths = _integers(tuple(map(len, values)))
    raw = Raw(
        np.frombuffer(joined, np.uint8),
        _starts(lengths),
        lengths,
        _integers(offsets),
        _integers(times),
        flags,
        np.frombuffer(key_text, np.uint8),
        _starts(key_lengths),
        key_lengths,
    )
    return _Given(raw, joined, keys, len(joined))


def _starts(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each begins if all are joined; a length of -1 is none."""
    given = np.maximum(lengths, 0)
    return np.cumsum(given) - given


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
