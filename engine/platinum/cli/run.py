"""``platinum run``: an event file through the engine, decisions out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
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
    decisions: Annotated[
        Path, typer.Option("--decisions", help="Where decisions go, one per line; plain or .gz, or - for standard output.", dir_okay=False)
    ],
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
    from platinum.wiring.files import STANDARD_OUTPUT, run_file

    with progress(f"playing {events.name}", events.stat().st_size) as advance:
        summary = run_file(policy, events, decisions, profiles, dead_letters, now_ms, partitions, advance)
    newest_ms = summary["newest_record_ms"]
    for line in _time_notes(newest_ms, now_ms, wall_ms()):
        tell(line)
    if strange := summary["unknown_channels"]:
        tell(f"warning: {strange:,} customers spoke about a channel that the policy does not have, to no effect; profiles show it as #...")
    if as_json and decisions != STANDARD_OUTPUT:
        print_json(summary)
    else:
        del summary["newest_record_ms"], summary["unknown_channels"]
        rejected = summary.pop("rejected")
        tell(" · ".join(f"{name.replace('_', ' ')}: {value}" for name, value in summary.items()))
        for reason, one in sorted(rejected.items(), key=lambda entry: (-entry[1]["count"], entry[0])):
            tell(f"  {reason}: {one['count']:,}, the first in line {one['line']:,}: {one['message']}")


def _time_notes(newest_ms: int, now_ms: int | None, wall: int) -> Iterator[str]:
    """What is odd about the times of events: one typing mistake in a year moves every profile of the file there."""
    if newest_ms > wall + _DAY_MS:
        whence = "Profiles are as of then; say --now INSTANT to look from another" if now_ms is None else ""
        yield f"warning: the newest event is of {_written(newest_ms)}, ahead of the clock: is its timestamp right? {whence}"
    if now_ms is not None and now_ms < newest_ms:
        yield f"note: --now lies before the newest event ({_written(newest_ms)}): profiles hold what came after it too; no age is below 0"


def _written(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // 1000, UTC).isoformat().replace("+00:00", "Z")
