"""``platinum lag``: on a data directory that ``up`` may be running on, or on a deployment on Kafka."""

from __future__ import annotations

import asyncio
from pathlib import Path

from platinum.clock import wall_ms
from platinum.ops.lag import Lag, lag_of
from platinum.ports import INTERACTIONS
from platinum.settings import DeploymentFile, existing_deployment
from platinum.wiring.parts import attach_parts


def read_lag(data: Path) -> list[Lag]:
    """Every partition of a deployment."""
    file, _ = existing_deployment(data)
    committed = _committed(file) if file.brokers else {}

    async def read() -> list[Lag]:
        parts = attach_parts(data)
        d = parts.deployment
        try:
            await parts.connect()
            return await lag_of(d.log, d.store, d.buckets, wall_ms(), committed)
        finally:
            await parts.close()

    return asyncio.run(read())


def _committed(file: DeploymentFile) -> dict[int, int]:
    from platinum.logs.kafka_group import committed_offsets
    from platinum.logs.kafka_topics import admin

    with admin(file.brokers, wait_s=5.0) as client:
        return committed_offsets(client, file.group, file.prefix + INTERACTIONS)
