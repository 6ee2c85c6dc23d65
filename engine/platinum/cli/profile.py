"""``platinum profile``: what is known of one customer."""

from __future__ import annotations

from typing import Annotated

import typer

from platinum.cli.options import AnyDataFolder, Json, Now, Url, instant_ms, one_place
from platinum.cli.output import FAILED, print_json, print_tree, tell


def profile(
    customer: Annotated[str, typer.Argument(help="Customer key: the userId, or anon: and the anonymousId.")],
    data: AnyDataFolder = None,
    url: Url = None,
    now: Now = None,
    as_json: Json = False,
) -> None:
    """Print one customer's profile in its readable form."""
    one_place(data, url)
    now_ms = instant_ms(now)
    from platinum.wiring.reading import read_profile

    found = read_profile(customer, data, url, now_ms)
    if found is None:
        tell("No profile under this key.")
        raise typer.Exit(FAILED)
    (print_json if as_json else print_tree)(found)
