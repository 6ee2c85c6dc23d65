"""Where requests come in, and what closes it: a port that is taken at once, and signals that end the process in order."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

import uvicorn

from platinum.api.protocol import protocol_of
from platinum.api.service import Service
from platinum.api.wire import App
from platinum.clock import wall_ms
from platinum.errors import UsageError

#: A client that does not read its answer holds the exit up for so long.
_GRACE_S = 1
#: Connections at a time to a process that only shows how it is doing.
_MOST_WATCHERS = 32


@dataclass(frozen=True, slots=True)
class Door:
    """One listening socket, the clock of what comes in by it (the demo's runs faster), and what closes it.

    Attributes
    ----------
    stop : asyncio.Event
        Set by a signal, or by whoever holds the door.
    """

    socket: socket.socket
    clock_ms: Callable[[], int] = wall_ms
    stop: asyncio.Event = field(default_factory=asyncio.Event)


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens on an address; 0 = any free port.

    Raises
    ------
    UsageError
        The address is taken, not ours to take, or none of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else "no such address"
        raise UsageError(f"cannot listen on {host}:{port} ({why}); choose another with --port or --host") from None


class HttpServer(uvicorn.Server):
    """Uvicorn on a door, silent and without signal handlers of its own: it would raise the signal again at its end.

    Parameters
    ----------
    service : Service or None
        Decides; None = the application only shows how a process is doing, to few.
    """

    def __init__(self, app: App, service: Service | None, door: Door) -> None:
        self._door = door
        super().__init__(
            uvicorn.Config(
                app,
                http="httptools" if service is None else cast("type[asyncio.Protocol]", protocol_of(service)),
                limit_concurrency=_MOST_WATCHERS if service is None else None,
                loop="none",
                lifespan="off",
                log_config=None,  # see ``loglines``
                access_log=False,
                timeout_graceful_shutdown=_GRACE_S,
            )
        )

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the handlers alone."""
        yield

    async def until_closed(self) -> None:
        """Serve until the door's ``stop`` is set."""
        closing = asyncio.get_running_loop().create_task(self._close())
        try:
            await self.serve(sockets=[self._door.socket])
        finally:
            closing.cancel()

    async def _close(self) -> None:
        await self._door.stop.wait()
        self.should_exit = True


def stop_on_signals(stop: asyncio.Event) -> None:
    """SIGINT and SIGTERM set ``stop``; a second one finds the usual handlers and ends the process at once."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)

    def end() -> None:
        stop.set()
        for number in signals:
            loop.remove_signal_handler(number)

    for number in signals:
        loop.add_signal_handler(number, end)
