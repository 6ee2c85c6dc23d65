"""Entry point of ``platinum``: commands by name, and errors turned into exit codes.

0 ok · 1 failed · 2 usage or policy mistake · 69 a dependency is down · 70 a bug.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from platinum.cli import (
    api,
    audit,
    bench,
    contacts,
    deadletters,
    demo,
    doctor,
    example,
    explain,
    importing,
    lag,
    learner,
    offers,
    policy,
    profile,
    rebuild,
    report,
    run,
    topics,
    up,
    worker,
)
from platinum.cli.output import BUG, FAILED, cause_of, exit_code_of, tell
from platinum.errors import PlatinumError

app = typer.Typer(
    name="platinum",
    help="Decide how to treat one customer next. What we owe comes before what we sell.",
    no_args_is_help=True,
    # Pretty tracebacks print local variables: customer data on a screen.
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (
    demo.demo,
    up.up,
    worker.worker,
    learner.learner,
    api.api,
    rebuild.rebuild,
    run.run,
    audit.audit,
    explain.explain,
    profile.profile,
    bench.bench,
    example.example,
    lag.lag,
    doctor.doctor,
):
    app.command()(command)
app.command(name="import")(importing.import_file)
app.add_typer(policy.app, name="policy")
app.add_typer(contacts.app, name="contacts")
app.add_typer(offers.app, name="offers")
app.add_typer(topics.app, name="topics")
app.add_typer(report.app, name="report")
app.add_typer(deadletters.app, name="dead-letters")


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(version("platinum"))
        except PackageNotFoundError:  # run from a source tree
            typer.echo("not installed")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)] = False,
) -> None:
    """Decide how to treat one customer next. What we owe comes before what we sell."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (``sys.argv`` by default) and return its exit code."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="platinum")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else (0 if done.code is None else FAILED)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of a pipe has gone; a second failure at exit, when Python flushes, would print.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:  # noqa: BLE001  # the one place where every error becomes an exit code
        return _exit_code(cause_of(error))
    return 0


def _exit_code(error: Exception) -> int:
    if os.environ.get("PLATINUM_DEBUG"):
        traceback.print_exception(error)
    code = exit_code_of(error)
    if isinstance(error, PlatinumError):
        tell(str(error))
        return code
    if isinstance(error, OSError) and code != BUG:
        tell(f"{error.filename or 'input or output'}: {error.strerror}")
        return code
    # The text of an unexpected error may quote what a customer sent; its type and place may not.
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    tell(f"This is a bug in platinum: {type(error).__name__}{place}.")
    tell("Run again with PLATINUM_DEBUG=1 for the traceback; it may show customer data.")
    return code


if __name__ == "__main__":
    sys.exit(main())
