"""``platinum policy activate``: put a policy in force in a deployment, running or not."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from platinum.clock import wall_ms
from platinum.policy.load import load_policy
from platinum.settings import existing_deployment
from platinum.stream.activate import activate
from platinum.stream.shelf import PolicyShelf
from platinum.wiring.parts import log_of


def activate_policy(file: Path, data: Path, other_currency: bool = False) -> dict[str, Any]:
    """Append artefact and markers, signed with the deployment's key; a running ``up`` on the directory applies them within a moment."""
    policy = load_policy(file)
    deployment, secret = existing_deployment(data)
    if deployment.brokers:
        from platinum.wiring.topics import make_topics

        make_topics(deployment, policy)  # a channel that is new has no topic yet, and a worker would stop at its first contact

    async def append() -> int:
        log = log_of(data, deployment)
        try:
            return await activate(log, PolicyShelf(log), policy, secret, wall_ms(), other_currency=other_currency)
        finally:
            await log.close()

    seq = asyncio.run(append())
    return {"policy": policy.name, "version": policy.version, "activation": seq, "partitions": deployment.partitions}
