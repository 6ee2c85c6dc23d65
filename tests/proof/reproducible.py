"""The same records give the same snapshot, while workers and learners are killed: ``python -m tests.proof.reproducible [--json]``.

A real Kafka, workers and a learner under load, and customers who answer what was decided; workers and learners are killed five times each.
Then everything that the learners put in force is made again from the log: at the same offsets it must be the same bytes, read in batches of
1, 7 and 4096, by one process or by one per partition. And what a single pass over the same log teaches must be what the learners were told,
each fact once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
import zlib
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from platinum.learn.snapshot import Learner, Snapshot, Told, name_of, pack
from platinum.logs.memory import MemoryLog
from platinum.ops.population import simulate_events
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.ports import ARTEFACTS, DECISIONS, INTERACTIONS, LEARNING, Log
from platinum.stores.memory import MemoryStore
from platinum.stream import learning
from platinum.stream.activate import activate
from platinum.stream.learning import told
from platinum.stream.models import Models
from platinum.stream.shelf import PolicyShelf
from platinum.wiring import learner
from platinum.wiring.records import record_of
from tests.builders.deployments import SECRET, a_deployment, copy_log, play, read_all
from tests.builders.kafka import a_broker
from tests.builders.workers import ROOT, Workers, workers_on_a_store

_SIZES = (1, 7, 4096)
_JOINED_S, _TICK_S = 120.0, 0.2


class Learners:
    """One learner at a time, as a process of its own."""

    def __init__(self, data: Path, folder: Path) -> None:
        self._words = [sys.executable, "-m", "tests.proof.reproducible", "--learner", str(data)]
        self._said = (folder / "learner.log").open("ab")
        self.process = self._start()
        self.killed = 0

    def kill(self) -> None:
        """And start another one."""
        self.process.kill()
        self.process.wait()
        self.killed += 1
        self.process = self._start()

    def end(self) -> None:
        """For good."""
        self.process.kill()
        self.process.wait()
        self._said.close()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._words, stdout=self._said, stderr=self._said, cwd=ROOT)


def learn_in_the_past(data: Path) -> int:
    """``platinum learner``, whose markers move no clock: what is played is years old, and windows are to end when its time has come."""
    learner.wall_ms = lambda: 0  # type: ignore[attr-defined]
    learning.LEARN_FROM = 5  # many snapshots, each of which is made again
    learner.learn(data, 0.3, once=False)
    return 0


def kill_worker(workers: Workers, draw: random.Random) -> bool:
    """One that holds partitions, and start another; False where nobody holds any at the moment."""
    held = [one for one in workers.processes if one.poll() is None and workers.held_by(one)]
    if not held:
        return False
    victim = draw.choice(held)
    victim.kill()
    victim.wait()
    workers.start()
    return True


class Customers:
    """Who answer some of what was decided, each decision once, an hour after it was made."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._read = [0] * log.partitions
        self._heard: set[str] = set()

    async def answer(self) -> int:
        """Append what they say to decisions that are new; how many they answered."""
        said = []
        for p in range(self._log.partitions):
            for one in await self._log.fetch(DECISIONS, p, self._read[p], 10_000):
                self._read[p] = one.offset + 1
                said += self._answers(one.value)
        if said:
            await self._log.append(INTERACTIONS, [record_of(value, 0) for value in said])
        return len(said)

    def _answers(self, value: bytes) -> list[bytes]:
        decision = json.loads(value)
        name = decision["decision_id"]
        if not decision.get("action") or name in self._heard:
            return []
        self._heard.add(name)
        at = datetime.fromisoformat(decision["decided_at"]) + timedelta(hours=1)
        event = {"type": "track", "userId": decision["customer_id"], "messageId": f"a-{name}", "timestamp": at.isoformat()}
        taken = zlib.crc32(name.encode()) % 3  # some take it, some do not, some say nothing
        event["event"] = ("Decision Accepted", "Decision Declined", "Decision Shown")[taken]
        return [json.dumps(event | {"properties": {"decision_id": name}}).encode()]


async def feed(workers: Workers, learners: Learners, plan: argparse.Namespace) -> int:
    """Append events at a rate while both are killed; how many workers were."""
    log, store = await workers.connected()
    events = [record_of(value, 0) for value in simulate_events(plan.seed, plan.events // 20, plan.events)]
    draw, sent, killed, began = random.Random(plan.seed), 0, 0, time.monotonic()
    customers = Customers(log)
    times = [(k + 1) / (plan.kills + 1) for k in range(plan.kills)]
    while sent < len(events):
        until = min(len(events), int((time.monotonic() - began) * plan.rate) + 1)
        if until > sent:
            await log.append(INTERACTIONS, events[sent:until])
            sent = until
        await customers.answer()
        done = sent / len(events)
        if learners.killed < plan.kills and done >= times[learners.killed]:
            learners.kill()
        if killed < plan.kills and done >= times[killed] and kill_worker(workers, draw):
            killed += 1
        await asyncio.sleep(_TICK_S)
    while killed < plan.kills and time.monotonic() < began + len(events) / plan.rate + _JOINED_S:
        killed += kill_worker(workers, draw)
        await customers.answer()
        await asyncio.sleep(_TICK_S)
    await log.close()
    await store.close()
    return killed


async def told_by(log: Log) -> list[list[Told]]:
    """Everything that learners are told."""
    return [[told(one) for one in records] for records in await read_all(log, LEARNING)]


def made_again(records: list[list[Told]], vector: list[int], size: int) -> Learner:
    """A learner that has read up to these offsets, in batches of so many."""
    learner = Learner(len(records))
    for p, some in enumerate(records):
        wanted = [one for one in some if one[0] < vector[p]]
        for start in range(0, len(wanted), size):
            learner.fold_all(p, wanted[start : start + size])
    return learner


def one_partition(p: int, partitions: int, records: list[Told]) -> Learner:
    """In a process of its own."""
    learner = Learner(partitions)
    learner.fold_all(p, records)
    return learner


def by_processes(records: list[list[Told]], vector: list[int]) -> Learner:
    """A learner put together from one per partition."""
    n, whole = len(records), Learner(len(records))
    wanted = [[one for one in some if one[0] < vector[p]] for p, some in enumerate(records)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for p, part in enumerate(pool.map(one_partition, range(n), [n] * n, wanted)):
            whole.take(part, p)
    return whole


async def single_pass(log: Log) -> list[list[Told]]:
    """What one process that nothing happens to tells of the same interactions."""
    memory = MemoryLog(log.partitions)
    await copy_log(log, memory, [ARTEFACTS, INTERACTIONS])
    await play(a_deployment(memory, MemoryStore()), 1_000)
    return await told_by(memory)


def compared(records: list[list[Told]], snapshots: list[Snapshot], single: list[list[Told]]) -> dict[str, Any]:
    """What differs."""
    differing = sum(
        name_of(pack(made_again(records, one.vector, size).snapshot())) != name_of(pack(one)) for one in snapshots for size in _SIZES
    )
    if not snapshots:
        return {"facts": sum(map(len, records)), "snapshots": 0}
    last = snapshots[-1]
    end = [some[-1][0] + 1 if some else 0 for some in records]
    ours, theirs = ({one[3] for some in which for one in some} for which in (records, single))
    ends = [some[-1][0] + 1 if some else 0 for some in single]
    return {
        "facts": sum(map(len, records)),
        "examples": made_again(records, end, 4096).whole().taught.examples,
        "put_out_twice": sum(map(len, records)) - len(ours),
        "missing": len(theirs - ours),
        "unknown": len(ours - theirs),
        "snapshots": len(snapshots),
        "snapshots_differ": differing,
        "by_processes_differ": int(pack(by_processes(records, last.vector).snapshot()) != pack(last)),
        "single_pass_differs": int(made_again(records, end, 4096).snapshot().judged != made_again(single, ends, 4096).snapshot().judged),
    }


async def run(plan: argparse.Namespace, workers: Workers, folder: Path) -> dict[str, Any]:
    """The whole trial; what came of it."""
    await workers.prepare()
    log, store = await workers.connected()
    await activate(log, PolicyShelf(log, SECRET), compile_policy(example("gift-shop")), SECRET, 0)
    for _ in range(plan.workers):
        workers.start()
    until = time.monotonic() + _JOINED_S
    while not all(map(workers.held_by, workers.processes)):
        assert time.monotonic() < until, f"no worker joined: {workers.said()}"
        await asyncio.sleep(_TICK_S)
    learners = Learners(workers.directory(), folder)
    try:
        killed = await feed(workers, learners, plan)
        await workers.caught_up(180.0)
        await asyncio.sleep(5.0)  # for a last snapshot
    finally:
        learners.end()
    await workers.caught_up(60.0)
    models = Models(log)
    await models.catch_up()
    names = list(dict.fromkeys(one.name for _, one in models.counting))
    snapshots = [await models.read(name) for name in names]
    records, single = await told_by(log), await single_pass(log)
    await log.close()
    await store.close()
    return {"workers_killed": killed, "learners_killed": learners.killed, **compared(records, snapshots, single)}


def is_good(found: dict[str, Any], kills: int) -> bool:
    """Whether it was all done, and nothing differs."""
    if not found["snapshots"]:
        return False
    wrong = ("missing", "unknown", "snapshots_differ", "by_processes_differ", "single_pass_differs")
    return (
        not any(found[name] for name in wrong)
        and min(found["workers_killed"], found["learners_killed"]) >= kills
        and min(found["examples"], found["snapshots"]) > 1
    )


def play_on(plan: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """On a broker of its own."""
    with a_broker(folder / "kafka") as broker, workers_on_a_store(broker.address, "", folder) as workers:
        return asyncio.run(run(plan, workers, folder))


def main(given: list[str]) -> int:
    """See above."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("events", 60_000), ("rate", 1_000), ("kills", 5), ("workers", 2), ("seed", 7)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--learner", type=Path, help=argparse.SUPPRESS)
    plan = parser.parse_args(given)
    if plan.learner is not None:
        return learn_in_the_past(plan.learner)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="platinum-reproducible-") as folder:
        found = play_on(plan, Path(folder)) | {"wall_s": round(time.perf_counter() - began, 1)}
    print(json.dumps(found) if plan.json else "\n".join(f"{name}: {value}" for name, value in found.items()))
    return 0 if is_good(found, plan.kills) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
