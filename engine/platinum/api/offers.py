"""Offers over HTTP: look one up, or use it up.

Using one appends the event that says so and waits until it is folded: the row says whose it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from platinum.api.decided import find_decision
from platinum.api.deciding import Premises
from platinum.api.desk import Read
from platinum.api.folding import PATIENCE_S, Folding
from platinum.api.outbox import Outbox
from platinum.hashing import murmur2
from platinum.pipeline.checkpoint import standing
from platinum.pipeline.offers import (
    LATER,
    Honour,
    Ledger,
    Offered,
    Redemption,
    check_offer_id,
    honour_of,
    offered_of,
    recorded,
    redeemed_record,
)
from platinum.ports import INTERACTIONS, Log
from platinum.profile.second_row import second_key

#: Records looked through for an id, where nothing that is open or was used lately could be meant: the answer is no all the same.
_MOST_OF_A_STRANGER = 20_000
#: Records looked through for those of a customer that are not folded yet; a stream that is further behind is waited for.
_MOST_UNFOLDED, _PAGE = 20_000, 1_000


class _Place(NamedTuple):
    """Where a customer is."""

    key: bytes
    bucket: int
    partition: int


class _Seen(NamedTuple):
    """What is known of an id: the rows, what was offered, and how far the bucket is folded."""

    ledger: Ledger
    offered: Offered | None
    names: Mapping[int, str]
    next_offset: int


class Offers:
    """Answers about offers.

    Parameters
    ----------
    read : callable
        Of rows and their checkpoints.
    wait_s : float
        Patience of one who asks.
    """

    def __init__(self, log: Log, outbox: Outbox, read: Read, premises: Premises, wait_s: float = PATIENCE_S) -> None:
        self._log, self._outbox, self._read, self._premises = log, outbox, read, premises
        self._folding = Folding(read, wait_s)

    async def show(self, decision_id: str, customer: str) -> Honour:
        """What an offer is worth now; ``LATER`` while what this customer did last is not folded.

        Raises
        ------
        UsageError
            It is no decision's id.
        Unavailable
            Log or store do not answer.
        """
        check_offer_id(decision_id)
        place = self._place(customer)
        if not await self._level(place):
            return LATER
        return await self._honour(await self._see(place, decision_id), decision_id, None)

    async def redeem(self, redemption: Redemption) -> Honour:
        """Use an offer up, unless it is known that it does not hold; ``LATER`` when the stream takes longer than ``wait_s``.

        Raises
        ------
        UsageError
            See ``redeemed_record``.
        Unavailable
            Log or store do not answer. The same redemption may be made again.
        """
        place, p = self._place(redemption.customer), self._premises
        redeemed_record(redemption, None, 0)  # says what is wrong with it, before anything is read
        seen = await self._see(place, redemption.decision_id)
        if seen.ledger.find(redemption.decision_id, seen.offered, p.now_ms()) is None:  # it may be on its way to the row
            if not await self._level(place):
                return LATER
            seen = await self._see(place, redemption.decision_id)
        before = await self._honour(seen, redemption.decision_id, redemption.redeemed_by)
        if before.answer != "honoured" or before.redeemed_at is not None:
            return before
        (offset,) = await self._outbox.append([redeemed_record(redemption, seen.offered, p.now_ms())])
        if await self._folding.folded(place.key, place.bucket, offset) is None:
            return LATER
        after = await self._see(place, redemption.decision_id, seen.offered)
        return recorded(await self._honour(after, redemption.decision_id, redemption.redeemed_by))

    async def close(self) -> None:
        """Whoever still waits is told to ask again."""
        await self._folding.close()

    def _place(self, customer: str) -> _Place:
        key = customer.encode()
        h = murmur2(key)
        return _Place(key, h % self._premises.buckets, h % self._premises.partitions)

    async def _see(self, place: _Place, decision_id: str, offered: Offered | None = None) -> _Seen:
        (packed, blob), (_, second) = await self._read([(place.bucket, place.key), (place.bucket, second_key(place.key))])
        next_offset, policy, semantics, model = standing(packed)
        ledger = Ledger(blob, second)
        if offered is None:
            most = None if ledger.has_offers else _MOST_OF_A_STRANGER
            offered = offered_of(await find_decision(self._log, decision_id, most), place.key.decode())
        names = (await self._premises.shelf.get(policy, semantics, model)).policy.names if policy else {}
        return _Seen(ledger, offered, names, next_offset)

    async def _honour(self, seen: _Seen, decision_id: str, redeemed_by: str | None) -> Honour:
        return honour_of(seen.ledger, decision_id, seen.offered, seen.names, redeemed_by, self._premises.now_ms())

    async def _level(self, place: _Place) -> bool:
        """Wait until everything this customer has done so far is folded; False when that takes too long."""
        ((packed, _),) = await self._read([(place.bucket, place.key)])
        last = await self._last_unfolded(place, standing(packed)[0])
        return last < 0 or await self._folding.folded(place.key, place.bucket, last) is not None

    async def _last_unfolded(self, place: _Place, next_offset: int) -> int:
        """Offset of the customer's newest record that is not folded; -1 = there is none."""
        end = await self._log.end(INTERACTIONS, place.partition)
        if end - next_offset > _MOST_UNFOLDED:
            return end - 1
        last, at = -1, max(next_offset, await self._log.start(INTERACTIONS, place.partition))
        while at < end:
            page = await self._log.fetch(INTERACTIONS, place.partition, at, min(_PAGE, end - at))
            if not page:
                break
            last = max([record.offset for record in page if record.key == place.key], default=last)
            at = page[-1].offset + 1
        return last
