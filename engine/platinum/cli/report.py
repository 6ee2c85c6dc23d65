"""``platinum report``: what a history says about the firm."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from platinum.cli.agents_text import print_agents
from platinum.cli.goals_text import print_goals
from platinum.cli.options import AnyDataFolder, ExistingFolder, Json
from platinum.cli.output import print_json, progress, tell
from platinum.cli.report_firm import firm
from platinum.cli.thanks_text import print_thanks
from platinum.errors import UsageError

app = typer.Typer(help="What a history says about the firm.", no_args_is_help=True)
app.command(name="firm")(firm)


class By(StrEnum):
    """What is compared."""

    PROCESS = "process"
    CHANNEL = "channel"
    ACTION = "action"


@app.callback()
def about() -> None:
    """What a history says about the firm."""


@app.command()
def effort(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Event files, one event per line; plain or .gz.", exists=True, dir_okay=False)
    ] = None,
    data: AnyDataFolder = None,
    policy: Annotated[Path | None, typer.Option("--policy", help="Policy that reads the files.", exists=True, dir_okay=False)] = None,
    decisions: Annotated[
        Path | None, typer.Option("--decisions", help="Decisions that belong to the files, for --by action.", exists=True, dir_okay=False)
    ] = None,
    by: Annotated[By, typer.Option("--by", help="What is compared.")] = By.PROCESS,
    as_json: Json = False,
) -> None:
    """Which processes make the same people work more than others do (kill), and which less (keep)."""
    _check_where(files, data)
    from platinum.wiring.effort_report import report_files, report_log

    if data is not None:
        found = report_log(data, by)
    elif policy is None:
        raise UsageError("'--policy' says how events of these files are read: --policy FILE")
    else:
        with progress("reading events", sum(path.stat().st_size for path in files or ())) as advance:
            found = report_files(files or (), policy, decisions, by, advance)
    if as_json:
        print_json(found)
    else:
        _print(found)


@app.command()
def thanks(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Event files, one event per line; plain or .gz.", exists=True, dir_okay=False)
    ] = None,
    data: AnyDataFolder = None,
    policy: Annotated[Path | None, typer.Option("--policy", help="Policy that reads the files.", exists=True, dir_okay=False)] = None,
    decisions: Annotated[
        Path | None, typer.Option("--decisions", help="Decisions that belong to the files.", exists=True, dir_okay=False)
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=365, help="Days after thanks in which orders are counted.")] = 90,
    as_json: Json = False,
) -> None:
    """Who was thanked, how pure and how personal it was, how soon it came, and what it did against those who were not thanked."""
    _check_where(files, data)
    from platinum.wiring.thanks_report import report_files, report_log

    if data is not None:
        found = report_log(data, days)
    elif policy is None or decisions is None:
        raise UsageError("files need '--policy FILE', by which they are read, and '--decisions FILE', as `platinum run` writes them")
    else:
        with progress("reading events", sum(path.stat().st_size for path in files or ())) as advance:
            found = report_files(files or (), policy, decisions, days, advance)
    if as_json:
        print_json(found)
    else:
        print_thanks(found)


@app.command()
def goals(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Event files, one event per line; plain or .gz.", exists=True, dir_okay=False)
    ] = None,
    data: AnyDataFolder = None,
    policy: Annotated[Path | None, typer.Option("--policy", help="Policy that reads the files.", exists=True, dir_okay=False)] = None,
    decisions: Annotated[
        Path | None, typer.Option("--decisions", help="Decisions that belong to the files.", exists=True, dir_okay=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Whether goals come before gadgets: offers that serve no goal, how soon a stated goal was helped with, and how far people come."""
    _check_where(files, data)
    from platinum.wiring.goals_report import report_files, report_log

    if data is not None:
        found = report_log(data)
    elif policy is None or decisions is None:
        raise UsageError("files need '--policy FILE', by which they are read, and '--decisions FILE', as `platinum run` writes them")
    else:
        with progress("reading events", sum(path.stat().st_size for path in files or ())) as advance:
            found = report_files(files or (), policy, decisions, advance)
    if as_json:
        print_json(found)
    else:
        print_goals(found)


@app.command()
def cohorts(data: ExistingFolder, as_json: Json = False) -> None:
    """What is usual among customers who are alike: medians per cohort, with the months of people that they rest on."""
    from platinum.wiring.cohorts_report import report_cohorts

    found = report_cohorts(data)
    if as_json:
        print_json(found)
        return
    if not found["cohorts"]:
        tell("nothing is known of cohorts yet: who has ordered counts with their first event in a new month of theirs (30 days)")
        return
    typer.echo(f"{'cohort':<32} {'months of people':>16} {'median of 365 days':>18}")
    for name, one in found["cohorts"].items():
        value = one["value"] or {"n": 0.0, "median": 0.0}
        typer.echo(f"{name:<32} {value['n']:>16,.1f} {value['median']:>18,.2f}")


@app.command()
def agents(data: ExistingFolder, as_json: Json = False) -> None:
    """What employees did instead of what was decided and why, and how often teams settle things in one contact."""
    from platinum.wiring.agents_report import report_agents

    found = report_agents(data)
    if as_json:
        print_json(found)
    else:
        print_agents(found)


def _check_where(files: list[Path] | None, data: Path | None) -> None:
    if (data is None) == (not files):
        raise UsageError("say where: either event files with --policy, or --data DIR")
    if data is not None and not data.is_dir():
        raise UsageError(f"--data {data}: no such directory")


def _print(found: dict[str, Any]) -> None:
    by = found["by"]
    tell(f"{found['contacts']:,} contacts of {found['persons']:,} people, in journeys that are over")
    if not found["found"]:
        tell(f"too few people met more than one {by}: nothing can be compared")
        return
    typer.echo(f"{by:<24} {'verdict':<7} {'times':>6}  {'interval':<13} {'contacts':>8} {'people':>7} {'mean':>6} {'added':>8}")
    for one in found["found"]:
        interval = f"{one['low']:.2f} to {one['high']:.2f}"
        numbers = f"{one['contacts']:>8,} {one['persons']:>7,} {one['mean_points']:>6.2f} {one['added_index']:>8.1f}"
        typer.echo(f"{one[by] or 'none':<24} {one['verdict']:<7} {one['ratio']:>6.2f}  {interval:<13} {numbers}")
    tell("times: the effort that the same people have at the usual one; added: effort index that its contacts would not have had there")
