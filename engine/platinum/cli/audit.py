"""``platinum audit``: what a firm's own past says about how it treats its customers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from platinum.cli.options import Json, Now, instant_ms
from platinum.cli.output import print_json, progress, tell

Files = Annotated[list[Path] | None, typer.Argument(metavar="FILE...", help="More files of the past.", show_default=False)]
History = Annotated[
    list[Path] | None,
    typer.Option("--history", help="A file of the past: CSV, JSON lines or Parquet, plain or .gz; several are read together."),
]
Maps = Annotated[
    list[str] | None, typer.Option("--map", help="Import map to try first: a file, or the name of one that ships; may be repeated.")
]
RulesFile = Annotated[Path | None, typer.Option("--rules", help="YAML file whose section `audit` changes limits.", dir_okay=False)]
Limits = Annotated[
    list[str] | None, typer.Option("--set", help="One limit, such as answer_within=24h; may be repeated, stands before --rules.")
]
Html = Annotated[Path | None, typer.Option("--html", help="Where the report goes as one HTML page.", dir_okay=False)]
Policy = Annotated[
    str | None, typer.Option("--policy", help="Also play the past through a policy: a file, or one that ships, such as gift-shop.")
]
Breaches = Annotated[Path | None, typer.Option("--breaches", help="Where every breach goes, one JSON line each.", dir_okay=False)]


def audit(  # noqa: PLR0913 - one option each
    more: Files = None,
    history: History = None,
    map_: Maps = None,
    rules: RulesFile = None,
    set_: Limits = None,
    breaches: Breaches = None,
    html: Html = None,
    policy: Policy = None,
    now: Now = None,
    as_json: Json = False,
) -> None:
    """Show from your own past which promises were broken, who was sold to in mid-complaint, never thanked, asked twice, and the cost."""
    now_ms = instant_ms(now)
    from platinum.ops.audit.terminal import comparison_lines, lines
    from platinum.wiring.audit import Request, check, replay, run_audit, write

    request = Request([*(history or []), *(more or [])], map_ or [], rules, set_ or [], breaches, html, now_ms, policy)
    check(request)
    with progress("reading", sum(file.stat().st_size for file in request.files)) as advance:
        done = run_audit(request, advance)
    compared = None
    if policy is not None:
        with progress("playing it through the policy", done.summary.events) as advance:
            compared = replay(request, done, advance)
    write(request, done, compared)
    if as_json:
        print_json(done.summary.as_json() | {"policy": compared.as_json() if compared else None})
    else:
        for line in (*lines(done.summary), *(comparison_lines(compared) if compared else ())):
            typer.echo(line)
    if breaches:
        tell(f"every breach is in {breaches}")
    if html:
        tell(f"the report is in {html}")
