"""Short disturbances under load, timers included: the store's connections drop, the broker pauses, acknowledgements come late.

    python -m tests.chaos.kafka_blips
    python -m tests.chaos.kafka_blips --events 60000 --rate 600 --customers 3000

No worker dies here and no partition is lost: what is disturbed is one request among several that are on their way, such as the
timers' question to the store while a batch waits for an acknowledgement. Days go by in seconds (``tests.chaos.clocked``), so
that workers append timers between the events. Afterwards a single pass is made over the log as it then is, timers included.
Promises: rows and timer sets equal it, no output is missing or other than its, and at most 5 % of them are repeated. The
checker is checked each time with planted differences.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platinum.ops.population import simulate_events
from platinum.pipeline.engine_records import MAC_HEADER, TimerDue, header, read_engine_record
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.ports import INTERACTIONS, Log, ProfileStore, Record
from platinum.stores.address import parse_address
from platinum.stores.client import ValkeyClient
from platinum.stores.server import ValkeyServer
from platinum.stream.activate import activate
from platinum.wiring.records import record_of
from platinum.wiring.warm import warm
from tests.builders.deployments import BUCKETS, SECRET, a_deployment, read_all
from tests.builders.kafka import a_broker
from tests.builders.recorded import GIFT_SHOP
from tests.builders.workers import Workers
from tests.chaos.clocked import Clock, LateClock
from tests.chaos.left import blind, faults, judge, left_by_workers, single_pass

#: The shop of the examples, with timers that fall due within days: the load does not last longer.
_TIMELY = GIFT_SHOP.replace(b"days_since_last: 21}", b"days_since_last: 1}").replace(b"days_since_last: 60}", b"days_since_last: 2}")
#: And with e-mails that are never over: of 24 hours a worker on a busy machine is a second behind, and then rightly leaves them out.
POLICY = _TIMELY.replace(b"  email:\n", b"  email:\n    expires: 60d\n")
DAY_MS = 86_400_000
_JOINED_S, _STILL_S, _TICK_S = 120.0, 2.0, 0.03


@dataclass(frozen=True, slots=True)
class Plan:
    """How hard it gets.

    Attributes
    ----------
    drop_every_s, pause_every_s : float
        Mean time between two drops of the store's connections, and between two pauses of the broker.
    pause_s : float
        How long the broker is stopped.
    ack_delay_ms : float
        How much later workers hear that their outputs are in the log.
    """

    events: int
    rate: int
    customers: int
    workers: int
    drop_every_s: float
    pause_every_s: float
    pause_s: float
    ack_delay_ms: float
    seed: int


class Blips:
    """Drops connections and pauses the broker until told to stop."""

    def __init__(self, store: str, broker_pid: int, plan: Plan) -> None:
        self._store, self._broker_pid, self._plan = store, broker_pid, plan
        self._draw_drops, self._draw_pauses = (
            random.Random(plan.seed),
            random.Random(plan.seed + 1),
        )  # how fast one runs moves not the other
        self.happened = Counter({"drops": 0, "connections_dropped": 0, "broker_pauses": 0})

    async def drop(self, over: asyncio.Event) -> None:
        """Close every client's connection again and again; each one closed is counted."""
        client = ValkeyClient(parse_address(self._store))
        try:
            while not await _over(over, self._draw_drops.uniform(0, 2 * self._plan.drop_every_s)):
                (closed,) = await client.pipe([(b"CLIENT", b"KILL", b"TYPE", b"normal", b"SKIPME", b"yes")])
                self.happened["drops"] += 1
                self.happened["connections_dropped"] += closed
        finally:
            await client.close()

    async def pause(self, over: asyncio.Event) -> None:
        """Stop the broker for a moment again and again."""
        while not await _over(over, self._draw_pauses.uniform(0.5, 1.5) * self._plan.pause_every_s):
            os.kill(self._broker_pid, signal.SIGSTOP)
            try:
                await asyncio.sleep(self._plan.pause_s)
            finally:
                os.kill(self._broker_pid, signal.SIGCONT)
            self.happened["broker_pauses"] += 1


async def _over(over: asyncio.Event, within_s: float) -> bool:
    try:
        await asyncio.wait_for(over.wait(), within_s)
    except TimeoutError:
        return False
    return True


async def feed(log: Log, events: Sequence[Record], clock: Clock) -> None:
    """Append each event when its time has come."""
    sent = 0
    while sent < len(events):
        now_ms, first = clock.now_ms(), sent
        while sent < len(events) and events[sent].time_ms <= now_ms:
            sent += 1
        if sent > first:
            await log.append(INTERACTIONS, events[first:sent])
        await asyncio.sleep(_TICK_S)


async def _settled(workers: Workers, log: Log, store: ProfileStore, clock: Clock) -> None:
    """Until the clock stands, nothing is due at it any more, and the log does not grow."""
    until = time.monotonic() + 120
    since, ends = time.monotonic(), list[int]()
    while time.monotonic() < since + _STILL_S:
        await workers.caught_up()
        now = [await log.end(INTERACTIONS, p) for p in range(log.partitions)]
        due = [due_ms for due_ms in await store.next_due(range(BUCKETS)) if 0 < due_ms <= clock.until_ms]
        if now != ends or due or clock.now_ms() < clock.until_ms:
            since, ends = time.monotonic(), now
        assert time.monotonic() < until, f"timers stay due: {len(due)} buckets; {workers.said()}"
        await asyncio.sleep(0.1)


async def timers_in(log: Log) -> int:
    """Timer records that workers appended."""
    marked = [r for records in await read_all(log, INTERACTIONS) for r in records if header(r.headers, MAC_HEADER) is not None]
    return sum(isinstance(read_engine_record(SECRET, record), TimerDue) for record in marked)


async def run(plan: Plan, broker_pid: int, workers: Workers, events: Sequence[Record], late: LateClock) -> dict[str, Any]:
    """The whole trial; what came of it."""
    log, store = await workers.connected()
    until = time.monotonic() + _JOINED_S
    while not all(map(workers.held_by, workers.processes)):
        assert time.monotonic() < until, f"no worker joined: {workers.said()}"
        await asyncio.sleep(0.1)
    base_ms, last_ms = events[0].time_ms, events[-1].time_ms
    speed = max(1, (last_ms - base_ms) * plan.rate // (plan.events * 1000))
    clock = Clock(base_ms, time.time_ns() // 1_000_000, speed, last_ms + DAY_MS)
    late.begin(clock)
    blips, over = Blips(workers.store_url, broker_pid, plan), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(blips.drop(over))
        group.create_task(blips.pause(over))
        try:
            await feed(log, events, clock)
        finally:
            over.set()
    await store.connect()
    await _settled(workers, log, store, clock)
    left, single = await left_by_workers(workers), await single_pass(log)
    appended = await timers_in(log)
    await log.close()
    await store.close()
    found = {"events": plan.events, **judge(left, single), **blips.happened, "timers_appended": appended}
    return {**found, "ack_delay_ms": plan.ack_delay_ms, "checker_blind_to": blind(left, single)}


def wrong(found: dict[str, Any]) -> list[str]:
    """Which promises did not hold, and what was to happen and did not."""
    return faults(found) + [f"no {name}" for name in ("connections_dropped", "broker_pauses", "timers_appended") if not found[name]]


def trial(plan: Plan, brokers: str, broker_pid: int, folder: Path, prefix: str = "blips.") -> dict[str, Any]:
    """One run on a broker that is there."""
    assert POLICY.count(b"days_since_last: 1}") == POLICY.count(b"days_since_last: 2}") == POLICY.count(b"expires: 60d") == 1
    events = [record_of(value, 0) for value in simulate_events(plan.seed, plan.customers, plan.events)]
    warm(Stages(compile_policy(POLICY)))  # once, instead of in all processes while their sessions run out
    server = ValkeyServer(folder / "valkey")
    server.start()
    try:
        return asyncio.run(
            _trial(plan, Workers(brokers, server.address, prefix, folder, group=f"{prefix}test"), folder, broker_pid, events)
        )
    finally:
        server.stop()


async def _trial(plan: Plan, workers: Workers, folder: Path, broker_pid: int, events: Sequence[Record]) -> dict[str, Any]:
    await workers.prepare()
    log, store = await workers.connected()
    d = a_deployment(log, store)
    await activate(log, d.shelf, compile_policy(POLICY), SECRET, events[0].time_ms)
    await log.close()
    await store.close()
    path = folder / "clock"
    try:
        for _ in range(plan.workers):
            workers.start("--warm", "--ack-delay-ms", str(plan.ack_delay_ms), "--clock", str(path))
        return await run(plan, broker_pid, workers, events, LateClock(path))
    finally:
        workers.end(signal.SIGKILL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("events", 20_000), ("rate", 400), ("customers", 1_000), ("workers", 2), ("seed", 7)):
        parser.add_argument(f"--{name}", type=int, default=default)
    for name, seconds in (("drop-every", 0.2), ("pause-every", 8.0), ("pause", 0.5)):
        parser.add_argument(f"--{name}", type=float, default=seconds, help="seconds")
    parser.add_argument("--ack-delay-ms", type=float, default=30.0)
    given = parser.parse_args()
    blips = given.drop_every, given.pause_every, given.pause, given.ack_delay_ms
    plan = Plan(given.events, given.rate, given.customers, given.workers, *blips, given.seed)
    with tempfile.TemporaryDirectory() as folder, a_broker(Path(folder) / "kafka") as broker:
        found = trial(plan, broker.address, broker.pid, Path(folder))
    print(json.dumps(found))
    sys.exit(0 if not wrong(found) else 1)


if __name__ == "__main__":
    main()
