"""A worker as its own process, with what tests need to be different: python -m tests.builders.worker_process OPTIONS."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from platinum.logs.kafka import KafkaLog
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.ports import BucketWrite, Record
from platinum.stores.valkey import ValkeyStore
from platinum.stream import ownership
from platinum.stream.deployment import MOST_RECORDS
from platinum.stream.faust_app import Group
from platinum.stream.snapshots import Snapshots
from platinum.wiring.door import listening
from platinum.wiring.loglines import log_to_stderr
from platinum.wiring.parts import Parts
from platinum.wiring.warm import warm
from platinum.wiring.worker import run_worker
from tests.builders.deployments import a_deployment
from tests.builders.poison import a_breaking_call
from tests.chaos.clocked import LateClock


class SlowStore(ValkeyStore):
    """Waits between acknowledged outputs and compare-and-set: kills hit that window of 2 ms too rarely to prove anything."""

    delay_s = 0.0

    async def compare_and_set(self, writes: Sequence[BucketWrite]) -> list[bool]:
        if any(write.rows for write in writes):
            await asyncio.sleep(self.delay_s)
        return await super().compare_and_set(writes)


class SlowLog(KafkaLog):
    """Hears of acknowledgements later, as with replicas: what else happens while outputs are on their way meets that window."""

    ack_delay_s = 0.0

    async def append(self, topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        places = await super().append(topic, records)
        await asyncio.sleep(self.ack_delay_s)
        return places


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, kind, default in (
        *(("brokers", str, ""), ("store", str, ""), ("prefix", str, ""), ("group", str, "test")),
        *(("snapshots", str, ""), ("snapshot-every", float, 60.0)),
    ):
        parser.add_argument(f"--{name}", type=kind, default=default)
    parser.add_argument("--max-records", type=int, default=MOST_RECORDS)
    parser.add_argument("--session", type=float, default=6.0)
    parser.add_argument("--delay-ms", type=float, default=0.0)
    parser.add_argument("--ack-delay-ms", type=float, default=0.0)
    parser.add_argument("--clock", type=Path, help="file of a tests.chaos.clocked.LateClock; without one no timers are appended")
    parser.add_argument("--stopped-retry", type=float, default=ownership.STOPPED_RETRY_S)
    parser.add_argument("--poison", action="store_true", help="the compiled call breaks at some events")
    parser.add_argument("--port", type=int, default=None)
    parser.add_argument("--warm", action="store_true", help="load kernels before joining, as `platinum worker` does")
    given: Any = parser.parse_args()
    ownership.STOPPED_RETRY_S = given.stopped_retry
    log_to_stderr()
    if given.warm:
        warm(Stages(compile_policy(example("minimal"))))
    store = SlowStore(given.store)
    store.delay_s = given.delay_ms / 1000
    log = SlowLog(given.brokers, prefix=given.prefix)
    log.ack_delay_s = given.ack_delay_ms / 1000
    d = a_deployment(log, store, group=given.group)
    if given.snapshots:
        d.snapshots = Snapshots(given.snapshots, given.snapshot_every)
    watched_at = None if given.port is None else listening("127.0.0.1", given.port)
    group = Group(given.brokers, given.group, given.prefix, given.session, given.max_records)
    with a_breaking_call() if given.poison else nullcontext():
        run_worker(Parts(d, None, given.store), group, None if given.clock is None else LateClock(given.clock).now_ms, watched_at)


if __name__ == "__main__":
    main()
