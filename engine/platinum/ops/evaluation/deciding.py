"""A decision of the log once more, under any policy: the whole vector of probabilities, by name.

The row, the moment and what was asked stay those of the log. So a target policy is asked at the moments at which the log's policy was, and
what it would have changed in the row before is not in it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.decide.conditions import leaf_values
from platinum.decide.layout import LEVER_LIMITS, plain_of, priors_of
from platinum.decide.record import SILENCE
from platinum.emit.inputs import Inputs
from platinum.pipeline.again import Again, Case, seen_by
from platinum.policy.policy import Policy
from platinum.policy.segments import holds
from platinum.policy.told import truths
from platinum.profile.codec import unpack_rows
from platinum.profile.entries import MAX_PENDING
from platinum.profile.row import ROW
from platinum.profile.tiers import tier_at
from platinum.scoring.model import Model, from_priors

#: (action, channel) by name; silence has neither.
Arm = tuple[str, str]
NOBODY: Arm = ("", "")
#: Tables into which a snapshot writes (``pipeline.learned.with_learned``).
_LEARNED = ("settings", "promises", "actions", "channels")


class Choice(NamedTuple):
    """What could have been chosen, best first (K arms).

    Attributes
    ----------
    arms, p : list of Arm, list of float
        Probabilities are exact.
    expected : list of float
        Money that the model of the time expected of each.
    worth, cost : list of float
        Money of a reward of 1, without the lever, and of the contact itself.
    chosen : int
        Index of the one that was drawn.
    drawn : bool
        Whether it is the scored lane's; else a lane before it answers, with certainty.
    """

    arms: list[Arm]
    p: list[float]
    expected: list[float]
    worth: list[float]
    cost: list[float]
    chosen: int
    drawn: bool


class Moment(NamedTuple):
    """What a decision was made from, with names in place of the policy's indices.

    Attributes
    ----------
    row, trigger : ROW[1], TRIGGER[1]
    placement : str
        "" = the stream decided about outbound contacts.
    barred : frozenset of str
        Actions that the request did not let run.
    """

    row: NDArray[np.void]
    trigger: NDArray[np.void]
    placement: str
    barred: frozenset[str]


def moment_of(kept: Inputs, policy: Policy) -> Moment:
    """Inputs that were kept beside a decision of ``policy``.

    Raises
    ------
    Inconsistent
        The row is damaged.
    """
    row = np.zeros(1, ROW)
    unpack_rows([kept.row], row, np.zeros(1, np.int64))
    at = int(kept.trigger[0]["placement"])
    barred = frozenset(policy.actions[a].name for a in kept.barred.tolist())
    return Moment(row, kept.trigger.copy(), policy.placements[at] if at >= 0 else "", barred)


class Asker:
    """Asks one policy, under one snapshot of the learner after the other.

    Attributes
    ----------
    policy : Policy
        As it was compiled; what a snapshot changes in it is not shown.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        # What a snapshot changes is written over: to pin new tables takes hundreds of times what a decision does.
        self._tables = policy.tables._replace(**{name: getattr(policy.tables, name).copy() for name in _LEARNED})
        self._model = from_priors(policy.tables)
        self._again = Again(self._tables, self._model)
        self._index = {name: i for i, name in enumerate(policy.placements)}
        self._names = {action.name: i for i, action in enumerate(policy.actions)}
        candidates = policy.tables.candidates
        self._arms = [(policy.actions[a].name, policy.channels[h]) for a, h in candidates[["action", "channel"]].tolist()]
        self._lever = np.clip(policy.tables.actions["lever"], *LEVER_LIMITS)[candidates["action"]].tolist()

    def under(self, learned: Policy, model: Model) -> None:
        """From here on with what a snapshot says: ``learned`` is ``pipeline.learned.with_learned`` of the same policy."""
        for name in _LEARNED:
            getattr(self._tables, name)[:] = getattr(learned.tables, name)
        mine = self._model
        mine.weights[:], mine.bias[:], mine.own[:] = model.weights, model.bias, model.own
        mine.silence[:], mine.learned[:] = model.silence, model.learned
        scratch, priors = self._again.scratch, priors_of(self._tables)
        scratch.chance[:], scratch.expected[:], scratch.hopes[:] = self._tables.candidates["p_accept"], priors, priors[scratch.ordered]
        scratch.spread[:], scratch.plain[:] = 0.0, plain_of(self._tables)

    def case(self, moment: Moment) -> Case | None:
        """The moment in this policy's terms; None where it has no such placement."""
        trigger = moment.trigger.copy()
        if moment.placement:
            if moment.placement not in self._index:
                return None
            trigger["placement"] = self._index[moment.placement]
        allowed = np.full((1, len(self.policy.actions)), 0 if self.policy.stopped else 1, np.uint8)
        allowed[0, [self._names[name] for name in moment.barred if name in self._names]] = 0
        return Case(moment.row, trigger, allowed, self._tables, self._model)

    def ask(self, moment: Moment) -> Choice | None:
        """What this policy does there; None where it has no such placement."""
        case = self.case(moment)
        if case is None:
            return None
        out, scratch = self._again.decide(case)[0], self._again.scratch
        n, won = int(out["n_scored"]), int(out["candidate"])
        scored = scratch.scored[:n].tolist() if n else [won]
        p = scratch.p[:n].tolist() if n else [1.0]
        alone = 0.0 if moment.placement else max((float(one["alone"]) for one in scratch.channels if one["running"]), key=abs, default=0.0)
        worth = [1.0 if c == SILENCE else float(scratch.terms[c]["value"]) / self._lever[c] for c in scored]
        cost = [0.0 if c == SILENCE else float(scratch.terms[c]["cost"]) for c in scored]
        rewards = [alone if c == SILENCE else float(scratch.expected[c]) for c in scored]
        expected = [r * w - k for r, w, k in zip(rewards, worth, cost, strict=True)]
        arms = [NOBODY if c == SILENCE else self._arms[c] for c in scored]
        return Choice(arms, p, expected, worth, cost, scored.index(won), n > 0)

    def groups(self, moment: Moment, tiers: list[str]) -> tuple[str, tuple[bool, ...]]:
        """(tier, bool[S] of the policy's segments) of the person, as the decision saw them just before; ``ask`` came first."""
        case = self.case(moment)
        if case is None or not (tiers or self.policy.segments):
            return "", (False,) * len(self.policy.segments)
        tables = self._tables
        seen = seen_by(case.row, case.trigger, self._again.scratch)
        tier = tiers[int(tier_at(seen[0], int(case.trigger[0]["now_ms"]), tables))] if tiers else ""
        values = np.full((1, len(tables.leaves)), np.nan)
        leaf_values(seen, case.trigger, tables, values)
        truth = truths(tables.leaves, values)[0].tolist()
        return tier, tuple(holds(one.program, truth) for one in self.policy.segments)


def silence_is_watched(moment: Moment) -> bool:
    """Whether, had silence been chosen, it would have been known what came of it (``decide.teaching.remember_silence``).

    It hangs on the row alone. Where it would not, contacts are left out as silence is: else there were too many contacts in what is left.
    """
    row, now_ms = moment.row[0], int(moment.trigger[0]["now_ms"])
    still = [one for one in row["pending"][: int(row["n_pending"])] if one["closes_ms"] > now_ms]
    return len(still) < MAX_PENDING and all(one["action"] != 0 for one in still)
