"""``platinum policy``: check a policy file, compare two, put one in force, stop and start."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from platinum.cli.options import ExistingFolder, Json, OtherCurrency
from platinum.cli.output import USAGE, print_json
from platinum.cli.policy_diff import diff
from platinum.cli.policy_reach import reach
from platinum.cli.policy_search import search
from platinum.cli.policy_simulate import simulate
from platinum.errors import PolicyInvalid
from platinum.policy.stopped import Stops

app = typer.Typer(help="Check a policy file, see what it changes; put one in force; stop and start.", no_args_is_help=True)
app.command()(diff)
app.command()(simulate)
app.command()(reach)
app.command()(search)
File = Annotated[Path, typer.Argument(help="Policy file (YAML).", exists=True, dir_okay=False, readable=True)]
Semantics = Annotated[
    int | None,
    typer.Option("--semantics", help="Version of what folds and decisions mean; default: the one in force, or the newest.", metavar="N"),
]

Actions = Annotated[list[str] | None, typer.Option("--action", help="An action of the policy in force; may be repeated.", metavar="NAME")]
Channels = Annotated[list[str] | None, typer.Option("--channel", help="A channel of it; may be repeated.", metavar="NAME")]
AllSending = Annotated[bool, typer.Option("--all-sending", help="Every outbound channel; who comes to us is answered as before.")]


@app.command()
def check(file: File, as_json: Json = False) -> None:
    """Say what is wrong with a policy, all at once; exit code 2 if anything is."""
    from platinum.policy.compile import compile_policy
    from platinum.policy.waiting import lapsed

    try:
        policy = compile_policy(file.read_bytes(), str(file))
    except PolicyInvalid as invalid:
        if not as_json:
            raise
        fields = ("line", "column", "path", "message", "suggestion")
        problems = [{name: getattr(p, name) for name in fields} for p in invalid.problems]
        print_json({"valid": False, "problems": problems, "rules": invalid.rules})
        raise typer.Exit(USAGE) from None
    warnings = [*policy.warnings, *lapsed(policy, str(file), datetime.now(ZoneInfo(policy.timezone)).date())]
    if as_json:
        print_json({"valid": True, "policy": policy.name, "version": policy.version, "warnings": warnings, "problems": []})
        return
    counts = f"{len(policy.actions)} actions, {len(policy.channels)} channels, {len(policy.placements)} placements"
    typer.echo(f"{policy.name} {policy.version}: {counts}")
    for warning in warnings:
        typer.echo(f"warning: {warning}")


@app.command()
def activate(
    file: File,
    data: ExistingFolder,
    other_currency: OtherCurrency = False,
    semantics: Semantics = None,
    first: Annotated[
        bool,
        typer.Option("--first", help="Only where nothing was ever activated; else say what is in force. For what runs at every start."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Put a policy in force in a deployment; starts it again after a stop."""
    from platinum.wiring.activation import activate_policy

    _print(activate_policy(file, data, other_currency, semantics, first=first), as_json)


@app.command()
def stop(
    data: ExistingFolder, action: Actions = None, channel: Channels = None, all_sending: AllSending = False, as_json: Json = False
) -> None:
    """Emergency stop of everything, or of actions, channels, all sending: events are still folded, nothing of it is decided any more.

    What was planned of it is taken back; `policy start` starts it again.
    """
    from platinum.stream.stopping import ALL
    from platinum.wiring.stopping import stop_policy

    _print(stop_policy(data, _named(action, channel, all_sending) or ALL), as_json)


@app.command()
def start(
    data: ExistingFolder, action: Actions = None, channel: Channels = None, all_sending: AllSending = False, as_json: Json = False
) -> None:
    """Start again what `policy stop` stopped: all of it, or what is named."""
    from platinum.wiring.stopping import start_policy

    _print(start_policy(data, _named(action, channel, all_sending)), as_json)


def _named(action: list[str] | None, channel: list[str] | None, all_sending: bool) -> Stops:
    return Stops(False, all_sending, tuple(sorted(set(action or ()))), tuple(sorted(set(channel or ()))))


def _print(active: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(active)
    else:
        said = {name.replace("_", " "): ", ".join(value) if isinstance(value, list) else value for name, value in active.items()}
        typer.echo(" · ".join(f"{name}: {value}" for name, value in said.items() if value != ""))
