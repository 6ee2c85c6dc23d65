"""What became of a decision: dispatched, shown, accepted, bounced ... The decision's id joins them."""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.agents import override
from platinum.profile.bonds import give, give_by
from platinum.profile.call_back import decline_call_back
from platinum.profile.commit import take_back
from platinum.profile.contacts import add_contact, dispatch, find_planned, forget_taken, remove_planned, unsend
from platinum.profile.debts import pay, pays_of
from platinum.profile.engagement import engage
from platinum.profile.entries import (
    PENDING_ACCEPTED,
    PENDING_BOUNCED,
    PENDING_DECLINED,
    PENDING_DISMISSED,
    PENDING_LATE,
    PENDING_OUTBOUND,
    PENDING_REFUSED,
    PENDING_SENT,
    PENDING_SHOWN,
)
from platinum.profile.examples import count, end_example, find_example
from platinum.profile.facts import tell_of
from platinum.profile.gratitude import thank
from platinum.profile.heard import remember_answer_to
from platinum.profile.offers import USED, USED_BEFORE, decline, find_offer, is_open, redeem
from platinum.profile.pending import find_pending
from platinum.profile.row import Record, wide
from platinum.profile.talk import talk
from platinum.profile.trust import read_terms
from platinum.profile.welcome import NO, YES, react, receive_contact
from platinum.vocabulary.codes import ActionType, Closed, Fact, Kind, Outcome

_ACCEPTED, _DECLINED, _OUTBOUND = np.uint32(PENDING_ACCEPTED), np.uint32(PENDING_DECLINED), np.uint32(PENDING_OUTBOUND)
_SENT, _SHOWN, _BOUNCED = np.uint32(PENDING_SENT), np.uint32(PENDING_SHOWN), np.uint32(PENDING_BOUNCED)
_NONE = np.uint32(0)
_DISMISSED, _REFUSED = np.uint32(PENDING_DISMISSED), np.uint32(PENDING_REFUSED)
_TOLD_LATE, _ANSWERED = np.uint32(PENDING_LATE), np.uint32(PENDING_LATE | PENDING_ACCEPTED | PENDING_DECLINED)
_NO_ACTION = constant(0)
_THANK_YOU, _OFFER = int(ActionType.THANK_YOU), int(ActionType.OFFER)
_K_SHOWN, _K_ACCEPTED, _K_REDEEMED = int(Kind.DECISION_SHOWN), int(Kind.DECISION_ACCEPTED), int(Kind.OFFER_REDEEMED)
_K_OVERRIDDEN = int(Kind.DECISION_OVERRIDDEN)
_K_DECLINED, _K_DISMISSED = int(Kind.DECISION_DECLINED), int(Kind.DECISION_DISMISSED)
_K_BOUNCED, _K_ABORTED = int(Kind.CONTACT_BOUNCED), int(Kind.CONTACT_ABORTED)
_K_DISPATCHED, _K_DELIVERED = int(Kind.CONTACT_DISPATCHED), int(Kind.CONTACT_DELIVERED)
#: Bit mask of the kinds that say that a decision met the customer.
_MET = constant(sum(1 << kind for kind in (_K_DISPATCHED, _K_DELIVERED, _K_SHOWN, _K_ACCEPTED, _K_REDEEMED, _K_DECLINED, _K_DISMISSED)))
#: ... and of those that say what they made of it.
_ANSWERS = constant(sum(1 << kind for kind in (_K_ACCEPTED, _K_REDEEMED, _K_DECLINED, _K_DISMISSED)))
_LATE = constant(Fact.LATE_OUTCOME)
_C_OVERRIDDEN, _C_ABORTED, _C_BOUNCED = constant(Closed.OVERRIDDEN), constant(Closed.ABORTED), constant(Closed.BOUNCED)
_O_ACCEPTED, _O_DECLINED, _O_DISMISSED = constant(Outcome.ACCEPTED), constant(Outcome.DECLINED), constant(Outcome.DISMISSED)
#: Flags of a decision of which the customer knows.
_HEARD = constant(PENDING_SHOWN | PENDING_ACCEPTED | PENDING_DECLINED | PENDING_SENT)


@inner
def fold_outcome(row: Record, more: Record, event: Record, tables: Tables) -> None:
    """Fold one event about a decision (``ref``). An id that the row does not know changes nothing."""
    kind, ref, at_ms = wide(event["kind"]), event["ref"], wide(event["occurred_ms"])
    if (kind == _K_REDEEMED or kind == _K_DECLINED) and not _end_offer(row, more, event, tables):
        return
    if kind == _K_DECLINED:
        decline_call_back(row, more, ref, tables)
    if kind == _K_ABORTED:
        _abort(row, more, ref, tables)
        return
    if kind == _K_BOUNCED:
        take_back(row, more, ref, tables)
        _bounce(row, more, ref, at_ms, tables)
        return
    if _MET >> kind & 1 == 1:
        pay(row, more, ref, pays_of(_action_of(row, ref), tables), at_ms, tables)
        _confirm(row, more, ref, at_ms, tables)
    at = find_pending(row, ref)
    if at < 0:
        return
    closes_ms = wide(row["pending"][at]["closes_ms"])
    if at_ms > closes_ms or (wide(event["record_ms"]) > closes_ms and find_example(row, ref) < 0):
        _tell_late(row, more, at, kind, at_ms)
    if at_ms > closes_ms:
        return
    if kind == _K_OVERRIDDEN:
        override(row, more, row["pending"][at], event, tables)
        end_example(row, ref, int(_C_OVERRIDDEN))
        return
    _react(row, at, event, tables)


@inner
def _tell_late(row: Record, more: Record, at: int, kind: int, at_ms: int) -> None:
    """The learner hears once of an answer that was given, or came here, when the window was over: its example teaches something else."""
    entry = row["pending"][at]
    if _ANSWERS >> kind & 1 == 1 and (entry["flags"] & _ANSWERED) == _NONE:
        entry["flags"] |= _TOLD_LATE
        tell_of(more, _LATE, wide(entry["action"]), at_ms, 1.0, 0.0)


@inner
def _react(row: Record, at: int, event: Record, tables: Tables) -> None:
    """What the person did about a decision within its window."""
    entry = row["pending"][at]
    kind, at_ms, now_ms, flags = wide(event["kind"]), wide(event["occurred_ms"]), wide(event["record_ms"]), wide(entry["flags"])
    if kind == _K_SHOWN:
        entry["flags"] |= _SHOWN
    elif kind == _K_DECLINED or kind == _K_DISMISSED:
        if flags & PENDING_DECLINED == 0:
            react(row, entry, NO, at_ms, tables)
            remember_answer_to(row, wide(entry["action"]), 0, 1, 0)
        which = _REFUSED if kind == _K_DECLINED else _DISMISSED
        if (entry["flags"] & which) == _NONE:
            count(row, at, int(_O_DECLINED if kind == _K_DECLINED else _O_DISMISSED), 1.0, now_ms, tables)
        entry["flags"] |= _DECLINED | which
    elif kind == _K_ACCEPTED or kind == _K_REDEEMED:
        entry["reward"] = max(float(entry["reward"]), float(event["amount"]), 1.0)
        if flags & PENDING_ACCEPTED == 0:
            react(row, entry, YES, at_ms, tables)
            remember_answer_to(row, wide(entry["action"]), 1, 0, 0)
            count(row, at, int(_O_ACCEPTED), 1.0, now_ms, tables)
            entry["flags"] |= _ACCEPTED
            engage(row, entry["channel"], 0.0, 1.0, at_ms, tables)


@inner
def _abort(row: Record, more: Record, ref: np.uint64, tables: Tables) -> None:
    """A contact is not sent, or an answer over HTTP was never shown: it binds nobody."""
    planned, at = find_planned(row, ref), find_pending(row, ref)
    if planned >= 0:
        remove_planned(row, planned)
    if at >= 0:
        forget_taken(row, at)
    end_example(row, ref, int(_C_ABORTED))
    if planned >= 0 or (at >= 0 and wide(row["pending"][at]["flags"]) & _HEARD == 0):
        take_back(row, more, ref, tables)


@inner
def _end_offer(row: Record, more: Record, event: Record, tables: Tables) -> bool:
    """An offer was used, or refused; False where somebody else had used it: then nothing has come of it now."""
    at = find_pending(row, event["ref"])
    action = wide(row["pending"][at]["action"]) if at >= 0 else 0
    offered_ms = wide(row["pending"][at]["decided_ms"]) if at >= 0 else wide(event["record_ms"])
    if event["kind"] == _K_DECLINED:
        decline(row, more, event["ref"], action)
        return True
    if event["name_a"] != 0:
        action = wide(event["name_a"])
        offered_ms = wide(event["low"]) if event["low"] > 0.0 else wide(event["record_ms"])
    used_ms = wide(event["occurred_ms"])
    found = find_offer(row, more, event["ref"], action, (offered_ms, used_ms))
    fresh = wide(row["obligations"][found]["name"]) if found >= 0 and is_open(row["obligations"][found], used_ms) else wide(_NO_ACTION)
    became = redeem(row, more, event, action, offered_ms)
    if became == USED and fresh != _NO_ACTION:
        give(row, _benefit(fresh, tables), used_ms)
    return bool(became != USED_BEFORE)


@inner
def _benefit(action: int, tables: Tables) -> float:
    """Money that a used offer gives the customer: what its action costs, else what the policy says."""
    at = find_action(action, tables)
    cost = tables.actions[at]["cost"] if at >= 0 else 0.0
    return float(cost if cost > 0.0 else tables.settings[0]["gives_benefit"])


@inner
def _action_of(row: Record, ref: np.uint64) -> int:
    """Action (name hash) of a decision that the row remembers, 0 = none."""
    at = find_planned(row, ref)
    if at >= 0:
        return wide(row["planned"][at]["action"])
    at = find_pending(row, ref)
    return wide(row["pending"][at]["action"]) if at >= 0 else 0


@inner
def _confirm(row: Record, more: Record, ref: np.uint64, at_ms: int, tables: Tables) -> None:
    """The decision met the customer, whichever event says so first: it is a contact, once.

    One that is no longer planned (expired, withdrawn too late) was sent all the same and counts.
    """
    at = find_pending(row, ref)
    known = at >= 0
    if known and (row["pending"][at]["flags"] & _SENT) != _NONE:
        return
    if known:
        forget_taken(row, at)
    type_ = dispatch(row, ref, at_ms)
    if type_ < 0 and not known:
        return
    if known:
        entry = row["pending"][at]
        entry["flags"] |= _SENT
        if type_ < 0:
            type_ = type_of(entry["action"], tables)
            outbound = 1 if (entry["flags"] & _OUTBOUND) != _NONE else 0
            add_contact(row, wide(entry["channel"]), type_, outbound, wide(entry["action"]), at_ms)
        engage(row, entry["channel"], 1.0, 0.0, at_ms, tables)
        receive_contact(row, entry, 1.0, at_ms, tables)
        _meet(row, more, entry, 1.0, at_ms, tables)
    if type_ == _THANK_YOU:
        thank(row, tables.settings[0]["thank_weight"], at_ms, tables)


@inner
def _bounce(row: Record, more: Record, ref: np.uint64, at_ms: int, tables: Tables) -> None:
    """The contact did not arrive: it frees its place in the caps, reached nobody and thanked nobody."""
    planned = find_planned(row, ref)
    if planned >= 0:
        remove_planned(row, planned)
    at = find_pending(row, ref)
    if at < 0 or (row["pending"][at]["flags"] & _BOUNCED) != _NONE:
        return
    entry = row["pending"][at]
    sent = (entry["flags"] & _SENT) != _NONE
    forget_taken(row, at)
    entry["flags"] |= _BOUNCED | _SENT  # a dispatch that arrives late must not count it again
    end_example(row, ref, int(_C_BOUNCED))
    if not sent:
        return
    engage(row, entry["channel"], -1.0, 0.0, at_ms, tables)
    receive_contact(row, entry, -1.0, at_ms, tables)
    _meet(row, more, entry, -1.0, at_ms, tables)
    if unsend(row, entry, at_ms) == _THANK_YOU:
        thank(row, -tables.settings[0]["thank_weight"], at_ms, tables)


@inner
def _meet(row: Record, more: Record, entry: Record, n: float, at_ms: int, tables: Tables) -> None:
    """A decision met the customer (``n`` = 1), or did not after all (-1): its terms, what it gave, and that we spoke."""
    if (entry["flags"] & _OUTBOUND) != _NONE:
        talk(row, n, at_ms)
    remember_answer_to(row, wide(entry["action"]), 0, 0, 1 if n > 0.0 else -1)
    at = find_action(entry["action"], tables)
    if at >= 0:
        read_terms(row, more, tables.actions[at], n, at_ms, tables)
        give_by(row, tables.actions[at], n, at_ms, tables)


@inner
def find_action(action: int, tables: Tables) -> int:
    """Index of an action by its name hash, -1 when this policy has none of that name."""
    for i in range(tables.actions.shape[0]):
        if tables.actions[i]["name"] == action:
            return i
    return -1


@inner
def type_of(action: int, tables: Tables) -> int:
    """Type of an action by its name hash; one that left the policy is taken for an offer, which caps know best."""
    at = find_action(action, tables)
    return wide(tables.actions[at]["type"]) if at >= 0 else _OFFER
