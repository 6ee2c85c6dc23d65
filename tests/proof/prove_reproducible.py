"""The same records give the same snapshot, while workers and learners are killed (``tests.proof.reproducible``)."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from tests.proof.reproducible import is_good, play_on


def test_snapshots_are_the_same_bytes_after_five_kills_of_each(tmp_path: Path) -> None:
    found = play_on(Namespace(events=60_000, rate=1_000, kills=5, workers=2, seed=7), tmp_path)
    print(found)
    assert is_good(found, kills=5), found
