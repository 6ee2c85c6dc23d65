"""Contacts of one person as the log tells of them: planned, claimed, made, gone; what caps and thanks count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.reference.invariant_policy import Cap, Json, Rules, instant_ms

PROMOTION = frozenset({"offer", "help"})
SPARED = frozenset({"offer", "help", "listen", "surprise"})
_MET = frozenset(
    {
        "Contact Dispatched",
        "Contact Delivered",
        "Decision Shown",
        "Decision Accepted",
        "Decision Declined",
        "Decision Dismissed",
        "Offer Redeemed",
    }
)


@dataclass
class Plan:
    """One contact, or one answer to who came to us."""

    kind: str
    channel: str
    outbound: bool
    send_ms: int
    expires_ms: int
    decided_ms: int
    lane: str
    action: str
    claimed: str = ""
    over: bool = False
    made_ms: int = 0
    told_ms: int = 0  # when the log heard that it was made
    late: bool = False  # ... which was after it had been withdrawn, or was over
    #: Rule → when the log heard what stands against it, while it was planned and nobody had claimed it.
    spoilt: dict[str, int] = field(default_factory=dict)

    def alive(self, now_ms: int) -> bool:
        """Whether it may still be sent."""
        return not self.over and not self.made_ms and now_ms < self.expires_ms


class Contacts:
    """All of one person."""

    OUTCOMES = _MET | {"Contact Aborted", "Contact Bounced"}

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.plans: dict[str, Plan] = {}
        self._made: list[Plan] = []

    def decided(self, d: Json, now_ms: int) -> None:
        """A decision that is not silence."""
        outbound = d["placement"] is None
        self.plans[d["decision_id"]] = Plan(
            d["type"], d["channel"], outbound, instant_ms(d["send_at"]), instant_ms(d["expires_at"]), now_ms, d["lane"], d["action"]
        )

    def withdrawn(self, identity: str) -> None:
        """It must not be sent."""
        if identity in self.plans:
            self.plans[identity].over = True

    def rest_begins(self, now_ms: int) -> None:
        """From now on, promotion that nobody has claimed has to be withdrawn."""
        for plan in self.plans.values():
            if plan.outbound and plan.kind in PROMOTION and plan.alive(now_ms) and not plan.claimed:
                plan.spoilt["rest"] = now_ms

    def outcome(self, name: str, identity: str, occurred_ms: int, now_ms: int) -> bool:
        """What became of a decision; returns whether it came to nothing."""
        plan = self.plans.get(identity)
        if plan is None:
            return False
        if name == "Contact Aborted":
            gone = plan.alive(now_ms)
            plan.over = plan.over or gone
            return gone
        if name == "Contact Bounced":
            plan.over = True
            if plan.made_ms:
                self._made.remove(plan)
                plan.made_ms = 0
            return True
        if not plan.made_ms:
            plan.late = plan.over or now_ms >= plan.expires_ms
            plan.made_ms, plan.told_ms = occurred_ms, now_ms
            self._made.append(plan)
        return False

    def full(self, kind: str, channel: str, send_ms: int, now_ms: int) -> tuple[str, bool]:
        """The cap that a contact of this kind, sent then, would break ("" = none); whether it is one without what was told late."""
        found = ""
        for cap in self._rules.caps:
            if kind in cap.kinds and cap.channel in ("", channel):
                made, planned = self._count(cap, send_ms, now_ms)
                if made + planned >= cap.limit:
                    found = f"{cap.limit} per {cap.window_ms // 3_600_000} h, {made} made, {planned} planned"
                    late = sum(p.late and p.made_ms + cap.window_ms > send_ms and self._is_of(p, cap) for p in self._made)
                    if made + planned - late >= cap.limit:
                        return found, True
        return found, False

    def _count(self, cap: Cap, send_ms: int, now_ms: int) -> tuple[int, int]:
        """(made, planned) that count at ``send_ms``; a planned one may be sent at its very end."""
        made = sum(p.made_ms + cap.window_ms > send_ms and self._is_of(p, cap) for p in self._made)
        waiting = (p for p in self.plans.values() if p.alive(now_ms) and p.expires_ms + cap.window_ms > send_ms)
        return made, sum(self._is_of(p, cap) for p in waiting)

    @staticmethod
    def _is_of(plan: Plan, cap: Cap) -> bool:
        return plan.outbound and plan.kind in cap.kinds and cap.channel in ("", plan.channel)

    def full_by_plans(self, now_ms: int) -> bool:
        """Whether a cap over all channels is full, and would not be but for what is planned."""
        for cap in self._rules.caps:
            if cap.channel == "":
                made, planned = self._count(cap, now_ms, now_ms)
                if made < cap.limit <= made + planned:
                    return True
        return False

    def spoilt_thanks(self, quiet_ms: tuple[int, int]) -> Iterator[tuple[bool, bool, str]]:
        """For each thank-you that was given: whether promotion was sent too near it, whether it or all of that was told late, and which."""
        before, after = quiet_ms
        sold = [p for p in self._made if p.outbound and p.kind in PROMOTION]
        for identity, thanks in self.plans.items():
            if thanks.kind == "thank_you" and thanks.made_ms:
                near = [p for p in sold if -before <= p.made_ms - thanks.made_ms <= after]
                where = [round((p.made_ms - thanks.made_ms) / 3_600_000, 1) for p in near]
                yield bool(near), thanks.late or all(p.late for p in near), f"{identity} {where} h"
