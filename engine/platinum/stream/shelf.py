"""Policies by content hash, read from the artefact topic and compiled once.

An artefact is appended before the marker that names it, so a marker's policy can always be found.
"""

from __future__ import annotations

from platinum.errors import Inconsistent
from platinum.learn.snapshot import Snapshot, name_of, pack, unpack
from platinum.pipeline import semantics as meaning
from platinum.pipeline.engine_records import ModelActivated, PolicyActivated
from platinum.pipeline.learned import with_learned
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.policy import Policy
from platinum.ports import ARTEFACTS, Log, Record
from platinum.stream.accepted import ACCEPTED_KEY, read_accepted

#: In force before the first activation: folds, decides nothing.
NO_POLICY = b"policy: none\ntimezone: UTC\ncurrency: XXX\n"
POLICY_KEY = b"policy:"
#: Compiled stages of so many older snapshots are kept: requests may still run under them.
_KEPT_MODELS = 4
#: Key of the records whose offsets number the activations; their value: the policy's version, and that of semantics but for the first.
ACTIVATION_KEY = b"activation"
#: Key prefix of the learner's snapshots, and key of the records whose offsets number their activations; their value: the snapshot's name.
MODEL_KEY = b"model:"
MODEL_ACTIVATION_KEY = b"model activation"


class PolicyShelf:
    """Compiled stages by policy version; shared by all partitions of a process."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._stages: dict[tuple[int, int, int], Stages] = {}
        self._snapshots: dict[str, Snapshot] = {}
        self._models: dict[int, str] = {}
        self._read = [0] * log.partitions
        self._sources: dict[int, bytes] = {}
        self._compiled: dict[int, Policy] = {}
        self._nothing = Stages(compile_policy(NO_POLICY, "no-policy"))
        #: The policy that was asked for last: what a request runs under when no checkpoint can say.
        self.newest = 0
        self._newest_semantics = meaning.FIRST
        self._last: PolicyActivated | None = None
        self._generations: dict[int, int] = {}

    async def put(self, policy: Policy, time_ms: int) -> None:
        """Append a policy's source as artefact; appending it again is harmless."""
        await self._log.append(ARTEFACTS, [Record(POLICY_KEY + policy.version.encode(), policy.source, time_ms)])
        self._sources[int(policy.version, 16)] = policy.source
        self._compiled[int(policy.version, 16)] = policy

    async def newest_stages(self) -> Stages:
        """Stages of the policy that was activated last, read from the artefacts; before the first, the silent one."""
        last = await self.last_activation()
        return self._nothing if last is None else await self.get(int(last.policy, 16), last.semantics)

    async def last_activation(self) -> PolicyActivated | None:
        """What the artefacts say was activated last; None before the first. Its markers may be missing after a crash."""
        await self._catch_up()
        return self._last

    async def generation(self, partition: int) -> int:
        """Generation of a partition's log: the deployment's, until the log was accepted anew (``stream.accepted``)."""
        await self._read_on(0)
        return max(self._log.generation, self._generations.get(partition, 0))

    async def put_model(self, snapshot: Snapshot, time_ms: int) -> ModelActivated:
        """Append a snapshot of the learner, and the record that numbers its activation; returns the marker to be set."""
        packed = pack(snapshot)
        name = name_of(packed)
        await self._log.append(ARTEFACTS, [Record(MODEL_KEY + name.encode(), packed, time_ms)])
        ((_, offset),) = await self._log.append(ARTEFACTS, [Record(MODEL_ACTIVATION_KEY, name.encode(), time_ms, partition=0)])
        self._snapshots[name], self._models[offset + 1] = snapshot, name
        return ModelActivated(name, offset + 1)

    async def model(self, seq: int) -> tuple[str, Snapshot]:
        """Name and content of the snapshot that activation ``seq`` put in force.

        Raises
        ------
        Inconsistent
            The artefacts do not hold it.
        """
        if seq not in self._models or self._models[seq] not in self._snapshots:
            await self._catch_up()
        name = self._models.get(seq, "")
        if name not in self._snapshots:
            raise Inconsistent(f"the learner's snapshot of activation {seq} is in force but not among the artefacts")
        return name, self._snapshots[name]

    async def seq_of(self, name: str) -> int:
        """Number of an activation of the snapshot of this name; raises as ``model``."""
        if name not in self._models.values():
            await self._catch_up()
        found = [seq for seq, known in self._models.items() if known == name]
        if not found:
            raise Inconsistent(f"the learner's snapshot {name} is not among the artefacts (any more)")
        return found[-1]

    async def get(self, policy: int, semantics: int | None = None, model: int = 0) -> Stages:
        """Stages of a policy by its content hash; 0 = before the first activation.

        Parameters
        ----------
        semantics : int or None
            Version in force with it; None = that of what was asked for last.
        model : int
            Number of the activation of the learner's snapshot in force, 0 = none yet.

        Raises
        ------
        Inconsistent
            The artefact topic does not hold the policy, or holds other bytes under its name; or this build does not run
            the version of semantics.
        """
        if policy == 0:
            return self._nothing
        if semantics is None:
            semantics = self._newest_semantics
        meaning.check_runs(semantics)
        self.newest, self._newest_semantics = policy, semantics
        found = self._stages.get((policy, semantics, model))
        if found is not None:
            return found
        compiled = await self.policy(policy)
        if model == 0:
            stages = Stages(compiled, semantics=semantics)
        else:
            name, snapshot = await self.model(model)
            stages = Stages(with_learned(compiled, snapshot.judged), model_version=name, semantics=semantics)
        for old in [key for key in self._stages if key[:2] == (policy, semantics)][:-_KEPT_MODELS]:
            del self._stages[old]
        self._stages[policy, semantics, model] = stages
        return stages

    async def policy(self, policy: int) -> Policy:
        """The compiled policy of a content hash, without asking under which semantics it runs; raises as ``get``."""
        if policy in self._compiled:
            return self._compiled[policy]
        if policy not in self._sources:
            await self._catch_up()
        source = self._sources.get(policy)
        if source is None:
            raise Inconsistent(f"policy {policy:016x} is in force but not among the artefacts: append it with `platinum policy activate`")
        compiled = compile_policy(source, f"artefact {policy:016x}")
        if int(compiled.version, 16) != policy:
            raise Inconsistent(f"artefact {policy:016x} does not hash to its name: it was changed after it was appended")
        self._compiled[policy] = compiled
        return compiled

    async def _catch_up(self) -> None:
        for partition in range(self._log.partitions):
            await self._read_on(partition)

    async def _read_on(self, partition: int) -> None:
        """Take in what one partition of the artefacts holds since the last time; what all must agree about lies on 0."""
        while records := await self._log.fetch(ARTEFACTS, partition, self._read[partition], 100):
            for record in records:
                if record.key is None:
                    continue
                if record.key.startswith(POLICY_KEY):
                    self._sources[int(record.key[len(POLICY_KEY) :], 16)] = record.value
                elif record.key.startswith(MODEL_KEY):
                    self._snapshots[record.key[len(MODEL_KEY) :].decode()] = unpack(record.value)
                elif record.key == MODEL_ACTIVATION_KEY:
                    self._models[record.offset + 1] = record.value.decode()
                elif record.key == ACTIVATION_KEY:
                    version, _, semantics = record.value.decode().partition(" ")
                    self._last = PolicyActivated(version, record.offset + 1, int(semantics or meaning.FIRST))
                elif record.key.startswith(ACCEPTED_KEY):
                    accepted = read_accepted(record.value)
                    self._generations[accepted.partition] = accepted.generation
            self._read[partition] = records[-1].offset + 1
