"""Everything one policy and one model need to run: compiled once, used for every batch under them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from platinum.by_reference_types import pinned
from platinum.decide.kernel import new_scratch
from platinum.decide.record import DECISION, TRIGGER
from platinum.emit.encode import Encoder
from platinum.emit.inputs import Kept, room_for, room_over
from platinum.events.plans import Decoding
from platinum.pipeline.examples import EXAMPLE
from platinum.pipeline.meant import MEANT
from platinum.pipeline.semantics import FIRST
from platinum.policy.policy import Policy
from platinum.profile.entries import MAX_MORE, MAX_PENDING, MAX_PLANNED, MAX_REACHED, OBLIGATION, PLANNED
from platinum.scoring.model import Model, from_priors

#: Version that decisions name while no learned model is in force.
PRIOR = "prior"


#: Records, the event that each is of, and how many there are.
Noted = tuple[NDArray[np.void], NDArray[np.int32], NDArray[np.int64]]
#: Accounts that events are about (``pipeline.meant``), and how many there are.
Meant = tuple[NDArray[np.void], NDArray[np.int64]]
#: (TRIGGER[D], DECISION[D], inputs of them, withdrawn contacts, facts, accounts, examples); see ``pipeline.kernel.run_batch``.
Room = tuple[NDArray[np.void], NDArray[np.void], Kept, Noted, Noted, Meant, Noted]


class Stages:
    """A policy and a model, ready to run.

    Attributes
    ----------
    run : (Tables, Model, Scratch)
        What the compiled call is given.
    pinned : (words, words, words)
        The same for a call that is short: see ``by_reference.pinned``.
    version : (str, str)
        Policy and model version.
    semantics : int
        Version in force: what a later build asks where two of them differ.
    """

    def __init__(self, policy: Policy, model: Model | None = None, model_version: str = PRIOR, semantics: int = FIRST) -> None:
        self.policy = policy
        self.model = from_priors(policy.tables) if model is None else model
        self.scratch = new_scratch(policy.tables)
        self.run = (policy.tables, self.model, self.scratch)
        self.pinned = (pinned(policy.tables), pinned(self.model), pinned(self.scratch))
        self.encoder = Encoder(policy, model_version)
        self.decoding = Decoding(policy.mappings, currency=policy.currency)
        # Of events that are under standard names already: what one partition passes on to another.
        self.standard = Decoding(currency=policy.currency) if policy.mappings else self.decoding
        self.version = (policy.version, model_version)
        self.semantics = semantics
        self.placement_index = {name: i for i, name in enumerate(policy.placements)}
        self.action_index = {action.name: i for i, action in enumerate(policy.actions)}
        self._room: Room | None = None

    def room(self, events: int, rows: NDArray[np.void]) -> Room:
        """Arrays for what ``events`` events may bring about for ``rows`` (ROW[N]), reused between batches.

        One event asks for one decision, a timer for one per ``when_reached`` rule and one for the ledger; either may withdraw a whole
        plan, and end everything that is open. Memory that is not used is never touched.
        """
        need = events * (1 + min(len(self.policy.whens), MAX_REACHED))
        if self._room is None or len(self._room[0]) < need:
            size = max(need, 64)
            gone = (np.zeros(size * MAX_PLANNED, PLANNED), np.zeros(size * MAX_PLANNED, np.int32), np.zeros(1, np.int64))
            facts = (np.zeros(size * MAX_MORE, OBLIGATION), np.zeros(size * MAX_MORE, np.int32), np.zeros(1, np.int64))
            triggers = np.zeros(size, TRIGGER)
            meant = (np.zeros(size, MEANT), np.zeros(1, np.int64))
            ended = size * (1 + MAX_PENDING)  # a decision may end one, and every event all that its row has
            examples = (np.zeros(ended, EXAMPLE), np.zeros(ended, np.int32), np.zeros(2, np.int64))
            self._room = (triggers, np.zeros(size, DECISION), room_for(triggers, self.version), gone, facts, meant, examples)
        triggers, decisions, kept, gone, facts, meant, examples = self._room
        return triggers, decisions, room_over(rows, kept), gone, facts, meant, examples
