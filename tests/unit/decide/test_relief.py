"""After a hard journey: nothing that costs effort and nothing that sells, what saves effort counts more, nobody is asked twice."""

from __future__ import annotations

import math
from typing import Any

import pytest

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.profile.entries import STATE_CLOSED
from platinum.vocabulary.codes import ActionType, Debt, Gate, Lane, Obligation, Purpose
from tests.builders.desk import DAY, NOW, Desk, a_row, a_trigger, said
from tests.builders.tables import a_channel, an_action, records, some_tables

CONSENT = [said(), said(Purpose.RELATIONSHIP)]
INDEX = 1 - math.exp(-12 / 6)


def a_journey(transfers: int = 3, **members: Any) -> dict[str, Any]:
    """An open journey of so many transfers and three contacts, two points each: 12 with three transfers."""
    return {"first_ms": NOW - DAY, "last_ms": NOW, "intent": 7, "transfers": transfers, "started": (3, 0, 0, 0), "n_channels": 1} | members


def strained_row(**members: Any) -> Any:
    """A customer who has consented to everything, in the middle of a journey of twelve points."""
    return a_row(**{"orders": 1, "consents": CONSENT, "journeys": [a_journey()]} | members)


def desk_of(*actions: Any, **settings: Any) -> Desk:
    """These actions by e-mail; nothing is drawn, no caps."""
    quiet = {"thank_quiet_before_ms": 0, "thank_quiet_after_ms": 0, "gamma": 1e9, "utility_high": 9.0}
    mail = records(t.CHANNEL, a_channel("email"))
    return Desk(some_tables(channels=mail, actions=records(t.ACTION, *actions), caps=records(t.CAP), settings=quiet | settings))


OFFER = an_action("offer", value=90.0)
SELLING_HELP = an_action("gift-finder", ActionType.HELP, value=90.0, effort=-1.0, sells=1)
PLAIN_HELP = an_action("guide", ActionType.HELP, value=90.0, effort=0.0)
RELIEF = an_action("context-to-agent", ActionType.HELP, value=1.0, effort=-1.0)


def test_only_what_saves_effort_and_sells_nothing_passes_after_a_hard_journey() -> None:
    desk = desk_of(OFFER, an_action("easy-offer", effort=-3.0), SELLING_HELP, PLAIN_HELP, RELIEF)

    out = desk.decide(strained_row(), a_trigger())

    assert (int(out["action"]), int(out["lane"])) == (4, Lane.GROWTH)
    assert int(out["blocked_by"][Gate.SUITABILITY]) == 4
    assert {int(b["gate"]) for b in out["blocked"]} == {int(Gate.SUITABILITY)}


@pytest.mark.parametrize("eased", [{"relief": 0}, {"effort_threshold": 0.9}])
def test_the_rule_holds_from_its_threshold_on_and_can_be_turned_off(eased: dict[str, float]) -> None:
    out = desk_of(OFFER, RELIEF, **eased).decide(strained_row(), a_trigger())

    assert int(out["action"]) == 0
    assert int(out["blocked_by"][Gate.SUITABILITY]) == 0


def test_what_is_owed_asked_for_or_thanks_is_not_stopped_by_effort() -> None:
    kinds = (ActionType.SURPRISE, ActionType.ANSWER, ActionType.APOLOGY, ActionType.NOTICE)
    desk = desk_of(*[an_action(kind.name, kind, effort=3.0) for kind in kinds])

    out = desk.decide(strained_row(), a_trigger(intent=7))

    assert int(out["blocked_by"][Gate.SUITABILITY]) == 0


def test_a_question_that_costs_effort_waits_and_one_that_costs_none_does_not() -> None:
    desk = desk_of(an_action("form", ActionType.LISTEN, effort=1.0, priority=1.0), an_action("one-click", ActionType.LISTEN))

    assert int(desk.decide(a_row(orders=1, consents=CONSENT), a_trigger())["action"]) == 0
    assert int(desk.decide(strained_row(), a_trigger())["action"]) == 1


def test_saved_effort_counts_more_the_harder_it_was_and_costs_do_not() -> None:
    desk = desk_of(RELIEF, kappa_effort=0.5)

    easy, hard = desk.decide(a_row(orders=1, consents=CONSENT), a_trigger()), desk.decide(strained_row(), a_trigger())

    assert float(easy["term_effort"]) == pytest.approx(-0.5)
    assert float(hard["term_effort"]) == pytest.approx(-0.5 * (1 + INDEX), rel=1e-9)
    assert float(hard["utility"]) == pytest.approx(float(easy["utility"]) + 0.5 * INDEX, rel=1e-9)
    costly = desk_of(an_action("form", ActionType.HELP, value=90.0, effort=1.0), kappa_effort=0.5, effort_threshold=0.99)
    assert float(costly.decide(strained_row(), a_trigger())["term_effort"]) == pytest.approx(0.5)


def test_what_was_eased_is_not_owed_again() -> None:
    desk = desk_of(an_action("call-back", ActionType.AMENDS, effort=-2.0, pays=int(Debt.EFFORT)), OFFER)

    owed = desk.decide(strained_row(), a_trigger())
    paid = desk.decide(strained_row(journeys=[a_journey(state=1)]), a_trigger())
    never = desk.decide(strained_row(journeys=[a_journey(transfers=0, started=(1, 0, 0, 0))]), a_trigger())

    assert [(int(out["action"]), int(out["lane"])) for out in (owed, paid, never)] == [
        (0, Lane.OWED),
        (-1, Lane.SILENCE),
        (1, Lane.GROWTH),
    ]


KNOWN: dict[int, dict[str, Any]] = {
    t.ASKS_INTENT: {"journeys": [a_journey()]},
    t.ASKS_CHANNEL: {"journeys": [a_journey(channels=(name_hash("web"), 0, 0, 0))]},
    t.ASKS_ORDER: {"obligations": [{"kind": Obligation.CASE, "ref": 5}]},
    t.ASKS_LANGUAGE: {"language": name_hash("en")},
    t.ASKS_COUNTRY: {"country": name_hash("GB")},
    t.ASKS_TIMEZONE: {"timezone": name_hash("Europe/London")},
    1 << t.ASKS_TRAITS + 1: {"traits": [{"name": name_hash("region"), "value_name": 3}]},
}
UNKNOWN: dict[int, dict[str, Any]] = {
    t.ASKS_INTENT: {"journeys": [a_journey(last_ms=NOW - 8 * DAY)]},
    t.ASKS_CHANNEL: {"journeys": [a_journey()]},
    t.ASKS_ORDER: {"obligations": [{"kind": Obligation.CASE, "ref": 5, "state": STATE_CLOSED, "due_ms": NOW}]},
    1 << t.ASKS_TRAITS + 1: {"traits": [{"name": name_hash("loyalty_card"), "value": 1.0}]},
}


@pytest.mark.parametrize("asks", KNOWN, ids=lambda bit: f"bit-{bit}")
def test_nobody_is_asked_for_what_they_have_said(asks: int) -> None:
    desk = desk_of(an_action("ask", ActionType.LISTEN, asks=asks), an_action("plain", ActionType.LISTEN, priority=-1.0))

    def chosen(members: dict[str, Any]) -> int:
        return int(desk.decide(a_row(**{"orders": 1, "consents": CONSENT} | members), a_trigger())["action"])

    assert chosen(KNOWN[asks]) == 1
    assert chosen({}) == 0
    assert chosen(UNKNOWN.get(asks, {})) == 0
    assert (
        chosen(
            {name: value for other, members in KNOWN.items() if other != asks for name, value in members.items() if name not in KNOWN[asks]}
        )
        == 0
    )
