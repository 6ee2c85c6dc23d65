"""What the SQLite file adds to the contract: it stays, it is checked, two processes share it, it does not grow."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, cast

import pytest

from platinum.errors import Inconsistent, Unavailable
from platinum.logs import sqlite_file
from platinum.logs.sqlite import SqliteLog
from tests.builders.logs import TOPIC, Logs, a_record, all_records
from tests.builders.loops import in_loop


@pytest.fixture
def logs(tmp_path: Path) -> Logs:
    return Logs("sqlite", tmp_path)


@in_loop
async def test_a_log_that_was_closed_is_all_there_and_counts_on(logs: Logs) -> None:
    first = logs.open()
    await first.append(TOPIC, [a_record(value=b"1", partition=2)])
    await first.close()

    again = logs.open()
    placed = await again.append(TOPIC, [a_record(value=b"2", partition=2)])

    assert placed == [(2, 1)]
    assert [r.value for r in await all_records(again, TOPIC, 2)] == [b"1", b"2"]


@pytest.mark.parametrize(("partitions", "generation", "name"), [(8, 1, "partitions"), (4, 2, "generation")])
@in_loop
async def test_a_file_of_another_deployment_is_refused_with_advice(logs: Logs, partitions: int, generation: int, name: str) -> None:
    await logs.open(4, 1).close()

    with pytest.raises(Inconsistent, match=rf"{name} (4|1).*import"):
        logs.open(partitions, generation)


@in_loop
async def test_a_file_that_is_no_log_is_refused(logs: Logs, tmp_path: Path) -> None:
    (tmp_path / "log.sqlite").write_bytes(b"something else, and long enough to be looked at" * 100)

    with pytest.raises(Inconsistent, match="backup"):
        logs.open()


@in_loop
async def test_another_process_wakes_a_waiting_fetch_by_being_polled(logs: Logs) -> None:
    here, there = logs.open(), logs.open()

    waiting = asyncio.create_task(here.fetch(TOPIC, 0, 0, 10, wait_s=20.0))
    await asyncio.sleep(0.03)
    await there.append(TOPIC, [a_record(partition=0)])

    assert len(await asyncio.wait_for(waiting, 5.0)) == 1


@in_loop
async def test_who_appends_counts_on_from_what_another_has_appended_since(logs: Logs) -> None:
    here, there = logs.open(), logs.open()

    placed = [await log.append(TOPIC, [a_record(partition=1)] * n) for log, n in ((here, 1), (there, 2), (there, 1), (here, 2), (there, 1))]

    assert [offset for call in placed for _, offset in call] == list(range(7))


@in_loop
async def test_two_processes_append_without_holes_or_losses(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    command = [sys.executable, "-m", "tests.builders.appender", str(path)]
    processes = [subprocess.Popen([*command, name, "8", "40"], stdout=subprocess.PIPE) for name in ("a", "b")]
    acknowledged = [line.split() for process in processes for line in process.communicate()[0].splitlines() if line != b"ready"]

    log = SqliteLog(path, clock_ms=None)
    stored = {(p, r.offset): r.value for p in range(4) for r in await all_records(log, TOPIC, p)}
    offsets = [[offset for p, offset in stored if p == partition] for partition in range(4)]
    await log.close()

    assert [process.returncode for process in processes] == [0, 0]
    assert {(int(p), int(offset)): value for p, offset, value in acknowledged} == stored
    assert offsets == [list(range(len(some))) for some in offsets]


@in_loop
async def test_a_process_that_holds_the_file_makes_appends_unavailable_not_endless(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.sqlite", busy_s=0.05)
    other = os.open(tmp_path / "log.sqlite.lock", os.O_RDWR)
    fcntl.flock(other, fcntl.LOCK_EX)

    with pytest.raises(Unavailable, match="another process"):
        await log.append(TOPIC, [a_record(time_ms=0)])
    os.close(other)

    assert len(await log.append(TOPIC, [a_record(time_ms=0)])) == 1
    await log.close()


@in_loop
async def test_a_full_disk_is_unavailable_and_leaves_no_half_append(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.sqlite")
    await log.append("small", [a_record(time_ms=0, partition=0)])
    log._writer._connection.execute("PRAGMA max_page_count=20")

    with pytest.raises(Unavailable, match="full"):
        await log.append("large", [a_record(time_ms=0, partition=0, value=b"x" * 10_000) for _ in range(100)])
    log._writer._connection.execute("PRAGMA max_page_count=100000")
    placed = await log.append("large", [a_record(time_ms=0, partition=0)])

    assert placed == [(0, 0)]
    await log.close()


@in_loop
async def test_a_usual_group_is_one_statement_and_all_or_nothing(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.sqlite")
    large = [a_record(time_ms=0, partition=i % 4, value=b"x" * 10_000) for i in range(40)]
    await log.append(TOPIC, large[:4])
    statements: list[str] = []

    log._writer._connection.set_trace_callback(statements.append)
    placed = await log.append(TOPIC, large)
    log._writer._connection.set_trace_callback(None)
    assert [statement.split(" (")[0] for statement in statements] == ["PRAGMA data_version", "INSERT INTO records"]

    log._writer._connection.execute("PRAGMA max_page_count=130")
    with pytest.raises(Unavailable, match="full"):
        await log.append(TOPIC, large)
    assert [await log.end(TOPIC, p) for p in range(4)] == [11] * 4
    log._writer._connection.execute("PRAGMA max_page_count=100000")
    assert (placed[-1], await log.append(TOPIC, large[-1:])) == ((3, 10), [(3, 11)])
    await log.close()


@in_loop
async def test_a_record_that_can_not_be_stored_fails_its_call_and_stops_nobody(logs: Logs) -> None:
    log = logs.open()
    broken: Any = ["no bytes"]

    with pytest.raises(sqlite3.Error):
        await log.append("broken", [*[a_record(partition=0)] * 200, a_record(partition=0, value=broken)])
    with pytest.raises(TypeError):
        await log.append("broken", [a_record(partition=0, value=cast("Any", None))])

    assert await log.append(TOPIC, [a_record(partition=0)]) == [(0, 0)]
    assert await log.end("broken", 0) == 0
    assert await log.append("broken", [a_record(partition=0, value=b"whole")]) == [(0, 0)]
    assert [record.value for record in await log.fetch("broken", 0, 0, 10)] == [b"whole"]


def _read_without_a_gap(path: Path, stop: threading.Event) -> None:
    """Two connections whose read transactions overlap, so that there is no moment without a reader."""
    first, second = (sqlite3.connect(path, isolation_level=None) for _ in range(2))
    first.execute("BEGIN").execute("SELECT count(*) FROM topics").fetchone()
    while not stop.wait(0.005):
        second.execute("BEGIN").execute("SELECT count(*) FROM topics").fetchone()
        first.execute("COMMIT")
        first, second = second, first
    first.close()
    second.close()


@in_loop
async def test_the_write_ahead_log_stays_bounded_while_others_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit_bytes = 1 << 20
    monkeypatch.setattr(sqlite_file, "WAL_LIMIT_BYTES", limit_bytes)
    monkeypatch.setattr(sqlite_file, "CHECKPOINT_PAGES", 64)
    log = SqliteLog(tmp_path / "log.sqlite", clock_ms=None)
    wal = tmp_path / "log.sqlite-wal"
    stop, largest = threading.Event(), 0
    reading = threading.Thread(target=_read_without_a_gap, args=(tmp_path / "log.sqlite", stop))
    reading.start()

    for _ in range(60):
        await log.append(TOPIC, [a_record(partition=p % 4, value=b"x" * 5000) for p in range(50)])
        await log.fetch(TOPIC, 1, 0, 1000, max_bytes=20_000)
        largest = max(largest, wal.stat().st_size)
    stop.set()
    reading.join()
    written = (tmp_path / "log.sqlite").stat().st_size
    await log.close()

    assert written > 10 * limit_bytes
    assert largest < 3 * limit_bytes
    assert not wal.exists()


@in_loop
async def test_a_blanked_value_keeps_its_offset(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.sqlite", clock_ms=None)
    await log.append(TOPIC, [a_record(value=b"%d" % i, partition=0) for i in range(3)])
    with contextlib.closing(sqlite3.connect(tmp_path / "log.sqlite")) as connection, connection:
        connection.execute("UPDATE records SET value = NULL, value_hash = 77 WHERE place & 0xFFFFFFFFFF = 1")

    found = await log.fetch(TOPIC, 0, 0, 10)
    await log.close()

    assert [(r.offset, r.value) for r in found] == [(0, b"0"), (1, b""), (2, b"2")]


@in_loop
async def test_an_offset_that_retention_removed_is_an_error_not_a_gap(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.sqlite", clock_ms=None)
    await log.append(TOPIC, [a_record(partition=0) for _ in range(5)])
    with contextlib.closing(sqlite3.connect(tmp_path / "log.sqlite")) as connection, connection:
        connection.execute("DELETE FROM records WHERE place & 0xFFFFFFFFFF < 3")

    with pytest.raises(Inconsistent, match="starts at 3"):
        await log.fetch(TOPIC, 0, 1, 10)
    assert await log.start(TOPIC, 0) == 3
    await log.close()


@in_loop
async def test_a_cancelled_append_harms_nobody(logs: Logs) -> None:
    log = logs.open()

    cancelled = asyncio.ensure_future(log.append(TOPIC, [a_record(partition=0)]))
    await asyncio.sleep(0)
    cancelled.cancel()
    placed = await log.append(TOPIC, [a_record(partition=0)])

    assert placed in ([(0, 0)], [(0, 1)])
    assert await log.end(TOPIC, 0) == placed[0][1] + 1
