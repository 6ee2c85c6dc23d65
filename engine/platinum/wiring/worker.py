"""``platinum worker``: one process of the distributed form, a Faust application over Kafka and Valkey or Redis."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import faust
import structlog
import uvloop

from platinum.clock import wall_ms
from platinum.errors import PlatinumError, UsageError
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.settings import existing_deployment
from platinum.stream.faust_app import Group, worker_app
from platinum.stream.fetching import Fetching
from platinum.wiring.collector import settle
from platinum.wiring.loglines import log_to_stderr
from platinum.wiring.parts import Parts, distributed_parts, record_fetching, snapshots_of
from platinum.wiring.warm import warm

LOG = structlog.get_logger("platinum.worker")
#: The consumer's thread must not wait Python's 5 ms for the loop that applies.
_SWITCH_S = 0.0005


def work(data: Path, cache_bytes: int, snapshot_every_s: float) -> None:
    """Own a share of the partitions until a signal ends the process: it then leaves the group at once.

    Raises
    ------
    UsageError
        The deployment is not on Kafka.
    Inconsistent
        Log and store contradict each other; see the message.
    """
    log_to_stderr()
    file, secret = existing_deployment(data)
    if not file.brokers:
        raise UsageError(f"{data} is no deployment on Kafka: `platinum up` runs it, `platinum topics create` makes one that workers share")
    took_s = warm(Stages(compile_policy(example("minimal"))))
    LOG.info("kernels ready", seconds=round(took_s, 1))
    parts = distributed_parts(file, secret, cache_bytes)
    parts.deployment.snapshots = snapshots_of(data, file, snapshot_every_s)
    run_worker(parts, Group(file.brokers, file.group, file.prefix), wall_ms)


def run_worker(parts: Parts, group: Group, clock_ms: Callable[[], int] | None) -> None:
    """Run a worker over ``parts`` until a signal; closes them."""
    sys.setswitchinterval(_SWITCH_S)
    uvloop.install()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    fetching = record_fetching(group.brokers, group.record_topic, group.max_records)
    app = worker_app(parts.deployment, group, fetching, clock_ms)
    app.prepare, app.finish = lambda: _prepare(parts, fetching), lambda: _finish(parts, fetching)
    try:
        _Worker(app, loop=loop, quiet=True, redirect_stdouts=False).execute_from_commandline()
    except SystemExit as done:
        if done.code:
            raise


class _Worker(faust.Worker):
    """Faust's, without handlers of its own: ``loglines`` has set up where its lines go."""

    def _setup_logging(self) -> None:
        """Nothing is left to do."""


async def _finish(parts: Parts, fetching: Fetching) -> None:
    """After the last batch."""
    await fetching.close()
    await parts.close()


async def _prepare(parts: Parts, fetching: Fetching) -> None:
    """Before the first partition is claimed."""
    try:
        await parts.connect()
        await fetching.start()
    except PlatinumError as error:
        # Faust tells the type only, and the remedy is in the text. No traceback: the place says nothing to whoever is woken.
        LOG.error("the worker cannot start", error=str(error))  # noqa: TRY400
        raise
    settle()
