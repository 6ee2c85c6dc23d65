"""``platinum evaluate``: what other policies would have achieved, by the decisions of a deployment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from platinum.cli.options import ExistingFolder, Json, check_folder
from platinum.cli.output import print_json, progress, tell
from platinum.errors import UsageError
from platinum.wiring.snapshots_given import Snapshot

Policies = Annotated[
    list[Path] | None,
    typer.Argument(help="Policy files to compare with.", exists=True, dir_okay=False, readable=True, metavar="[POLICY]..."),
]
Html = Annotated[Path | None, typer.Option("--html", help="Write the report as one page, too.", dir_okay=False)]
Given = Annotated[
    Snapshot,
    typer.Option(
        "--snapshot",
        help="What was learned, for the files: the snapshot of each decision, the newest (it knows the answers: looks too good), or none.",
    ),
]
Salt = Annotated[str, typer.Option("--salt", help="Another text halves the people otherwise.", metavar="TEXT")]


def evaluate(
    data: ExistingFolder,
    policy: Policies = None,
    snapshot: Given = Snapshot.THEN,
    salt: Salt = "evaluate",
    html: Html = None,
    as_json: Json = False,
) -> None:
    """Would another policy have done better? Estimates with intervals from the log, or why it cannot say."""
    files = policy or []
    if html is not None and html.resolve() in [file.resolve() for file in files]:
        raise UsageError("'--html' must be another file than the policies that are read")
    check_folder("--html", html)
    from platinum.ops.evaluation.page import page
    from platinum.ops.evaluation.words import lines
    from platinum.wiring.evaluate import Request, evaluate_data, to_read

    request = Request([(str(file), file.read_bytes()) for file in files], snapshot, salt)
    with progress("deciding again", to_read(data)) as advance:
        found = evaluate_data(data, request, advance)
    if html is not None:
        html.write_text(page(found), "utf-8")
        tell(f"written to {html}")
    if as_json:
        print_json(found)
        return
    for line in lines(found):
        typer.echo(line)
