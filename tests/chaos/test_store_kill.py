"""Rows, timers and checkpoint of a bucket survive together or not at all: kill -9, then the file's tail is cut."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from pathlib import Path

import pytest

from platinum.errors import Unavailable
from platinum.ports import BucketWrite
from platinum.stores.address import parse_address
from platinum.stores.client import ValkeyClient
from platinum.stores.server import ValkeyServer
from platinum.stores.valkey import ValkeyStore
from tests.builders.aof import cut_tail, tail_file
from tests.builders.stores import CK

BUCKETS = range(8)


def _write(bucket: int, n: int, draw: random.Random) -> BucketWrite:
    """Write number ``n``: every row of the bucket says so, and so do its timers. Some are larger than one MSET."""
    n_keys = 1500 if draw.random() < 0.05 else 5
    rows = [(b"c-%d" % i, b"%d %s" % (n, b"x" * 300)) for i in range(n_keys)]
    rows += [(b"of-%d" % n, b"%d" % n)]
    return BucketWrite(bucket, CK(n - 1), CK(n), rows, {b"c-0": n, b"of-%d" % n: n, b"of-%d" % (n - 1): 0})


async def _write_until_killed(server: ValkeyServer, draw: random.Random, rounds: int) -> dict[int, int]:
    """Number of acknowledged writes per bucket."""
    store = ValkeyStore(server.address)
    await store.create(dict.fromkeys(BUCKETS, CK(0)))
    done = dict.fromkeys(BUCKETS, 0)
    for n in range(1, rounds + 1):
        assert all(await store.compare_and_set([_write(bucket, n, draw) for bucket in BUCKETS]))
        done = dict.fromkeys(BUCKETS, n)
    await _until_handed_over(server)
    in_flight = asyncio.ensure_future(store.compare_and_set([_write(bucket, rounds + 1, draw) for bucket in BUCKETS]))
    await asyncio.sleep(0.0)
    os.kill(server.pid, signal.SIGKILL)
    with contextlib.suppress(Unavailable):  # unless it was faster than the kill
        await in_flight
    await store.close()
    return done


async def _until_handed_over(server: ValkeyServer) -> None:
    """Wait until the system has what was acknowledged: while an earlier sync is on its way, the server keeps it back for up to 2 s."""
    client = ValkeyClient(parse_address(server.address))
    while b"aof_buffer_length:0\r" not in (await client.pipe([(b"INFO", b"persistence")]))[0]:
        await asyncio.sleep(0.01)
    await client.close()


async def _numbers(server: ValkeyServer) -> dict[int, int]:
    """Checkpoint number of each bucket, after checking that rows and timers say the same."""
    store = ValkeyStore(server.address)
    numbers = {}
    for bucket, keys in zip(BUCKETS, await store.keys(BUCKETS), strict=True):
        ((checkpoint, rows),) = await store.load([(bucket, keys)])
        n = int((checkpoint or b"-0").split(b"-")[1])
        stored = dict(zip(keys, rows, strict=True))
        assert {int((stored[b"c-%d" % i] or b"").split()[0]) for i in range(5) if n} <= {n}
        assert {key for key in keys if key.startswith(b"of-")} == {b"of-%d" % i for i in range(1, n + 1)}
        assert await store.due(bucket, 1 << 50, 10) == ([(b"c-0", n), (b"of-%d" % n, n)] if n else [])
        numbers[bucket] = n
    await store.close()
    return numbers


@pytest.mark.parametrize("seed", range(4))
def test_kill_9_and_a_cut_tail_leave_every_bucket_consistent(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    server = ValkeyServer(tmp_path)
    server.start()
    acknowledged = asyncio.run(_write_until_killed(server, draw, 40))
    server.stop()
    size = tail_file(tmp_path).stat().st_size

    try:
        for cut_bytes in (0, draw.randrange(1, 200), draw.randrange(200, size // 2), size):
            cut_tail(tmp_path, cut_bytes)
            server.start()
            found = asyncio.run(_numbers(server))
            os.kill(server.pid, signal.SIGKILL)
            server.stop()

            assert all(found[bucket] <= acknowledged[bucket] + 1 for bucket in BUCKETS)
            assert cut_bytes or all(found[bucket] >= acknowledged[bucket] for bucket in BUCKETS)
    finally:
        server.stop()
    assert set(found.values()) == {0}
