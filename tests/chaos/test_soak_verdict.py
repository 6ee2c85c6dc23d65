"""The soak's checker finds what it is to find: python -m tests.chaos.kafka_soak."""

from __future__ import annotations

import random

import pytest

from tests.chaos.kafka_soak import Sample, verdict

MIB = 1 << 20


def samples(mib_per_10_min: float = 0.0, more_tasks: float = 0.0, more_files: float = 0.0) -> list[Sample]:
    """Twenty minutes; the first five grow whatever happens afterwards, and memory is never quite still."""
    draw = random.Random(3)
    found = []
    for at_s in range(10, 1_201, 10):
        warming, grown = min(at_s, 290) / 290, at_s / 600
        rss = (200 + 150 * warming + mib_per_10_min * grown + draw.uniform(0, 1)) * MIB
        found.append(Sample(float(at_s), rss, 20 + more_tasks * grown, 30 + more_files * grown))
    return found


def test_a_process_that_only_warms_up_is_good() -> None:
    assert verdict(samples(), 300)["faults"] == []


@pytest.mark.parametrize(
    ("grown", "fault"), [({"mib_per_10_min": 2.0}, "memory"), ({"more_tasks": 5}, "tasks"), ({"more_files": 5}, "open_files")]
)
def test_what_is_planted_is_found(grown: dict[str, float], fault: str) -> None:
    assert verdict(samples(**grown), 300)["faults"] == [fault]


def test_too_few_samples_prove_nothing() -> None:
    assert verdict(samples()[:33], 300)["faults"] == ["too few samples"]
