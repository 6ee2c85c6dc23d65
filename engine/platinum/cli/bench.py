"""``platinum bench``: measure this machine."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from platinum.cli.options import Json
from platinum.cli.output import print_json
from platinum.errors import UsageError


class What(StrEnum):
    """What is measured."""

    stream = "stream"
    latency = "latency"
    http = "http"
    memory = "memory"
    kernel = "kernel"
    explain = "explain"
    simulate = "simulate"
    learner = "learner"


class LogKind(StrEnum):
    """Where the stream's records come from."""

    memory = "memory"
    sqlite = "sqlite"
    kafka = "kafka"


def bench(  # noqa: PLR0913 - one option each
    what: Annotated[
        What,
        typer.Argument(
            help="stream: bytes in to bytes out · latency: event to decision · http · memory per customer · kernel compilation"
            " · explain: one decision · simulate: two policies · learner: examples, snapshot, decisions under it."
        ),
    ],
    log: Annotated[LogKind, typer.Option("--log", help="stream, latency: which log; kafka starts a broker of its own.")] = LogKind.memory,
    events: Annotated[
        int | None, typer.Option("--events", help="stream, memory, learner: how many; 400,000, on Kafka 500,000.", min=1000)
    ] = None,
    customers: Annotated[int | None, typer.Option("--customers", help="How many people; 20,000, for http 100,000.", min=10)] = None,
    repeat: Annotated[int, typer.Option("--repeat", help="Runs; the median is reported, of latencies the best.", min=1, max=99)] = 3,
    baseline: Annotated[bool, typer.Option("--baseline", help="stream on Kafka: the same job in idiomatic Faust, too.")] = False,
    rates: Annotated[str, typer.Option("--rates", help="latency: events/s of each step.")] = "5000,15000",
    seconds: Annotated[float, typer.Option("--seconds", help="latency: of each step.", min=0.1)] = 60.0,
    as_json: Json = False,
) -> None:
    """Measure speed and size on this machine."""
    from platinum.wiring.bench import Asked, run_bench

    figures = run_bench(what.value, log.value, Asked(events, customers, repeat, baseline, _rates(rates), seconds))
    if as_json:
        print_json(figures)
    else:
        for name, value in figures.items():
            typer.echo(f"{name.replace('_', ' ')}: {value}")


def _rates(written: str) -> list[int]:
    try:
        rates = [int(one) for one in written.split(",")]
    except ValueError:
        rates = []
    if not rates or min(rates) < 1:
        raise UsageError("--rates must be whole numbers of events/s, separated by commas, such as 5000,15000")
    return rates
