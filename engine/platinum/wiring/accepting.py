"""``platinum topics accept``: read a partition on although its log contradicts the profiles."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from platinum.clock import wall_ms
from platinum.errors import UsageError
from platinum.ports import INTERACTIONS
from platinum.settings import DEFAULT_CACHE_BYTES, DeploymentFile, existing_deployment
from platinum.stream.accept import Plan, accept, plan_accept
from platinum.stream.remedy import REBUILD
from platinum.wiring.parts import distributed_parts


def accept_log(data: Path, partition: int, where: str, agreed: Callable[[str], bool]) -> dict[str, Any] | None:
    """Accept a partition's log; None when ``agreed``, which is told what would be done, says no.

    Raises
    ------
    UsageError
        The deployment is not on Kafka, or there is nothing to accept.
    """
    file, secret = existing_deployment(data)
    if not file.brokers:
        raise UsageError(f"{data} is no deployment on Kafka; there, to accept a log as it is, {REBUILD}")
    return asyncio.run(_accept(file, secret, (partition, where), agreed))


async def _accept(file: DeploymentFile, secret: bytes, asked: tuple[int, str], agreed: Callable[[str], bool]) -> dict[str, Any] | None:
    from platinum.logs.kafka_group import set_offset
    from platinum.logs.kafka_topics import admin

    parts = distributed_parts(file, secret, DEFAULT_CACHE_BYTES)
    try:
        await parts.connect()
        plan = await plan_accept(parts.deployment, *asked)
        if not agreed(described(plan)):
            return None
        await accept(parts.deployment, plan, wall_ms())
    finally:
        await parts.close()
    with admin(file.brokers) as client:
        moved = set_offset(client, file.group, file.prefix + INTERACTIONS, plan.partition, plan.offset)
    said = plan._asdict()
    said["from"] = said.pop("offset")
    return said | {"group_offset_moved": moved}


def described(plan: Plan) -> str:
    """What accepting would do, for whoever is asked whether it may."""
    again = "" if plan.offset >= plan.was_at else " If these records are the ones that were applied, they are counted twice."
    return (
        f"{plan.why}. Partition {plan.partition} would be read on at offset {plan.offset} of {plan.start} to {plan.end}; profiles stay as "
        f"they are, {plan.end - plan.offset} records are to be applied.{again}"
    )
