"""``platinum bench memory``: bytes per customer in a real Valkey server, and in this process."""

from __future__ import annotations

import asyncio
import resource
from dataclasses import replace
from pathlib import Path
from typing import Any

from platinum.ops.population import GIFT_SHOP, bench_policy, simulate_events
from platinum.policy.compile import compile_policy
from platinum.profile.second_row import is_person
from platinum.stores.valkey import ValkeyStore
from platinum.stream.activate import activate
from platinum.stream.create import ensure_checkpoints
from platinum.stream.history import HistoryDriver
from platinum.stream.partition import Partition
from platinum.wiring.parts import open_parts
from platinum.wiring.records import record_of
from platinum.wiring.sockets import passing_folder

_CHUNK = 5000


def memory(events: int, customers: int) -> dict[str, Any]:
    """Play a simulated population into SQLite and Valkey; ``used_memory`` before and after."""
    with passing_folder("platinum-bench-") as folder:
        return asyncio.run(_measure(folder, events, customers))


async def _measure(folder: Path, events: int, customers: int) -> dict[str, Any]:
    parts = open_parts(folder, 4, 256, 256 << 20, clock_ms=None)
    d = parts.deployment
    store = d.store
    if not isinstance(store, ValkeyStore):
        raise TypeError("a data directory's store is Valkey")
    await parts.connect()
    await ensure_checkpoints(d.log, store, d.buckets, d.group)
    policy = compile_policy(bench_policy())
    await activate(d.log, d.shelf, policy, d.secret, 0)
    partitions = [Partition(d, p) for p in range(d.log.partitions)]
    for partition in partitions:
        await partition.claim()
    before = await store.used_bytes()
    driver = HistoryDriver(d, partitions, policy)
    chunk = []
    shop = replace(GIFT_SHOP, currency=policy.currency)  # an order in another currency would be a dead letter
    for value in simulate_events(seed=1, customers=customers, events=events, shop=shop):
        chunk.append(record_of(value, driver.clock_ms))
        if len(chunk) == _CHUNK:
            await driver.play(chunk)
            chunk = []
    await driver.play(chunk)
    people = sum(is_person(key) for keys in await store.keys(range(d.buckets)) for key in keys)
    used = await store.used_bytes() - before
    await parts.close()
    return {
        "store_bytes_per_customer": round(used / people, 1),
        "worker_rss_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "customers": people,
        "events": events,
    }
