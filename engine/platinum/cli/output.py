"""What commands print: JSON or words on standard output, progress and reports on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import typer

from platinum.errors import PlatinumError, PolicyInvalid, Unavailable, UsageError

#: Exit codes, the same for every command.
OK, FAILED, USAGE, UNAVAILABLE, BUG = 0, 1, 2, 69, 70

Advance = Callable[[int], None]


def print_json(value: object) -> None:
    """One JSON object on one line of standard output."""
    import orjson

    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode() + "\n")


def print_tree(value: object) -> None:
    """JSON laid out for reading."""
    import orjson

    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")


def cause_of(error: Exception) -> Exception:
    """What went wrong inside a group of tasks: an error raised on purpose if there is one, else the first."""
    if not isinstance(error, ExceptionGroup):
        return error
    causes = [cause_of(inner) for inner in error.exceptions]
    return next((cause for cause in causes if isinstance(cause, PlatinumError)), causes[0])


def exit_code_of(error: BaseException) -> int:
    """What a command ends with because of ``error``."""
    if isinstance(error, UsageError | PolicyInvalid):
        return USAGE
    if isinstance(error, Unavailable):
        return UNAVAILABLE
    # A full disk or a missing folder is nobody's bug.
    return FAILED if isinstance(error, PlatinumError) or (isinstance(error, OSError) and error.strerror) else BUG


def tell(line: str) -> None:
    """One line on standard error: it does not mix with what a pipe takes."""
    typer.echo(line, err=True)


def left_out(reasons: Mapping[str, int]) -> Iterator[str]:
    """What of files or a log is not played, a line per reason."""
    for reason, count in sorted(reasons.items(), key=lambda one: -one[1]):
        yield f"left out: {count:,} {reason}"


@contextmanager
def progress(title: str, total: int) -> Iterator[Advance]:
    """A progress bar on a terminal, nothing elsewhere. The function given takes what was done since its last call."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total or None)
        yield lambda done: bar.advance(task, done)
