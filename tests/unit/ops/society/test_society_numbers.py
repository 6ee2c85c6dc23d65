"""Each effect of treatment does what its name says: the same seed with and without it."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import lru_cache

import pytest

from platinum.ops.society import MODEL, NULL, Model, Society
from tests.builders.societies import Event, live
from tests.builders.society_numbers import DAYS, ELSEWHERE, OF_THE_WORLD, OF_TREATMENT, TREATMENTS, Measure

CUSTOMERS = 450


@lru_cache
def _untouched(treatment: str) -> tuple[Society, list[Event]]:
    return live(TREATMENTS[treatment], DAYS, CUSTOMERS, NULL)


@pytest.mark.parametrize(
    ("number", "treatment", "measure", "sign"), OF_TREATMENT, ids=[f"{name}: {treatment}" for name, treatment, *_ in OF_TREATMENT]
)
def test_alone_in_the_null_world_an_effect_has_its_direction(number: str, treatment: str, measure: Measure, sign: int) -> None:
    without = measure(*_untouched(treatment))
    with_it = measure(*live(TREATMENTS[treatment], DAYS, CUSTOMERS, replace(NULL, **{number: getattr(MODEL, number)})))

    assert sign * with_it > sign * without


def test_every_number_has_its_direction_tested_somewhere() -> None:
    """Those of the world itself in ``tests/proof/prove_society.py``."""
    assert {name for name, *_ in OF_TREATMENT + OF_THE_WORLD} | ELSEWHERE == {field.name for field in fields(Model)}
