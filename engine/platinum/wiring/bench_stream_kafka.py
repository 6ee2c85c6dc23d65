"""``platinum bench stream --log kafka``: one real worker process between a real broker and a real store.

The events lie in the log before the worker starts. Its first third warms it up; from then to the end of the log its own
CPU time and the time that passes are measured, between two looks at the checkpoints in the store.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from statistics import median
from typing import Any

from platinum.emit.contacts import CAUSE_AT
from platinum.errors import Inconsistent
from platinum.ops.broker import LocalKafka
from platinum.ops.population import bench_policy
from platinum.policy.compile import compile_policy
from platinum.ports import DECISIONS, INTERACTIONS
from platinum.stream.activate import activate
from platinum.wiring.bench_baseline import baseline, require_load_tests
from platinum.wiring.bench_deployment import Bench, a_broker, a_deployment, a_store, prepare
from platinum.wiring.bench_fill import fill
from platinum.wiring.bench_worker import Reached, Worker
from platinum.wiring.process_costs import peak_rss_mib, require_proc

#: As in ``bench_stream``: a share of the events measured.
WARM_UP = 0.5


def stream_kafka(events: int, customers: int, repeat: int, with_baseline: bool = False) -> dict[str, Any]:
    """Median run by throughput; rate and CPU time of every run are listed.

    With the baseline, ``ratio_per_cpu`` says how many events Platinum applies in the CPU time of one of the baseline's.

    Raises
    ------
    Unavailable, Inconsistent
        Not everything was applied: the message says how far it came, and what the worker said.
    """
    require_proc()
    if with_baseline:
        require_load_tests()
    with a_broker() as (broker, folder):
        runs = [asyncio.run(_one(broker, folder / f"run-{i}", events, customers)) for i in range(repeat)]
        figures = _median(runs)
        if with_baseline:
            idiomatic = baseline(broker, folder / "baseline", events, customers)
            ratio = round(idiomatic["cpu_us_per_event"] / figures["cpu_us_per_event"], 1)
            figures |= {"baseline": idiomatic, "ratio_per_cpu": ratio}
    return figures


def _median(runs: list[dict[str, Any]]) -> dict[str, Any]:
    middle = median(run["events_per_s"] for run in runs)
    chosen = min(runs, key=lambda run: abs(run["events_per_s"] - middle))
    return chosen | {"runs": [run["events_per_s"] for run in runs], "runs_cpu_us_per_event": [run["cpu_us_per_event"] for run in runs]}


async def _one(broker: LocalKafka, folder: Path, events: int, customers: int) -> dict[str, Any]:
    policy = compile_policy(bench_policy())
    with a_store(folder) as store:
        bench = a_deployment(broker, store, folder, policy)
        d = bench.parts.deployment
        try:
            await prepare(bench)
            await activate(d.log, d.shelf, policy, d.secret, 0)
            warm_up = int(events * WARM_UP)
            asked = await fill(d.log, customers, events + warm_up)
            figures = await _measure(bench, warm_up, sum(await bench.ends(INTERACTIONS)))
            await bench.refuse_missing(asked)
            return figures | {"customers": customers, "log": "kafka"}
        finally:
            await bench.parts.close()


async def _measure(bench: Bench, warm_up: int, total: int) -> dict[str, Any]:
    worker = Worker(bench)
    try:
        began = await worker.reach(warm_up)
        ended = await worker.reach(total)
        rss = peak_rss_mib(worker.pid)
        decisions = await _decisions_since(bench, began)
    finally:
        worker.stop()
    events = total - began.records
    if events <= 0:
        raise Inconsistent(f"the worker had applied all {total} records before its warm-up was noticed: measure more --events")
    wall_s, cpu_s = ended.at_s - began.at_s, ended.cpu_s - began.cpu_s
    return {
        "events": events,
        "wall_s": round(wall_s, 4),
        "events_per_s": round(events / wall_s),
        "cpu_us_per_event": round(cpu_s / events * 1e6, 3),
        "rss_mib": rss,
        "decisions": decisions,
        "decided_share": round(decisions / events, 4),
    }


async def _decisions_since(bench: Bench, began: Reached) -> int:
    """Decisions whose event lies behind ``began``: the topic's end alone would count those of a batch then in flight."""
    log, after = bench.parts.deployment.log, 0
    for p, end in enumerate(await bench.ends(DECISIONS)):
        low, high = 0, end
        while low < high:  # decisions of a partition lie in the order of their events
            middle = (low + high) // 2
            (record,) = await log.fetch(DECISIONS, p, middle, 1)
            if int(record.headers[CAUSE_AT][1].rpartition(b".")[2]) < began.offsets[p]:
                low = middle + 1
            else:
                high = middle
        after += end - low
    return after
