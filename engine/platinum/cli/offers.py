"""``platinum offers``: what an offer is worth, and using it up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from platinum.cli.options import AnyDataFolder, Json, Url, one_place
from platinum.cli.output import FAILED, UNAVAILABLE, print_json

if TYPE_CHECKING:
    from platinum.pipeline.offers import Honour

app = typer.Typer(help="Look offers up and use them, each once.", no_args_is_help=True)
OfOffer = Annotated[str, typer.Argument(help="decision_id of the decision that made the offer.")]
Customer = Annotated[str, typer.Option("--customer", help="customer_id of that decision.")]


@app.callback()
def offers() -> None:
    """Look offers up and use them, each once."""


@app.command()
def show(decision_id: OfOffer, customer: Customer, data: AnyDataFolder = None, url: Url = None, as_json: Json = False) -> None:
    """Look an offer up: exit code 0 if it holds, 1 if not, 69 for later (the stream is behind: ask again)."""
    one_place(data, url)
    from platinum.wiring.offering import show_offer

    _tell(show_offer(decision_id, customer, data, url), as_json)


@app.command()
def redeem(
    decision_id: OfOffer,
    customer: Customer,
    redeemed_by: Annotated[str, typer.Option("--redeemed-by", help="Number of the receipt or booking; the same again is the same use.")],
    value: Annotated[float | None, typer.Option("--value", help="What it was worth, in the policy's currency.")] = None,
    channel: Annotated[str | None, typer.Option("--channel", help="Where it was used.")] = None,
    data: AnyDataFolder = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Use an offer up: exit code 0 if it is honoured, 1 if not, 69 for later (ask again with the same receipt)."""
    one_place(data, url)
    from platinum.pipeline.offers import Redemption
    from platinum.wiring.offering import redeem_offer

    _tell(redeem_offer(Redemption(decision_id, customer, redeemed_by, value, channel or ""), data, url), as_json)


def _tell(told: Honour, as_json: bool) -> None:
    if as_json:
        print_json(told._asdict())
    else:
        typer.echo(f"{told.answer} ({told.reason})" if told.reason else told.answer)
        for name, said in (("action", told.action), ("holds until", told.holds_until), ("redeemed at", told.redeemed_at)):
            if said is not None:
                typer.echo(f"  {name}: {said}")
    if told.answer != "honoured":
        raise typer.Exit(UNAVAILABLE if told.answer == "later" else FAILED)
