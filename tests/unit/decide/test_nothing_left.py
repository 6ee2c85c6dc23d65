"""A policy of which everything was stopped decides silence, and reads nothing that is not there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from platinum.engine import Engine
from tests.builders.mailing import POLICY, an_order

CHECKOUT = Path(__file__).parents[3]


def decided() -> list[tuple[str, object]]:
    """(type, blocked) of a decision of the stream and of one that was asked for."""
    with Engine.open(POLICY) as engine:
        engine.stop(actions=["candle-week", "garden-week"])
        decisions = [*engine.process([an_order("ada", 1, at="2026-01-01T10:00:00Z")]), engine.decide("ada", "hero")]
    return [(one["type"], one["blocked"]) for one in decisions]


def test_nothing_is_decided_and_nothing_was_blocked() -> None:
    assert decided() == 2 * [("silence", {"counts": {}, "best": []})]


def test_interpreted_where_reading_behind_an_array_is_an_error_it_is_the_same() -> None:
    path = os.pathsep.join([str(CHECKOUT), *(p for p in sys.path if p)])
    code = (
        "import numpy\nfrom tests.unit.decide.test_nothing_left import decided\nwith numpy.errstate(over='ignore'):\n    print(decided())"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": path},
        cwd=CHECKOUT,
        check=False,
    )

    assert done.stdout.strip() == str(decided()), done.stderr
