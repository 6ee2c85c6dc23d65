"""How often what the firm wants, and not what the person is like, decided: the inside-out rate (issue "Knowing the person").

A decision is looked at once more with every lever at 1; where another candidate wins then, the lever decided it. The draw is the same
one, so nothing else can make the difference.
"""

from __future__ import annotations

import numpy as np

from platinum.emit.inputs import unpack_inputs
from platinum.pipeline.again import Again, Case
from platinum.pipeline.stages import Stages
from platinum.profile.codec import unpack_rows
from platinum.profile.row import ROW


class InsideOut:
    """Looks at decisions of one policy and model.

    Attributes
    ----------
    looked_at, turned : int
        Decisions so far, and those that a lever decided.
    """

    def __init__(self, stages: Stages) -> None:
        tables = stages.policy.tables
        actions = tables.actions.copy()
        actions["lever"] = 1.0
        self._stages, self._without_levers = stages, tables._replace(actions=actions)
        self._has_levers = bool(np.any(tables.actions["lever"] != 1.0))
        self._as_it_is = Again(tables, stages.model)
        self._level = Again(self._without_levers, stages.model)
        self.looked_at = self.turned = 0

    def look_at(self, inputs: bytes) -> bool:
        """Whether a lever decided the decision that was made from these ``emit.inputs``."""
        self.looked_at += 1
        if not self._has_levers:
            return False
        kept = unpack_inputs(inputs)
        row = np.zeros(1, ROW)
        unpack_rows([kept.row], row, np.zeros(1, np.int64))
        allowed = np.ones((1, len(self._stages.policy.actions)), np.uint8)
        allowed[0, kept.barred] = 0
        as_it_was = Case(row, kept.trigger.copy(), allowed, self._stages.policy.tables, self._stages.model)
        turned = self._as_it_is.winner(as_it_was) != self._level.winner(as_it_was._replace(tables=self._without_levers))
        self.turned += turned
        return turned
