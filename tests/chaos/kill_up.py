"""Kill ``platinum up`` under load, again and again, and compare what is left with a single pass over its log.

    python -m tests.chaos.kill_up --kills 20 --rate 2000 --seed 7          # kill -9
    python -m tests.chaos.kill_up --kills 5 --power-cut --seed 7           # and what was not synced is gone

Promises (issue: part 1): 0 rows differ, 0 decisions missing, repeated ones equal in id and bytes, an acknowledged event
is never gone. The checker is checked each time: a planted loss and a planted double must both be found.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from platinum.logs.memory import MemoryLog
from platinum.logs.sqlite import SqliteLog
from platinum.ops.population import simulate_events
from platinum.policy.load import example
from platinum.ports import ARTEFACTS, INTERACTIONS
from platinum.settings import existing_deployment
from platinum.stores.memory import MemoryStore
from platinum.stores.server import ValkeyServer
from platinum.stores.valkey import ValkeyStore
from platinum.stream.runner import IDLE_CHECK_S
from tests.builders.aof import cut_tail, grown_in_last
from tests.builders.deployments import State, a_deployment, copy_log, play, state_of
from tests.builders.wal import commit_ends, cut

BATCH = 100
READY_S = 90.0
UNSYNCED_S = 5.0


@dataclass
class Sender:
    """Sends events at a steady rate until told to stop; a batch that was not acknowledged is sent again as it was."""

    port: int
    rate: int
    events: list[bytes]
    acknowledged: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    retries: int = 0
    rejected: int = 0

    def run(self) -> None:
        """Body of the sender's thread."""
        due = time.monotonic()
        for at in range(0, len(self.events), BATCH):
            if self.over.is_set():
                return
            batch = self.events[at : at + BATCH]
            while not self._post(batch):
                self.retries += 1
                if self.over.wait(0.05):
                    return
            self.acknowledged += [orjson.loads(event)["messageId"] for event in batch]
            due = max(due + BATCH / self.rate, time.monotonic() - 1.0)
            time.sleep(max(0.0, due - time.monotonic()))

    def _post(self, batch: list[bytes]) -> bool:
        body = b'{"batch":[' + b",".join(batch) + b"]}"
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/v1/batch", body, {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=5) as response:
                answer = json.loads(response.read())
        except (OSError, urllib.error.URLError, ValueError):
            return False
        self.rejected += len(answer["rejected"])
        return True


def start(data: Path, policy: Path, port: int) -> subprocess.Popen[bytes]:
    """``platinum up`` in a process group of its own, ready."""
    command = [sys.executable, "-m", "platinum", "up", "--policy", str(policy), "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(command, start_new_session=True)
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"platinum up ended with exit code {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1):
                return process
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
    process.kill()
    process.wait()
    raise AssertionError(f"platinum up was not ready within {READY_S:.0f} s")


def drained(port: int) -> bool:
    """Whether the stream has applied all that the log holds."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as response:
        lines = response.read().decode().splitlines()
    lags = [float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("platinum_lag_records{")]
    return bool(lags) and not any(lags)


def torment(data: Path, kills: int, rate: int, seed: int, power_cut: bool) -> Sender:
    """Load, kills and restarts; ends with an orderly stop once everything is applied."""
    draw = random.Random(seed)
    policy = data.parent / "policy.yaml"
    policy.write_bytes(example("gift-shop"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    seconds = [draw.uniform(6.0, 8.0) if power_cut else draw.uniform(1.0, 3.0) for _ in range(kills)]
    events = list(simulate_events(seed=seed, customers=2_000, events=int(rate * (sum(seconds) + 4 * kills))))
    process = start(data, policy, port)
    sender = Sender(port, rate, events)
    thread = threading.Thread(target=sender.run, daemon=True)
    thread.start()
    for number, pause in enumerate(seconds):
        unsynced = grown_in_last(data / "valkey", pause, UNSYNCED_S)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        if power_cut:
            _await_no_server(data)
            _cut_power(data, unsynced, draw)
        process = start(data, policy, port)
        print(f"kill {number + 1}/{kills}: acknowledged {len(sender.acknowledged)}", file=sys.stderr)
    time.sleep(1.0)
    sender.over.set()
    thread.join()
    time.sleep(IDLE_CHECK_S + 1.0)  # the lag is as of the last check
    while not drained(port):
        time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    return sender


def _cut_power(data: Path, unsynced_bytes: int, draw: random.Random) -> None:
    """The log ends at its last sync, torn; the store's last seconds are gone; shared memory is, too."""
    wal = data / "log.sqlite-wal"
    if wal.exists() and (ends := commit_ends(wal)):
        cut(wal, ends[-1], torn_bytes=draw.randrange(9_000))
    (data / "log.sqlite-shm").unlink(missing_ok=True)
    cut_tail(data / "valkey", unsynced_bytes + draw.randrange(200))


def _await_no_server(data: Path) -> None:
    """The store's server dies with its parent; its file must not change any more when it is cut."""
    until = time.monotonic() + 10
    server = ValkeyServer(data / "valkey")
    path = server.address.removeprefix("unix://")
    while time.monotonic() < until:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(path)
            except OSError:
                return
        time.sleep(0.05)
    raise AssertionError("the store's server outlived its parent")


async def compare(data: Path) -> dict[str, Any]:
    """What is left against a single pass over the log as it now is."""
    file, secret = existing_deployment(data)
    server = ValkeyServer(data / "valkey")
    server.start()
    log = SqliteLog(data / "log.sqlite", file.partitions, clock_ms=None)
    store = ValkeyStore(server.address)
    await store.connect()
    left = await state_of(a_deployment(log, store))
    memory = MemoryLog(file.partitions)
    await copy_log(log, memory, [ARTEFACTS, INTERACTIONS])
    d = a_deployment(memory, MemoryStore(), secret=secret)
    await play(d, 1000)
    single = await state_of(d)
    logged = {_message_id(r.value) for p in range(file.partitions) for r in await log.fetch(INTERACTIONS, p, 0, 10**9, 1 << 40)}
    await log.close()
    await store.close()
    server.stop()
    verdict = judge(left, single)
    # The checker must see what it is for.
    key = next(iter(left.rows))
    lost = State({k: v for k, v in left.rows.items() if k != key}, [d[1:] for d in left.decisions], [])
    doubled = State(left.rows | {key: left.rows[key] + b"!"}, [[*d, d[0].replace(b'"lane"', b'"line"')] for d in left.decisions if d], [])
    verdict["checker_finds_loss"] = bool((found := judge(lost, single))["rows_differ"] and found["decisions_missing"])
    verdict["checker_finds_double"] = bool((found := judge(doubled, single))["rows_differ"] and found["conflicting_bytes"])
    verdict["logged"] = logged
    return verdict


def _message_id(value: bytes) -> str:
    try:
        return str(orjson.loads(value).get("messageId"))
    except orjson.JSONDecodeError:
        return ""


def judge(left: State, single: State) -> dict[str, Any]:
    """Rows that differ, decisions that are missing, repeated or conflicting."""
    by_id: dict[str, set[bytes]] = {}
    times: Counter[str] = Counter()
    for body in (body for partition in left.decisions for body in partition):
        decision_id = orjson.loads(body)["decision_id"]
        by_id.setdefault(decision_id, set()).add(body)
        times[decision_id] += 1
    wanted = {orjson.loads(body)["decision_id"]: body for partition in single.decisions for body in partition}
    keys = left.rows.keys() | single.rows.keys()
    return {
        "rows": len(single.rows),
        "rows_differ": sum(left.rows.get(key) != single.rows.get(key) for key in keys),
        "decisions": len(wanted),
        "decisions_missing": sum(decision_id not in by_id for decision_id in wanted),
        "decisions_unknown": sum(decision_id not in wanted for decision_id in by_id),
        "conflicting_bytes": sum(bodies != {wanted.get(decision_id)} for decision_id, bodies in by_id.items()),
        "repeated": sum(n - 1 for n in times.values()),
    }


def run(kills: int, rate: int, seed: int, power_cut: bool) -> dict[str, Any]:
    """One whole run; the verdict's counts of what went wrong must be 0."""
    with tempfile.TemporaryDirectory(prefix="platinum-chaos-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        sender = torment(data, kills, rate, seed, power_cut)
        verdict = asyncio.run(compare(data))
    logged = verdict.pop("logged")
    verdict["acknowledged"], verdict["rejected"] = len(sender.acknowledged), sender.rejected
    verdict["acknowledged_gone"] = len(set(sender.acknowledged) - logged)
    return verdict | {"kills": kills, "rate": rate, "seed": seed, "power_cut": power_cut, "retries": sender.retries}


WRONG = ("rows_differ", "decisions_missing", "decisions_unknown", "conflicting_bytes", "acknowledged_gone", "rejected")


def main() -> int:
    """Command line; exit code 1 when anything was wrong or the checker was blind."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--rate", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--power-cut", action="store_true")
    words = parser.parse_args()
    verdict = run(words.kills, words.rate, words.seed, words.power_cut)
    print(json.dumps(verdict))
    return int(any(verdict[name] for name in WRONG) or not (verdict["checker_finds_loss"] and verdict["checker_finds_double"]))


if __name__ == "__main__":
    sys.exit(main())
