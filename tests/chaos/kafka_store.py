"""Roll back and lose the store of a deployment on a real Kafka under load, and compare what is left with a single pass.

    python -m tests.chaos.kafka_store rolled_back --events 60000 --rate 1500 --freeze 9
    python -m tests.chaos.kafka_store lost --events 60000 --rate 1500
    python -m tests.chaos.kafka_store killed --events 60000 --rate 1500 --delay-ms 50

rolled_back: everything that the store holds goes back 5 s at once, beside a worker that was frozen before and wakes up after.
lost: FLUSHALL, and the log's head is gone up to behind the snapshots. killed: FLUSHALL and a SIGKILL between acknowledged
outputs and compare-and-set, without snapshots.

Promises: rows and timer sets byte-identical to a single pass; of every output topic 0 records missing, 0 with other bytes, 0 put out twice.
A frozen worker's own batch may land after its successor has looked: what lands within a second of its waking is counted apart.
The checker is checked: a planted repeat and a planted loss must be found.
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
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kafka import TopicPartition

from platinum.logs.kafka_topics import admin
from platinum.logs.memory import MemoryLog
from platinum.ports import ARTEFACTS, INTERACTIONS
from platinum.stores.address import parse_address
from platinum.stores.client import Command, ValkeyClient
from platinum.stores.server import ValkeyServer
from platinum.stream.snapshots import Snapshots
from tests.builders.deployments import BUCKETS, copy_log, read_all
from tests.builders.kafka import a_broker
from tests.builders.recorded import a_recorded_log
from tests.builders.workers import Workers
from tests.chaos.kafka_kill import Plan, feed
from tests.chaos.left import Left, differing, left_by_workers, single_pass, topics

SCENARIOS = ("rolled_back", "lost", "killed")
WRONG = ("rows_differ", "timers_differ", "missing", "unknown", "conflicting_bytes", "repeated")
BACK_S = 5.0
_WAKING_S = 1.0
#: One at a time: a busy broker that makes the topics of three deployments at once is not ready with them in time.
_PREPARING = threading.Lock()
#: At one instant: rows and checkpoints go back together, and to a state that there was.
_TAKE = b"""
local all = {}
for i, key in ipairs(redis.call('KEYS', '*')) do all[2 * i - 1] = key all[2 * i] = redis.call('DUMP', key) end
return all
"""
_PUT_BACK = b"""
redis.call('FLUSHALL')
for i = 1, #ARGV, 2 do redis.call('RESTORE', ARGV[i], 0, ARGV[i + 1]) end
return #ARGV
"""


@dataclass
class Trouble:
    """What happens to the store; by progress, so that nothing depends on how fast the machine is.

    Attributes
    ----------
    waking : dict
        Per topic and partition, offsets between which records lay that landed within a second of a worker's waking.
    """

    scenario: str
    workers: Workers
    plan: Plan
    snapshots: Path

    def __post_init__(self) -> None:
        self._draw = random.Random(self.plan.seed)
        self._at = self._draw.uniform(0.35, 0.45)
        self._backup: list[bytes] = []
        self._back_at = 0.0
        self._frozen: subprocess.Popen[bytes] | None = None
        self._wake_at = 0.0
        self._done = False
        self.waking: dict[tuple[str, int], tuple[int, int]] = {}
        self.happened: Counter[str] = Counter()

    @property
    def waiting(self) -> bool:
        """Nothing is waited for: what happens here needs no worker to hold anything."""
        return False

    def look(self, done: float) -> None:
        """Do what is due once a share ``done`` of the load is in the log."""
        if self.scenario == "rolled_back":
            self._roll_back(done)
        elif not self._done and done >= self._at:
            self._done = True
            (self._lose if self.scenario == "lost" else self._kill)()

    def finish(self) -> None:
        """Whatever is still to come."""
        while self.scenario == "rolled_back" and (not self._done or self._frozen is not None):
            self.look(1.0)
            time.sleep(0.05)

    def _roll_back(self, done: float) -> None:
        now = time.monotonic()
        if not self._backup and done >= self._at:
            if self.plan.freeze_s:
                self._frozen = self._draw.choice([p for p in self.workers.processes if p.poll() is None])
                self._frozen.send_signal(signal.SIGSTOP)
                self._wake_at = now + self.plan.freeze_s
            self._backup = self._store(b"EVAL", _TAKE, 0)
            self._back_at = now + BACK_S
        if self._backup and not self._done and now >= self._back_at:
            self._store(b"EVAL", _PUT_BACK, 0, *self._backup)
            self.happened["rolled_back"] += 1
            self._done = True
        if self._frozen is not None and self._done and now >= self._wake_at:
            before = asyncio.run(_ends(self.workers))
            self._frozen.send_signal(signal.SIGCONT)
            time.sleep(_WAKING_S)
            after = asyncio.run(_ends(self.workers))
            self.waking = {at: (end, after[at]) for at, end in before.items()}
            self.happened["woken"] += 1
            self._frozen = None

    def _lose(self) -> None:
        """Remove the log's head up to the snapshots, then everything that the store holds."""
        first = asyncio.run(_newest(Snapshots(str(self.snapshots))))
        with admin(self.workers.brokers) as client:
            client.delete_records({TopicPartition(self.workers.prefix + INTERACTIONS, p): at for p, at in first.items()})
        self._store(b"FLUSHALL")
        self.happened["lost"] += 1
        self.happened["removed"] = sum(first.values())

    def _kill(self) -> None:
        """Kill whoever is between acknowledgement and compare-and-set: under this load all are, nearly all the time."""
        victim = self._draw.choice([p for p in self.workers.processes if p.poll() is None])
        self._store(b"FLUSHALL")
        victim.kill()
        victim.wait()
        self.workers.start()
        self.happened["lost"] += 1
        self.happened["killed"] += 1

    def _store(self, *command: bytes | int) -> Any:
        async def ask() -> Any:
            client = ValkeyClient(parse_address(self.workers.store_url), timeout_s=30.0)
            try:
                whole: Command = command
                return (await client.pipe([whole]))[0]
            finally:
                await client.close()

        return asyncio.run(ask())


async def _newest(snapshots: Snapshots) -> dict[int, int]:
    """Per partition, the offset from which every bucket can go on; waits until each has a snapshot."""
    until = time.monotonic() + 60
    while True:
        found = [[file.next_offset for file in await snapshots.named(bucket)] for bucket in range(BUCKETS)]
        first = {p: min(max(some, default=0) for some in found[p::4]) for p in range(4)}
        if all(first.values()):
            return first
        assert time.monotonic() < until, "no snapshot of every bucket within a minute"
        await asyncio.sleep(0.2)


async def _ends(workers: Workers) -> dict[tuple[str, int], int]:
    log, store = await workers.connected()
    ends = {(topic, p): await log.end(topic, p) for topic in topics() for p in range(log.partitions)}
    await log.close()
    await store.close()
    return ends


def judge(left: Left, single: Left, trouble: Trouble) -> dict[str, Any]:
    """Rows and timers that differ; outputs that are missing, repeated or have other bytes."""
    count: Counter[str] = Counter()
    for at, records in left.outputs.items():
        wanted = {identity: value for identity, value, _ in single.outputs[at]}
        seen: set[bytes] = set()
        low, high = trouble.waking.get(at, (0, 0))
        for identity, value, offset in records:
            count["unknown"] += identity not in wanted
            count["conflicting_bytes"] += wanted.get(identity, value) != value
            if identity in seen:
                count["repeated_while_waking" if low <= offset < high else "repeated"] += 1
            seen.add(identity)
        count["missing"] += len(wanted.keys() - seen)
        count["outputs"] += len(wanted)
    count["rows"], count["rows_differ"] = len(single.state.rows), differing(left.state.rows, single.state.rows)
    count["timers"], count["timers_differ"] = len(single.timers), differing(left.timers, single.timers)
    return {name: count[name] for name in ("rows", "timers", "outputs", *WRONG, "repeated_while_waking")}


def blind(left: Left, single: Left, trouble: Trouble) -> list[str]:
    """What the checker does not see of a planted repeat, a planted loss and a timer that is gone."""
    at, records = next((place, records) for place, records in left.outputs.items() if len(records) > 2)
    before = judge(left, single, trouble)
    repeat = replace(left, outputs={**left.outputs, at: [*records, (*records[0][:2], 1 << 40)]})
    loss = replace(left, outputs={**left.outputs, at: records[1:]})
    late = replace(left, timers={one: due_ms for one, due_ms in left.timers.items() if one != min(left.timers)})
    seen = {
        "repeat": judge(repeat, single, trouble)["repeated"] == before["repeated"] + 1,
        "loss": judge(loss, single, trouble)["missing"] > before["missing"] or before["repeated"] > 0,
        "timer": judge(late, single, trouble)["timers_differ"] != before["timers_differ"],
    }
    return [what for what, saw in seen.items() if not saw]


async def run(trouble: Trouble, recorded: MemoryLog, single: Left) -> dict[str, Any]:
    """The whole trial; what came of it."""
    workers, plan = trouble.workers, trouble.plan
    artefacts = MemoryLog(recorded.partitions)
    await copy_log(recorded, artefacts, [ARTEFACTS])
    with _PREPARING:
        await workers.prepare(artefacts)
    for _ in range(plan.workers):
        workers.start()
    await feed(workers, await read_all(recorded, INTERACTIONS), plan, trouble)
    await workers.caught_up(180.0)
    left = await left_by_workers(workers)
    found = judge(left, single, trouble)
    blindness = {"checker_blind_to": blind(left, single, trouble)}
    return {"scenario": trouble.scenario, "events": plan.events, **found, **trouble.happened, **blindness}


def is_good(found: dict[str, Any]) -> bool:
    """Whether every promise held."""
    happened = found.get("rolled_back") or found.get("lost")
    return bool(happened) and not any(found[name] for name in WRONG) and not found["checker_blind_to"]


def trial(scenario: str, plan: Plan, brokers: str, folder: Path, recorded: MemoryLog, single: Left) -> dict[str, Any]:
    """One run on a broker that is there; several may run at once."""
    folder.mkdir()
    prefix = f"{scenario}."
    server = ValkeyServer(folder / "valkey")
    server.start()
    options: Sequence[str] = ("--max-records", "200", "--delay-ms", str(plan.delay_ms))
    if scenario != "killed":
        options = (*options, "--snapshots", str(folder / "snapshots"), "--snapshot-every", "3")
    workers = Workers(brokers, server.address, prefix, folder, *options, group=f"{prefix}test")
    try:
        return asyncio.run(run(Trouble(scenario, workers, plan, folder / "snapshots"), recorded, single))
    finally:
        workers.end(signal.SIGKILL)
        server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="*", default=list(SCENARIOS), help=f"of {', '.join(SCENARIOS)}; all when left out")
    for name, default in (("events", 60_000), ("rate", 1_500), ("workers", 3), ("seed", 7)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--freeze", type=float, default=9.0)
    parser.add_argument("--delay-ms", type=float, default=0.0)
    given = parser.parse_args()
    plan = Plan(given.events, given.rate, 0, given.workers, given.freeze, given.delay_ms, given.seed)
    good = True
    with a_recorded_log(plan.events) as recorded, tempfile.TemporaryDirectory() as folder, a_broker(Path(folder) / "kafka") as broker:
        single = asyncio.run(single_pass(recorded))
        for scenario in given.scenario:
            delay_ms = plan.delay_ms or 50.0 if scenario == "killed" else plan.delay_ms
            found = trial(scenario, replace(plan, delay_ms=delay_ms), broker.address, Path(folder) / scenario, recorded, single)
            print(json.dumps(found), flush=True)
            good = good and is_good(found)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
