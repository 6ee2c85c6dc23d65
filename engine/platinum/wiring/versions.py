"""Policies and snapshots of a deployment as they were, ready to be asked again about decisions of the log."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, NamedTuple

from platinum.errors import Inconsistent
from platinum.ops.evaluation.deciding import Asker
from platinum.pipeline.keyed import community_key, keyed
from platinum.pipeline.learned import with_learned
from platinum.pipeline.learned_model import model_of
from platinum.pipeline.stages import PRIOR
from platinum.policy.policy import Policy
from platinum.scoring.model import from_priors
from platinum.wiring.parts import Parts
from platinum.wiring.snapshots_given import Snapshot

#: Snapshots that are kept read: partitions are read one after the other, so a few are enough.
_READY = 4


class Target(NamedTuple):
    """A policy that is asked about.

    Attributes
    ----------
    learns : bool
        Whether it scores with what was learned. What is tried out, and how much, follows the snapshot all the same.
    follows : bool
        Whether it is given the snapshot that was asked for; else that of the decision.
    """

    name: str
    policy: Policy
    learns: bool = True
    follows: bool = False


class Versions:
    """Askers of policies, each under the snapshot that is asked for."""

    def __init__(self, parts: Parts, snapshot: Snapshot = Snapshot.THEN) -> None:
        self._d, self._snapshot = parts.deployment, snapshot
        self._key = community_key(parts.deployment.secret)
        self._judged: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._askers: dict[str, tuple[Asker, str]] = {}
        self.newest = PRIOR

    async def logged(self, policy: str, model: str) -> Asker | None:
        """The policy and snapshot that a decision was made under; None where they are no longer kept."""
        try:
            return await self._under(Target(f"logged {policy}", await self._d.shelf.policy(int(policy, 16))), model)
        except Inconsistent:
            return None

    async def target(self, target: Target, model: str) -> Asker:
        """A target at a decision that was made under snapshot ``model``; good until it is asked for under another."""
        given = {Snapshot.THEN: model, Snapshot.NEWEST: self.newest, Snapshot.NONE: PRIOR}
        return await self._under(target, given[self._snapshot] if target.follows else model)

    async def _under(self, target: Target, model: str) -> Asker:
        asker, under = self._askers.get(target.name) or (Asker(keyed(target.policy, self._key)), PRIOR)
        if under != model:
            judged = None if model == PRIOR else await self._read(model)
            policy = target.policy if judged is None else with_learned(target.policy, judged)
            learned = model_of(target.policy, judged.get("taught")) if judged is not None and target.learns else None
            asker.under(keyed(policy, self._key), from_priors(policy.tables) if learned is None else learned)
        self._askers[target.name] = asker, model
        return asker

    async def _read(self, model: str) -> dict[str, Any]:
        if model not in self._judged:
            _, snapshot = await self._d.shelf.model(await self._d.shelf.seq_of(model))
            self._judged[model] = snapshot.judged
            if len(self._judged) > _READY:
                self._judged.popitem(last=False)
        return self._judged[model]
