"""A deployment in memory with the HTTP side and the stream, driven by hand: what was answered is folded when a test says so."""

from __future__ import annotations

import asyncio
from typing import Any

from platinum.api.answering import Answering
from platinum.api.deciding import Premises
from platinum.api.service import DecisionRequest
from platinum.logs.memory import MemoryLog
from platinum.ops.population import simulate_events
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.ports import INTERACTIONS, Fetched
from platinum.stores.coalesce import CoalescedReader
from platinum.stores.memory import MemoryStore
from platinum.stream.activate import activate
from platinum.wiring.records import record_of
from tests.builders.deployments import SECRET, State, a_deployment, play, read_all, state_of
from tests.builders.requests import BUCKETS, NOW_MS, PARTITIONS

SOURCE = example("gift-shop")


class HandDriven:
    """Log, store, stream and answering; the clock stands still unless a test moves it.

    Parameters
    ----------
    log, store : optional
        Of a shop that was here before, as after a restart.
    source : bytes
        The policy.
    """

    def __init__(self, log: MemoryLog | None = None, store: MemoryStore | None = None, source: bytes = SOURCE) -> None:
        self.now_ms = NOW_MS
        self.source = source
        self.log = log or MemoryLog(PARTITIONS, 1, lambda: self.now_ms)
        self.store = store or MemoryStore()
        self.deployment = a_deployment(self.log, self.store)
        reader = CoalescedReader(self.store.load)
        premises = Premises(self.deployment.shelf, SECRET, 1, PARTITIONS, BUCKETS, lambda: self.now_ms)
        self.answering = Answering(self.log, reader.get_many, reader.get, premises)
        self.told: dict[str, Any] = {}

    async def open(self, events: int = 2_000) -> list[str]:
        """Put the policy in force and fold what some people did before; returns their keys."""
        lines = list(simulate_events(seed=3, customers=200, events=events))
        await self.log.append(INTERACTIONS, [record_of(line, NOW_MS) for line in lines])
        await activate(self.log, self.deployment.shelf, compile_policy(self.source), SECRET, NOW_MS)
        await self.fold()
        return sorted({record.key.decode() for records in await read_all(self.log, INTERACTIONS) for record in records if record.key})

    def ask(self, name: str, customer: str, **members: Any) -> None:
        """Ask; ``told[name]`` will be the answer. The idempotency key is the name unless another is given."""
        given = {"placements": ("home-hero",), "events": (), "candidates": None, "channel": "", "intent": "", "category": ""}
        request = DecisionRequest(customer, **(given | {"idempotency_key": name, "now_ms": None} | members))
        self.answering.ask(request, lambda result: self.told.__setitem__(name, result))

    async def answer(self) -> None:
        """Until everything is answered and in the log."""
        await asyncio.sleep(0)  # a repeat is told in the loop's next turn
        await self.answering.close()

    async def fold(self) -> None:
        """Until everything in the log is in the rows."""
        await play(self.deployment, 500)

    async def appended(self, customer: str) -> list[Fetched]:
        """What the log holds of one customer."""
        return [r for records in await read_all(self.log, INTERACTIONS) for r in records if r.key == customer.encode()]

    async def state(self) -> State:
        """Rows and outputs."""
        return await state_of(self.deployment)
