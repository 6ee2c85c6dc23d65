"""``platinum policy reach``: how many customers a policy reaches today, and what keeps the others out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from platinum.cli.options import AnyDataFolder, Json, Now, instant_ms
from platinum.cli.output import left_out, print_json, progress

Policy = Annotated[str, typer.Argument(help="Policy: a file, or one that ships, such as gift-shop.")]
History = Annotated[
    list[Path] | None,
    typer.Option("--history", help="Instead of --data, a file of the past: CSV, JSON lines or Parquet, plain or .gz; may be repeated."),
]
Maps = Annotated[list[str] | None, typer.Option("--map", help="Import map to try first; may be repeated.")]
_BAR = 24


def reach(
    policy: Policy, data: AnyDataFolder = None, history: History = None, map_: Maps = None, now: Now = None, as_json: Json = False
) -> None:
    """Count per action who qualifies today: each condition alone, all of them one after the other, and which gate stops the rest."""
    now_ms = instant_ms(now)
    from platinum.wiring.reach import reach_of

    with progress("looking at customers", 0) as advance:
        found = reach_of(policy, data, history or [], map_ or [], now_ms, advance)
    if as_json:
        print_json(found)
    else:
        for line in lines(found):
            typer.echo(line)


def lines(found: dict[str, Any]) -> Iterator[str]:
    """Funnels with bars."""
    n = found["customers"]
    yield f"{found['policy']} {found['version']}: {n:,} customers"
    yield from left_out(found["left_out"])
    for one in sorted(found["actions"], key=lambda one: -one["reached"]):
        yield ""
        yield f"{one['action']:<50} {_bar(one['reached'], n)} {one['reached']:>9,} of {n:,}"
        for step in one["conditions"]:
            alone = f"alone {step['alone']:,}"
            yield f"  {step['condition'][:46]:<48} {_bar(step['left'], n)} {step['left']:>9,}  {alone}"
        for gate, stopped in one["gates"].items():
            yield f"  stopped by {gate:<37} {' ' * _BAR} {-stopped:>9,}"
        if one["asks_role"]:
            yield "  role and account.* are unknown here: everybody is counted as they act for themselves"
        if one["removes_most"]:
            yield f"  most are kept out by: {one['removes_most']}"


def _bar(n: int, of: int) -> str:
    full = round(_BAR * n / of) if of else 0
    return "█" * max(full, 1 if n else 0) + "·" * (_BAR - max(full, 1 if n else 0))
