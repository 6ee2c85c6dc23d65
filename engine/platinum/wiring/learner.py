"""``platinum learner``: what is learned from outcomes, for a deployment whose workers are processes of their own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from socket import socket
from typing import Any

import uvloop

from platinum.api.watch import watch_app
from platinum.clock import wall_ms
from platinum.settings import existing_deployment
from platinum.stream.learning import Learning, Published
from platinum.stream.shelf import PolicyShelf
from platinum.wiring.door import Door, HttpServer, listening, stop_on_signals
from platinum.wiring.learner_view import LearnerView
from platinum.wiring.loglines import log_to_stderr
from platinum.wiring.parts import log_of

#: Whoever reads slowly does not keep the process from ending.
_CLOSE_S = 2.0


def learn(data: Path, every_s: float, once: bool, host: str = "127.0.0.1", port: int | None = None) -> dict[str, Any]:
    """Learn until a signal ends it, or (``once``) what there is now; says what was read and which snapshot is in force, or why none is.

    One learner is enough for a deployment. Two do no harm: each puts the same snapshot in force. At ``port`` it shows how it is doing.
    """
    log_to_stderr()
    watched_at = None if port is None or once else listening(host, port)
    return uvloop.run(_learn(data, every_s, once, watched_at))


async def _learn(data: Path, every_s: float, once: bool, watched_at: socket | None) -> dict[str, Any]:
    file, secret = existing_deployment(data)
    log = log_of(data, file)
    stop = asyncio.Event()
    stop_on_signals(stop)
    try:
        learning = Learning(log, PolicyShelf(log), secret)
        if not once:
            await _keep_on(learning, stop, every_s, watched_at)
            return {"facts": sum(learning.vector), "model": None}
        await learning.catch_up()
        done = await learning.publish(wall_ms()) if sum(learning.vector) else Published()
        refused = None if done.refusal is None else done.refusal._asdict()
        return {"facts": sum(learning.vector), "model": done.model, "refused": refused, "held_by": done.held_by}
    finally:
        await log.close()


async def _keep_on(learning: Learning, stop: asyncio.Event, every_s: float, watched_at: socket | None) -> None:
    if watched_at is None:
        await learning.keep_on(wall_ms, stop, every_s)
        return
    door = Door(watched_at)
    serving = asyncio.get_running_loop().create_task(HttpServer(watch_app(LearnerView(learning)), None, door).until_closed())
    try:
        await learning.keep_on(wall_ms, stop, every_s)
    finally:
        door.stop.set()
        await asyncio.wait({serving}, timeout=_CLOSE_S)
        serving.cancel()
        watched_at.close()
