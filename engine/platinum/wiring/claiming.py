"""``platinum contacts claim``: ask for one planned contact, over HTTP or in a data directory."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.parse
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from platinum.api.claims import Claims
from platinum.api.deciding import Premises
from platinum.api.outbox import Outbox
from platinum.api.pseudonyms import Pseudonyms
from platinum.clock import wall_ms
from platinum.errors import Unavailable, UsageError
from platinum.pipeline.claim import Claim, Claimed
from platinum.stores.coalesce import CoalescedReader
from platinum.wiring.parts import attach_parts

#: Longer than an API makes anybody wait.
_PATIENCE_S = 10.0


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
    address = f"{url.rstrip('/')}/v1/contacts/{urllib.parse.quote(claim.decision_id, safe='')}/claim"
    body = orjson.dumps({"customer_id": claim.customer, "claimant": claim.claimant, "nonce": claim.nonce})
    request = urllib.request.Request(address, body, {"content-type": "application/json"})  # noqa: S310 - the scheme is checked (one_place)
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as response:  # noqa: S310
            said: dict[str, Any] = orjson.loads(response.read())
            return Claimed(said["answer"], said["reason"] or "")
    except urllib.error.HTTPError as error:
        if error.code < 500:
            raise UsageError(_detail(error)) from None
        raise Unavailable(f"{url} answered {error.code}") from error
    except OSError as error:
        raise Unavailable(f"{url} does not answer: {error}") from error


def _detail(error: urllib.error.HTTPError) -> str:
    with suppress(orjson.JSONDecodeError, KeyError, TypeError):
        return str(orjson.loads(error.read())["detail"])
    return f"the deployment refused the claim ({error.code})"
