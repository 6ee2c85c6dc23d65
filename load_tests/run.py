"""Runs a peer on a broker of its own: ``python -m load_tests.run quix|kafka_streams``; one JSON object with the median run.

The events lie in the topic before the peer starts. It counts by itself, says what the measured ones cost its process, and ends.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from load_tests.job import DECISIONS_TOPIC, EVENTS_TOPIC, PARTITIONS, events
from platinum.logs.kafka import KafkaLog
from platinum.logs.kafka_topics import Topic, admin, create
from platinum.ports import Record
from platinum.wiring.bench_deployment import a_broker

CHECKOUT = Path(__file__).resolve().parents[1]
BUILT = CHECKOUT / ".peers"
CHUNK = 20_000
LONGEST_S = 1_800.0


def words(peer: str, brokers: str, state: Path, warm_up: int, measured: int) -> list[str]:
    """Command line of a peer that ``make peers`` has built."""
    if peer == "kafka_streams":
        classes = f"{BUILT}/kafka_streams/classes:{BUILT}/kafka_streams/lib/*"
        return ["java", "-Xmx512m", "-cp", classes, "peer.Peer", brokers, str(state), str(warm_up), str(measured)]
    python = str(BUILT / "quix" / "bin" / "python")
    options = ["--brokers", brokers, "--state", str(state), "--warm-up", str(warm_up), "--events", str(measured)]
    return [python, "-m", "load_tests.quix.app", *options]


async def fill(brokers: str, n: int) -> None:
    """Topics, and ``n`` events."""
    with admin(brokers) as client:
        forever = {"retention.ms": "-1", "message.timestamp.type": "CreateTime"}
        create(client, [Topic(name, PARTITIONS, forever) for name in (EVENTS_TOPIC, DECISIONS_TOPIC)], replication=1)
    log, chunk = KafkaLog(brokers, PARTITIONS), list[Record]()
    for i, (key, value) in enumerate(events(n)):
        chunk.append(Record(key, value, 1_772_323_200_000 + i))
        if len(chunk) == CHUNK:
            await log.append(EVENTS_TOPIC, chunk)
            chunk = []
    await log.append(EVENTS_TOPIC, chunk)
    await log.close()


def one(peer: str, warm_up: int, measured: int) -> dict[str, Any]:
    """One run on a new broker."""
    with a_broker() as (broker, folder):
        asyncio.run(fill(broker.address, warm_up + measured))
        line = words(peer, broker.address, folder / f"state-{secrets.token_hex(4)}", warm_up, measured)
        done = subprocess.run(line, cwd=CHECKOUT, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    found = [text for text in done.stdout.splitlines() if text.startswith("{")]
    if not found:
        sys.exit(f"{peer} ended with exit code {done.returncode} and without figures: {(done.stderr or done.stdout).strip()[-2_000:]}")
    figures: dict[str, Any] = json.loads(found[-1])
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer", choices=("quix", "kafka_streams"))
    parser.add_argument("--warm-up", type=int, default=200_000)
    parser.add_argument("--events", type=int, default=400_000)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    runs = [one(given.peer, given.warm_up, given.events) for _ in range(given.repeat)]
    middle = median(run["events_per_s"] for run in runs)
    chosen = min(runs, key=lambda run: abs(run["events_per_s"] - middle))
    listed = {"runs": [run["events_per_s"] for run in runs], "runs_cpu_us_per_event": [run["cpu_us_per_event"] for run in runs]}
    print(json.dumps({"peer": given.peer} | chosen | listed))


if __name__ == "__main__":
    main()
