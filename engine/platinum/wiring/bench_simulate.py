"""``platinum bench simulate``: 100,000 decisions under two policies, from events in memory to the report."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from platinum.ops.line import Line
from platinum.ops.population import bench_events, bench_policy
from platinum.ops.simulate.stretch import stretch_of
from platinum.wiring.simulate import Request, simulate


def simulate_bench(events: int, customers: int) -> dict[str, Any]:
    """Seconds of CPU to read a stretch, and to play and compare it; a short stretch before warms everything up."""
    with tempfile.TemporaryDirectory(prefix="platinum-simulate-") as folder:
        files = Path(folder, "base.yaml"), Path(folder, "new.yaml")
        files[0].write_bytes(bench_policy())
        files[1].write_bytes(bench_policy().replace(b"cost: 0.01", b"cost: 0.02", 1))
        request = Request(str(files[1]), str(files[0]))
        _run(request, 2_000, customers)
        read_s, play_s, report = _run(request, events, customers)
    decisions = report["decisions"]["base"] + report["decisions"]["new"]
    return {
        "decisions": decisions,
        "events": report["stretch"]["events"],
        "read_s": round(read_s, 2),
        "simulate_s": round(play_s, 2),
        "seconds_per_100k_decisions": round((read_s + play_s) / decisions * 100_000, 2),
        "changed": report["changed"],
    }


def _run(request: Request, events: int, customers: int) -> tuple[float, float, dict[str, Any]]:
    lines = [Line(0, "", value) for value in bench_events(events, customers)]
    began = time.process_time()
    over = stretch_of(lines)
    read = time.process_time()
    report = simulate(request, over, lambda _: None)
    return read - began, time.process_time() - read, report
