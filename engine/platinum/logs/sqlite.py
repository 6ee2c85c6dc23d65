"""The embedded log: a SQLite file, every acknowledged record on the disk."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from platinum.clock import wall_ms
from platinum.errors import Inconsistent, Unavailable
from platinum.logs.news import News
from platinum.logs.placement import partitions_of, refuse_future
from platinum.logs.sqlite_file import MOST_PARTITIONS, SPAN, LogFile, first_place
from platinum.logs.sqlite_writer import Append, GroupWriter, Placed
from platinum.ports import Fetched, Record

_TOPIC = "SELECT id FROM topics WHERE name = ?"
_FETCH = "SELECT place - ?, key, value, time_ms, headers FROM records WHERE place >= ? AND place < ? ORDER BY place LIMIT ?"
_START = "SELECT place FROM records WHERE place >= ? AND place < ? ORDER BY place LIMIT 1"
_END = "SELECT place + 1 FROM records WHERE place >= ? AND place < ? ORDER BY place DESC LIMIT 1"

#: Rows that are taken from SQLite at once while counting bytes.
_BLOCK = 64

#: Another process's append is found by polling, at first so often, then less.
_POLL_S, _POLL_MAX_S = 0.010, 0.050

_fetched: Callable[[Any], Fetched] = partial(tuple.__new__, Fetched)
_unpack_headers = msgspec.msgpack.Decoder(tuple[tuple[str, bytes], ...]).decode


class SqliteLog:
    """Log in one SQLite file (write-ahead log, synchronous=FULL); two processes may append to it.

    Parameters
    ----------
    path : Path
        Created when missing; ``<path>.lock`` and SQLite's ``-wal`` and ``-shm`` files stand beside it.
    partitions, generation : int
        Fixed when the file is created.
    clock_ms : callable or None
        Clock in ms; None for a file that a history is played into.
    busy_s : float
        How long to wait for another process's commit before ``Unavailable``.

    Raises
    ------
    Inconsistent
        The file was created with other partitions or another generation.
    """

    def __init__(
        self,
        path: Path | str,
        partitions: int = 4,
        generation: int = 1,
        clock_ms: Callable[[], int] | None = wall_ms,
        busy_s: float = 5.0,
    ) -> None:
        if not 1 <= partitions <= MOST_PARTITIONS or partitions & (partitions - 1):
            raise ValueError(f"partitions must be a power of two of at most {MOST_PARTITIONS}, got {partitions}")
        self._partitions = partitions
        self._generation = generation
        self._clock_ms = clock_ms
        self._news = News()
        self._topics: dict[str, int] = {}
        self._file = LogFile(Path(path), busy_s)
        try:
            self._file.prepare(partitions, generation)
            self._reader: sqlite3.Connection | None = self._file.connect(write=False)
            self._writer = GroupWriter(self._file, self._tell)
        except BaseException:
            self._file.close()
            raise

    @property
    def partitions(self) -> int:
        """P of every keyed topic."""
        return self._partitions

    @property
    def generation(self) -> int:
        """Grows when the log is replaced by another one."""
        return self._generation

    async def append(self, topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        """See ``ports.Log.append``; returns after the commit's sync, shared with whoever appends meanwhile."""
        self._open()
        refuse_future(topic, records, self._clock_ms)
        if not records:
            return []
        done: asyncio.Future[Placed] = asyncio.get_running_loop().create_future()
        n_bytes = sum([len(record.value) for record in records])
        self._writer.submit(Append(topic, records, partitions_of(records, self._partitions), n_bytes, done))
        return await done

    async def fetch(
        self, topic: str, partition: int, offset: int, max_records: int, max_bytes: int = 4 << 20, wait_s: float = 0.0
    ) -> list[Fetched]:
        """See ``ports.Log.fetch``.

        Reads in the caller's thread: SQLite gives the interpreter lock away at every row, and a thread that has to
        win it back from a busy event loop waits up to 5 ms each time.
        """
        found = self._read(topic, partition, offset, max_records, max_bytes)
        if found or wait_s <= 0.0:
            return found
        loop = asyncio.get_running_loop()
        until, pause_s = loop.time() + wait_s, _POLL_S
        while not found and (left_s := until - loop.time()) > 0.0:
            await self._news.wait((topic, partition), min(pause_s, left_s))
            pause_s = min(1.5 * pause_s, _POLL_MAX_S)
            found = self._read(topic, partition, offset, max_records, max_bytes)
        return found

    async def start(self, topic: str, partition: int) -> int:
        """Smallest offset still held."""
        return self._one(_START, topic, partition)

    async def end(self, topic: str, partition: int) -> int:
        """Offset that the next record will get."""
        return self._one(_END, topic, partition)

    async def close(self) -> None:
        """Commit what is queued and release the file; idempotent."""
        if self._reader is None:
            return
        self._reader.close()
        self._reader = None
        self._news.tell_all()
        await asyncio.to_thread(self._writer.stop)
        self._file.close()

    def _read(self, topic: str, partition: int, offset: int, max_records: int, max_bytes: int) -> list[Fetched]:
        reader, topic_id = self._open(), self._topic(topic, partition)
        if topic_id is None:
            return []
        found: list[Fetched] = []
        n_bytes = 0
        try:
            first = first_place(topic_id, partition)
            cursor = reader.execute(_FETCH, (first, first + offset, first + SPAN, max_records))
            while n_bytes <= max_bytes and (block := cursor.fetchmany(_BLOCK)):
                # A blanked value is NULL; the contract gives it as b"".
                found += [_fetched((o, key, v or b"", t, _unpack_headers(h) if h else ())) for o, key, v, t, h in block]
                n_bytes += sum([len(record.value) for record in found[-len(block) :]])
            cursor.close()  # ends the read transaction, so that the write-ahead log can be reused
        except sqlite3.OperationalError as error:
            raise Unavailable(f"{self._file.path.name}: {error}") from error
        if found and found[0].offset != offset:
            raise Inconsistent(
                f"{topic}/{partition}: offset {offset} was removed by retention, the log starts at {found[0].offset}; "
                "bring back the older records, or begin anew in an empty data directory"
            )
        while n_bytes > max_bytes and len(found) > 1:
            n_bytes -= len(found.pop().value)
        return found

    def _one(self, query: str, topic: str, partition: int) -> int:
        topic_id = self._topic(topic, partition)
        if topic_id is None:
            return 0
        first = first_place(topic_id, partition)
        found = self._number(query, first, first + SPAN)
        return 0 if found is None else found - first

    def _topic(self, name: str, partition: int) -> int | None:
        """Number of a topic, None while it has no record."""
        if not 0 <= partition < self._partitions:
            raise ValueError(f"partition must be 0..{self._partitions - 1}")
        if name not in self._topics and (found := self._number(_TOPIC, name)) is not None:
            self._topics[name] = found
        return self._topics.get(name)

    def _number(self, query: str, *arguments: object) -> int | None:
        """First column of the first row."""
        try:
            found = self._open().execute(query, arguments).fetchone()
        except sqlite3.OperationalError as error:
            raise Unavailable(f"{self._file.path.name}: {error}") from error
        return int(found[0]) if found else None

    def _tell(self, group: Sequence[Append]) -> None:
        self._news.tell((append.topic, partition) for append in group for partition in set(append.partitions))

    def _open(self) -> sqlite3.Connection:
        if self._reader is None:
            raise Unavailable("the log is closed")
        return self._reader
