"""What the people of a proof say beyond the society's own events: consents, objections, sensitive traits, care. A few are promised much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from platinum.ops.population.draws import one
from platinum.ops.population.lines import timestamps_of
from platinum.ops.population.visits import DAY_MS

Json = dict[str, Any]
MINUTE_MS, HOUR_MS = 60_000, 3_600_000
#: So many people are promised so much.
PROMISED_MUCH, PROMISES = 4, 200

#: What a fickle person says, and takes back: care ends by itself.
_FICKLE: Sequence[tuple[str, Json]] = (
    ("Objection Made", {"purpose": "promotion"}),
    ("Objection Made", {"purpose": "relationship"}),
    ("Objection Made", {"purpose": "profiling"}),
    ("Preference Stated", {"preference": "channel_no", "value": "email"}),
    ("Preference Stated", {"preference": "channel_no", "value": "sms"}),
    ("Preference Stated", {"preference": "type_no", "value": "offer"}),
    ("Vulnerability Stated", {}),
    ("Vulnerability Stated", {}),
)


class Statements:
    """Events by person, drawn by hashes; a pure function of its arguments."""

    def __init__(self, seed: int, customers: Sequence[str], start_ms: int, days: int) -> None:
        self._seed, self._start_ms, self._days = seed, start_ms, days
        self.events: list[Json] = []
        for number, customer in enumerate(customers):
            for n, (at_ms, event, properties) in enumerate(self._of(customer, number)):
                self.events.append(_event(f"st-{seed}-{customer}-{n}", customer, at_ms, event, properties))
        self.events.sort(key=lambda event: str(event["receivedAt"]))

    def _chance(self, customer: str, what: str) -> float:
        return one(self._seed, customer, "says " + what)

    def _at(self, customer: str, what: str, first: float = 0.0, last: float = 1.0) -> int:
        """An instant on some day, as a share of all."""
        share = first + (last - first) * one(self._seed, customer, "when " + what)
        return self._start_ms + round(share * (self._days - 1) * DAY_MS) + HOUR_MS

    def _of(self, customer: str, number: int) -> Iterator[tuple[int, str, Json]]:
        yield from self._traits(customer)
        yield from self._consents(customer)
        if self._chance(customer, "care") < 0.08:
            at_ms = self._at(customer, "care", 0.1, 0.8)
            until = {"until": timestamps_of(at_ms + 9 * DAY_MS)} if self._chance(customer, "care until") < 0.4 else {}
            yield at_ms, "Vulnerability Stated", until
            if not until and self._chance(customer, "care over") < 0.3:
                yield at_ms + 12 * DAY_MS, "Vulnerability Stated", {"withdrawn": True}
        yield from self._fickle(customer)
        if number < PROMISED_MUCH:
            yield from self._much(customer, far=number % 2 == 0)

    def _traits(self, customer: str) -> Iterator[tuple[int, str, Json]]:
        for trait, share in (("weak_eyes", 0.4), ("in_mourning", 0.3), ("batch_2041", 0.05)):
            if self._chance(customer, trait) >= share:
                continue
            at_ms = self._at(customer, trait, 0.0, 0.4)
            yield at_ms, "identify", {trait: True}
            mood = self._chance(customer, f"use of {trait}")
            purpose = "promotion" if mood < 0.35 else "relationship" if mood < 0.45 else "all" if mood < 0.5 else ""
            if purpose and trait != "batch_2041":
                yield at_ms + 5 * DAY_MS, "Consent Changed", {"purpose": purpose, "trait": trait, "state": "granted"}
                if self._chance(customer, f"no use of {trait}") < 0.4:
                    yield at_ms + 15 * DAY_MS, "Consent Changed", {"purpose": purpose, "trait": trait, "state": "revoked"}

    def _consents(self, customer: str) -> Iterator[tuple[int, str, Json]]:
        for channel, share in (("sms", 0.4), ("letter", 0.2), ("card", 0.2)):
            if self._chance(customer, channel) < share:
                at_ms = self._at(customer, channel, 0.0, 0.5)
                yield at_ms, "Consent Changed", {"purpose": "promotion", "channel": channel, "state": "granted"}
                if self._chance(customer, "no " + channel) < 0.3:
                    yield at_ms + 8 * DAY_MS, "Unsubscribed", {"channel": channel}
        for purpose, share in (("profiling", 0.03), ("all", 0.03), ("promotion", 0.06), ("relationship", 0.04), ("service", 0.02)):
            if self._chance(customer, "against " + purpose) < share:
                at_ms = self._at(customer, "against " + purpose, 0.05, 0.8)
                yield at_ms, "Objection Made", {"purpose": purpose}
                if self._chance(customer, "not against " + purpose) < 0.4:
                    yield at_ms + 6 * DAY_MS, "Objection Made", {"purpose": purpose, "withdrawn": True}
        if self._chance(customer, "yes to all") < 0.05:
            yield self._at(customer, "yes to all"), "Consent Changed", {"purpose": "all", "state": "granted"}

    def _fickle(self, customer: str) -> Iterator[tuple[int, str, Json]]:
        """Who says every other day that they want no more of something, and a day later that they do."""
        if self._chance(customer, "fickle") >= 0.45:
            return
        for n in range(self._days // 2):
            at_ms = self._start_ms + round((2 * n + self._chance(customer, f"fickle {n}")) * DAY_MS) + HOUR_MS
            what = _FICKLE[int(len(_FICKLE) * self._chance(customer, f"against what {n}"))]
            care = {"until": timestamps_of(at_ms + DAY_MS)} if what[0] == "Vulnerability Stated" else {}
            yield at_ms, what[0], what[1] | care
            if not care:
                yield at_ms + DAY_MS, what[0], {**what[1], "withdrawn": True}

    def _much(self, customer: str, far: bool) -> Iterator[tuple[int, str, Json]]:
        """Two hundred promises at once, due one after the other or (``far``) all of them late; meanwhile a case is opened and closed."""
        began_ms = self._start_ms + 2 * DAY_MS
        for n in range(PROMISES):
            due_ms = began_ms + (90 + n if far else 3 + n % 37) * DAY_MS
            yield began_ms + n * MINUTE_MS, "Promise Made", {"promise_id": f"m-{n}", "class": "by-hand", "due_at": timestamps_of(due_ms)}
            if n % 5 == 0:
                yield due_ms - 2 * HOUR_MS, "Promise Kept", {"promise_id": f"m-{n}"}
        case, opened_ms = {"case_id": f"much-{customer}"}, began_ms + 26 * HOUR_MS
        yield opened_ms, "Case Opened", {**case, "severity": 2, "fault": "ours"}
        yield opened_ms + 8 * HOUR_MS, "Case Closed", case


def _event(identity: str, customer: str, at_ms: int, name: str, properties: Json) -> Json:
    text = timestamps_of(at_ms)
    event: Json = {"type": "track", "event": name, "messageId": identity, "userId": customer, "timestamp": text, "receivedAt": text}
    if name == "identify":
        del event["event"]
        return event | {"type": "identify", "traits": properties}
    return event | {"properties": properties, "context": {"channel": "web"}}
