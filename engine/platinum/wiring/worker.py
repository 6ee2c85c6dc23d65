"""``platinum worker``: one process of the distributed form, a Faust application over Kafka and Valkey or Redis."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from socket import socket
from typing import Any

import faust
import structlog
import uvloop

from platinum.clock import wall_ms
from platinum.errors import UsageError
from platinum.logs.kafka_errors import planned
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.settings import existing_deployment
from platinum.stream.faust_app import Group, worker_app
from platinum.stream.fetching import Fetching
from platinum.wiring.collector import settle
from platinum.wiring.door import listening
from platinum.wiring.leaving import leave_anyway
from platinum.wiring.loglines import log_to_stderr
from platinum.wiring.parts import Parts, distributed_parts, record_fetching, snapshots_of
from platinum.wiring.warm import warm
from platinum.wiring.worker_watch import WorkerWatch

LOG = structlog.get_logger("platinum.worker")
#: The consumer's thread must not wait Python's 5 ms for the loop that applies.
_SWITCH_S = 0.0005


def work(data: Path, cache_bytes: int, snapshot_every_s: float, host: str = "127.0.0.1", port: int | None = None) -> None:
    """Own a share of the partitions until a signal ends the process: it then leaves the group at once.

    Parameters
    ----------
    host, port : str, int or None
        Where it shows health and metrics; None = nowhere.

    Raises
    ------
    UsageError
        The deployment is not on Kafka, or the address is taken.
    Inconsistent
        Log and store contradict each other; see the message.
    """
    log_to_stderr()
    file, secret = existing_deployment(data)
    if not file.brokers:
        raise UsageError(f"{data} is no deployment on Kafka: `platinum up` runs it, `platinum topics create` makes one that workers share")
    watched_at = None if port is None else listening(host, port)  # before half a minute of compiling
    took_s = warm(Stages(compile_policy(example("minimal"))))
    LOG.info("kernels ready", seconds=round(took_s, 1))
    parts = distributed_parts(file, secret, cache_bytes)
    parts.deployment.snapshots = snapshots_of(data, file, snapshot_every_s)
    run_worker(parts, Group(file.brokers, file.group, file.prefix), wall_ms, watched_at)


def run_worker(parts: Parts, group: Group, clock_ms: Callable[[], int] | None, watched_at: socket | None = None) -> None:
    """Run a worker over ``parts`` until a signal; closes them, and ``watched_at``, where it shows how it is doing."""
    sys.setswitchinterval(_SWITCH_S)
    uvloop.install()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    parts.deployment.clock_ms = clock_ms
    fetching = record_fetching(group.brokers, group.record_topic, group.max_records)
    app = worker_app(parts.deployment, group, fetching, clock_ms)
    watch = None if watched_at is None else WorkerWatch(app, parts.deployment, watched_at)
    app.prepare, app.finish = lambda: _prepare(parts, fetching, watch), lambda: _finish(parts, fetching, watch)
    _Worker(app, loop=loop, quiet=True, redirect_stdouts=False).run()


class _Worker(faust.Worker):
    """Faust's, without handlers of its own: ``loglines`` has set up where its lines go."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.spinner = None  # it writes ESC[?25h into the output, also where that is no terminal

    def run(self) -> None:
        """Until a signal or an error ends it; the error is raised as it was.

        Faust's own ``execute_from_commandline`` makes exit code 1 of every error: a supervisor could not tell a wrong password from a
        broker that is away.

        Raises
        ------
        Unavailable
            Kafka does not answer.
        """
        begun = self._starting_fut = asyncio.ensure_future(self.start(), loop=self.loop)
        try:
            with suppress(asyncio.CancelledError):
                self.loop.run_until_complete(begun)
        except Exception as error:
            raise planned(error) from error
        finally:
            begun.cancel()
            self.on_worker_shutdown()
            self._close()

    def _close(self) -> None:
        try:
            self.stop_and_shutdown()
        except Exception as error:
            raise planned(error) from error

    def _setup_logging(self) -> None:
        """Nothing is left to do."""

    def _schedule_shutdown(self, signal: Any) -> None:
        leave_anyway(self.loop)
        super()._schedule_shutdown(signal)

    def on_worker_shutdown(self) -> None:
        """The end begins, whatever began it."""
        leave_anyway(self.loop)
        super().on_worker_shutdown()


async def _finish(parts: Parts, fetching: Fetching, watch: WorkerWatch | None) -> None:
    """After the last batch."""
    if watch is not None:
        await watch.close()
    await fetching.close()
    await parts.close()


async def _prepare(parts: Parts, fetching: Fetching, watch: WorkerWatch | None) -> None:
    """Before the first partition is claimed."""
    if watch is not None:
        watch.start()
    await parts.connect()
    await fetching.start()
    settle()
