"""What the log has heard since a contact was planned, and rules it out: it must neither be claimed nor sent any more."""

from __future__ import annotations

from collections.abc import Iterator

from tests.reference.invariant_contacts import PROMOTION, SPARED, Contacts, Plan
from tests.reference.invariant_policy import Rules
from tests.reference.invariant_words import Words

#: Events in which people state something about being contacted.
SPEAKING = frozenset(
    {"Consent Changed", "Objection Made", "Unsubscribed", "Contact Marked Spam", "Vulnerability Stated", "Preference Stated"}
)


class Since:
    """Of one person: every waiting contact is held against every word, as the log hears it."""

    def __init__(self, rules: Rules, words: Words, contacts: Contacts) -> None:
        self._rules, self._words, self._contacts = rules, words, contacts

    def hear(self, now_ms: int) -> None:
        """They said something: note on every contact that waits since when which rules stand against it."""
        for plan in self._contacts.plans.values():
            if plan.outbound and plan.alive(now_ms) and not plan.claimed:
                rest = {"rest"} & plan.spoilt.keys()
                plan.spoilt = {rule: plan.spoilt.get(rule, now_ms) for rule in (*self._against(plan, now_ms), *rest)}

    def at_stake(self, plan: Plan) -> Iterator[str]:
        """Rules that a claim on the contact, or sending it, might break."""
        yield "basis"
        if plan.kind in PROMOTION:
            yield "rest"
        if plan.lane != "legal" and self._words.wishes:
            yield "wishes"
        if plan.kind in SPARED and self._words.spoke_of_care():
            yield "care"
        if self._rules.sensitive_of(plan.action):
            yield "sensitive"

    def _against(self, plan: Plan, now_ms: int) -> Iterator[str]:
        words, purpose = self._words, self._rules.purpose_of(plan.kind)
        if purpose != "legal":
            scored = plan.lane == "growth" and words.stands("profiling", plan.channel) == "refused"
            if scored or words.stands(purpose, plan.channel) == "refused":
                yield "basis"
        if plan.lane != "legal" and words.against(plan.kind, plan.channel):
            yield "wishes"
        if plan.kind in SPARED and words.in_care(now_ms):
            yield "care"
        if any(not words.may_use(trait, purpose) for trait in self._rules.sensitive_of(plan.action)):
            yield "sensitive"
