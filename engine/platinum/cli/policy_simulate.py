"""``platinum policy simulate``: what a change of policy would have done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from platinum.cli.options import Json
from platinum.cli.output import left_out, print_json, progress

New = Annotated[str, typer.Option("--policy", help="Policy that is tried: a file, or one that ships, such as gift-shop.")]
Base = Annotated[str | None, typer.Option("--base", help="Policy that it is compared with, such as the one in force.")]
History = Annotated[
    list[Path] | None,
    typer.Option("--history", help="A file of the past: CSV, JSON lines or Parquet, plain or .gz; may be repeated."),
]
Maps = Annotated[list[str] | None, typer.Option("--map", help="Import map to try first; may be repeated.")]
People = Annotated[int, typer.Option("--population", help="Instead of files: so many simulated people.", min=0, max=1_000_000)]
Days = Annotated[int, typer.Option("--days", help="With --population: so many days of theirs.", min=1, max=3650)]
Seed = Annotated[int, typer.Option("--seed", help="With --population: other people.")]
Data = Annotated[Path | None, typer.Option("--data", help="Instead of files: what the deployment in this directory was told.")]
ShowIds = Annotated[bool, typer.Option("--show-ids", help="Name customers by their keys; otherwise they are numbered.")]

_MOST = 12


def simulate(  # noqa: PLR0913 - one option each
    policy: New,
    base: Base = None,
    history: History = None,
    map_: Maps = None,
    population: People = 0,
    days: Days = 28,
    seed: Seed = 1,
    data: Data = None,
    show_ids: ShowIds = False,
    as_json: Json = False,
) -> None:
    """Play the past, or a simulated population, under a policy and the one before: breaches first, then what changes, with examples."""
    from platinum.wiring.simulate import Request, stretch
    from platinum.wiring.simulate import simulate as run

    request = Request(policy, base, history or [], map_ or [], population, days, seed, show_ids, data)
    over = stretch(request)
    with progress("playing it under the policies", len(over.told) * (2 if base else 1)) as advance:
        report = run(request, over, advance)
    if as_json:
        print_json(report)
    else:
        for line in lines(report):
            typer.echo(line)


def lines(report: dict[str, Any]) -> Iterator[str]:
    """The report for people."""
    over, both = report["stretch"], report["base"]["policy"] is not None
    yield f"{over['events']:,} events of {over['customers']:,} customers in {over['days']:g} days"
    yield from left_out(over["left_out"])
    yield _versions(report, both)
    yield ""
    yield f"{'Breaches':<46}{'base':>10}{'new':>10}"
    for one in report["breaches"]:
        yield f"  {one['title']:<44}{_n(one['base'], both):>10}{one['new']:>10,}"
        for example in one["examples"]:
            yield f"    {example['customer']} {example['at']} {example['action']} by {example['channel']}: {example['why']}"
    yield ""
    for what in ("decisions", "contacts"):
        yield f"{what.capitalize():<46}{_n(report[what]['base'], both):>10}{report[what]['new']:>10,}"
    if both:
        yield from _changes(report)
    yield from _counts(report, both)


def _versions(report: dict[str, Any], both: bool) -> str:
    new = f"{report['new']['policy']} ({report['new']['version']})"
    return f"base {report['base']['policy']} ({report['base']['version']}), new {new}" if both else f"policy {new}"


def _n(count: int, both: bool) -> str:
    return f"{count:,}" if both else ""


def _changes(report: dict[str, Any]) -> Iterator[str]:
    alone = report["decisions"]
    yield f"{report['changed']:,} of {report['pairs']:,} decisions that both made differ ({report['changed_share']:.1%})"
    yield f"{report['changed_by_draw']:,} of them because something was tried out: another version draws anew"
    yield f"{alone['only_base']:,} only the base made, {alone['only_new']:,} only the new policy"
    for dimension, found in report["by"].items():
        if found["changes"]:
            yield ""
            yield f"By {dimension}, what became what"
            for one in found["changes"][:_MOST]:
                move = f"{one['from']} → {one['to']}"
                yield f"  {move:<44}{one['n']:>10,}{one['share']:>10.2%}"
    if report["examples"]:
        yield ""
        yield "Examples"
        for one in report["examples"]:
            yield f"  {one['customer']} {one['at']}: {_told(one['base'])} → {_told(one['new'])}"


def _told(one: dict[str, Any]) -> str:
    if one["action"] is None:
        return f"silence ({one['reason']})"
    return f"{one['action']} by {one['channel']} ({one['reason']})"


def _counts(report: dict[str, Any], both: bool) -> Iterator[str]:
    for dimension in ("lane", "type", "action"):
        yield ""
        yield f"{f'By {dimension}':<46}{'base' if both else '':>10}{'new':>10}"
        for one in report["by"].get(dimension, {"counts": []})["counts"]:
            yield f"  {one['value']:<44}{_n(one['base'], both):>10}{one['new']:>10,}"
    for dimension in ("tier", "segment"):
        if found := report["by"].get(dimension):
            yield ""
            yield f"{f'By {dimension} of the customer':<46}{'base' if both else '':>10}{'new':>10}{'differ' if both else '':>10}".rstrip()
            for one in found["counts"]:
                yield f"  {one['value']:<44}{_n(one['base'], both):>10}{one['new']:>10,}{_n(one['changed'], both):>10}".rstrip()
