"""``platinum up``: everything on one machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from platinum.cli.options import DataFolder, Host, OtherCurrency, Port, check_partitions


def up(
    data: DataFolder,
    policy: Annotated[
        Path | None, typer.Option("--policy", help="Policy to put in force; without it, the one that is.", exists=True, dir_okay=False)
    ] = None,
    host: Host = "127.0.0.1",
    port: Port = 8080,
    other_currency: OtherCurrency = False,
    partitions: Annotated[int | None, typer.Option("--partitions", help="Partitions of a new deployment (4), a power of two.")] = None,
) -> None:
    """Start log, store, stream and HTTP API in one process; Ctrl-C ends it."""
    check_partitions(partitions)
    from platinum.wiring.serve import serve

    serve(policy, data, host, port, partitions, other_currency)
