"""The shop of the trial of worth: its policy with everything on, and the same with one ingredient left out.

Keys are the defaults of the product or those of the example ``gift-shop``; values are what an accepted offer or help earns in the
simulated society before anything is known of a person. Nothing was fitted to the outcome. The society reads language, tone and layout, not
sentences, so every action says one sentence in all of its tones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from platinum.ops.population.shop import GIFT_SHOP

Json = dict[str, Any]
#: What one order of a category comes to: mean price times 1.8 articles.
ORDER = {name: 1.8 * sum(prices) / len(prices) for name, prices in GIFT_SHOP.articles.items()}
#: Of an order: earned, and taken off by the offers.
MARGIN, DISCOUNT = 0.4, 0.1
#: Money for one contact on a channel, and for what is put into a card or given after a failure.
COST = {"email": 0.01, "phone": 0.50, "card": 0.60}
SEEDS, VOUCHER = 0.40, 5.00
#: What decisions give away beside savings, as the society is told.
GIVES = {"seeds-card": {"cost": SEEDS, "cash": False}, "goodwill": {"cost": VOUCHER, "cash": True}}
TONES = {
    "plain": {"detail": 0},
    "brief": {"detail": -0.8, "pace": 0.6, "assertive": 0.3},
    "warm": {"responsive": 0.8, "formality": -0.5},
    "formal": {"formality": 0.9, "detail": 0.4},
}
_EVERY = ["email", "web", "call"]
_NAME = {name: name.removesuffix("s") for name in GIFT_SHOP.categories}
_ASKS = [
    "order_completed", "order_delivered", "review_written", "referral_made", "request_made", "contact_started", "failure_reported",
    "complaint_made", "case_due", "promise_broken", "request_overdue", "answer_owed", "patience_shown", "goal_stated",
]  # fmt: skip


def everything() -> Json:
    """The whole policy."""
    return {
        "policy": "worth",
        "currency": "GBP",
        "timezone": "Europe/London",
        "human": {"phone": "+44 20 7946 0000", "hours": "Mon-Fri 09:00-17:30"},
        "languages": ["en", "de"],
        "categories": list(GIFT_SHOP.categories),
        "channels": {
            "web": "inbound",
            "call": "inbound",
            "email": {
                "kind": "outbound",
                "cost": COST["email"],
                "quiet": "21:00-08:00",
                "caps": ["2 per 7d"],
                "basis": "existing_customer",
            },
            "phone": {"kind": "outbound", "cost": COST["phone"], "quiet": "20:00-09:00", "caps": ["1 per 7d"]},
            "card": {"kind": "outbound", "cost": COST["card"], "caps": ["2 per 365d"], "expires": "7d"},
        },
        "placements": {"home": {"channel": "web", "takes": ["offer", "help", "thank_you", "listen"]}, "screen": "call"},
        "caps": ["3 contacts per 7d", "2 offers per 7d", "1 question per 30d"],
        "tones": TONES,
        "default_tone": "plain",
        "decide_on": _ASKS,
        "when_reached": [{"name": f"after-{days}", "days_since_last": days} for days in (14, 30, 60)],
        "promises": {"put_right": {"within": "48h", "kept_by": ["case_closed"]}},
        "recovery": {"owner": "care-team"},
        **_rules(),
        "actions": _actions(),
    }


def _rules() -> Json:
    return {
        "thank": {"threshold": 3, "interval": "60d"},
        "weights": {"effort": 0.20, "fatigue": 0.08},
        "goals": {name: {"categories": [name], "inferred_from": 0.6} for name in GIFT_SHOP.categories},
        "value": {"margin": MARGIN, "life_events": {"move": 0.5, "new_job": 0.3}},
        "tiers": {"names": ["one", "two", "three"]},
        "reciprocity": {},
        "cohorts": {"by": "orders"},
        "budgets": {"goodwill": {"per_day": 2, "floor": "365d"}, "surprises": {"per_day": 1, "tiers": ["two", "three"]}},
    }


def _actions() -> dict[str, Json]:
    found = {**_owed(), **_asked_and_thanked()}
    for name in GIFT_SHOP.categories:
        found[f"{_NAME[name]}-planner"] = _planner(name)
        found[f"{_NAME[name]}-offer"] = _offer(name)
    return found


def _owed() -> dict[str, Json]:
    late = {"pays": ["promise_broken", "request"], "channels": ["email", "call"], "effort": -1}
    top = {"pays": ["case"], "budget": "goodwill", "cost": VOUCHER, "channels": ["email"], "min_interval": "90d"}
    return {
        "sorry": _action("apology", "We are sorry, and put it right.", channels=_EVERY, promise="put_right", effort=-1),
        "money-back": _action("amends", "You get back what it cost you.", channels=_EVERY, pays=["money"], effort=-1),
        "goodwill": _action("amends", "Something on top, because it went wrong.", **top),
        "late-word": _action("amends", "We are late, and this is what we do.", **late),
        "what-came-of-it": _action("amends", "This came of your answer.", pays=["answer"], channels=["email", "web"]),
        "we-call-you": _action("amends", "Nothing has to be said twice.", pays=["effort"], channels=["phone"], effort=-3),
    }


def _asked_and_thanked() -> dict[str, Json]:
    delivered = {"channels": ["web", "email"], "when": {"trigger": "order_delivered"}, "effort": 1, "min_interval": "90d"}
    card = {"channels": ["card"], "priority": 2, "when": {"orders": {"at_least": 5}}}
    return {
        "told-so-far": _action("answer", "What this customer has told us so far.", channels=["call"], effort=-2),
        "thanks-card": _action("thank_you", "Thank you for {orders} orders.", **card),
        "thanks-mail": _action("thank_you", "Thank you for your order of {last_order_date}.", channels=["email", "web"]),
        "how-was-it": _action("listen", "Did all arrive well?", **delivered),
        "which-goal": _action("listen", "What would you like to do?", channels=["web"], asks=["goal"], min_interval="90d"),
        "seeds-card": _action("surprise", "Seeds, because it is spring.", channels=["card"], budget="surprises", cost=SEEDS),
    }


def _planner(name: str) -> Json:
    value = round(0.12 * MARGIN * ORDER[name], 2)
    about = {"category": name, "goal": name, "value": value, "p_accept": 0.1, "min_interval": "21d", "channels": ["email", "web"]}
    return {"type": "help", **about, **_shows(f"How to begin with {name}.")}


def _offer(name: str) -> Json:
    earned = round((MARGIN - DISCOUNT) * ORDER[name], 2)
    return {
        "type": "offer",
        "category": name,
        "channels": _EVERY,
        "min_interval": "21d",
        "p_accept": 0.05,
        "value": earned,
        "grows": {"money": earned, "of_equity": -0.005, "of_unrealised": 0.02},
        "offer": {"discount": f"{DISCOUNT:.0%}".replace("%", " %")},
        "terms": {"total_cost": "the price shown less 10 %", "ends": "14d", "cancel": "30 days to send it back", "data_use": "none"},
        **_shows(f"10 % off {name} until {{ends}}."),
    }


def _action(kind: str, words: str, **more: Any) -> Json:
    return {"type": kind, **more, "content": _in_all([{"words": words}])}


def _shows(words: str) -> Json:
    return {"content": _in_all([{"words": words, "part": "facts"}, {"words": "We chose it for you.", "part": "people"},
                                {"words": "This is how it comes about.", "part": "detail"}])}  # fmt: skip


def _in_all(blocks: list[Json]) -> Json:
    return {language: dict.fromkeys(TONES, blocks) for language in ("en", "de")}


def source(policy: Mapping[str, Any]) -> bytes:
    """As ``Engine.open`` takes it: JSON is YAML."""
    return json.dumps(policy).encode()
