"""Random policies, customers and triggers, dense in the cases where rules meet; the generator decides everything."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.policy.cohorts import cohort_members
from platinum.policy.tables import Tables
from platinum.profile.entries import BITMAP_WORDS, WRITING
from platinum.vocabulary.codes import N_GATES, N_LANES, ActionType, Field, Kind, Preference, Purpose
from tests.builders.aims import random_goals, some_aims, some_goals
from tests.builders.bonds import one_of_them, random_bonds, some_balances, some_parties
from tests.builders.desk import DAY, HOUR, NOW, a_row, a_trigger
from tests.builders.manner import some_hours, some_tones
from tests.builders.roles import random_account, random_roles
from tests.builders.tables import ZONES, a_cap, a_channel, an_action, records, some_tables

CATEGORIES = ("kitchen", "garden", "candles")
LANGUAGES = ("en", "de", "fr")
TONES = ("brief", "warm", "formal")
CHANNELS = ("web", "call", "email", "card")
TYPES = [kind for kind in ActionType if kind is not ActionType.SILENCE]
_FIELDS = [Field.ORDERS, Field.SPEND, Field.DAYS_SINCE_LAST, Field.TRIGGER_AMOUNT, Field.GRATITUDE, Field.MONETARY_VALUE, Field.CONTACTS_7D]
#: Instants around which both clock changes of some zone lie.
MOMENTS = (NOW, 1_711_846_800_000, 1_698_540_000_000, 1_710_053_000_000)


def _choose(rng: Generator, *options: Any) -> Any:
    return options[int(rng.integers(len(options)))]


def _some_action(rng: Generator, i: int) -> dict[str, Any]:
    kind = TYPES[int(rng.choice(len(TYPES), p=_weights()))]
    return an_action(
        f"action-{i}",
        kind,
        value=float(np.round(rng.uniform(-2, 12), 2)) if kind >= ActionType.HELP else 0.0,
        cost=float(_choose(rng, 0.0, 0.1)),
        effort=float(_choose(rng, 0.0, -1.0, 2.0)),
        lever=float(_choose(rng, 1.0, 0.1, 1.3, 5.0)),
        priority=float(_choose(rng, 0.0, 0.0, 1.0)),
        min_interval_ms=int(_choose(rng, 0, 0, 5 * DAY)),
        expires_ms=int(_choose(rng, 0, 3 * DAY, 2 * HOUR)),
        **_some_end(rng),
        languages=int(_choose(rng, 0, 1, 3, 4)),
        tones=int(_choose(rng, 0, 1, 2, 6)),
        category=name_hash(_choose(rng, *CATEGORIES)) if rng.random() < 0.5 else 0,
        intent=name_hash("where") if rng.random() < 0.5 else 0,
        facts=int(_choose(rng, 0, 0, 0, 1, 2, 4, 16)),
        placements=int(_choose(rng, 0, 0, 0, 1, 6)),
        sells=int(rng.random() < 0.2),
        presents=int(rng.integers(8)),
        **some_parties(rng),
        **_some_growth(rng, kind),
        **_some_ramp(rng),
        **some_aims(rng),
        asks=int(_choose(rng, 0, 0, 1, 4, 8, 256, t.ASKS_GOAL, t.ASKS_GOAL)) if kind in (ActionType.LISTEN, ActionType.ANSWER) else 0,
    )


def _some_growth(rng: Generator, kind: ActionType) -> dict[str, Any]:
    """What depends on what the person is worth: whether it may be chosen, or what it is valued at."""
    on_top = kind in (ActionType.OFFER, ActionType.SURPRISE, ActionType.AMENDS) and rng.random() < 0.4
    if kind < ActionType.HELP or kind == ActionType.AMENDS or rng.random() < 0.7:
        return {"by_worth": int(on_top)}
    return {"by_worth": int(on_top), "of_equity": float(_choose(rng, 0.0, 0.02, -0.01)), "of_unrealised": float(_choose(rng, 0.0, 0.1))}


def _some_ramp(rng: Generator) -> dict[str, Any]:
    """None for most; a share that stands, or grows around one of the moments."""
    start = float(_choose(rng, 0.0, 0.3, 0.8))
    growing = {"kept_out_at_last": 0.1 * (1.0 - start), "ramp_from_ms": int(_choose(rng, *MOMENTS)) - 2 * DAY, "ramp_ms": 4 * DAY}
    standing = {"kept_out_at_last": 1.0 - start}
    return dict(_choose(rng, {}, {}, {"kept_out": 1.0 - start, **_choose(rng, growing, standing)}))


def _some_end(rng: Generator) -> dict[str, Any]:
    """Terms that never end, or on a day near one of the moments, or so long after they are sent."""
    near = int(_choose(rng, *MOMENTS)) // DAY + int(rng.integers(-1, 4))
    return dict(
        _choose(rng, {}, {"ends_day": near}, {"ends_days": int(rng.integers(1, 4)), "ends_hours_ms": int(_choose(rng, 0, 0, 12 * HOUR))})
    )


def _weights() -> list[float]:
    common = {ActionType.THANK_YOU: 0.1, ActionType.ANSWER: 0.14, ActionType.LISTEN: 0.05, ActionType.HELP: 0.2, ActionType.OFFER: 0.4}
    rest = (1.0 - sum(common.values())) / (len(TYPES) - len(common))
    return [common.get(kind, rest) for kind in TYPES]


def _conditions(rng: Generator, actions: Any) -> dict[str, Any]:
    """Leaves, and for half the actions a small postfix program."""
    leaves = [
        {
            "field": _choose(rng, *_FIELDS),
            "op": int(rng.integers(6)),
            "a": float(_choose(rng, 0.0, 1.0, 2.0)),
            "b": float(rng.integers(2, 60)),
        }
        for _ in range(8)
    ]
    program: list[int] = []
    for action in actions:
        if rng.random() < 0.6:
            continue
        x, y = int(rng.integers(8)), int(rng.integers(8))
        code = _choose(rng, [x], [x, y, t.AND], [x, y, t.OR], [x, t.NOT], [t.TRUE, x, t.NOT, y, t.OR, t.AND])
        action["program_start"], action["program_len"] = len(program), len(code)
        program += code
    return {"leaves": records(t.LEAF, *leaves), "program": np.array(program or [t.TRUE], np.int32)}


def _some_cap(rng: Generator) -> dict[str, Any]:
    limit = int(rng.integers(0 if rng.random() < 0.05 else 1, 4))
    window_ms = int(_choose(rng, DAY, 7 * DAY, 30 * DAY))
    return a_cap(limit, window_ms, int(_choose(rng, -1, -1, 0, 2, 3)), int(_choose(rng, 511, 511, 1 << ActionType.LISTEN, 192)))


def _some_candidates(rng: Generator, actions: NDArray[np.void], channels: NDArray[np.void]) -> NDArray[np.void]:
    pairs = [(a, h) for a in range(len(actions)) for h in range(len(channels)) if rng.random() < 0.8]
    made = [
        {"action": a, "channel": h, "cost": actions[a]["cost"] + channels[h]["cost"], "p_accept": 1 / (1 + np.exp(-rng.uniform(-4, 1)))}
        for a, h in pairs or [(0, 2)]
    ]
    return records(t.CANDIDATE, *made)


def _of_some_tones(rng: Generator, tables: Tables) -> Tables:
    """The tables, with words in some of the tones in each language."""
    spoken = tables.words != 0
    tables.words[spoken] = rng.integers(1, 8, int(spoken.sum()), np.uint64)
    return tables


def _some_look_alikes(rng: Generator) -> dict[str, Any]:
    """What the best of some cells are worth."""
    cohorts = [0, *cohort_members({})["cohort_names"][:4]]
    cells = [(int(_choose(rng, *cohorts)), int(_choose(rng, 0, *map(name_hash, CATEGORIES)))) for _ in range(int(rng.integers(0, 9)))]
    known = {cell: float(rng.uniform(0, 200)) for cell in cells if cell[0] or not cell[1]}
    rest = [0] * (t.MOST_CELLS - len(known))
    names: dict[str, Any] = {"cell_cohort": [c for c, _ in known] + rest, "cell_category": [c for _, c in known] + rest}
    return names | {"grows": 1, "n_cells": len(known), "cell_p90": [*known.values(), *rest]}


def _some_settings(rng: Generator) -> dict[str, Any]:
    return {
        "gamma": float(_choose(rng, 5.0, 100.0)),
        "max_scored": int(_choose(rng, 20, 20, 3)),
        "default_tone": int(rng.integers(3)),
        "default_language": int(rng.integers(3)),
        "thank_holdout": float(_choose(rng, 0.0, 0.3)),
        "thank_daily": float(_choose(rng, 1.0, 1.0, 0.6)),
        "thank_delay_ms": int(_choose(rng, 0, 0, 2 * DAY)),
        **_some_trust(rng),
        **some_tones(rng),
        **_some_look_alikes(rng),
        **some_goals(rng, CATEGORIES),
        **some_balances(rng),
        "account_softens": int(rng.random() < 0.8),
        "account_cap": int(_choose(rng, -1, -1, 3, 0)),
        "ask_interval_ms": int(_choose(rng, 0, 30 * DAY)),
    }


def random_tables(rng: Generator, **overrides: Any) -> Tables:
    """A policy with all types of action on four channels, two of them outbound and mostly with quiet hours."""
    quiet = [(-1, -1), (21 * 60, 8 * 60), (13 * 60, 15 * 60), (0, 1440)]
    at = [quiet[int(rng.integers(4))] for _ in range(2)]
    channels = records(
        t.CHANNEL,
        a_channel("web", 0),
        a_channel("call", 0, cost=0.5),
        a_channel("email", **some_hours(rng), cost=0.01, quiet_from=at[0][0], quiet_to=at[0][1], existing_customer=int(rng.integers(2))),
        a_channel("card", cost=1.1, quiet_from=at[1][0], quiet_to=at[1][1], expires_ms=20 * HOUR),
    )
    actions = records(t.ACTION, *[_some_action(rng, i) for i in range(int(rng.integers(4, 14)))])
    caps = [_some_cap(rng) for _ in range(int(rng.integers(4)))]
    candidates = _some_candidates(rng, actions, channels)
    placements = [
        {"name": name_hash("home"), "channel": 0, "lanes": 0b11_1111, "types": 511},
        {"name": name_hash("screen"), "channel": 1, "lanes": int(rng.integers(64)), "types": int(rng.integers(512))},
        {"name": name_hash("mail"), "channel": 2, "lanes": 0b11_0000, "types": 511},
    ]
    matrix = (rng.random((N_GATES, N_LANES)) < 0.93).astype(np.uint8)
    defaults = {
        "channels": channels,
        "actions": actions,
        "candidates": candidates,
        "caps": records(t.CAP, *caps),
        "placements": records(t.PLACEMENT, *placements),
        "tones": records(t.TONE, *[{"name": name_hash(tone), "vector": tuple(rng.choice([-0.8, 0.0, 0.8], 5))} for tone in TONES]),
        "categories": np.array([name_hash(c) for c in CATEGORIES], np.uint32),
        "languages": np.array([name_hash(x) for x in LANGUAGES], np.uint32),
        "features": records(t.FEATURE, *[{"field": field, "transform": int(rng.integers(2)), "scale": 0.1} for field in _FIELDS]),
        "matrix": matrix,
        "settings": _some_settings(rng),
        **_conditions(rng, actions),
    }
    return _of_some_tones(rng, some_tables(**(defaults | overrides)))


def _some_trust(rng: Generator) -> dict[str, Any]:
    """What is known of everybody's trust, and the share of silence: for half of the policies one part is not known."""
    known = {name: float(np.round(rng.uniform(0.2, 0.95), 3)) for name in ("trust_kept", "trust_terms", "trust_recovery")}
    unknown = {_choose(rng, *known): -1.0} if rng.random() < 0.5 else {}
    arm = {name: float(_choose(rng, 0.0, 0.02, 0.2)) for name in ("arm_random", "arm_silent", "arm_same")}
    return known | unknown | {"trust_low": float(_choose(rng, 0.5, 0.5, 0.7, 0.0))} | arm


def _random_consents(rng: Generator) -> list[dict[str, Any]]:
    keys = {(int(rng.integers(6)), _choose(rng, "", *CHANNELS)) for _ in range(int(rng.integers(5)))} | {(int(Purpose.PROMOTION), "")}
    return [
        {"purpose": p, "channel": name_hash(c) if c else 0, "state": int(_choose(rng, 1, 1, 1, -1, -2, 2)), "at_s": int(rng.integers(4)),
         "evidence_offset": int(rng.integers(100))}
        for p, c in sorted(keys)
    ]  # fmt: skip


def _random_wishes(rng: Generator) -> list[dict[str, Any]]:
    says = {
        Preference.CHANNEL_NO: (_choose(rng, *CHANNELS), 0, 0),
        Preference.CHANNEL_ONLY: (_choose(rng, *CHANNELS), 0, 0),
        Preference.QUIET_HOURS: ("", *_choose(rng, (720, 840), (1200, 540), (0, 1439))),
        Preference.CADENCE: ("", int(rng.integers(0 if rng.random() < 0.1 else 1, 4)), int(rng.integers(1, 30))),
        Preference.LANGUAGE: (_choose(rng, *LANGUAGES, "sv"), 0, 0),
        Preference.TONE: (_choose(rng, *TONES, "rude"), 0, 0),
        Preference.TYPE_NO: (_choose(rng, *[kind.name.lower() for kind in TYPES]), 0, 0),
        Preference.CATEGORY_NO: (_choose(rng, *CATEGORIES), 0, 0),
        Preference.DETAIL: (_choose(rng, "brief", "full"), 0, 0),
        Preference.ORDER: (_choose(rng, "facts_first", "people_first"), 0, 0),
        Preference.PACE: (_choose(rng, "quick", "calm"), 0, 0),
    }
    return [
        {"kind": kind, "name": name_hash(name) if name else 0, "low": low, "high": high, "on": int(rng.random() < 0.9), "at_s": 1}
        for kind, (name, low, high) in says.items()
        if rng.random() < 0.12
    ]


def _random_contacts(rng: Generator, now: int, actions: int) -> dict[str, Any]:
    def one() -> dict[str, Any]:
        h = int(rng.integers(4))
        return {
            "channel": name_hash(CHANNELS[h]),
            "outbound": int(h >= 2),
            "type": TYPES[int(rng.choice(len(TYPES), p=_weights()))],
            "action": name_hash(f"action-{rng.integers(actions + 2)}"),
        }

    made = [one() | {"at_ms": now - int(rng.exponential(6 * DAY))} for _ in range(int(rng.integers(6)))]
    plans = []
    for i in range(int(rng.integers(4)) if rng.random() < 0.5 else 0):
        send = now + int(rng.integers(-2 * DAY, 2 * DAY))
        plans.append(
            one() | {"ref": i + 1, "planned_ms": now - DAY, "send_ms": send, "expires_ms": send + int(_choose(rng, HOUR, 3 * DAY))}
        )
    names = rng.permutation(actions + 2)[: int(rng.integers(4)) if rng.random() < 0.3 else 0]
    given = [{"action": name_hash(f"action-{n}"), "at_ms": now - int(rng.exponential(6 * DAY))} for n in names]
    return {"contacts": sorted(made, key=lambda c: -int(c["at_ms"])), "planned": plans, "given": given}


def _random_called_off(rng: Generator, now: int) -> dict[str, Any]:
    """Categories of orders that were called off around a week ago; none for most."""
    names = rng.permutation(CATEGORIES)[: int(rng.integers(len(CATEGORIES))) if rng.random() < 0.3 else 0]
    return {"called_off": [{"category": name_hash(str(name)), "at_s": (now - int(rng.integers(10 * DAY))) // 1000} for name in names]}


def _random_effort(rng: Generator, now: int) -> dict[str, Any]:
    """Journeys around the threshold, and what is left of older ones; nothing for half of all."""
    if rng.random() < 0.5:
        return {}
    journeys = [
        {
            "first_ms": now - 9 * DAY,
            "last_ms": now - int(rng.integers(9 * DAY)),
            "intent": name_hash(_choose(rng, "where", "why")) if rng.random() < 0.8 else 0,
            "channels": (name_hash("web"), name_hash("call"), 0, 0),
            "started": (int(rng.integers(3)), int(rng.integers(3)), 0, 0),
            "n_channels": int(rng.integers(1, 3)),
            "transfers": int(rng.integers(3)),
            "waited_s": int(rng.integers(2000)),
            "state": int(rng.integers(2)),
        }
        for _ in range(int(rng.integers(3)))
    ]
    return {"journeys": journeys, "effort": float(rng.uniform(0, 1)), "effort_as_of_ms": now - int(rng.integers(30 * DAY))}


def _random_trust(rng: Generator, now: int) -> dict[str, Any]:
    """Promises, offers and cases of the past; nothing for a third of all."""
    if rng.random() < 0.3:
        return {}
    n = {name: float(rng.integers(1, 12)) for name in ("said", "offers", "cases")}
    good = {name: n[of] * float(rng.uniform(0, 1)) for name, of in (("kept", "said"), ("clarity", "offers"), ("righted", "cases"))}
    clocks = {name: now - int(rng.integers(-DAY, 300 * DAY)) for name in ("said_as_of_ms", "trust_as_of_ms")}
    return n | good | clocks


def _random_received(rng: Generator, now: int) -> dict[str, Any]:
    """How contacts on some channels were received; nothing is known of half of all."""
    if rng.random() < 0.5:
        return {}
    entries = []
    for name in rng.permutation(["", *CHANNELS])[: int(rng.integers(1, 5))]:
        yes, no, nothing = (int(x) for x in rng.integers(0, 4, 3) * rng.integers(0, 3, 3))
        entry = {"n": yes + no + nothing, "sum": yes - no - 0.1 * nothing, "squares": yes + no + 0.01 * nothing}
        entries.append(entry | {"channel": name_hash(str(name)) if name else 0})
    return {"received": entries, "received_as_of_ms": now - int(rng.integers(-DAY, 60 * DAY))}


def _random_style(rng: Generator, now: int) -> dict[str, Any]:
    """How they write and read, and what was noted of it; nothing is known of half of all."""
    if rng.random() < 0.5:
        return {}
    words = float(rng.integers(1, 900))
    counted = {name: float(rng.uniform(0, words / 12)) for name in WRITING} | {"texts": float(rng.integers(1, 9)), "words": words}
    counted |= {"letters": words * float(rng.uniform(3, 6)), "known_words": _choose(rng, 0.0, words, words)}
    notes = rng.integers(0, 3, 5).astype(float)
    read = float(rng.integers(4))
    return {
        "style_as_of_ms": now - int(rng.integers(-DAY, 90 * DAY)),
        "writing": tuple(counted[name] for name in WRITING),
        "noted_n": tuple(notes),
        "noted": tuple(notes * rng.choice([-1.0, 1.0], 5)),
        "read_n": read,
        "read_share": read * float(rng.random()),
    }


def random_row(rng: Generator, tables: Tables, now: int) -> Any:
    """A customer with wishes, consents and contacts around the rules of ``tables``."""
    orders = int(rng.integers(4))
    contacts = _random_contacts(rng, now, len(tables.actions))
    thanked = [int(c["at_ms"]) for c in contacts["contacts"] if c["type"] == ActionType.THANK_YOU]
    thanked += [int(p["send_ms"]) for p in contacts["planned"] if p["type"] == ActionType.THANK_YOU]
    return a_row(
        first_seen_ms=now - int(rng.integers(1, 300)) * DAY,
        last_seen_ms=now,
        language=name_hash(_choose(rng, *LANGUAGES, "sv")) if rng.random() < 0.5 else 0,
        timezone=name_hash(_choose(rng, *ZONES, "Nowhere/Land")) if rng.random() < 0.7 else 0,
        orders=orders,
        spend=orders * 20.0,
        last_order_ms=now - 20 * DAY if orders else 0,
        first_day=now // DAY - 100,
        last_day=now // DAY - 20,
        purchase_days=[1, 1 << 16, *[0] * (BITMAP_WORDS - 2)] if orders else 0,
        older_days=int(rng.integers(30)) if orders else 0,
        life=float(_choose(rng, 0.0, 0.0, 0.4)),
        life_as_of_ms=now - int(rng.integers(-DAY, 200 * DAY)),
        last_category=name_hash(_choose(rng, *CATEGORIES, "gone")) if orders else 0,
        affinities=[{"sum": float(rng.uniform(-1, 3)), "name": name_hash(c)} for c in (*CATEGORIES, "gone") if rng.random() < 0.4],
        consents=_random_consents(rng),
        preferences=_random_wishes(rng),
        earned=float(rng.uniform(0, 8)),
        gratitude_as_of_ms=now - int(rng.integers(20 * DAY)),
        last_thanked_ms=max(thanked, default=0) if rng.random() < 0.7 else int(now - rng.integers(200 * DAY)),
        last_explored_ms=now - int(rng.integers(20 * DAY)) if rng.random() < 0.4 else 0,
        **_random_effort(rng, now),
        **_random_called_off(rng, now),
        **_random_trust(rng, now),
        **_random_received(rng, now),
        **_random_style(rng, now),
        **random_goals(rng, now, CATEGORIES),
        **random_bonds(rng, now),
        **random_roles(rng, now, CATEGORIES),
        **contacts,
    )


def random_trigger(rng: Generator, tables: Tables, now: int) -> Any:
    """Mostly the stream's, else one of the placements'."""
    return a_trigger(
        ref=int(rng.integers(1, 2**63)),
        now_ms=now,
        offset=int(rng.integers(1000)),
        amount=float(rng.integers(5)),
        intent=name_hash(_choose(rng, "where", "why")) if rng.random() < 0.3 else 0,
        kind=int(_choose(rng, Kind.ORDER_COMPLETED, Kind.REQUEST_MADE, Kind.PAGE, Kind.ORDER_CANCELLED)),
        placement=-1 if rng.random() < 0.6 else int(rng.integers(len(tables.placements))),
        person=one_of_them(int(rng.integers(1, 2**63))),
        account=random_account(rng),
    )


def random_moment(rng: Generator) -> int:
    """Within two days of a moment that matters."""
    return int(_choose(rng, *MOMENTS)) + int(rng.integers(-2 * DAY, 2 * DAY))
