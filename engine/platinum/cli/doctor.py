"""``platinum doctor``: whether this machine can run Platinum."""

from __future__ import annotations

import typer

from platinum.cli.options import AnyDataFolder, Json
from platinum.cli.output import FAILED, print_json


def doctor(data: AnyDataFolder = None, as_json: Json = False) -> None:
    """Check what `platinum up` needs; exit code 1 if something is missing."""
    from platinum.ops.doctor import examine

    findings = examine(data)
    if as_json:
        print_json([{"what": f.what, "ok": f.ok, "found": f.found, "remedy": f.remedy} for f in findings])
    else:
        for f in findings:
            typer.echo(f"{'ok     ' if f.ok else 'missing'} {f.what}: {f.found}{'' if f.ok else f' → {f.remedy}'}")
    if not all(f.ok for f in findings):
        raise typer.Exit(FAILED)
