"""Leaving a consumer group in the middle of a rebalance.

A JoinGroup is answered when every member has joined, or a silent one's session is over. aiokafka waits for that answer before it
leaves; a broker takes nothing else from that connection meanwhile. A worker that was told to end while the group waited for a frozen
one was cut off after 10 s instead, and stayed a member in whom the group believed for one session more. Whoever waits for their first
join has no name yet by which to leave: the group waits for their session to end.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import structlog
from aiokafka.errors import KafkaError
from aiokafka.protocol.group import LeaveGroupRequest

LOG = structlog.get_logger("platinum.stream")
#: How long a join that is on its way is waited for by whoever is about to leave; and the answer to having left.
_PATIENCE_S = 2.0


def leave_while_joining(consumer: Any) -> None:
    """Have a consumer that is stopped next wait for its join no longer than ``_PATIENCE_S``, and leave over another connection."""
    coordinator = consumer._coordinator  # noqa: SLF001 - no public name
    if coordinator is None:
        return  # Kafka has not answered yet: there is nothing to leave
    coordinator._coordination_task = asyncio.ensure_future(_patiently(coordinator, coordinator._coordination_task))  # noqa: SLF001


async def _patiently(coordinator: Any, task: asyncio.Task[None]) -> None:
    """End as ``task``, which coordinates, does; or without it."""
    done, _ = await asyncio.wait({task}, timeout=_PATIENCE_S)
    if done:
        task.result()
        return
    task.cancel()
    await asyncio.wait({task})
    LOG.info("leaving the group in the middle of a rebalance")
    if coordinator.generation > 0 and coordinator.coordinator_id is not None:
        leaving = LeaveGroupRequest(coordinator.group_id, coordinator.member_id)
        with suppress(KafkaError, TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                await coordinator._client.send(coordinator.coordinator_id, leaving)  # noqa: SLF001 - not the group's connection
    coordinator.reset_generation()
