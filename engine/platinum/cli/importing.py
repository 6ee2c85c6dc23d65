"""``platinum import``: a shop's tables into events."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from platinum.cli.options import Json
from platinum.cli.output import print_json, progress, tell
from platinum.errors import UsageError


def import_file(
    file: Annotated[Path, typer.Argument(help="CSV, JSON lines or Parquet; plain or .gz.", exists=True, dir_okay=False, readable=True)],
    map_: Annotated[Path, typer.Option("--map", help="Map file; see `platinum example --list`.", exists=True, dir_okay=False)],
    out: Annotated[str | None, typer.Option("--out", help="Event file to write: .jsonl, .jsonl.gz, or - for standard output.")] = None,
    history: Annotated[bool, typer.Option("--history", help="Send as history: folded into profiles, decides nothing.")] = False,
    to: Annotated[str | None, typer.Option("--to", help="Running deployment to send to, such as http://127.0.0.1:8080.")] = None,
    as_json: Json = False,
) -> None:
    """Turn a table of past sales into events, as a map says."""
    if (out is None) == (to is None):
        raise UsageError("say where to: either --out FILE or --history --to URL")
    if history != (to is not None):
        raise UsageError("--history and --to URL go together: a past sent live would be answered as if it were now")
    from platinum.ops.importing import FileSink, ImportReport, Sink, import_events, read_map, write_events

    if out is not None and out != "-":
        from platinum.wiring.files import refuse_overwriting

        refuse_overwriting({"FILE": file, "--map": map_}, {"--out": Path(out)})
    wanted = read_map(map_)
    report = ImportReport()
    with progress(f"reading {file.name}", file.stat().st_size) as advance:
        lines = import_events(file, wanted, report, advance)
    sink: Sink
    if to is not None:
        from platinum.wiring.history import history_sink

        sink = history_sink(to, report)
    else:
        sink = FileSink(str(out))
    write_events(lines, sink)
    if as_json and out != "-":
        print_json(report.as_json())
    else:
        for line in report.lines():
            tell(line)
