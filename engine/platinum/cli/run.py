"""``platinum run``: an event file through the engine, decisions out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from platinum.cli.options import Json, Now, PolicyFile, check_partitions, instant_ms
from platinum.cli.output import print_json, progress, tell
from platinum.clock import wall_ms

_DAY_MS = 86_400_000


def run(
    policy: PolicyFile,
    events: Annotated[Path, typer.Option("--events", help="Events, one per line; plain or .gz.", exists=True, dir_okay=False)],
    decisions: Annotated[Path, typer.Option("--decisions", help="Where decisions go, one per line; plain or .gz.", dir_okay=False)],
    profiles: Annotated[Path | None, typer.Option("--profiles", help="Where profiles go, one per line.", dir_okay=False)] = None,
    dead_letters: Annotated[
        Path | None,
        typer.Option("--dead-letters", help="Where rejected events go, one per line, each with its line and reason.", dir_okay=False),
    ] = None,
    now: Now = None,
    partitions: Annotated[int, typer.Option("--partitions", help="Partitions of the log, a power of two.")] = 4,
    as_json: Json = False,
) -> None:
    """Play an event file through a policy; record time is each event's own time."""
    check_partitions(partitions)
    now_ms = instant_ms(now)
    from platinum.wiring.files import run_file

    with progress(f"playing {events.name}", events.stat().st_size) as advance:
        summary = run_file(policy, events, decisions, profiles, dead_letters, now_ms, partitions, advance)
    newest_ms = summary.pop("newest_ms")
    if newest_ms > wall_ms() + _DAY_MS:
        # Not in the output: that is the same on any day.
        tell("warning: the newest event lies more than a day after this machine's clock; see docs/explanation/time-and-ids.md, 'Two times'")
    if as_json:
        print_json(summary)
    else:
        rejected = summary.pop("rejected")
        tell(" · ".join(f"{name.replace('_', ' ')}: {value}" for name, value in summary.items()))
        for reason, one in sorted(rejected.items(), key=lambda entry: (-entry[1]["count"], entry[0])):
            tell(f"  {reason}: {one['count']:,}, the first in line {one['line']:,}: {one['message']}")
