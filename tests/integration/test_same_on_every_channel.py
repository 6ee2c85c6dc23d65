"""One profile: whoever is asked about a person at an instant, on whatever channel, says the same of the same, by hash."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from platinum import Engine
from tests.stories.twin import twin

NOW = "2026-03-20T10:00:00Z"
PEOPLE = 40
TERMS = 'terms: {total_cost: as shown, ends: 14d, cancel: "30 days", data_use: none}'
POLICY = f"""
policy: shop
currency: EUR
timezone: Europe/Berlin
human: {{phone: "1", hours: "Mon-Fri 09:00-17:00"}}
categories: [lamps, garden]
channels: {{web: inbound, app: inbound, call: inbound, email: {{kind: outbound, basis: existing_customer, caps: [8 per 7d]}}}}
placements: {{web: web, app: app, call: call}}
decide_on: [page]
exploration: {{gamma0: 10000, silence: 0}}
tones: {{warm: {{responsive: 0.8}}, formal: {{formality: 0.9}}}}
default_tone: warm
actions:
  sorry: {{type: apology, channels: [web, app, call, email], words: "We are sorry."}}
  lamps-offer:
    {{type: offer, category: lamps, channels: [web, app, call, email], value: 9, p_accept: 0.3, offer: {{discount: "10 %", code: L}},
     when: {{affinity.lamps: {{at_least: 0.4}}}}, words: "10 % off with {{code}} until {{ends}}.", {TERMS}}}
  garden-offer:
    {{type: offer, category: garden, channels: [web, app, call, email], value: 8, p_accept: 0.3, offer: {{discount: "5 %", code: G}},
     when: {{affinity.garden: {{at_least: 0.4}}}}, words: "5 % off with {{code}} until {{ends}}.", {TERMS}}}
  visit: {{type: help, channels: [web, app, call, email], value: 4, p_accept: 0.3, effort: -1, words: "Come and see the 40 new lamps."}}
"""


def history(rng: random.Random) -> list[dict[str, Any]]:
    """What people bought, said and went through, day by day."""
    told: list[dict[str, Any]] = []
    for day in range(1, 20):
        for who in rng.sample(range(PEOPLE), 12):
            what = rng.random()
            event: tuple[str, dict[str, Any]]
            if what < 0.7:
                line = {"category": rng.choice(["lamps", "garden"]), "price": 20.0, "quantity": 1}
                event = ("Order Completed", {"order_id": f"o-{day}-{who}", "currency": "EUR", "products": [line]})
            elif what < 0.8:
                event = ("Failure Reported", {"severity": 3, "fault": "ours"})
            elif what < 0.9:
                event = ("Preference Stated", {"preference": "tone", "value": rng.choice(["warm", "formal"])})
            else:
                event = ("Objection Made", {"purpose": "promotion"})
            told.append(
                {
                    "type": "track",
                    "event": event[0],
                    "messageId": f"m-{day}-{who}",
                    "userId": f"c-{who}",
                    "timestamp": f"2026-03-{day:02d}T09:00:00Z",
                    "properties": event[1],
                }
            )
    return told


@pytest.fixture(scope="module")
def shop() -> Iterator[Engine]:
    with Engine.open(POLICY.encode(), partitions=1, buckets=1) as engine:
        engine.process(history(random.Random(4)))
        assert not engine.rejected
        yield engine


def asked_everywhere(shop: Engine, customer: str) -> dict[str, dict[str, Any]]:
    """Channel → decision at one instant, each made where nobody else was asked."""
    found: dict[str, dict[str, Any]] = {}
    for channel in ("web", "app", "call", "email"):
        other = twin(shop)
        try:
            other.advance(NOW)
            if channel == "email":
                page = {"type": "page", "messageId": "p", "userId": customer, "timestamp": NOW, "properties": {}}
                (found[channel],) = other.process([page])
            else:
                found[channel] = other.decide(customer, channel, now=NOW)
        finally:
            other.close()
    return found


def digest(told: Any) -> str:
    """Hash of what was told."""
    return hashlib.blake2b(orjson.dumps(told, option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()


def test_everybody_is_told_the_same_facts_and_offers_on_every_channel(shop: Engine) -> None:
    types: defaultdict[str, int] = defaultdict(int)
    for who in range(PEOPLE):
        asked = asked_everywhere(shop, f"c-{who}")

        assert {name: one["action"] for name, one in asked.items()} == dict.fromkeys(asked, asked["web"]["action"])
        told = {name: digest([one["content"] and one["content"]["facts"], one["offer"], one["terms"]]) for name, one in asked.items()}
        assert len(set(told.values())) == 1, told
        assert len({digest(one["human_path"]) for one in asked.values()}) == 1
        types[asked["web"]["type"]] += 1
    assert types["offer"] >= 5
    assert types["apology"] >= 3
    assert types["silence"] + types["help"] >= 3


def held(shop: Engine, customer: str) -> str:
    """Hash of what is open with a person, and until when, as a channel reads it."""
    profile = shop.profile(customer, now=NOW)
    assert profile is not None
    return digest([profile["ledger"]["open"], profile["ledger"]["offers_redeemed"]])


def test_what_is_open_is_one_ledger_and_what_one_channel_uses_is_used_on_all(shop: Engine) -> None:
    other = twin(shop)
    try:
        other.advance(NOW)
        customer = next(f"c-{who}" for who in range(PEOPLE) if asked_everywhere(shop, f"c-{who}")["web"]["type"] == "offer")
        ids = [other.decide(customer, channel, now=NOW)["decision_id"] for channel in ("web", "app", "call")]

        before = [other.offer(one, customer, now=NOW) for one in ids]
        assert {one.answer for one in before} == {"honoured"}
        assert len({digest([one.action, one.offer, one.terms]) for one in before}) == 1
        was = held(other, customer)

        assert other.redeem(ids[1], customer, "receipt-1", channel="app", now=NOW).answer == "honoured"

        assert {(one.answer, one.reason) for one in (other.offer(one, customer, now=NOW) for one in ids)} == {("refused", "redeemed")}
        assert held(other, customer) != was
        for channel, one in zip(("web", "app", "call"), ids, strict=True):
            told = other.redeem(one, customer, f"receipt-{channel}", channel=channel, now=NOW)
            assert (told.answer, told.reason) == ("refused", "redeemed")
    finally:
        other.close()
