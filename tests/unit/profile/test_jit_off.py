"""Compiled or interpreted, a history gives the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from platinum.profile.row import ROW
from tests.builders.mixed import lived

CHECKOUT = Path(__file__).parents[3]
RUN = """
import sys
from tests.builders.mixed import lived
for seed in (1, 2, 3, 4):
    sys.stdout.write("\\n".join(part.hex() for part in lived(295, seed)) + "\\n")
"""


def test_a_history_gives_the_same_row_results_and_features_with_the_jit_off() -> None:
    path = os.pathsep.join([str(CHECKOUT), *(p for p in sys.path if p)])
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": path}

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUN], capture_output=True, text=True, env=environment, cwd=CHECKOUT, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [part.hex() for seed in (1, 2, 3, 4) for part in lived(295, seed)]


def test_the_history_that_is_compared_reaches_every_part_of_the_row() -> None:
    rows = np.concatenate([np.frombuffer(lived(295, seed)[0], ROW) for seed in (1, 2, 3, 4)])
    became = np.concatenate([np.frombuffer(lived(295, seed)[1], np.int64) for seed in (1, 2, 3, 4)])

    empty = {name for name in ROW.names or () if not any(rows[name].tobytes())}
    # Set by whoever decides, answers or knows the key; and what gave way in a list of contacts (``test_contacts``).
    assert empty <= {
        "last_explored_ms",
        "answered",
        "n_answered",
        "given",
        "n_given",
        "spent",
        "n_spent",
        "person",
        "acting",
        "halo",
        "treated",
        "n_treated",
        "surprised_ms",
        "examples",
        "n_examples",
        "ended",
        "arm_month",
    }
    assert (became == 0).any()
    assert (became >= 100).any()
    assert (became % 100 > 1).any()
