"""``platinum offers``: ask about one offer, over HTTP or in a data directory."""

from __future__ import annotations

import asyncio
import urllib.parse
from collections.abc import Awaitable, Callable
from pathlib import Path

from platinum.api.deciding import Premises
from platinum.api.offers import Offers
from platinum.api.outbox import Outbox
from platinum.api.pseudonyms import Pseudonyms
from platinum.clock import wall_ms
from platinum.errors import UsageError
from platinum.pipeline.offers import Honour, Redemption
from platinum.stores.coalesce import CoalescedReader
from platinum.wiring.calling import call
from platinum.wiring.parts import attach_parts


def show_offer(decision_id: str, customer: str, data: Path | None, url: str | None) -> Honour:
    """What an offer is worth, from a running API or, where ``data`` is a deployment that runs, from its log and store.

    Raises
    ------
    UsageError
        The id is no decision's.
    Unavailable
        Log, store or API do not answer.
    """
    if url is not None:
        return Honour(**call(url, f"{_path(decision_id)}?{urllib.parse.urlencode({'customer_id': customer})}"))
    return _in_place(data, customer, lambda offers, key: offers.show(decision_id, key))


def redeem_offer(redemption: Redemption, data: Path | None, url: str | None) -> Honour:
    """Use an offer up; places and errors as ``show_offer``. The same may be asked again."""
    if url is not None:
        body = {"customer_id": redemption.customer, "redeemed_by": redemption.redeemed_by, "value": redemption.value}
        said = body | ({"channel": redemption.channel} if redemption.channel else {})
        return Honour(**call(url, f"{_path(redemption.decision_id)}/redeem", said))
    return _in_place(data, redemption.customer, lambda offers, key: offers.redeem(redemption._replace(customer=key)))


def _path(decision_id: str) -> str:
    return f"/v1/offers/{urllib.parse.quote(decision_id, safe='')}"


def _in_place(data: Path | None, customer: str, ask: Callable[[Offers, str], Awaitable[Honour]]) -> Honour:
    if data is None:
        raise UsageError("say where: --data DIR or --url URL")
    return asyncio.run(_attached(data, customer, ask))


async def _attached(data: Path, customer: str, ask: Callable[[Offers, str], Awaitable[Honour]]) -> Honour:
    parts = attach_parts(data)
    try:
        await parts.connect()
        d = parts.deployment
        outbox, reader = Outbox(d.log, lambda _: None), CoalescedReader(d.store.load)
        offers = Offers(d.log, outbox, reader.get_many, Premises(d.shelf, d.secret, d.log.generation, d.log.partitions, d.buckets, wall_ms))
        try:
            return await ask(offers, Pseudonyms(d.secret).key(customer))
        finally:
            await offers.close()
            await outbox.close()
    finally:
        await parts.close()
