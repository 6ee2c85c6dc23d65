"""Whom a policy reaches today: every customer through the conditions and gates of every action, nobody decided about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from platinum.decide.conditions import leaf_values
from platinum.decide.record import OUT, PASSED, TRIGGER
from platinum.pipeline.again import seen_by
from platinum.pipeline.asking import NO_EVENTS, Asking, run_requests
from platinum.pipeline.request import person_of
from platinum.pipeline.stages import Stages
from platinum.policy.told import holds, parts, truths
from platinum.vocabulary.codes import Field, Gate

Json = dict[str, Any]
_NEVER_ASKED = "nobody asks"
#: Bar and gate of a candidate, the further the better: the last stands for having passed.
_FURTHEST = len(Gate)


def reach(rows: Iterable[tuple[str, bytes]], stages: Stages, now_ms: int, advance: Callable[[int], None] = lambda _: None) -> Json:
    """Count per action who qualifies.

    Parameters
    ----------
    rows : iterable of (customer key, packed row)
    now_ms : int
        The instant that is looked from; no event asks, so conditions about one (``trigger``) hold for nobody. Everybody is counted as they
        act for themselves, so conditions about a role (``role``, ``account``) hold for nobody either, and what is open in an account's
        role is not seen.

    Returns
    -------
    dict
        ``customers``, and per action ``reached`` (on some channel all gates pass), ``conditions`` (each alone, and with all
        before it), ``asks_role`` (some condition is about a role), ``gates``: of those who meet the conditions, how many each gate
        stops, on their best channel, and ``removes_most``.
    """
    counters = [_Counter(a, stages) for a in range(len(stages.policy.actions))]
    triggers = _triggers(stages, now_ms)
    n = 0
    for customer, blob in rows:
        n += 1
        triggers["person"] = person_of(customer)
        truth, gates = _of_one(blob, triggers, stages)
        for one in counters:
            one.take(truth, gates)
        advance(1)
    return {"customers": n, "actions": [one.told(n) for one in counters]}


def _triggers(stages: Stages, now_ms: int) -> np.ndarray[Any, np.dtype[np.void]]:
    """TRIGGER[1 + P]: what the stream may send, and what each placement may show."""
    triggers = np.zeros(1 + len(stages.policy.placements), TRIGGER)
    triggers["now_ms"], triggers["offset"], triggers["placement"] = now_ms, -1, np.arange(len(triggers)) - 1
    return triggers


def _of_one(blob: bytes, triggers: Any, stages: Stages) -> tuple[Any, Any]:
    """(truth of each comparison, bool[1, L]; the furthest gate that each action gets to on some channel, int64[A], −1 = never runs)."""
    tables = stages.policy.tables
    allowed, at = np.ones((1, len(tables.actions)), np.uint8), np.zeros((1, 2), np.int64)
    furthest = np.full(len(tables.actions), -1, np.int64)
    values = np.full((1, len(tables.leaves)), np.nan)
    for t in range(len(triggers)):
        ran = run_requests([blob], NO_EVENTS, Asking(triggers[t : t + 1], at, allowed), stages)
        if t == 0:
            leaf_values(seen_by(ran.rows, triggers[:1], stages.scratch), triggers[:1], tables, values)
        gate = stages.scratch.gate
        rank = np.where(gate == OUT, -1, np.where(gate == PASSED, _FURTHEST, gate))
        np.maximum.at(furthest, tables.candidates["action"], rank)
    return truths(tables.leaves, values), furthest


class _Counter:
    """Counts for one action."""

    def __init__(self, action: int, stages: Stages) -> None:
        self._action, self._name = action, stages.policy.actions[action].name
        self._parts = parts(action, stages.policy)
        asked = {int(stages.policy.tables.leaves[step]["field"]) for part in self._parts for step in part.code if step >= 0}
        self._asks_role = any(Field.ROLE <= field <= Field.ACCOUNT_SAY_DO for field in asked)
        self._alone, self._up_to = [0] * len(self._parts), [0] * len(self._parts)
        self._gates: Counter[str] = Counter()
        self._met = self._reached = 0

    def take(self, truth: Any, furthest: Any) -> None:
        """One customer."""
        still = True
        for i, part in enumerate(self._parts):
            true = bool(holds(part.code, truth)[0])
            self._alone[i] += true
            still = still and true
            self._up_to[i] += still
        if not still:
            return
        self._met += 1
        gate = int(furthest[self._action])
        if gate == _FURTHEST:
            self._reached += 1
        else:
            self._gates[_NEVER_ASKED if gate < 0 else Gate(gate).name.lower()] += 1

    def told(self, n: int) -> Json:
        """The funnel."""
        steps = [{"condition": part.words, "alone": a, "left": u} for part, a, u in zip(self._parts, self._alone, self._up_to, strict=True)]
        lost = [before - left for before, left in zip([n, *self._up_to], self._up_to, strict=False)]
        losses = {part.words: m for part, m in zip(self._parts, lost, strict=True)} | self._gates
        most = max(losses, key=lambda name: losses[name], default=None)
        gates = {name: self._gates[name] for name in [*(g.name.lower() for g in Gate), _NEVER_ASKED] if self._gates[name]}
        found = {"action": self._name, "reached": self._reached, "meet_conditions": self._met, "conditions": steps, "gates": gates}
        found |= {"asks_role": self._asks_role}
        return found | {"removes_most": most if most is not None and losses[most] > 0 else None}
