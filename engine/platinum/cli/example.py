"""``platinum example``: print a policy, an import map or a made-up export that ships with the package."""

from __future__ import annotations

import difflib
import gzip
import sys
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated

import typer

from platinum.cli.options import Json
from platinum.cli.output import print_json
from platinum.errors import UsageError


def example(
    name: Annotated[str | None, typer.Argument(help="Such as gift-shop, maps/online_retail or exports/calls.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="Print the names.")] = False,
    as_json: Json = False,
) -> None:
    """Print an example policy or import map, ready to be changed, or an export of a made-up shop."""
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
    entry = found[name.removesuffix(".yaml")]
    content = gzip.decompress(entry.read_bytes()).decode() if entry.name.endswith(".gz") else entry.read_text("utf-8")
    sys.stdout.write(content)


def _examples() -> dict[str, Traversable]:
    root = files("platinum") / "examples"
    policies = {entry.name: entry for entry in root.iterdir()}
    maps = {f"maps/{entry.name}": entry for entry in (root / "maps").iterdir()}
    exports = {f"exports/{entry.name}": entry for entry in (root / "exports").iterdir()}
    ends = (".yaml", ".csv.gz")
    found = {name: entry for name, entry in (policies | maps | exports).items() if name.endswith(ends)}
    return {name.removesuffix(".yaml").removesuffix(".csv.gz"): entry for name, entry in found.items()}
