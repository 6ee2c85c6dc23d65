"""Always-on arms: a share of people for a month, decided about differently, and only among what passed its gates."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from platinum.policy import tables as t
from platinum.policy.tables import Tables
from platinum.scoring.model import ACCEPTED, REWARD, Model, from_priors
from platinum.vocabulary.arms import Arm
from platinum.vocabulary.codes import ActionType, Purpose
from tests.builders.desk import DAY, NOW, Desk, a_row, a_trigger
from tests.builders.tables import a_channel, an_action, records, some_tables

ARMS = {"arm_random": 0.1, "arm_silent": 0.2, "arm_same": 0.15}
PEOPLE = 2000


def a_policy(**settings: float) -> Tables:
    """Two offers by e-mail of which the first is worth more, and nothing is tried out but in an arm."""
    offers = [
        an_action(name, ActionType.OFFER, value=value, purpose=Purpose.PROMOTION) for name, value in (("dear", 50.0), ("cheap", 40.0))
    ]
    channels = records(t.CHANNEL, a_channel("email"))
    return some_tables(channels=channels, actions=records(t.ACTION, *offers), settings={"gamma": 1e15} | settings)


def a_person(**members: Any) -> Any:
    return a_row(consents=[{"purpose": int(Purpose.PROMOTION), "state": 1}], orders=1, **members)


def for_all(desk: Desk, row: Any, now_ms: int = NOW, placement: int = -1) -> list[Any]:
    """Decisions about people who are alike but for who they are."""
    asked = (a_trigger(now_ms=now_ms, placement=placement, ref=person, person=np.uint64(person)) for person in range(1, PEOPLE + 1))
    return [desk.decide(row, trigger).copy() for trigger in asked]


def learned_otherwise(tables: Tables) -> Model:
    """The second offer is taken much oftener than the policy thinks."""
    model = from_priors(tables)
    model.bias[ACCEPTED, 1] = model.bias[REWARD, 1] = 0.5
    model.learned[0] = 1
    return model


def test_each_arm_has_its_share_of_people_and_does_what_it_says() -> None:
    tables = a_policy(**ARMS)
    outs = for_all(Desk(tables, learned_otherwise(tables)), a_person())
    found = {arm: [out for out in outs if out["arm"] == arm] for arm in Arm}

    assert {arm.name: round(len(some) / PEOPLE, 1) for arm, some in found.items()} == pytest.approx(
        {"NONE": 0.55, "RANDOM": 0.1, "SILENT": 0.2, "SAME_FOR_ALL": 0.15}, abs=0.06
    )
    assert {(int(out["action"]), round(float(out["p_chosen"]), 6)) for out in found[Arm.NONE]} == {(1, 1.0)}
    assert {(int(out["action"]), float(out["p_chosen"])) for out in found[Arm.SILENT]} == {(-1, 1.0)}
    assert {(int(out["action"]), round(float(out["p_chosen"]), 6)) for out in found[Arm.SAME_FOR_ALL]} == {(0, 1.0)}
    chosen = Counter(int(out["action"]) for out in found[Arm.RANDOM])
    assert {round(float(out["p_chosen"]), 6) for out in found[Arm.RANDOM]} == {0.333333}
    assert set(chosen) == {-1, 0, 1}
    assert min(chosen.values()) > 0.2 * len(found[Arm.RANDOM])


def test_people_stay_in_their_arm_for_a_month_and_others_are_in_it_in_the_next() -> None:
    desk = Desk(a_policy(**ARMS))
    today, tomorrow, next_month = (
        [int(out["arm"]) for out in for_all(desk, a_person(), now_ms)] for now_ms in (NOW, NOW + DAY, NOW + 32 * DAY)
    )

    assert today == tomorrow
    moved = sum(a != b for a, b in zip(today, next_month, strict=True))
    assert moved > 0.4 * PEOPLE


def test_who_comes_to_us_is_shown_something_in_the_silent_arm_too() -> None:
    web = a_channel("web", outbound=0)
    offer = an_action("it", ActionType.OFFER, value=50.0, purpose=Purpose.PROMOTION)
    tables = some_tables(channels=records(t.CHANNEL, web), actions=records(t.ACTION, offer), settings={"gamma": 1e15, "arm_silent": 0.5})

    assert {(int(out["action"]), int(out["arm"])) for out in for_all(Desk(tables), a_person(), placement=0)} == {(0, 0)}


@pytest.mark.parametrize("spared", [{"care": 1}, {"said": 15.0, "kept": 0.0, "said_as_of_ms": NOW}])
def test_nobody_who_needs_care_or_has_little_reason_to_trust_us_is_in_an_arm(spared: dict[str, Any]) -> None:
    known = {"trust_kept": 0.5, "trust_terms": 0.9, "trust_recovery": 0.3, "trust_low": 0.5}
    tables = a_policy(arm_random=0.4, arm_silent=0.3, arm_same=0.3, **known)

    assert {int(out["arm"]) for out in for_all(Desk(tables), a_person(**spared))} == {0}


def test_each_arm_can_be_switched_off() -> None:
    outs = for_all(Desk(a_policy(**ARMS | {"arm_silent": 0.0})), a_person())

    assert {int(out["arm"]) for out in outs} == {Arm.NONE, Arm.RANDOM, Arm.SAME_FOR_ALL}
    assert {int(out["arm"]) for out in for_all(Desk(a_policy()), a_person())} == {Arm.NONE}


def test_no_arm_opens_a_gate() -> None:
    unasked = a_row(orders=1)  # no consent to promotion

    assert {int(out["action"]) for out in for_all(Desk(a_policy(arm_random=1.0)), unasked)} == {-1}
