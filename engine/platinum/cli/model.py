"""``platinum model``: the learner's snapshots: which are in force, what they say, and how to go back."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from getpass import getuser
from typing import Annotated, Any

import typer

from platinum.cli.options import ExistingFolder, Json
from platinum.cli.output import FAILED, print_json, tell
from platinum.errors import UsageError

app = typer.Typer(help="The learner's snapshots: list and show them, go back to one, begin anew.", no_args_is_help=True)
Name = Annotated[str | None, typer.Argument(help="Name of a snapshot, or its beginning; default: the one in force.")]
Wanted = Annotated[str, typer.Argument(help="Name of a snapshot, or its beginning; latest: what is learned by now.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking; wanted where nobody can be asked.")]
Why = Annotated[str, typer.Option("--why", help="Reason, for whoever reads the log; no customer's data.")]
Who = Annotated[str | None, typer.Option("--who", help="Who does it; default: the user of this machine.")]
Most = Annotated[int, typer.Option("--most", help="So many of each, the newest.", min=1)]


@app.command(name="list")
def list_(data: ExistingFolder, most: Most = 20, as_json: Json = False) -> None:
    """Snapshots that were put in force, newest first, and those that were refused, with the reason."""
    from platinum.wiring.models import list_models

    found = list_models(data, most)
    if as_json:
        print_json(found)
        return
    if not found["models"]:
        typer.echo("no snapshot was put in force yet: decisions are made on the policy's priors")
    for one in found["models"]:
        examples = "-" if one["examples"] is None else f"{one['examples']:,}"
        said = " · ".join(str(part) for part in (one["how"], one["who"], one["why"]) if part)
        mark = "in force" if one["in_force"] else "" if one["kept"] else "gone"
        typer.echo(f"{one['model']}  {one['time']}  {examples:>12} examples  {mark:<8}  {said}")
    for one in found["refused"]:
        typer.echo(f"{one['name'] or '-':<16}  {one['time']}  {one['examples']:>12,} examples  refused   {one['reason']}: {one['words']}")
    if found["held_by"] is not None:
        tell(f"held by `platinum model {found['held_by']}`: the learner puts nothing in force until `platinum model activate latest`")


@app.command()
def show(data: ExistingFolder, name: Name = None, as_json: Json = False) -> None:
    """What a snapshot says: examples, exploration, calibration, actions, and what all actions share."""
    from platinum.ops.model_shown import lines
    from platinum.wiring.models import show_model

    found = show_model(data, name)
    if as_json:
        print_json(found)
        return
    for line in lines(found):
        typer.echo(line)


@app.command()
def activate(
    name: Wanted,
    data: ExistingFolder,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="latest: although it is refused for its calibration or its reward. The world has changed.")
    ] = False,
    why: Why = "",
    who: Who = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Put a snapshot in force; the learner puts nothing over it until `platinum model activate latest`."""
    if anyway and name != "latest":
        raise UsageError("'--anyway' belongs to `platinum model activate latest`: what is kept was not refused")
    _ask(yes, f"Put {'everything learned so far' if name == 'latest' else f'snapshot {name}'} in force?")
    from platinum.wiring.models import activate_model

    _print(activate_model(data, name, _said(who, why), anyway), as_json)


@app.command()
def rollback(data: ExistingFolder, why: Why = "", who: Who = None, yes: Yes = False, as_json: Json = False) -> None:
    """Put the snapshot before the one in force in force; the learner puts nothing over it until `platinum model activate latest`."""
    _ask(yes, "Put the snapshot before the one in force in force again?")
    from platinum.wiring.models import roll_back_model

    _print(roll_back_model(data, _said(who, why)), as_json)


@app.command()
def reset(data: ExistingFolder, why: Why = "", who: Who = None, yes: Yes = False, as_json: Json = False) -> None:
    """Forget what decisions taught, for good: priors of the policy until enough is learned anew."""
    _ask(yes, "Forget everything that decisions taught so far? This cannot be taken back.")
    from platinum.wiring.models import reset_model

    _print(reset_model(data, _said(who, why)), as_json)


def _ask(yes: bool, question: str) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"'--yes' is wanted where nobody can be asked: {question}")
    if not typer.confirm(question, err=True):
        raise typer.Exit(FAILED)


def _said(who: str | None, why: str) -> tuple[str, str]:
    return (getuser() if who is None else who), why


def _print(done: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(done)
    elif done["model"] is not None:
        already = "" if done["changed"] else " already"
        typer.echo(f"{done['model']} is in force{already} · activation: {done['activation']}")
    if done["model"] is None:
        why = done["refused"] or {"reason": "unknown", "words": ""}
        tell(f"refused ({why['reason']}): {why['words']}; what is in force stays")
        raise typer.Exit(FAILED)
