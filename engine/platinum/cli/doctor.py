"""``platinum doctor``: whether this machine can run Platinum, and whether a deployment on Kafka is well."""

from __future__ import annotations

import typer

from platinum.cli.options import AnyDataFolder, Json
from platinum.cli.output import FAILED, UNAVAILABLE, print_json


def doctor(data: AnyDataFolder = None, as_json: Json = False) -> None:
    """Check what `platinum up` needs, or a deployment on Kafka; exit code 1 if something is wrong, 69 if something is down."""
    from platinum.wiring.doctor import examine_deployment

    findings = examine_deployment(data)
    if as_json:
        print_json([{"what": f.what, "ok": f.ok, "warning": f.warning, "found": f.found, "remedy": f.remedy} for f in findings])
    else:
        for f in findings:
            mark = "warning" if f.ok and f.warning else "ok" if f.ok else f.how
            typer.echo(f"{mark:7} {f.what}: {f.found}{f' → {f.remedy}' if f.warning or not f.ok else ''}")
    if any(not f.ok and f.how == "down" for f in findings):
        raise typer.Exit(UNAVAILABLE)
    if not all(f.ok for f in findings):
        raise typer.Exit(FAILED)
