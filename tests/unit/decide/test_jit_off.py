"""Compiled or interpreted, the kernels decide the same, to the bit."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from tests.builders.desk import Desk
from tests.builders.models import random_model
from tests.builders.worlds import random_moment, random_row, random_tables, random_trigger

_CHECKOUT = Path(__file__).resolve().parents[3]
POLICIES, PER_POLICY = 12, 25


def digests() -> list[str]:
    """One hash per policy over the bytes of its decisions."""
    found = []
    with np.errstate(over="ignore"):  # interpreted, numpy warns where 64-bit hashes are meant to wrap
        for seed in range(POLICIES):
            rng = np.random.default_rng(seed)
            tables = random_tables(rng)
            desk, digest = Desk(tables, random_model(rng, tables)), hashlib.sha256()
            for _ in range(PER_POLICY):
                now = random_moment(rng)
                digest.update(desk.decide(random_row(rng, tables, now), random_trigger(rng, tables, now)).tobytes())
            found.append(digest.hexdigest())
    return found


def test_300_decisions_are_the_same_bytes_with_the_jit_off() -> None:
    code = "from tests.unit.decide.test_jit_off import digests; print(*digests())"
    path = os.pathsep.join([str(_CHECKOUT / "engine"), str(_CHECKOUT)])
    env = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": path}

    interpreted = subprocess.run([sys.executable, "-W", "error", "-c", code], env=env, capture_output=True, text=True, check=False)

    assert interpreted.returncode == 0, interpreted.stderr[-2000:]
    assert interpreted.stdout.split() == digests()
