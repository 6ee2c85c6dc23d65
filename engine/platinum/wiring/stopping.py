"""``platinum policy stop | start``: stop a deployment or parts of it, running or not.

Every import counts here: what this loads is loaded before anything is stopped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platinum.clock import wall_ms
from platinum.errors import Inconsistent
from platinum.policy.outline import Outline
from platinum.policy.stopped import Stops
from platinum.ports import Log
from platinum.settings import DeploymentFile, existing_deployment
from platinum.stream.artefacts import Artefacts
from platinum.stream.stopping import ALL, start, stop
from platinum.wiring.control_log import control_log

if TYPE_CHECKING:
    from platinum.policy.policy import Policy


def stop_policy(data: Path, what: Stops = ALL) -> dict[str, Any]:
    """Append the markers of a stop.

    Raises
    ------
    Inconsistent
        Another activation came behind the stop, and what it put in force is not stopped.
    """
    deployment, secret = existing_deployment(data)

    async def put(log: Log, shelf: Artefacts) -> tuple[Outline, int]:
        return await stop(log, shelf, secret, wall_ms(), what)

    active = asyncio.run(on_log(data, deployment, put))
    _check_in_force(active, "stop")
    return active


def start_policy(data: Path, what: Stops) -> dict[str, Any]:
    """Append the markers that start ``what`` again, everything if it is empty; ``lifted`` says what was.

    Raises
    ------
    Inconsistent
        Another activation came behind the start, and what it put in force may stop ``what``.
    """
    deployment, secret = existing_deployment(data)
    lifted: list[str] = []

    async def put(log: Log, shelf: Artefacts) -> tuple[Outline, int]:
        policy, seq, gone = await start(log, shelf, secret, wall_ms(), what)
        lifted.extend(gone.named())
        return policy, seq

    active = asyncio.run(on_log(data, deployment, put))
    _check_in_force(active, "start")
    return active | {"lifted": lifted}


def _check_in_force(active: dict[str, Any], command: str) -> None:
    """Raise ``Inconsistent`` where somebody else was faster (``on_log``): what a command did not do it must not say it did."""
    if "semantics" not in active:
        raise Inconsistent(f"another activation came right behind this {command}, and is in force: run `platinum policy {command}` again")


async def on_log(
    data: Path, file: DeploymentFile, work: Callable[[Log, Artefacts], Awaitable[tuple[Policy | Outline, int]]]
) -> dict[str, Any]:
    """Do ``work`` on a deployment's log; what is in force afterwards, as commands say it."""
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
