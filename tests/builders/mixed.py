"""A history in which everything happens that a profile knows: events of every kind, plans, timers."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.decide.record import TRIGGER
from platinum.hashing import name_hash
from platinum.jit import kernel
from platinum.policy.tables import FEATURE, T_LINEAR, Tables
from platinum.policy.tiers import tier_members
from platinum.policy.value_keys import value_members
from platinum.profile.claims import add_claim
from platinum.profile.contacts import find_planned, plan
from platinum.profile.due import all_due
from platinum.profile.features import fill_features
from platinum.profile.fold import fold
from platinum.profile.obligations import forget_settled, put_in_order
from platinum.profile.pending import remember_decision
from platinum.profile.timers import next_due_ms, reach, set_timer
from platinum.vocabulary.codes import ENGINE_KINDS, TIMED_KINDS, Field, Kind, Preference, Purpose
from tests.builders.rows import NOON, Made, a_ref, an_event, columns_of, new_rows, some_more
from tests.builders.tables import DAY, records, some_tables

CHANNELS = ("web", "email", "card")
WORDS = ("kitchen", "garden", "candles", "toys", "en", "de", "offer", "thank_you", "email", "card", "warm", "ces")
NAMED = {
    Field.AFFINITY: "candles",
    Field.TRAIT: "region",
    Field.ENGAGEMENT: "email",
    Field.REACHED: "email",
    Field.CONSENT_PROMOTION: "email",
}
_OFTEN = [
    Kind.ORDER_COMPLETED,
    Kind.DECISION_SHOWN,
    Kind.CONTACT_DISPATCHED,
    Kind.PROMISE_MADE,
    Kind.PROMISE_KEPT,
    Kind.IDENTIFY,
    Kind.CASE_OPENED,
    Kind.CASE_CLOSED,
    Kind.SURVEY_ANSWERED,
    Kind.CONTACT_STARTED,
]
_DUE = (Kind.ORDER_COMPLETED, Kind.PROMISE_MADE, Kind.PROMISE_RENEGOTIATED)
PLAN = np.dtype([("ref", "<u8"), ("after", "<i8"), ("action", "<i8"), ("channel", "<i8")])


def every_field() -> Tables:
    """Tables whose features are all fields as they are."""
    rows = ({"field": f, "name": name_hash(NAMED[f]) if f in NAMED else 0, "transform": T_LINEAR, "scale": 1.0} for f in Field)
    value = {"life_events": dict.fromkeys(WORDS, 0.3)}
    tiers = {"names": ["basic", "plus", "top"], "margin": [1.0, 40.0], "orders": [0.2, 2.0]}
    return some_tables(features=records(FEATURE, *rows), settings=value_members({"value": value}) | tier_members({"tiers": tiers}))


def a_mixed_history(n: int, seed: int) -> tuple[list[Made], NDArray[np.void]]:
    """``n`` events of one customer over two years, now and then late, and a plan after every tenth."""
    rng, roles = random.Random(seed), random.Random(seed + 1000)
    kinds = [k for k in Kind if k not in ENGINE_KINDS and k not in TIMED_KINDS] + 6 * _OFTEN
    events = []
    for i in range(n):
        now_ms = NOON + i * (700 * DAY // n)
        kind = rng.choice(kinds)
        at_ms = now_ms - (rng.randrange(40 * DAY) if rng.random() < 0.2 else 0)
        code = rng.choice(list(Preference if kind == Kind.PREFERENCE_STATED else Purpose))
        words = {m: rng.choice(WORDS) if rng.random() < 0.7 else "" for m in ("name_a", "name_b", "language", "channel", "country")}
        events.append(
            an_event(
                kind,
                at_ms,
                record_ms=now_ms,
                offset=i,
                message=rng.randrange(1, n),
                ref=a_ref(rng.randrange(max(0, i // 10 - 5), i // 10 + 1)),
                amount=rng.choice([-1.0, 1.0, round(rng.uniform(-5, 200), 2)]),
                low=float(rng.choice([1, 2] if kind == Kind.PREFERENCE_STATED else [-2, -1, 1, 2])),
                high=float(at_ms + rng.randrange(1, 20) * DAY if kind in _DUE else rng.choice([480, 7])),
                code=code,
                timezone=rng.choice(["", "Europe/Berlin", "America/New_York", "Nowhere/Here"]),
                items=[
                    (rng.choice(("region", "loyalty_card", "party", *WORDS)), float(rng.randrange(1, 90)), rng.choice(("north", "partner")))
                    for _ in range(rng.randrange(3))
                ],
                **words,
            )
        )
        events[-1] |= _in_role(kind, at_ms, roles)
        if Kind.DECISION_SHOWN <= kind <= Kind.CONTACT_ABORTED and i % 10:  # nearly all about what was decided for themselves
            events[-1] |= {"high": 0.0}
        if i > 0 and events[i - 1]["kind"] == Kind.CASE_OPENED and i % 2 == 0:
            events[i] |= {"kind": Kind.CASE_CONFIRMED, "ref": events[i - 1]["ref"], "occurred_ms": now_ms}
    plans = np.zeros((n + 9) // 10, PLAN)
    for j in range(len(plans)):
        plans[j] = (a_ref(j), j * 10, rng.randrange(4), rng.randrange(3))
    return events, plans


def _in_role(kind: Kind, at_ms: int, rng: random.Random) -> Made:
    """Members of an event that say for which account it was done; mostly none."""
    account = name_hash(rng.choice(("firm-1", "firm-2"))) if rng.random() < 0.2 else 0
    if kind != Kind.GROUP:
        return {"account": account}
    until_ms, name = float(at_ms + rng.randrange(9) * DAY), name_hash(rng.choice(WORDS))
    return {"account": account, "items": [], "code": rng.randrange(1, 4), "role": name, "high": until_ms}


@kernel
def live(row: Any, events: Any, items: Any, plans: Any, tables: Any, more: Any, became: Any) -> None:
    """Fold a mixed history into one row as the stream would: timers in front of events, plans behind them."""
    p = 0
    for i in range(events.shape[0]):
        now_ms = events[i]["record_ms"]
        if 0 < row["timer_due_ms"] <= now_ms:
            for rule in range(tables.whens.shape[0]):
                became[i] += 100 * reach(row, rule, tables, now_ms)
            row["rules_due_ms"] = next_due_ms(row, tables, now_ms)
            all_due(row, more, now_ms, tables)
            forget_settled(row, more)
            put_in_order(row, more)
            set_timer(row, more, tables)
        became[i] += fold(row, events[i], items, tables, more)
        if p < plans.shape[0] and plans[p]["after"] == i:
            action, channel = tables.actions[plans[p]["action"]], tables.channels[plans[p]["channel"]]
            outbound, ref, day_ms = channel["outbound"], plans[p]["ref"], 86_400_000
            plan(row, ref, action["name"], channel["name"], action["type"], outbound, now_ms, now_ms + 1000, now_ms + 9 * day_ms)
            remember_decision(row, ref, action["name"], channel["name"], now_ms, now_ms + 30 * day_ms, outbound)
            if p % 2 == 1 and outbound == 1 and find_planned(row, ref) >= 0:
                add_claim(row, ref, ref, now_ms)
            p += 1


def lived(n: int, seed: int) -> tuple[bytes, bytes, bytes]:
    """(row, what became of each event, every field at the end) after a mixed history, as bytes."""
    tables = every_field()
    events, plans = a_mixed_history(n, seed)
    columns, items = columns_of(events)
    rows, became = new_rows(), np.zeros(n, np.int64)
    with np.errstate(over="ignore"):
        live(rows[0], columns, items, plans, tables, some_more(), became)
    trigger = np.zeros(1, TRIGGER)
    trigger["now_ms"] = NOON + 701 * DAY
    out = np.zeros(len(tables.features), np.float32)
    fill_features(rows[0], trigger[0], tables, out)
    return rows.tobytes(), became.tobytes(), out.tobytes()
