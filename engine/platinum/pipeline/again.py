"""One decision once more, with something changed: what ``explain`` asks to say what would have changed it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.by_reference_types import pinned
from platinum.decide.kernel import new_scratch
from platinum.decide.record import DECISION, Scratch
from platinum.events.columns import EVENT
from platinum.pipeline.asking import NO_EVENTS, Asking, decide_requests
from platinum.policy.tables import Tables
from platinum.profile.codec import as_bytes, packed_rows
from platinum.profile.entries import NO_MORE, OPEN_EXAMPLE
from platinum.profile.roles import has_roles
from platinum.profile.row import ROW
from platinum.scoring.model import Model


class Case(NamedTuple):
    """What one decision was made from.

    Attributes
    ----------
    row : ROW[1]
    trigger : TRIGGER[1]
    allowed : uint8[1, A]
        Actions that may run.
    """

    row: NDArray[np.void]
    trigger: NDArray[np.void]
    allowed: NDArray[np.uint8]
    tables: Tables
    model: Model


def seen_by(row: NDArray[np.void], trigger: NDArray[np.void], scratch: Scratch) -> NDArray[np.void]:
    """ROW[1], a copy: what the decision just made of ``row`` in ``scratch`` could know; ``row`` itself where nothing is walled off."""
    return scratch.seen.copy() if has_roles(row[0], int(trigger[0]["account"])) else row


class Again:
    """Decides cases, in memory of its own.

    Attributes
    ----------
    scratch : Scratch
        As the last decision left it. What is changed in ``terms`` stays changed.
    """

    def __init__(self, tables: Tables, model: Model) -> None:
        self.scratch: Scratch = new_scratch(tables)
        # To pin tables takes 1 ms, to decide 0.02: most changes leave them as they are.
        self._tables, self._pinned = tables, (pinned(tables), pinned(model), pinned(self.scratch))
        self._out, self._later = np.zeros(1, DECISION), np.zeros(1, ROW)
        self._made, self._row, self._seen = np.zeros(1, EVENT), np.zeros(1, ROW), np.zeros(1, OPEN_EXAMPLE)
        self._nothing = packed_rows([], as_bytes(self._row), np.zeros(0, np.int64), np.zeros(0, np.int8))

    def decide(self, case: Case) -> NDArray[np.void]:
        """DECISION[1], good until the next call. ``case`` has the model, actions and channels that this was made for."""
        self._row[0] = case.row[0]
        asking = Asking(case.trigger, np.zeros((1, 2), np.int64), case.allowed)
        run = self._pinned if case.tables is self._tables else (pinned(case.tables), *self._pinned[1:])
        outs = (self._out, self._later, self._made, NO_MORE, self._seen)
        decide_requests(self._nothing, self._row, NO_EVENTS, asking, run, outs)
        return self._out

    def winner(self, case: Case) -> tuple[int, int]:
        """(lane, candidate) of the choice."""
        out = self.decide(case)[0]
        return int(out["lane"]), int(out["candidate"])
