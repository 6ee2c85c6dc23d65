"""What is hidden from the engine, for judges."""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.ops.population.people import WISHES
from platinum.ops.population.visits import DAY_MS
from platinum.ops.society.ahead import presentation
from platinum.ops.society.appeal import goal_of
from platinum.ops.society.character import PRIVATE, STYLE
from platinum.ops.society.firms import account_of, role_of
from platinum.ops.society.scene import Scene
from platinum.ops.society.state import effort_index

_HONESTY = ("honest", "overstates", "grumbles")


def truth_of(scene: Scene, person: int, next_day: int) -> dict[str, Any]:
    """Hidden state of one person as ``next_day`` begins."""
    return _as_treated(scene, person, next_day) | _temper(scene, person, next_day) | _known(scene, person) | _worth(scene, person)


def _as_treated(scene: Scene, i: int, next_day: int) -> dict[str, Any]:
    state, now_ms = scene.state, scene.start_ms + next_day * DAY_MS
    week = state.effort_by_day[max(0, next_day - 7) : next_day]
    return {
        "active": bool(state.active[i]),
        "left_on_day": None if state.active[i] else int(state.gone_day[i]),
        "effort_7d": float(sum(day[i] for day in week)),
        "effort_index": float(effort_index(state.felt[i : i + 1])[0]),
        "worry": float(state.worry[i]),
        "annoyance": float(state.annoyance[i]),
        "goodwill": float(state.goodwill[i]),
        "trust": float(state.trust[i]),
        "broken_promises": float(state.broken[i]),
        "open_matter": bool(state.open[i]),
        "open_cases": int(state.case[i]),
        "in_quarantine": bool(state.case[i] > 0 or now_ms < state.quarantine_ms[i]),
        "overdue_parcels": int(state.late[i]),
        "unsubscribed": bool(state.unsubscribed[i]),
        "consent": int(state.consent[i]),
    }


def _temper(scene: Scene, i: int, next_day: int) -> dict[str, Any]:
    traits = scene.traits
    return {
        "trust_at_first": float(traits.trust[i]),
        "wish": WISHES[int(traits.wish[i])],
        "means_wish": bool(traits.means_wish[i]),
        "honesty": _HONESTY[int(traits.honesty[i])],
        "patience": float(traits.patience[i]),
        "forgiveness": float(traits.forgiveness[i]),
        "thank_liked": float(traits.thank_liked[i]),
        "vulnerable": bool(0 <= traits.vulnerable_day[i] < next_day),
    }


def _known(scene: Scene, i: int) -> dict[str, Any]:
    traits, bonds, account = scene.traits, scene.bonds, account_of(scene, i)
    first, detail = presentation(scene, i)
    return {
        "style": dict(zip(STYLE, traits.style[i].tolist(), strict=True)),
        "says_style": bool(traits.says_style[i]),
        "objects_to_style": bool(traits.objects_to_style[i]),
        "presentation": {"order": first, "detail": detail},
        "says_presentation": bool(traits.says_presentation[i]),
        "goal": goal_of(scene, i),
        "says_goal": bool(traits.says_goal[i]),
        "goal_progress": float(bonds.progress[i]),
        "account": account,
        "roles": [PRIVATE] + ([role_of(scene, i)] if account else []),
        "colleagues": [traits.ids[other] for other in traits.colleagues(i)],
        "interests": [scene.shop.categories[place] for place in np.flatnonzero(traits.interests[i]).tolist()],
        "opts_in": bool(traits.opts_in[i]),
        "introduced": int(bonds.introduced[i]),
        "advocate": bool(traits.advocate[i]),
        "helped_others": int(bonds.helped[i]),
        "life_event": bonds.life_event[i] or None,
        "potential": 1.0 + scene.model.life_raises * float(bonds.potential[i]),
    }


def _worth(scene: Scene, i: int) -> dict[str, Any]:
    bonds = scene.bonds
    earned, given = (float(sum(day[i] for day in days)) for days in (bonds.earned_by_day, bonds.given_by_day))
    return {
        "price_sensitivity": float(scene.traits.price_sensitivity[i]),
        "orders": int(bonds.orders[i]),
        "earned": earned,
        "given": given,
        "margin": earned - given,
    }
