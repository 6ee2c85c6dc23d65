"""What treatment and trouble have made of everybody: one array per thing, one number per person."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from platinum.ops.population.draws import Floats, Ints
from platinum.ops.society.traits import Traits

#: Half-lives in days.
_FELT, _WORRY, _ANNOYANCE, _ANNOYANCE_AT_REST, _GOODWILL, _BROKEN, _CONTACTS, _THANKS, _HELP = (
    14.0,
    3.0,
    12.0,
    5.0,
    60.0,
    5.0,
    7.0,
    60.0,
    5.0,
)
#: Points at which the effort index is 0.63 (treatment-formulas 3.3).
_SCALE = 6.0


class State:
    """Hidden state of a society.

    Attributes
    ----------
    felt : float[n]
        Effort points of the last weeks, as they are felt; halves in 14 days.
    worry : float[n]
        Fresh trouble on the mind, an effort index; halves in 3 days.
    annoyance : float[n]
        By contacts that should not have been; halves in 12 days, in 5 when left alone.
    goodwill : float[n]
        By thanks and the like, -1 to 2; halves in 60 days.
    trust : float[n]
        0 to 1.
    broken : float[n]
        Promises broken lately; halves in 5 days.
    contacts, thanks, helped : float[n]
        Outbound contacts seen, thank-yous, effort-lowering decisions: recent ones, decayed.
    case : int[n]
        Number of the open case, 0 = none.
    case_id : list of str
        Id of the newest case.
    vulnerable_ms, thanked_ms : int[n]
        Until when they asked for particular care; when they were last thanked.
    quarantine_ms : int[n]
        Until when promotion offends after a case.
    intent : int[n]
        What the last contact was about, an index into ``INTENTS``, -1 = nothing.
    """

    def __init__(self, traits: Traits) -> None:
        n = traits.customers
        self.active: NDArray[np.bool_] = np.ones(n, dtype=np.bool_)
        self.known: NDArray[np.bool_] = np.zeros(n, dtype=np.bool_)
        self.customer: NDArray[np.bool_] = np.zeros(n, dtype=np.bool_)
        self.unsubscribed: NDArray[np.bool_] = np.zeros(n, dtype=np.bool_)
        self.gone_day: Ints = np.full(n, -1, dtype=np.int64)
        self.felt, self.worry, self.annoyance, self.goodwill, self.broken = (np.zeros(n) for _ in range(5))
        self.contacts, self.thanks, self.helped = (np.zeros(n) for _ in range(3))
        self.trust: Floats = traits.trust.copy()
        self.consent: Ints = traits.consent.copy()
        self.late, self.case, self.quarantine_ms, self.tries = (np.zeros(n, dtype=np.int64) for _ in range(4))
        self.open: NDArray[np.bool_] = np.zeros(n, dtype=np.bool_)
        self.vulnerable_ms, self.thanked_ms = (np.zeros(n, dtype=np.int64) for _ in range(2))
        self.case_id = [""] * n
        self.apologised: Floats = np.zeros(n)
        self.intent, self.desk = (np.full(n, -1, dtype=np.int64) for _ in range(2))
        self.contact_ms: Ints = np.zeros(n, dtype=np.int64)
        self.effort_by_day: list[Floats] = []

    def begin_day(self) -> None:
        """Let a night go by: everything fades, and what is to be measured today starts at nothing."""
        for values, half_life in (
            (self.felt, _FELT),
            (self.worry, _WORRY),
            (self.goodwill, _GOODWILL),
            (self.broken, _BROKEN),
            (self.contacts, _CONTACTS),
            (self.thanks, _THANKS),
            (self.helped, _HELP),
        ):
            values *= 0.5 ** (1.0 / half_life)
        # Silence is a treatment: who is left alone gets over it sooner.
        self.annoyance *= np.where(self.contacts < 0.5, 0.5 ** (1.0 / _ANNOYANCE_AT_REST), 0.5 ** (1.0 / _ANNOYANCE))
        self.effort_by_day.append(np.zeros(self.felt.shape[0]))

    @property
    def index(self) -> Floats:
        """Effort index of what is felt, in [0, 1)."""
        return effort_index(self.felt)

    def warms(self, person: int, change: float) -> None:
        """Move one person's goodwill, within -1 to 2."""
        self.goodwill[person] = min(2.0, max(-1.0, self.goodwill[person] + change))

    def trusts(self, person: int, change: float) -> None:
        """Move one person's trust, within 0 to 1."""
        self.trust[person] = min(1.0, max(0.0, self.trust[person] + change))


def effort_index(points: Floats) -> Floats:
    """1 - exp(-points / 6), in [0, 1) (treatment-formulas 3.3)."""
    index: Floats = -np.expm1(-points / _SCALE)
    return index
