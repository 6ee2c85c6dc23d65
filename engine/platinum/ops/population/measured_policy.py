"""The policy under which speed is measured: 50 actions, 4 outbound channels, 4 tones, 48 features."""

from __future__ import annotations

from typing import Any

import yaml

#: 12 categories, as the grocer has them.
CATEGORIES = (
    "chicken", "pork", "meat_misc", "coffee", "bath_tissues", "seafood_frozen",
    "laundry", "breakfast_snacks", "dog_foods", "meat_tinned", "cheeses", "meat_frozen",
)  # fmt: skip
OUTBOUND = ("email", "push", "sms", "card")
TONES = ("brief", "warm", "formal", "detailed")
#: Standard events that ask for a decision; ``bench_events`` makes 33 % of them.
DECIDE_ON = ("product_added", "checkout_started", "order_completed")

_TERMS = {"total_cost": "10 % off one order", "ends": "14d", "cancel": "nothing to cancel", "data_use": "none"}


def bench_policy() -> bytes:
    """The policy as YAML."""
    policy: dict[str, Any] = {
        "policy": "bench",
        "currency": "EUR",
        "timezone": "Europe/Berlin",
        "human": {"phone": "+49 30 0000000", "hours": "Mon-Fri 09:00-17:30"},
        "languages": ["en", "de"],
        "categories": list(CATEGORIES),
        # 20 features of everybody + 12 categories + 6 channels + 10 of traits = 48
        "traits": {
            "loyalty_card": {"kind": "yes_no"},
            "newsletter": {"kind": "yes_no"},
            "region": {"kind": "one_of", "values": ["north", "east", "south", "west"]},
            "household": {"kind": "one_of", "values": ["single", "couple", "family", "shared"]},
        },
        "channels": _channels(),
        "placements": {
            "home-hero": {"channel": "web", "takes": ["offer", "help"]},
            "basket": {"channel": "web", "takes": ["offer", "help", "thank_you"]},
            "call-screen": {"channel": "call"},
        },
        "caps": ["3 contacts per 7d", "1 question per 30d"],
        "tones": {
            "brief": {"detail": -0.8, "pace": 0.6, "assertive": 0.3},
            "warm": {"responsive": 0.8, "formality": -0.5},
            "formal": {"formality": 0.9, "detail": 0.4},
            "detailed": {"detail": 0.9, "pace": -0.4},
        },
        "decide_on": list(DECIDE_ON),
        "thank": {"threshold": 3, "interval": "90d"},
        "actions": _actions(),
    }
    text: str = yaml.dump(policy, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=140)
    return text.encode()


class _Dumper(yaml.SafeDumper):
    """Writes every value out: a policy has no anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _channels() -> dict[str, Any]:
    return {
        "web": {"kind": "inbound"},
        "call": {"kind": "inbound"},
        "email": {"kind": "outbound", "cost": 0.01, "quiet": "21:00-08:00", "caps": ["2 per 7d"], "basis": "existing_customer"},
        "push": {"kind": "outbound", "cost": 0.001, "quiet": "20:00-09:00", "caps": ["3 per 7d"], "basis": "existing_customer"},
        "sms": {"kind": "outbound", "cost": 0.07, "quiet": "20:00-09:00", "caps": ["1 per 14d"]},
        "card": {"kind": "outbound", "cost": 1.10, "caps": ["2 per 365d"], "basis": "existing_customer"},
    }


def _actions() -> dict[str, Any]:
    actions: dict[str, Any] = {}
    for i, category in enumerate(CATEGORIES):
        name = category.replace("_", "-")
        keen = {f"affinity.{category}": {"at_least": 0.05}}
        again = [{"orders": {"at_least": 1}}, {"days_since_last": {"between": [0, 180]}}]
        actions[f"{name}-discount"] = _offer(2.0 + 0.2 * i, category, when={"all": [keen, *again]})
        actions[f"{name}-bundle"] = _offer(3.0 + 0.1 * i, category, when=keen)
        actions[f"{name}-recipes"] = _action("help", category=category, effort=-1.0, value=0.4, when=keen)
    for i in range(8):
        actions[f"free-delivery-{i + 1}"] = _offer(
            3.5 + 0.3 * i, when={"orders": {"at_least": i + 1}}, not_when={"cancellations": {"at_least": 3}}
        )
    for i in range(2):
        actions[f"thanks-{i + 1}"] = _action(
            "thank_you",
            priority=i,
            words=_words("Thank you for your order of {last_order_date}.", "Danke für Ihre Bestellung vom {last_order_date}."),
        )
        actions[f"question-{i + 1}"] = _action("listen", when={"orders": {"at_least": 3 + i}})
        actions[f"surprise-{i + 1}"] = _action("surprise", when={"orders": {"at_least": 8}}, min_interval="90d")
    return actions


def _offer(value: float, category: str | None = None, **more: Any) -> dict[str, Any]:
    about = {} if category is None else {"category": category}
    return _action("offer", value=round(value, 2), p_accept=0.06, terms=dict(_TERMS), offer={"discount": "10 %"}, **about, **more)


def _action(kind: str, **more: Any) -> dict[str, Any]:
    channels = [*OUTBOUND, "web", "call"]
    words = more.pop("words", None) or _words("Something for you today.", "Heute etwas für Sie.")
    return {"type": kind, "channels": channels, **more, "words": words}


def _words(english: str, german: str) -> dict[str, dict[str, str]]:
    openings = {
        "en": ("", "Dear customer, ", "Good day. ", "In short: "),
        "de": ("", "Liebe Kundin, lieber Kunde, ", "Guten Tag. ", "Kurz: "),
    }
    texts = {"en": english, "de": german}
    return {code: {tone: opening + texts[code] for tone, opening in zip(TONES, openings[code], strict=True)} for code in openings}
