"""How long a visitor waits for the first decision: a figure of this machine, so it is no part of `make test`."""

from __future__ import annotations

import pytest

from tests.builders.screens import assert_nothing_left, demo

COLD_S, WARM_S = 45.0, 10.0


def test_first_decision_is_on_screen_after_45_s_at_first_and_after_10_s_later(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("t")  # short: a socket's path has 107 bytes
    kernels = tmp_path_factory.mktemp("kernels")
    waited = []
    for _ in range(3):
        shown = demo(folder, seconds=2, kernels=kernels)
        assert shown.code == 0, shown.text[-2000:]
        assert shown.first_decision_s is not None
        assert_nothing_left(folder, shown)
        waited.append(shown.first_decision_s)

    print("first decision on screen after " + ", ".join(f"{s:.1f} s" for s in waited) + " (cold, warm, warm)")
    assert waited[0] <= COLD_S
    assert min(waited[1:]) <= WARM_S
