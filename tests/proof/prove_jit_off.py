"""5,000 events of every world, compiled and interpreted."""

from __future__ import annotations

import pytest

from tests.builders.modes import WORLDS, assert_same


@pytest.mark.parametrize("world", WORLDS)
def test_5000_events_leave_the_same_bytes_with_the_jit_off(world: str) -> None:
    assert_same(world, 5_000)
