"""Kill and freeze workers on a real Kafka under load, and compare what is left with a single pass over the log.

    python -m tests.chaos.kafka_kill --events 200000 --rate 2000 --kills 8 --freeze 15
    python -m tests.chaos.kafka_kill --events 200000 --rate 2000 --kills 8 --freeze 15 --delay-ms 30

Promises (issue: part 2): 0 rows differ from a single pass, 0 decisions missing, 0 with equal id and different bytes;
repeated decisions are counted, at most 5 %. ``--delay-ms`` widens the window between acknowledged decisions and
compare-and-set, which is 2 ms wide and which kills otherwise never hit. The checker is checked each time: a planted loss and a
planted double must be found.
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

from platinum.logs.memory import MemoryLog
from platinum.ports import ARTEFACTS, INTERACTIONS, Fetched, Record
from platinum.stores.server import ValkeyServer
from tests.builders.deployments import State, copy_log, read_all
from tests.builders.kafka import a_broker
from tests.builders.recorded import a_recorded_log, replay
from tests.builders.workers import Workers
from tests.chaos.verdict import judge

WRONG = ("rows_differ", "decisions_missing", "decisions_unknown", "conflicting_bytes")
#: Of all decisions; the promise is 5 %.
MOST_REPEATED = 0.05
_TICK_S = 0.05


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
    """Kills by progress: nothing depends on how fast the machine is."""

    def __init__(self, workers: Workers, plan: Plan) -> None:
        self._workers, self._draw = workers, random.Random(plan.seed)
        self._plan = plan
        self._at = sorted(self._draw.uniform(0.1, 0.85) for _ in range(plan.kills))
        self._freeze_at = self._draw.uniform(0.25, 0.5)
        self._frozen: tuple[subprocess.Popen[bytes], float] | None = None
        self.killed = self.in_rebalance = self.woken = 0

    def look(self, done: float) -> None:
        """Do what is due once a share ``done`` of the load is in the log."""
        if self._frozen is not None and time.monotonic() > self._frozen[1]:
            self._wake()
        if self.woken == 0 and self._frozen is None and self._plan.freeze_s > 0 and done >= self._freeze_at:
            process = self._draw.choice(self._alive())
            process.send_signal(signal.SIGSTOP)
            self._frozen = process, time.monotonic() + self._plan.freeze_s
        while self._at and done >= self._at[0]:
            self._at.pop(0)
            self._kill()
            self._workers.start()
            if len(self._at) % 3 == 1:  # the one that has just come is joining: another goes in the middle of it
                time.sleep(self._draw.uniform(0.5, 2.5))
                self._kill()
                self._workers.start()
                self.in_rebalance += 1

    def finish(self) -> None:
        """Wake whoever sleeps."""
        if self._frozen is not None:
            time.sleep(max(0.0, self._frozen[1] - time.monotonic()))
            self._wake()

    def _wake(self) -> None:
        if self._frozen is not None:
            self._frozen[0].send_signal(signal.SIGCONT)
            self._frozen = None
            self.woken += 1

    def _alive(self) -> list[subprocess.Popen[bytes]]:
        frozen = self._frozen[0] if self._frozen else None
        return [p for p in self._workers.processes if p.poll() is None and p is not frozen]

    def _kill(self) -> None:
        process = self._draw.choice(self._alive())
        process.kill()
        process.wait()
        self.killed += 1


class Trouble(Protocol):
    """What is done to the workers while they are under load."""

    def look(self, done: float) -> None:
        """Do what is due once a share ``done`` of the load is in the log."""

    def finish(self) -> None:
        """Whatever is still to come."""


async def feed(workers: Workers, recorded: Sequence[Sequence[Fetched]], plan: Plan, killer: Trouble) -> None:
    """Append the recorded interactions at ``plan.rate``, the partitions in step."""
    log, store = await workers.connected()
    total = sum(map(len, recorded))
    began, sent = time.monotonic(), 0
    given = [0] * len(recorded)
    while sent < total:
        share = min(1.0, (time.monotonic() - began) * plan.rate / total)
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


def blind(left: State, single: State) -> list[str]:
    """What the checker does not see of a planted loss and a planted double."""
    key = next(iter(left.rows))
    lost = State({k: v for k, v in left.rows.items() if k != key}, [d[1:] for d in left.decisions], [])
    first = next(d[0] for d in left.decisions if d)
    doubled = State(left.rows, [[first.replace(b'"lane"', b'"line"')], *left.decisions], [])
    found = judge(lost, single), judge(doubled, single)
    seen = {"loss": found[0]["rows_differ"] and found[0]["decisions_missing"], "double": found[1]["conflicting_bytes"]}
    return [what for what, saw in seen.items() if not saw]


async def run(plan: Plan, recorded: MemoryLog, workers: Workers) -> dict[str, Any]:
    """The whole trial; what came of it."""
    single = await replay(recorded, 1000)
    artefacts = MemoryLog(recorded.partitions)
    await copy_log(recorded, artefacts, [ARTEFACTS])
    await workers.prepare(artefacts)
    for _ in range(plan.workers):
        workers.start()
    killer = Killer(workers, plan)
    await feed(workers, await read_all(recorded, INTERACTIONS), plan, killer)
    await workers.caught_up(180.0)
    left = await workers.state()
    found = judge(left, single)
    done = {"kills": killer.killed, "kills_in_rebalance": killer.in_rebalance, "zombies_woken": killer.woken}
    return {"events": plan.events, **found, **done, "delay_ms": plan.delay_ms, "checker_blind_to": blind(left, single)}


def is_good(found: dict[str, Any]) -> bool:
    """Whether every promise held."""
    right = not any(found[name] for name in WRONG) and not found["checker_blind_to"]
    return bool(right and found["repeated"] <= MOST_REPEATED * found["decisions"])


def trial(plan: Plan, brokers: str, prefix: str, folder: Path) -> dict[str, Any]:
    """One run on a broker that is there."""
    server = ValkeyServer(folder / "valkey")
    server.start()
    options = ("--max-records", "200", "--delay-ms", str(plan.delay_ms))
    workers = Workers(brokers, server.address, prefix, folder, *options)
    try:
        with a_recorded_log(plan.events) as recorded:
            return asyncio.run(run(plan, recorded, workers))
    finally:
        workers.end(signal.SIGKILL)
        server.stop()


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
