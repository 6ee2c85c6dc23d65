"""``platinum policy search``: which numbers of a policy would have done best."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from platinum.cli.options import ExistingFolder, Json, check_folder
from platinum.cli.output import FAILED, print_json, progress, tell
from platinum.errors import UsageError

Base = Annotated[
    Path | None,
    typer.Argument(help="Policy whose numbers are tried; default: the one in force.", exists=True, dir_okay=False, readable=True),
]
Try = Annotated[
    list[str],
    typer.Option(
        "--try",
        help="A number by its path, and what to try in its place, such as exploration.gamma0=5,10,40; may be repeated.",
        metavar="PATH=VALUES",
    ),
]
Salt = Annotated[str, typer.Option("--salt", help="Another text halves the people otherwise.", metavar="TEXT")]
Write = Annotated[Path | None, typer.Option("--write", help="Write the policy with the numbers that were found.", dir_okay=False)]


def search(data: ExistingFolder, try_: Try, policy: Base = None, salt: Salt = "search", write: Write = None, as_json: Json = False) -> None:
    """Try numbers of a policy on the decisions of half of the people, and say what the other half says of the best."""
    if write is not None and policy is not None and write.resolve() == policy.resolve():
        raise UsageError("'--write' must be another file than the policy that is read")
    check_folder("--write", write)
    from platinum.ops.evaluation.grid import axis_of
    from platinum.wiring.evaluate import to_read
    from platinum.wiring.policy_search import Search, search_data

    asked = Search(None if policy is None else (str(policy), policy.read_bytes()), [axis_of(one) for one in try_], salt)
    with progress("deciding again", to_read(data)) as advance:
        found = search_data(data, asked, advance)
    source = found.pop("source")
    if write is not None and source is not None:
        write.write_text(source, "utf-8")
        tell(f"written to {write}")
    if as_json:
        print_json(found)
    else:
        for line in lines(found):
            typer.echo(line)
    if write is not None and source is None:
        tell(f"nothing can be said of any of them: {write} was not written")
        raise typer.Exit(FAILED)


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The report for people."""
    from platinum.ops.evaluation.words import SEARCH_FROM, amount, interval, number

    counts = f"{found['decisions']:,} decisions, of which {found['used']:,} count, of {found['people']:,} people"
    yield f"{found['policy']} {found['version']}: {counts}"
    for why, n in found["left_out"].items():
        yield f"left out: {n:,} {why}"
    if not found["enough"]:
        yield f"advice: {SEARCH_FROM:,} decisions or more; of fewer, chance finds the best"
    yield ""
    yield "Tried on half of the people, best first"
    for one in found["tried"]:
        numbers = "  ".join(f"{path} = {value}" for path, value in one["numbers"].items())
        yield f"  {numbers}" + (f": refused: {one['refused']}" if one["refused"] else "")
    yield ""
    winner = found["winner"]
    if winner is None:
        yield "refused: nothing can be said of any of them"
        return
    yield f"The first of these, by the other half of the people ({winner['n']:,} decisions of {winner['people']:,} people)"
    if winner["refused"]:
        yield f"  refused: {winner['refused']}"
        return
    difference = winner["difference"]
    sure = "it is better than what was done" if difference["low"] > 0 else "it may be no better than what was done"
    yield f"  value {amount(winner['value'])} {found['currency']} per decision; {amount(found['achieved'])} was achieved"
    yield f"  difference {number(difference['value'], '+')} ({interval(difference, '+')}): {sure}"
