"""The learner's snapshots in the artefact topic: where each lies, and which activation put which in force (design 8).

What a snapshot says is read from the log when it is asked for, and not kept: one an hour, for years, would not fit in memory. Those
that no replay can ask for any more are blanked, so that what reads the artefacts (an emergency stop among them) reads little.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import orjson

from platinum.errors import Inconsistent
from platinum.learn.snapshot import Snapshot, name_of, pack, unpack
from platinum.pipeline.engine_records import ModelActivated, header
from platinum.ports import ARTEFACTS, INTERACTIONS, Fetched, Headers, Log, Record

#: Key prefix of the snapshots; the name follows.
MODEL_KEY = b"model:"
#: Begin of the keys of the records whose offsets number the activations; their value: the snapshot's name. Each has a key of its
#: own: under one key for all, compaction took away the one that a checkpoint still named.
MODEL_ACTIVATION_KEY = b"model activation"
#: Begin of the keys of the records that say that a snapshot was refused, and why.
MODEL_REFUSED_KEY = b"model refused"
#: So long before the oldest interaction a snapshot must have been replaced to be blanked.
_SPARE_MS = 7 * 86_400_000


#: How a snapshot comes to be in force: the learner put it there, or a command of that name did.
LEARNED, CHOSEN, ROLLED_BACK, LATEST, RESET = "learned", "activate", "rollback", "latest", "reset"
#: Behind these the learner puts nothing in force, until one of those comes.
_HOLDING, _RELEASING = (CHOSEN, ROLLED_BACK), (LATEST, RESET)


class Activated(NamedTuple):
    """One activation of a snapshot.

    Attributes
    ----------
    how, who, why : str
        One of the five above; of commands, who gave it and why.
    examples : int
        In the snapshot; -1 = a build of before this was told.
    """

    name: str
    time_ms: int
    how: str = LEARNED
    who: str = ""
    why: str = ""
    examples: int = -1


class Refused(NamedTuple):
    """A snapshot that was not put in force; see ``learn.refusing``. It is not kept, so it may have no name."""

    time_ms: int
    name: str
    reason: str
    words: str
    examples: int


class Models:
    """What the artefacts say of snapshots.

    Attributes
    ----------
    activations : dict of int to Activated
        By number, in their order.
    refused : dict of bytes to Refused
        By key.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._lie: dict[str, tuple[int, int]] = {}  # name → (partition, offset)
        self.activations: dict[int, Activated] = {}
        self.refused: dict[bytes, Refused] = {}
        self._read = [0] * log.partitions

    async def catch_up(self) -> None:
        """Take in what was appended since the last time; whoever reads all artefacts (``PolicyShelf``) needs no other reading."""
        for partition in range(self._log.partitions):
            while records := await self._log.fetch(ARTEFACTS, partition, self._read[partition], 100):
                for record in records:
                    if record.key is not None:
                        self.take_in(record.key, partition, record)
                self._read[partition] = records[-1].offset + 1

    def take_in(self, key: bytes, partition: int, record: Fetched) -> bool:
        """Note what one artefact says; False where it is about something else."""
        if key.startswith(MODEL_KEY):
            name = key[len(MODEL_KEY) :].decode()
            if record.value:
                self._lie[name] = partition, record.offset
            else:
                self._lie.pop(name, None)
        elif key.startswith(MODEL_ACTIVATION_KEY):
            self.activations[record.offset + 1] = _activated(record)
        elif key.startswith(MODEL_REFUSED_KEY):
            self.refused.pop(key, None)
            if record.value:
                self.refused[key] = Refused(record.time_ms, **orjson.loads(record.value))
        else:
            return False
        return True

    async def put(self, snapshot: Snapshot, time_ms: int, how: str = LEARNED, said: tuple[str, str] = ("", "")) -> ModelActivated:
        """Append a snapshot, and the record that numbers its activation (``said``: who and why); returns the marker to be set."""
        packed = pack(snapshot)
        name = name_of(packed)
        (self._lie[name],) = await self._log.append(ARTEFACTS, [Record(MODEL_KEY + name.encode(), packed, time_ms)])
        examples = (snapshot.judged.get("taught") or {}).get("examples", -1)
        return await self.number(Activated(name, time_ms, how, *said, examples))

    async def number(self, one: Activated) -> ModelActivated:
        """Append the record that numbers an activation of a snapshot that is there already; returns the marker to be set."""
        key = b"%b:%b:%d" % (MODEL_ACTIVATION_KEY, one.name.encode(), one.time_ms)
        told = (("how", one.how), ("who", one.who), ("why", one.why), ("examples", str(one.examples)))
        headers: Headers = tuple((name, value.encode()) for name, value in told if value)
        ((_, offset),) = await self._log.append(ARTEFACTS, [Record(key, one.name.encode(), one.time_ms, headers, partition=0)])
        self.activations[offset + 1] = one
        return ModelActivated(one.name, offset + 1)

    async def refuse(self, one: Refused) -> None:
        """Append that a snapshot was refused: whoever asks is told, whichever learner it was."""
        key, value = b"%b:%d" % (MODEL_REFUSED_KEY, one.time_ms), one._asdict()
        del value["time_ms"]
        await self._log.append(ARTEFACTS, [Record(key, orjson.dumps(value), one.time_ms)])
        self.refused[key] = one

    def holds(self, name: str) -> bool:
        """Whether the artefacts hold a snapshot of this name."""
        return name in self._lie

    @property
    def counting(self) -> list[tuple[int, Activated]]:
        """Activations that count, in their order: what a learner numbered behind a command that holds it back never had its markers."""
        found, held = [], False
        for seq, one in sorted(self.activations.items()):
            if one.how in _RELEASING or one.how in _HOLDING:
                held = one.how in _HOLDING
            elif held:
                continue
            found.append((seq, one))
        return found

    @property
    def in_force(self) -> tuple[int, Activated] | None:
        """What was put in force last, with its number."""
        found = self.counting
        return found[-1] if found else None

    @property
    def held(self) -> Activated | None:
        """The command behind which the learner puts nothing in force, if there is one."""
        last = self.in_force
        return last[1] if last is not None and last[1].how in _HOLDING else None

    @property
    def last_reset(self) -> int:
        """Number of the last reset, 0 = there was none."""
        return max((seq for seq, one in self.activations.items() if one.how == RESET), default=0)

    @property
    def learned_since_ms(self) -> int | None:
        """Since when decisions are made under what was learned; None = they are not."""
        since = None
        for _, one in self.counting:
            since = None if one.how == RESET else one.time_ms if since is None else since
        return since

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
        old = [key for key, one in self.refused.items() if one.time_ms < oldest_ms]
        if old:
            await self._log.append(ARTEFACTS, [Record(key, b"", time_ms) for key in old])
            for key in old:
                del self.refused[key]
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


def _activated(record: Fetched) -> Activated:
    told = {name: (header(record.headers, name) or b"").decode() for name in ("how", "who", "why", "examples")}
    return Activated(record.value.decode(), record.time_ms, told["how"] or LEARNED, told["who"], told["why"], int(told["examples"] or -1))
