"""``platinum policy activate | stop | start``: put a policy in force in a deployment, stop it or parts of it, running or not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from platinum.clock import wall_ms
from platinum.pipeline.semantics import check_may_activate
from platinum.policy.load import load_policy
from platinum.policy.policy import Policy
from platinum.policy.stopped import Stops
from platinum.ports import Log
from platinum.settings import DeploymentFile, existing_deployment
from platinum.stream.activate import activate, mark
from platinum.stream.artefacts import Artefacts
from platinum.stream.stopping import ALL, start, stop
from platinum.wiring.control_log import control_log


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

    async def put(log: Log, shelf: Artefacts) -> tuple[Policy, int]:
        kept = await _in_force(log, shelf, secret) if first else None
        if kept is not None:
            return kept
        return policy, await activate(log, shelf, policy, secret, wall_ms(), other_currency=other_currency, semantics=semantics)

    return asyncio.run(_on_log(data, deployment, put))


async def _in_force(log: Log, shelf: Artefacts, secret: bytes) -> tuple[Policy, int] | None:
    """What was activated last, and its number; its markers are appended again: a call that failed half-way is completed."""
    last = await shelf.last_activation()
    if last is None:
        return None
    await mark(log, last, secret, wall_ms(), range(log.partitions))
    return await shelf.policy(int(last.policy, 16)), last.seq


def stop_policy(data: Path, what: Stops = ALL) -> dict[str, Any]:
    """Append the markers of a stop."""
    deployment, secret = existing_deployment(data)

    async def put(log: Log, shelf: Artefacts) -> tuple[Policy, int]:
        return await stop(log, shelf, secret, wall_ms(), what)

    return asyncio.run(_on_log(data, deployment, put))


def start_policy(data: Path, what: Stops) -> dict[str, Any]:
    """Append the markers that start ``what`` again, everything if it is empty; ``lifted`` says what was."""
    deployment, secret = existing_deployment(data)
    lifted: list[str] = []

    async def put(log: Log, shelf: Artefacts) -> tuple[Policy, int]:
        policy, seq, gone = await start(log, shelf, secret, wall_ms(), what)
        lifted.extend(gone.named())
        return policy, seq

    return asyncio.run(_on_log(data, deployment, put)) | {"lifted": lifted}


async def _on_log(data: Path, file: DeploymentFile, work: Callable[[Log, Artefacts], Awaitable[tuple[Policy, int]]]) -> dict[str, Any]:
    log = control_log(data, file)
    try:
        shelf = Artefacts(log)
        policy, seq = await work(log, shelf)
        last = await shelf.last_activation()
    finally:
        await log.close()
    active = {"policy": policy.name, "version": policy.version, "activation": seq, "partitions": file.partitions}
    if last is not None and last.seq == seq:  # not when somebody else was faster
        active["semantics"] = last.semantics
    stops = {"stops": policy.stops.named()} if policy.stops else {}
    return active | ({"stopped": True} if policy.stopped else {}) | stops
