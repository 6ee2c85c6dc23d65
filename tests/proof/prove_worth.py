"""What the page on worth says beside its tables: intervals of the null world by the size of groups, and what an owed word costs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np

from platinum.ops.society import MODEL
from tests.builders.worth_intervals import Interval, between, over_seeds
from tests.builders.worth_lived import FIRST, RESTLESS, compared, world_of
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


def owed(seeds: int) -> dict[str, Interval]:
    """Platinum less itself without what is owed, where people do not mind how many contacts there are."""
    found: dict[str, list[float]] = defaultdict(list)
    for seed in range(1, seeds + 1):
        arms = compared(seed, 400, 35, (FIRST, "without what is owed"), replace(MODEL, contact_annoys=0.0))
        for key in ("effort", "stays", "equity"):
            found[key].append(arms[FIRST].outcomes[key].ratio - arms["without what is owed"].outcomes[key].ratio)
    return {key: over_seeds(differences) for key, differences in found.items()}


def test_where_nobody_minds_contacts_what_is_owed_is_worth_its_money_and_drives_nobody_away() -> None:
    found = owed(20)

    print(*(f"\n{key}: {one.mean:+.4f} ({one.low:+.4f} to {one.high:+.4f})" for key, one in found.items()), end="")
    assert found["effort"].high < 0.0
    assert found["stays"].high > 0.0
    assert found["equity"].low > 0.0
