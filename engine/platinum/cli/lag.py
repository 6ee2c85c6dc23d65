"""``platinum lag``: how far the stream is behind."""

from __future__ import annotations

from typing import Annotated

import typer

from platinum.cli.options import ExistingFolder, Json
from platinum.cli.output import FAILED, print_json, tell

MostSeconds = Annotated[
    float | None, typer.Option("--max-seconds", help="Exit code 1 when a partition is further behind, for monitors.", min=0)
]


def lag(data: ExistingFolder, max_seconds: MostSeconds = None, as_json: Json = False) -> None:
    """Per partition: what the log holds, what is applied, and how far that is behind in records and seconds."""
    from platinum.wiring.lag import read_lag

    found = read_lag(data)
    if as_json:
        print_json({"partitions": [one._asdict() for one in found]})
    else:
        typer.echo(f"{'partition':>9}  {'start':>10}  {'end':>10}  {'applied':>10}  {'group':>10}  {'behind':>8}  {'seconds':>8}")
        for p, start, end, applied, group, behind, behind_s, _ in found:
            of = ["-" if n is None else str(n) for n in (applied, group)]
            typer.echo(f"{p:>9}  {start:>10}  {end:>10}  {of[0]:>10}  {of[1]:>10}  {behind:>8}  {behind_s:>8.1f}")
    for one in found:
        if one.removed:
            tell(f"partition {one.partition}: retention removed {one.removed} records before they were applied")
    if max_seconds is not None and any(one.behind_s > max_seconds for one in found):
        raise typer.Exit(FAILED)
