"""What a decision of the stream leaves in the row: the planned contact, the pending outcome, the exploration."""

from __future__ import annotations

from typing import Any

from platinum.jit import constant, int64, kernel
from platinum.profile.budgets import spend, want
from platinum.profile.commit import commit
from platinum.profile.contacts import plan
from platinum.profile.elsewhere import name_one
from platinum.profile.obligations import put_in_order
from platinum.profile.pending import remember_decision
from platinum.profile.timers import set_timer
from platinum.profile.treated import remember_treatment

Record = Any
_OUTBOUND = constant(1)


@kernel
def plan_decision(row: Record, more: Record, out: Record, tables: Any) -> None:
    """Let the row remember an outbound decision; silence, and what is only shown to who came to us, leave no trace.

    ``plan`` notes the send time of a thank-you. The thanks count against gratitude when the contact is confirmed, not
    before: one that is never sent has thanked nobody.
    """
    want(row, more, int64(out["wants"]), int64(out["now_ms"]), tables)
    if out["action"] < 0 or tables.channels[out["channel"]]["outbound"] == 0:
        return
    action, channel = tables.actions[out["action"]], tables.channels[out["channel"]]["name"]
    now_ms, send_ms = out["now_ms"], out["send_ms"]
    row["acting"] = out["account"]
    name_one(row, out["ref"])
    plan(row, out["ref"], action["name"], channel, int64(action["type"]), _OUTBOUND, now_ms, send_ms, out["expires_ms"])
    remember_treatment(row, int64(out["signature"]))
    spend(row, action, int64(now_ms), tables)
    closes_ms = send_ms + action["reward_window_ms"]
    remember_decision(row, out["ref"], action["name"], channel, now_ms, closes_ms, _OUTBOUND)
    since = (int64(now_ms), int64(out["offset"]), int64(channel))
    commit(row, more, out["ref"], since, action, max(int64(out["promise_ms"]), int64(out["offer_ms"])), tables)
    row["acting"] = 0
    put_in_order(row, more)
    set_timer(row, more, tables)
    if out["explored"] != 0:
        row["last_explored_ms"] = max(row["last_explored_ms"], now_ms)
