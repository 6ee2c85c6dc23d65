"""``platinum example``: print a policy or map that ships with the package."""

from __future__ import annotations

import difflib
import sys
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated

import typer

from platinum.cli.options import Json
from platinum.cli.output import print_json
from platinum.errors import UsageError


def example(
    name: Annotated[str | None, typer.Argument(help="Such as gift-shop, or maps/online_retail.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="Print the names.")] = False,
    as_json: Json = False,
) -> None:
    """Print an example policy or import map, ready to be changed."""
    found = _examples()
    if list_:
        if as_json:
            print_json(sorted(found))
        else:
            typer.echo("\n".join(sorted(found)))
        return
    if name is None:
        raise UsageError("name an example, or say --list")
    if name.removesuffix(".yaml") not in found:
        near = difflib.get_close_matches(name, found, 1)
        raise UsageError(f"no example of this name; see `platinum example --list`.{f' Did you mean {near[0]!r}?' if near else ''}")
    sys.stdout.write(found[name.removesuffix(".yaml")].read_text("utf-8"))


def _examples() -> dict[str, Traversable]:
    root = files("platinum") / "examples"
    policies = {entry.name: entry for entry in root.iterdir()}
    maps = {f"maps/{entry.name}": entry for entry in (root / "maps").iterdir()}
    return {name.removesuffix(".yaml"): entry for name, entry in (policies | maps).items() if name.endswith(".yaml")}
