"""Kill ``platinum up`` under load, again and again, and compare what is left with a single pass over its log.

    python -m tests.chaos.kill_up --kills 20 --rate 2000 --seed 7          # kill -9
    python -m tests.chaos.kill_up --kills 5 --power-cut --seed 7           # and what was not synced is gone

The load sends events and asks decisions over HTTP; the clock runs fast, so that timers of ``when_reached`` fall due
between and under the kills; in the middle ``platinum policy activate`` puts another policy in force.

Promises (issue: part 1): 0 rows differ, 0 decisions missing, repeated ones equal in id and bytes, an acknowledged event
is never gone, nor is an offer that was answered, and whoever was given it is known to have it. The checker is checked
each time: planted faults must all be found.
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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from platinum.ops.population import START_MS, simulate_events
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.stores.server import ValkeyServer
from platinum.stream.runner import IDLE_CHECK_S, TIMER_TICK_S
from tests.builders.aof import cut_tail, grown_in_last
from tests.builders.processes import free_port
from tests.builders.wal import commit_ends, cut
from tests.chaos.clocked import Clock
from tests.chaos.load import Again, Asker, Sender, ask_again
from tests.chaos.verdict import WORTH, WRONG, compare

READY_S = 90.0
UNSYNCED_S = 5.0
CUSTOMERS = 2_000
ASKS_PER_S = 40.0
#: 5 s are a day: timers fall due at its beginning.
SPEED = 17_280
#: Shorter than every offer's interval and life in the policy below.
KNOWN_MS = 10 * 86_400_000
#: Kill after which the other policy comes, in a long run.
ACTIVATED_AFTER = 7

FIRST = (
    example("gift-shop")
    .replace(b"  web: inbound ", b"  web: {kind: inbound, expires: 60d} ")
    .replace(b"  call: inbound ", b"  call: {kind: inbound, expires: 60d} ")
    .replace(b"{name: three-weeks, days_since_last: 21}", b"{name: next-day, days_since_last: 1}")
    .replace(b"{name: two-months, days_since_last: 60}", b"{name: third-day, days_since_last: 3}")
)
#: A category in front moves every index; a rule more arms timers of rows that had none left.
SECOND = FIRST.replace(b"categories: [", b"categories: [aprons, ").replace(
    b"when_reached:\n", b"when_reached:\n  - {name: second-day, days_since_last: 2}\n"
)


@dataclass
class Shop:
    """One deployment: where it lies, how it is started."""

    data: Path
    port: int
    clock: Clock

    def start(self, policy: Path | None = None) -> subprocess.Popen[bytes]:
        """``platinum up`` in a process group of its own, ready; without ``policy`` what is in force stays so."""
        options = [] if policy is None else ["--policy", str(policy)]
        command = self.clock.command("up", "--data", str(self.data), "--port", str(self.port), *options)
        process = subprocess.Popen(command, start_new_session=True)
        until = time.monotonic() + READY_S
        while time.monotonic() < until:
            if process.poll() is not None:
                raise AssertionError(f"platinum up ended with exit code {process.returncode}")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=1):
                    return process
            except (OSError, urllib.error.URLError):
                time.sleep(0.05)
        process.kill()
        process.wait()
        raise AssertionError(f"platinum up was not ready within {READY_S:.0f} s")

    def activate(self, policy: Path) -> None:
        """``platinum policy activate``, beside whatever runs."""
        subprocess.run(self.clock.command("policy", "activate", str(policy), "--data", str(self.data)), check=True, stdout=sys.stderr)

    def drain(self) -> None:
        """Wait until the stream has applied all that the log holds."""
        time.sleep(IDLE_CHECK_S + 1.0)  # the lag is as of the last check
        while not self._drained():
            time.sleep(0.5)

    def _drained(self) -> bool:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as response:
            lines = response.read().decode().splitlines()
        lags = [float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("platinum_lag_records{")]
        return bool(lags) and not any(lags)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Orderly."""
    process.send_signal(signal.SIGTERM)
    if process.wait(30) != 0:
        raise AssertionError(f"platinum up ended with exit code {process.returncode}")


def live(events: Iterator[bytes]) -> Iterator[bytes]:
    """Events without times of their own: they happen when they arrive."""
    for value in events:
        event = orjson.loads(value)
        yield orjson.dumps({name: member for name, member in event.items() if name not in ("timestamp", "receivedAt")})


@contextmanager
def load(port: int, rate: int, seed: int, seconds: float) -> Iterator[tuple[Sender, Asker]]:
    """Events and questions until the block ends."""
    events = list(live(simulate_events(seed=seed, customers=CUSTOMERS, events=int(rate * seconds))))
    customers = sorted({orjson.loads(event)["userId"] for event in events[:20_000]})
    over = threading.Event()
    sender, asker = Sender(port, rate, events, over), Asker(port, ASKS_PER_S, customers, seed, over)
    threads = [threading.Thread(target=one.run, daemon=True) for one in (sender, asker)]
    for thread in threads:
        thread.start()
    try:
        yield sender, asker
    finally:
        over.set()
        for thread in threads:
            thread.join()


def torment(data: Path, kills: int, rate: int, seed: int, power_cut: bool) -> tuple[Sender, Asker, Again]:
    """Load, kills and restarts; ends with an orderly stop once everything is applied and no timer is due."""
    draw = random.Random(seed)
    first, second = data.parent / "first.yaml", data.parent / "second.yaml"
    first.write_bytes(FIRST)
    second.write_bytes(SECOND)
    seconds = [draw.uniform(6.0, 8.0) if power_cut else draw.uniform(1.0, 3.0) for _ in range(kills)]
    shop = Shop(data, free_port(), Clock(START_MS, time.time_ns() // 1_000_000, SPEED))
    process = shop.start(first)
    with load(shop.port, rate, seed, sum(seconds) + 7 * kills) as (sender, asker):
        for number, pause in enumerate(seconds):
            if number == min(ACTIVATED_AFTER, kills // 2):
                shop.activate(second)
            # Every second time when timers have just fallen due: some are in the log then, and in no row yet.
            wait_s = shop.clock.past_midnight_s(pause) + draw.uniform(0.0, TIMER_TICK_S) if number % 2 else pause
            unsynced = grown_in_last(data / "valkey", wait_s, UNSYNCED_S)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            if power_cut:
                _await_no_server(data)
                _cut_power(data, unsynced, draw)
            process = shop.start()
            print(f"kill {number + 1}/{kills}: {len(sender.acknowledged)} events, {len(asker.given)} decisions", file=sys.stderr)
        time.sleep(1.0)
    shop.drain()
    stop(process)
    # The clock stands still now: what is due falls due, is applied, and nothing comes after it.
    shop.clock = shop.clock._replace(until_ms=shop.clock.now_ms())
    process = shop.start()
    shop.drain()
    again = ask_again(shop.port, asker, shop.clock.until_ms, KNOWN_MS)
    shop.drain()
    stop(process)
    return sender, asker, again


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


def run(kills: int, rate: int, seed: int, power_cut: bool) -> dict[str, Any]:
    """One whole run; the verdict's counts of what went wrong must be 0."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="platinum-chaos-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        sender, asker, again = torment(data, kills, rate, seed, power_cut)
        verdict = asyncio.run(compare(data, asker.given, compile_policy(SECOND).version))
    logged = verdict.pop("logged")
    acknowledged = {*sender.acknowledged, *asker.acknowledged}
    return {
        **verdict,
        **{f"offers_{name}": count for name, count in again._asdict().items()},
        "acknowledged": len(acknowledged),
        "acknowledged_gone": len(acknowledged - logged),
        "rejected": sender.rejected,
        "retries": sender.retries,
        "unanswered": asker.lost,
        "kills": kills,
        "rate": rate,
        "seed": seed,
        "power_cut": power_cut,
        "wall_s": round(time.monotonic() - began),
    }


def complaints(verdict: dict[str, Any]) -> list[str]:
    """Names of what went wrong, of what the checker was blind to, of what did not happen at all."""
    wrong = [name for name in WRONG if verdict[name]]
    blind = [name for name, sees in verdict.items() if name.startswith("checker_") and not sees]
    return [*wrong, *blind, *(f"no {name}" for name in WORTH if not verdict[name])]


def main() -> int:
    """Command line; exit code 1 when anything was wrong, the checker was blind or the run showed nothing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--rate", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--power-cut", action="store_true")
    words = parser.parse_args()
    verdict = run(words.kills, words.rate, words.seed, words.power_cut)
    found = complaints(verdict)
    print(json.dumps(verdict | {"complaints": found}))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
