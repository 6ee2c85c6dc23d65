"""The trial of worth, short: its books are right. ``python -m tests.proof.worth_it`` is the long form and says what is worth what."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from platinum.ops.society import MODEL, NULL, Society, fulfilment
from tests.builders import worth_lived
from tests.builders.worth_arms import Left
from tests.builders.worth_intervals import between
from tests.builders.worth_left_out import LEFT_OUT, without
from tests.builders.worth_lived import ARMS, FIRST, Lived, arm_of, compared, lived, shared, world_of
from tests.builders.worth_outcomes import Outcome, outcomes
from tests.builders.worth_policy import everything, source
from tests.proof.worth_it import NULL_OUTCOMES

pytestmark = pytest.mark.slow

SEED, PEOPLE, DAYS = 3, 120, 14
SOME = (FIRST, "same for all", "highest margin first", "without restraint")


@lru_cache(maxsize=2)
def some(null: bool) -> dict[str, Lived]:
    """Four arms with the same people."""
    return compared(SEED, PEOPLE, DAYS, SOME, NULL if null else MODEL)


@pytest.mark.parametrize("name", SOME[1:])
def test_no_arm_has_sent_more_on_any_day_than_platinum(name: str) -> None:
    found = some(False)
    sent = [day.contacts for day in found[FIRST].spent], [day.contacts for day in found[name].spent]

    assert all(other <= first for first, other in zip(*sent, strict=True))
    assert sent[1][-1] > 0.8 * sent[0][-1]


def test_what_is_beyond_the_bound_is_not_sent_and_what_is_owed_goes_first() -> None:
    world = world_of(SEED, PEOPLE, MODEL)
    arm = arm_of(FIRST, world.person_ids(), SEED)

    found = lived(world, {FIRST: (arm, range(PEOPLE))}, DAYS, [Left(2.0 * day, 1e9) for day in range(DAYS)])

    arm.close()
    written = {kind: n for kind, n in found.decided[FIRST].items() if not kind.endswith(" shown")}
    assert found.spent[-1].contacts == 2.0 * (DAYS - 1)
    assert written["apology"] + written["amends"] > 0.7 * sum(written.values())


def test_outcomes_are_those_of_a_slow_recount() -> None:
    world, weeks, kept, broken = world_of(SEED, PEOPLE, MODEL), [], Counter[int](), Counter[int]()
    arm = arm_of(FIRST, world.person_ids(), SEED)
    day_of, word_kept, word_broken = Society.day, fulfilment.word_kept, fulfilment.word_broken

    def day(self: Society, day: int, decisions: Any) -> list[Any]:
        events = day_of(self, day, decisions)
        if day % 7 == 6:
            weeks.append([self.truth(customer)["effort_7d"] for customer in self.person_ids()])
        return events

    def counted(counter: Counter[int], of: Any) -> Any:
        def count(scene: Any, person: int, weight: float) -> None:
            counter[person] += weight > 0.0
            of(scene, person, weight)

        return count

    with (
        patch.object(Society, "day", day),
        patch.object(fulfilment, "word_kept", counted(kept, word_kept)),
        patch.object(fulfilment, "word_broken", counted(broken, word_broken)),
        patch.object(worth_lived, "outcomes", _unfaded),
    ):
        found = lived(world, {FIRST: (arm, range(PEOPLE))}, DAYS)
    arm.close()
    truths = [world.truth(customer) for customer in world.person_ids()]

    assert found.outcomes["stays"].over.tolist() == [float(truth["active"]) for truth in truths]
    assert found.outcomes["margin"].over == pytest.approx([truth["earned"] for truth in truths])
    assert found.outcomes["effort"].over == pytest.approx(30.0 * np.sum(weeks, axis=0))
    assert found.outcomes["effort"].under.tolist() == [DAYS if truth["active"] else max(1, truth["left_on_day"]) for truth in truths]
    # What was kept before it was due and falls due after the last day counts for the society already, and here not yet.
    assert broken.total() == found.outcomes["say_do"].under.sum() - found.outcomes["say_do"].over.sum() > 5
    assert kept.total() >= found.outcomes["say_do"].over.sum() > 20


def _unfaded(world: Society, *more: Any) -> dict[str, Outcome]:
    """The outcomes, without looking ahead: that lets time go by in the world."""
    with patch("tests.builders.worth_outcomes.expected_margin", lambda scene: np.zeros(PEOPLE)):
        return outcomes(world, *more)


def test_where_no_treatment_has_an_effect_what_is_compared_there_is_the_same_in_every_arm() -> None:
    null, society = some(True), some(False)

    for name in SOME[1:]:
        for key in NULL_OUTCOMES:
            assert null[name].outcomes[key].over.tolist() == null[FIRST].outcomes[key].over.tolist(), (name, key)
        for key in ("effort", "equity_gross"):
            assert society[name].outcomes[key].ratio != society[FIRST].outcomes[key].ratio, (name, key)
        assert null[name].outcomes["money"].ratio != null[FIRST].outcomes["money"].ratio


def test_people_are_dealt_to_arms_at_random_and_each_is_treated_by_one() -> None:
    found, people = shared(SEED, 20, 4, SOME)

    assert sorted(number for of_arm in people.values() for number in of_arm) == list(range(80))
    assert all(found.outcomes["contacts"].of(people[name]).over.sum() > 0.0 for name in SOME)
    assert not any("thank_you" in kind or "help" in kind for kind in found.decided["highest margin first"])


def test_what_two_firms_do_to_people_is_found_between_groups_where_treatment_has_effects() -> None:
    arms = (FIRST, "highest margin first")
    by_model = {}
    for model in (MODEL, NULL):
        found, people = shared(SEED, 250, 24, arms, model)
        by_model[model] = between(*(found.outcomes["goodwill"].of(people[name]) for name in arms))

    society = by_model[MODEL]
    assert society is not None
    assert society.low > 0.0
    assert by_model[NULL] is None  # there nothing makes anybody think better of the firm


def test_every_ingredient_that_is_left_out_changes_the_policy() -> None:
    written = {source(everything()), *(source(without(name)) for name in LEFT_OUT)}

    assert len(written) == len(LEFT_OUT) + 1 == len(ARMS) - 2
