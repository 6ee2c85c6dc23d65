"""The artefact topic: policies by content hash, and what was activated last.

All that putting a policy in force or stopping it needs. Nothing here loads the stages: ``platinum policy stop`` would otherwise
load a compiler before it stops anything. ``PolicyShelf`` adds what runs under a policy.
"""

from __future__ import annotations

from platinum.errors import Inconsistent
from platinum.pipeline import semantics as meaning
from platinum.pipeline.engine_records import PolicyActivated
from platinum.policy.outline import Outline, Sourced, outline_of
from platinum.ports import ARTEFACTS, Fetched, Log, Record
from platinum.stream.accepted import ACCEPTED_KEY, read_accepted

POLICY_KEY = b"policy:"
#: Key of the records whose offsets number the activations; their value: the policy's version, and that of semantics but for the first.
ACTIVATION_KEY = b"activation"


class Artefacts:
    """What the artefacts of a log say about its policies; an artefact is appended before the marker that names it."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._read = [0] * log.partitions
        self._sources: dict[int, bytes] = {}
        self._last: PolicyActivated | None = None
        self._generations: dict[int, int] = {}

    async def put(self, policy: Sourced, time_ms: int) -> None:
        """Append a policy's source as artefact; appending it again is harmless."""
        await self._log.append(ARTEFACTS, [Record(POLICY_KEY + policy.version.encode(), policy.source, time_ms)])
        self._sources[int(policy.version, 16)] = policy.source

    async def last_activation(self) -> PolicyActivated | None:
        """What the artefacts say was activated last; None before the first. Its markers may be missing after a crash."""
        await self._catch_up()
        return self._last

    async def generation(self, partition: int) -> int:
        """Generation of a partition's log: the deployment's, until the log was accepted anew (``stream.accepted``)."""
        await self._read_on(0)
        return max(self._log.generation, self._generations.get(partition, 0))

    async def outline(self, policy: int) -> Outline:
        """Names and content hash of the policy of that hash.

        Raises
        ------
        Inconsistent
            As ``source``; or the artefact topic holds other bytes under its name.
        """
        outline = outline_of(await self.source(policy), f"artefact {policy:016x}")
        check_name(policy, outline.version)
        return outline

    async def source(self, policy: int) -> bytes:
        """Source of the policy of a content hash.

        Raises
        ------
        Inconsistent
            The artefact topic does not hold the policy.
        """
        if policy not in self._sources:
            await self._catch_up()
        source = self._sources.get(policy)
        if source is None:
            raise Inconsistent(f"policy {policy:016x} is in force but not among the artefacts: append it with `platinum policy activate`")
        return source

    async def _catch_up(self) -> None:
        for partition in range(self._log.partitions):
            await self._read_on(partition)

    async def _read_on(self, partition: int) -> None:
        """Take in what one partition of the artefacts holds since the last time; what all must agree about lies on 0."""
        while records := await self._log.fetch(ARTEFACTS, partition, self._read[partition], 100):
            for record in records:
                if record.key is not None:
                    self._take_in(record.key, partition, record)
            self._read[partition] = records[-1].offset + 1

    def _take_in(self, key: bytes, partition: int, record: Fetched) -> None:
        """Note what one artefact says."""
        if key.startswith(POLICY_KEY):
            self._sources[int(key[len(POLICY_KEY) :], 16)] = record.value
        elif key == ACTIVATION_KEY:
            version, _, semantics = record.value.decode().partition(" ")
            self._last = PolicyActivated(version, record.offset + 1, int(semantics or meaning.FIRST))
        elif key.startswith(ACCEPTED_KEY):
            accepted = read_accepted(record.value)
            self._generations[accepted.partition] = accepted.generation


def check_name(policy: int, version: str) -> None:
    """Raise ``Inconsistent`` unless a policy's content hash is the name under which it was appended."""
    if int(version, 16) != policy:
        raise Inconsistent(f"artefact {policy:016x} does not hash to its name: it was changed after it was appended")
