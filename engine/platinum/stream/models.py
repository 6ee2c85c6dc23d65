"""The learner's snapshots in the artefact topic: where each lies, and which activation put which in force (design 8).

What a snapshot says is read from the log when it is asked for, and not kept: one an hour, for years, would not fit in memory. Those
that no replay can ask for any more are blanked, so that what reads the artefacts (an emergency stop among them) reads little.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from platinum.errors import Inconsistent
from platinum.learn.snapshot import Snapshot, name_of, pack, unpack
from platinum.pipeline.engine_records import ModelActivated
from platinum.ports import ARTEFACTS, INTERACTIONS, Fetched, Log, Record

#: Key prefix of the snapshots; the name follows.
MODEL_KEY = b"model:"
#: Begin of the keys of the records whose offsets number the activations; their value: the snapshot's name. Each has a key of its
#: own: under one key for all, compaction took away the one that a checkpoint still named.
MODEL_ACTIVATION_KEY = b"model activation"
#: So long before the oldest interaction a snapshot must have been replaced to be blanked.
_SPARE_MS = 7 * 86_400_000


class Activated(NamedTuple):
    """One activation of a snapshot."""

    name: str
    time_ms: int


class Models:
    """What the artefacts say of snapshots.

    Attributes
    ----------
    activations : dict of int to Activated
        By number, in their order.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._lie: dict[str, tuple[int, int]] = {}  # name → (partition, offset)
        self.activations: dict[int, Activated] = {}

    def take_in(self, key: bytes, partition: int, record: Fetched) -> bool:
        """Note what one artefact says; False where it is about something else."""
        if key.startswith(MODEL_KEY):
            name = key[len(MODEL_KEY) :].decode()
            if record.value:
                self._lie[name] = partition, record.offset
            else:
                self._lie.pop(name, None)
        elif key.startswith(MODEL_ACTIVATION_KEY):
            self.activations[record.offset + 1] = Activated(record.value.decode(), record.time_ms)
        else:
            return False
        return True

    async def put(self, snapshot: Snapshot, time_ms: int) -> ModelActivated:
        """Append a snapshot, and the record that numbers its activation; returns the marker to be set."""
        packed = pack(snapshot)
        name = name_of(packed)
        (self._lie[name],) = await self._log.append(ARTEFACTS, [Record(MODEL_KEY + name.encode(), packed, time_ms)])
        key = b"%b:%b:%d" % (MODEL_ACTIVATION_KEY, name.encode(), time_ms)
        ((_, offset),) = await self._log.append(ARTEFACTS, [Record(key, name.encode(), time_ms, partition=0)])
        self.activations[offset + 1] = Activated(name, time_ms)
        return ModelActivated(name, offset + 1)

    def name(self, seq: int) -> str | None:
        """The snapshot that activation ``seq`` put in force; None where the artefacts, as far as they were read, do not hold both."""
        found = self.activations.get(seq)
        return found.name if found is not None and found.name in self._lie else None

    async def read(self, name: str) -> Snapshot:
        """A snapshot that the artefacts hold.

        Raises
        ------
        Inconsistent
            It is gone, damaged, or a newer build's.
        """
        partition, offset = self._lie[name]
        for record in await self._log.fetch(ARTEFACTS, partition, offset, 1):
            if record.offset == offset and record.value:
                return unpack(record.value)
        raise Inconsistent(f"the learner's snapshot {name} has left the artefacts")

    async def forget(self, time_ms: int) -> int:
        """Blank the snapshots that were replaced long before the oldest interaction that is still held; returns how many.

        A replay begins at that interaction at the earliest, under the snapshot that was in force then: not always the newest one that
        had a number, since its markers may have come days later. What has no number yet is another learner's, which is about to give
        it one.
        """
        oldest_ms = await self._oldest_ms(time_ms) - _SPARE_MS
        lasts = sorted(self.activations.items())
        until = {seq: after.time_ms for (seq, _), (_, after) in pairwise(lasts)}
        needed = {one.name for seq, one in lasts if until.get(seq, time_ms) >= oldest_ms}
        numbered = {one.name for one in self.activations.values()}
        gone = [name for name in self._lie if name in numbered and name not in needed]
        if gone:
            await self._log.append(ARTEFACTS, [Record(MODEL_KEY + name.encode(), b"", time_ms) for name in gone])
        for name in gone:
            del self._lie[name]
        return len(gone)

    async def _oldest_ms(self, now_ms: int) -> int:
        """Time of the oldest interaction that the log still has."""
        oldest_ms = now_ms
        for partition in range(self._log.partitions):
            start = await self._log.start(INTERACTIONS, partition)
            for record in await self._log.fetch(INTERACTIONS, partition, start, 1):
                oldest_ms = min(oldest_ms, record.time_ms)
        return oldest_ms
