"""Kill and freeze workers on a real Kafka under load, and compare what is left with a single pass over the log.

    python -m tests.chaos.kafka_kill --events 200000 --rate 2000 --kills 8 --freeze 15
    python -m tests.chaos.kafka_kill --events 200000 --rate 2000 --kills 8 --freeze 15 --delay-ms 30

Promises (issue: part 2): 0 rows and 0 timers differ from a single pass; 0 decisions, contacts, withdrawals and dead letters
are missing, 0 have equal id and different bytes; repeated ones are counted, at most 5 %. Victims hold partitions, and some are
killed in a rebalance: a run in which that did not happen is not good. ``--delay-ms`` widens the window between acknowledged
decisions and compare-and-set, which is 2 ms wide and which kills otherwise never hit. The checker is checked each time with
planted losses, doubles and changes.
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
from typing import Any, Protocol

from platinum.logs.kafka_group import members_of
from platinum.logs.kafka_topics import admin
from platinum.logs.memory import MemoryLog
from platinum.ports import ARTEFACTS, INTERACTIONS, Fetched, Record
from tests.builders.deployments import copy_log, read_all
from tests.builders.kafka import a_broker
from tests.builders.recorded import a_recorded_log
from tests.builders.workers import PARTITIONS, Workers, workers_on_a_store
from tests.chaos.left import blind, faults, judge, left_by_workers, single_pass

#: From so many planned kills on, two at least must have been in a rebalance; otherwise one.
MANY_KILLS = 6
#: States of a group that gives its partitions out anew.
REBALANCING = frozenset({"PreparingRebalance", "CompletingRebalance"})
_TICK_S, _JOINED_S = 0.05, 90.0
#: How long a rebalance is waited for after a kill (a session ends after 6 s), and the end of everything.
_REBALANCE_S, _FINISH_S = 20.0, 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How hard it gets.

    Attributes
    ----------
    freeze_s : float
        How long one worker is stopped and then woken: longer than its session, so that it wakes as a zombie.
    """

    events: int
    rate: int
    kills: int
    workers: int
    freeze_s: float
    delay_ms: float
    seed: int


class Killer:
    """Kills by progress, and only whoever holds partitions: a worker that is starting has nothing to lose.

    Attributes
    ----------
    killed, in_rebalance, woken : int
        Kills so far, those of them while the group was giving its partitions out anew, and frozen workers that were woken.
    """

    def __init__(self, workers: Workers, plan: Plan) -> None:
        self._workers, self._draw = workers, random.Random(plan.seed)
        self._plan = plan
        self._at = sorted(self._draw.uniform(0.1, 0.85) for _ in range(plan.kills))
        self._freeze_at = self._draw.uniform(0.25, 0.5)
        self._frozen: tuple[subprocess.Popen[bytes], float] | None = None
        self._rebalance_until_s = 0.0
        self.killed = self.in_rebalance = self.woken = 0

    @property
    def waiting(self) -> bool:
        """Whether a kill in a rebalance, or somebody's waking, is still to come: the load must last until then."""
        return self._rebalance_until_s > 0 or self._frozen is not None

    def look(self, done: float) -> None:
        """Do what is due once a share ``done`` of the load is in the log."""
        if self._frozen is not None and time.monotonic() > self._frozen[1]:
            self._wake()
        if self.woken == 0 and self._frozen is None and self._plan.freeze_s > 0 and done >= self._freeze_at and (held := self._holding()):
            process = self._draw.choice(held)
            process.send_signal(signal.SIGSTOP)
            self._frozen = process, time.monotonic() + self._plan.freeze_s
        if self._rebalance_until_s:
            self._kill_in_rebalance()
        elif self._at and done >= self._at[0] and self._kill():
            self._at.pop(0)
            if len(self._at) % 3 == 0:  # the one that has just come will join: another goes in the middle of it
                self._rebalance_until_s = time.monotonic() + _REBALANCE_S

    def finish(self) -> None:
        """Whatever is still to come."""
        until = time.monotonic() + _FINISH_S
        while (self._at or self.waiting) and time.monotonic() < until:
            self.look(1.0)
            time.sleep(_TICK_S)

    def _kill_in_rebalance(self) -> None:
        with admin(self._workers.brokers) as client:
            state = members_of(client, self._workers.group, self._workers.prefix + INTERACTIONS, PARTITIONS).state
        if state in REBALANCING and self._kill():
            self.in_rebalance += 1
            self._rebalance_until_s = 0.0
        elif time.monotonic() > self._rebalance_until_s:
            self._rebalance_until_s = 0.0

    def _wake(self) -> None:
        if self._frozen is not None:
            self._frozen[0].send_signal(signal.SIGCONT)
            self._frozen = None
            self.woken += 1

    def _holding(self) -> list[subprocess.Popen[bytes]]:
        frozen = self._frozen[0] if self._frozen else None
        return [p for p in self._workers.processes if p.poll() is None and p is not frozen and self._workers.held_by(p)]

    def _kill(self) -> bool:
        """Kill one that holds partitions and start another; False where nobody holds any at the moment."""
        held = self._holding()
        if not held:
            return False
        process = self._draw.choice(held)
        process.kill()
        process.wait()
        self.killed += 1
        self._workers.start()
        return True


class Trouble(Protocol):
    """What is done to the workers while they are under load."""

    @property
    def waiting(self) -> bool:
        """Whether the load is to last a little longer."""

    def look(self, done: float) -> None:
        """Do what is due once a share ``done`` of the load is in the log."""

    def finish(self) -> None:
        """Whatever is still to come."""


async def feed(workers: Workers, recorded: Sequence[Sequence[Fetched]], plan: Plan, killer: Trouble) -> None:
    """Append the recorded interactions at ``plan.rate``, the partitions in step."""
    log, store = await workers.connected()
    total = sum(map(len, recorded))
    last_s, share, sent = time.monotonic(), 0.0, 0
    given = [0] * len(recorded)
    while sent < total:
        now_s = time.monotonic()
        share = min(1.0, share + (now_s - last_s) * plan.rate / total * (0.1 if killer.waiting and share > 0.5 else 1.0))
        last_s = now_s
        for p, records in enumerate(recorded):
            some = records[given[p] : max(given[p], int(share * len(records)))]
            if some:
                await log.append(INTERACTIONS, [Record(r.key, r.value, r.time_ms, r.headers, p) for r in some])
                given[p] += len(some)
                sent += len(some)
        await asyncio.to_thread(killer.look, sent / total)
        await asyncio.sleep(_TICK_S)
    await asyncio.to_thread(killer.finish)
    await log.close()
    await store.close()


async def run(plan: Plan, recorded: MemoryLog, workers: Workers) -> dict[str, Any]:
    """The whole trial; what came of it."""
    single = await single_pass(recorded)
    artefacts = MemoryLog(recorded.partitions)
    await copy_log(recorded, artefacts, [ARTEFACTS])
    await workers.prepare(artefacts)
    for _ in range(plan.workers):
        workers.start()
    until = time.monotonic() + _JOINED_S
    while not all(map(workers.held_by, workers.processes)):
        assert time.monotonic() < until, f"no worker joined: {workers.said()}"
        await asyncio.sleep(_TICK_S)
    killer = Killer(workers, plan)
    await feed(workers, await read_all(recorded, INTERACTIONS), plan, killer)
    await workers.caught_up(180.0)
    left = await left_by_workers(workers)
    done = {"kills": killer.killed, "kills_in_rebalance": killer.in_rebalance, "zombies_woken": killer.woken}
    found = {"events": plan.events, "kills_planned": plan.kills, "zombies_planned": int(plan.freeze_s > 0)}
    return {**found, **judge(left, single), **done, "delay_ms": plan.delay_ms, "checker_blind_to": blind(left, single)}


def is_good(found: dict[str, Any]) -> bool:
    """Whether every promise held, and whether what was planned happened: a run without kills shows nothing."""
    planned = found["kills_planned"]
    in_rebalance = 2 if planned >= MANY_KILLS else min(1, planned)
    killed = found["kills"] >= planned + in_rebalance and found["kills_in_rebalance"] >= in_rebalance
    return killed and found["zombies_woken"] >= found["zombies_planned"] and not faults(found)


def trial(plan: Plan, brokers: str, prefix: str, folder: Path) -> dict[str, Any]:
    """One run on a broker that is there."""
    with (
        workers_on_a_store(brokers, prefix, folder, "--max-records", "200", "--delay-ms", str(plan.delay_ms)) as workers,
        a_recorded_log(plan.events) as recorded,
    ):
        return asyncio.run(run(plan, recorded, workers))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("events", 200_000), ("rate", 2_000), ("kills", 8), ("workers", 3), ("seed", 7)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--freeze", type=float, default=15.0)
    parser.add_argument("--delay-ms", type=float, default=0.0)
    given = parser.parse_args()
    plan = Plan(given.events, given.rate, given.kills, given.workers, given.freeze, given.delay_ms, given.seed)
    with tempfile.TemporaryDirectory() as folder, a_broker(Path(folder) / "kafka") as broker:
        found = trial(plan, broker.address, "", Path(folder))
    print(json.dumps(found))
    sys.exit(0 if is_good(found) else 1)


if __name__ == "__main__":
    main()
