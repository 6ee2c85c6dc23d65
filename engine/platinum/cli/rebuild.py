"""``platinum rebuild``: the store of a deployment on Kafka, from snapshots and log."""

from __future__ import annotations

from typing import Annotated

import typer

from platinum.cli.options import ExistingFolder, Json
from platinum.cli.output import print_json, progress


def rebuild(
    data: ExistingFolder,
    discard: Annotated[
        bool, typer.Option("--discard", help="First delete what the store holds of this deployment: for a store that holds wrong rows.")
    ] = False,
    cache_mib: Annotated[int, typer.Option("--cache-mib", help="Memory for profiles kept between batches.", min=1)] = 512,
    as_json: Json = False,
) -> None:
    """Make the store again from snapshots and the log's tail, while no worker runs; nothing is sent again."""
    from platinum.wiring.rebuild import rebuild as run

    done = run(data, discard, cache_mib << 20, progress)
    if as_json:
        print_json(done)
    else:
        typer.echo(f"applied {done['events']:,} events in {done['wall_s']:,} s, {done['cpu_us_per_event']} µs CPU each")
