"""What a worker tells those who run it: is it ready, and how is it doing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable

import platinum
from platinum.metrics import Registry, Value
from platinum.stream.deployment import Deployment
from platinum.stream.ownership import STOPPED_BY, Ownership
from platinum.wiring.probe import Probe
from platinum.wiring.service import counted
from platinum.wiring.worker_lag import Lag


class WorkerView:
    """``api.watch.Watched`` over a worker.

    Parameters
    ----------
    is_in_group : callable
        Whether an assignment of the consumer group holds.
    clock_ms : callable
        Wall clock.
    """

    def __init__(self, deployment: Deployment, ownership: Ownership, is_in_group: Callable[[], bool], clock_ms: Callable[[], int]) -> None:
        self._d, self._ownership, self._is_in_group = deployment, ownership, is_in_group
        self._lag = Lag(deployment.log, ownership, clock_ms)
        # The worker's own connection: what it cannot write through is of no use to it.
        self._store = Probe(lambda: deployment.store.checkpoints([0]))
        self._registry = Registry(self._values, observes=False)

    async def ready(self) -> tuple[bool, dict[str, object]]:
        """In the group, every partition that it gave us claimed and getting on, store and log answering."""
        await asyncio.gather(self._store.look(), self._lag.look())
        missing = self._missing()
        return not missing, missing

    async def metrics(self) -> bytes:
        """Prometheus text."""
        await asyncio.gather(self._store.look(), self._lag.look())
        return self._registry.render()

    async def close(self) -> None:
        """Stop looking."""
        await self._store.close()
        await self._lag.close()

    def _missing(self) -> dict[str, object]:
        missing: dict[str, object] = {}
        if not self._is_in_group():
            missing["group"] = "not joined, or a rebalance is on its way"
        held = self._ownership.held
        if unclaimed := sorted(p for p, one in held.items() if not one.partition.claimed and not one.stopped_by):
            missing["unclaimed_partitions"] = unclaimed
        if stopped := {str(p): one.stopped or one.stopped_by for p, one in sorted(held.items()) if one.stopped_by}:
            missing["stopped_partitions"] = stopped
        if not self._store.answers:
            missing["store"] = "does not answer"
        if not self._lag.log_answers:
            missing["log"] = "does not answer"
        return missing

    def _values(self) -> dict[str, Value]:
        held = self._ownership.held.values()
        stopped = Counter(one.stopped_by for one in held if one.stopped_by)
        return {
            **counted(self._ownership.counts),
            "platinum_lag_records": {(str(p),): n for p, n in self._lag.records.items()},
            "platinum_lag_seconds": {(str(p),): s for p, s in self._lag.seconds.items()},
            "platinum_assigned_partitions": sum(one.partition.claimed and not one.stopped for one in held),
            "platinum_stopped_partitions": {(reason,): stopped[reason] for reason in STOPPED_BY},
            "platinum_rebalances_total": self._ownership.rebalances,
            "platinum_tasks": len(asyncio.all_tasks()),
            "platinum_ready": float(not self._missing()),
            "platinum_build_info": {(platinum.__version__, f"{self._d.shelf.newest:016x}"): 1.0},
        }
