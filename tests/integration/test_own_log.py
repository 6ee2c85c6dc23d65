"""The engine's own log about other policies, three logs of few households; ``python -m tests.proof.own_log`` plays fifty of more."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.proof.own_log import BOLDER, EVEN, judged, play

DATA = Path(os.environ.get("PLATINUM_DATA", "../shared/data"))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_another_policy_lies_in_its_interval_and_drawing_evenly_does_or_is_refused(seed: int) -> None:
    found = judged(play(DATA, 25, seed))

    assert found["left_out"] == {}
    assert found[BOLDER]["refused"] is None
    assert found[BOLDER]["covered"]
    assert found[EVEN]["refused"] or found[EVEN]["covered"]
