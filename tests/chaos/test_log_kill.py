"""An acknowledged record is never gone: not after kill -9, not after the power fails at the last synced commit."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from platinum.logs.sqlite import SqliteLog
from tests.builders.logs import TOPIC, all_records
from tests.builders.loops import in_loop
from tests.builders.wal import commit_ends, cut

Acknowledged = dict[tuple[int, int], bytes]


def _kill_while_appending(path: Path, name: str, callers: int, after_s: float) -> Acknowledged:
    """Acknowledged (partition, offset) → value of a process that was killed."""
    command = [sys.executable, "-m", "tests.builders.appender", str(path), name, str(callers), "1000000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        os.set_blocking(process.stdout.fileno(), False)
        text, until = b"", time.monotonic() + after_s
        while time.monotonic() < until or not text:
            text += process.stdout.read() or b""
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
        os.set_blocking(process.stdout.fileno(), True)
        text += process.stdout.read()
    return {(int(p), int(offset)): value for p, offset, value in (line.split() for line in text.splitlines() if line.count(b" ") == 2)}


async def _stored(path: Path) -> Acknowledged:
    """What a fresh process finds; offsets must have no holes."""
    log = SqliteLog(path, clock_ms=None)
    stored: Acknowledged = {}
    for partition in range(4):
        records = await all_records(log, TOPIC, partition)
        assert [record.offset for record in records] == list(range(len(records)))
        stored.update({(partition, record.offset): record.value for record in records})
    await log.close()
    return stored


@pytest.mark.parametrize("seed", range(3))
@in_loop
async def test_kill_9_loses_no_acknowledged_record(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "log.sqlite"
    draw = random.Random(seed)
    acknowledged: Acknowledged = {}

    for life in range(2):
        acknowledged |= _kill_while_appending(path, f"life-{life}", draw.choice([4, 40]), draw.uniform(0.02, 0.3))
        stored = await _stored(path)

        assert acknowledged.items() <= stored.items()


@pytest.mark.parametrize("seed", range(3))
@in_loop
async def test_a_power_cut_at_the_last_sync_loses_no_acknowledged_record(tmp_path: Path, seed: int) -> None:
    path, wal = tmp_path / "log.sqlite", tmp_path / "log.sqlite-wal"
    draw = random.Random(seed)
    # One caller: each append is one commit, so the last acknowledged one is the last or the last but one.
    acknowledged = _kill_while_appending(path, "life", 1, draw.uniform(0.02, 0.2))
    ends = commit_ends(wal)

    cut(wal, ends[-1], torn_bytes=draw.randrange(9000))
    (tmp_path / "log.sqlite-shm").unlink()  # memory: the power cut took it
    stored = await _stored(path)

    assert acknowledged.items() <= stored.items()
    assert len(ends) > 3


@in_loop
async def test_a_commit_that_was_cut_away_is_the_only_thing_that_is_gone(tmp_path: Path) -> None:
    """The test's own knife is sharp: it does remove records when it cuts too early."""
    path, wal = tmp_path / "log.sqlite", tmp_path / "log.sqlite-wal"
    acknowledged = _kill_while_appending(path, "life", 1, 0.1)

    cut(wal, commit_ends(wal)[-4])
    (tmp_path / "log.sqlite-shm").unlink()
    stored = await _stored(path)

    assert not acknowledged.items() <= stored.items()
    assert stored.items() <= acknowledged.items()
