"""``platinum learner``: what is learned from outcomes, for a deployment whose workers are processes of their own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import uvloop

from platinum.clock import wall_ms
from platinum.settings import existing_deployment
from platinum.stream.learning import Learning
from platinum.stream.shelf import PolicyShelf
from platinum.wiring.door import stop_on_signals
from platinum.wiring.loglines import log_to_stderr
from platinum.wiring.parts import log_of


def learn(data: Path, every_s: float, once: bool) -> dict[str, Any]:
    """Learn until a signal ends it, or (``once``) what there is now; says what was read and which snapshot is in force.

    One learner is enough for a deployment. Two do no harm: each puts the same snapshot in force.
    """
    log_to_stderr()
    return uvloop.run(_learn(data, every_s, once))


async def _learn(data: Path, every_s: float, once: bool) -> dict[str, Any]:
    file, secret = existing_deployment(data)
    log = log_of(data, file)
    stop = asyncio.Event()
    stop_on_signals(stop)
    try:
        learning = Learning(log, PolicyShelf(log), secret)
        if not once:
            await learning.keep_on(wall_ms, stop, every_s)
            return {"facts": sum(learning.vector), "model": None}
        await learning.catch_up()
        model = await learning.publish(wall_ms()) if sum(learning.vector) else None
        return {"facts": sum(learning.vector), "model": model}
    finally:
        await log.close()
