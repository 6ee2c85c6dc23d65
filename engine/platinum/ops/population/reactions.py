"""What a person does about a decision: docs/explanation/simulated-people.md has the model in words.

A pure function of (decision, person, seed): the same decision to the same person always meets the same answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from platinum.ops.population.draws import one
from platinum.ops.population.lines import timestamps_of
from platinum.ops.population.moments import is_rude, looks_at, parse_ms
from platinum.ops.population.people import Person
from platinum.ops.population.shop import Shop

Event = dict[str, Any]

SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS = 1_000, 60_000, 3_600_000, 86_400_000
#: Channels whose contacts travel for days.
_POST = frozenset({"card", "letter", "post"})
#: Words in the wrong language lose most readers.
_FOREIGN = 0.3


class _Telling:
    """Collects one person's events about one decision."""

    def __init__(self, decision: Mapping[str, Any], person: Person, shop: Shop, seed: int, appeal: float) -> None:
        self.decision = decision
        self.appeal = appeal
        self.id = str(decision["decision_id"])
        self.person = person
        self.shop = shop
        self.channel = str(decision.get("channel") or "")
        self.events: list[Event] = []
        self._seed = seed

    def chance(self, purpose: str) -> float:
        """One number in [0, 1) for this decision and purpose."""
        return one(self._seed, self.id, purpose)

    def tell(self, name: str, at_ms: int, **properties: object) -> None:
        """Add one event; a property that is None is left out."""
        person, text = self.person, timestamps_of(at_ms)
        digest = hashlib.blake2b(f"{self.id}\x1f{name}\x1f{len(self.events)}".encode(), digest_size=8).hexdigest()
        event: Event = {"type": "track", "event": name, "messageId": f"r-{digest}", "userId": person.id}
        event |= {"timestamp": text, "receivedAt": text, "properties": {k: v for k, v in properties.items() if v is not None}}
        event["context"] = {"timezone": person.timezone, "locale": f"{person.language}-{person.country}"}
        self.events.append(event)

    def outcome(self, name: str, at_ms: int, **properties: object) -> None:
        """Add one event about the decision."""
        self.tell(name, at_ms, decision_id=self.id, **properties)


def react(decision: Mapping[str, Any], person: Person, seed: int, shop: Shop, appeal: float = 1.0) -> list[Event]:
    """Later events of ``person`` about ``decision`` (Segment-shaped, in time order); [] for silence.

    ``appeal`` is a factor on the chance that it is taken once it is seen.
    """
    if decision["type"] == "silence":
        return []
    story = _Telling(decision, person, shop, seed, appeal)
    made_ms = parse_ms(str(decision["decided_at"]))
    seen_ms = made_ms + SECOND_MS if decision.get("placement") else _arrive(story, made_ms)
    if seen_ms:
        story.outcome("Decision Shown", seen_ms)
        _ANSWERS.get(str(decision["type"]), _take_help)(story, seen_ms)
    return sorted(story.events, key=lambda event: str(event["timestamp"]))


def _arrive(story: _Telling, made_ms: int) -> int:
    """The way of an outbound contact; when the person sees it, 0 = never."""
    person, channel = story.person, story.channel
    sent_ms = max(parse_ms(str(story.decision.get("send_at") or story.decision["decided_at"])), made_ms) + 5 * SECOND_MS
    post = channel in _POST
    arrived_ms = sent_ms + (2 * DAY_MS if post else 20 * SECOND_MS)
    story.outcome("Contact Dispatched", sent_ms, channel=channel)
    if story.chance("bounce") < 0.01:
        story.outcome("Contact Bounced", arrived_ms, channel=channel)
        return 0
    story.outcome("Contact Delivered", arrived_ms, channel=channel)
    if is_rude(person, arrived_ms) and not post and story.chance("woken") < 0.5 * (1 - person.patience):
        story.tell("Unsubscribed", arrived_ms + 5 * MINUTE_MS, channel=channel)
        return 0
    outbound = story.shop.outbound
    attention = person.attention[outbound.index(channel)] if channel in outbound else 0.5
    if story.chance("noticed") >= attention:
        return 0
    return looks_at(person, arrived_ms, story.chance("when"))


def _fit(story: _Telling) -> float:
    """How well it meets this person: 1 on average, 0 what they never look at; a foreign language costs most of it."""
    category = about(story.decision, story.shop)
    fit = 1.0 if category is None else min(2.0, story.person.tastes[story.shop.categories.index(category)] * len(story.shop.categories))
    content = story.decision.get("content") or {}
    spoken = content.get("language") if isinstance(content, Mapping) else None
    return fit * (_FOREIGN if spoken and spoken != story.person.language else 1.0)


def about(decision: Mapping[str, Any], shop: Shop) -> str | None:
    """The category that a decision is about, as far as its offer or its name says."""
    offer = decision.get("offer")
    said = str(offer.get("category") or "") if isinstance(offer, Mapping) else ""
    named = str(decision.get("action") or "")
    return next((c for c in shop.categories if c == said or c.removesuffix("s") in named), None)


def _take_offer(story: _Telling, seen_ms: int) -> None:
    person = story.person
    if story.chance("take") < min(0.9, person.offer_liking * _fit(story) * story.appeal):
        at_ms = seen_ms + round((0.1 + 20 * story.chance("thinks")) * MINUTE_MS)
        _order(story, at_ms, accepted=True)
    else:
        _leave(story, seen_ms)


def _take_help(story: _Telling, seen_ms: int) -> None:
    if story.chance("take") < min(0.9, 0.35 * _fit(story) * story.appeal):
        story.outcome("Decision Accepted", seen_ms + MINUTE_MS)
    else:
        _leave(story, seen_ms)


def _leave(story: _Telling, seen_ms: int) -> None:
    """Not taken: most shrug, some close it, the impatient shut the door."""
    person, mood = story.person, story.chance("mood")
    if story.channel in story.shop.outbound and mood < 0.15 * (1 - person.patience):
        if person.patience < 0.05:
            story.tell("Objection Made", seen_ms + MINUTE_MS, purpose="promotion")
        else:
            story.tell("Unsubscribed", seen_ms + MINUTE_MS, channel=story.channel)
    elif mood > 0.9:
        story.outcome("Decision Declined", seen_ms + MINUTE_MS, reason="not now")
    elif mood > 0.6:
        story.outcome("Decision Dismissed", seen_ms + MINUTE_MS)


def _be_thanked(story: _Telling, seen_ms: int) -> None:
    """A thank-you that is liked brings people back of their own accord; who dislikes it says so."""
    liked, mood = story.person.thank_liked, story.chance("mood")
    if liked < 0:
        if mood < -0.4 * liked:
            story.tell("Preference Stated", seen_ms + MINUTE_MS, preference="type_no", value="thank_you")
        return
    if mood < min(0.9, 0.6 * liked * story.appeal):
        story.outcome("Decision Accepted", seen_ms + MINUTE_MS)
    if mood < 0.25 * liked:
        _order(story, seen_ms + HOUR_MS + round(4 * DAY_MS * story.chance("returns")), accepted=False)


def _answer_question(story: _Telling, seen_ms: int) -> None:
    if story.chance("answers") < 0.4:
        story.outcome("Decision Accepted", seen_ms + MINUTE_MS)
        story.tell("Survey Answered", seen_ms + 2 * MINUTE_MS, score=4 + round(3 * story.chance("score")), scale=7)


def _be_served(story: _Telling, seen_ms: int) -> None:
    """An answer, an apology, amends or a notice is nearly always welcome."""
    if story.chance("take") < min(0.95, 0.7 * story.appeal):
        story.outcome("Decision Accepted", seen_ms + MINUTE_MS)


def _order(story: _Telling, at_ms: int, accepted: bool) -> None:
    """One article, of the category in question or of the person's favourite one."""
    shop, person = story.shop, story.person
    favourite = max(zip(person.tastes, shop.categories, strict=True))[1]
    category = about(story.decision, shop) or favourite
    prices = sorted(shop.articles[category])
    number = int(len(prices) * story.chance("article") ** (1 / person.price_level))
    quantity = 1 + int(2.5 * story.chance("quantity"))
    total = round(prices[number] * quantity, 2)
    if accepted:
        story.outcome("Decision Accepted", at_ms, value=total)
    line = {"sku": f"{category}-{number}", "category": category, "price": prices[number], "quantity": quantity}
    order_id = "o-" + hashlib.blake2b(story.id.encode(), digest_size=6).hexdigest()
    story.tell("Order Completed", at_ms + MINUTE_MS, order_id=order_id, total=total, currency=shop.currency, products=[line])


_ANSWERS: Mapping[str, Callable[[_Telling, int], None]] = {
    "offer": _take_offer,
    "help": _take_help,
    "thank_you": _be_thanked,
    "listen": _answer_question,
    "surprise": _be_thanked,
    "apology": _be_served,
    "amends": _be_served,
    "answer": _be_served,
    "notice": _be_served,
}
