"""``platinum policy activate``: put a policy in force in a deployment, running or not."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from platinum.clock import wall_ms
from platinum.pipeline.semantics import check_may_activate
from platinum.policy.load import load_policy
from platinum.policy.outline import Outline
from platinum.policy.policy import Policy
from platinum.ports import Log
from platinum.settings import existing_deployment
from platinum.stream.activate import activate, mark
from platinum.stream.artefacts import Artefacts
from platinum.wiring.stopping import on_log


def activate_policy(
    file: Path, data: Path, other_currency: bool = False, semantics: int | None = None, *, first: bool = False
) -> dict[str, Any]:
    """Append artefact and markers, signed with the deployment's key; a running deployment applies them within a moment.

    Parameters
    ----------
    first : bool
        Only where nothing was ever activated; what is in force elsewhere stays so, an emergency stop too.
    """
    policy = load_policy(file)
    if semantics is not None:
        check_may_activate(semantics)  # before a topic is made
    deployment, secret = existing_deployment(data)
    if deployment.brokers:
        from platinum.wiring.topics import make_topics

        make_topics(deployment, policy)  # a channel that is new has no topic yet, and a worker would stop at its first contact

    async def put(log: Log, shelf: Artefacts) -> tuple[Policy | Outline, int]:
        kept = await _in_force(log, shelf, secret) if first else None
        if kept is not None:
            return kept
        return policy, await activate(log, shelf, policy, secret, wall_ms(), other_currency=other_currency, semantics=semantics)

    return asyncio.run(on_log(data, deployment, put))


async def _in_force(log: Log, shelf: Artefacts, secret: bytes) -> tuple[Outline, int] | None:
    """What was activated last, and its number; its markers are appended again: a call that failed half-way is completed."""
    last = await shelf.last_activation()
    if last is None:
        return None
    await mark(log, last, secret, wall_ms(), range(log.partitions))
    return await shelf.outline(int(last.policy, 16)), last.seq
