"""``platinum bench``: what is measured, under one definition (design 13)."""

from __future__ import annotations

from typing import Any

from platinum.errors import UsageError

CUSTOMERS = {"http": 100_000}
OTHERWISE_CUSTOMERS = 20_000
EVENTS, KAFKA_EVENTS = 400_000, 500_000


def run_bench(what: str, log: str, events: int | None, customers: int | None, repeat: int, with_baseline: bool = False) -> dict[str, Any]:
    """Figures of one bench; the median of ``repeat`` runs by throughput. ``events``, ``customers`` None: what the bench is defined for."""
    customers = customers or CUSTOMERS.get(what, OTHERWISE_CUSTOMERS)
    if what == "stream" and log == "kafka":
        from platinum.wiring.bench_stream_kafka import stream_kafka

        return stream_kafka(events or KAFKA_EVENTS, customers, repeat, with_baseline)
    if with_baseline:
        raise UsageError("'--baseline' belongs to `platinum bench stream --log kafka`: it is a Faust application, which needs Kafka")
    events = events or EVENTS
    if what == "stream":
        from platinum.wiring.bench_stream import stream

        return stream(log, events, customers, repeat)
    if what == "kernel":
        from platinum.wiring.bench_kernel import kernels

        return kernels()
    if what == "memory":
        from platinum.wiring.bench_memory import memory

        return memory(events, customers)
    if what == "http":
        from platinum.wiring.bench_http import http

        return http(customers)
    raise UsageError(f"'what' must be stream, kernel, memory or http, got {what!r}")
