"""Folding `decision made`: what the API answered becomes a fact of the row, never a reason to plan a contact."""

from __future__ import annotations

from typing import Any

from platinum.jit import constant, inner, int64
from platinum.policy.tables import Tables
from platinum.profile.contacts import plan
from platinum.profile.identity import is_answered, remember_answer
from platinum.profile.pending import remember_decision
from platinum.profile.withdraw import withdraw_rivals

Record = Any
_INBOUND = constant(0)


@inner
def fold_decision_made(row: Record, event: Record, tables: Tables) -> int:
    """Remember an HTTP decision: a planned inbound contact until it expires, and a pending outcome.

    Returns
    -------
    int
        As ``profile.fold.fold``: 0 for a repeat (the first record with an id wins, and the row knows the last 16), else
        1 + n, where n planned contacts were withdrawn. Silence (channel 0) plans nothing.

    Notes
    -----
    Registers: ``pipeline.engine_records.event_of``.
    """
    if is_answered(row, event["ref"]):
        return 0
    remember_answer(row, event["ref"])
    if event["name_b"] == 0:
        return 1
    now_ms = event["record_ms"]
    channel = event["name_b"]
    plan(row, event["ref"], event["name_a"], channel, int64(event["code"]), _INBOUND, now_ms, now_ms, int(event["high"]))
    remember_decision(row, event["ref"], event["name_a"], channel, now_ms, int(event["low"]), _INBOUND)
    return 1 + withdraw_rivals(row, event, tables)
