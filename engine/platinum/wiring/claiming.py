"""``platinum contacts claim``: ask for one planned contact, over HTTP or in a data directory."""

from __future__ import annotations

import asyncio
import urllib.parse
from pathlib import Path

from platinum.api.claims import Claims
from platinum.api.deciding import Premises
from platinum.api.outbox import Outbox
from platinum.api.pseudonyms import Pseudonyms
from platinum.clock import wall_ms
from platinum.errors import UsageError
from platinum.pipeline.claim import Claim, Claimed
from platinum.stores.coalesce import CoalescedReader
from platinum.wiring.calling import call
from platinum.wiring.parts import attach_parts


def claim_contact(claim: Claim, data: Path | None, url: str | None) -> Claimed:
    """Answer to a claim, from a running API or, where ``data`` is a deployment that runs, from its log and store.

    Raises
    ------
    UsageError
        The claim is none; see the message.
    Unavailable
        Log, store or API do not answer. The same claim may be made again.
    """
    if url is not None:
        return _over_http(claim, url)
    if data is None:
        raise UsageError("say where: --data DIR or --url URL")
    return asyncio.run(_in_place(claim, data))


async def _in_place(claim: Claim, data: Path) -> Claimed:
    parts = attach_parts(data)
    try:
        await parts.connect()
        d = parts.deployment
        outbox, reader = Outbox(d.log, lambda _: None), CoalescedReader(d.store.load)
        premises = Premises(d.shelf, d.secret, d.log.generation, d.log.partitions, d.buckets, wall_ms)
        claims = Claims(outbox, reader.get_many, premises)
        try:
            return await claims.claim(claim._replace(customer=Pseudonyms(d.secret).key(claim.customer)))
        finally:
            await claims.close()
            await outbox.close()
    finally:
        await parts.close()


def _over_http(claim: Claim, url: str) -> Claimed:
    body = {"customer_id": claim.customer, "claimant": claim.claimant, "nonce": claim.nonce}
    said = call(url, f"/v1/contacts/{urllib.parse.quote(claim.decision_id, safe='')}/claim", body)
    return Claimed(said["answer"], said["reason"] or "")
