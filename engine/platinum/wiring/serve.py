"""``platinum up`` and ``platinum api``: long-running processes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog
import uvicorn
import uvloop

from platinum.api.answering import Answering
from platinum.api.app import create_app
from platinum.clock import wall_ms
from platinum.errors import UsageError
from platinum.policy.load import load_policy
from platinum.policy.policy import Policy
from platinum.settings import DEFAULT_BUCKETS, DEFAULT_CACHE_BYTES, DEFAULT_PARTITIONS, existing_deployment
from platinum.stores.coalesce import CoalescedReader
from platinum.stream.activate import activate
from platinum.stream.create import ensure_checkpoints
from platinum.stream.runner import Outputs, Runner
from platinum.wiring.lock import DirectoryLock
from platinum.wiring.parts import Parts, attach_parts, open_parts
from platinum.wiring.service import HttpService
from platinum.wiring.warm import warm

LOG = structlog.get_logger("platinum.up")


@dataclass(slots=True)
class Running:
    """A deployment that is up: what the demo and tests hold on to."""

    parts: Parts
    runner: Runner | None
    answering: Answering
    service: HttpService


@dataclass(frozen=True, slots=True)
class Door:
    """Where requests come in, by which clock (the demo's runs faster), and what closes it besides a signal."""

    host: str
    port: int
    clock_ms: Callable[[], int] = wall_ms
    stop: asyncio.Event | None = None


def serve(policy: Path | None, data: Path, host: str, port: int, partitions: int | None) -> None:
    """Log, store, stream and HTTP API in one process until a signal ends it."""
    compiled = None if policy is None else load_policy(policy)
    with DirectoryLock(data):
        uvloop.run(up(compiled, data, partitions, Door(host, port)))


async def up(
    policy: Policy | None,
    data: Path,
    partitions: int | None,
    door: Door,
    on_outputs: Callable[[Outputs], None] | None = None,
    on_ready: Callable[[Running], None] | None = None,
) -> None:
    """Run the embedded form; returns when a signal or ``door.stop`` ended the HTTP server.

    Raises
    ------
    Inconsistent
        Log and store contradict each other; see the message.
    """
    sys.setswitchinterval(0.0005)  # the log's writer thread must not wait 5 ms for the loop
    parts = open_parts(data, partitions or DEFAULT_PARTITIONS, DEFAULT_BUCKETS, DEFAULT_CACHE_BYTES, door.clock_ms)
    d = parts.deployment
    try:
        await parts.connect()
        if await ensure_checkpoints(d.log, d.store, d.buckets, d.group):
            LOG.warning("the profile store was empty: rebuilding it from the log; nothing is sent again")
            d.replaying = True
        await _ensure_policy(parts, policy, door.clock_ms)
        runner = Runner(d, door.clock_ms, on_outputs=on_outputs)
        await _run(parts, runner, door, on_ready)
    finally:
        await parts.close()


def serve_api(data: Path, host: str, port: int) -> None:
    """HTTP API alone, beside the process that owns the data directory."""
    existing_deployment(data)
    uvloop.run(_api(data, host, port))


async def _api(data: Path, host: str, port: int) -> None:
    parts = attach_parts(data)
    try:
        await parts.connect()
        await _run(parts, None, Door(host, port), None)
    finally:
        await parts.close()


async def _ensure_policy(parts: Parts, policy: Policy | None, clock_ms: Callable[[], int]) -> None:
    """Activate the given policy unless it is in force everywhere; without one, something must be in force."""
    d = parts.deployment
    in_force = await parts.policies_in_force()
    if policy is None:
        if in_force == {0}:
            raise UsageError("no policy is in force yet: start with `platinum up --policy FILE`")
        return
    if in_force != {int(policy.version, 16)}:
        await activate(d.log, d.shelf, policy, d.secret, clock_ms())


async def _run(parts: Parts, runner: Runner | None, door: Door, on_ready: Callable[[Running], None] | None) -> None:
    d = parts.deployment
    read_store = parts.reading_store()
    reader = CoalescedReader(read_store.load)
    answering = Answering(d.log, reader.get, d.shelf, d.secret, d.buckets, door.clock_ms)
    service = HttpService(parts, answering, runner)
    quiet = {"access_log": False, "log_level": "warning", "lifespan": "off"}
    config = uvicorn.Config(create_app(service), host=door.host, port=door.port, http="httptools", loop="none", **quiet)
    server = uvicorn.Server(config)
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        closing = group.create_task(_close_when(door.stop, server))
        if runner is not None:
            group.create_task(_stream(runner, stop, server))
        group.create_task(_become_ready(parts, service, Running(parts, runner, answering, service), on_ready))
        await server.serve()
        stop.set()
        closing.cancel()
    await answering.close()
    await read_store.close()


async def _stream(runner: Runner, stop: asyncio.Event, server: uvicorn.Server) -> None:
    """The stream ends with the server, and the server with the stream: half a system helps nobody."""
    try:
        await runner.run(stop)
    finally:
        server.should_exit = True


async def _close_when(stop: asyncio.Event | None, server: uvicorn.Server) -> None:
    if stop is not None:
        await stop.wait()
        server.should_exit = True


async def _become_ready(parts: Parts, service: HttpService, running: Running, on_ready: Callable[[Running], None] | None) -> None:
    stages = await parts.newest_stages()
    await asyncio.get_running_loop().run_in_executor(None, warm, stages)
    service.warmed = True
    LOG.info("ready", policy=stages.policy.version)
    if on_ready is not None:
        on_ready(running)
