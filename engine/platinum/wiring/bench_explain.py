"""``platinum bench explain``: from a decision's id to the whole derivation, as `platinum explain` makes it, in one warm process."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from platinum.engine import Engine
from platinum.ops.population import bench_events, bench_policy

#: Explained before anything is timed: what is loaded or compiled on first use is not what a second person waits for.
_WARM = 5
_MOST = 400


def explain(events: int, customers: int) -> dict[str, Any]:
    """Median and 99th percentile over decisions of all kinds, evenly taken from a stretch of events."""
    with Engine.open(bench_policy()) as engine:
        made = engine.process(list(bench_events(events, customers)))
        step = max(1, len(made) // _MOST)
        ids = [decision["decision_id"] for decision in made[::step][:_MOST]]
        for identity in ids[:_WARM]:
            engine.explain(identity)
        took_ms, kinds = [], 0
        for identity in ids:
            began = time.perf_counter()
            found = engine.explain(identity)
            took_ms.append((time.perf_counter() - began) * 1e3)
            kinds += len(found["changes"]) if found else 0
    return {
        "p50_ms": round(float(np.percentile(took_ms, 50)), 2),
        "p99_ms": round(float(np.percentile(took_ms, 99)), 2),
        "max_ms": round(max(took_ms), 2),
        "n": len(took_ms),
        "changes_per_decision": round(kinds / len(took_ms), 2),
    }
