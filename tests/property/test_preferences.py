"""Stated preferences: per kind, hundreds of decisions in which the wish takes out what would have won."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.vocabulary.codes import N_GATES, N_LANES, ActionType, Gate, Preference, Purpose
from platinum.vocabulary.manner import DETAIL, ORDER, PACE
from tests.builders.desk import DAY, HOUR, Desk, a_row, a_trigger, contact, said, wish
from tests.builders.tables import a_channel, an_action, records, some_tables
from tests.builders.worlds import CATEGORIES, LANGUAGES, MOMENTS, TONES

NEEDED = 500
CHANNELS = ("web", "email", "sms", "card")
KINDS = (ActionType.THANK_YOU, ActionType.LISTEN, ActionType.HELP, ActionType.OFFER)


def shop(rng: np.random.Generator, respected: bool) -> Desk:
    """A dozen actions on an inbound and three outbound channels; without ``respected`` no preference is heeded."""
    channels = records(t.CHANNEL, a_channel("web", 0), *[a_channel(name, cost=float(rng.uniform(0, 0.2))) for name in CHANNELS[1:]])
    actions = [
        an_action(
            f"action-{i}",
            KINDS[int(rng.choice(4, p=[0.1, 0.1, 0.3, 0.5]))],
            value=float(rng.uniform(2, 9)),
            category=CATEGORIES[int(rng.integers(3))],
            languages=int(rng.choice([1, 3, 7])),
            tones=int(rng.choice([1, 5, 7])),
            presents=7,
        )
        for i in range(12)
    ]
    matrix = np.ones((N_GATES, N_LANES), np.uint8)
    if not respected:
        matrix[[Gate.PREFERENCE, Gate.QUIET_HOURS]] = 0
    return Desk(
        some_tables(
            channels=channels,
            actions=records(t.ACTION, *actions),
            caps=records(t.CAP),
            tones=records(t.TONE, *[{"name": name_hash(tone)} for tone in TONES]),
            categories=np.array([name_hash(c) for c in CATEGORIES], np.uint32),
            languages=np.array([name_hash(language) for language in LANGUAGES], np.uint32),
            matrix=matrix,
            settings={"thank_quiet_before_ms": 0, "thank_quiet_after_ms": 0},
        )
    )


#: Wishes about the presentation → what they may say.
PRESENTED = {Preference.DETAIL: DETAIL, Preference.ORDER: ORDER, Preference.PACE: PACE}


def wish_against(kind: Preference, desk: Desk, won: Any, row: Any, now: int) -> Any:
    """A wish of this kind that the winning candidate breaks, or None where it could not."""
    action, channel = desk.tables.actions[int(won["action"])], CHANNELS[int(won["channel"])]
    minute = (now // 60_000) % 1440  # the rows live in UTC
    lacking = [name for i, name in enumerate(LANGUAGES) if not int(action["languages"]) >> i & 1]
    toneless = [
        name
        for i, name in enumerate(TONES)
        if int(desk.tables.words[int(won["action"]), int(won["language"])]) >> i & 1 and i != int(won["tone"])
    ]
    if kind in PRESENTED:
        return wish(kind, PRESENTED[kind][now % 2])
    return {
        Preference.CHANNEL_NO: wish(kind, channel),
        Preference.CHANNEL_ONLY: wish(kind, CHANNELS[1 + (int(won["channel"]) % 3)]) if channel != "web" else None,
        Preference.QUIET_HOURS: wish(kind, low=(minute - 60) % 1440, high=(minute + 60) % 1440) if channel != "web" else None,
        Preference.CADENCE: wish(kind, low=int(row["n_contacts"]), high=5) if row["n_contacts"] and channel != "web" else None,
        Preference.LANGUAGE: wish(kind, lacking[0]) if lacking else None,
        Preference.TONE: wish(kind, toneless[0]) if toneless else None,
        Preference.TYPE_NO: wish(kind, ActionType(int(action["type"])).name.lower()),
        Preference.CATEGORY_NO: wish(kind, next(c for c in CATEGORIES if name_hash(c) == int(action["category"]))),
    }[kind]


def breaks(stated: Any, desk: Desk, row: Any, out: Any) -> bool:
    """Whether a decision goes against the wish."""
    if out["action"] < 0:
        return False
    action, channel = desk.tables.actions[int(out["action"])], desk.tables.channels[int(out["channel"])]
    kind, name = Preference(int(stated["kind"])), int(stated["name"])
    if kind in PRESENTED:
        shown = int(out["presented"]) // 5 ** list(PRESENTED).index(kind) % 5
        return bool(shown != 1 + [name_hash(word) for word in PRESENTED[kind]].index(name))
    if kind in (Preference.QUIET_HOURS, Preference.CADENCE):
        return bool(channel["outbound"]) and _at_a_bad_time(kind, stated, row, int(out["send_ms"]))
    if kind is Preference.CHANNEL_NO:
        return bool(int(channel["name"]) == name)
    if kind is Preference.CHANNEL_ONLY:
        return bool(channel["outbound"]) and int(channel["name"]) != name
    if kind is Preference.LANGUAGE:
        return name_hash(LANGUAGES[int(out["language"])]) != name
    if kind is Preference.TONE:
        wanted = [name_hash(tone) for tone in TONES].index(name)
        return bool(int(desk.tables.words[int(out["action"]), int(out["language"])]) >> wanted & 1) and int(out["tone"]) != wanted
    if kind is Preference.TYPE_NO:
        return name_hash(ActionType(int(action["type"])).name.lower()) == name
    return bool(int(action["category"]) == name)


def _at_a_bad_time(kind: Preference, stated: Any, row: Any, send_ms: int) -> bool:
    minute, low, high = (send_ms // 60_000) % 1440, int(stated["low"]), int(stated["high"])
    if kind is Preference.QUIET_HOURS:
        return low <= minute < high if low < high else minute >= low or minute < high
    recent = [row["contacts"][i]["at_ms"] for i in range(int(row["n_contacts"])) if send_ms - row["contacts"][i]["at_ms"] < high * DAY]
    return len(recent) >= low


def pairs(kind: Preference, respected: bool) -> Iterator[tuple[bool, bool]]:
    """For cases in which the wish is against the winner: (the new decision breaks it, it is another decision)."""
    for seed in range(400):
        rng = np.random.default_rng(seed)
        desk = shop(rng, respected)
        for _ in range(10):
            now = int(rng.choice(MOMENTS)) + int(rng.integers(-2 * DAY, 2 * DAY))
            made = [contact(now - int(rng.integers(HOUR, 4 * DAY)), channel="email") for _ in range(int(rng.integers(3)))]
            person = {
                "orders": 2,
                "timezone": name_hash("UTC"),
                "earned": float(rng.choice([0.0, 50.0])),
                "gratitude_as_of_ms": now,
                "consents": [said(), said(Purpose.RELATIONSHIP)],
                "contacts": made,
                "last_explored_ms": now,  # nothing is drawn: the best wins
            }
            trigger = a_trigger(ref=int(rng.integers(1, 2**60)), now_ms=now, placement=int(rng.choice([-1, -1, 0])))
            before = desk.decide(a_row(**person), trigger)
            row = a_row(**person)
            stated = wish_against(kind, desk, before, row, now) if before["action"] >= 0 and not before["explored"] else None
            if stated is None or not breaks(stated, desk, row, before):
                continue
            row = a_row(**person, preferences=[stated])
            after = desk.decide(row, trigger)
            changed = any(before[member] != after[member] for member in ("candidate", "send_ms", "tone", "language", "presented"))
            yield breaks(stated, desk, row, after), changed


@pytest.mark.parametrize("kind", list(Preference))
def test_a_stated_wish_takes_out_what_would_have_won(kind: Preference) -> None:
    n = broken = unchanged = 0
    for breaks_it, changed in pairs(kind, respected=True):
        n += 1
        broken += breaks_it
        unchanged += not changed
        if n == NEEDED + 50:
            break

    assert n >= NEEDED
    assert (broken, unchanged) == (0, 0)


@pytest.mark.parametrize("kind", [kind for kind in Preference if kind not in (Preference.TONE, *PRESENTED)])
def test_with_the_gate_switched_off_the_same_wishes_are_broken(kind: Preference) -> None:
    broken = [breaks_it for _, (breaks_it, _) in zip(range(60), pairs(kind, respected=False), strict=False)]

    assert sum(broken) > 50
