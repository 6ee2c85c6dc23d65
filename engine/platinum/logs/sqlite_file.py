"""The SQLite file of an embedded log: schema, connections, the lock between processes.

One row per record; its rowid, ``place``, is (topic, partition, offset) as one number. ``value`` may be NULL: an erasure
blanks it and puts its hash into ``value_hash``, so that offsets keep counting and the checkpoint's last hash can still
be compared.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from platinum.errors import Inconsistent, Unavailable

# 1 was keyed by three columns, WITHOUT ROWID: SQLite keeps at most a quarter of a page of such a row in place, so each
# decision had an overflow page to itself. Written six at a time they took 43 µs CPU each, now 29.
LAYOUT = 2

# A commit writes whole pages, at least one per partition. 8192: a third more CPU at six decisions per commit.
_PAGE_BYTES = 4096

#: The write-ahead log is copied into the file every so many pages (16 MiB) and then used again from its start. That
#: needs a moment without readers; above the limit the writer waits for one.
CHECKPOINT_PAGES = 4096
WAL_LIMIT_BYTES = 32 << 20
_WAIT_FOR_READERS_MS = 100

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS records (
    place INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, key BLOB, value BLOB, headers BLOB, value_hash INTEGER
);
"""

#: Bits of ``place``, from the top: 11 of the topic's number, 12 of the partition, 40 of the offset.
_OFFSET_BITS, _PARTITION_BITS, _TOPIC_BITS = 40, 12, 11
MOST_PARTITIONS = 1 << _PARTITION_BITS
#: Places of one partition.
SPAN = 1 << _OFFSET_BITS


def first_place(topic: int, partition: int) -> int:
    """``place`` of offset 0.

    Raises
    ------
    ValueError
        There is no such topic or partition number.
    """
    if not (0 <= topic < 1 << _TOPIC_BITS and 0 <= partition < MOST_PARTITIONS):
        raise ValueError(f"a log file holds {1 << _TOPIC_BITS} topics and {MOST_PARTITIONS} partitions")
    return (topic << _PARTITION_BITS | partition) << _OFFSET_BITS


class LogFile:
    """Path, lock and connections of one log file."""

    def __init__(self, path: Path, busy_s: float) -> None:
        self.path = path
        self._busy_s = busy_s
        self._lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock under which every process commits and checkpoints.

        SQLite's own write lock does not cover checkpoints, and before 3.51.3 a checkpoint that met another process's
        commit could damage the file ("WAL-reset bug"). The kernel drops this lock when its holder dies.

        Raises
        ------
        Unavailable
            Another process held it longer than ``busy_s``.
        """
        until = time.monotonic() + self._busy_s
        pause_s = 0.0002
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Unavailable(f"{self.path.name}: another process has been writing for {self._busy_s:g} s") from None
                time.sleep(pause_s)
                pause_s = min(2 * pause_s, 0.005)
        try:
            yield
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)

    def connect(self, *, write: bool) -> sqlite3.Connection:
        """A connection that any one thread at a time may use; transactions are explicit."""
        connection = sqlite3.connect(self.path, timeout=self._busy_s, isolation_level=None, check_same_thread=False, cached_statements=64)
        # FULL: a commit returns after the write-ahead log is on the disk. NORMAL would lose acknowledged records.
        connection.execute("PRAGMA synchronous=FULL")
        if write:
            connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
            connection.execute(f"PRAGMA journal_size_limit={WAL_LIMIT_BYTES}")
            # What a large group's statement would need to undo itself; after a crash nobody reads it, so it needs no file.
            connection.execute("PRAGMA temp_store=MEMORY")
        else:
            connection.execute("PRAGMA query_only=ON")
        return connection

    def shrink(self, connection: sqlite3.Connection) -> None:
        """Copy the write-ahead log into the file and empty it, if it is too large; with the lock held."""
        try:
            if os.stat(f"{self.path}-wal").st_size <= WAL_LIMIT_BYTES:
                return
        except FileNotFoundError:
            return
        connection.execute(f"PRAGMA busy_timeout={_WAIT_FOR_READERS_MS}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # while somebody reads it does less, without an error
        connection.execute(f"PRAGMA busy_timeout={int(1000 * self._busy_s)}")

    def prepare(self, partitions: int, generation: int) -> None:
        """Create the file if it is new, else check that it is what the caller expects.

        Raises
        ------
        Inconsistent
            The file has another layout, number of partitions or generation, or is no log.
        """
        wanted = {"layout": LAYOUT, "partitions": partitions, "generation": generation}
        try:
            with self.locked(), closing(self.connect(write=True)) as connection:
                connection.execute(f"PRAGMA page_size={_PAGE_BYTES}")
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("BEGIN IMMEDIATE")
                for statement in _SCHEMA.split(";"):
                    connection.execute(statement)
                stored = dict(connection.execute("SELECT name, value FROM meta"))
                if not stored:
                    connection.executemany("INSERT INTO meta VALUES (?, ?)", wanted.items())
                connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise Unavailable(f"{self.path.name}: {error}") from error
        except sqlite3.DatabaseError as error:
            raise Inconsistent(
                f"{self.path.name}: {error}; restore the file from a backup, or move it away and start with an empty log"
            ) from error
        for name, value in wanted.items():
            if stored and stored.get(name) != value:
                raise Inconsistent(
                    f"{self.path.name} was created with {name} {stored.get(name)}, not {value}; open it with {name} {stored.get(name)}, "
                    "or use an empty data directory and `platinum import` the old events"
                )
        _sync_folder(self.path.parent)

    def close(self) -> None:
        """Release the lock file; idempotent."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def _sync_folder(folder: Path) -> None:
    # SQLite syncs the folder for its write-ahead log, but not for a database file that is new.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
