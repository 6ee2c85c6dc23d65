"""``platinum explain``: why one decision was made."""

from __future__ import annotations

from typing import Annotated

import typer

from platinum.cli.options import ExistingFolder, Json
from platinum.cli.output import FAILED, print_json, tell
from platinum.errors import UsageError


def explain(
    decision_id: Annotated[str, typer.Argument(help="Id of the decision, such as d.1.3.812.0.")],
    data: ExistingFolder,
    as_json: Json = False,
) -> None:
    """Print why one decision was made: candidates, gates, terms, draw, what would have changed it; --json also what was known."""
    if not decision_id.startswith(("d.", "h.")):
        raise UsageError("a decision id starts with d. (stream) or h. (HTTP)")
    from platinum.cli.explain_text import tree
    from platinum.wiring.reading import read_explanation

    found = read_explanation(decision_id, data)
    if found is None:
        tell("No decision under this id, or its inputs are no longer kept.")
        raise typer.Exit(FAILED)
    if as_json:
        print_json(found)
    else:
        typer.echo(tree(found))
