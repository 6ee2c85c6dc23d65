"""One worker and one API on a real Kafka for a long time at a steady load: nothing may grow.

    python -m tests.chaos.kafka_soak --minutes 20 --rate 5000
    python -m tests.chaos.kafka_soak --minutes 10 --rate 2000 --asks 50

Every 10 s each process is asked for its memory, tasks and open files. The warm-up is left out (5 minutes, half of a short run):
by then every customer's row is in the cache, because their number is fixed. Promises (issue: part 2): memory grows by 1 MiB
in 10 minutes at most (a line is fitted; less than two standard errors beyond that is noise), tasks and open files do not
grow. Broker, store and load run on the same machine: ``--rate`` says what half of its capacity is.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from platinum.clock import wall_ms
from platinum.logs.kafka import KafkaLog
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.ports import INTERACTIONS, Record
from platinum.stores.server import ValkeyServer
from platinum.wiring.warm import warm
from tests.builders.kafka import a_broker
from tests.builders.processes import Up, free_port, platinum
from tests.chaos.load import post

WATCHED = {"rss_bytes": "process_resident_memory_bytes", "tasks": "platinum_tasks", "open_files": "process_open_fds"}
MOST_MIB_PER_10_MIN = 1.0
#: Tasks and open files of the last third may be so many more than those of the first: a request may be on its way.
MOST_MORE = 2.0
WARM_UP_S, SAMPLE_S, _TICK_S = 300.0, 10.0, 0.1
CUSTOMERS = 2_000
_KINDS = (
    '"Product Viewed","properties":{"sku":"s-1","category":"garden","price":4.5}',
    '"Product Added","properties":{"sku":"s-2","category":"candles","price":8}',
    '"Order Completed","properties":{"order_id":"o-%d","total":12.5,"currency":"GBP","products":[{"category":"garden","price":12.5}]}',
    '"Request Made","properties":{"intent":"where_is_my_order"}',
)


class Sample(NamedTuple):
    """What a process said of itself at a moment."""

    at_s: float
    rss_bytes: float
    tasks: float
    open_files: float


def events() -> Iterator[tuple[bytes, bytes]]:
    """Key and value of one event after the other, of a fixed number of customers."""
    for n in itertools.count():
        customer = f"c-{n * 7919 % CUSTOMERS}"
        kind = _KINDS[n % 37 % len(_KINDS)]
        event = kind % n if "%d" in kind else kind
        yield customer.encode(), f'{{"type":"track","messageId":"m-{n}","userId":"{customer}","event":{event}}}'.encode()


async def feed(brokers: str, rate: int, over: threading.Event) -> int:
    """Append at ``rate`` until it is over; returns how many."""
    log, coming, sent, began = KafkaLog(brokers), events(), 0, time.monotonic()
    while not over.is_set():
        some = min(int((time.monotonic() - began) * rate) - sent, rate)
        if some > 0:
            now_ms = wall_ms()
            await log.append(INTERACTIONS, [Record(key, value, now_ms) for key, value in itertools.islice(coming, some)])
            sent += some
        await asyncio.sleep(_TICK_S)
    await log.close()
    return sent


def ask(port: int, rate: float, over: threading.Event, unanswered: list[int]) -> None:
    """Ask for decisions until it is over."""
    for n in itertools.count():
        if over.wait(1.0 / rate):
            return
        body = json.dumps({"customer_id": f"c-{n % CUSTOMERS}", "placement": "home-hero"}).encode()
        if post(port, "/v1/decisions", body) is None:
            unanswered.append(n)


def sample(text: str, at_s: float) -> Sample:
    """From the text of ``/metrics``."""
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if line and line[0] != "#")
    return Sample(at_s, *(float(values[name]) for name in WATCHED.values()))


def verdict(samples: Sequence[Sample], warm_up_s: float) -> dict[str, Any]:
    """What grew after the warm-up; ``faults`` names what grew too much."""
    warm = [one for one in samples if one.at_s >= warm_up_s]
    if len(warm) < 6:
        return {"faults": ["too few samples"]}
    at_s, rss = np.array([one.at_s for one in warm]), np.array([one.rss_bytes for one in warm]) / (1 << 20)
    (slope, _), spread = np.polyfit(at_s, rss, 1, cov=True)
    third = len(warm) // 3
    more = {name: _middle(warm[-third:], name) - _middle(warm[:third], name) for name in ("tasks", "open_files")}
    per_10_min, error = float(slope) * 600, float(np.sqrt(spread[0, 0])) * 600
    faults = ["memory"] if per_10_min - 2 * error > MOST_MIB_PER_10_MIN else []
    faults += [name for name, n in more.items() if n > MOST_MORE]
    return {
        "rss_mib": [round(float(rss[0]), 1), round(float(rss[-1]), 1)],
        "mib_per_10_min": round(per_10_min, 2),
        "standard_error": round(error, 2),
        **{f"more_{name}": n for name, n in more.items()},
        "samples": len(warm),
        "rss_mib_over_time": [round(one.rss_bytes / (1 << 20), 1) for one in samples[:: max(1, len(samples) // 24)]],
        "faults": faults,
    }


def _middle(samples: Sequence[Sample], name: str) -> float:
    return float(np.median([getattr(one, name) for one in samples]))


def trial(brokers: str, folder: Path, seconds: float, rate: int, asks: float) -> dict[str, Any]:
    """One run on a broker that is there."""
    warm(Stages(compile_policy(example("minimal"))))  # once, instead of in both processes at the same time
    server = ValkeyServer(folder / "valkey", tcp=True)
    server.start()
    policy, data, port = folder / "policy.yaml", folder / "shop", free_port()
    policy.write_text(platinum("example", "gift-shop").stdout)
    platinum("topics", "create", "--data", str(data), "--brokers", brokers, "--store", server.address, "--policy", str(policy))
    platinum("policy", "activate", str(policy), "--data", str(data))
    with (folder / "worker.log").open("w") as said:
        line = [sys.executable, "-m", "platinum", "worker", "--data", str(data), "--port", str(port)]
        worker = subprocess.Popen(line, stdout=said, stderr=said)
    api = Up(data, "api")
    try:
        return _watch(brokers, {"worker": port, "api": api.port}, seconds, rate, asks)
    finally:
        worker.terminate()
        worker.wait(30)
        api.close()
        server.stop()


def _watch(brokers: str, ports: dict[str, int], seconds: float, rate: int, asks: float) -> dict[str, Any]:
    over, unanswered, sent = threading.Event(), list[int](), list[int]()
    threads = [threading.Thread(target=lambda: sent.append(asyncio.run(feed(brokers, rate, over))))]
    threads += [threading.Thread(target=ask, args=(ports["api"], asks, over, unanswered))]
    for thread in threads:
        thread.start()
    samples: dict[str, list[Sample]] = {name: [] for name in ports}
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        time.sleep(SAMPLE_S)
        for name, port in ports.items():
            samples[name].append(sample(_text(port), time.monotonic() - began))
    behind = [float(line.rsplit(" ", 1)[1]) for line in _text(ports["worker"]).splitlines() if line.startswith("platinum_lag_seconds")]
    over.set()
    for thread in threads:
        thread.join()
    found = {name: verdict(some, min(WARM_UP_S, seconds / 2)) for name, some in samples.items()}
    return {"seconds": seconds, "events": sent[0], "lag_s": max(behind, default=-1.0), "unanswered": len(unanswered), **found}


def _text(port: int) -> str:
    from urllib.request import urlopen

    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        text: str = answer.read().decode()
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--rate", type=int, default=5_000, help="events a second")
    parser.add_argument("--asks", type=float, default=50.0, help="decision requests a second, one after the other")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, a_broker(Path(folder) / "kafka") as broker:
        found = trial(broker.address, Path(folder), given.minutes * 60, given.rate, given.asks)
    print(json.dumps(found))
    sys.exit(1 if found["worker"]["faults"] or found["api"]["faults"] or found["unanswered"] or not found["events"] else 0)


if __name__ == "__main__":
    main()
