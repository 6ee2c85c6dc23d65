"""Effort in the simulated society: the rule of relief against the same seeds without it, and the kill list over twenty seeds."""

from __future__ import annotations

import pytest

from platinum.ops.society import NULL
from platinum.ops.society.processes import BAD, GOOD
from tests.builders.asked_trial import asked
from tests.builders.met import society_found
from tests.builders.relief_trial import saved

CUSTOMERS, DAYS = 1500, 30
SEEDS = (1, 2, 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_after_hard_journeys_effort_is_a_fifth_lower_with_the_rule(seed: int) -> None:
    found = saved(seed, CUSTOMERS, DAYS)

    print(f"\nseed {seed}: {found.people} people after a hard journey, points in the next 7 days {found.with_rule:.0f} with the rule,")
    print(f"  {found.without:.0f} without: {found.share:.1%} lower; decided with it {found.decided[0]}, without {found.decided[1]}")
    assert found.people > 100
    assert found.share >= 0.20


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_is_asked_for_what_an_open_case_of_theirs_says(seed: int) -> None:
    known, unknown = asked(seed, True, CUSTOMERS, DAYS), asked(seed, False, CUSTOMERS, DAYS)

    print(f"\nseed {seed}: of {known.with_case} decisions for people with an open case {known.again} asked what it says;")
    print(f"  where the policy does not say what its questions ask for, {unknown.again} of {unknown.with_case};")
    print(f"  of people without a case {known.fresh} were asked")
    assert known.again == 0 < known.with_case
    assert known.fresh > 500
    assert unknown.again > 50


def test_where_treatment_changes_nothing_the_rule_changes_nothing() -> None:
    found = saved(SEEDS[0], CUSTOMERS // 2, DAYS, NULL)

    assert found.people > 40
    assert found.with_rule == found.without


def test_kill_and_keep_list_over_twenty_seeds() -> None:
    missed, wrong = [], []
    for seed in range(20):
        found = society_found(seed, 2000, 90, confounded=True)
        kill, keep = ({name for name, one in found.items() if one.verdict == verdict} for verdict in ("kill", "keep"))
        missed += [(seed, name) for name in (set(BAD) - kill) | (set(GOOD) - keep)]
        wrong += [(seed, name) for name in (kill - set(BAD)) | (keep - set(GOOD))]
        worst = min(found[name].low for name in BAD)
        best = max(found[name].high for name in GOOD)
        print(f"seed {seed}: kill {sorted(kill)} (lowest bound {worst:.2f}), keep {sorted(keep)} (highest bound {best:.2f})")

    assert missed == []
    assert len(wrong) <= 1, wrong
