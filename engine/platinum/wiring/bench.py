"""``platinum bench``: what is measured, under one definition (design 13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from platinum.errors import UsageError

CUSTOMERS = {"http": 100_000}
OTHERWISE_CUSTOMERS = 20_000
EVENTS, KAFKA_EVENTS, EXPLAIN_EVENTS, SIMULATE_EVENTS, EXAMPLES = 400_000, 500_000, 20_000, 150_000, 200_000


@dataclass(frozen=True, slots=True)
class Asked:
    """How much is measured.

    Attributes
    ----------
    events, customers : int or None
        None: what the bench is defined for.
    repeat : int
        Runs.
    baseline : bool
        The same job in idiomatic Faust, too.
    rates : sequence of int
        Events/s of the latency's steps; empty: what the bench is defined for.
    seconds : float or None
        Of each of those steps.
    """

    events: int | None = None
    customers: int | None = None
    repeat: int = 3
    baseline: bool = False
    rates: Sequence[int] = ()
    seconds: float | None = None


def run_bench(what: str, log: str, asked: Asked) -> dict[str, Any]:
    """Figures of one bench."""
    customers = asked.customers or CUSTOMERS.get(what, OTHERWISE_CUSTOMERS)
    if log == "kafka" and what in ("stream", "latency"):
        return _on_kafka(what, customers, asked)
    if what == "latency":
        raise UsageError("'latency' is measured on Kafka: `platinum bench latency --log kafka`; `platinum bench http` measures requests")
    if asked.baseline:
        raise UsageError("'--baseline' belongs to `platinum bench stream --log kafka`: it is a Faust application, which needs Kafka")
    return _on_this_machine(what, log, customers, asked)


def _on_kafka(what: str, customers: int, asked: Asked) -> dict[str, Any]:
    try:
        from platinum.wiring.bench_latency import RATES, SECONDS, latency
        from platinum.wiring.bench_stream_kafka import stream_kafka
    except ImportError as error:
        raise UsageError(f"this bench runs on Kafka, and {error.name} is not installed: pip install 'platinum[kafka]'") from error
    if what == "stream":
        return stream_kafka(asked.events or KAFKA_EVENTS, customers, asked.repeat, asked.baseline)
    return latency(asked.rates or RATES, asked.seconds or SECONDS, customers, asked.repeat)


def _on_this_machine(what: str, log: str, customers: int, asked: Asked) -> dict[str, Any]:
    if what == "stream":
        from platinum.wiring.bench_stream import stream

        return stream(log, asked.events or EVENTS, customers, asked.repeat)
    if what == "kernel":
        from platinum.wiring.bench_kernel import kernels

        return kernels()
    if what == "memory":
        from platinum.wiring.bench_memory import memory

        return memory(asked.events or EVENTS, customers)
    if what == "learner":
        from platinum.wiring.bench_learner import learner

        return learner(asked.events or EXAMPLES, asked.repeat)
    if what == "explain":
        from platinum.wiring.bench_explain import explain

        return explain(asked.events or EXPLAIN_EVENTS, customers)
    if what == "simulate":
        from platinum.wiring.bench_simulate import simulate_bench

        return simulate_bench(asked.events or SIMULATE_EVENTS, customers)
    if what == "http":
        from platinum.wiring.bench_http import http

        return http(customers)
    raise UsageError(f"'what' must be stream, latency, kernel, memory, explain, simulate, learner or http, got {what!r}")
