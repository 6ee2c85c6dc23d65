"""Intervals of the trial of worth in the null world, by the size of groups: those of small ones are too wide where few have anything."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from tests.builders.worth_intervals import between
from tests.builders.worth_lived import RESTLESS, world_of
from tests.builders.worth_outcomes import Promises, Sent, outcomes
from tests.proof.worth_it import NULL_OUTCOMES

WORLDS, PEOPLE, DAYS, TRIES = 5, 4_800, 10, 200
SIZES = (60, 120, 240, 480)


def test_between_groups_of_480_people_every_outcome_holds_0_in_93_to_97_of_100() -> None:
    held: dict[tuple[str, int], list[bool]] = defaultdict(list)
    for seed in range(1, WORLDS + 1):
        world, promises = world_of(seed, PEOPLE, RESTLESS), Promises()
        for day in range(DAYS):
            for event in world.day(day):
                promises.fold(event)
        found, draws = outcomes(world, promises, Sent(np.zeros(PEOPLE), np.zeros(PEOPLE)), DAYS), np.random.default_rng(seed)
        for size in SIZES:
            for _ in range(TRIES):
                people = draws.permutation(PEOPLE)[: 2 * size].tolist()
                for key in NULL_OUTCOMES:
                    interval = between(found[key].of(people[:size]), found[key].of(people[size:]))
                    held[key, size] += [interval.holds_zero] if interval is not None else []
    shares = {key: [float(np.mean(held[key, size])) for size in SIZES] for key in NULL_OUTCOMES}

    for key, of_sizes in shares.items():
        print(f"\n{key}: " + ", ".join(f"{share:.1%} ({size} people)" for share, size in zip(of_sizes, SIZES, strict=True)), end="")
    assert all(0.93 <= of_sizes[-1] <= 0.97 for of_sizes in shares.values())
