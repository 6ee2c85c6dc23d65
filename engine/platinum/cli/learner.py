"""``platinum learner``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from platinum.cli.options import ExistingFolder, Host, Json
from platinum.cli.output import FAILED, print_json


def learner(
    data: ExistingFolder,
    every: Annotated[float, typer.Option("--every", help="Seconds between two looks at what is new.", min=0.1)] = 60.0,
    once: Annotated[bool, typer.Option("--once", help="Learn from what there is now, put it in force, and end.")] = False,
    port: Annotated[
        int | None,
        typer.Option("--port", help="Port that shows /healthz, /readyz and /metrics; without it, none does.", min=1, max=65535),
    ] = None,
    host: Host = "127.0.0.1",
    as_json: Json = False,
) -> None:
    """Learn what decisions teach and how well promises are kept, and put it in force; Ctrl-C or SIGTERM ends it.

    `platinum up` does it by itself; beside workers on Kafka, one of these is wanted.
    """
    from platinum.wiring.learner import learn

    done = learn(data, every, once, host, port)
    if as_json:
        print_json(done)
    elif once:
        typer.echo(f"{done['facts']:,} facts; {_became(done)}")
    if once and done["refused"] is not None:
        raise typer.Exit(FAILED)


def _became(done: Mapping[str, Any]) -> str:
    """What became of the snapshot."""
    if done["model"]:
        return f"snapshot {done['model']} is in force"
    if done["refused"]:
        return f"snapshot refused ({done['refused']['reason']}): {done['refused']['words']}; what is in force stays"
    if done["held_by"]:
        return f"held by `platinum model {done['held_by']}`: `platinum model activate latest` puts in force what is learned by now"
    return "nothing to learn from yet"
