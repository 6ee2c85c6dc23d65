"""Offsets of one partition that are skipped because they broke the stages, kept in a compacted topic (design 3, "Poison").

An offset is appended here before the batch is applied without it: whoever applies the log after that, a worker that takes
over or a store that is built again, leaves out the same records and puts out the same dead letters.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence

import msgspec

from platinum.pipeline.cut import Poisoned
from platinum.pipeline.engine_records import MAC_HEADER, header, mac
from platinum.pipeline.prepared import Place
from platinum.ports import INTERACTIONS, SKIPS, Fetched, Log, Record

_KEY = re.compile(rb"(\d{1,9})\.(\d{1,5})\.(\d{1,18})")
_PAGE = 1_000


class _Skip(msgspec.Struct, frozen=True):
    """Value of a record: the exception's type and the stage; nothing of the event."""

    exception: str
    stage: str


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(_Skip)


class Skips:
    """Skip list of one partition."""

    def __init__(self, log: Log, secret: bytes, place: Place) -> None:
        self._log, self._secret, self._place = log, secret, place
        self._poison: dict[int, Poisoned] = {}
        self._newest = -1
        self._read = 0

    def __len__(self) -> int:
        return len(self._poison)

    async def load(self, place: Place) -> None:
        """Read on to the topic's end. With every claim: the owner before may have found some.

        Where the log was accepted anew, another record may lie at an offset that was skipped: what was skipped under another
        generation is forgotten, and would be found again.
        """
        if place != self._place:
            self._place, self._poison, self._newest, self._read = place, {}, -1, 0
        partition = place.partition
        self._read = max(self._read, await self._log.start(SKIPS, partition))
        while records := await self._log.fetch(SKIPS, partition, self._read, _PAGE):
            for record in records:
                self._note(record)
            self._read = records[-1].offset + 1
        held = await self._log.start(INTERACTIONS, partition) if self._poison else 0
        self._poison = {offset: poison for offset, poison in self._poison.items() if offset >= held}

    def _note(self, record: Fetched) -> None:
        match = _KEY.fullmatch(record.key or b"")
        claimed = header(record.headers, MAC_HEADER) or b""
        # A record that anybody could write would let anybody silence a customer.
        if match is None or not hmac.compare_digest(claimed, mac(self._secret, record.key, record.value)):
            return
        generation, partition, offset = map(int, match.groups())
        if (generation, partition) != (self._place.generation, self._place.partition):
            return
        try:
            skip = _DECODER.decode(record.value)
        except msgspec.MsgspecError:
            skip = _Skip("unknown", "fold")  # of a newer build: that it is skipped is what counts
        self._put(offset, Poisoned(skip.exception, skip.stage))

    def _put(self, offset: int, poison: Poisoned) -> None:
        self._poison.setdefault(offset, poison)  # the first one says why: dead letters are made of it again and again
        self._newest = max(self._newest, offset)

    def among(self, records: Sequence[Fetched]) -> Mapping[int, Poisoned]:
        """Those of a batch that are skipped, by offset."""
        first, last = records[0].offset, records[-1].offset
        if self._newest < first:
            return {}
        # The list is short; looking at each record would make an object of it.
        return {offset: poison for offset, poison in self._poison.items() if first <= offset <= last}

    async def add(self, found: Sequence[tuple[Fetched, Poisoned]]) -> None:
        """Append what was found, then skip it."""
        p = self._place
        records = []
        for record, poison in found:
            key = b"%d.%d.%d" % (p.generation, p.partition, record.offset)
            value = _ENCODER.encode(_Skip(poison.exception, poison.stage))
            records.append(Record(key, value, record.time_ms, ((MAC_HEADER, mac(self._secret, key, value)),), p.partition))
        await self._log.append(SKIPS, records)
        for record, poison in found:
            self._put(record.offset, poison)
