"""Which commands there are, and where: the one that is asked for is loaded, and no other.

Loading all of them, and making out what options they have, takes 0.1 s of CPU: a third of an emergency stop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Annotated

import typer

#: Name → module in this folder, and what it is there; in the order in which ``--help`` shows them.
COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **{
            name: (name, name)
            for name in (
                *("demo", "up", "worker", "learner", "api", "rebuild", "run", "audit", "explain", "profile", "bench", "example"),
                *("evaluate", "lag", "doctor"),
            )
        },
        "import": ("importing", "import_file"),
        **{name: (name, "app") for name in ("policy", "model", "contacts", "offers", "topics", "report")},
        "dead-letters": ("deadletters", "app"),
    }
)


def app_of(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """``platinum`` with the commands of these names."""
    app = typer.Typer(
        name="platinum",
        help="Decide how to treat one customer next. What we owe comes before what we sell.",
        no_args_is_help=True,
        # Pretty tracebacks print local variables: customer data on a screen.
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(options)
    for name in names:
        module, attribute = COMMANDS[name]
        found = getattr(import_module(f"platinum.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name=name)(found)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(version("platinum"))
        except PackageNotFoundError:  # run from a source tree
            typer.echo("not installed")
        raise typer.Exit


def options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)] = False,
) -> None:
    """Decide how to treat one customer next. What we owe comes before what we sell."""
