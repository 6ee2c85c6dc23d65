"""Engine records that concern a customer as events, for kernels."""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.events.columns import EVENT
from platinum.hashing import name_hash
from platinum.ids import decision_ref
from platinum.pipeline.engine_records import (
    AccountContacted,
    AccountStands,
    ContactClaimed,
    ContactsSwept,
    DecisionMade,
    TimerDue,
    claim_hash,
)
from platinum.ports import Fetched
from platinum.vocabulary.codes import ActionType, Kind

#: Engine records that are events as they are; what was passed on is decoded like any interaction.
Plain = TimerDue | ContactClaimed | ContactsSwept | DecisionMade | AccountStands | AccountContacted


def event_of(body: Plain, record: Fetched) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    """The engine record as one EVENT, so that kernels see it in log order among the others."""
    event = np.zeros(1, EVENT)
    one = event[0]
    one["offset"] = record.offset
    one["record_ms"] = one["occurred_ms"] = record.time_ms
    if isinstance(body, TimerDue):
        one["kind"] = Kind.TIMER_DUE
        one["low"] = body.due_ms
        return event
    if isinstance(body, ContactClaimed):
        one["kind"] = Kind.CONTACT_CLAIMED
        one["ref"] = decision_ref(body.decision_id)
        one["message"] = claim_hash(body.claimant, body.nonce)
        return event
    if isinstance(body, ContactsSwept):
        one["kind"] = Kind.CONTACTS_SWEPT
        return event
    if isinstance(body, AccountContacted | AccountStands):
        _fill_account(one, body)
        return event
    one["kind"] = Kind.DECISION_MADE
    one["ref"] = decision_ref(body.decision_id)
    one["name_a"] = name_hash(body.action) if body.action else 0
    one["name_b"] = name_hash(body.channel) if body.channel else 0
    one["code"] = ActionType[body.type.upper()]
    one["occurred_ms"] = min(body.decided_ms, record.time_ms)
    one["low"] = body.closes_ms
    one["high"] = body.expires_ms
    one["amount"] = float(body.explored)
    one["message"] = body.bound_ms
    one["country"] = body.signature
    one["account"] = body.account
    return event


def _fill_account(one: Any, body: AccountContacted | AccountStands) -> None:
    """What an account is told, or tells."""
    if isinstance(body, AccountContacted):
        one["kind"] = Kind.ACCOUNT_CONTACTED
        one["name_a"], one["name_b"], one["code"], one["high"] = body.action, body.channel, body.type, body.send_ms
        return
    one["kind"] = Kind.ACCOUNT_STANDS
    one["account"] = name_hash(body.account)
    one["name_a"], one["name_b"] = body.tier, body.category
    one["code"], one["low"] = body.open_cases, body.severity
    one["high"], one["amount"] = body.full_until_ms, body.spend
    one["country"] = body.kept_per_mille + 1
