"""The API's service in a running deployment: answering, readiness and metrics."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence

import platinum
from platinum.api.answering import Answering
from platinum.api.service import DecisionRequest, Reply, Tracked
from platinum.metrics import Registry, Value
from platinum.pipeline.claim import Claim, Claimed
from platinum.pipeline.offers import Honour, Redemption
from platinum.stream.deployment import Counts
from platinum.stream.learning import Learning
from platinum.stream.runner import Runner
from platinum.vocabulary.codes import Closed
from platinum.wiring.learner_view import learned
from platinum.wiring.parts import Parts
from platinum.wiring.probe import Probe


class HttpService:
    """``api.service.Service`` over a deployment; with a runner it also tells how the stream is doing.

    Attributes
    ----------
    warmed : bool
        Kernels are compiled; until then the process is not ready.
    """

    accepts_now = False

    def __init__(self, parts: Parts, answering: Answering, runner: Runner | None, store: Probe, log: Probe) -> None:
        self._parts, self._answering, self._runner, self._store, self._log = parts, answering, runner, store, log
        self._registry = Registry(self._values)
        self.warmed = False
        self.learning: Learning | None = None

    async def decide(self, request: DecisionRequest) -> list[bytes]:
        """See ``api.service.Service``."""
        done: asyncio.Future[list[bytes]] = asyncio.get_running_loop().create_future()

        def tell(result: list[bytes] | Exception) -> None:
            if done.done():
                return  # whoever asked has gone
            if isinstance(result, Exception):
                done.set_exception(result)
            else:
                done.set_result(result)

        self.ask(request, tell)
        return await done

    def ask(self, request: DecisionRequest, reply: Reply) -> None:
        """See ``api.service.Service``."""
        began = time.perf_counter()

        def observed(result: list[bytes] | Exception) -> None:
            self._registry.decision_seconds.observe(time.perf_counter() - began)
            reply(result)

        self._answering.ask(request, observed)

    async def track(self, events: Sequence[bytes], history: bool = False) -> list[Tracked]:
        """See ``api.service.Service``."""
        return await self._answering.track(events, history)

    async def claim(self, claim: Claim) -> Claimed:
        """See ``api.service.Service``."""
        return await self._answering.claim(claim)

    async def offer(self, decision_id: str, customer: str) -> Honour:
        """See ``api.service.Service``."""
        return await self._answering.offer(decision_id, customer)

    async def redeem(self, redemption: Redemption) -> Honour:
        """See ``api.service.Service``."""
        return await self._answering.redeem(redemption)

    async def profile(self, customer: str, now_ms: int | None = None) -> dict[str, object] | None:
        """See ``api.service.Service``."""
        return await self._answering.profile(customer, now_ms)

    async def ready(self) -> tuple[bool, dict[str, object]]:
        """Warm, every partition claimed and getting on, a store that answers and a log that takes what is appended."""
        await asyncio.gather(self._store.look(), self._log.look())
        missing = self._missing()
        return not missing, missing

    def _missing(self) -> dict[str, object]:
        missing: dict[str, object] = {} if self.warmed else {"kernels": "compiling"}
        unclaimed = [] if self._runner is None else [p.place.partition for p in self._runner.partitions if not p.claimed]
        if unclaimed:
            missing["unclaimed_partitions"] = unclaimed
        if not self._store.answers:
            missing["store"] = "does not answer"
        if self._answering.log_refuses:
            missing["log"] = "takes nothing: events are refused, decisions are answered without offers"
        if self._runner is not None and self._runner.waiting:
            now_s = time.monotonic()
            waiting = self._runner.waiting.items()
            missing["waiting_partitions"] = {str(p): f"for {now_s - one.since_s:.0f} s: {one.error}" for p, one in waiting}
        return missing

    def metrics(self) -> bytes:
        """Prometheus text."""
        return self._registry.render()

    def _values(self) -> dict[str, Value]:
        tally = self._answering.tally
        values: dict[str, Value] = {
            "platinum_http_decisions_total": tally.decisions,
            "platinum_degraded_total": tally.degraded,
            "platinum_unlogged_total": tally.unlogged,
            "platinum_unappended_records": self._answering.unappended[0],
            "platinum_unappended_bytes": self._answering.unappended[1],
            "platinum_events_accepted_total": tally.accepted,
            "platinum_events_rejected_total": {(reason,): n for reason, n in tally.rejected.items()},
            "platinum_claims_total": {(answer,): n for answer, n in tally.claims.items()},
            "platinum_redemptions_total": {(answer,): n for answer, n in tally.redemptions.items()},
            "platinum_tasks": len(asyncio.all_tasks()),
            "platinum_ready": float(not self._missing()),
            "platinum_build_info": {(platinum.__version__, f"{self._parts.deployment.shelf.newest:016x}"): 1.0},
        }
        if self._runner is not None:
            values |= self._stream_values(self._runner)
        if self.learning is not None:
            values |= learned(self.learning)
        return values

    @staticmethod
    def _stream_values(runner: Runner) -> dict[str, Value]:
        return {
            **counted({p.place.partition: p.counts for p in runner.partitions}),
            "platinum_lag_records": {(str(p),): lag for p, lag in runner.lag.items()},
            "platinum_assigned_partitions": sum(p.claimed for p in runner.partitions),
        }


def counted(by_partition: Mapping[int, Counts]) -> dict[str, Value]:
    """Metrics of what was done, per partition."""
    counts = {(str(p),): c for p, c in by_partition.items()}
    return {
        "platinum_events_consumed_total": {label: c.consumed for label, c in counts.items()},
        "platinum_events_total": {(*label, outcome): n for label, c in counts.items() for outcome, n in _outcomes(c).items()},
        "platinum_decisions_total": {label: c.decisions for label, c in counts.items()},
        "platinum_contacts_late_total": {label: c.late for label, c in counts.items()},
        "platinum_promises_total": {(*label, what): n for label, c in counts.items() for what, n in c.promises._asdict().items()},
        "platinum_examples_opened_total": {label: c.examples.opened for label, c in counts.items()},
        "platinum_examples_closed_total": {
            (*label, closed.name.lower()): c.examples.ended[closed] for label, c in counts.items() for closed in Closed if closed
        },
        "platinum_outcomes_late_total": {label: c.examples.late for label, c in counts.items()},
        "platinum_batches_total": {label: c.batches for label, c in counts.items()},
        "platinum_refusals_total": {label: c.refusals for label, c in counts.items()},
    }


def _outcomes(counts: Counts) -> dict[str, int]:
    """What became of consumed records, by the label of `platinum_events_total`."""
    return {
        "applied": counts.applied,
        "duplicate": counts.duplicates,
        "skipped": counts.skipped,
        "dlq": counts.rejected,
        "marker": counts.markers,
    }
