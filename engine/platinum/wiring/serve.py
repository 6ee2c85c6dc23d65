"""``platinum up`` and ``platinum api``: long-running processes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog
import uvloop

from platinum.api.answering import Answering
from platinum.api.app import create_app
from platinum.api.deciding import Premises
from platinum.errors import Unavailable, UsageError
from platinum.policy.load import load_policy
from platinum.policy.policy import Policy
from platinum.settings import DEFAULT_CACHE_BYTES, FILE, existing_deployment, refuse_without_file
from platinum.stores.coalesce import CoalescedReader
from platinum.stores.server import ValkeyServer
from platinum.stream.create import ensure_checkpoints
from platinum.stream.keeping import keep_in_force
from platinum.stream.learning import Learning
from platinum.stream.remedy import PUBLISHED_AGAIN
from platinum.stream.runner import Outputs, Runner
from platinum.wiring.collector import settle
from platinum.wiring.door import Door, HttpServer, listening, stop_on_signals
from platinum.wiring.lock import DirectoryLock, whole_or_nothing
from platinum.wiring.loglines import log_to_stderr
from platinum.wiring.parts import Parts, attach_parts, open_parts
from platinum.wiring.probe import Probe
from platinum.wiring.service import HttpService
from platinum.wiring.warm import leave_if_compiling, warm_in_thread

LOG = structlog.get_logger("platinum.up")
#: How often the store's server is looked after.
STORE_WATCH_S = 1.0
#: The log's writer thread must not wait Python's 5 ms for the loop.
_SWITCH_S = 0.0005
#: How often what is new is learned.
LEARN_EVERY_S = 60.0
_NO_POLICY = "no policy is in force yet: start with `platinum up --policy FILE`"


@dataclass(slots=True)
class Running:
    """A deployment that is up: what the demo and tests hold on to."""

    parts: Parts
    runner: Runner | None
    answering: Answering
    service: HttpService


def serve(policy: Path | None, data: Path, host: str, port: int, partitions: int | None, other_currency: bool = False) -> None:
    """Log, store, stream and HTTP API in one process until a signal ends it.

    Raises
    ------
    UsageError
        Another process owns the directory, the address is taken, or there is no policy. A directory that did not exist or
        was empty is left so.
    """
    log_to_stderr()
    compiled = None if policy is None else load_policy(policy)
    refuse_without_file(data)
    if compiled is None and not (data / FILE).exists():
        raise UsageError(_NO_POLICY)
    with DirectoryLock(data) as lock, whole_or_nothing(lock) as is_whole, listening(host, port) as socket:
        uvloop.run(up(compiled, data, partitions, Door(socket), on_policy=is_whole, other_currency=other_currency))
        leave_if_compiling()


async def up(
    policy: Policy | None,
    data: Path,
    partitions: int | None,
    door: Door,
    on_outputs: Callable[[Outputs], None] | None = None,
    on_ready: Callable[[Running], None] | None = None,
    on_policy: Callable[[], None] | None = None,
    other_currency: bool = False,
) -> None:
    """Run the embedded form; returns when a signal or ``door.stop`` ended the HTTP server.

    Parameters
    ----------
    partitions : int or None
        Of a new deployment; None takes the default there, and whatever an existing one has.
    on_policy : callable, optional
        Called once a policy is in force: from then on the directory holds a deployment.
    other_currency : bool
        Activate ``policy`` even if the one in force counts in another currency.

    Raises
    ------
    Inconsistent
        Log and store contradict each other; see the message.
    """
    stop_on_signals(door.stop)
    sys.setswitchinterval(_SWITCH_S)
    parts = open_parts(data, partitions, None, DEFAULT_CACHE_BYTES, door.clock_ms)
    d = parts.deployment
    try:
        await parts.connect()
        if await ensure_checkpoints(d.log, d.store, d.buckets, d.group):
            LOG.warning("the profile store was empty: rebuilding it from the log", outputs=PUBLISHED_AGAIN)
        d.whole_appends, d.clock_ms = True, door.clock_ms
        if not await keep_in_force(d, policy, door.clock_ms(), other_currency=other_currency):
            raise UsageError(_NO_POLICY)
        if on_policy is not None:
            on_policy()
        runner = Runner(d, door.clock_ms, on_outputs=on_outputs)
        await _run(parts, runner, door, on_ready)
    finally:
        await parts.close()


def serve_api(data: Path, host: str, port: int) -> None:
    """HTTP API alone, beside the process that owns the data directory."""
    log_to_stderr()
    existing_deployment(data)
    with listening(host, port) as socket:
        uvloop.run(_api(data, Door(socket)))
        leave_if_compiling()


async def _api(data: Path, door: Door) -> None:
    stop_on_signals(door.stop)
    sys.setswitchinterval(_SWITCH_S)
    parts = attach_parts(data)
    try:
        await parts.connect()
        await _run(parts, None, door, None)
    finally:
        await parts.close()


async def _run(parts: Parts, runner: Runner | None, door: Door, on_ready: Callable[[Running], None] | None) -> None:
    d = parts.deployment
    read_store = parts.reading_store()
    reader = CoalescedReader(read_store.load)
    premises = Premises(d.shelf, d.secret, d.log.generation, d.log.partitions, d.buckets, door.clock_ms)
    answering = Answering(d.log, reader.get_many, reader.get, premises)
    probe = Probe(lambda: read_store.checkpoints([0]))
    log_probe = Probe(answering.try_log)
    service = HttpService(parts, answering, runner, probe, log_probe)
    server = HttpServer(create_app(service), service, door)
    try:
        await answering.recall()
        async with asyncio.TaskGroup() as group:
            work = group.create_task(_work(Running(parts, runner, answering, service), door, on_ready))
            if parts.server is not None:
                group.create_task(_watch(parts.server, door))
            if runner is not None:
                service.learning = Learning(d.log, d.shelf, d.secret)
                group.create_task(service.learning.keep_on(door.clock_ms, door.stop, LEARN_EVERY_S))
            await server.until_closed()
            door.stop.set()
            if not service.warmed:
                work.cancel()  # nothing streams yet, and compiling takes half a minute
    finally:
        await answering.close()
        await log_probe.close()
        await probe.close()
        await read_store.close()


async def _watch(server: ValkeyServer, door: Door) -> None:
    """End with the store's server: whoever supervises this process starts both again, and the store is brought up to date from the log.

    Raises
    ------
    Unavailable
        The server is gone.
    """
    while not door.stop.is_set():
        if server.ended:
            door.stop.set()
            raise Unavailable(
                "the server of the profile store ended by itself; see valkey/ in the data directory, then start again: no event is lost"
            )
        with suppress(TimeoutError):
            await asyncio.wait_for(door.stop.wait(), STORE_WATCH_S)


async def _work(running: Running, door: Door, on_ready: Callable[[Running], None] | None) -> None:
    """Warm up, then stream until the door closes; the stream's end closes it: half a system helps nobody."""
    stages = await running.parts.newest_stages()
    await warm_in_thread(stages)
    if door.stop.is_set():
        return  # the server is closing, its socket may be closed already: nothing is ready any more
    settle()
    running.service.warmed = True
    LOG.info("ready", policy=stages.policy.version, port=door.socket.getsockname()[1])
    if on_ready is not None:
        on_ready(running)
    if running.runner is not None:
        try:
            await running.runner.run(door.stop)
        finally:
            door.stop.set()
