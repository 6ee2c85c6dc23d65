"""A process that is warm compiles nothing for its first customers: whoever waited for that waited for seconds, the whole loop with them."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from numba.core import config
from numba.core.registry import CPUDispatcher

from platinum.emit.outgoing import Outgoing
from platinum.logs.kafka_batches import warm_writing, written_batches
from platinum.logs.kafka_producer import BATCH_BYTES
from platinum.logs.memory import MemoryLog
from platinum.ops.population import simulate_events
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.ports import INTERACTIONS, Record
from platinum.profile.readable import readable_blob
from platinum.profile.second_row import is_person
from platinum.stores.server import ValkeyServer
from platinum.stores.valkey import ValkeyStore
from platinum.stream.activate import activate
from platinum.stream.create import ensure_checkpoints
from platinum.wiring.records import record_of
from platinum.wiring.warm import warm
from tests.builders.deployments import a_deployment, play
from tests.builders.pages import CHECKOUT
from tests.builders.recorded import GIFT_SHOP

POLICY = compile_policy(GIFT_SHOP)


class Log(MemoryLog):
    """Writes what it is given in columns as the log on Kafka does."""

    async def append(self, topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        if isinstance(records, Outgoing):
            written_batches(records.laid(), BATCH_BYTES)
        return await super().append(topic, records)


def compiled() -> Counter[str]:
    """How many signatures each kernel has."""
    found = Counter[str]()
    for one in [one for one in gc.get_objects() if isinstance(one, CPUDispatcher)]:
        found[f"{one.py_func.__module__}.{one.__name__}"] += len(one.signatures)
    return found


async def first_customers(server: ValkeyServer) -> None:
    """Some people, of whom some are decided about; then the profile of each is read."""
    log, store = Log(1), ValkeyStore(server.address)
    await store.connect()
    d = a_deployment(log, store)
    await ensure_checkpoints(log, store, d.buckets, d.group)
    await activate(log, d.shelf, POLICY, d.secret, 1)
    await log.append(INTERACTIONS, [record_of(event, 1) for event in simulate_events(seed=3, customers=40, events=1_500)])
    await play(d, 300)
    for bucket, keys in enumerate(await store.keys(range(d.buckets))):
        ((_, blobs),) = await store.load([(bucket, keys)])
        for key, blob in zip(keys, blobs, strict=True):
            if is_person(key) and blob is not None:
                readable_blob(blob, POLICY, 1_800_000_000_000)
    await store.close()


def main(folder: Path) -> None:
    """In a process of its own: print what was compiled behind the warm-up."""
    server = ValkeyServer(folder)
    server.start()
    try:
        warm(Stages(POLICY))
        warm_writing()
        before = compiled()
        asyncio.run(first_customers(server))
        after = compiled()
    finally:
        server.stop()
    assert len(after) > 20
    print(sorted(name for name, n in after.items() if n != before[name]))


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")
def test_the_first_batches_find_every_kernel_compiled(tmp_path: Path) -> None:
    words = [sys.executable, "-c", f"from pathlib import Path; from {__name__} import main; main(Path({str(tmp_path)!r}))"]

    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=CHECKOUT, timeout=300)

    assert done.returncode == 0, done.stderr[-2_000:]
    assert done.stdout.splitlines()[-1] == "[]"
