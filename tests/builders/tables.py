"""Small policy tables for tests: every array has a default, each can be replaced by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.policy.accounts import account_members
from platinum.policy.agents import agent_members
from platinum.policy.budgets import budget_members
from platinum.policy.cohorts import cohort_members
from platinum.policy.effort_keys import effort_members
from platinum.policy.promises import ledger_kinds
from platinum.policy.reciprocity import reciprocity_members
from platinum.policy.settings import ledger_members
from platinum.policy.tables import Tables
from platinum.policy.tiers import tier_members
from platinum.policy.value_keys import value_members
from platinum.vocabulary.codes import LANE_OF, N_GATES, N_KINDS, N_LANES, PURPOSE_OF, ActionType, Kind, Outcome

DAY = 86_400_000
HOUR = 3_600_000

ZONES = ("America/New_York", "Australia/Lord_Howe", "Europe/Berlin", "Europe/London", "Pacific/Apia", "UTC")
ALL_TYPES = 0b11_1111_1111


def records(dtype: np.dtype[np.void], *rows: dict[str, Any]) -> NDArray[np.void]:
    """One record per mapping; members that are not named are 0."""
    made = np.zeros(len(rows), dtype)
    for i, row in enumerate(rows):
        for member, value in row.items():
            made[i][member] = value
    return made


def an_action(name: str, kind: ActionType = ActionType.OFFER, **members: Any) -> dict[str, Any]:
    """An ACTION with sensible members for its type; ``category`` may be given as a name."""
    if isinstance(members.get("category"), str):
        members["category"] = name_hash(members["category"])
    defaults: dict[str, Any] = {
        "name": name_hash(name),
        "type": kind,
        "lane": LANE_OF[kind],
        "purpose": PURPOSE_OF[kind],
        "value": 4.0 if kind == ActionType.OFFER else 0.0,
        "clarity": 0.9 if kind == ActionType.OFFER else 0.0,
        "lever": 1.0,
        "expires_ms": 3 * DAY,
        "reward_window_ms": 7 * DAY,
        "languages": 1,
        "tones": 1,
    }
    return defaults | members


def a_channel(name: str, outbound: int = 1, **members: Any) -> dict[str, Any]:
    """A CHANNEL without quiet hours."""
    defaults = {"name": name_hash(name), "outbound": outbound, "quiet_from": -1, "quiet_to": -1, "expires_ms": 3 * DAY}
    return defaults | members


def a_cap(limit: int, window_ms: int, channel: int = -1, types: int = ALL_TYPES) -> dict[str, Any]:
    """A CAP over all outbound channels and all types unless said otherwise."""
    return {"limit": limit, "window_ms": window_ms, "channel": channel, "types": types, "name": name_hash(f"{limit} per {window_ms}")}


def candidates_of(actions: NDArray[np.void], channels: NDArray[np.void]) -> NDArray[np.void]:
    """Every action on every channel, action-major, prior 5 %."""
    rows = [
        {"action": a, "channel": h, "cost": actions[a]["cost"] + channels[h]["cost"], "p_accept": 0.05}
        for a in range(len(actions))
        for h in range(len(channels))
    ]
    return records(t.CANDIDATE, *rows)


def rewards_for(actions: int, **weights: float) -> NDArray[np.void]:
    """REWARD[A + 1]: of every action acceptance counts 1 and the first answer decides, unless said otherwise; of silence nothing counts."""
    rows = np.zeros(actions + 1, t.REWARD)
    rows["window_ms"] = 7 * DAY
    rows["counts"][-1] = t.COUNTS_SUM
    for name, weight in ({"accepted": 1.0} | weights).items():
        rows["weight"][:-1, Outcome[name.upper()]] = weight
    return rows


@lru_cache
def zone_transitions(zone: str, first_year: int = 2009, last_year: int = 2032) -> tuple[tuple[int, int], ...]:
    """(instant, local minus UTC) of a zone in ms, found by bisection over ``zoneinfo``; the first holds since ever."""
    info = ZoneInfo(zone)

    def offset(second: int) -> int:
        local = datetime.fromtimestamp(second, UTC).astimezone(info).utcoffset() or timedelta(0)
        return int(local.total_seconds())

    first = int(datetime(first_year, 1, 1, tzinfo=UTC).timestamp())
    last = int(datetime(last_year, 1, 1, tzinfo=UTC).timestamp())
    found = [(int(np.iinfo(np.int64).min), offset(first) * 1000)]
    for day in range(first, last, 7 * 86_400):
        low, high = day, day + 7 * 86_400
        if offset(low) == offset(high):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(middle) == offset(day) else (low, middle)
        found.append((high * 1000, offset(high) * 1000))
    return tuple(found)


def zone_arrays(zones: tuple[str, ...] = ZONES) -> dict[str, NDArray[Any]]:
    """The four zone arrays of ``Tables`` for these IANA names."""
    ordered = sorted(zones, key=name_hash)
    steps = [zone_transitions(zone) for zone in ordered]
    return {
        "zone_names": np.array([name_hash(zone) for zone in ordered], np.uint32),
        "zone_starts": np.cumsum([0] + [len(s) for s in steps]).astype(np.int32),
        "zone_from_ms": np.array([at for s in steps for at, _ in s], np.int64),
        "zone_offset_ms": np.array([offset for s in steps for _, offset in s], np.int64),
    }


def some_settings(**members: Any) -> NDArray[np.void]:
    """SETTINGS[1]; ``zone`` may be given as an IANA name of ``ZONES``."""
    zone = members.pop("zone", "Europe/London")
    if isinstance(zone, str):
        zone = sorted(name_hash(z) for z in ZONES).index(name_hash(zone))
    defaults = {
        "policy": 0x0123456789ABCDEF,
        "utility_low": -5.0,
        "utility_high": 5.0,
        "gamma": 100.0,
        "kappa_effort": 0.1,
        "kappa_fatigue": 0.05,
        **dict.fromkeys(("thank_threshold", "thank_weight"), 3.0),
        "thank_interval_ms": 90 * DAY,
        **dict.fromkeys(("thank_daily", "surprise_daily"), 1.0),
        "signatures": 8.0,
        "thank_quiet_before_ms": 24 * HOUR,
        "thank_quiet_after_ms": 72 * HOUR,
        "explore_interval_ms": 7 * DAY,
        "affinity_half_life_ms": 90.0 * DAY,
        "engagement_half_life_ms": 30.0 * DAY,
        "gratitude_half_life_ms": 90.0 * DAY,
        "value_half_life_ms": 365.0 * DAY,
        "view_half_life_ms": 30.0 * DAY,
        "fatigue_half_life_ms": 7.0 * DAY,
        "welcome_half_life_ms": 180.0 * DAY,
        "engagement_prior_n": 10.0,
        "engagement_prior_rate": 0.05,
        "longest_cap_ms": 365 * DAY,
        **ledger_members({}, 3.0),
        **effort_members({}),
        **budget_members({}),
        **cohort_members({}),
        **value_members({}) | tier_members({}) | reciprocity_members({}) | agent_members({}) | account_members({}),
        "zone": zone,
        "max_scored": 20,
        **dict.fromkeys(("default_language", "default_tone"), 0),
    }
    return records(t.SETTINGS, defaults | members)


def thank_weights(**by_kind: float) -> NDArray[np.float64]:
    """``thank_for`` with 1 per order and 2 per review unless said otherwise: ``thank_weights(REFERRAL_MADE=3)``."""
    weights = np.zeros(N_KINDS)
    for kind, weight in ({"ORDER_COMPLETED": 1.0, "REVIEW_WRITTEN": 2.0} | by_kind).items():
        weights[Kind[kind]] = weight
    return weights


def words_of(actions: NDArray[np.void], languages: int) -> NDArray[np.uint64]:
    """Words of every action in all its tones in each of its languages."""
    speaks = actions["languages"][:, None] >> np.arange(languages, dtype=np.uint64) & np.uint64(1)
    return np.ascontiguousarray(np.where(speaks != 0, actions["tones"][:, None], np.uint64(0)))


def ledger_arrays(promises: NDArray[np.void]) -> dict[str, NDArray[Any]]:
    """The arrays of ``Tables`` about promises; no sensitive traits, and nothing is stopped."""
    return {"promises": promises, "ledger": ledger_kinds(promises), "sensitive": np.zeros(0, np.uint32), "stops": records(t.STOP)} | {
        "hours": records(t.HOURS),
        "closed_days": np.zeros(0, np.int32),
    }


SHOP_CHANNELS = a_channel("web", 0), a_channel("email", cost=0.01), a_channel("card", cost=1.1)
SHOP_ACTIONS = (
    an_action("thanks", ActionType.THANK_YOU),
    an_action("planner", ActionType.HELP, effort=-1.0, value=1.0),
    an_action("free-delivery", ActionType.OFFER),
    an_action("candle-offer", ActionType.OFFER, category="candles", value=3.0),
)


def some_tables(**overrides: Any) -> Tables:
    """Tables of a small shop: three channels, four actions, two caps, one rule per list; any array may be replaced.

    ``settings`` may be given as a mapping of members; ``zones`` as a tuple of IANA names.
    """
    channels = overrides.get("channels", records(t.CHANNEL, *SHOP_CHANNELS))
    actions = overrides.get("actions", records(t.ACTION, *SHOP_ACTIONS))
    settings = overrides.pop("settings", {})
    languages = overrides.get("languages", np.array([name_hash("en"), name_hash("de")], np.uint32))
    decide_on = np.zeros(N_KINDS, np.uint8)
    decide_on[[Kind.ORDER_COMPLETED, Kind.COMPLAINT_MADE]] = 1
    defaults: dict[str, Any] = {
        "actions": actions,
        "channels": channels,
        "candidates": candidates_of(actions, channels),
        "rewards": rewards_for(len(actions)),
        "caps": records(t.CAP, a_cap(3, 7 * DAY), a_cap(2, 365 * DAY, channel=2)),
        "placements": records(t.PLACEMENT, {"name": name_hash("home-hero"), "channel": 0, "lanes": 0b11_1111, "types": ALL_TYPES}),
        "tones": records(t.TONE, {"name": name_hash("warm"), "vector": (0.0, 0.8, -0.5, 0.0, 0.0)}),
        "traits": records(t.TRAIT_SPEC, {"name": name_hash("loyalty_card"), "kind": 0}, {"name": name_hash("region"), "kind": 1}),
        "leaves": records(t.LEAF),
        "program": np.zeros(0, np.int32),
        "features": records(t.FEATURE, {"field": 0, "transform": t.T_LOG1P, "scale": 1.0}),
        "whens": records(t.WHEN, {"name": name_hash("quiet-20"), "days": 20}, {"name": name_hash("quiet-60"), "days": 60}),
        **ledger_arrays(overrides.get("promises", records(t.PROMISE))),
        "categories": np.array([name_hash(c) for c in ("kitchen", "garden", "candles")], np.uint32),
        "languages": languages,
        "words": words_of(actions, len(languages)),
        "decide_on": decide_on,
        "thank_for": thank_weights(),
        "matrix": np.ones((N_GATES, N_LANES), np.uint8),
        "settings": some_settings(**settings) if isinstance(settings, dict) else settings,
    }
    return Tables(**(defaults | zone_arrays(overrides.pop("zones", ZONES)) | overrides))
