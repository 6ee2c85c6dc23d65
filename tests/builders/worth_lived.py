"""The trial of worth, one seed: arms that live through the same days, none of which may send or spend more than the first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from platinum.ops.society import MODEL, NULL, Model, Society
from tests.builders.societies import Event
from tests.builders.worth_arms import HANDED_ON, NO_END, SELDOM, Arm, ByPolicy, Left
from tests.builders.worth_firms import MarginFirst, SameForAll
from tests.builders.worth_left_out import LEFT_OUT, without
from tests.builders.worth_names import Names
from tests.builders.worth_outcomes import Outcome, Promises, Sent, outcomes
from tests.builders.worth_policy import GIVES, Json, everything

#: Nothing has an effect, and people leave for no reason far more often: so few of them leave in ten days that a group of 60 would have
#: nobody to count.
RESTLESS = replace(NULL, leaves=0.01)
FIRST = "Platinum"
ARMS = (FIRST, "same for all", "highest margin first", *(f"without {name}" for name in LEFT_OUT))
_ACTIONS: Mapping[str, Json] = everything()["actions"]
_GOALS_OF = {name: [action["category"]] for name, action in _ACTIONS.items() if "category" in action}


def arm_of(name: str, people: Sequence[str], seed: int, hours: Sequence[str] = HANDED_ON) -> Arm:
    """An arm by its name; ``hours`` at which Platinum hears of what happened."""
    if name == FIRST:
        return ByPolicy(everything(), seed, hours)
    if name == "same for all":
        return SameForAll(people, seed)
    if name == "highest margin first":
        return MarginFirst(people, seed)
    return ByPolicy(without(name.removeprefix("without ")), seed, hours)


def world_of(seed: int, customers: int, model: Model) -> Society:
    """The society, told what the shop's actions mean: the same in every arm."""
    return Society(seed, customers, model, goals_of=_GOALS_OF, gives=GIVES)


class Lived(NamedTuple):
    """One world at its end.

    Attributes
    ----------
    spent : list of Left
        Contacts and money so far, per day, of the first arm in it.
    decided : dict of arm → Counter
        What was said to people, by type: contacts, and ``shown`` in a placement.
    """

    outcomes: dict[str, Outcome]
    spent: list[Left]
    decided: dict[str, Counter[str]]


def lived(world: Society, arms: Mapping[str, tuple[Arm, Sequence[int]]], days: int, bounds: Sequence[Left] = ()) -> Lived:
    """Live through some days.

    ``arms``: name → (arm, numbers of its people). Without ``bounds`` the first arm has none and binds the others.
    """
    ids = world.person_ids()
    numbers = {customer: number for number, customer in enumerate(ids)}
    arm_of_person = {ids[number]: name for name, (_, people) in arms.items() for number in people}
    names, promises, sent = Names(), Promises(), Sent(np.zeros(len(ids)), np.zeros(len(ids)))
    spent: list[Left] = []
    decided: dict[str, Counter[str]] = {name: Counter() for name in arms}
    heard: list[Json] = []
    for day in range(days):
        events = world.day(day, heard)
        by_arm: dict[str, list[Event]] = {name: [] for name in arms}
        for event in events:
            promises.fold(event)
            by_arm[arm_of_person[event["userId"]]].append(names.told(event))
        heard = []
        for number, (name, (arm, people)) in enumerate(arms.items()):
            so_far = _so_far(world, sent, people)
            bound = bounds[day] if bounds else spent[day] if number else NO_END
            left = Left(bound.contacts - so_far.contacts, bound.money - so_far.money)
            made = [names.named(one, day) for one in arm.treat(day, by_arm[name], left)]
            sent.add(made, numbers)
            decided[name].update(f"{one['type']}{' shown' if one['placement'] else ''}" for one in made)
            heard += made
            if not number:
                spent.append(_so_far(world, sent, people))
        for one in heard:
            promises.decided(one)
    return Lived(outcomes(world, promises, sent, days), spent, decided)


def _so_far(world: Society, sent: Sent, people: Sequence[int]) -> Left:
    given = sum(float(day[people].sum()) for day in world._scene.bonds.given_by_day)
    return Left(float(sent.contacts[people].sum()), given + float(sent.cost[people].sum()))


def compared(seed: int, customers: int, days: int, arms: Sequence[str] = ARMS, model: Model = MODEL) -> dict[str, Lived]:
    """Every arm in a world of its own with the same people: what happens alike in two of them is drawn alike."""
    found: dict[str, Lived] = {}
    for name in arms:
        world = world_of(seed, customers, model)
        arm = arm_of(name, world.person_ids(), seed)
        found[name] = lived(world, {name: (arm, range(customers))}, days, found[FIRST].spent if found else ())
        arm.close()
    return found


def shared(seed: int, per_arm: int, days: int, arms: Sequence[str] = ARMS, model: Model = RESTLESS) -> tuple[Lived, dict[str, list[int]]]:
    """One world whose people are dealt to the arms at random, and which people each arm has."""
    world = world_of(seed, per_arm * len(arms), model)
    dealt = np.random.default_rng(seed).permutation(per_arm * len(arms)).reshape(len(arms), per_arm)
    people = {name: sorted(dealt[number].tolist()) for number, name in enumerate(arms)}
    ids = world.person_ids()
    made = {name: (arm_of(name, [ids[number] for number in people[name]], seed, SELDOM), people[name]) for name in arms}
    found = lived(world, made, days)
    for arm, _ in made.values():
        arm.close()
    return found, people
