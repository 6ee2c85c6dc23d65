"""Facts ``example`` as the stream appends them, and logs that hold some."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import numpy as np
import orjson

from platinum.logs.memory import MemoryLog
from platinum.ports import LEARNING, Record
from platinum.profile.entries import N_FEATURES, N_OWN

NOW_MS = 1_700_000_000_000
SCHEMA = "00c0ffee"


def a_fact(seed: int = 0, **members: Any) -> bytes:
    """One fact; of everything that is not given, something that depends on ``seed``."""
    rng = np.random.default_rng(seed)
    x = np.where(rng.random(N_FEATURES) < 0.3, rng.integers(-2000, 2000, N_FEATURES), 0).astype("<i2")
    z = rng.integers(0, 1024, N_OWN).astype("<i2")
    z[0] = 1024
    accepted = bool(rng.random() < 0.3)
    fact = {
        "fact": "example",
        "closed": "answered",
        "action": f"action-{seed % 5}",
        "channel": ("web", "call", "email")[seed % 3],
        "tone": None,
        "cohort": None,
        "schema": SCHEMA,
        "made_ms": NOW_MS + seed * 60_000,
        "ref": f"{seed:016x}",
        "accepted": accepted,
        "reward": float(accepted),
        "p_chosen": 0.5,
        "p_accept": 0.3,
        "utility": 1.0,
        "hour": 3,
        "x": b64encode(x.tobytes()).decode(),
        "z": b64encode(z.tobytes()).decode(),
    }
    return orjson.dumps(fact | members)


async def tell(log: MemoryLog, seeds: range, **members: Any) -> None:
    """Append facts to the learning topic, one partition after the other."""
    records = [Record(None, a_fact(seed, **members), NOW_MS + seed, partition=seed % log.partitions) for seed in seeds]
    await log.append(LEARNING, records)
