"""Put a policy in force: artefact first, then one number from one sequence, then a marker on every partition."""

from __future__ import annotations

from platinum.pipeline.engine_records import PolicyActivated, engine_record
from platinum.policy.policy import Policy
from platinum.ports import ARTEFACTS, INTERACTIONS, Log, Record
from platinum.stream.shelf import ACTIVATION_KEY, PolicyShelf


async def activate(log: Log, shelf: PolicyShelf, policy: Policy, secret: bytes, time_ms: int) -> int:
    """Append the markers that put ``policy`` in force; returns the activation's number.

    The number is the offset of a record in one partition of the artefact topic: two activations at once from two
    machines get different numbers, and every partition ends on the higher one whatever the order of arrival. A
    call that failed half-way is repeated whole; markers that are there already do no harm.
    """
    await shelf.put(policy, time_ms)
    ((_, offset),) = await log.append(ARTEFACTS, [Record(ACTIVATION_KEY, policy.version.encode(), time_ms, partition=0)])
    marker = PolicyActivated(policy.version, offset + 1)
    await log.append(INTERACTIONS, [engine_record(secret, None, marker, time_ms, partition=p) for p in range(log.partitions)])
    return marker.seq
