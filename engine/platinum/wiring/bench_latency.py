"""``platinum bench latency --log kafka``: an open loop of events past one worker, from due to decision read.

Load, worker and subscriber are processes of their own beside a broker and a store; on a small machine they share its cores,
which is part of what is measured.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from platinum.clock import wall_ms
from platinum.ops.broker import LocalKafka
from platinum.ops.load.latency import Read, Sent, latency_of
from platinum.ops.population import bench_policy
from platinum.policy.compile import compile_policy
from platinum.ports import INTERACTIONS
from platinum.stores.server import ValkeyServer
from platinum.stream.activate import activate
from platinum.wiring.bench_deployment import Bench, a_broker, a_deployment, a_store, prepare
from platinum.wiring.bench_feed import Feed, Step
from platinum.wiring.bench_fill import fill
from platinum.wiring.bench_subscriber import Subscription
from platinum.wiring.bench_worker import Worker
from platinum.wiring.companion import Companion
from platinum.wiring.process_costs import cpu_s, require_proc, stolen_s

RATES, SECONDS = (5_000, 15_000), 60.0
#: Applied before the first step: nearly every customer has a row then, every connection has been used, and the broker, which lives for
#: months elsewhere, has compiled what it runs: for its first minute that alone took half a core.
WARM_UP, WARM_UP_SECONDS = 100_000, 30.0
#: Decisions that are not there so long after the last event are missing.
_LAST_WAIT_S = 15.0


def latency(rates: Sequence[int], seconds: float, customers: int, repeat: int) -> dict[str, Any]:
    """Each rate ``repeat`` times; a step is the best of them by its p99, and lists all in ``runs``.

    Raises
    ------
    Unavailable
        A process ended before its time.
    Inconsistent
        An event was rejected.
    """
    require_proc()
    with a_broker() as (broker, folder), a_store(folder) as store:
        bench = a_deployment(broker, store, folder, compile_policy(bench_policy()))
        return asyncio.run(_measure(bench, broker, store, rates, (seconds, customers, repeat)))


async def _measure(
    bench: Bench, broker: LocalKafka, store: ValkeyServer, rates: Sequence[int], sizes: tuple[float, int, int]
) -> dict[str, Any]:
    seconds, customers, repeat = sizes
    d = bench.parts.deployment
    await prepare(bench)
    await activate(d.log, d.shelf, compile_policy(bench_policy()), d.secret, wall_ms())
    await fill(d.log, customers, WARM_UP, wall_ms())
    worker = Worker(bench)
    companions: list[Companion] = []
    try:
        await worker.reach(sum(await bench.ends(INTERACTIONS)))
        where = broker.address, bench.file.prefix, bench.file.partitions
        read = bench.folder / "decisions.bin"
        companions.append(await Companion.start("platinum.wiring.bench_subscriber", Subscription(*where, str(read))))
        await companions[0].expect("ready")
        companions.append(await Companion.start("platinum.wiring.bench_feed", Feed(*where, customers, WARM_UP)))
        others = {"broker": broker.pid, "store": store.pid, "subscriber": companions[0].pid, "load": companions[1].pid}
        stage = _Stage(bench.folder, worker, companions[1], read, others)
        await stage.step(rates[-1], WARM_UP_SECONDS)
        steps = [_best([await stage.step(rate, seconds) for _ in range(repeat)]) for rate in rates]
        await bench.refuse_missing(0)
    finally:
        for companion in companions:
            await companion.stop()
        worker.stop()
        await bench.parts.close()
    return {"steps": steps, "seconds": seconds, "customers": customers, "log": "kafka"}


class _Stage:
    """Who takes part in a step; ``others`` are processes that share the machine with the worker."""

    def __init__(self, folder: Path, worker: Worker, feed: Companion, read: Path, others: dict[str, int]) -> None:
        self._folder, self._worker, self._feed, self._read = folder, worker, feed, read
        self._pids = {"worker": worker.pid} | others

    async def step(self, rate: int, seconds: float) -> dict[str, Any]:
        """One rate, measured."""
        out = self._folder / "sent.npz"
        await self._feed.tell(msgspec.json.encode(Step(rate, max(1, round(rate * seconds)), str(out))))
        await self._feed.expect("ready")
        began_s, before_s, stolen_before_s = time.perf_counter(), self._cpu_s(), stolen_s()
        await self._feed.tell(b"go")
        await self._feed.expect("done", seconds)
        wall_s, after_s = time.perf_counter() - began_s, self._cpu_s()
        stolen_share = round((stolen_s() - stolen_before_s) / wall_s, 4)
        shares = {name: round((after_s[name] - before_s[name]) / wall_s, 4) for name in after_s}
        self._worker.refuse_ended()
        with np.load(out) as file:
            sent = Sent(*(file[name] for name in Sent._fields))
        took_s = max(len(sent.asks) / rate, (int(sent.sent_ns[-1]) - int(sent.due_ns[0])) / 1e9)
        figures = {"offered_per_s": rate, "achieved_per_s": round(len(sent.asks) / took_s), "worker_cpu_share": shares.pop("worker")}
        late_ms = np.percentile((sent.sent_ns - sent.due_ns) / 1e6, 99)
        about = {"events": len(sent.asks), "append_late_p99_ms": round(float(late_ms), 3), "other_cpu_shares": shares}
        about["stolen_share"] = stolen_share
        return figures | await self._latency(sent) | about

    def _cpu_s(self) -> dict[str, float]:
        return {name: cpu_s(pid) for name, pid in self._pids.items()}

    async def _latency(self, sent: Sent) -> dict[str, Any]:
        until_s = time.perf_counter() + _LAST_WAIT_S
        while True:
            rows = np.fromfile(self._read, np.int64)
            read = rows[: len(rows) // 3 * 3].reshape(-1, 3)
            figures = latency_of(sent, Read(read[:, 0], read[:, 1], read[:, 2]))
            if not figures["missing"] or time.perf_counter() > until_s:
                return figures
            await asyncio.sleep(0.2)


def _best(runs: list[dict[str, Any]]) -> dict[str, Any]:
    def late_ms(run: dict[str, Any]) -> float:
        return float("inf") if run["end_to_end_p99_ms"] is None else float(run["end_to_end_p99_ms"])

    shown = (
        "achieved_per_s",
        "end_to_end_p50_ms",
        "end_to_end_p99_ms",
        "from_append_p50_ms",
        "from_append_p99_ms",
        "worker_cpu_share",
        "stolen_share",
        "missing",
    )
    return min(runs, key=late_ms) | {"runs": [{name: run[name] for name in shown} for run in runs]}
