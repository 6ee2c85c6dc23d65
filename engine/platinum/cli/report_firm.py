"""``platinum report firm``: the firm seen from outside in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from platinum.cli.options import AnyDataFolder, Json, Now, instant_ms
from platinum.cli.output import left_out, print_json, progress, tell
from platinum.errors import UsageError

Policy = Annotated[str | None, typer.Option("--policy", help="Policy under which the files are played: a file, or one that ships.")]
History = Annotated[
    list[Path] | None,
    typer.Option("--history", help="Instead of --data, a file of the past: CSV, JSON lines or Parquet, plain or .gz; may be repeated."),
]
Maps = Annotated[list[str] | None, typer.Option("--map", help="Import map to try first; may be repeated.")]
Html = Annotated[Path | None, typer.Option("--html", help="Write the report as one page, too.", dir_okay=False)]


def firm(
    data: AnyDataFolder = None,
    history: History = None,
    policy: Policy = None,
    map_: Maps = None,
    html: Html = None,
    now: Now = None,
    as_json: Json = False,
) -> None:
    """How the firm treats its customers, from their profiles and its decisions: each measure with what it rests on and its interval."""
    if (data is None) == (not history):
        raise UsageError("say where: either --data DIR, or --history FILE with --policy")
    if history and policy is None:
        raise UsageError("'--policy' says under what the files are played: --policy FILE")
    now_ms = instant_ms(now)
    from platinum.ops.firm.page import page
    from platinum.wiring.firm_report import report_data, report_history

    with progress("looking at people and decisions", 0) as advance:
        if data is not None:
            found = report_data(data, now_ms, advance)
        else:
            found = report_history(policy or "", history or [], map_ or [], now_ms, advance)
    if html is not None:
        html.write_text(page(found), "utf-8")
        tell(f"written to {html}")
    if as_json:
        print_json(found)
        return
    for line in lines(found):
        typer.echo(line)


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """The report for people to read."""
    from platinum.ops.firm.page import interval_words, segment_words, words

    yield f"{found['policy']}: {found['customers']:,} people, {found['decisions']:,} decisions"
    yield from left_out(found["left_out"])
    for one in found["measures"]:
        mark = "!" if one["alarm"] else " "
        rests = f"{one['n']:,} {one['of']}"
        yield f"{mark} {one['title']:<38} {words(one):>10}  {interval_words(one):<20} {rests}".rstrip()
    for one in found["measures"]:
        if one["alarm"]:
            yield f"! {one['title']}: {one['alarm']}"
    for row in found["worth"]:
        growth = "" if row["unrealised"] is None else f", could grow by {row['unrealised']:,.2f}"
        yield f"{row['tier'] or 'all'}: {row['customers']:,} customers worth {row['equity']:,.2f} {found['currency']} each{growth}"
    for name in ("lanes", "tiers", "owed"):
        if found[name]:
            yield f"{name}: {', '.join(f'{label} {n:,}' for label, n in found[name].items())}"
    yield segment_words(found["segments"])
    for segment in found["segments"]["segments"]:
        said = " (superficial)" if segment["superficial"] else "" if segment["used_by"] else " (no action asks for it)"
        yield f"  {segment['segment']:<28} {segment['customers']:>9,} people{said}"
