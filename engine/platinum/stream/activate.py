"""Put a policy in force: artefact first, then one number from one sequence, then a marker on every partition."""

from __future__ import annotations

from collections.abc import Iterable

from platinum.errors import UsageError
from platinum.events.plans import NO_CURRENCY
from platinum.pipeline.checkpoint import buckets_of, unpack
from platinum.pipeline.engine_records import PolicyActivated, engine_record
from platinum.policy.policy import Policy
from platinum.ports import ARTEFACTS, INTERACTIONS, Log, Record
from platinum.stream.deployment import Deployment
from platinum.stream.shelf import ACTIVATION_KEY, PolicyShelf


async def activate(log: Log, shelf: PolicyShelf, policy: Policy, secret: bytes, time_ms: int, *, other_currency: bool = False) -> int:
    """Append the markers that put ``policy`` in force; returns the activation's number.

    The number is the offset of a record in one partition of the artefact topic: two activations at once from two
    machines get different numbers, and every partition ends on the higher one whatever the order of arrival. A
    call that failed half-way is repeated whole; markers that are there already do no harm.

    Raises
    ------
    UsageError
        The policy in force counts in another currency, and ``other_currency`` does not say that this is meant.
    """
    before = (await shelf.newest_stages()).policy
    if not other_currency and before.currency not in (NO_CURRENCY, policy.currency):
        raise UsageError(
            f"the profiles here are kept in {before.currency} and the policy's currency is {policy.currency}: their sums would be "
            "renamed, not converted. Start a deployment of its own for it; if the amounts have been in this currency all along, "
            "say --other-currency (other_currency=True in the library)"
        )
    await shelf.put(policy, time_ms)
    ((_, offset),) = await log.append(ARTEFACTS, [Record(ACTIVATION_KEY, policy.version.encode(), time_ms, partition=0)])
    marker = PolicyActivated(policy.version, offset + 1)
    await _mark(log, marker, secret, time_ms, range(log.partitions))
    return marker.seq


async def keep_in_force(d: Deployment, policy: Policy | None, time_ms: int, *, other_currency: bool = False) -> bool:
    """At a start: ``policy`` is in force afterwards, or what was activated last if it is None; False when nothing was.

    The log says which that is. Checkpoints do not: they lag behind it, and a store that was lost has none. Raises as
    ``activate``.
    """
    last = await d.shelf.last_activation()
    if policy is not None and (last is None or last.policy != policy.version):
        await activate(d.log, d.shelf, policy, d.secret, time_ms, other_currency=other_currency)
        return True
    if last is None:
        return False
    # A crash may have come between the number and the markers. Where the rows do not show that one was applied it is
    # appended again: reading the log for it would take as long as replaying it.
    await _mark(d.log, last, d.secret, time_ms, await _not_applied(d, last.seq))
    return True


async def _not_applied(d: Deployment, seq: int) -> list[int]:
    """Partitions in which no bucket has come to the activation ``seq``."""
    behind = []
    for p in range(d.log.partitions):
        stored = await d.store.checkpoints(list(buckets_of(p, d.log.partitions, d.buckets)))
        if all(packed is None or unpack(packed).policy_seq < seq for packed in stored):
            behind.append(p)
    return behind


async def _mark(log: Log, marker: PolicyActivated, secret: bytes, time_ms: int, partitions: Iterable[int]) -> None:
    await log.append(INTERACTIONS, [engine_record(secret, None, marker, time_ms, partition=p) for p in partitions])
