"""The short, seeded form of ``tests.chaos.kill_up``; ``make chaos`` runs the long one."""

from __future__ import annotations

import pytest

from tests.chaos.kill_up import complaints, run


@pytest.mark.parametrize("power_cut", [False, True], ids=["kill -9", "power cut"])
def test_nothing_is_lost_forgotten_or_counted_twice(power_cut: bool) -> None:
    verdict = run(kills=2, rate=1_000, seed=3, power_cut=power_cut)

    print(verdict)
    assert complaints(verdict) == []
    assert verdict["decisions"] > 100
