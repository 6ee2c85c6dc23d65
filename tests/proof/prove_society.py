"""Each number of the simulated society that is not treatment: without it, the same seed lives in its direction."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest

from platinum.ops.society import MODEL, Society
from tests.builders.societies import Event, live
from tests.builders.society_numbers import DAYS, OF_THE_WORLD, TREATMENTS, Measure

CUSTOMERS = 600


@lru_cache
def _as_it_is(treatment: str) -> tuple[Society, list[Event]]:
    return live(TREATMENTS[treatment], DAYS, CUSTOMERS)


@pytest.mark.parametrize(("number", "treatment", "measure", "sign"), OF_THE_WORLD, ids=[name for name, *_ in OF_THE_WORLD])
def test_a_number_of_the_world_has_its_direction(number: str, treatment: str, measure: Measure, sign: int) -> None:
    with_it = measure(*_as_it_is(treatment))
    without = measure(*live(TREATMENTS[treatment], DAYS, CUSTOMERS, replace(MODEL, **{number: 0.0})))

    assert sign * with_it > sign * without
