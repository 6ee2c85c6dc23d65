"""Offers where the stream is played, not waited for: what stands behind ``platinum.Engine``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from platinum.api.decided import find_decision
from platinum.hashing import murmur2
from platinum.pipeline.offers import Honour, Ledger, Offered, Redemption, check_offer_id, honour_of, offered_of, recorded, redeemed_record
from platinum.policy.policy import Policy
from platinum.ports import Record
from platinum.profile.second_row import second_key
from platinum.stream.deployment import Deployment

Play = Callable[[Sequence[Record]], Awaitable[list[bytes]]]


async def look_up(d: Deployment, policy: Policy, asked: Redemption, now_ms: int) -> tuple[Offered | None, Honour]:
    """What the decision offered, and what that is worth now; to nobody in particular where ``redeemed_by`` is ""."""
    check_offer_id(asked.decision_id)
    key = asked.customer.encode()
    ((_, (blob, second)),) = await d.store.load([(murmur2(key) % d.buckets, [key, second_key(key)])])
    offered = offered_of(await find_decision(d.log, asked.decision_id), asked.customer)
    told = honour_of(Ledger(blob, second), asked.decision_id, offered, policy.names, asked.redeemed_by or None, now_ms)
    return offered, told


async def redeem(d: Deployment, policy: Policy, play: Play, asked: Redemption, now_ms: int) -> Honour:
    """Use an offer up, if it holds; ``play`` folds the event."""
    offered, before = await look_up(d, policy, asked, now_ms)
    if before.answer != "honoured" or before.redeemed_at is not None:
        return before
    await play([redeemed_record(asked, offered, now_ms)])
    return recorded((await look_up(d, policy, asked, now_ms))[1])
