"""Requests that are sent again with their idempotency key: answered with what was answered first, byte for byte.

A request without a key never comes here. The first answer of a key is kept in memory; after a restart, those among the
newest records of the log are known again.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque

import msgspec

from platinum.api.problems import Problem, invalid
from platinum.api.requests import splice
from platinum.api.service import DecisionRequest, Reply
from platinum.errors import Rejected
from platinum.hashing import murmur2
from platinum.ids import http_decision_id
from platinum.pipeline.engine_records import MAC_HEADER, DecisionMade, header, read_engine_record
from platinum.ports import INTERACTIONS, Log

#: Answers kept at most, the newest: some 15,000.
MOST_BYTES = 32 << 20
#: Records of each partition that are looked through at the start.
RECALLED = 5_000
_PAGE = 500
#: What an answer takes beside its bodies.
_OWN_BYTES = 600

_encode = msgspec.msgpack.Encoder().encode
_FINGERPRINT = b'"request":"'


class _Named(msgspec.Struct):
    """Whether an event has an id of its own."""

    messageId: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET  # noqa: N815 - Segment's name


_NAMED = msgspec.json.Decoder(_Named)
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])


class _First:
    """The first request with its key, and the decision to each of its ids; ``waiting`` is None once they are known."""

    __slots__ = ("bodies", "fingerprint", "waiting")

    def __init__(self, fingerprint: str, waiting: list[Reply] | None) -> None:
        self.fingerprint, self.waiting = fingerprint, waiting
        self.bodies: dict[str, bytes] = {}


class Repeats:
    """First answers by decision id.

    Parameters
    ----------
    client : str
        Who asks, in decision ids.
    buckets : int
        Of the deployment.
    """

    def __init__(self, client: str, buckets: int, most_bytes: int = MOST_BYTES) -> None:
        self._client, self._buckets, self._most_bytes = client, buckets, most_bytes
        self._first: dict[str, _First] = {}
        self._known: deque[_First] = deque()
        self._bytes = 0

    def begin(self, request: DecisionRequest, reply: Reply) -> tuple[DecisionRequest, Reply] | None:
        """What is to be decided and whom to tell; None when the key has been used before: then ``reply`` will be told."""
        key, customer, placements = request.idempotency_key or "", request.customer, request.placements
        bucket = murmur2(customer.encode()) % self._buckets
        ids = [http_decision_id(bucket, self._client, customer, name, slot, key) for slot, name in enumerate(placements)]
        asked = request if request.account else request[:-1]  # as it was before requests could name one
        fingerprint = hashlib.blake2b(_encode(asked), digest_size=12).hexdigest()
        for first in [self._first[one] for one in ids if one in self._first]:
            if first.fingerprint != fingerprint:
                asyncio.get_running_loop().call_soon(reply, _used())
            elif first.waiting is not None:
                first.waiting.append(reply)
            elif first.bodies.keys() >= set(ids):
                asyncio.get_running_loop().call_soon(reply, [first.bodies[one] for one in ids])
            else:
                break  # the log's tail held a part of it only
            return None
        first = _First(fingerprint, [reply])
        self._first.update(dict.fromkeys(ids, first))
        # Of the key alone: a page that asks for another placement with the same key may send its events along again.
        about = http_decision_id(bucket, self._client, customer, "", 0, key)
        events = tuple([named(event, f"{about}.{n}") for n, event in enumerate(request.events)])
        return request._replace(events=events, fingerprint=fingerprint), lambda result: self._answered(first, ids, result)

    def _answered(self, first: _First, ids: list[str], result: list[bytes] | Exception) -> None:
        waiting, first.waiting = first.waiting or (), None
        if isinstance(result, Exception):  # nothing was answered: the next one with the key is the first
            for one in ids:
                self._first.pop(one, None)
        else:
            first.bodies = dict(zip(ids, result, strict=True))
            self._keep(first)
        for reply in waiting:
            reply(result)

    def _keep(self, first: _First) -> None:
        self._known.append(first)
        self._bytes += _size(first)
        while self._bytes > self._most_bytes:
            oldest = self._known.popleft()
            self._bytes -= _size(oldest)
            for one in oldest.bodies:
                if self._first.get(one) is oldest:
                    del self._first[one]

    async def recall(self, log: Log, secret: bytes) -> None:
        """Know the answers among the log's newest records again."""
        found: dict[str, _First] = {}
        for partition in range(log.partitions):
            end = await log.end(INTERACTIONS, partition)
            at = max(await log.start(INTERACTIONS, partition), end - RECALLED)
            while at < end and (records := await log.fetch(INTERACTIONS, partition, at, _PAGE)):
                at = records[-1].offset + 1
                for record in records:
                    if _FINGERPRINT not in record.value or header(record.headers, MAC_HEADER) is None:
                        continue
                    try:
                        made = read_engine_record(secret, record)
                    except Rejected:
                        continue  # the stream says what is wrong with it
                    if isinstance(made, DecisionMade) and made.request and made.decision_id not in self._first:
                        first = self._first[made.decision_id] = found.setdefault(made.request, _First(made.request, None))
                        first.bodies[made.decision_id] = bytes(made.decision)
        for first in found.values():
            self._keep(first)


def named(event: bytes, message_id: str) -> bytes:
    """An event with this ``messageId`` if it has none: sent again, it is a duplicate also when the answer was forgotten."""
    try:
        given = _NAMED.decode(event).messageId
        if given is msgspec.UNSET:
            return splice(event, f'"messageId":"{message_id}"'.encode())
        if bytes(given) != b"null":
            return event
        return msgspec.json.encode(_MEMBERS.decode(event) | {"messageId": message_id})
    except msgspec.MsgspecError:
        return event  # its schema will refuse it, with a reason


def _size(first: _First) -> int:
    return sum(map(len, first.bodies.values())) + _OWN_BYTES * len(first.bodies)


def _used() -> Problem:
    return invalid("idempotency_key", "new for every new request; this one was used with another body", "docs/explanation/time-and-ids.md")
