"""The subscriber of ``platinum bench latency`` as a process of its own: ``python -m platinum.wiring.bench_subscriber WHAT``.

Writes three int64 per decision to a file as it reads it: partition and offset of the event that caused it, and when.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import numpy as np
import uvloop

from platinum.emit.contacts import CAUSE_AT
from platinum.logs.kafka_watch import watch
from platinum.ports import DECISIONS


class Subscription(msgspec.Struct):
    """Where to read, and the file to write."""

    brokers: str
    prefix: str
    partitions: int
    out: str


async def subscribe(what: Subscription) -> None:
    """Until the process is ended; prints ``ready`` when no later decision can be missed."""
    with Path(what.out).open("wb", buffering=0) as out:
        ready = False
        async for at_ns, headers in watch(what.brokers, what.prefix + DECISIONS, what.partitions):
            if not ready:
                ready = True
                sys.stdout.write("ready\n")
                sys.stdout.flush()
            if headers:
                causes = [each[CAUSE_AT][1].split(b".") for each in headers]
                out.write(np.array([(int(p), int(offset), at_ns) for _, p, offset in causes], np.int64).tobytes())


if __name__ == "__main__":
    uvloop.run(subscribe(msgspec.json.decode(sys.argv[1], type=Subscription)))
