"""``platinum bench http``: one API process, a real Valkey, an open loop of single-decision requests."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from platinum.engine import Engine
from platinum.errors import Unavailable
from platinum.ops.load import build, load
from platinum.ops.population import GIFT_SHOP, bench_policy, simulate_events
from platinum.policy.compile import compile_policy
from platinum.wiring.process_costs import cpu_s
from platinum.wiring.sockets import passing_folder

RATES = (1_000, 3_000, 6_000)
SECONDS = 10.0
CONNECTIONS = 64
#: Offered on top of what can be answered: what comes back is the capacity.
FLOOD = 40_000
EVENTS_PER_CUSTOMER = 3


def http(customers: int) -> dict[str, Any]:
    """Fill a store with ``customers`` people, start the API on it, measure each rate.

    ``steps`` hold latencies from the instant a request was due; ``cpu_us_per_decision`` is the API process's alone.
    """
    with passing_folder("platinum-bench-") as folder:
        data, bodies = folder / "data", folder / "bodies"
        began = time.perf_counter()
        _fill(data, bodies, customers)
        os.sync()  # or the first commits that are measured wait until the disk has taken what was filled in
        fill_s = time.perf_counter() - began
        program = build(folder)
        port = _free_port()
        api = subprocess.Popen([sys.executable, "-m", "platinum", "api", "--data", str(data), "--port", str(port)])  # noqa: S603
        try:
            _await_ready(port, api)
            load(program, port, "/v1/decisions", 1_000, 3.0, CONNECTIONS, bodies)  # warm: caches, connections
            steps = [_step(program, port, rate, SECONDS, bodies, api.pid) for rate in RATES]
            flood = _step(program, port, FLOOD, 5.0, bodies, api.pid)
        finally:
            api.terminate()
            api.wait(20)
    return {
        "capacity_rps": round(flood["achieved_rps"]),
        "cpu_us_per_decision": next(step["cpu_us_per_decision"] for step in steps if step["offered_rps"] == 3_000),
        "customers": customers,
        "fill_s": round(fill_s, 1),
        "steps": steps,
    }


def _fill(data: Path, bodies: Path, customers: int) -> None:
    policy = compile_policy(bench_policy())
    seen: set[str] = set()
    with Engine.open(policy.source, data) as engine:
        chunk: list[bytes] = []
        shop = replace(GIFT_SHOP, currency=policy.currency)  # an order in another currency would be a dead letter
        for value in simulate_events(seed=1, customers=customers, events=customers * EVENTS_PER_CUSTOMER, shop=shop):
            chunk.append(value)
            if len(chunk) == 20_000:
                engine.process_json(chunk)
                chunk = []
        engine.process_json(chunk)
        seen.update(key.decode() for key in engine.customers())
    people = sorted(seen)
    placement = policy.placements[0]
    with bodies.open("wb") as out:
        for i in range(20_000):
            customer = people[i * 7_919 % len(people)]
            out.write(orjson.dumps({"customer_id": customer, "placement": placement}) + b"\n")


def _step(program: Path, port: int, rate: int, seconds: float, bodies: Path, pid: int) -> dict[str, Any]:
    before = cpu_s(pid)
    step = load(program, port, "/v1/decisions", rate, seconds, CONNECTIONS, bodies)
    step["cpu_us_per_decision"] = round((cpu_s(pid) - before) / max(1, step["answered"]) * 1e6, 1)
    return step


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await_ready(port: int, process: subprocess.Popen[bytes], wait_s: float = 120.0) -> None:
    until = time.monotonic() + wait_s
    while time.monotonic() < until:
        if process.poll() is not None:
            raise Unavailable(f"the API process ended with exit code {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise Unavailable(f"the API was not ready within {wait_s:.0f} s")
