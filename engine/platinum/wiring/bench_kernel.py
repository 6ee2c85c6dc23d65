"""``platinum bench kernel``: what it costs to have the kernels, cold and from the cache."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

_PROGRAM = """
import json, time
began = time.perf_counter()
from platinum.ops.population import bench_policy
from platinum.policy.compile import compile_policy
from platinum.pipeline.stages import Stages
from platinum.wiring.warm import warm
imported = time.perf_counter()
stages = Stages(compile_policy(bench_policy()))
seconds = warm(stages)
print(json.dumps({"import_s": round(imported - began, 3), "warm_s": round(seconds, 3), "ready_s": round(time.perf_counter() - began, 3)}))
"""


def kernels() -> dict[str, Any]:
    """Seconds to compile every kernel with an empty cache, and to load them with a full one; a process each."""
    with tempfile.TemporaryDirectory(prefix="platinum-kernels-") as cache:
        cold, warm = _start(cache), _start(cache)
    return {"compile_s": cold["warm_s"], "load_s": warm["warm_s"], "cold": cold, "cached": warm}


def _start(cache: str) -> dict[str, float]:
    environment = os.environ | {"PLATINUM_KERNEL_CACHE": cache}
    done = subprocess.run([sys.executable, "-c", _PROGRAM], env=environment, capture_output=True, check=True, text=True)  # noqa: S603
    figures: dict[str, float] = json.loads(done.stdout)
    return figures
