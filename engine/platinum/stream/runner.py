"""Reads every partition of a log and applies it, until told to stop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

import structlog

from platinum.errors import Unavailable
from platinum.ports import INTERACTIONS, Record
from platinum.stream.deployment import Deployment
from platinum.stream.partition import Partition
from platinum.stream.sweep import Sweeper
from platinum.stream.timers import Timers

LOG = structlog.get_logger("platinum.stream")
#: Records per fetch: batches are small when idle and grow under load; 256 keep the loop free for HTTP (2-3 ms).
MAX_RECORDS = 256
IDLE_CHECK_S = 3.0
#: An idle bucket is moved on early when a crash would have so many records read again: under load 3 s are many.
MOST_REPLAY = 2_000
TIMER_TICK_S = 0.5
LONGEST_BACKOFF_S = 5.0

Outputs = Sequence[tuple[str, Record]]


class Waiting(NamedTuple):
    """Since when (monotonic, s) a partition gets no further, and what was refused last."""

    since_s: float
    error: str


class Runner:
    """All partitions of a deployment in one process.

    Attributes
    ----------
    partitions : list of Partition
    lag : dict of int to int
        Records of each partition not yet applied, as of its last idle check or try.
    waiting : dict of int to Waiting
        Partitions that log or store refused something and that have written nothing since.
    """

    def __init__(
        self, deployment: Deployment, clock_ms: Callable[[], int], timers: bool = True, on_outputs: Callable[[Outputs], None] | None = None
    ) -> None:
        self._d = deployment
        self._clock_ms = clock_ms
        self._with_timers = timers
        self._on_outputs = on_outputs
        self._sweeper = Sweeper(deployment, clock_ms)
        self.partitions = [Partition(deployment, p) for p in range(deployment.log.partitions)]
        self.lag: dict[int, int] = {}
        self.waiting: dict[int, Waiting] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Claim and apply until ``stop`` is set; any error that is not `Unavailable` ends the run."""
        try:
            async with asyncio.TaskGroup() as group:
                for partition in self.partitions:
                    group.create_task(self._keep(partition, stop))
        finally:
            await self._sweeper.close()

    async def _keep(self, partition: Partition, stop: asyncio.Event) -> None:
        backoff_s = 0.05
        while not stop.is_set():
            try:
                await self._drive(partition, stop)
                backoff_s = 0.05
            except Unavailable as gone:
                LOG.warning("dependency unavailable", partition=partition.place.partition, error=str(gone), retry_s=backoff_s)
                await self._note_waiting(partition, str(gone))
                await _sleep_unless(stop, backoff_s)
                backoff_s = min(backoff_s * 2, LONGEST_BACKOFF_S)

    async def _drive(self, partition: Partition, stop: asyncio.Event) -> None:
        """Claim, then alternate fetch and apply; timers and idle checks in between."""
        loop = asyncio.get_running_loop()
        timers = Timers(self._d.log, self._d.store, self._d.secret, partition)
        await partition.claim()
        await timers.after_claim()
        LOG.info("partition claimed", partition=partition.place.partition, offset=partition.position)
        next_tick = next_check = loop.time()
        while not stop.is_set():
            refusals = partition.counts.refusals
            records = await self._d.log.fetch(INTERACTIONS, partition.place.partition, partition.position, MAX_RECORDS, wait_s=0.25)
            if records:
                outputs = await partition.apply(records)
                if self._on_outputs is not None and outputs:
                    self._on_outputs(outputs)
                await asyncio.sleep(0)
            if self._with_timers and loop.time() >= next_tick:
                await timers.tick(self._clock_ms())
                next_tick = loop.time() + TIMER_TICK_S
                self._sweeper.tick(self.partitions)
            if loop.time() >= next_check or partition.replay > MOST_REPLAY or partition.silent:
                await partition.advance_idle()
                await self._note_lag(partition)
                # Only now: a claim may succeed where the records that follow it are refused again and again.
                self.waiting.pop(partition.place.partition, None)
                next_check = loop.time() + IDLE_CHECK_S
            if partition.counts.refusals != refusals:
                await timers.after_claim()
        await partition.advance_idle()

    async def _note_lag(self, partition: Partition) -> None:
        end = await self._d.log.end(INTERACTIONS, partition.place.partition)
        self.lag[partition.place.partition] = end - partition.position

    async def _note_waiting(self, partition: Partition, error: str) -> None:
        p = partition.place.partition
        before = self.waiting.get(p)
        self.waiting[p] = Waiting(time.monotonic() if before is None else before.since_s, error)
        with suppress(Unavailable):
            await self._note_lag(partition)


async def _sleep_unless(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
