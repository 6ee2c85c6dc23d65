"""Contacts to customers who had said no, or had never said yes (treatment-formulas 3.11)."""

from __future__ import annotations

from dataclasses import dataclass, field

from platinum.ops.audit.history import Columns, History
from platinum.ops.audit.occasions import Finding, Occasion, anywhere, finding, nothing
from platinum.ops.audit.rules import Rules
from platinum.ops.audit.sends import UNSOLICITED, folded, sends, unsaid
from platinum.vocabulary.codes import Kind, Purpose

BREACH = "contacted_without_basis"
_DETAILS = ("", "had said no", "had not said yes")
_FINE, _REFUSED, _NO_CONSENT = 0, 1, 2
_SAYING = (Kind.CONSENT_CHANGED, Kind.OBJECTION_MADE, Kind.UNSUBSCRIBED, Kind.CONTACT_MARKED_SPAM)
_ALL = int(Purpose.ALL)
_PROMOTION = int(Purpose.PROMOTION)

#: (purpose, channel; 0 = all) → (state, how many statements came before): the newest on each. 1 granted, 2 objection withdrawn,
#: -1 denied, -2 objected, as in ``profile.consent``.
_Said = dict[tuple[int, int], tuple[int, int]]


@dataclass(slots=True)
class _Customer:
    said: _Said = field(default_factory=dict)
    ordered: bool = False
    statements: int = 0

    def hear(self, kind: int, purpose: int, channel: int, state: int) -> None:
        self.statements += 1
        if kind == Kind.CONTACT_MARKED_SPAM:
            purpose, state = _PROMOTION, -1
        self.said[purpose, channel] = (state, self.statements)

    def standing(self, purpose: int, channel: int) -> int:
        """-1 refused, 1 agreed, 0 nothing said: a no wins unless a newer yes is at least as specific in both."""
        heard = [(p, c, *self.said[p, c]) for p in (purpose, _ALL) for c in {channel, 0} if (p, c) in self.said]
        for p, c, state, at in heard:
            lifting = (1, 2) if state == -2 else (1,)
            if state < 0 and not any(s in lifting and n > at and p in (yp, _ALL) and c in (yc, 0) for yp, yc, s, n in heard):
                return -1
        return 1 if any(state == 1 for _, _, state, _ in heard) else 0


def find(history: History, rules: Rules) -> Finding:
    """Judge each contact that nobody asked for by what the customer had said until then.

    Written out here, and not read from a profile: an audit must not agree with the engine because it is the engine.
    """
    if not history.has(Kind.CONTACT_DISPATCHED):
        return nothing(BREACH, "no contacts of yours in these files")
    if not history.has(*_SAYING, Kind.ORDER_COMPLETED):
        return nothing(BREACH, "neither orders nor consents in these files: whom you may write to cannot be told")
    sent = sends(history)
    rows = history.of(*_SAYING, Kind.ORDER_COMPLETED, Kind.CONTACT_DISPATCHED)
    of_send = iter(Columns(sent, ("channel", "purpose", "name_a")))
    judged: list[Occasion] = []
    customer, whose = _Customer(), -1
    where = iter(folded(history, rows["name_b"]).tolist())  # a statement's is in lower case already, that of a spam report is not
    for who, at_ms, kind, code, low in Columns(rows, ("who", "at_ms", "kind", "code", "low")):
        named = next(where)
        if who != whose:
            customer, whose = _Customer(), who
        if kind == Kind.ORDER_COMPLETED:
            customer.ordered = True
        elif kind != Kind.CONTACT_DISPATCHED:
            customer.hear(kind, code, named, int(low))
        else:
            channel, purpose, campaign = next(of_send)
            if purpose in UNSOLICITED:
                detail = _judge(customer, purpose, channel, rules)
                judged.append((at_ms, 0, who, channel, campaign, 0, detail, detail > _FINE))
    return finding(BREACH, judged, anywhere(judged), _DETAILS, note=_note(history, unsaid(sent)))


def _judge(customer: _Customer, purpose: int, channel: int, rules: Rules) -> int:
    said = customer.standing(purpose, channel)
    if said < 0:
        return _REFUSED
    # The contract carries thanks and questions; promotion of what is like what they bought, unless the rules ask for consent.
    carried = customer.ordered and (purpose != _PROMOTION or not rules.consent_only)
    return _FINE if said > 0 or carried else _NO_CONSENT


def _note(history: History, note: str) -> str:
    if history.has(*_SAYING):
        return note
    unheard = "these files hold no consents or unsubscriptions: only contacts to people who had not ordered are found"
    return "; ".join(filter(None, (unheard, note)))
