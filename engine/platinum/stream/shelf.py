"""What runs under each policy, read from the artefact topic and compiled once; the learner's snapshots with it."""

from __future__ import annotations

from platinum.errors import Inconsistent
from platinum.learn.snapshot import Snapshot
from platinum.pipeline import semantics as meaning
from platinum.pipeline.engine_records import ModelActivated
from platinum.pipeline.keyed import community_key, keyed
from platinum.pipeline.learned import with_learned
from platinum.pipeline.learned_model import model_of
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.outline import Sourced
from platinum.policy.policy import Policy
from platinum.ports import Fetched, Log
from platinum.stream.artefacts import Artefacts, check_name
from platinum.stream.models import LEARNED, Models

#: In force before the first activation: folds, decides nothing.
NO_POLICY = b"policy: none\ntimezone: UTC\ncurrency: XXX\n"
#: Compiled stages of so many older snapshots are kept: requests may still run under them.
_KEPT_MODELS = 4


class PolicyShelf(Artefacts):
    """Compiled stages by policy version; shared by all partitions of a process.

    Parameters
    ----------
    secret : bytes
        The deployment's: pseudonyms of people who want to meet others are made with a key that is derived from it. Whoever only reads
        or writes what is learned needs none.
    """

    def __init__(self, log: Log, secret: bytes = b"") -> None:
        super().__init__(log)
        self._key = community_key(secret)
        self._compiled: dict[int, Policy] = {}
        self._stages: dict[tuple[int, int, int], Stages] = {}
        self.models = Models(log)
        self._nothing = Stages(keyed(compile_policy(NO_POLICY, "no-policy"), self._key))
        #: The policy that was asked for last: what a request runs under when no checkpoint can say.
        self.newest = 0
        self._newest_semantics = meaning.FIRST

    async def put(self, policy: Sourced, time_ms: int) -> None:
        """See ``Artefacts.put``; what is compiled already is kept."""
        await super().put(policy, time_ms)
        if isinstance(policy, Policy):
            self._compiled[int(policy.version, 16)] = policy

    async def newest_stages(self) -> Stages:
        """Stages of the policy that was activated last, read from the artefacts; before the first, the silent one."""
        last = await self.last_activation()
        return self._nothing if last is None else await self.get(int(last.policy, 16), last.semantics)

    async def put_model(self, snapshot: Snapshot, time_ms: int, how: str = LEARNED, said: tuple[str, str] = ("", "")) -> ModelActivated:
        """As ``Models.put``; snapshots that no replay can ask for any more leave."""
        await self._catch_up()
        marker = await self.models.put(snapshot, time_ms, how, said)
        await self.models.forget(time_ms)
        return marker

    async def standing_models(self) -> Models:
        """What the artefacts say of snapshots by now."""
        await self._catch_up()
        return self.models

    async def model(self, seq: int) -> tuple[str, Snapshot]:
        """Name and content of the snapshot that activation ``seq`` put in force.

        Raises
        ------
        Inconsistent
            The artefacts do not hold it.
        """
        await self._catch_up()  # where a snapshot lies changes when it is appended again: compaction takes away the older one
        name = self.models.name(seq)
        if name is None:
            raise Inconsistent(f"the learner's snapshot of activation {seq} is in force but not among the artefacts")
        return name, await self.models.read(name)

    async def seq_of(self, name: str) -> int:
        """Number of an activation of the snapshot of this name; raises as ``model``."""
        await self._catch_up()
        found = [seq for seq, one in self.models.activations.items() if one.name == name and self.models.name(seq) is not None]
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
            stages = Stages(keyed(compiled, self._key), semantics=semantics)
        else:
            name, snapshot = await self.model(model)
            learned = keyed(with_learned(compiled, snapshot.judged), self._key)
            stages = Stages(learned, model_of(compiled, snapshot.judged.get("taught")), name, semantics)
        for old in [key for key in self._stages if key[:2] == (policy, semantics)][:-_KEPT_MODELS]:
            del self._stages[old]
        self._stages[policy, semantics, model] = stages
        return stages

    async def policy(self, policy: int) -> Policy:
        """The compiled policy of a content hash, without asking under which semantics it runs; raises as ``get``."""
        if policy not in self._compiled:
            compiled = compile_policy(await self.source(policy), f"artefact {policy:016x}")
            check_name(policy, compiled.version)
            self._compiled[policy] = compiled
        return self._compiled[policy]

    def _take_in(self, key: bytes, partition: int, record: Fetched) -> None:
        """Note what one artefact says, the learner's too."""
        if not self.models.take_in(key, partition, record):
            super()._take_in(key, partition, record)
