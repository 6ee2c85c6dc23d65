"""What must never happen, counted by somebody who knows nothing of the engine.

Read are a policy file, what went into a log and what came out of it. Plain Python with books of its own; nothing of Platinum is
imported. Every rule counts how often it was at stake and how often it was broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.reference.invariant_contacts import PROMOTION, SPARED, Contacts
from tests.reference.invariant_ledger import Due, Ledger
from tests.reference.invariant_policy import Json, Rules, instant_ms
from tests.reference.invariant_since import SPEAKING, Since
from tests.reference.invariant_words import Words, thanks_that_sell, unsaid

#: What is counted, and what it says.
INVARIANTS: Mapping[str, str] = {
    "basis": "contacts without a ground",
    "rest": "promotion during recovery or quarantine",
    "care": "selling to, asking or surprising who asked for care",
    "sensitive": "sensitive traits used without a statement",
    "wishes": "contacts against a stated wish",
    "terms": "offers with incomplete or expired terms",
    "caps": "contacts beyond a cap",
    "claims": "contacts given to two, or after their end",
    "purity": "thank-yous that are none",
    "ledger": "promises in decisions that are missing from the ledger",
    "lost": "obligations lost",
}


@dataclass
class Count:
    """How often a rule was at stake and broken; ``first`` says where, a few times."""

    stake: int = 0
    broken: int = 0
    first: list[str] = field(default_factory=list)

    def note(self, broken: bool, where: str) -> None:
        """One case."""
        self.stake += 1
        if broken:
            self.broken += 1
            if len(self.first) < 5:
                self.first.append(where)


class Person:
    """The books of one customer."""

    def __init__(self, rules: Rules) -> None:
        self.words = Words(rules)
        self.ledger = Ledger(rules)
        self.contacts = Contacts(rules)
        self.since = Since(rules, self.words, self.contacts)
        self.orders = 0


class Checker:
    """Reads a log, entry by entry in the order of its partitions. ``reference(kind, id)`` is how ledgers tell an id.

    Attributes
    ----------
    counts : dict of rule → Count
    planned_at_stake : int
        Decisions (silence too) at which a cap was full only because of contacts that were planned or claimed and not sent.
    told_late : int
        Contacts beyond a cap, and thank-yous beside promotion, only because of a contact that had been withdrawn, or was over, before the
        log heard that it was sent.
    crossed : int
        Contacts that a word stood against when the log heard that they were sent, and that had been claimed, or had left, before it.
    """

    def __init__(self, policy: Mapping[str, Any], reference: Callable[[str, str], int]) -> None:
        self.rules, self._reference = Rules(policy), reference
        self.counts = {name: Count() for name in INVARIANTS}
        self.people: dict[str, Person] = {}
        self.planned_at_stake = self.told_late = self.crossed = 0

    def read(self, entries: Iterable[tuple[int, str, str, str, Json]]) -> None:
        """Entries are (record time, customer, what, coordinate, body)."""
        for time_ms, customer, what, at, body in entries:
            person = self.people.get(customer)
            if person is None:
                person = self.people[customer] = Person(self.rules)
            if what == "event":
                self._event(person, time_ms, at, body)
            elif what == "decision":
                # A timer may be older than what its bucket has seen: the decision is made by the bucket's clock.
                self._decision(person, instant_ms(body["decided_at"]), body)
            elif what == "withdrawal":
                person.contacts.withdrawn(body["decision_id"])
                person.ledger.take_back(body["decision_id"])
            elif what == "claim":
                self._claim(person, time_ms, body)
            else:
                self._ledger(person, time_ms, customer, body["open"])

    def _event(self, person: Person, time_ms: int, at: str, body: Json) -> None:
        name = body.get("event") or body["type"]
        occurred_ms = min(instant_ms(body["timestamp"]), time_ms)
        said = body.get("properties") or body.get("traits") or {}
        if name == "Order Completed":
            person.orders += 1
        rested = person.ledger.rests(time_ms)
        person.words.hear(name, said, occurred_ms, at)
        person.ledger.hear(name, said, occurred_ms, time_ms)
        if name in person.contacts.OUTCOMES:
            self._outcome(person, name, said, occurred_ms, time_ms)
        if not rested and person.ledger.rests(time_ms):
            person.contacts.rest_begins(time_ms)
        if name in SPEAKING:
            person.since.hear(time_ms)

    def _outcome(self, person: Person, name: str, said: Json, occurred_ms: int, time_ms: int) -> None:
        identity = said.get("decision_id", "")
        gone = person.contacts.outcome(name, identity, occurred_ms, time_ms)
        if gone:
            person.ledger.take_back(identity)
        if name == "Contact Dispatched" and (plan := person.contacts.plans.get(identity)):
            for rule in person.since.at_stake(plan):
                # Withdrawals that arrive within the hour cross with the sending; what was told to be sent is being sent.
                heard = rule in plan.spoilt and plan.spoilt[rule] < occurred_ms and not plan.claimed
                self.counts[rule].note(heard, f"sent {identity}")
                self.crossed += rule in plan.spoilt and not heard

    def _claim(self, person: Person, time_ms: int, body: Json) -> None:
        plan = person.contacts.plans.get(body["decision_id"])
        send = body["answer"] == "send"
        if plan is None:
            return
        over = not plan.alive(time_ms)
        if over:
            self.counts["claims"].note(send, f"claim {body['decision_id']}")
        if not plan.claimed:
            against = plan.spoilt.keys() | ({"rest"} if plan.kind in PROMOTION and person.ledger.rests(time_ms) else set())
            for rule in person.since.at_stake(plan):
                self.counts[rule].note(send and rule in against, f"claim {body['decision_id']}")
        elif plan.claimed:
            self.counts["claims"].note(send and plan.claimed != body["claimant"], f"two claims {body['decision_id']}")
        if send:
            plan.claimed = plan.claimed or body["claimant"]

    def _decision(self, person: Person, now_ms: int, d: Json) -> None:
        kind, outbound = d["type"], d["placement"] is None
        resting, where = person.ledger.rests(now_ms), d["decision_id"]
        if resting:
            self.counts["rest"].note(kind in PROMOTION, where)
        if person.words.in_care(now_ms):
            self.counts["care"].note(kind in SPARED, where)
        self._sensitive(person, d)
        self.planned_at_stake += outbound and person.contacts.full_by_plans(now_ms)
        if kind == "silence":
            return
        if outbound:
            self._contact(person, now_ms, d)
        if kind == "offer":
            self.counts["terms"].note(bool(unsaid(d)), f"{where} {unsaid(d)}")
        if kind == "thank_you":
            self.counts["purity"].note(bool(thanks_that_sell(d)) or person.ledger.in_case(now_ms), f"{where} {thanks_that_sell(d)}")
        person.ledger.decided(d, now_ms)
        person.contacts.decided(d, now_ms)

    def _sensitive(self, person: Person, d: Json) -> None:
        if not person.words.traits:
            return
        used = self.rules.sensitive_of(d["action"]) if d["action"] else ()
        purpose = self.rules.purpose_of(d["type"])
        refused = [t for t in person.words.traits if not person.words.may_use(t, purpose if used else "promotion")]
        if refused or used:
            self.counts["sensitive"].note(any(not person.words.may_use(t, purpose) for t in used), d["decision_id"])

    def _contact(self, person: Person, now_ms: int, d: Json) -> None:
        purpose, channel = self.rules.purpose_of(d["type"]), d["channel"]
        ground = person.words.ground(purpose, channel, person.orders > 0, d, person.ledger.owes())
        self.counts["basis"].note(not ground, f"{d['decision_id']} {d['type']}")
        if d["lane"] != "legal" and person.words.wishes:
            self.counts["wishes"].note(person.words.against(d["type"], channel), d["decision_id"])
        if d["lane"] in ("thank", "growth"):
            full, certainly = person.contacts.full(d["type"], channel, instant_ms(d["send_at"]), now_ms)
            self.counts["caps"].note(certainly, f"{d['decision_id']} {full}")
            self.told_late += bool(full) and not certainly

    def _ledger(self, person: Person, now_ms: int, customer: str, opened: list[Json]) -> None:
        """Compare with the ledger as it was read."""
        found: dict[tuple[str, int], list[Json]] = {}
        for entry in opened:
            found.setdefault((entry["kind"], entry["name"] if entry["kind"] == "offer" else entry["ref"]), []).append(entry)
        for due in person.ledger.open_at(now_ms):
            entries = found.get((due.kind, self._reference(due.kind, due.ref)), [])
            by_decision = due.kind == "promise" and due.ref.startswith(("d.", "h."))
            there = any(self._is_it(due, entry) for entry in entries)
            self.counts["ledger" if by_decision else "lost"].note(not there, f"{customer} {due} {entries}")

    def _is_it(self, due: Due, entry: Json) -> bool:
        name = not due.name or entry["name"] == self._reference("class", due.name)
        is_so = all(want is None or entry[of] == want for of, want in (("broken", due.broken), ("closed", due.closed)))
        return name and is_so and due.due_ms in (0, entry["due_ms"])

    def end(self) -> None:
        """What only shows when all has been read: what was sent around thank-yous."""
        for customer, person in self.people.items():
            for spoilt, late, where in person.contacts.spoilt_thanks(self.rules.quiet_ms):
                self.counts["purity"].note(spoilt and not late, f"{customer} {where}")
                self.told_late += spoilt and late
