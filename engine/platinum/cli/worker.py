"""``platinum worker``: one worker of a deployment on Kafka."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from platinum.cli.options import ExistingFolder, Host
from platinum.cli.output import cause_of, exit_code_of


def worker(
    data: ExistingFolder,
    cache_mib: Annotated[int, typer.Option("--cache-mib", help="Memory for profiles kept between batches.", min=1)] = 512,
    snapshot_every: Annotated[
        float, typer.Option("--snapshot-every", help="Seconds in which every bucket of the store gets a new snapshot.", min=1)
    ] = 86_400,
    port: Annotated[
        int | None,
        typer.Option("--port", help="Port that shows /healthz, /readyz and /metrics; without it, none does.", min=1, max=65535),
    ] = None,
    host: Host = "127.0.0.1",
) -> None:
    """Apply events and decide, for a share of the partitions; start as many as there are cores. Ctrl-C or SIGTERM ends it."""
    from platinum.wiring.loglines import told_as_line
    from platinum.wiring.worker import work

    try:
        work(data, cache_mib << 20, snapshot_every, host, port)
    except Exception as error:
        # Whoever collects the lines of a worker parses each of them; on a terminal, people read.
        if sys.stderr.isatty() or os.environ.get("PLATINUM_DEBUG"):
            raise
        cause = cause_of(error)
        code = exit_code_of(cause)
        told_as_line(cause, code)
        raise typer.Exit(code) from error
