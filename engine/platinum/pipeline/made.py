"""Folding `decision made`: what the API answered becomes a fact of the row, never a reason to plan a contact."""

from __future__ import annotations

from typing import Any

from platinum.jit import constant, inner, int64
from platinum.pipeline.examples import open_from_items
from platinum.policy.tables import Tables
from platinum.profile.budgets import spend
from platinum.profile.commit import commit
from platinum.profile.contacts import plan
from platinum.profile.elsewhere import name_one
from platinum.profile.identity import is_answered, remember_answer
from platinum.profile.obligations import put_in_order
from platinum.profile.outcomes import find_action
from platinum.profile.pending import remember_decision
from platinum.profile.row import wide
from platinum.profile.timers import set_timer
from platinum.profile.treated import remember_treatment
from platinum.profile.withdraw import withdraw_rivals
from platinum.vocabulary.codes import ActionType

Record = Any
_INBOUND = constant(0)
_SILENCE = constant(ActionType.SILENCE)


@inner
def note(made: Record, out: Record, tables: Tables) -> None:
    """Write DECISION ``out`` into EVENT ``made`` as ``engine_events.event_of`` will, once it was appended."""
    made["ref"], made["record_ms"] = out["ref"], out["now_ms"]
    made["message"], made["occurred_ms"], made["channel"] = 0, out["now_ms"], 0
    made["country"], made["account"] = out["signature"], out["account"]
    made["name_a"], made["name_b"], made["code"], made["low"], made["high"] = 0, 0, _SILENCE, 0.0, 0.0
    made["item_count"] = 0  # what is decided for the next placement is decided on a copy: nothing is learned from that
    if out["action"] >= 0:
        action = tables.actions[out["action"]]
        made["name_a"], made["name_b"], made["code"] = action["name"], tables.channels[out["channel"]]["name"], action["type"]
        made["message"] = max(out["promise_ms"], out["offer_ms"])
        made["low"], made["high"] = out["now_ms"] + action["reward_window_ms"], out["expires_ms"]


@inner
def fold_decision_made(row: Record, more: Record, event: Record, items: Any, tables: Tables) -> int:
    """Remember an HTTP decision: a planned inbound contact until it expires, and a pending outcome.

    Returns
    -------
    int
        As ``profile.fold.fold``: 0 for a repeat (the first record with an id wins, and the row knows the last 16), else
        1 + n, where n planned contacts were withdrawn. Silence (channel 0) plans nothing.

    Notes
    -----
    Registers: ``pipeline.engine_events.event_of``.
    """
    if is_answered(row, event["ref"]):
        return 0
    remember_answer(row, event["ref"])
    if event["name_b"] == 0:
        return 1
    now_ms = event["record_ms"]
    channel = event["name_b"]
    # An answer is given by the wall clock. Where the bucket's has run ahead of it, one that is new would be over already, and
    # its interval with it: whoever asked was thanked with every request. It lives as long as it was given for, from now on.
    ahead = max(0, wide(now_ms) - wide(event["occurred_ms"])) if event["high"] <= now_ms else 0
    expires, closes = int(event["high"]) + ahead, int(event["low"]) + ahead
    row["acting"] = event["account"]
    name_one(row, event["ref"])
    plan(row, event["ref"], event["name_a"], channel, int64(event["code"]), _INBOUND, now_ms, now_ms, expires)
    remember_decision(row, event["ref"], event["name_a"], channel, now_ms, closes, _INBOUND)
    open_from_items(row, event, items, tables)
    remember_treatment(row, wide(event["country"]))
    at = find_action(event["name_a"], tables)
    if at >= 0:
        spend(row, tables.actions[at], wide(now_ms), tables)
        since = (wide(event["record_ms"]), wide(event["offset"]), wide(event["name_b"]))
        commit(row, more, event["ref"], since, tables.actions[at], int(event["message"]), tables)
    row["acting"] = 0
    gone = withdraw_rivals(row, more, event, tables)
    put_in_order(row, more)
    set_timer(row, more, tables)
    return 1 + gone
