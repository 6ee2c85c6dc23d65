"""The report about those who serve customers, for a terminal."""

from __future__ import annotations

from typing import Any

import typer

from platinum.cli.output import tell


def print_agents(found: dict[str, Any]) -> None:
    """Print ``learn.agents.Agents.report``."""
    if not found["overrides"] and not found["teams"] and not found["teams_suppressed"]:
        tell("nothing is known of agents: `Decision Overridden` and `Contact Resolved` with a team say it")
        return
    typer.echo(f"{'decided':<24} {'done instead':<24} {'reason':<24} {'times':>7}")
    for one in found["overrides"]:
        typer.echo(f"{one['action']:<24} {one['chose']:<24} {one['reason']:<24} {one['n']:>7,}")
    _print_outcomes("team", [(one["team"], one) for one in found["teams"]])
    if found["teams_suppressed"]:
        tell(f"{found['teams_suppressed']} more with fewer than {found['least']} outcomes are not shown")
    if found["individuals"] is not None:
        _print_outcomes("agent", [(f"{one['team']} {one['agent']}", one) for one in found["individuals"]])
    tell(f"of the last {found['months']} months of 30 days; how long anybody talked or waited is in none of these numbers")


def _print_outcomes(of: str, outcomes: list[tuple[str, dict[str, Any]]]) -> None:
    if outcomes:
        typer.echo(f"\n{of:<40} {'settled':>8} {'in one contact':>15}")
    for name, one in outcomes:
        typer.echo(f"{name:<40} {one['n']:>8,} {one['settled_at_once']:>15.0%}")
