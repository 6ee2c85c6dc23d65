"""Caps against brute force: rolling windows over contacts made and planned, whatever becomes of the plans."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.policy.tables import Tables
from platinum.vocabulary.codes import N_GATES, N_LANES, ActionType, Gate, Preference, Purpose
from tests.builders.desk import DAY, HOUR, Desk, a_row, a_trigger, contact, planned, said, wish
from tests.builders.lives import live
from tests.builders.tables import a_cap, a_channel, an_action, records, some_tables
from tests.builders.worlds import MOMENTS

HISTORIES = 20_000
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia")
KINDS = (ActionType.OFFER, ActionType.HELP, ActionType.LISTEN)
ALL = (1 << len(ActionType)) - 1


def matrix(**off: bool) -> Any:
    """All gates in all lanes, less those named."""
    cells = np.ones((N_GATES, N_LANES), np.uint8)
    for name in off:
        cells[Gate[name]] = 0
    return cells


def capped_tables(caps: list[dict[str, Any]], capped: bool = True, **more: Any) -> Tables:
    """One offer on two outbound channels, one with quiet hours; no thank-you window."""
    channels = records(t.CHANNEL, a_channel("email", quiet_from=21 * 60, quiet_to=8 * 60), a_channel("sms"))
    defaults: dict[str, Any] = {
        "channels": channels,
        "actions": records(t.ACTION, an_action("offer", ActionType.OFFER, value=50.0, expires_ms=20 * HOUR)),
        "caps": records(t.CAP, *caps),
        "matrix": matrix() if capped else matrix(CAP=True),
        "settings": {"thank_quiet_before_ms": 0, "thank_quiet_after_ms": 0, "zone": "Europe/London"},
    }
    return some_tables(**(defaults | more))


def leaves_at(row: Any, rule: Any, channel: int, now: int) -> list[tuple[int, int]]:
    """(instant from which it can no longer share a window with a contact, instant at which it stops counting)."""
    found = []
    window = int(rule["window_ms"])
    for list_, count in (("contacts", "n_contacts"), ("planned", "n_planned")):
        for entry in row[list_][: int(row[count])]:
            if not int(rule["types"]) >> int(entry["type"]) & 1 or (rule["channel"] >= 0 and int(entry["channel"]) != channel):
                continue
            if list_ == "contacts":
                found.append((int(entry["at_ms"]) + window, int(entry["at_ms"]) + window))
            elif entry["expires_ms"] > now:
                last = int(entry["expires_ms"])  # it may go out as late as that
                found.append((last + window, max(last, int(entry["send_ms"]) + window)))
    return found


def blocked_until(row: Any, tables: Tables, h: int, send: int, now: int) -> int:
    """−1: one more offer at ``send`` breaks no cap; else the instant from which none blocks (0 = never)."""
    releases = []
    for rule in tables.caps:
        if rule["channel"] not in (-1, h) or not int(rule["types"]) >> ActionType.OFFER & 1:
            continue
        counting = [stops for shares, stops in leaves_at(row, rule, int(tables.channels[h]["name"]), now) if shares > send]
        if rule["limit"] == 0:
            return 0
        if len(counting) >= rule["limit"]:
            releases.append(sorted(counting, reverse=True)[int(rule["limit"]) - 1])
    return max(releases, default=-1)


def random_history(rng: np.random.Generator, now: int) -> Any:
    """Contacts and plans, some a minute before or after midnight."""
    local_midnight = now - now % DAY

    def instant(latest: int) -> int:
        at = now - int(rng.exponential(3 * DAY))
        return min(latest, at - at % DAY + int(rng.choice([-60_000, 0, 60_000])) if rng.random() < 0.3 else at)

    made = [contact(instant(now), KINDS[int(rng.integers(3))], ("email", "sms")[int(rng.integers(2))]) for _ in range(int(rng.integers(7)))]
    plans = [
        planned(send := local_midnight + int(rng.integers(-DAY, 2 * DAY)), send + int(rng.choice([HOUR, DAY, 3 * DAY])))
        for _ in range(int(rng.integers(4)))
    ]
    zone = name_hash(ZONES[int(rng.integers(len(ZONES)))])
    ordered = sorted(made, key=lambda c: -int(c["at_ms"]))
    return a_row(orders=1, timezone=zone, consents=[said()], contacts=ordered, planned=plans)


def disagreements(capped: bool) -> tuple[int, int, int]:
    """(wrong verdicts, wrong instants, blocked) over all histories."""
    wrong = late = blocked = 0
    for policy in range(20):
        rng = np.random.default_rng(policy)
        caps = [a_cap(int(rng.integers(0 if policy == 7 else 1, 4)), int(rng.choice([DAY, 2 * DAY, 7 * DAY])), int(rng.integers(-1, 2)),
                      int(rng.choice([ALL, 1 << ActionType.OFFER]))) for _ in range(int(rng.integers(1, 4)))]  # fmt: skip
        desk = Desk(capped_tables(caps, capped))
        for _ in range(HISTORIES // 20):
            now = int(rng.choice(MOMENTS)) + int(rng.integers(-2 * DAY, 2 * DAY))
            row = random_history(rng, now)
            desk.decide(row, a_trigger(now_ms=now))
            for h in range(2):
                held = int(desk.scratch.channels[h]["send_ms"][1])
                want = blocked_until(row, desk.tables, h, held, now)
                got = int(desk.scratch.until_ms[h]) if desk.scratch.gate[h] == Gate.CAP else -1
                wrong += (got < 0) != (want < 0)
                late += got >= 0 and got != want
                blocked += want >= 0
    return wrong, late, blocked


def test_caps_equal_brute_force_on_20000_histories() -> None:
    wrong, late, blocked = disagreements(capped=True)

    assert (wrong, late) == (0, 0)
    assert HISTORIES // 2 < blocked < 2 * HISTORIES


def test_without_the_cap_gate_brute_force_finds_thousands_of_breaches() -> None:
    wrong, _, _ = disagreements(capped=False)

    assert wrong > HISTORIES // 2


@pytest.mark.parametrize("capped", [True, False])
def test_no_rolling_window_ever_holds_more_sends_than_its_cap(capped: bool) -> None:
    breaches = sends = 0
    for seed in range(15):
        rng = np.random.default_rng(seed)
        limit, window = int(rng.integers(1, 4)), int(rng.choice([DAY, 3 * DAY, 7 * DAY]))
        desk = Desk(capped_tables([a_cap(limit, window), a_cap(1, window, channel=1)], capped))
        row = a_row(orders=1, timezone=name_hash(ZONES[seed % 4]), consents=[said()], last_explored_ms=2**60)
        sent = live(desk, row, rng, MOMENTS[seed % 4] - 20 * DAY, 120, 6 * HOUR, lose=0.3)
        sends += len(sent)
        times = [s.at_ms for s in sent]
        on_sms = [s.at_ms for s in sent if s.channel == 1]
        breaches += sum(times[i + limit] - times[i] < window for i in range(len(times) - limit))
        breaches += sum(b - a < window for a, b in pairwise(on_sms))

    assert sends > 100
    assert breaches == 0 if capped else breaches > 50


@pytest.mark.parametrize(
    ("zone", "day", "hours_between_noons"),
    [
        ("Europe/London", "2024-03-30", 23),
        ("Europe/London", "2024-10-26", 25),
        ("America/New_York", "2024-03-09", 23),
        ("America/New_York", "2024-11-02", 25),
    ],
)
def test_a_day_is_24_hours_across_clock_changes(zone: str, day: str, hours_between_noons: int) -> None:
    noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=ZoneInfo(zone))
    next_noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=ZoneInfo(zone), day=noon.day + 1)
    first, second = int(noon.timestamp() * 1000), int(next_noon.timestamp() * 1000)
    assert second - first == hours_between_noons * HOUR
    desk = Desk(capped_tables([a_cap(1, DAY)]))

    out = desk.decide(a_row(orders=1, timezone=name_hash(zone), consents=[said()], contacts=[contact(first)]), a_trigger(now_ms=second))

    assert out["blocked_by"][Gate.CAP] == (2 if hours_between_noons < 24 else 0)


def test_a_pair_around_midnight_is_refused() -> None:
    midnight = 1_700_006_400_000  # 2023-11-15 00:00 UTC = London
    desk = Desk(capped_tables([a_cap(1, DAY)]))
    row = a_row(orders=1, consents=[said()], contacts=[contact(midnight - 60_000, channel="sms")])

    out = desk.decide(row, a_trigger(now_ms=midnight + 60_000))

    assert desk.scratch.gate[1] == Gate.CAP
    assert desk.scratch.until_ms[1] == midnight - 60_000 + DAY
    assert out["action"] < 0 or out["channel"] == 0


def test_a_plan_that_expires_before_a_held_contact_leaves_still_counts() -> None:
    evening = 1_700_000_000_000  # 22:13 in London: e-mail is held until 08:00
    desk = Desk(capped_tables([a_cap(1, DAY)]))
    row = a_row(orders=1, consents=[said()], planned=[planned(evening, evening + HOUR, channel="sms")])

    desk.decide(row, a_trigger(now_ms=evening))

    assert desk.scratch.gate[0] == Gate.CAP


def test_limit_0_blocks_for_ever_and_no_rule_blocks_nothing() -> None:
    row = a_row(orders=1, consents=[said()])
    never, free = Desk(capped_tables([a_cap(0, DAY)])), Desk(capped_tables([]))

    never.decide(row, a_trigger())
    free.decide(row, a_trigger())

    assert never.scratch.gate.tolist() == [Gate.CAP] * 2
    assert never.scratch.until_ms.tolist() == [0, 0]
    assert free.scratch.gate.tolist() == [-1, -1]


def test_an_inbound_channel_obeys_only_caps_that_name_it() -> None:
    channels = records(t.CHANNEL, a_channel("web", 0), a_channel("email"))
    made = [{**contact(a_trigger()["now_ms"] - HOUR, channel="web"), "outbound": 0}, contact(a_trigger()["now_ms"] - HOUR)]
    row = a_row(orders=1, consents=[said()], contacts=made)
    for caps, gate in (([a_cap(1, DAY)], -1), ([a_cap(1, DAY, channel=0)], Gate.CAP), ([a_cap(1, DAY, channel=1)], -1)):
        desk = Desk(capped_tables(caps, channels=channels))

        desk.decide(row, a_trigger(placement=0))

        assert desk.scratch.gate[0] == gate


def test_a_cap_on_questions_does_not_count_offers() -> None:
    tables = capped_tables([a_cap(1, 30 * DAY, types=1 << ActionType.LISTEN)])
    now = a_trigger()["now_ms"]
    asked = a_row(orders=1, consents=[said(), said(Purpose.RELATIONSHIP)], contacts=[contact(now - DAY, ActionType.LISTEN)])
    listening = tables._replace(actions=records(t.ACTION, an_action("ask", ActionType.LISTEN)))
    offering, asking = Desk(tables), Desk(listening)

    offering.decide(asked, a_trigger())
    asking.decide(asked, a_trigger())

    assert Gate.CAP not in offering.scratch.gate
    assert set(asking.scratch.gate) == {Gate.CAP}


def test_the_persons_own_cadence_counts_what_caps_leave_out() -> None:
    now = a_trigger()["now_ms"]
    desk = Desk(capped_tables([]))
    row = a_row(orders=1, consents=[said()], contacts=[contact(now - 6 * DAY)], preferences=[wish(Preference.CADENCE, low=1, high=7)])

    desk.decide(row, a_trigger())

    assert set(desk.scratch.gate) == {Gate.PREFERENCE}
    assert set(desk.scratch.until_ms) == {now - 6 * DAY + 7 * DAY}
