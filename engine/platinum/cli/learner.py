"""``platinum learner``."""

from __future__ import annotations

from typing import Annotated

import typer

from platinum.cli.options import ExistingFolder, Json
from platinum.cli.output import print_json


def learner(
    data: ExistingFolder,
    every: Annotated[float, typer.Option("--every", help="Seconds between two looks at what is new.", min=0.1)] = 60.0,
    once: Annotated[bool, typer.Option("--once", help="Learn from what there is now, put it in force, and end.")] = False,
    as_json: Json = False,
) -> None:
    """Learn how well promises are kept and how long they take, and put it in force; Ctrl-C or SIGTERM ends it.

    `platinum up` does it by itself; beside workers on Kafka, one of these is wanted.
    """
    from platinum.wiring.learner import learn

    done = learn(data, every, once)
    if as_json:
        print_json(done)
    elif once:
        typer.echo(
            f"{done['facts']:,} facts; " + (f"snapshot {done['model']} is in force" if done["model"] else "nothing to learn from yet")
        )
