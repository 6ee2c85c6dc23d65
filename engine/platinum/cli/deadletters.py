"""``platinum dead-letters``: what could not be used, why, and sending it in again."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from platinum.cli.options import ExistingFolder, Json, instant_ms
from platinum.cli.output import FAILED, print_json, tell
from platinum.errors import UsageError

app = typer.Typer(help="Look at records that could not be used, and send them in again.", no_args_is_help=True)
Reason = Annotated[str, typer.Option("--reason", help="Only with this reason, such as poison.")]
Partition = Annotated[int | None, typer.Option("--partition", help="Only of this partition.", min=0)]
Since = Annotated[str | None, typer.Option("--since", help="Only records from this instant on, such as 2026-03-01T00:00:00Z.")]
Limit = Annotated[int, typer.Option("--limit", help="At most so many, the newest.", min=1)]
Coordinate = Annotated[str, typer.Argument(help="partition.offset of the dead letter, as `list` shows it.")]
Coordinates = Annotated[list[str] | None, typer.Argument(help="partition.offset of each dead letter.")]


@app.command("list")
def list_(
    data: ExistingFolder,
    reason: Reason = "",
    partition: Partition = None,
    since: Since = None,
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    """Newest first: where each lies, where the record lies that it is of, the reason and the field; and counts per reason."""
    from platinum.wiring.deadletters import list_letters

    found = list_letters(data, _filter(reason, partition, since), limit)
    if as_json:
        print_json(found)
        return
    if found["letters"]:
        typer.echo(f"{'letter':>12}  {'source':>12}  {'appended at':24}  {'reason':16}  field")
    for one in found["letters"]:
        source = f"{one['source']['partition']}.{one['source']['offset']}"
        typer.echo(f"{one['letter']:>12}  {source:>12}  {_instant(one['time_ms']):24}  {one['reason']:16}  {one['field'] or '-'}")
    typer.echo(", ".join(f"{count} {name}" for name, count in found["counts"].items()) or "no dead letters")


@app.command()
def show(letter: Coordinate, data: ExistingFolder, as_json: Json = False) -> None:
    """Print all of one dead letter, the original's bytes and key too: they may be personal data."""
    from platinum.wiring.deadletters import show_letter

    found = show_letter(data, letter)
    if found is None:
        tell(f"there is no dead letter at {letter}, or not any more")
        raise typer.Exit(FAILED)
    if as_json:
        print_json(found)
        return
    typer.echo(f"reason   {found['reason']}\nmessage  {found['message']}\nfield    {found['field'] or '-'}")
    typer.echo(f"source   {found['source']['partition']}.{found['source']['offset']}, appended at {_instant(found['time_ms'])}")
    if found["cut"]:
        typer.echo(f"cut      {found['cut']}: too large to be kept whole; platinum.dlq.length and .sha256 say what the value was")
    typer.echo(f"key      {'-' if found['key'] is None else _text(found['key'])}")
    for one in found["headers"]:
        typer.echo(f"header   {one['name']}: {_text(one)}")
    typer.echo(_text(found))


@app.command()
def replay(  # noqa: PLR0913 - what may be replayed, and how
    data: ExistingFolder,
    letters: Coordinates = None,
    reason: Reason = "",
    everything: Annotated[bool, typer.Option("--all", help="All with the reason that --reason gives.")] = False,
    partition: Partition = None,
    since: Since = None,
    again: Annotated[bool, typer.Option("--again", help="Also those that were replayed before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done; append nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Append a copy of each rejected record; what was skipped stays skipped. Exit code 1 if any can not be replayed."""
    from platinum.wiring.deadletters import Replay, replay_letters

    if bool(letters) == everything or everything != bool(reason):
        raise UsageError("say which: either partition.offset of each dead letter, or --reason R --all")
    found = replay_letters(data, Replay(letters or [], _filter(reason, partition, since), again), dry_run, _sure if everything else _yes)
    if as_json:
        print_json(found)
    else:
        _print_replay(found, dry_run)
    if found["refused"] or found["missing"]:
        raise typer.Exit(FAILED)


def _print_replay(found: dict[str, Any], dry_run: bool) -> None:
    for one in found["replayed"]:
        left = "would be replayed" if dry_run else "left alone"
        typer.echo(f"{one['letter']}: " + (f"copy at {one['copy']}" if one["copy"] else left))
    for letter in found["replayed_before"]:
        typer.echo(f"{letter}: replayed before (--again does it once more)")
    for one in found["refused"]:
        typer.echo(f"{one['letter']}: refused, {one['why']}")
    for letter in found["missing"]:
        typer.echo(f"{letter}: there is no such dead letter, or not any more")
    if not any(found.values()):
        typer.echo("nothing to replay")


def _filter(reason: str, partition: int | None, since: str | None) -> Any:
    from platinum.ops.deadletters import Filter
    from platinum.vocabulary import REJECTION_REASONS

    if reason and reason not in REJECTION_REASONS:
        raise UsageError(f"--reason must be one of {', '.join(REJECTION_REASONS)}")
    return Filter(reason, -1 if partition is None else partition, instant_ms(since, "--since") or 0)


def _sure(copies: int) -> bool:
    """Ask, where somebody can answer."""
    return not (sys.stdin.isatty() and sys.stdout.isatty()) or typer.confirm(f"Append {copies} copies?")


def _yes(_copies: int) -> bool:
    return True


def _instant(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _text(one: dict[str, str | None]) -> str:
    """Terminals obey control characters."""
    text = one["value"] or ("" if one["value"] is not None else "(null)") if "value" in one else f"(base64) {one['value_base64']}"
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
