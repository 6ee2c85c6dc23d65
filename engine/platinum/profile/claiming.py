"""Folding a claim: a channel system asks whether it may send what was planned, and the first who asks wins."""

from __future__ import annotations

from platinum.jit import inner
from platinum.policy.tables import Tables
from platinum.profile.claims import add_claim, find_claim
from platinum.profile.commit import take_back
from platinum.profile.contacts import drop_expired, find_planned, remove_planned
from platinum.profile.row import Record, wide
from platinum.profile.stops import is_stopped
from platinum.profile.withdraw import is_resting


@inner
def fold_claim(row: Record, more: Record, event: Record, tables: Tables) -> int:
    """Give the planned contact of decision ``ref`` to the claim ``message``, if it may still be sent and nobody has it.

    A claim that is repeated changes nothing: whether it won is whether the row holds it. What was withdrawn, aborted, dispatched or
    never planned is not there to be claimed. What is held (quiet hours) is given to nobody before its time, nor is promotion while it
    rests: a promise may have broken a moment ago, and the withdrawal be on its way. What the policy in force stops is withdrawn, also
    from whoever had it and asks again: it does not know its answer, so it has not sent it.

    Parameters
    ----------
    row : ROW
        Changed in place.
    event : EVENT
        ``pipeline.engine_events.event_of``; ``record_ms`` is raised to the bucket's clock.

    Returns
    -------
    int
        1 where the contact was withdrawn, which then stands as ``profile.withdraw.withdraw`` leaves it; else 0.
    """
    now_ms, ref = wide(event["record_ms"]), event["ref"]
    drop_expired(row, now_ms)
    at, won = find_planned(row, ref), find_claim(row, ref)
    if at < 0 or row["planned"][at]["outbound"] == 0 or (won >= 0 and row["claims"][won]["claim"] != event["message"]):
        return 0
    if is_stopped(row["planned"][at], tables):
        take_back(row, more, ref, tables)
        remove_planned(row, at)
        return 1
    if won < 0 and now_ms >= row["planned"][at]["send_ms"] and not is_resting(row, at, now_ms, tables):
        add_claim(row, ref, event["message"], now_ms)
    return 0
