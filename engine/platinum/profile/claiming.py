"""Folding a claim: a channel system asks whether it may send what was planned, and the first who asks wins."""

from __future__ import annotations

from platinum.jit import inner
from platinum.policy.tables import Tables
from platinum.profile.claims import add_claim, find_claim
from platinum.profile.contacts import drop_expired, find_planned
from platinum.profile.row import Record, wide
from platinum.profile.stops import is_stopped


@inner
def fold_claim(row: Record, event: Record, tables: Tables) -> None:
    """Give the planned contact of decision ``ref`` to the claim ``message``, if it may still be sent and nobody has it.

    A claim that is repeated changes nothing: whether it won is whether the row holds it. What was withdrawn, aborted, dispatched or
    never planned is not there to be claimed; what the policy in force stops is not given to anybody.

    Parameters
    ----------
    row : ROW
        Changed in place.
    event : EVENT
        ``pipeline.engine_records.event_of``; ``record_ms`` is raised to the bucket's clock.
    """
    now_ms, ref = wide(event["record_ms"]), event["ref"]
    drop_expired(row, now_ms)
    at = find_planned(row, ref)
    if at < 0 or row["planned"][at]["outbound"] == 0 or find_claim(row, ref) >= 0 or is_stopped(row["planned"][at], tables):
        return
    add_claim(row, ref, event["message"], now_ms)
