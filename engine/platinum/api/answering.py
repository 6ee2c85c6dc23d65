"""What stands behind the HTTP routes: read the row, run the same stages as the stream, append what happened.

Nothing here writes a profile: the stream does, from what is appended (design 1).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from platinum.api.claims import Claims
from platinum.api.deciding import CLIENT, Found, Premises, Tally
from platinum.api.desk import Desk, Read
from platinum.api.offers import Offers
from platinum.api.outbox import Outbox
from platinum.api.pseudonyms import Pseudonyms
from platinum.api.repeats import Repeats
from platinum.api.service import DecisionRequest, Reply, Tracked
from platinum.events.columns import Columns
from platinum.events.decode import Rejection, decode
from platinum.hashing import murmur2
from platinum.pipeline.checkpoint import unpack
from platinum.pipeline.claim import Claim, Claimed
from platinum.pipeline.engine_records import HISTORY_HEADER
from platinum.pipeline.offers import Honour, Redemption
from platinum.pipeline.stages import Stages
from platinum.ports import Fetched, Headers, Log, Record
from platinum.profile.readable import readable_blob
from platinum.profile.second_row import second_key

#: Why an event is refused whose key would name a person outright.
PERSONAL = "personal_key"
#: Reads (checkpoint, row) of one customer; concurrent calls share one round trip.
ReadOne = Callable[[int, bytes], Awaitable[Found]]


class Answering:
    """Decisions, events and profiles for the HTTP routes."""

    def __init__(self, log: Log, read: Read, read_one: ReadOne, premises: Premises) -> None:
        self._log, self._read_one, self._premises = log, read_one, premises
        self._pseudonyms = Pseudonyms(premises.secret)
        self.tally = Tally()
        self._outbox = Outbox(log, self._count_lost)
        self._desk = Desk(read, self._outbox, premises, self.tally)
        self._claims = Claims(self._outbox, read, premises)
        self._offers = Offers(log, self._outbox, read, premises)
        self._repeats = Repeats(CLIENT, premises.buckets)

    async def recall(self) -> None:
        """Know answers to requests with idempotency keys again, as after a restart."""
        await self._repeats.recall(self._log, self._premises.secret)

    def ask(self, request: DecisionRequest, reply: Reply) -> None:
        """See ``api.service.Service.ask``. When the store does not answer, every placement stays silent."""
        customer = self._pseudonyms.key(request.customer)
        if customer != request.customer or request.events:
            request = request._replace(customer=customer, events=tuple(map(self._pseudonyms.event, request.events)))
        if request.idempotency_key is not None:
            first = self._repeats.begin(request, reply)
            if first is None:
                return
            request, reply = first
        self._desk.ask(request, reply)

    async def track(self, events: Sequence[bytes], history: bool = False) -> list[Tracked]:
        """See ``api.service.Service.track``; ``history`` = folded, decides nothing."""
        now_ms = self._premises.now_ms()
        shelf = self._premises.shelf
        stages = await shelf.get(shelf.newest)
        headers = ((HISTORY_HEADER, b"1"),) if history else ()
        events = list(map(self._pseudonyms.beside, events))
        columns, rejections = _decoded(events, now_ms, headers, stages)
        if personal := [one.index for one in rejections if one.reason == PERSONAL]:
            for i in personal:
                events[i] = self._pseudonyms.event(events[i])
            columns, rejections = _decoded(events, now_ms, headers, stages)
        results = [Tracked()] * len(events)
        for one in rejections:
            results[one.index] = Tracked(one.reason, one.field, one.message)
            self.tally.rejected[one.reason] = self.tally.rejected.get(one.reason, 0) + 1
        offsets = columns.events["offset"].tolist()
        records = [Record(key, events[i], now_ms, headers) for i, key in zip(offsets, columns.keys, strict=True)]
        if records:
            await self._outbox.append(records)
            self.tally.accepted += len(records)
        return results

    async def claim(self, claim: Claim) -> Claimed:
        """See ``api.claims.Claims.claim``."""
        answer = await self._claims.claim(claim._replace(customer=self._pseudonyms.key(claim.customer)))
        self.tally.claims[answer.answer] = self.tally.claims.get(answer.answer, 0) + 1
        return answer

    async def offer(self, decision_id: str, customer: str) -> Honour:
        """See ``api.offers.Offers.show``."""
        return await self._offers.show(decision_id, self._pseudonyms.key(customer))

    async def redeem(self, redemption: Redemption) -> Honour:
        """See ``api.offers.Offers.redeem``."""
        told = await self._offers.redeem(redemption._replace(customer=self._pseudonyms.key(redemption.customer)))
        self.tally.redemptions[told.answer] = self.tally.redemptions.get(told.answer, 0) + 1
        return told

    async def profile(self, customer: str, now_ms: int | None = None) -> dict[str, object] | None:
        """See ``api.service.Service.profile``."""
        key = self._pseudonyms.key(customer).encode()
        bucket = murmur2(key) % self._premises.buckets
        packed, blob = await self._read_one(bucket, key)
        if blob is None or packed is None:
            return None
        _, second = await self._read_one(bucket, second_key(key))
        at = unpack(packed)
        stages = await self._premises.shelf.get(at.policy, at.semantics, at.model)
        return readable_blob(blob, stages.policy, self._premises.now_ms() if now_ms is None else now_ms, key.decode(), second)

    @property
    def log_refuses(self) -> bool:
        """The log took nothing of what was appended last: answers go out unlogged, events are refused."""
        return self._outbox.refused

    @property
    def unappended(self) -> tuple[int, int]:
        """Records on their way to the log, and their bytes."""
        return self._outbox.n_records, self._outbox.n_bytes

    async def try_log(self) -> None:
        """See ``Outbox.try_again``."""
        await self._outbox.try_again()

    async def close(self) -> None:
        """Wait for answers on their way and for decisions that are still to be appended."""
        await self._claims.close()
        await self._offers.close()
        await self._desk.close()
        await self._outbox.close()

    def _count_lost(self, records: int) -> None:
        self.tally.unlogged += records


def _decoded(events: Sequence[bytes], now_ms: int, headers: Headers, stages: Stages) -> tuple[Columns, list[Rejection]]:
    return decode([Fetched(i, None, value, now_ms, headers) for i, value in enumerate(events)], stages.decoding)
