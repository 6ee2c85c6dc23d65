"""The report of goals for people to read."""

from __future__ import annotations

from typing import Any

import typer

from platinum.cli.output import tell


def print_goals(found: dict[str, Any]) -> None:
    """Print what ``platinum report goals --json`` says."""
    window = found["window"]
    tell(f"{found['events']:,} events from {window['from'] or '-'} to {window['to'] or '-'}" + _unconfirmed(found))
    gadgets = found["gadgets"]
    if gadgets is None:
        _line("gadget ratio", "unknown", "the policy names no goals: no offer could serve one")
    else:
        _line("gadget ratio", _percent(gadgets["share"]), f"{_of(gadgets, 'offers sent')}; at most {100 * gadgets['target']:.0f} %")
    first = found["first_help"]
    _line("helped", _percent(first["share"]), _of(first, "goals stated"))
    if first["median_days"] is not None:
        _line("first help", f"{first['median_days']:.1f} d", f"a tenth waited longer than {first['p90_days']:.1f} d")
    _line("reached", _percent(found["reached"]["share"]), _of(found["reached"], "goals stated"))
    pace = found["progress_per_month"]
    if pace["mean"] is None:
        _line("progress", "unknown", f"too few goals: {pace['n']:,} of which it is known after a week or more")
    else:
        more = f"a month, {100 * pace['low']:.1f} to {100 * pace['high']:.1f}; {pace['n']:,} goals"
        _line("progress", f"{100 * pace['mean']:.1f} %", more)


def _of(share: dict[str, Any], what: str) -> str:
    interval = "" if share["low"] is None else f", {100 * share['low']:.1f} to {100 * share['high']:.1f} %"
    return f"{share['k']:,} of {share['n']:,} {what}{interval}"


def _unconfirmed(found: dict[str, Any]) -> str:
    return "" if found["confirmed"] else "; nothing says what was sent, so all that was decided is taken for sent"


def _line(name: str, value: str, more: str) -> None:
    typer.echo(f"{name:<16} {value:>8}  {more}".rstrip())


def _percent(share: float | None) -> str:
    return "unknown" if share is None else f"{100 * share:.1f} %"
