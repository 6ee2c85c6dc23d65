"""Policies by content hash, read from the artefact topic and compiled once.

An artefact is appended before the marker that names it, so a marker's policy can always be found.
"""

from __future__ import annotations

from platinum.errors import Inconsistent
from platinum.pipeline.engine_records import PolicyActivated
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.policy import Policy
from platinum.ports import ARTEFACTS, Log, Record

#: In force before the first activation: folds, decides nothing.
NO_POLICY = b"policy: none\ntimezone: UTC\ncurrency: XXX\n"
POLICY_KEY = b"policy:"
#: Key of the records whose offsets number the activations; their value is the policy's version.
ACTIVATION_KEY = b"activation"


class PolicyShelf:
    """Compiled stages by policy version; shared by all partitions of a process."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._stages: dict[int, Stages] = {}
        self._read = [0] * log.partitions
        self._sources: dict[int, bytes] = {}
        nothing = Stages(compile_policy(NO_POLICY, "no-policy"))
        self._stages[0] = nothing
        #: The policy that was asked for last: what a request runs under when no checkpoint can say.
        self.newest = 0
        self._last: PolicyActivated | None = None

    async def put(self, policy: Policy, time_ms: int) -> None:
        """Append a policy's source as artefact; appending it again is harmless."""
        await self._log.append(ARTEFACTS, [Record(POLICY_KEY + policy.version.encode(), policy.source, time_ms)])
        self._sources[int(policy.version, 16)] = policy.source
        self._stages.setdefault(int(policy.version, 16), Stages(policy))

    async def newest_stages(self) -> Stages:
        """Stages of the policy that was activated last, read from the artefacts; before the first, the silent one."""
        last = await self.last_activation()
        return await self.get(0 if last is None else int(last.policy, 16))

    async def last_activation(self) -> PolicyActivated | None:
        """What the artefacts say was activated last; None before the first. Its markers may be missing after a crash."""
        await self._catch_up()
        return self._last

    async def get(self, policy: int) -> Stages:
        """Stages of a policy by its content hash; 0 = before the first activation.

        Raises
        ------
        Inconsistent
            The artefact topic does not hold the policy, or holds other bytes under its name.
        """
        self.newest = policy or self.newest
        found = self._stages.get(policy)
        if found is not None:
            return found
        if policy not in self._sources:
            await self._catch_up()
        source = self._sources.get(policy)
        if source is None:
            raise Inconsistent(f"policy {policy:016x} is in force but not among the artefacts: append it with `platinum policy activate`")
        compiled = compile_policy(source, f"artefact {policy:016x}")
        if int(compiled.version, 16) != policy:
            raise Inconsistent(f"artefact {policy:016x} does not hash to its name: it was changed after it was appended")
        stages = self._stages[policy] = Stages(compiled)
        return stages

    async def _catch_up(self) -> None:
        for partition in range(self._log.partitions):
            while True:
                records = await self._log.fetch(ARTEFACTS, partition, self._read[partition], 100)
                if not records:
                    break
                for record in records:
                    if record.key is not None and record.key.startswith(POLICY_KEY):
                        self._sources[int(record.key[len(POLICY_KEY) :], 16)] = record.value
                    elif record.key == ACTIVATION_KEY:
                        self._last = PolicyActivated(record.value.decode(), record.offset + 1)
                self._read[partition] = records[-1].offset + 1
