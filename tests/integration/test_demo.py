"""``platinum demo`` as a visitor runs it: it ends by itself and leaves nothing behind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.builders.screens import assert_nothing_left, demo


def test_demo_tells_stories_sums_up_and_leaves_nothing(tmp_path: Path) -> None:
    shown = demo(tmp_path, seconds=8)

    assert shown.code == 0, shown.text[-2000:]
    assert re.search(r"In \d+ seconds you watched", shown.text)
    assert int(re.search(r"(\d[\d,]*) thank-yous; none of them sold anything", shown.text)[1].replace(",", "")) > 0  # type: ignore[index]
    assert int(re.search(r"(\d[\d,]*) times it helped", shown.text)[1].replace(",", "")) > 0  # type: ignore[index]
    assert "thanked, and sold nothing" in shown.text
    assert_nothing_left(tmp_path, shown)


@pytest.mark.slow
def test_demo_decides_on_screen_with_no_kernels_compiled_and_with_all(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("t")  # short: a socket's path has 107 bytes
    kernels = tmp_path_factory.mktemp("kernels")
    for cache in ("cold", "warm"):
        shown = demo(folder, seconds=3, kernels=kernels)

        print(f"{cache} kernel cache: first decision on screen after {shown.first_decision_s or 0:.1f} s")
        assert shown.code == 0, shown.text[-2000:]
        assert shown.first_decision_s is not None
        assert re.search(r"In \d+ seconds you watched", shown.text)
        assert_nothing_left(folder, shown)


@pytest.mark.parametrize("moment", ["Starting", "decisions"])
def test_demo_ends_in_order_on_control_c(tmp_path: Path, moment: str) -> None:
    shown = demo(tmp_path, seconds=60, interrupt_after=moment)

    assert shown.code == 0, shown.text[-2000:]
    assert "Traceback" not in shown.text
    assert_nothing_left(tmp_path, shown)
