"""Workers come and go in order on a real Kafka under load: nothing is lost or made twice, and nobody waits long.

    python -m tests.chaos.kafka_rebalance
    python -m tests.chaos.kafka_rebalance --cycles 20 --rate 2000 --events 900000

Each cycle goes from one worker to three and back. Promises (issue: part 2): 0 rows differ from a single pass, 0 decisions
missing or changed, and from SIGTERM on it takes 3 s at most until another worker has applied a record of each partition that
was given up. The checker is checked each time: a planted loss and a planted double must be found.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platinum.logs.memory import MemoryLog
from platinum.ports import ARTEFACTS, INTERACTIONS, Fetched, Record
from tests.builders.deployments import copy_log, read_all
from tests.builders.kafka import a_broker
from tests.builders.recorded import a_recorded_log
from tests.builders.workers import Workers, workers_on_a_store
from tests.chaos.handover import Checkpoints, HandOver
from tests.chaos.left import blind, judge, left_by_workers, single_pass
from tests.chaos.left import faults as left_faults

MOST_S = 3.0
_TICK_S, _MOST_AT_ONCE = 0.05, 2_000
_JOINED_S, _HANDED_OVER_S = 90.0, 30.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How often, and how hard.

    Attributes
    ----------
    peak : int
        Workers at the height of a cycle.
    """

    events: int
    rate: int
    cycles: int
    peak: int
    seed: int


async def feed(workers: Workers, recorded: Sequence[Sequence[Fetched]], rate: int, done: asyncio.Event) -> bool:
    """Append the recorded interactions at ``rate`` until ``done``, then the rest at once; False = they ran out before.

    The second half comes at a tenth of the rate: on a slow machine workers take long to start, and something must flow when they leave.
    """
    log, store = await workers.connected()
    total, began, enough = sum(map(len, recorded)), time.monotonic(), False
    given = [0] * len(recorded)
    while sum(given) < total:
        enough = enough or done.is_set()
        full = (time.monotonic() - began) * rate / total
        share = 1.0 if enough else min(1.0, full, 0.5 + (full - 0.5) / 10)
        for p, records in enumerate(recorded):
            some = records[given[p] : max(given[p], int(share * len(records)))][:_MOST_AT_ONCE]
            if some:
                await log.append(INTERACTIONS, [Record(r.key, r.value, r.time_ms, r.headers, p) for r in some])
                given[p] += len(some)
        await asyncio.sleep(_TICK_S)
    await log.close()
    await store.close()
    return enough


class Coming:
    """Starts workers and tells them to leave."""

    def __init__(self, workers: Workers, seen: Checkpoints, plan: Plan) -> None:
        self._workers, self._seen, self._plan = workers, seen, plan
        self._draw = random.Random(plan.seed)
        self.exit_codes: list[int] = []

    async def cycles(self) -> None:
        """All of them."""
        await self._grow(1)
        for n in range(self._plan.cycles):
            await self._grow(self._plan.peak)
            await asyncio.sleep(self._draw.uniform(0.5, 2.0))
            leaving = self._draw.sample(self._alive(), self._plan.peak - 1)
            if n % 2:  # at the same moment: the second leaves in the middle of the first one's rebalance
                await self._leave(leaving)
            else:
                for one in leaving:
                    await self._leave([one])

    def _alive(self) -> list[subprocess.Popen[bytes]]:
        return [process for process in self._workers.processes if process.poll() is None]

    async def _grow(self, to: int) -> None:
        while len(self._alive()) < to:
            self._workers.start()
        until = time.monotonic() + _JOINED_S
        while not all(self._workers.held_by(process) for process in self._alive()):
            assert time.monotonic() < until, f"no worker joined: {self._workers.said()}"
            await asyncio.sleep(_TICK_S)

    async def _leave(self, leaving: Sequence[subprocess.Popen[bytes]]) -> None:
        begun: list[HandOver] = []
        for process in leaving:
            begun += self._seen.leave(self._workers.held_by(process))
            process.send_signal(signal.SIGTERM)
        until = time.monotonic() + _HANDED_OVER_S
        while any(one.applied_s < 0 for one in begun) and time.monotonic() < until:
            await asyncio.sleep(_TICK_S)
        self.exit_codes += [await asyncio.to_thread(process.wait, 30) for process in leaving]


async def run(plan: Plan, recorded: MemoryLog, workers: Workers) -> dict[str, Any]:
    """The whole trial; what came of it."""
    single = await single_pass(recorded)
    artefacts = MemoryLog(recorded.partitions)
    await copy_log(recorded, artefacts, [ARTEFACTS])
    await workers.prepare(artefacts)
    log, store = await workers.connected()
    seen, stop, done = Checkpoints(store, recorded.partitions), asyncio.Event(), asyncio.Event()
    coming = Coming(workers, seen, plan)
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(seen.watch(stop))
        feeding = group.create_task(feed(workers, await read_all(recorded, INTERACTIONS), plan.rate, done))
        await coming.cycles()
        stop.set()
        done.set()
        await watching
        lasted = await feeding
    await workers.caught_up(300.0)
    await log.close()
    await store.close()
    left = await left_by_workers(workers)
    return {
        "events": plan.events,
        "cycles": plan.cycles,
        **judge(left, single),
        "checker_blind_to": blind(left, single),
        "events_lasted": lasted,
        "exit_codes": sorted(set(coming.exit_codes)),
        "longest_stall_s": round(seen.longest_stall_s, 2),
        "claimed_s": sorted(round(one.claimed_s, 2) for one in seen.hand_overs),
        "handed_over_s": sorted(round(one.applied_s, 2) for one in seen.hand_overs),
    }


def faults(found: dict[str, Any], most_s: float = MOST_S) -> list[str]:
    """Which promises did not hold."""
    wrong = left_faults(found)
    wrong += [] if found["events_lasted"] else ["events_lasted"]  # nothing flowed while workers left
    wrong += [] if found["exit_codes"] == [0] else ["exit_codes"]
    late = [s for s in found["handed_over_s"] if not 0 <= s <= most_s]
    return wrong + (["handed_over_s"] if late or not found["handed_over_s"] else [])


def trial(plan: Plan, brokers: str, prefix: str, folder: Path) -> dict[str, Any]:
    """One run on a broker that is there."""
    with (
        workers_on_a_store(brokers, prefix, folder, "--max-records", "200", "--warm") as workers,
        a_recorded_log(plan.events) as recorded,
    ):
        return asyncio.run(run(plan, recorded, workers))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("events", 400_000), ("rate", 1_000), ("cycles", 10), ("peak", 3), ("seed", 7)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    plan = Plan(given.events, given.rate, given.cycles, given.peak, given.seed)
    with tempfile.TemporaryDirectory() as folder, a_broker(Path(folder) / "kafka") as broker:
        found = trial(plan, broker.address, "", Path(folder))
    print(json.dumps(found | {"faults": faults(found)}))
    sys.exit(1 if faults(found) else 0)


if __name__ == "__main__":
    main()
