"""Two firms without Platinum in the trial of worth: one treats all alike, one goes by margin. Both obey the law."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from platinum.ops.population import START_MS
from platinum.ops.population.lines import timestamps_of
from tests.builders.societies import DAY_MS, HOUR_MS, Event, treated
from tests.builders.worth_arms import Left, asking
from tests.builders.worth_policy import DISCOUNT, Json, everything


class Permissions:
    """What the law lets a firm send, from what people said: consent, objections, unsubscribing; no wish beyond that."""

    def __init__(self) -> None:
        self._consent: dict[str, bool] = {}
        self._customers: set[str] = set()
        self._unsubscribed: set[str] = set()
        self._no_offers: set[str] = set()
        self._silenced: set[str] = set()

    def fold(self, event: Event) -> None:
        """Take in one event."""
        customer, said = str(event["userId"]), event.get("properties", {})
        match event.get("event"):
            case "Consent Changed" if said["purpose"] == "promotion":
                self._consent[customer] = said["state"] == "granted"
            case "Order Completed":
                self._customers.add(customer)
            case "Unsubscribed" | "Contact Marked Spam":
                self._unsubscribed.add(customer)
            case "Objection Made":
                (self._silenced if said["purpose"] == "all" else self._unsubscribed).add(customer)
            case "Preference Stated" if said["preference"] == "type_no" and said["value"] == "offer":
                self._no_offers.add(customer)
            case "Preference Stated" if said["preference"] == "channel_no" and said["value"] == "email":
                self._unsubscribed.add(customer)

    def may_promote(self, customer: str, offer: bool) -> bool:
        """Consent, or a customer who has not said no; nobody who objected."""
        refused = customer in self._unsubscribed or customer in self._silenced or (offer and customer in self._no_offers)
        return not refused and self._consent.get(customer, customer in self._customers)

    def may_serve(self, customer: str) -> bool:
        """A word about their own affairs."""
        return customer not in self._silenced


class _Campaigns:
    """An arm that sends by its own list: people in the order of their keys, round and round."""

    def __init__(self, people: Sequence[str], seed: int) -> None:
        self._people, self._seed, self._at = people, seed, 0
        self._permissions = Permissions()

    def _next(self, count: int, take: Callable[[str], Json | None]) -> list[Json]:
        """The next so many people of whom ``take`` makes something, after one round at most."""
        found: list[Json] = []
        for _ in range(len(self._people)):
            if len(found) >= count:
                break
            made = take(self._people[self._at % len(self._people)])
            self._at += 1
            if made:
                found.append(made)
        return found

    def close(self) -> None:
        return None


class SameForAll(_Campaigns):
    """One treatment after the other, each for everybody, in plain words, by e-mail at noon; a standard apology, a standard answer."""

    def treat(self, day: int, events: Sequence[Event], left: Left) -> list[Json]:
        """See ``Arm``."""
        for event in events:
            self._permissions.fold(event)
        sorry = [self._sorry(day, event) for event in events if event.get("event") in ("Complaint Made", "Failure Reported")]
        room = int(min(left.contacts, len(self._people)))
        written = [one for one in sorry if one][:room]
        written += self._next(room - len(written), lambda customer: self._campaign(day, customer, left.money > 0))
        return [*written, *(self._show(day, number, *asked) for number, asked in enumerate(asking(self._seed, events)))]

    def _sorry(self, day: int, event: Event) -> Json | None:
        customer = str(event["userId"])
        if event["properties"].get("fault") == "theirs" or not self._permissions.may_serve(customer):
            return None
        return at_noon("apology", customer, day, "standard-apology", event["messageId"], lane="owed")

    def _campaign(self, day: int, customer: str, saving: bool) -> Json | None:
        action, kind = _IN_TURN[self._at // len(self._people) % len(_IN_TURN)]
        allowed = self._permissions.may_promote(customer, kind == "offer")
        return at_noon(kind, customer, day, action, offer=_offer(action, kind, saving)) if allowed else None

    def _show(self, day: int, number: int, customer: str, place: str, intent: str | None) -> Json:
        if place == "screen":
            return at_noon("answer", customer, day, "standard-answer", number, placement=place, channel="call", lane="asked")
        action, kind = _IN_TURN[self._at // len(self._people) % len(_IN_TURN)]
        return at_noon(kind, customer, day, action, number, placement=place, channel="web", offer=_offer(action, kind, True))


class MarginFirst(_Campaigns):
    """The offer with the largest margin x prior, by e-mail at noon, to whoever may get it; then the next. Nothing else is ever said."""

    def __init__(self, people: Sequence[str], seed: int) -> None:
        super().__init__(people, seed)
        self._sent: dict[tuple[str, str], int] = {}

    def treat(self, day: int, events: Sequence[Event], left: Left) -> list[Json]:
        """See ``Arm``."""
        for event in events:
            self._permissions.fold(event)
        room = int(min(left.contacts, len(self._people)))
        written = self._next(room, lambda customer: self._best(day, customer, left.money > 0))
        shown = [self._show(day, number, *asked) for number, asked in enumerate(asking(self._seed, events))]
        return [*written, *shown]

    def _best(self, day: int, customer: str, saving: bool) -> Json | None:
        if not self._permissions.may_promote(customer, True):
            return None
        for action in _BY_MARGIN:
            if day - self._sent.get((customer, action), -_AGAIN_DAYS) >= _AGAIN_DAYS:
                self._sent[customer, action] = day
                return at_noon("offer", customer, day, action, offer=_offer(action, "offer", saving))
        return None

    def _show(self, day: int, number: int, customer: str, place: str, intent: str | None) -> Json:
        channel = "call" if place == "screen" else "web"
        offer = _offer(_BY_MARGIN[0], "offer", True)
        return at_noon("offer", customer, day, _BY_MARGIN[0], number, placement=place, channel=channel, offer=offer)


#: Days until the same offer is sent again to the same person, as in the policy.
_AGAIN_DAYS = 21
_ACTIONS: Mapping[str, Json] = everything()["actions"]
_BY_MARGIN = sorted(
    (name for name, action in _ACTIONS.items() if action["type"] == "offer"),
    key=lambda name: -_ACTIONS[name]["value"] * _ACTIONS[name]["p_accept"],
)
_PLANNERS = [name for name, action in _ACTIONS.items() if action["type"] == "help"]
#: The campaigns of who treats all alike: thanks, then offers and help in turn.
_IN_TURN: list[tuple[str, str]] = [("thanks-mail", "thank_you")]
for _offered, _helped in zip(_BY_MARGIN, _PLANNERS, strict=True):
    _IN_TURN += [(_offered, "offer"), (_helped, "help")]


def at_noon(kind: str, customer: str, day: int, action: str, about: object = "", **more: Any) -> Json:
    """A decision at noon in London, in plain words."""
    at = timestamps_of(START_MS + day * DAY_MS + 12 * HOUR_MS)
    identity = f"d.{action}.{day}.{customer}.{about}"
    changes = {"decision_id": identity, "action": action, "decided_at": at, "send_at": at, "offer": None, "effort": 0.0}
    return treated(customer, kind, day, **(changes | more))


def _offer(action: str, kind: str, saving: bool) -> Json | None:
    if kind != "offer":
        return None
    return {"id": action, "discount": f"{DISCOUNT:.0%}"} if saving else {"id": action}
