"""``platinum bench``: measure this machine."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from platinum.cli.options import Json
from platinum.cli.output import print_json


class What(StrEnum):
    """What is measured."""

    stream = "stream"
    http = "http"
    memory = "memory"
    kernel = "kernel"


class LogKind(StrEnum):
    """Where the stream's records come from."""

    memory = "memory"
    sqlite = "sqlite"
    kafka = "kafka"


def bench(
    what: Annotated[What, typer.Argument(help="stream: bytes in to bytes out · http · memory per customer · kernel compile times.")],
    log: Annotated[LogKind, typer.Option("--log", help="stream: which log.")] = LogKind.memory,
    events: Annotated[int | None, typer.Option("--events", help="stream, memory: how many; 400,000, on Kafka 500,000.", min=1000)] = None,
    customers: Annotated[int | None, typer.Option("--customers", help="How many people; 20,000, for http 100,000.", min=10)] = None,
    repeat: Annotated[int, typer.Option("--repeat", help="Runs; the median is reported.", min=1, max=99)] = 3,
    baseline: Annotated[bool, typer.Option("--baseline", help="stream on Kafka: the same job in idiomatic Faust, too.")] = False,
    as_json: Json = False,
) -> None:
    """Measure speed and size on this machine."""
    from platinum.wiring.bench import run_bench

    figures = run_bench(what.value, log.value, events, customers, repeat, baseline)
    if as_json:
        print_json(figures)
    else:
        for name, value in figures.items():
            typer.echo(f"{name.replace('_', ' ')}: {value}")
