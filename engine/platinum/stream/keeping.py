"""What a start keeps in force: what was activated last, whose markers a crash may have left out."""

from __future__ import annotations

import structlog

from platinum.pipeline.checkpoint import buckets_of, unpack
from platinum.policy.policy import Policy
from platinum.stream.activate import activate, mark, stops_in_force
from platinum.stream.deployment import Deployment

LOG = structlog.get_logger("platinum.stream")


async def keep_in_force(d: Deployment, policy: Policy | None, time_ms: int, *, other_currency: bool = False) -> bool:
    """At a start: ``policy`` is in force afterwards, or what was activated last if it is None; False when nothing was.

    The log says which that is. Checkpoints do not: they lag behind it, and a store that was lost has none. A start does not
    lift a stop, of whatever: supervisors start what has ended. Raises as ``activate``.
    """
    last = await d.shelf.last_activation()
    stops = await stops_in_force(d.shelf)
    if stops.deciding:
        LOG.warning("stopped: events are folded, nothing is decided", remedy="`platinum policy activate` starts it again")
    elif stops:
        LOG.warning("stopped in part: nothing of it is decided", what=", ".join(stops.named()), remedy="`platinum policy start`")
    if not stops and policy is not None and (last is None or last.policy != policy.version):
        await activate(d.log, d.shelf, policy, d.secret, time_ms, other_currency=other_currency)
        return True
    if last is None:
        return False
    # A crash may have come between the number and the markers. Where the rows do not show that one was applied it is
    # appended again: reading the log for it would take as long as replaying it.
    await mark(d.log, last, d.secret, time_ms, await _not_applied(d, last.seq))
    return True


async def _not_applied(d: Deployment, seq: int) -> list[int]:
    """Partitions in which no bucket has come to the activation ``seq``."""
    behind = []
    for p in range(d.log.partitions):
        stored = await d.store.checkpoints(list(buckets_of(p, d.log.partitions, d.buckets)))
        if all(packed is None or unpack(packed).policy_seq < seq for packed in stored):
            behind.append(p)
    return behind
