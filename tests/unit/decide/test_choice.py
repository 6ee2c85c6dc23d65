"""What is chosen among survivors, in which words, and what the decision remembers."""

from __future__ import annotations

from typing import Any

import pytest

from platinum.decide.plan import plan_decision
from platinum.hashing import mix64, name_hash
from platinum.policy import tables as t
from platinum.profile.entries import NO_MORE
from platinum.vocabulary.codes import N_GATES, ActionType, Gate, Lane, Preference, Purpose
from tests.builders.desk import DAY, NOW, Desk, a_row, a_trigger, contact, planned, said, wish
from tests.builders.tables import a_channel, an_action, records, some_tables

MAIL = records(t.CHANNEL, a_channel("email"))
CONSENT = [said(), said(Purpose.RELATIONSHIP)]


def desk_of(*actions: Any, **more: Any) -> Desk:
    """These actions by e-mail; no caps, no window."""
    quiet = {"thank_quiet_before_ms": 0, "thank_quiet_after_ms": 0}
    settings = quiet | more.pop("settings", {})
    defaults = {"channels": MAIL, "actions": records(t.ACTION, *actions), "caps": records(t.CAP), "settings": settings}
    return Desk(some_tables(**(defaults | more)))


def test_the_first_lane_with_a_survivor_wins() -> None:
    kinds = [ActionType.OFFER, ActionType.LISTEN, ActionType.ANSWER, ActionType.APOLOGY, ActionType.NOTICE]
    desk = desk_of(*[an_action(kind.name, kind, value=1e6) for kind in kinds])
    row, trigger = a_row(orders=1, consents=CONSENT), a_trigger(intent=5)

    won = []
    for kind in reversed(kinds):
        out = desk.decide(row, trigger)
        won.append((kind, int(desk.tables.actions[out["action"]]["type"])))
        desk.scratch.allowed[out["action"]] = 0

    assert [a for a, _ in won] == [b for _, b in won]
    assert desk.decide(row, trigger)["lane"] == Lane.SILENCE


def test_inside_a_lane_priority_then_cost_then_hash_decide() -> None:
    dear = an_action("dear", ActionType.APOLOGY, cost=2.0, priority=1.0)
    cheap = an_action("cheap", ActionType.APOLOGY, cost=1.0, priority=1.0)
    minor = an_action("minor", ActionType.APOLOGY, priority=0.0)
    twins = [an_action(name, ActionType.APOLOGY) for name in ("one", "two")]
    row = a_row(orders=1)

    out = desk_of(minor, dear, cheap).decide(row, a_trigger())
    by_hash = [int(desk_of(*twins).decide(row, a_trigger(ref=mix64(0, i)))["action"]) for i in range(200)]

    assert (out["action"], out["runner_up"], out["p_chosen"]) == (2, 1, 1.0)
    assert 60 < sum(by_hash) < 140


def test_utility_is_the_sum_of_its_published_terms() -> None:
    desk = desk_of(an_action("offer", value=10.0, cost=0.3, effort=2.0, lever=1.5), settings={"utility_high": 9.0, "gamma": 1e9})
    made = [contact(NOW - 7 * DAY, channel="email"), contact(NOW, channel="card")]

    out = desk.decide(a_row(orders=1, consents=CONSENT, contacts=made), a_trigger())

    p = 0.05
    assert out["p_accept"] == pytest.approx(p, rel=1e-6)
    assert out["term_value"] == pytest.approx(p * 10.0 * 1.5, rel=1e-6)
    assert (out["term_cost"], out["term_effort"]) == pytest.approx((0.3, 0.2))
    assert out["term_fatigue"] == pytest.approx(0.05 * (0.5 + 0.5 * 1.0))
    assert out["utility"] == pytest.approx(out["term_value"] - out["term_cost"] - out["term_effort"] - out["term_fatigue"])
    assert out["runner_up"] == -1


def test_what_is_worth_less_than_nothing_loses_to_silence() -> None:
    desk = desk_of(an_action("offer", value=0.1, cost=9.0), settings={"gamma": 1e9})

    out = desk.decide(a_row(orders=1, consents=CONSENT), a_trigger())

    assert (out["lane"], out["action"], out["best"], out["runner_up"], out["n_scored"]) == (Lane.SILENCE, -1, -1, -2, 1)
    assert (out["p_chosen"], out["n_passed"]) == (1.0, 1)  # nobody is contacted to learn that it is worth nothing


def test_silence_stays_among_the_drawn_when_there_are_more_survivors_than_places() -> None:
    actions = [an_action(f"a{i}", value=100.0 + i) for i in range(30)]
    desk = desk_of(*actions, settings={"max_scored": 5, "utility_high": 9.0})

    out = desk.decide(a_row(orders=1, consents=CONSENT), a_trigger())

    assert out["n_scored"] == 5
    assert desk.scratch.scored.tolist() == [29, 28, 27, 26, -1]


def test_every_blocked_candidate_is_counted_once_and_the_best_three_are_listed() -> None:
    actions = [an_action(f"a{i}", value=10.0 * i, category="candles" if i % 2 else 0) for i in range(12)]
    desk = desk_of(*actions)
    row = a_row(orders=1, consents=CONSENT, preferences=[wish(Preference.CATEGORY_NO, "candles")])

    out = desk.decide(row, a_trigger())

    assert out["blocked_by"].tolist() == [6 if gate == Gate.PREFERENCE else 0 for gate in range(N_GATES)]
    assert out["blocked"]["candidate"].tolist() == [11, 9, 7]
    assert sorted(out["blocked"]["utility"], reverse=True) == out["blocked"]["utility"].tolist()


def test_a_candidate_is_blocked_by_the_first_gate_that_fails() -> None:
    desk = desk_of(an_action("offer", category="candles", facts=t.FACT_LAST_CATEGORY))
    unwanted = wish(Preference.CATEGORY_NO, "candles")

    first = [
        desk.decide(a_row(orders=1, preferences=[unwanted]), a_trigger())["blocked"][0]["gate"],
        desk.decide(a_row(orders=1, consents=CONSENT, preferences=[unwanted]), a_trigger())["blocked"][0]["gate"],
        desk.decide(a_row(orders=1, consents=CONSENT), a_trigger())["blocked"][0]["gate"],
    ]

    assert first == [Gate.CONSENT, Gate.PREFERENCE, Gate.ELIGIBILITY]


@pytest.mark.parametrize(
    ("stated", "observed", "has", "want"),
    [
        ("", "", 0b11, 0),
        ("", "de", 0b11, 1),
        ("", "de", 0b01, 0),  # what was observed never excludes
        ("", "sv", 0b10, 1),
        ("de", "en", 0b11, 1),
        ("de", "", 0b01, None),  # what was stated does
        ("sv", "", 0b11, None),
        ("sv", "", 0, -1),  # an action without words speaks every language
    ],
)
def test_language(stated: str, observed: str, has: int, want: int | None) -> None:
    desk = desk_of(an_action("offer", value=99.0, languages=has), settings={"utility_high": 2.0, "gamma": 1e9})
    wishes = [wish(Preference.LANGUAGE, stated)] if stated else []
    row = a_row(orders=1, consents=CONSENT, preferences=wishes, language=name_hash(observed) if observed else 0)

    out = desk.decide(row, a_trigger())

    assert out["blocked_by"][Gate.PREFERENCE] == (want is None)
    assert want is None or out["language"] == want


@pytest.mark.parametrize(
    ("stated", "has", "want", "heard"), [("", 0b111, 1, 0), ("a", 0b111, 0, 1), ("c", 0b011, 1, 2), ("", 0b100, 2, 0), ("a", 0, -1, 0)]
)
def test_tone(stated: str, has: int, want: int, heard: int) -> None:
    tones = records(t.TONE, *[{"name": name_hash(name)} for name in "abc"])
    settings = {"utility_high": 2.0, "gamma": 1e9, "default_tone": 1}
    desk = desk_of(an_action("offer", value=99.0, tones=has), tones=tones, settings=settings)
    wishes = [wish(Preference.TONE, stated)] if stated else []

    out = desk.decide(a_row(orders=1, consents=CONSENT, preferences=wishes), a_trigger())

    assert (out["tone"], out["tone_source"]) == (want, heard)


def test_an_action_rests_for_its_interval_made_or_planned() -> None:
    desk = desk_of(an_action("offer", min_interval_ms=5 * DAY))
    made = a_row(orders=1, consents=CONSENT, contacts=[contact(NOW - 4 * DAY, action="offer")])
    other = a_row(orders=1, consents=CONSENT, contacts=[contact(NOW - 4 * DAY, action="else")])
    plan = a_row(orders=1, consents=CONSENT, planned=[planned(NOW - 4 * DAY, NOW + DAY) | {"action": name_hash("offer")}])
    expired = a_row(orders=1, consents=CONSENT, planned=[planned(NOW - 4 * DAY, NOW) | {"action": name_hash("offer")}])

    blocked = [desk.decide(row, a_trigger())["blocked"][0] for row in (made, other, plan, expired)]

    assert [int(b["gate"]) for b in blocked] == [Gate.ELIGIBILITY, -1, Gate.ELIGIBILITY, -1]
    assert blocked[0]["until_ms"] == NOW + DAY


def test_a_placement_takes_its_channel_lanes_types_and_actions() -> None:
    channels = records(t.CHANNEL, a_channel("web", 0), a_channel("email"))
    places = records(
        t.PLACEMENT,
        {"name": 1, "channel": 0, "lanes": 63, "types": 511},
        {"name": 2, "channel": 0, "lanes": 63, "types": 1 << ActionType.HELP},
        {"name": 3, "channel": 0, "lanes": 1 << Lane.OWED, "types": 511},
    )
    actions = [an_action("offer"), an_action("help", ActionType.HELP), an_action("sorry", ActionType.APOLOGY, placements=0b011)]
    desk = desk_of(*actions, channels=channels, placements=places)

    running = []
    for placement in (-1, 0, 1, 2):
        desk.decide(a_row(orders=1), a_trigger(placement=placement))
        running.append([c for c in range(6) if desk.scratch.gate[c] != -2])

    assert running == [[1, 3, 5], [0, 2, 4], [2], []]


def test_an_outbound_decision_is_remembered_until_it_expires() -> None:
    desk = desk_of(an_action("offer", value=99.0, reward_window_ms=3 * DAY), settings={"utility_high": 2.0, "gamma": 1e9})
    row = a_row(orders=1, consents=CONSENT)

    out = desk.decide(row, a_trigger(ref=9))
    plan_decision(row, NO_MORE, out, desk.tables)

    entry, pending = row["planned"][0], row["pending"][0]
    assert (row["n_planned"], row["n_pending"]) == (1, 1)
    assert (entry["ref"], entry["send_ms"], entry["expires_ms"]) == (9, NOW, NOW + 3 * DAY)
    assert (entry["action"], entry["channel"], entry["type"]) == (name_hash("offer"), name_hash("email"), ActionType.OFFER)
    assert (pending["ref"], pending["closes_ms"]) == (9, NOW + 3 * DAY)
    assert row["last_explored_ms"] == 0


def test_silence_and_inbound_decisions_leave_the_row_as_it_was() -> None:
    desk = Desk(some_tables(settings={"thank_threshold": 99.0}))
    row = a_row(orders=1)
    before = row.tobytes()

    for placement in (-1, 0):
        plan_decision(row, NO_MORE, desk.decide(row, a_trigger(placement=placement)), desk.tables)

    assert row.tobytes() == before


def test_an_explored_contact_spends_the_exploration_budget() -> None:
    desk = desk_of(an_action("offer", value=99.0), an_action("help", ActionType.HELP, value=90.0), settings={"gamma": 0.0})
    for i in range(50):
        row = a_row(orders=1, consents=CONSENT)
        out = desk.decide(row, a_trigger(ref=mix64(0, i)))
        plan_decision(row, NO_MORE, out, desk.tables)

        assert row["last_explored_ms"] == (NOW if out["explored"] and out["action"] >= 0 else 0)


def test_a_thank_you_is_remembered_by_its_send_time() -> None:
    channels = records(t.CHANNEL, a_channel("email", quiet_from=20 * 60, quiet_to=9 * 60))
    desk = desk_of(an_action("thanks", ActionType.THANK_YOU), channels=channels)
    row = a_row(orders=1, earned=50.0, gratitude_as_of_ms=NOW)

    plan_decision(row, NO_MORE, desk.decide(row, a_trigger()), desk.tables)

    assert row["last_thanked_ms"] == 1_700_038_800_000  # 09:00 in London
    assert desk.decide(row, a_trigger(now_ms=NOW + 1))["lane"] == Lane.SILENCE
