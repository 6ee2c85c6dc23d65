"""The report of thanks for people to read."""

from __future__ import annotations

from typing import Any

import typer

from platinum.cli.output import tell


def print_thanks(found: dict[str, Any]) -> None:
    """Print what ``platinum report thanks --json`` says."""
    tell(f"{found['given']:,} thank-yous reached somebody, of {found['decided']:,} decided" + _unconfirmed(found))
    coverage, purity, specificity, lag = found["coverage"], found["purity"], found["specificity"], found["lag_hours"]
    broken = ", ".join(f"{name} {n:,}" for name, n in purity["violations"].items() if n)
    _line("coverage", _percent(coverage["share"]), f"{coverage['thanked']:,} of {coverage['active']:,} people who ordered in the last year")
    _line("purity", _percent(purity["share"]), broken or "none sells, none is near a promotion or an open case")
    _line("specificity", _percent(specificity["share"]), ", ".join(f"{name} {n:,}" for name, n in specificity["facts"].items()))
    if lag["median"] is not None:
        _line("lag", f"{lag['median']:.1f} h", f"a tenth waited longer than {lag['p90']:.1f} h")
    effect = found["effect"]
    arms = f"{effect['thanked']:,} thanked, {effect['held_out']:,} held out, {effect['follow_up_days']} days each"
    for name in ("orders", "spend"):
        one = effect[name]
        if one is None:
            _line(f"effect: {name}", "unknown", f"too few people: {arms}")
        else:
            _line(f"effect: {name}", f"{one['difference']:+.3g}", f"{one['low']:+.3g} to {one['high']:+.3g} per person; {arms}")


def _unconfirmed(found: dict[str, Any]) -> str:
    return "" if found["confirmed"] else "; nothing says what was sent, so all that was decided is taken for sent"


def _line(name: str, value: str, more: str) -> None:
    typer.echo(f"{name:<16} {value:>8}  {more}".rstrip())


def _percent(share: float | None) -> str:
    return "unknown" if share is None else f"{100 * share:.1f} %"
