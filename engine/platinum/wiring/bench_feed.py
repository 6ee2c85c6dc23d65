"""The load of ``platinum bench latency`` as a process of its own: ``python -m platinum.wiring.bench_feed WHAT``.

WHAT and each line on standard input are JSON; the lines are steps. For each, the events are made, ``ready`` is printed, and the
next line starts the step. What was appended, and when, goes to a file.
"""

from __future__ import annotations

import asyncio
import sys
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np
import uvloop

from platinum.logs.kafka_paced import PacedLoad
from platinum.ops.population import bench_events
from platinum.ports import INTERACTIONS
from platinum.wiring.bench_fill import asks_for_decision
from platinum.wiring.collector import settle
from platinum.wiring.records import record_of

#: Far more events than any bench takes.
_ENDLESS = 10**9


class Feed(msgspec.Struct):
    """What a load is made for; the first ``skip`` events of the bench lie in the log already."""

    brokers: str
    prefix: str
    partitions: int
    customers: int
    skip: int


class Step(msgspec.Struct):
    """``rate`` events a second, ``events`` in all; ``out`` names the file (NumPy's npz)."""

    rate: int
    events: int
    out: str


async def feed(what: Feed) -> None:
    """Serve steps until standard input ends."""
    topic = what.prefix + INTERACTIONS
    coming = islice(bench_events(_ENDLESS, what.customers, seed=1, partitions=what.partitions), what.skip, None)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        step = msgspec.json.decode(line, type=Step)
        values = list(islice(coming, step.events))
        load = PacedLoad(topic, [record_of(value, 0) for value in values], what.partitions, step.rate)
        asks = np.fromiter(map(asks_for_decision, values), np.bool_, len(values))
        settle()
        _say("ready")
        await loop.run_in_executor(None, sys.stdin.readline)
        await load.run(what.brokers)
        with Path(step.out).open("wb") as out:
            np.savez(out, partition=load.partition, offset=load.offset, due_ns=load.due_ns, sent_ns=load.sent_ns, asks=asks)
        _say("done")


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(feed(msgspec.json.decode(sys.argv[1], type=Feed)))
