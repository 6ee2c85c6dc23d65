"""``platinum contacts``: what is planned to be sent."""

from __future__ import annotations

from typing import Annotated

import typer

from platinum.cli.options import AnyDataFolder, Json, Url, one_place
from platinum.cli.output import FAILED, UNAVAILABLE, print_json

app = typer.Typer(help="Claim planned contacts before they are sent.", no_args_is_help=True)


@app.callback()
def contacts() -> None:
    """Claim planned contacts before they are sent."""


@app.command()
def claim(
    decision_id: Annotated[str, typer.Argument(help="decision_id of the contact's record.")],
    customer: Annotated[str, typer.Option("--customer", help="customer_id of the contact's record.")],
    claimant: Annotated[str, typer.Option("--claimant", help="Name of the system that would send it.")],
    nonce: Annotated[str, typer.Option("--nonce", help="New for every try to send; the same again gets the same answer.")],
    data: AnyDataFolder = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Ask whether a planned contact may be sent: exit code 0 for send, 1 for drop, 69 for later (ask again with the same nonce)."""
    one_place(data, url)
    from platinum.pipeline.claim import Claim
    from platinum.wiring.claiming import claim_contact

    answer, reason = claim_contact(Claim(decision_id, customer, claimant, nonce), data, url)
    if as_json:
        print_json({"answer": answer, "reason": reason or None})
    else:
        typer.echo(f"{answer} ({reason})" if reason else answer)
    if answer != "send":
        raise typer.Exit(UNAVAILABLE if answer == "later" else FAILED)
