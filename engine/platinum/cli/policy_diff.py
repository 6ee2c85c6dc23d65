"""``platinum policy diff``: what differs between two policy files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from platinum.cli.options import Json
from platinum.cli.output import FAILED, print_json

Before = Annotated[Path, typer.Argument(help="Policy file as it is.", exists=True, dir_okay=False, readable=True)]
After = Annotated[Path, typer.Argument(help="Policy file as it is to be.", exists=True, dir_okay=False, readable=True)]
ExitCode = Annotated[bool, typer.Option("--exit-code", help="End with 1 if they differ, for scripts.")]


def diff(before: Before, after: After, exit_code: ExitCode = False, as_json: Json = False) -> None:
    """Say what differs between two policies: actions, conditions, caps, values, by their place in the file."""
    from platinum.policy.compile import compile_policy
    from platinum.policy.difference import differences

    sources = before.read_bytes(), after.read_bytes()
    versions = [compile_policy(source, str(file)).version for source, file in zip(sources, (before, after), strict=True)]
    found = differences(*sources, (str(before), str(after)))
    if as_json:
        told = [{"path": one.path, "what": one.what, "before": one.before, "after": one.after} for one in found]
        print_json({"before": versions[0], "after": versions[1], "equal": not found, "differences": told})
    else:
        for one in found:
            typer.echo(one.words)
        typer.echo(f"{len(found)} differences: {versions[0]} → {versions[1]}" if found else f"no difference: both are {versions[0]}")
    if found and exit_code:
        raise typer.Exit(FAILED)
