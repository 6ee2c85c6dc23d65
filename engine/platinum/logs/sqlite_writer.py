"""Group commit: appends of many coroutines become one transaction and one sync, in a thread of their own."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from queue import Empty, SimpleQueue
from typing import TypeVar

import msgspec

from platinum.errors import Unavailable
from platinum.logs.sqlite_file import SPAN, LogFile, first_place
from platinum.ports import Headers, Record

#: A transaction takes in no further append beyond so many records or bytes: the first caller waits for the last record.
_GROUP_RECORDS = 4_000
_GROUP_BYTES = 8 << 20

# SQLite gives the interpreter lock away at every step, and under a busy event loop each return costs up to one switch
# interval: 1,000 rows inserted one by one took 600 ms, 128 at once 10 ms. More would exceed old SQLite's 999 variables.
# Statements are compiled for 1 to 48 rows and for each multiple of 16 from there, so a usual group takes one of 53.
_ROWS_AT_ONCE, _ROWS_STEP, _ROWS_EXACT = 128, 16, 48
#: The size of the write-ahead log is looked at once so many bytes were appended.
_LOOK_BYTES = 1 << 20
_INSERT = "INSERT INTO records (place, time_ms, key, value, headers) VALUES "
_ROW = "(?, ?, ?, ?, ?)"
_END = "(SELECT place + 1 FROM records WHERE place >= ? AND place < ? ORDER BY place DESC LIMIT 1)"

_pack_headers: Callable[[Headers], bytes] = msgspec.msgpack.Encoder().encode

T = TypeVar("T")
Placed = list[tuple[int, int]]


@dataclass(slots=True)
class Append:
    """One call of ``append`` on its way through the writer."""

    topic: str
    records: Sequence[Record]
    partitions: Sequence[int]
    n_bytes: int
    done: asyncio.Future[Placed]
    result: Placed | BaseException | None = None


class GroupWriter:
    """The one thread of this process that writes to the log file.

    Parameters
    ----------
    file : LogFile
    committed : callable
        Called in the event loop with each group, after its futures are resolved.
    """

    def __init__(self, file: LogFile, committed: Callable[[Sequence[Append]], None]) -> None:
        self._file = file
        self._committed = committed
        self._queue: SimpleQueue[Append | None] = SimpleQueue()
        self._connection = file.connect(write=True)
        self._topics: dict[str, int] = {}
        # First place of a partition → next place, good as long as no other connection has written since ``_version``.
        self._ends: dict[int, int] = {}
        self._version = -1
        self._unlooked_bytes = 0
        self._thread = threading.Thread(target=self._run, name="platinum-log-writer", daemon=True)
        self._thread.start()

    def submit(self, append: Append) -> None:
        """Queue one append; its future is resolved after the commit."""
        self._queue.put(append)

    def stop(self) -> None:
        """Commit what is queued, end the thread and close the connection (blocks)."""
        self._queue.put(None)
        self._thread.join()
        with self._file.locked():  # closing the last connection copies the write-ahead log into the file
            self._connection.close()

    def _run(self) -> None:
        last = False
        while not last:
            group, last = self._next_group()
            if group:
                self._commit(group)
                _in_loop(group[0].done, self._resolve, group)

    def _next_group(self) -> tuple[list[Append], bool]:
        group: list[Append] = []
        n_records = n_bytes = 0
        item = self._queue.get()
        while item is not None:
            group.append(item)
            n_records += len(item.records)
            n_bytes += item.n_bytes
            if n_records >= _GROUP_RECORDS or n_bytes >= _GROUP_BYTES:
                return group, False
            try:
                item = self._queue.get_nowait()
            except Empty:
                return group, False
        return group, True

    def _commit(self, group: Sequence[Append]) -> None:
        try:
            with self._file.locked():
                placed = self._write(group)
                self._unlooked_bytes += sum([append.n_bytes for append in group])
                if self._unlooked_bytes >= _LOOK_BYTES:
                    self._unlooked_bytes = 0
                    self._file.shrink(self._connection)
            for append, result in zip(group, placed, strict=True):
                append.result = result
        except BaseException as error:  # noqa: BLE001 - whatever it is, each caller gets it: nobody may wait for ever
            self._fail(group, error)

    def _write(self, group: Sequence[Append]) -> list[Placed]:
        """One transaction; the lock is held, so no other process of ours writes meanwhile.

        A group that one statement can hold, whose places are known, needs no BEGIN and COMMIT: the statement is a transaction
        by itself, durable when it returns. Each statement less is a return less to the interpreter lock.
        """
        self._forget_if_changed()
        n_records = sum([len(append.records) for append in group])
        if n_records > _ROWS_EXACT or not self._topics.keys() >= {append.topic for append in group}:
            self._connection.execute("BEGIN IMMEDIATE")
        rows, placed = self._place(group)
        self._insert(sorted(rows))
        if self._connection.in_transaction:
            self._connection.execute("COMMIT")
        return placed

    def _fail(self, group: Sequence[Append], error: BaseException) -> None:
        if isinstance(error, sqlite3.OperationalError):
            error = Unavailable(f"{self._file.path.name}: {error}")
        self._topics.clear()  # a topic's number may have been rolled back, and no end is where it was counted to
        self._ends.clear()
        if self._connection.in_transaction:
            self._connection.rollback()
        for append in group:
            append.result = error

    def _forget_if_changed(self) -> None:
        """Drop the ends when another connection has committed.

        The lock between processes is held, so nobody else can from here on: a connection that came past it would meet its
        own places taken, or take ours, and one of the two inserts would fail.
        """
        ((version,),) = self._connection.execute("PRAGMA data_version")
        if version != self._version:
            self._version = version
            self._ends.clear()

    def _place(self, group: Sequence[Append]) -> tuple[list[tuple[object, ...]], list[Placed]]:
        """Number the group's records behind what is stored now; another process may have appended since."""
        rows: list[tuple[object, ...]] = []
        placed: list[Placed] = []
        topics = [self._topic(append.topic) for append in group]
        firsts = [[first_place(topic, p) for p in append.partitions] for topic, append in zip(topics, group, strict=True)]
        ends = self._ends
        self._read_ends(set(chain.from_iterable(firsts)) - ends.keys())
        for some, append in zip(firsts, group, strict=True):
            offsets: Placed = []
            for first, partition, (key, value, time_ms, headers, _) in zip(some, append.partitions, append.records, strict=True):
                place = ends[first]
                ends[first] = place + 1
                offsets.append((partition, place - first))
                rows.append((place, time_ms, key, value, _pack_headers(headers) if headers else None))
            placed.append(offsets)
        return rows, placed

    def _read_ends(self, firsts: Collection[int]) -> None:
        for some in _cut(sorted(firsts)):
            bounds = [bound for first in some for bound in (first, first + SPAN)]
            (found,) = self._connection.execute("SELECT " + ", ".join([_END] * len(some)), bounds)
            self._ends.update((first, first if end is None else end) for first, end in zip(some, found, strict=True))

    def _insert(self, rows: Sequence[tuple[object, ...]]) -> None:
        # In key order, and in few sizes, so that the statements stay compiled.
        for some in _cut(rows):
            self._connection.execute(_INSERT + ", ".join([_ROW] * len(some)), list(chain.from_iterable(some)))

    def _topic(self, name: str) -> int:
        if name not in self._topics:
            self._connection.execute("INSERT OR IGNORE INTO topics (name) VALUES (?)", (name,))
            (self._topics[name],) = self._connection.execute("SELECT id FROM topics WHERE name = ?", (name,)).fetchone()
        return self._topics[name]

    def _resolve(self, group: Sequence[Append]) -> None:
        for append in group:
            if append.done.done():
                continue  # the caller was cancelled; its records are in the log all the same
            if isinstance(append.result, list):
                append.done.set_result(append.result)
            else:
                append.done.set_exception(append.result or Unavailable("the log writer stopped"))
        self._committed(group)


def _cut(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Slices of at most 128 items: all at once up to 48, else as many as there are in multiples of 16, then the rest."""
    at, left = 0, len(items)
    while left:
        size = left if left <= _ROWS_EXACT else min(_ROWS_AT_ONCE, left - left % _ROWS_STEP)
        yield items[at : at + size]
        at, left = at + size, left - size


def _in_loop(future: asyncio.Future[Placed], call: Callable[[Sequence[Append]], None], group: Sequence[Append]) -> None:
    loop = future.get_loop()
    if not loop.is_closed():
        loop.call_soon_threadsafe(call, group)
