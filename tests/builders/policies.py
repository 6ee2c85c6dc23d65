"""A small compiled policy for tests of what lies above the policy stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.policy.policy import Action, Block, HumanPath, Policy
from platinum.vocabulary.codes import LANE_OF, PURPOSE_OF, ActionType
from tests.builders.tables import ALL_TYPES, a_channel, an_action, candidates_of, records, some_tables

CHANNELS = ("web", "email", "card")
TONES = ("warm", "formal")
LANGUAGES = ("en", "de")
CATEGORIES = ("kitchen", "garden", "candles")
PLACEMENTS = ("home-hero",)
WEEKDAYS = tuple((day, 9 * 60, 17 * 60 + 30) for day in range(5))


def words(text: str, *placeholders: str) -> tuple[Block, ...]:
    """One block of words."""
    return (Block("words", {"text": text}, placeholders),)


def a_policy_action(name: str, kind: ActionType = ActionType.OFFER, **members: Any) -> Action:
    """An action of every channel, with words in English and German."""
    defaults: dict[str, Any] = {
        "channels": CHANNELS,
        "placements": (),
        "content": {(0, 0): words(f"About {name}."), (1, 0): words(f"Über {name}.")},
        "value": 4.0,
        "cost": 0.0,
        "offer": None,
        "terms": None,
        "reward": {"accepted": 1.0, "window": "7d"},
        "goal": None,
        "category": None,
    }
    return Action(name=name, type=kind, lane=LANE_OF[kind], purpose=PURPOSE_OF[kind], **(defaults | members))


def some_actions() -> tuple[Action, ...]:
    """A thank-you, a help, two offers, and one of each type that no lane but its own would choose."""
    thanks = {
        (0, 0): words("Dear {first_name}, thank you for your {last_category} order of {last_order_date}.", "first_name", "last_category"),
        (1, 0): words("Liebe(r) {first_name}, danke für Ihre Bestellung vom {last_order_date}.", "first_name", "last_order_date"),
        (0, 1): words("Thank you for {orders} orders since {first_order_date}; {days_since_last} days is long.", "orders"),
    }
    picture = Block("image", {"url": "https://shop.example/c.jpg", "alt": 'Candles & "light" <3'})
    link = Block("link", {"url": "https://shop.example/?a=1&b=2", "text": "See {top_category}", "commerce": True}, ("top_category",))
    offer = {"id": "delivery-1", "code": "SHIP<0>", "price": 2.5}
    return (
        a_policy_action("thanks", ActionType.THANK_YOU, content=thanks, channels=("email", "card")),
        a_policy_action("planner", ActionType.HELP),
        a_policy_action(
            "free-delivery",
            offer=offer,
            terms={"total_cost": "free over £15", "ends": "14d", "data_use": "none"},
            content={
                (0, 0): (*words("Use {code} for {price} by {ends}, {first_name}.", "code", "price", "ends", "first_name"), picture, link),
                (1, 1): words("Mit {code} für {price} bis {ends}.", "code", "price", "ends"),
            },
        ),
        a_policy_action("candle-offer", terms={"ends": "2012-03-25", "total_cost": "as shown"}, category="candles"),
        a_policy_action("recall", ActionType.NOTICE),
        a_policy_action("sorry", ActionType.APOLOGY),
        a_policy_action("reply", ActionType.ANSWER, content={}),
        a_policy_action("how-was-it", ActionType.LISTEN),
        a_policy_action("flowers", ActionType.SURPRISE),
    )


def policy_tables(actions: tuple[Action, ...]) -> t.Tables:
    """Tables that agree with ``actions``."""
    rows = records(t.ACTION, *(an_action(a.name, a.type) for a in actions))
    channels = records(t.CHANNEL, a_channel("web", 0), a_channel("email", cost=0.01), a_channel("card", cost=1.1))
    tones = (
        {"name": name_hash("warm"), "vector": (0.0, 0.8, -0.5, 0.0, 0.0)},
        {"name": name_hash("formal"), "vector": (0, 0, 0.9, 0.4, 0)},
    )
    return some_tables(
        actions=rows,
        channels=channels,
        candidates=candidates_of(rows, channels),
        tones=records(t.TONE, *tones),
        placements=records(t.PLACEMENT, {"name": name_hash("home-hero"), "channel": 0, "lanes": 0b11_1111, "types": ALL_TYPES}),
    )


def a_policy(**members: Any) -> Policy:
    """A gift shop in London with a human path on weekdays; any member may be replaced."""
    actions = members.pop("actions", some_actions())
    names: Mapping[int, str] = {name_hash(n): n for n in (*CHANNELS, *TONES, *LANGUAGES, *CATEGORIES, *(a.name for a in actions))}
    defaults: dict[str, Any] = {
        "name": "gift-shop",
        "version": "0123456789abcdef",
        "source": b"",
        "currency": "GBP",
        "timezone": "Europe/London",
        "languages": LANGUAGES,
        "tones": TONES,
        "channels": CHANNELS,
        "placements": PLACEMENTS,
        "categories": CATEGORIES,
        "traits": {},
        "whens": ("quiet-20",),
        "caps": ("3 contacts per 7d",),
        "actions": actions,
        "human": HumanPath({"phone": "+44 20 7946 0000", "email": "care@example.org"}, WEEKDAYS),
        "mappings": {},
        "names": names,
        "tables": policy_tables(actions),
    }
    return Policy(**(defaults | members))
