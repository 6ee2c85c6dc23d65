"""A worker's health and metrics over HTTP, in the worker's own loop: one that stands still does not answer either."""

from __future__ import annotations

import asyncio
from socket import socket

import structlog

from platinum.api.watch import watch_app
from platinum.clock import wall_ms
from platinum.stream.deployment import Deployment
from platinum.stream.faust_app import WorkerApp
from platinum.wiring.door import Door, HttpServer
from platinum.wiring.worker_view import WorkerView

LOG = structlog.get_logger("platinum.worker")
#: Whoever reads slowly does not keep the process from ending.
_CLOSE_S = 2.0


class WorkerWatch:
    """One server beside the record path.

    Parameters
    ----------
    listening : socket
        Taken at the start, so that an address in use is told before anything else is done; closed at the end.
    """

    def __init__(self, app: WorkerApp, deployment: Deployment, listening: socket) -> None:
        self._view = WorkerView(deployment, app.ownership, lambda: app.is_in_group, wall_ms)
        self._socket = listening
        self._door: Door | None = None
        self._serving: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Answer from now on."""
        self._door = Door(self._socket)
        self._serving = asyncio.get_running_loop().create_task(HttpServer(watch_app(self._view), None, self._door).until_closed())
        LOG.info("health and metrics", port=self._socket.getsockname()[1])

    async def close(self) -> None:
        """Answer no more; idempotent."""
        if self._serving is not None and self._door is not None:
            self._door.stop.set()
            await asyncio.wait({self._serving}, timeout=_CLOSE_S)
            self._serving.cancel()
        await self._view.close()
        self._socket.close()
