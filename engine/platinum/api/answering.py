"""What stands behind the HTTP routes: read the row, run the same stages as the stream, append what happened.

Nothing here writes a profile: the stream does, from what is appended (design 1).
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from platinum.api.service import DecisionRequest, Policies, Tracked
from platinum.errors import Unavailable
from platinum.events.decode import decode
from platinum.hashing import murmur2
from platinum.pipeline.checkpoint import unpack
from platinum.pipeline.engine_records import HISTORY_HEADER
from platinum.pipeline.request import Answer, Ask, answer
from platinum.ports import INTERACTIONS, Fetched, Log, Record
from platinum.profile.readable import readable_blob

#: Reads (checkpoint, row) of one customer; concurrent calls share one round trip.
Read = Callable[[int, bytes], Awaitable[tuple[bytes | None, bytes | None]]]
#: Decisions waiting to be appended at most; more are answered but lost to the log, and counted.
MOST_UNLOGGED = 10_000
CLIENT = "http"


@dataclass(slots=True)
class Tally:
    """Counters that ``/metrics`` shows."""

    decisions: int = 0
    degraded: int = 0
    unlogged: int = 0
    accepted: int = 0
    rejected: dict[str, int] = field(default_factory=dict)


class Answering:
    """Decisions, events and profiles for the HTTP routes.

    Parameters
    ----------
    now_ms : callable
        Wall clock; record time of everything appended here.
    """

    def __init__(self, log: Log, read: Read, shelf: Policies, secret: bytes, buckets: int, now_ms: Callable[[], int]) -> None:
        self._log, self._read, self._shelf, self._secret, self._now_ms = log, read, shelf, secret, now_ms
        self._buckets = buckets
        self._partitions = log.partitions
        self._generation = log.generation
        self._unlogged: set[asyncio.Task[None]] = set()
        self.tally = Tally()

    def place(self, customer: str) -> tuple[int, int]:
        """(bucket, partition) of a customer."""
        h = murmur2(customer.encode())
        return h % self._buckets, h % self._partitions

    async def decide(self, request: DecisionRequest) -> list[bytes]:
        """See ``api.service.Service.decide``. When the store does not answer, every placement stays silent."""
        bucket, partition = self.place(request.customer)
        candidates: Sequence[str] | None = request.candidates
        try:
            packed, blob = await self._read(bucket, request.customer.encode())
            policy = unpack(packed).policy if packed is not None else 0
        except Unavailable:
            # Without the row nothing is known of consent or objections, and consent is never guessed.
            blob, policy, candidates = None, self._shelf.newest, ()
            self.tally.degraded += len(request.placements)
        ask = self._ask(request, candidates)
        given = answer(ask, blob, bucket, await self._shelf.get(policy), self._secret, self._generation, partition)
        self.tally.decisions += len(given.decisions)
        await self._log_answer(given)
        return given.decisions

    def _ask(self, request: DecisionRequest, candidates: Sequence[str] | None) -> Ask:
        return Ask(
            customer=request.customer,
            placements=request.placements,
            now_ms=self._now_ms(),
            client=CLIENT,
            request=request.idempotency_key or secrets.token_hex(16),
            events=request.events,
            candidates=candidates,
            intent=request.intent,
            channel=request.channel,
            category=request.category,
        )

    async def _log_answer(self, given: Answer) -> None:
        """Append what an answer leaves behind; one with an offer in it does not leave before that is durable."""
        if given.binding:
            await self._log.append(INTERACTIONS, given.records)
        elif len(self._unlogged) >= MOST_UNLOGGED:
            self.tally.unlogged += len(given.records)
        else:
            task = asyncio.get_running_loop().create_task(self._append(given.records))
            self._unlogged.add(task)
            task.add_done_callback(self._unlogged.discard)

    async def _append(self, records: list[Record]) -> None:
        try:
            await self._log.append(INTERACTIONS, records)
        except Unavailable:
            self.tally.unlogged += len(records)

    async def track(self, events: Sequence[bytes], history: bool = False) -> list[Tracked]:
        """See ``api.service.Service.track``; ``history`` = folded, decides nothing."""
        now_ms = self._now_ms()
        stages = await self._shelf.get(self._shelf.newest)
        headers = ((HISTORY_HEADER, b"1"),) if history else ()
        columns, rejections = decode([Fetched(i, None, value, now_ms, headers) for i, value in enumerate(events)], stages.decoding)
        results = [Tracked()] * len(events)
        for one in rejections:
            results[one.index] = Tracked(one.reason, one.field, one.message)
            self.tally.rejected[one.reason] = self.tally.rejected.get(one.reason, 0) + 1
        offsets = columns.events["offset"].tolist()
        records = [Record(key, events[i], now_ms, headers) for i, key in zip(offsets, columns.keys, strict=True)]
        if records:
            await self._log.append(INTERACTIONS, records)
            self.tally.accepted += len(records)
        return results

    async def profile(self, customer: str) -> dict[str, object] | None:
        """See ``api.service.Service.profile``."""
        bucket, _ = self.place(customer)
        packed, blob = await self._read(bucket, customer.encode())
        if blob is None or packed is None:
            return None
        stages = await self._shelf.get(unpack(packed).policy)
        return readable_blob(blob, stages.policy, self._now_ms(), customer)

    async def close(self) -> None:
        """Wait for decisions that are still being appended."""
        if self._unlogged:
            await asyncio.gather(*self._unlogged)
