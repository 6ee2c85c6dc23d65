"""Commands that look at a deployment: ``platinum profile`` and ``platinum explain``."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import orjson

from platinum.api.decided import find_decision
from platinum.api.pseudonyms import Pseudonyms
from platinum.clock import wall_ms
from platinum.emit.contacts import INPUTS_HEADER
from platinum.errors import Unavailable, UsageError
from platinum.hashing import murmur2
from platinum.pipeline.checkpoint import unpack
from platinum.pipeline.engine_records import header
from platinum.pipeline.explain import explain
from platinum.pipeline.stages import PRIOR
from platinum.profile.readable import readable_blob
from platinum.profile.second_row import second_key
from platinum.wiring.parts import Parts, attach_parts

T = TypeVar("T")


def read_profile(customer: str, data: Path | None, url: str | None, now_ms: int | None) -> dict[str, Any] | None:
    """Readable profile from a data directory or a running API; None = unknown customer."""
    if url is not None:
        seen_from = "" if now_ms is None else f"?now={datetime.fromtimestamp(now_ms / 1000, UTC).isoformat()[:-6]}Z"
        return _get(f"{url.rstrip('/')}/v1/profiles/{urllib.parse.quote(customer, safe='')}{seen_from}")
    if data is None:
        raise UsageError("say where: --data DIR or --url URL")
    return on(data, lambda parts: _profile(parts, customer, now_ms))


async def _profile(parts: Parts, customer: str, now_ms: int | None) -> dict[str, Any] | None:
    d = parts.deployment
    customer = Pseudonyms(d.secret).key(customer)
    key = customer.encode()
    ((packed, (blob, second)),) = await d.store.load([(murmur2(key) % d.buckets, [key, second_key(key)])])
    if blob is None or packed is None:
        return None
    at = unpack(packed)
    stages = await d.shelf.get(at.policy, at.semantics, at.model)
    return readable_blob(blob, stages.policy, wall_ms() if now_ms is None else now_ms, customer, second)


def read_explanation(decision_id: str, data: Path) -> dict[str, Any] | None:
    """Derivation of one decision, recomputed from the inputs that were kept with it; None = not kept (any more)."""
    return on(data, lambda parts: explanation(parts, decision_id))


async def explanation(parts: Parts, decision_id: str) -> dict[str, Any] | None:
    """``read_explanation`` in a deployment that is open."""
    d = parts.deployment
    record = await find_decision(d.log, decision_id)
    inputs = None if record is None else header(record.headers, INPUTS_HEADER)
    if record is None or inputs is None:
        return None
    said = orjson.loads(record.value)
    model = 0 if said["model"] == PRIOR else await d.shelf.seq_of(said["model"])
    stages = await d.shelf.get(int(said["policy"], 16), model=model)
    return explain(record.value, inputs, stages)


def on(data: Path, work: Callable[[Parts], Awaitable[T]]) -> T:
    """Run what reads the deployment in ``data``, and close it."""

    async def run() -> T:
        parts = attach_parts(data)
        try:
            await parts.connect()
            return await work(parts)
        finally:
            await parts.close()

    return asyncio.run(run())


def _get(url: str) -> dict[str, Any] | None:
    if not url.startswith(("http://", "https://")):
        raise UsageError("'--url' must be an http:// or https:// address of a running `platinum up`")
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - scheme checked above
            found: dict[str, Any] = orjson.loads(response.read())
            return found
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        if error.code == 422:
            raise UsageError("the deployment refused '--now': it must lie from 1970 to 2099") from None
        raise Unavailable(f"{url} answered {error.code}") from error
    except OSError as error:
        raise Unavailable(f"{url} does not answer: {error}") from error
